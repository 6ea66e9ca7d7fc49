//! A pinned tool definition: what a person accepted, or what `wrap` met first.

use crate::domain::digest::Digest;
use crate::domain::ruling::Effect;
use crate::domain::time::Millis;

/// Where a pinned definition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// Pinned at first sight; no person looked.
    Unreviewed,
    /// A person accepted it.
    Accepted,
    /// The server now tells another text than the pinned one; asks until a person accepts.
    Changed,
    /// Appeared after its server was pinned; asks until a person accepts.
    New,
}

impl PinState {
    /// Its word in the store and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreviewed => "unreviewed",
            Self::Accepted => "accepted",
            Self::Changed => "changed",
            Self::New => "new",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Unreviewed, Self::Accepted, Self::Changed, Self::New]
            .into_iter()
            .find(|s| s.as_str() == word)
    }
}

/// One tool of one upstream identity as it is pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The configured name of the server.
    pub upstream: String,
    /// Its identity.
    pub identity: Digest,
    /// The server's own name of the tool.
    pub tool: String,
    /// SHA-256 of `text`.
    pub digest: Digest,
    /// The definition as the server sent it, byte for byte.
    pub text: String,
    /// What the server says now, when that differs from `text`.
    pub offered: Option<String>,
    /// Where it stands.
    pub state: PinState,
    /// An effect that a person pinned for it; `None` leaves it to the kernel.
    pub effect: Option<Effect>,
    /// When it was pinned, or last changed state.
    pub at: Millis,
}
