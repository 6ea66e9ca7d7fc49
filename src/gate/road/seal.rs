//! `requestState`: what a client brings back with its user's answer, so that the answer belongs to one question.
//!
//! It is in an attacker's hands all the while, so nothing in it is believed but under the store's own key: which question,
//! until when, and a nonce that makes each one another. The key covers the world, the asking principal and the call, too,
//! which are not in it: whoever comes back must be who asked, with what he asked. That it counts once is the store's to
//! hold, in the transaction that decides.

use crate::domain::approval::Approval;
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::gate::Gate;
use uuid::Uuid;

/// How long a client's user may take; never beyond the time in which the question can be answered.
const LIFE: i64 = 60 * 60 * 1_000;

const PURPOSE: &str = "request state 1";
const ID: usize = 16;
const UNTIL: usize = 8;
const NONCE: usize = 16;
const SIGNED: usize = ID + UNTIL + NONCE;

/// What a state says of itself; nothing of it counts before [`Read::holds`].
#[derive(Debug)]
pub(in crate::gate) struct Read {
    /// Which question.
    pub(in crate::gate) id: ApprovalId,
    /// Until when it can be taken.
    pub(in crate::gate) until: Millis,
    signed: [u8; SIGNED],
    mac: Digest,
}

impl Read {
    /// Reads the one spelling that a state has.
    pub(in crate::gate) fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        let mut bytes = [0_u8; SIGNED + 32];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (slot, pair) in bytes.iter_mut().zip(text.chunks(2)) {
            let digit = |at: usize| match pair.get(at)? {
                b @ b'0'..=b'9' => Some(b - b'0'),
                b @ b'a'..=b'f' => Some(b - b'a' + 10),
                _ => None,
            };
            *slot = digit(0)? << 4 | digit(1)?;
        }
        let (signed, mac) = bytes.split_at(SIGNED);
        let until = signed.get(ID..ID + UNTIL)?.try_into().ok()?;
        Some(Self {
            id: ApprovalId(Uuid::from_slice(signed.get(..ID)?).ok()?),
            until: Millis(i64::from_be_bytes(until)),
            signed: signed.try_into().ok()?,
            mac: Digest::from_slice(mac)?,
        })
    }

    /// Whether we gave it for this.
    pub(in crate::gate) fn holds(&self, key: &StoreKey, of: &Bound<'_>) -> bool {
        self.id == of.id && of.mac(key, &self.signed).same(&self.mac)
    }

    /// The name under which it is spent.
    pub(in crate::gate) fn digest(&self) -> Digest {
        Digest::sha256(&[&self.signed])
    }
}

/// What a state is bound to beside what it says.
#[derive(Debug, Clone, Copy)]
pub(in crate::gate) struct Bound<'a> {
    /// The world.
    pub(in crate::gate) tenant: &'a Tenant,
    /// Who asked.
    pub(in crate::gate) principal: &'a Principal,
    /// The question.
    pub(in crate::gate) id: ApprovalId,
    /// The call it is about.
    pub(in crate::gate) call: Digest,
}

impl Bound<'_> {
    fn mac(&self, key: &StoreKey, signed: &[u8; SIGNED]) -> Digest {
        let (tenant, principal) = (self.tenant.as_str(), self.principal.to_string());
        key.mac(PURPOSE, &[signed, tenant.as_bytes(), principal.as_bytes(), &self.call.0])
    }

    /// A new state; `None` without randomness.
    fn seal(&self, key: &StoreKey, until: Millis) -> Option<String> {
        let mut signed = [0_u8; SIGNED];
        let (id, rest) = signed.split_at_mut(ID);
        let (time, nonce) = rest.split_at_mut(UNTIL);
        id.copy_from_slice(self.id.0.as_bytes());
        time.copy_from_slice(&until.0.to_be_bytes());
        getrandom::fill(nonce).ok()?;
        let mac = self.mac(key, &signed);
        Some(signed.iter().chain(&mac.0).map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Gate {
    /// What the client is to come back with; `None` where there is neither time nor randomness.
    pub(in crate::gate) async fn sealed(&self, approval: &Approval) -> Option<String> {
        let store = self.desk.store();
        let until = approval.answer_by.min(store.now().await.ok()?.plus(LIFE));
        let (principal, id) = (&approval.principal, approval.id);
        let bound = Bound { tenant: &self.tenant, principal, id, call: approval.call_digest };
        bound.seal(store.key(), until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::principal::Role;

    #[test]
    fn a_state_opens_for_what_it_was_given_for_and_for_nothing_else() {
        let (key, tenant) = (StoreKey::new([7; 32]), Tenant::default());
        let principal = Principal::new(Role::Agent, "dana/client");
        let (id, call) = (ApprovalId::new(), Digest::sha256(&[b"call"]));
        let bound = Bound { tenant: &tenant, principal: &principal, id, call };
        let text = bound.seal(&key, Millis(1_000)).unwrap();
        let read = Read::parse(&text).unwrap();
        assert!(read.holds(&key, &bound) && read.until == Millis(1_000));
        assert_ne!(Some(text.clone()), bound.seal(&key, Millis(1_000)), "no nonce");

        let other = Tenant::new("other").unwrap();
        assert!(!read.holds(&key, &Bound { tenant: &other, ..bound }));
        for other in
            [Principal::new(Role::Agent, "dana/other"), Principal::new(Role::Admin, "dana/client")]
        {
            assert!(!read.holds(&key, &Bound { principal: &other, ..bound }));
        }
        assert!(!read.holds(&key, &Bound { id: ApprovalId::new(), ..bound }));
        assert!(!read.holds(&key, &Bound { call: Digest::sha256(&[b"other"]), ..bound }));
        assert!(!read.holds(&StoreKey::new([8; 32]), &bound));
        for at in 0..text.len() {
            for digit in "0123456789abcdefABCDEFgG+ ".chars() {
                let mut altered: Vec<char> = text.chars().collect();
                altered[at] = digit;
                let altered: String = altered.into_iter().collect();
                let opens = Read::parse(&altered).is_some_and(|read| read.holds(&key, &bound));
                assert_eq!(opens, altered == text, "{at} {digit}");
            }
        }
        assert!(Read::parse("").is_none() && Read::parse(&text[2..]).is_none());
    }
}
