//! Which runs this gate executes right now. The store knows the session that executes a run; only the process itself
//! knows whether it still does, or gave up because the store failed when it wanted to say so.

use crate::domain::id::RunId;
use crate::gate::Gate;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The runs that are claimed.
pub(in crate::gate) type Claims = Arc<Mutex<HashSet<RunId>>>;

/// A run that is executed here. Dropping it, also by a panic, gives the run up.
#[derive(Debug)]
pub struct Claim {
    claims: Claims,
    run: RunId,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.run);
    }
}

impl Gate {
    /// Claims a run for one that executes it, or looks after it; `None` while another in this process does.
    #[must_use]
    pub fn claim(&self, run: RunId) -> Option<Claim> {
        let new = self.claims.lock().unwrap_or_else(PoisonError::into_inner).insert(run);
        new.then(|| Claim { claims: self.claims.clone(), run })
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::id::RunId;
    use crate::gate::claims::{Claim, Claims};

    #[test]
    fn a_claim_ends_with_its_holder_even_if_that_panics() {
        let (claims, run) = (Claims::default(), RunId::new());
        claims.lock().unwrap().insert(run);
        let claim = Claim { claims: claims.clone(), run };
        let died = std::thread::spawn(move || {
            let _held = claim;
            panic!("on purpose");
        });
        assert!(died.join().is_err());
        assert!(claims.lock().unwrap().is_empty());
    }
}
