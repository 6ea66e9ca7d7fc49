//! A module tried outside of the policy in force: for tests, for questions about a text that stands nowhere.

use crate::domain::ruling::Verdict;
use crate::policy::rego::answer::{Answer, Failure};
use crate::policy::rego::compile::Compiled;
use crate::policy::rego::fault::Fault;
use crate::policy::rego::{INPUT_MAX, admit, data, run, stack, value};

/// A module that passed the static gate, compiled on its own.
#[derive(Debug)]
pub struct Tried {
    compiled: Compiled,
}

/// What it answered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// The strictest that it asks for; `None` when it failed.
    pub verdict: Option<Verdict>,
    /// Why not, sorted.
    pub deny_reasons: Vec<String>,
    /// Why a person must say yes first, sorted.
    pub ask_reasons: Vec<String>,
    /// What a person should know, sorted.
    pub warnings: Vec<String>,
    /// Why it failed: `undefined`, `type`, `limit`, `deadline`, `panic` or `engine`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Passes a module through the static gate and compiles it; `config` is what it finds under `data.config`. Text that
/// nobody decided about goes through a trial in a process of its own first.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile_once(
    name: &str,
    text: &str,
    config: &serde_json::Value,
) -> Result<Tried, Vec<Fault>> {
    let faults = admit::examine(name, text);
    if !faults.is_empty() {
        return Err(faults);
    }
    let data = data(config).map_err(|why| vec![Fault::whole(name, why)])?;
    let compiled = stack::with_room(|| admit::admitted(name, text, &data).map_err(|f| vec![f]));
    let failed = || vec![Fault::whole(name, "it makes the engine fail: simplify it")];
    compiled.ok_or_else(failed)?.map(|compiled| Tried { compiled })
}

/// The same on the interpreter, and patient: for a comparison of both.
pub(crate) fn compile_slowly(
    name: &str,
    text: &str,
    config: &serde_json::Value,
) -> Result<Tried, Fault> {
    let data = data(config).map_err(|why| Fault::whole(name, why))?;
    let compiled =
        stack::with_room(|| crate::policy::rego::compile::interpreted(name, text, &data));
    let failed = || Fault::whole(name, "it makes the engine fail: simplify it");
    let patience = std::time::Duration::from_secs(5);
    compiled.ok_or_else(failed)?.map(|compiled| Tried { compiled: compiled.patient(patience) })
}

impl Tried {
    /// Asks it about a [flat](crate::policy::flat_input) input.
    #[must_use]
    pub fn evaluate(&self, input: &serde_json::Value) -> Outcome {
        let Some(input) = value::value(input, &mut INPUT_MAX.clone()) else {
            return Outcome::of(Err(Failure::Limit));
        };
        let came = stack::with_room(|| run::ask(&self.compiled, input));
        Outcome::of(came.unwrap_or(Err(Failure::Panic)))
    }

    /// Why it takes the slower way, the interpreter; `None` when it does not.
    #[must_use]
    pub fn slow(&self) -> Option<&str> {
        self.compiled.slow()
    }
}

impl Outcome {
    pub(crate) fn of(came: Result<Answer, Failure>) -> Self {
        let error = came.as_ref().err().map(|failure| failure.as_str().to_owned());
        let verdict = came.as_ref().ok().map(Answer::verdict);
        let Answer { deny_reasons, ask_reasons, warnings, .. } = came.unwrap_or_default();
        Self { verdict, deny_reasons, ask_reasons, warnings, error }
    }
}
