//! A question to a person and its life.
//!
//! The row is the truth: states change only by conditional updates in the store, terminal states never.

use crate::domain::call::Method;
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, RunId, SessionId};
use crate::domain::json::Canonical;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Proof, Tenant};
use crate::domain::quorum::{Needs, Quorum, Vote};
use crate::domain::ruling::Ruling;
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for an answer.
    Pending,
    /// Somebody said yes; not used yet.
    Approved,
    /// The yes was used. It ran at most once.
    Consumed,
    /// Somebody said no.
    Denied,
    /// Nobody answered in time, or the yes was not used in time.
    Expired,
    /// The asker took it back, or an operator did.
    Cancelled,
}

impl State {
    /// All states, for walking them.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Approved,
        Self::Consumed,
        Self::Denied,
        Self::Expired,
        Self::Cancelled,
    ];

    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Consumed => "consumed",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
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
        matches!(self, Self::Consumed | Self::Denied | Self::Expired | Self::Cancelled)
    }
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One call to a server.
    Call,
    /// A plan that somebody else will execute, by its hash.
    Plan(Digest),
    /// An execution of ours.
    Run(RunId),
    /// A change of policy, by the hash of the diff and its base version.
    Policy(Digest),
    /// A step of a run, from 0, that was sent before and whose outcome nobody knows: may it go once more.
    Step(RunId, u32),
}

impl Subject {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Plan(_) => "plan",
            Self::Run(_) => "run",
            Self::Policy(_) => "policy",
            Self::Step(..) => "step",
        }
    }

    /// Whether a yes to it lets one call go to a server.
    #[must_use]
    pub fn is_call(self) -> bool {
        match self {
            Self::Call | Self::Step(..) => true,
            Self::Plan(_) | Self::Run(_) | Self::Policy(_) => false,
        }
    }

    /// The step of a run that it is about.
    #[must_use]
    pub fn step(self) -> Option<(RunId, u32)> {
        match self {
            Self::Step(run, step) => Some((run, step)),
            Self::Call | Self::Plan(_) | Self::Run(_) | Self::Policy(_) => None,
        }
    }
}

/// Whether a yes must first be redeemed by an answer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenState {
    /// A plain yes.
    None,
    /// A token was minted; the yes sleeps until it is presented.
    Minted,
    /// The token was presented.
    Redeemed,
}

/// Who answered and how he proved that he may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decider {
    /// Who.
    pub principal: Principal,
    /// By what proof.
    pub proof: Proof,
}

/// One question with everything a person, a waiter and the gate must know of it.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// What it is about.
    pub subject: Subject,
    /// Ties its journal rows together.
    pub correlation: CorrelationId,
    /// The sealed world.
    pub tenant: Tenant,
    /// Who asks.
    pub principal: Principal,
    /// The session that asked first.
    pub session: SessionId,
    /// The server's configured name.
    pub upstream: String,
    /// The server's identity when it was asked.
    pub identity: Digest,
    /// The method.
    pub method: Method,
    /// Tool, prompt or URI.
    pub tool: String,
    /// The definition it was judged by.
    pub definition: Digest,
    /// The bytes that will run.
    pub arguments: Option<Canonical>,
    /// Digest of the call the yes is for.
    pub call_digest: Digest,
    /// Finds the row of an equal call.
    pub match_key: Digest,
    /// What policy said when it was asked.
    pub ruling: Ruling,
    /// Where it stands.
    pub state: State,
    /// How many different people, and who, must say yes.
    pub quorum: Quorum,
    /// Who said yes so far, the first first.
    pub votes: Vec<Vote>,
    /// Whether its managers were called in.
    pub escalated: bool,
    /// When it was asked.
    pub asked_at: Millis,
    /// Until when it can be answered.
    pub answer_by: Millis,
    /// How long a yes lives, in milliseconds.
    pub yes_life: i64,
    /// When it was decided.
    pub decided_at: Option<Millis>,
    /// Who decided.
    pub decided_by: Option<Decider>,
    /// What the decider said.
    pub reason: Option<String>,
    /// Until when the yes can be used.
    pub run_by: Option<Millis>,
    /// Whether an answer token stands between the yes and the run.
    pub token: TokenState,
    /// When its last waiter left; `None` while somebody waits.
    pub abandoned_at: Option<Millis>,
    /// When the yes was used.
    pub consumed_at: Option<Millis>,
    /// The session that used the yes: the one that sends.
    pub consumed_by: Option<SessionId>,
    /// How the run ended, once known.
    pub outcome: Option<OutcomeKind>,
    /// Whether the outcome was handed to a live client.
    pub delivered: bool,
}

/// Whether somebody's yes to a question would count now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// It would.
    Free,
    /// He said yes already; others must join.
    Given,
    /// Others are named.
    None,
}

impl Approval {
    /// Whether those who said yes would be enough by what is needed now.
    #[must_use]
    pub fn is_enough_for(&self, needs: &Needs) -> bool {
        let quorum = needs.at(self.asked_at, self.answer_by);
        let names: Vec<&str> = self.votes.iter().map(|vote| vote.name.as_str()).collect();
        quorum.is_plain() || quorum.is_reached(&names, self.decided_at.unwrap_or(self.asked_at))
    }

    /// How many of the yeses that it needs are there, as they counted when the last one was said: one that fills no seat
    /// is none of them.
    #[must_use]
    pub fn ayes(&self) -> u32 {
        let names: Vec<&str> = self.votes.iter().map(|vote| vote.name.as_str()).collect();
        self.votes.last().map_or(0, |last| self.quorum.filled(&names, last.at))
    }

    /// Whether what this person says would count now. The store asks again in the transaction that decides.
    #[must_use]
    pub fn voice(&self, name: &str, now: Millis) -> Voice {
        if self.votes.iter().any(|vote| vote.name == name) {
            Voice::Given
        } else if self.quorum.admits(name, now) {
            Voice::Free
        } else {
            Voice::None
        }
    }
}

/// What a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes, to exactly this call, once.
    Approve {
        /// Said along with it.
        reason: Option<String>,
        /// SHA-256 of an answer token that must be presented before the yes counts.
        token: Option<Digest>,
    },
    /// No.
    Deny {
        /// Told to the agent.
        reason: Option<String>,
    },
}

/// How an equal call ended before; shown on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Which question it was.
    pub id: ApprovalId,
    /// How that question ended, or where it stands.
    pub state: State,
    /// When it was asked.
    pub asked_at: Millis,
    /// When it ran, if it did.
    pub ran_at: Option<Millis>,
    /// What the decider said.
    pub reason: Option<String>,
}
