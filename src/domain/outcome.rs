//! How a sent call ended.

use serde::{Deserialize, Serialize};

/// How a sent call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// The upstream answered with a result.
    Ran,
    /// The upstream answered that the tool failed (`isError`), or with a protocol error.
    Failed,
    /// Nobody knows: it was sent, or may have been, and no answer came. Never sent again.
    Unknown,
}

impl OutcomeKind {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ran => "ran",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ran, Self::Failed, Self::Unknown].into_iter().find(|k| k.as_str() == word)
    }
}

/// How a sent call ended, with what must be kept of it: never its content, only size and digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub kind: OutcomeKind,
    /// Short stable code of the cause where there is one, such as `upstream_closed`.
    pub cause: Option<String>,
    /// Bytes of the answer.
    pub size: u64,
    /// SHA-256 of the answer.
    pub digest: Option<crate::domain::digest::Digest>,
    /// Milliseconds from sending to the answer.
    pub took_ms: u64,
    /// Tokens of a language model that the answer told of. A count, never a text.
    pub tokens: Option<u64>,
}

/// The cause of an outcome of which not one byte reached the server.
pub const NOT_SENT: &str = "not_sent";

impl Outcome {
    /// Whether the call certainly never left: then it cost nothing.
    #[must_use]
    pub fn never_left(&self) -> bool {
        self.kind == OutcomeKind::Failed && self.cause.as_deref() == Some(NOT_SENT)
    }
}
