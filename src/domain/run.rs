//! An execution of a plan: what was resolved when it was made, and where it stands.

use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, RunId, SessionId};
use crate::domain::json::Canonical;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Made, not begun.
    Created,
    /// A live process executes it.
    Running,
    /// Its execution paused, or the process that executed it is gone; it may go on.
    Interrupted,
    /// A step could not go on as it was approved. Nothing after it ran.
    Stopped,
    /// Every step ran.
    Completed,
    /// A step failed. Nothing after it ran.
    Failed,
}

impl RunState {
    /// All states, for walking them.
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Running,
        Self::Interrupted,
        Self::Stopped,
        Self::Completed,
        Self::Failed,
    ];

    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Stopped => "stopped",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Stopped | Self::Completed | Self::Failed)
    }
}

/// One step of a run.
#[derive(Debug, Clone)]
pub struct RunStep {
    /// Its place in the plan, from 0.
    pub step: u32,
    /// Digest of the call it was resolved to.
    pub call_digest: Digest,
    /// How grave that call was when it was resolved.
    pub tier: Tier,
    /// Place of its `call.permitted` row, once it was begun.
    pub intent: Option<u64>,
    /// How it ended, once known.
    pub outcome: Option<OutcomeKind>,
    /// The question whether it may be sent once more, since nobody knows whether it ran.
    pub again: Option<ApprovalId>,
}

/// One execution of a plan.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The sealed world.
    pub tenant: Tenant,
    /// Who made it; nobody else executes it.
    pub principal: Principal,
    /// The story it belongs to.
    pub correlation: CorrelationId,
    /// The directive's name, such as `D3`.
    pub directive: String,
    /// The directive's label when it was made.
    pub label: String,
    /// How grave it is as a whole.
    pub tier: Tier,
    /// Hash of its plan.
    pub ir_hash: Digest,
    /// The plan as written. Gone once its retention is over, and left out of lists.
    pub ir: Option<Canonical>,
    /// The calls it was resolved to; what a person says yes to. Gone and left out with the plan.
    pub manifest: Option<Canonical>,
    /// SHA-256 of the manifest.
    pub manifest_digest: Digest,
    /// The question it waits for; `None` when it needs nobody.
    pub approval: Option<ApprovalId>,
    /// Where it stands.
    pub state: RunState,
    /// Why it stopped or failed: a code.
    pub cause: Option<String>,
    /// The session that executes it, or did last.
    pub session: Option<SessionId>,
    /// When it was made.
    pub created_at: Millis,
    /// When it was first begun.
    pub started_at: Option<Millis>,
    /// When it ended.
    pub ended_at: Option<Millis>,
    /// Tokens that its steps told of.
    pub tokens: u64,
    /// Its steps in the order of the plan.
    pub steps: Vec<RunStep>,
}
