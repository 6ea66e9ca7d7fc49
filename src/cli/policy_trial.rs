//! The other end of a trial: a process that gives up what it does not need, reads what is to be tried, and answers one JSON
//! object. No person calls it.

use crate::cli::exit::Code;
use crate::policy::module::{TrialRequest, try_out};
use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{Read as _, Write as _};

/// Memory that a trial may map, in bytes.
const MEMORY: u64 = 512 << 20;
/// Seconds of processor time.
const SECONDS: u64 = 4;
/// A request is no longer, in bytes.
const REQUEST_MAX: u64 = 32 << 20;

/// Takes a request from stdin and writes the report to stdout.
///
/// # Errors
/// The limits cannot be set, or what came is not a request.
pub(crate) fn run() -> Result<Code> {
    let most = |much: u64| Rlimit { current: Some(much), maximum: Some(much) };
    for (what, much) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ] {
        setrlimit(what, most(much)).context("cannot limit the trial")?;
    }
    let mut text = Vec::new();
    std::io::stdin().take(REQUEST_MAX).read_to_end(&mut text).context("cannot read the request")?;
    let request: TrialRequest = serde_json::from_slice(&text).context("this is not a request")?;
    // What a panic would say could hold parts of the texts.
    std::panic::set_hook(Box::new(|_| {}));
    let report = serde_json::to_vec(&try_out(&request)).context("cannot write the report")?;
    std::io::stdout().write_all(&report).context("cannot write the report")?;
    Ok(Code::Ok)
}
