//! What comes of sending.
//!
//! Three things must never be mixed up: the server answered; it certainly was not asked; nobody knows. Only
//! the second may ever be tried again.

use crate::domain::outcome::NOT_SENT;
use crate::journal::Receipt;
use serde_json::value::RawValue;
use std::time::Duration;

/// Called with the params of each `notifications/progress` of a call, as received (the token in it is ours),
/// strictly in the order of the wire and before the result is delivered. Must not block.
pub type ProgressSink = Box<dyn FnMut(&str) + Send>;

/// What came of sending one permit.
#[derive(Debug)]
pub struct Sent {
    /// For recording the outcome.
    pub receipt: Receipt,
    /// The answer, or why there is none.
    pub answer: Result<Answer, Lost>,
    /// From sending to the answer, or to giving up.
    pub took: Duration,
}

/// What the server answered, as received.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The `result` object.
    Result(Box<RawValue>),
    /// The `error` object.
    Error(Box<RawValue>),
}

/// Why there is no answer. After all but [`Lost::NotSent`] the call may have run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// Not one byte of it reached the server, or the server has refused it unread, as its protocol says.
    #[error("the call was not sent: {0}")]
    NotSent(String),
    /// The server ended, or its pipe did.
    #[error("the server ended before it answered")]
    Closed,
    /// It did not answer in time. It was told that nobody waits any more.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The caller gave up. The server was told.
    #[error("the call was cancelled after it was sent")]
    Cancelled,
    /// It answered over HTTP with a status that is no answer: why, in words.
    #[error("{0}")]
    Refused(String),
    /// A line was longer than any may be, so the link was cut. The line may have been another call's.
    #[error("the server sent a line over the limit")]
    TooLarge,
    /// The answer can be read in more than one way, or in none.
    #[error("the server's answer is malformed")]
    Malformed,
}

impl Lost {
    /// Stable code for journals and answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotSent(_) => NOT_SENT,
            Self::Closed => "upstream_closed",
            Self::TimedOut => "upstream_timeout",
            Self::Cancelled => "cancelled_after_sending",
            Self::Refused(_) => "upstream_refused",
            Self::TooLarge => "answer_too_large",
            Self::Malformed => "answer_malformed",
        }
    }
}
