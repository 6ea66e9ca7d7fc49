//! What comes to the gate and what it hands back: one request, and the one answer it gets.

use crate::domain::call::Method;
use crate::domain::id::ApprovalId;
use crate::domain::json::Canonical;
use crate::domain::principal::Principal;
use crate::gate::{Patience, Refusal};
use crate::journal::Passed;
use crate::upstream::ProgressSink;
use tokio_util::sync::CancellationToken;

/// One request as the front read it.
pub struct Asking {
    /// Who asks.
    pub principal: Principal,
    /// Which server, by its configured name.
    pub upstream: String,
    /// The method.
    pub method: Method,
    /// The server's own name of the tool or prompt, or the URI.
    pub tool: String,
    /// The arguments in the strict reader's form.
    pub arguments: Option<Canonical>,
    /// How long to wait for a person, and how the client hears of it.
    pub patience: Patience,
    /// What accompanies it to the server and back.
    pub on_the_way: OnTheWay,
}

/// What accompanies a call and is no part of what a person says yes to.
pub struct OnTheWay {
    /// What goes on of the client's `_meta`.
    pub passed: Passed,
    /// Where the upstream's progress goes.
    pub progress: Option<ProgressSink>,
    /// Cancelled when the client takes the call back.
    pub cancel: CancellationToken,
    /// Cancelled with it, and when the client only stopped listening: what was sent then settles, nothing more is sent.
    pub gone: CancellationToken,
}

impl std::fmt::Debug for OnTheWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OnTheWay")
    }
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asking({} {})", self.upstream, self.method.as_str())
    }
}

/// What an upstream told, or we in its place.
#[derive(Debug)]
pub struct Told {
    /// Its object as received.
    pub text: Box<str>,
    /// The question whose yes it ran under.
    pub of: Option<ApprovalId>,
    /// Whether it is no server's but ours: the client is asked for something, or given a task.
    pub ours: bool,
}

/// What the caller gets.
#[derive(Debug)]
pub enum Reply {
    /// The upstream's result.
    Result(Told),
    /// The upstream's error.
    Error(Told),
    /// It did not run, or nobody knows; the refusal says which.
    Refused(Box<Refusal>),
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}
