//! `execute_run`: begins a run, or goes on with it, and tells of each step.

use crate::card::schema::run_schema;
use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::domain::run::RunState;
use crate::gate::{Refusal, Reply};
use crate::mcp::answer::{META_KEY, Said, progress_line};
use crate::mcp::tools::runs::{
    NOBODYS_RUN, no_run, own_run, run_id, run_id_schema, sentence, told, value,
};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, say,
    store_failed,
};
use crate::run::{Execution, NotRun, dry_run, execute};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "execute_run",
    title: "Execute a run",
    description: "Waits for the yes to a run if it needs one, then sends its calls in order. It stops at the first \
                  step that fails or that is not what was approved. Called again it goes on after the last step \
                  that ran; nothing is sent twice. With `dry_run` it only tells what it would send.",
    read_only: false,
    toolset: Toolset::Runs,
    offered: Offered::Agents,
    input,
    output: Some(output),
    refusals: &[
        ("invalid_arguments", "`run_id` is not a whole id"),
        ("not_found", "there is no such run of yours"),
        ("forgotten", "it was never begun and its plan was erased by the retention rules"),
        ("running", "another session executes it"),
        ("ended", "with `dry_run`: it ended, and nothing is left to be played"),
        ("waiting", "it waits for a person's yes; nothing was sent"),
        ("denied", "a person said no"),
        ("expired", "nobody answered in time, or the yes was not used in time"),
        ("cancelled", "the question about it was taken back"),
        (
            "stopped",
            "a step is not what was approved any more, or stricter now; nothing after it ran",
        ),
        ("failed", "a step failed; nothing after it ran"),
        ("paused", "this agent was paused"),
        ("budget_exceeded", "a budget has not enough left for the next step; call again later"),
        ("upstream_down", "a server cannot be reached; call again later"),
        (
            "outcome_unknown",
            "a step was sent and no answer came; called again, a person is asked about it",
        ),
        ("withdrawn", "the client took it back"),
        ("unknown_tool", "the server or tool of a step is not there"),
        ("denied_by_policy", "policy denies the call of a step that may have run before"),
        ("needs_token", "the yes needs its answer token first; `approve_run` presents it"),
        ("call_changed", "what was approved is not what would be sent now"),
        ("not_usable", "the yes cannot be used any more"),
        ("already_used", "the yes was used before"),
        ("upstream_unknown", "this session has no such server; go on from one that has"),
        ("rejected_now", "the configuration of now refuses the plan; the run stays as it is"),
        (
            "unknown_directive",
            "its directive is not in the configuration of now; it stays as it is",
        ),
        ("tier_rose", "it is graver under the configuration of now; it stays as it is"),
        ("quorum_rose", "more people, or others, must say yes now than did; it stays as it is"),
        ("needs_a_yes", "it needs a yes under the configuration of now; it stays as it is"),
        (
            "unrecorded_run",
            "the journal could not be written while it was executed; steps may have run, `run_status` tells",
        ),
    ],
    examples: &[
        Example { arguments: NOBODYS_RUN, refusal: Some("not_found") },
        Example { arguments: r#"{"run_id":[]}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    run_id: String,
    dry_run: Option<bool>,
}

fn input() -> Value {
    object_schema(
        json!({
            "run_id": run_id_schema(),
            "dry_run": { "type": "boolean", "description": "Only tells the calls and what policy says of each." },
        }),
        &["run_id"],
    )
}

fn output() -> Value {
    let mut schema = run_schema();
    schema["properties"]["dry_run"] = json!({ "type": "array" });
    schema
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { go(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn go(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { run_id: text, dry_run } = arguments(bytes)?;
    let id = run_id(&text)?;
    if dry_run == Some(true) {
        return play(call, id).await;
    }
    let front = call.front;
    let patience = front.patience(call.caller, None);
    // What is told must rise: whole numbers for steps, small parts of one for the waiting between them.
    let step = Arc::new(AtomicU32::new(0));
    let beats = || {
        let (step, token) = (step.clone(), call.caller.progress.clone()?);
        let out = call.caller.out.clone();
        let beat = move |count: u32, text: &str| {
            let at = f64::from(step.load(Ordering::Relaxed)) + f64::from(count) / 1_000.0;
            out.send_if_read(progress_line(&token, at, text));
        };
        Some(Box::new(beat) as crate::gate::Beat)
    };
    let told_step = |at: usize, of: usize, what: &str| {
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        step.store(number, Ordering::Relaxed);
        if let Some(token) = &call.caller.progress {
            let text = format!("step {at} of {of}: {what}");
            call.caller.out.send_if_read(progress_line(token, f64::from(number), &text));
        }
    };
    let execution = Execution {
        id,
        principal: &call.caller.principal,
        on_ask: patience.on_ask,
        hold: patience.hold,
        beats: &beats,
        told: &told_step,
        cancel: call.caller.cancel.clone(),
        gone: call.caller.gone.clone(),
    };
    let run = execute(&front.gate, execution).await.map_err(not_run)?;
    // It was executed, whether we can read its question again or not.
    let view = told(call, &run).await.map_err(|_| not_run(Refusal::unrecorded_run(id).into()))?;
    match run.state {
        RunState::Completed => Ok(say(sentence(&view), value(&view))),
        state => Err(Answered::Said(Said {
            text: format!("{} Nothing after it ran.", sentence(&view)),
            structured: Some(value(&view)),
            meta: Some(json!({ META_KEY: {
                "code": state.as_str(), "cause": run.cause, "approval": run.approval,
            } })),
            is_error: true,
        })),
    }
}

async fn play(call: OwnCall<'_>, id: crate::domain::id::RunId) -> Result<Answered, Answered> {
    let steps = dry_run(&call.front.gate, id, &call.caller.principal).await.map_err(not_run)?;
    let run = own_run(call, id).await?;
    let mut result = value(&told(call, &run).await?);
    let lines: Vec<String> = steps
        .iter()
        .map(|s| {
            let verdict = s.verdict.map_or("no call", |v| v.as_str());
            let problem = s.problem.as_deref().map(|p| format!(": {p}")).unwrap_or_default();
            let changed =
                if s.unchanged { "" } else { ", not the call that the run was made with" };
            format!(
                "{}. {} as `{}.{}`: {verdict}{changed}{problem}",
                s.step + 1,
                s.action,
                s.server,
                s.tool
            )
        })
        .collect();
    result["dry_run"] = serde_json::to_value(&steps).unwrap_or_default();
    Ok(say(format!("Nothing was sent. It would send:\n{}", lines.join("\n")), result))
}

fn not_run(why: NotRun) -> Answered {
    match why {
        NotRun::NotFound => no_run(),
        NotRun::Forgotten => refuse(
            "forgotten",
            "NOT EXECUTED. This run was never begun, and its plan was erased by the retention rules; make it anew.",
        ),
        NotRun::Running => refuse(
            "running",
            "NOT EXECUTED by this call. Another session executes this run; `run_status` tells how far it is.",
        ),
        NotRun::Ended(state) => refuse(
            "ended",
            format!(
                "Nothing would be sent: this run is {} and its calls are forgotten. `run_status` tells how it ended.",
                state.as_str()
            ),
        ),
        NotRun::Refused(refusal) => Answered::Reply(Reply::Refused(refusal)),
        NotRun::Store(error) => store_failed(&error),
    }
}
