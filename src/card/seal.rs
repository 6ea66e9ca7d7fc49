//! The digest of what a card tells: whoever answers from a page sends it back, and an answer to an older page is none.
//!
//! It covers what the decision leans on and nothing that only passes with time: the call, how grave it is and why, where
//! the question and the tool's definition stand, how many must agree, whether somebody waits, how equal questions ended.
//! Every part is length-prefixed under a name of its own, so no two cards share a text.

use crate::card::Facts;
use crate::domain::digest::Digest;

impl Facts {
    /// The digest of what is told.
    #[must_use]
    pub(crate) fn seal(&self) -> Digest {
        let a = &self.approval;
        let mut text = Vec::new();
        let mut put = |part: &[u8]| {
            text.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            text.extend_from_slice(part);
        };
        put(b"countersign card 1");
        put(a.id.0.as_bytes());
        put(&a.call_digest.0);
        put(a.state.as_str().as_bytes());
        put(&[a.ruling.tier.get(), u8::from(a.abandoned_at.is_some())]);
        put(&a.required.to_be_bytes());
        put(&a.ruling.policy.version.to_be_bytes());
        for reason in &a.ruling.reasons {
            put(reason.rule.as_bytes());
            put(reason.message.as_bytes());
        }
        put(b"warnings");
        a.ruling.warnings.iter().for_each(|warning| put(warning.as_bytes()));
        put(b"definition");
        if let Some(pin) = &self.pin {
            put(pin.state.as_str().as_bytes());
            put(pin.text.as_bytes());
            put(pin.offered.as_deref().unwrap_or_default().as_bytes());
        }
        put(b"earlier");
        for earlier in &self.earlier {
            put(earlier.id.0.as_bytes());
            put(earlier.state.as_str().as_bytes());
        }
        Digest::sha256(&[&text])
    }
}
