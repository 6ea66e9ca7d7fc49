//! A plan that was checked and is not refused: the only form in which it can be approved, audited or run.

use crate::domain::digest::Digest;
use crate::domain::json::Canonical;
use crate::domain::ruling::Tier;

/// A plan whose check found no error. Made only by [`crate::ir::check()`].
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) canonical: Canonical,
    pub(crate) hash: Digest,
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) order: Vec<usize>,
}

/// One step of a plan, every question about it answered.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its place as written, from 0.
    pub index: usize,
    /// `id:` and its `step_id`, else `idx:` and its place.
    pub id: String,
    /// The action by its canonical name.
    pub action: String,
    /// The provider by its canonical name.
    pub provider: String,
    /// What it is done to.
    pub resource: Option<String>,
    /// Its parameters as written; `{}` when there are none.
    pub params: Canonical,
    /// Its own key, or the plan's and its place.
    pub idempotency_key: String,
    /// What it is for, in its author's words.
    pub description: Option<String>,
    /// The places of the steps that must have run before.
    pub depends_on: Vec<usize>,
    /// SHA-256 over the sorted form of what was written.
    pub hash: Digest,
    /// How grave it is.
    pub tier: Tier,
}

impl Plan {
    /// The bytes as written.
    #[must_use]
    pub fn canonical(&self) -> &Canonical {
        &self.canonical
    }

    /// SHA-256 over the sorted form of what was written.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// What its author calls it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The key of the whole plan.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The steps, in the order written.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The places of the steps in the order in which they run: as written, but for what waits for a later one.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }
}
