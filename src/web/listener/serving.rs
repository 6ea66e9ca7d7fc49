//! What a handler knows of the listener that it answers for: whether it is ending, and how many streams are open.

use crate::domain::principal::Principal;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// Streams open at once, of everybody.
const STREAMS: usize = 512;
/// Of one principal: he may use up his own, not those of others.
const STREAMS_EACH: usize = 128;

/// Beside every request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Serving {
    /// Done when the listener ends; whoever answers without end then stops.
    pub(crate) ending: CancellationToken,
    open: Arc<Mutex<BTreeMap<String, usize>>>,
}

/// A stream that is counted; given back when dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    of: String,
    open: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Serving {
    /// One more stream of this principal; `None` when there are too many.
    pub(crate) fn stream(&self, of: &Principal) -> Option<Stream> {
        let of = of.to_string();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let his = open.get(&of).copied().unwrap_or_default();
        if all >= STREAMS || his >= STREAMS_EACH {
            return None;
        }
        open.insert(of.clone(), his + 1);
        Some(Stream { of, open: Arc::clone(&self.open) })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(&self.of) {
            Some(his) if *his > 1 => *his -= 1,
            _ => drop(open.remove(&self.of)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::principal::Role;

    #[test]
    fn one_principal_cannot_take_the_streams_of_others_and_a_closed_one_is_free_again() {
        let serving = Serving::default();
        let of = |name: &str| serving.stream(&Principal::new(Role::Agent, name));
        let mut mine: Vec<_> = (0..STREAMS_EACH).map(|_| of("a").expect("room")).collect();
        assert!(of("a").is_none() && of("b").is_some());
        mine.pop();
        assert!(of("a").is_some());
        drop(mine);
        assert!(serving.open.lock().unwrap().is_empty());
    }
}
