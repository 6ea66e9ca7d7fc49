//! What people elsewhere are told: enums, counts, opaque ids, and labels that an operator wrote into the configuration.
//!
//! There is no field that any other text could be put into, so nothing that an agent, a server or a model says can leave
//! by this way. A receiver sees that something waits and how grave it is; what it is stands on the page behind the id.

use crate::domain::approval::State;
use crate::domain::ruling::Tier;
use crate::domain::run::RunState;
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A short name that stands in the configuration: `[A-Za-z0-9 ._-]{1,40}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Label(String);

impl Label {
    /// Takes a text that is one.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b" ._-".contains(&b);
        ((1..=40).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// What a run is called whose directive has no label.
    #[must_use]
    pub fn run() -> Self {
        Self("run".to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The kinds of events that people are told of. A target names those that it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A question waits for an answer.
    ApprovalAsked,
    /// The time to answer a question is nearly over.
    ApprovalEscalated,
    /// A question was answered.
    ApprovalDecided,
    /// Nobody answered in time, or nobody used the yes.
    ApprovalExpired,
    /// A run completed, failed or stopped.
    RunEnded,
    /// A policy objected gravely.
    CriticalViolation,
    /// The journal was found broken.
    JournalTrouble,
    /// An admin tries the target.
    Test,
}

impl NoticeKind {
    /// All kinds, for walking them.
    pub const ALL: [Self; 8] = [
        Self::ApprovalAsked,
        Self::ApprovalEscalated,
        Self::ApprovalDecided,
        Self::ApprovalExpired,
        Self::RunEnded,
        Self::CriticalViolation,
        Self::JournalTrouble,
        Self::Test,
    ];

    /// Those that happen by themselves: what a target is told unless it is said otherwise.
    pub const EVENTS: [Self; 7] = [
        Self::ApprovalAsked,
        Self::ApprovalEscalated,
        Self::ApprovalDecided,
        Self::ApprovalExpired,
        Self::RunEnded,
        Self::CriticalViolation,
        Self::JournalTrouble,
    ];

    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApprovalAsked => "approval_asked",
            Self::ApprovalEscalated => "approval_escalated",
            Self::ApprovalDecided => "approval_decided",
            Self::ApprovalExpired => "approval_expired",
            Self::RunEnded => "run_ended",
            Self::CriticalViolation => "critical_violation",
            Self::JournalTrouble => "journal_trouble",
            Self::Test => "test",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The ways to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetType {
    /// A webhook of Discord, or of a program that takes the same payload.
    Discord,
    /// A mailbox, over `[smtp]`.
    Email,
}

impl TargetType {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Email => "email",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Discord, Self::Email].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// To be sent, or to be sent again.
    Pending,
    /// Taken by the receiver.
    Sent,
    /// Given up.
    Failed,
}

impl DeliveryStatus {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Sent, Self::Failed].into_iter().find(|s| s.as_str() == word)
    }
}

/// How often a delivery is tried before it is given up.
pub const ATTEMPTS: u32 = 6;

/// Why an attempt did not reach anybody: a code of ours, since what receivers and libraries say may hold the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The receiver answered with this status of HTTP.
    Http(u16),
    /// The mail server answered with this code.
    Smtp(u16),
    /// It took too long.
    Timeout,
    /// The name of the host leads nowhere.
    Dns,
    /// Nobody answers there, or the connection broke.
    Connect,
    /// No connection that nobody else reads: a wrong certificate, or no TLS at all.
    Tls,
    /// It is at an address that notifications do not go to.
    AddressNotAllowed,
    /// The configuration does not say how, or says it wrongly.
    Config,
    /// The target was removed, or what there was to tell is gone.
    Removed,
    /// The target was switched off before it was told.
    Disabled,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Http(status) => write!(f, "http_{status}"),
            Self::Smtp(code) => write!(f, "smtp_{code}"),
            Self::Timeout => f.write_str("timeout"),
            Self::Dns => f.write_str("dns"),
            Self::Connect => f.write_str("connect"),
            Self::Tls => f.write_str("tls"),
            Self::AddressNotAllowed => f.write_str("address_not_allowed"),
            Self::Config => f.write_str("config"),
            Self::Removed => f.write_str("removed"),
            Self::Disabled => f.write_str("disabled"),
        }
    }
}

/// What one notification tells. Only types without room for other texts: this does not compile,
///
/// ```compile_fail,E0308
/// use countersign::domain::notice::Notice;
/// use countersign::domain::run::RunState;
/// let said = String::from("anything an agent says");
/// let notice = Notice::Run {
///     id: uuid::Uuid::nil(), state: RunState::Completed, directive: said,
///     done: 1, total: 1, tokens: 0, started_at: None, ended_at: None,
/// };
/// ```
///
/// while this does, since a label is short and plain:
///
/// ```
/// use countersign::domain::notice::{Label, Notice};
/// use countersign::domain::run::RunState;
/// let directive = Label::new("Code Write").unwrap();
/// let notice = Notice::Run {
///     id: uuid::Uuid::nil(), state: RunState::Completed, directive,
///     done: 1, total: 1, tokens: 0, started_at: None, ended_at: None,
/// };
/// assert!(Label::new("two\nlines").is_none() && Label::new("<@1>").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// About a question.
    Approval {
        /// Its id, made at random.
        id: Uuid,
        /// Where it stood when the event happened.
        state: State,
        /// How grave it is.
        tier: Tier,
        /// Until when it can be answered.
        answer_by: Millis,
        /// How many questions wait in all.
        waiting: u64,
        /// Whether it is told because its time is nearly over.
        urgent: bool,
    },
    /// About a run.
    Run {
        /// Its id, made at random.
        id: Uuid,
        /// How it ended.
        state: RunState,
        /// The directive's label.
        directive: Label,
        /// Steps that ran.
        done: u64,
        /// Steps of the plan.
        total: u64,
        /// Tokens of language models that it used, as far as it was told.
        tokens: u64,
        /// When it was begun.
        started_at: Option<Millis>,
        /// When it ended.
        ended_at: Option<Millis>,
    },
    /// A policy objected gravely.
    Violation {
        /// Objections of the decision.
        objections: u64,
        /// How grave the call was.
        tier: Tier,
    },
    /// The journal was found broken.
    Journal {
        /// The first row that is not as it was, where one is known.
        row: Option<u64>,
    },
    /// An admin tries the target.
    Test,
}
