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

    /// Whether we gave it, to him, for this question.
    pub(in crate::gate) fn holds(
        &self,
        key: &StoreKey,
        tenant: &Tenant,
        principal: &Principal,
        approval: &Approval,
    ) -> bool {
        self.id == approval.id
            && mac(key, &self.signed, tenant, principal, approval).same(&self.mac)
    }

    /// The name under which it is spent.
    pub(in crate::gate) fn digest(&self) -> Digest {
        Digest::sha256(&[&self.signed])
    }
}

fn mac(
    key: &StoreKey,
    signed: &[u8; SIGNED],
    tenant: &Tenant,
    principal: &Principal,
    approval: &Approval,
) -> Digest {
    let parts = [
        &signed[..],
        tenant.as_str().as_bytes(),
        principal.to_string().as_bytes(),
        &approval.call_digest.0,
    ]
    .map(<[u8]>::to_vec);
    key.mac(PURPOSE, &parts.each_ref().map(Vec::as_slice))
}

/// A new state for this question.
fn seal(key: &StoreKey, tenant: &Tenant, approval: &Approval, now: Millis) -> Option<String> {
    let until = approval.answer_by.min(now.plus(LIFE));
    let mut signed = [0_u8; SIGNED];
    let (id, rest) = signed.split_at_mut(ID);
    let (time, nonce) = rest.split_at_mut(UNTIL);
    id.copy_from_slice(approval.id.0.as_bytes());
    time.copy_from_slice(&until.0.to_be_bytes());
    getrandom::fill(nonce).ok()?;
    let mac = mac(key, &signed, tenant, &approval.principal, approval);
    Some(signed.iter().chain(&mac.0).map(|byte| format!("{byte:02x}")).collect())
}

impl Gate {
    /// What the client is to come back with; `None` where there is neither time nor randomness.
    pub(in crate::gate) async fn sealed(&self, approval: &Approval) -> Option<String> {
        let store = self.desk.store();
        let now = store.now().await.ok()?;
        seal(store.key(), &self.tenant, approval, now)
    }
}
