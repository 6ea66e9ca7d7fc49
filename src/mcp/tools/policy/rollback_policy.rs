//! `rollback_policy`: takes a version of the policy back, by a suggestion of its exact inverse.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::gate::changes::{NotTaken, Office};
use crate::mcp::front::Duty;
use crate::mcp::tools::policy::{applied, hand, not_taken, proposer, token_schema, version_schema};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, store_failed,
};
use crate::store::policies::Suggestion;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "rollback_policy",
    title: "Take a version of the policy back",
    description: "Takes back what one version of the policy changed, by a new version: rules that it removed come back as \
                  they were. An agent proposes it and hears that it waits for a person; with the answer token that he \
                  gave, the same call applies it.",
    read_only: false,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(version_schema),
    refusals: &[
        ("invalid_arguments", "`version` is not a whole number from 1"),
        ("waiting", "it is proposed, and no person said yes yet"),
        (
            "not_reversible",
            "there is no such version, it changed nothing, was taken back, or a later one touched the same",
        ),
        ("not_found", "a token was given, and nothing of that version waits"),
        ("not_admitted", "what would come back cannot stand any more"),
        (
            "invalid_diff",
            "what would come back is too large to be shown, or beyond what an agent may propose",
        ),
        ("no_such", "it would change what is not there"),
        ("token_invalid", "this is not the token of this suggestion"),
        ("already_ended", "the suggestion ended at this moment"),
        ("stale_base", "the policy changed at this moment; call again"),
        ("diff_changed", "the suggestion that was shown is not the one that stands"),
        ("own_suggestion", "whoever proposed it does not decide about it here"),
        ("tier_too_high", "it is graver than what may be decided over MCP"),
        ("too_many", "too many suggestions of this principal wait"),
        ("graver_now", "it is graver under the configuration in force now; it is proposed anew"),
        ("paused", "this agent was paused"),
    ],
    examples: &[
        Example { arguments: r#"{"version":4096}"#, refusal: Some("not_reversible") },
        Example {
            arguments: r#"{"version":4096,"token":"csans_made_up"}"#,
            refusal: Some("not_found"),
        },
        Example { arguments: r#"{"version":0}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    version: u64,
    token: Option<String>,
}

fn input() -> Value {
    let version =
        json!({ "type": "integer", "minimum": 1, "description": "The version to take back." });
    object_schema(json!({ "version": version, "token": token_schema() }), &["version"])
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { rollback(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn rollback(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { version, token } = arguments(bytes)?;
    if version == 0 {
        return Err(refuse("invalid_arguments", "`version` must be a whole number from 1"));
    }
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let office = Office::open(gate.desk(), gate.tenant(), &in_force.config)
        .await
        .map_err(|e| store_failed(&e))?;
    let open = office
        .open_rollback(&call.caller.principal, version)
        .await
        .map_err(|e| store_failed(&e))?;
    let shown = match open {
        Some(open) => open,
        None if token.is_some() => {
            let text = format!("no suggestion of yours to take version {version} back waits");
            return Err(refuse("not_found", text));
        }
        None => proposed(&call, &office, version).await.map_err(|why| not_taken(&why))?,
    };
    let outcome = office.apply(&shown, hand(&call, token.as_deref()), None).await;
    applied(&call, &shown, token.is_some(), outcome.map_err(|e| store_failed(&e))?)
}

/// Proposes it; an approver's session only what it may decide itself, so that nothing is left lying.
async fn proposed(
    call: &OwnCall<'_>,
    office: &Office<'_>,
    version: u64,
) -> Result<Suggestion, NotTaken> {
    let by = proposer(call, None);
    let draft = office.draft_rollback(by, version).await?;
    if let Duty::Approver(approver) = &call.front.duty
        && draft.tier > approver.max_tier()
    {
        return Err(NotTaken::TooGrave);
    }
    office.propose(by, draft).await
}
