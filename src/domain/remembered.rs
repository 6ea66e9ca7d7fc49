//! An answer that is kept for later questions.
//!
//! It answers an ask and nothing else: it is no rule, policy is asked first each time, and what policy denies stays denied.
//! It holds for one tool of one server as that server was, told as it was then; for what the ruling leaned on as that was
//! then; never above tier 2 and never for what runs code. A no beats a yes.

use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, RememberedId, SessionId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::{Effect, Ruling, Tier};
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How long it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// It ends with the session that asked.
    Session,
    /// It survives restarts.
    Forever,
}

impl Keep {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Forever => "forever",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Session, Self::Forever].into_iter().find(|k| k.as_str() == word)
    }
}

/// Whose calls it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Those of the agent that asked.
    #[default]
    Agent,
    /// Those of any agent of this tenant on this server.
    Server,
}

impl Scope {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Server => "server",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Agent, Self::Server].into_iter().find(|s| s.as_str() == word)
    }
}

/// Which arguments it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// The same arguments, whatever their order.
    Same,
    /// What meets these conditions, written and read as those of a rule: strictly and naming every argument for a yes,
    /// loosely for a no.
    When(Map<String, Value>),
}

/// What somebody who answers wants kept of his answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// How long.
    pub keep: Keep,
    /// Whose calls.
    pub scope: Scope,
    /// Which arguments.
    pub pattern: Pattern,
    /// After so many milliseconds it ends; a pattern always ends.
    pub life: Option<i64>,
    /// After so many uses it ends.
    pub uses: Option<u32>,
}

impl Wish {
    /// The longest life of a pattern: 90 days.
    pub const LONGEST: i64 = 90 * crate::domain::time::DAY;
    /// The life of a pattern where nobody says: a day.
    pub const USUAL: i64 = crate::domain::time::DAY;
    /// How often a pattern is used where nobody says.
    pub const USUAL_USES: u32 = 100;

    /// The answer to exactly this call.
    #[must_use]
    pub fn same(keep: Keep) -> Self {
        Self { keep, scope: Scope::Agent, pattern: Pattern::Same, life: None, uses: None }
    }
}

/// Whether answers to such a call may be kept at all: nothing grave, and nothing that runs code.
#[must_use]
pub fn may_be_kept(ruling: &Ruling) -> bool {
    ruling.tier <= Tier::WRITE
        && ruling.effect != Effect::Executes
        && ruling.action != crate::domain::ruling::Action::Exec
        && ruling.leans.is_some()
}

/// Why it does not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Somebody took it back.
    Revoked,
    /// Its time is over.
    Expired,
    /// It was used as often as it may be.
    UsedUp,
    /// Its session ended.
    SessionOver,
    /// What its ruling leaned on changed.
    PolicyChanged,
    /// Another answer for the same was given later.
    Replaced,
    /// Somebody whose yes it was is no user any more.
    GiverRevoked,
}

impl Ended {
    /// All of them, for walking them.
    pub const ALL: [Self; 7] = [
        Self::Revoked,
        Self::Expired,
        Self::UsedUp,
        Self::SessionOver,
        Self::PolicyChanged,
        Self::Replaced,
        Self::GiverRevoked,
    ];

    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::SessionOver => "session_over",
            Self::PolicyChanged => "policy_changed",
            Self::Replaced => "replaced",
            Self::GiverRevoked => "giver_revoked",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.as_str() == word)
    }
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// Its id.
    pub id: RememberedId,
    /// The sealed world.
    pub tenant: Tenant,
    /// Whether it says yes.
    pub allows: bool,
    /// What was wished.
    pub wish: Wish,
    /// The agent that asked; with [`Scope::Server`] others count as well.
    pub principal: Principal,
    /// The session that asked.
    pub session: SessionId,
    /// The server's configured name.
    pub upstream: String,
    /// The server's identity.
    pub identity: Digest,
    /// The tool.
    pub tool: String,
    /// The definition that it was told with.
    pub definition: Digest,
    /// Keyed digest of the arguments in their sorted form.
    pub arguments: Digest,
    /// The gravest call that it answers.
    pub tier: Tier,
    /// What the ruling leaned on.
    pub leans: Digest,
    /// Digest of the whole policy that was asked.
    pub policy: String,
    /// The question that was answered.
    pub approval: ApprovalId,
    /// Who gave it.
    pub given_by: Principal,
    /// When.
    pub given_at: Millis,
    /// When it ends by itself.
    pub ends_at: Option<Millis>,
    /// How often it was used.
    pub used: u32,
    /// When last.
    pub used_at: Option<Millis>,
    /// Why and when it ended.
    pub ended: Option<(Ended, Millis)>,
}
