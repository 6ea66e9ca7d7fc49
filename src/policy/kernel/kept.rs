//! What was worked out of a definition, kept by the definition's digest: definitions are few, calls are many.

use crate::domain::digest::Digest;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Entries kept; when there are more, all are forgotten and worked out anew as they are met.
const KEPT_MAX: usize = 1_024;

/// Values by the digest of the definition they follow from.
pub(crate) struct Kept<T>(RwLock<HashMap<Digest, Arc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T> std::fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

impl<T> Kept<T> {
    /// The value of this definition. What has no definition has no digest, and is worked out each time.
    pub(crate) fn get(&self, digest: Digest, work_out: impl FnOnce() -> T) -> Arc<T> {
        if digest == Digest::ZERO {
            return Arc::new(work_out());
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        known.unwrap_or_else(|| {
            let value = Arc::new(work_out());
            let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= KEPT_MAX {
                kept.clear();
            }
            kept.insert(digest, Arc::clone(&value));
            value
        })
    }
}
