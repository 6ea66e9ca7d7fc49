//! What is counted for a token, whatever sessions its agent opens and ends: it lasts as long as anything of it is under way.

use crate::domain::digest::Digest;
use crate::gate::Tasks;
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;

/// Large bodies of one token that are read at once, so that some of the places are left for others.
const LARGE_EACH: usize = 2;

/// What is under way of one token.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Counted {
    /// Requests, of all its sessions.
    pub(in crate::mcp::remote) requests: AtomicUsize,
    /// Places for large bodies.
    pub(in crate::mcp::remote) large: Semaphore,
    /// What all its sessions look after.
    pub(in crate::mcp::remote) tasks: Arc<Tasks>,
}

/// The counts of all tokens.
#[derive(Debug, Default)]
pub(in crate::mcp::remote) struct Tokens(Mutex<HashMap<Digest, Weak<Counted>>>);

impl Tokens {
    /// The one count of this token. It begins anew once nobody has it any more.
    pub(in crate::mcp::remote) fn of(&self, token: Digest) -> Arc<Counted> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, counted| counted.strong_count() > 0);
        if let Some(counted) = all.get(&token).and_then(Weak::upgrade) {
            return counted;
        }
        let counted = Arc::new(Counted {
            requests: AtomicUsize::new(0),
            large: Semaphore::new(LARGE_EACH),
            tasks: Arc::default(),
        });
        all.insert(token, Arc::downgrade(&counted));
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::Ordering;

    #[test]
    fn a_count_lasts_as_long_as_anybody_has_it() {
        let tokens = Tokens::default();
        let (one, two) = (Digest::sha256(&[b"one"]), Digest::sha256(&[b"two"]));
        let held = tokens.of(one);
        held.requests.fetch_add(1, Ordering::SeqCst);
        assert!(Arc::ptr_eq(&held, &tokens.of(one)));
        assert!(!Arc::ptr_eq(&held, &tokens.of(two)));
        assert_eq!(tokens.of(one).requests.load(Ordering::SeqCst), 1);
        drop(held);
        assert_eq!(tokens.of(one).requests.load(Ordering::SeqCst), 0);
        assert_eq!(tokens.0.lock().unwrap().len(), 1, "others are forgotten");
    }
}
