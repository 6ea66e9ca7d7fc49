//! Tools that make runs of plans and execute them. A run is executed through the gate; nothing here sends.

pub(in crate::mcp) mod approve_run;
pub(in crate::mcp) mod create_run;
pub(in crate::mcp) mod execute_run;
pub(in crate::mcp) mod list_runs;
pub(in crate::mcp) mod run_status;

use crate::domain::id::RunId;
use crate::domain::run::Run;
use crate::mcp::tools::{Answered, OwnCall, refuse, store_failed};
use crate::run::{RunView, looked_after};
use serde_json::{Value, json};

/// An example id that no run has.
pub(in crate::mcp) const NOBODYS_RUN: &str = r#"{"run_id":"00000000-0000-7000-8000-000000000000"}"#;

pub(in crate::mcp) fn run_id(text: &str) -> Result<RunId, Answered> {
    RunId::parse(text).ok_or_else(|| {
        refuse("invalid_arguments", "`run_id` must be the whole id of a run, as it was given")
    })
}

/// The answer to an id that leads nowhere; the same whether it is not there or not the caller's.
pub(in crate::mcp) fn no_run() -> Answered {
    refuse("not_found", "there is no such run here")
}

/// A run of the caller; an approver sees those of everybody in his tenant.
pub(in crate::mcp) async fn own_run(call: OwnCall<'_>, id: RunId) -> Result<Run, Answered> {
    let gate = &call.front.gate;
    let found = gate.desk().store().run(gate.tenant(), id).await.map_err(|e| store_failed(&e))?;
    let sees_all = !call.front.forwards();
    let found = found.filter(|run| sees_all || run.principal == call.caller.principal);
    looked_after(gate, found.ok_or_else(no_run)?).await.map_err(|e| store_failed(&e))
}

/// A run with the question it waits for.
async fn told(call: OwnCall<'_>, run: &Run) -> Result<RunView, Answered> {
    let store = call.front.gate.desk().store();
    crate::run::told(store.as_ref(), run).await.map_err(|e| store_failed(&e))
}

fn value(view: &RunView) -> Value {
    serde_json::to_value(view).unwrap_or_default()
}

/// One sentence on where a run stands, and what can be done.
fn sentence(view: &RunView) -> String {
    let next = match (view.state, view.approval_status) {
        ("created", "pending") => {
            "It waits for a person's yes. Tell the user; then call `execute_run` once, it waits by itself."
        }
        ("created" | "stopped", "denied") if view.said_no => {
            "A person said no, which is final for its idempotency keys: it never runs. Tell the user; asking again \
             takes new keys."
        }
        ("created", "denied") => {
            "It was not approved and never runs. Tell the user; `create_run` with the same plan asks anew."
        }
        ("created", _) => "`execute_run` begins it.",
        ("interrupted", _) => "`execute_run` goes on with it; steps that ran are not sent again.",
        _ => "",
    };
    let cause = view.cause.as_deref().map(|cause| format!(" ({cause})")).unwrap_or_default();
    let (completed, total) = (view.jobs.completed, view.jobs.total);
    format!(
        "Run {} under {} ({}) is {}{cause}: {completed} of {total} steps ran, tier {}, approval {}. {next}",
        view.id, view.directive, view.label, view.state, view.tier, view.approval_status
    )
    .trim_end()
    .to_owned()
}

pub(in crate::mcp) fn run_id_schema() -> Value {
    json!({ "type": "string", "format": "uuid", "description": "The run's id, whole." })
}
