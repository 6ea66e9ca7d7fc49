//! Ids: uuid v7, so they sort by birth; shown short to people, any unambiguous beginning or end is taken back.

use crate::domain::digest::Digest;
use crate::domain::principal::Tenant;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than every earlier one of this machine.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The last twelve hex digits: the random part, which tells ids apart at a glance.
            #[must_use]
            pub fn short(&self) -> String {
                self.0.simple().to_string().chars().skip(20).collect()
            }

            /// Reads a whole id.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

id!(
    /// One question to a person.
    ApprovalId
);
id!(
    /// One process of ours that serves one client.
    SessionId
);
id!(
    /// Ties the rows of one story together, from the call to its outcome.
    CorrelationId
);
id!(
    /// One execution of a plan.
    RunId
);
id!(
    /// One agent on the board of agents.
    AgentId
);
id!(
    /// One answer that is kept.
    RememberedId
);
id!(
    /// One rule of the stored policy.
    RuleId
);
id!(
    /// One recommended network policy.
    NetworkPolicyId
);

impl CorrelationId {
    /// The story that a plan's request id names: the id itself where it is one, otherwise one made of tenant and
    /// request id, so that whoever knows both finds the story again and two tenants never share one by chance.
    #[must_use]
    pub fn of_request(tenant: &Tenant, request_id: &str) -> Self {
        // A tenant's name has no zero byte, so the parts cannot be cut differently.
        Self::parse(request_id).unwrap_or_else(|| {
            Self(made_of(&Digest::sha256(&[
                b"countersign correlation",
                &[0],
                tenant.as_str().as_bytes(),
                &[0],
                request_id.as_bytes(),
            ])))
        })
    }
}

/// A UUID (version 8) made of the first 16 bytes of a digest: the same for the same digest, always.
#[must_use]
pub fn made_of(digest: &Digest) -> Uuid {
    let mut bytes = [0_u8; 16];
    for (slot, byte) in bytes.iter_mut().zip(digest.0) {
        *slot = byte;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The id of a decision: a UUID (version 8) of the place of its row, which it begins with, and the row's hash. It is found
/// without an index, sorts as the journal does, and is no other row's even when somebody writes the chain anew.
#[must_use]
pub fn decision_id(seq: u64, hash: &Digest) -> Uuid {
    let mut bytes = *made_of(hash).as_bytes();
    if let (Some(slots), Some(place)) = (bytes.get_mut(..6), seq.to_be_bytes().get(2..)) {
        slots.copy_from_slice(place);
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The place of the row that a decision's id names, if it is one. Whether that row has this id is for its hash to say.
#[must_use]
pub fn decision_place(id: &Uuid) -> Option<u64> {
    let place = id.as_bytes().get(..6)?.iter().fold(0, |seq, byte| seq << 8 | u64::from(*byte));
    (id.get_version_num() == 8).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decisions_id_tells_its_place_and_changes_with_the_hash() {
        let (a, b) = (Digest([0xab; 32]), Digest([0xac; 32]));
        let id = decision_id(258, &a);
        assert_eq!(id.to_string(), "00000000-0102-8bab-abab-abababababab");
        assert_eq!(decision_place(&id), Some(258));
        assert_ne!(id, decision_id(258, &b));
        assert_eq!((id.get_version_num(), id.get_variant()), (8, uuid::Variant::RFC4122));
        assert_eq!(decision_place(&ApprovalId::new().0), None);
    }

    #[test]
    fn a_request_id_leads_to_one_story_in_each_tenant() {
        let [a, b] = ["a", "b"].map(|name| Tenant::new(name).unwrap());
        let id = CorrelationId::of_request(&a, "req_abc");
        assert_eq!(id, CorrelationId::of_request(&a, "req_abc"));
        assert_ne!(id, CorrelationId::of_request(&b, "req_abc"));
        assert_ne!(id, CorrelationId::of_request(&a, "req_abd"));
        assert_eq!((id.0.get_version_num(), id.0.get_variant()), (8, uuid::Variant::RFC4122));
        // Checked by hand: others derive it, too.
        assert_eq!(id.to_string(), "ee713f94-e030-88b3-a1e8-0590a5e7ba82");
        let given = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(CorrelationId::of_request(&a, given).to_string(), given);
        assert_eq!(CorrelationId::of_request(&b, &given.to_uppercase()).to_string(), given);
    }
}
