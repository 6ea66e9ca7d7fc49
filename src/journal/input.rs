//! Inputs that did not come with a call, as they are kept: what is masked or guarded in calls is so here, too.
//!
//! An asker writes such an input as it likes, so a mask names what stands anywhere in it. Whatever is told beside it is
//! held against what was taken out: a module may quote what it was shown.

use crate::domain::json::Canonical;
use crate::journal::guard::{Hidden, Kept, Masks, keep, without};

/// What is kept of an input, and where something was taken out.
#[derive(Debug)]
pub struct KeptInput {
    /// Compact JSON; `null` where nothing of it is kept.
    pub bytes: Vec<u8>,
    /// Pointers to values of which size and digest are left.
    pub masked: Vec<String>,
    /// Pointers to values of which nothing is left; the empty one is the whole input.
    pub erased: Vec<String>,
    hidden: Hidden,
}

impl KeptInput {
    pub(in crate::journal) fn of(input: &Canonical, masks: &Masks) -> Self {
        let kept = match input.node() {
            Ok(node) => keep(&node, masks, true),
            // Bytes of the strict reader can be read again; were they not, none of them is kept.
            Err(_) => Kept { erased: vec!["/arguments".to_owned()], ..Kept::default() },
        };
        let within = |places: Vec<String>| -> Vec<String> {
            let inside = |at: String| at.strip_prefix("/arguments").unwrap_or(&at).to_owned();
            places.into_iter().map(inside).collect()
        };
        let bytes = if kept.bytes.is_empty() { b"null".to_vec() } else { kept.bytes };
        let (masked, erased) = (within(kept.masked), within(kept.erased));
        Self { bytes, masked, erased, hidden: kept.hidden }
    }

    /// A sentence about the input without what was taken out of it.
    #[must_use]
    pub fn told(&self, sentence: &str) -> String {
        without(sentence, &self.hidden)
    }
}
