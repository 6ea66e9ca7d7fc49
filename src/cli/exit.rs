//! How a command ends: the exit codes of the contract, and errors that know theirs.

use crate::app::AppError;
use crate::app::bench::SessionError;
use crate::config::ConfigError;
use crate::gate::PolicyError;
use crate::store::StoreError;
use std::fmt;

/// Exit codes; part of the contract of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Done.
    Ok = 0,
    /// It did not work.
    Failure = 1,
    /// The command was not understood.
    Usage = 2,
    /// Denied, or not allowed to the caller.
    Denied = 3,
    /// Nobody answered yet, or not enough people did.
    Pending = 4,
    /// Something that was checked is not as it should be.
    CheckFailed = 5,
    /// The configuration is invalid.
    Configuration = 6,
}

impl From<Code> for std::process::ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command ended early: what happened and why, with a code, and what to do about it.
#[derive(Debug)]
pub struct Stop {
    /// The exit code.
    pub code: Code,
    what: String,
    /// What to do.
    pub help: Option<String>,
}

impl Stop {
    /// An end with this code; `what` says what happened and why.
    pub fn new(code: Code, what: impl Into<String>) -> Self {
        Self { code, what: what.into(), help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Stop {}

/// The reader of our output went away: no fault of ours, and nothing to say to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the output was closed")
    }
}

impl std::error::Error for Closed {}

/// The result of something that printed, with a closed output told apart from other errors.
pub(crate) fn checked<T>(result: anyhow::Result<T>) -> anyhow::Result<T> {
    result.map_err(|error| {
        let closed = |cause: &(dyn std::error::Error + 'static)| {
            let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
            kind == Some(std::io::ErrorKind::BrokenPipe)
        };
        if error.chain().any(closed) { Closed.into() } else { error }
    })
}

/// What to do about a policy that cannot judge.
const CHECK: &str = "`countersign policy check` names every fault";

/// Whether the configuration, or a module of it, does not make a policy.
fn broken(cause: &(dyn std::error::Error + 'static)) -> bool {
    let policy = match cause.downcast_ref::<SessionError>() {
        Some(SessionError::Policy(error)) => Some(error),
        _ => cause.downcast_ref::<PolicyError>(),
    };
    matches!(policy, Some(PolicyError::Build(_) | PolicyError::TwoModules(_)))
}

/// The exit code of an error.
#[must_use]
pub fn code_of(error: &anyhow::Error) -> Code {
    for cause in error.chain() {
        if cause.is::<Closed>() {
            return Code::Ok;
        }
        if let Some(stop) = cause.downcast_ref::<Stop>() {
            return stop.code;
        }
        if let Some(app) = cause.downcast_ref::<AppError>() {
            return if app.is_configuration() { Code::Configuration } else { Code::Failure };
        }
        if cause.is::<ConfigError>() || broken(cause) {
            return Code::Configuration;
        }
        if let Some(StoreError::NotBuiltIn(_)) = cause.downcast_ref::<StoreError>() {
            return Code::Configuration;
        }
    }
    Code::Failure
}

/// The error as people read it: `error: …`, its causes, and `help: …`. Empty when there is nothing to say.
#[must_use]
pub fn report(error: &anyhow::Error) -> String {
    if error.chain().any(|cause| cause.is::<Closed>()) {
        return String::new();
    }
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // Many errors repeat the words of their cause.
        if !parts.last().is_some_and(|told| told.ends_with(&text)) {
            parts.push(text);
        }
    }
    let mut text = format!("error: {}\n", parts.join(": "));
    let help = error.chain().find_map(|cause| match cause.downcast_ref::<Stop>() {
        Some(stop) => stop.help.as_deref(),
        None => broken(cause).then_some(CHECK),
    });
    if let Some(help) = help {
        text.push_str("help: ");
        text.push_str(help);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::cli::exit::{Closed, Code, Stop, code_of, report};
    use anyhow::Context as _;

    #[test]
    fn an_error_keeps_code_and_help_through_its_context() {
        let error = Err::<(), _>(Stop::new(Code::Denied, "not you").help("ask an admin"))
            .context("cannot approve `x`")
            .unwrap_err();
        assert_eq!(code_of(&error), Code::Denied);
        assert_eq!(report(&error), "error: cannot approve `x`: not you\nhelp: ask an admin\n");
    }

    #[test]
    fn a_closed_output_is_no_error() {
        let error = anyhow::Error::new(Closed).context("cannot list");
        assert_eq!(code_of(&error), Code::Ok);
        assert_eq!(report(&error), "");
    }
}
