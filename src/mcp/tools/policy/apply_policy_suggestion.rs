//! `apply_policy_suggestion`: makes a suggestion the policy, once somebody who may decide has said so.
//!
//! In an agent's session a person's yes must be there, or its token be presented; an approver's own session decides, up to
//! its tier. Both say `APPLY`, which proves nothing and keeps anybody from doing it by accident.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::gate::changes::Office;
use crate::mcp::tools::policy::{
    CONFIRM, NOBODYS_CHANGE, applied, hand, suggestion, suggestion_id_schema, token_schema,
    version_schema, words_schema,
};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, approval_id, arguments, object_schema, refuse,
    store_failed,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "apply_policy_suggestion",
    title: "Apply a policy suggestion",
    description: "Applies a policy suggestion after a person's yes: with the answer token that he gave, or once he approved \
                  it. `confirm` must be the word APPLY. Without a yes an agent cannot change the policy: ask the user.",
    read_only: false,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(version_schema),
    refusals: &[
        ("invalid_arguments", "`id` is not a whole id, or something is missing"),
        ("confirm_missing", "`confirm` is not the word APPLY"),
        ("not_found", "there is no such suggestion of yours"),
        ("waiting", "no person said yes yet"),
        ("token_invalid", "this is not the token of this suggestion"),
        ("already_ended", "it is applied, rejected, cancelled or expired"),
        ("stale_base", "the policy changed since it was proposed"),
        ("diff_changed", "the suggestion that was shown is not the one that stands"),
        ("own_suggestion", "whoever proposed it does not decide about it here"),
        ("tier_too_high", "it is graver than what may be decided over MCP"),
        ("not_admitted", "what it would make cannot stand under the configuration in force now"),
        ("graver_now", "it is graver under the configuration in force now; it is proposed anew"),
        ("paused", "this agent was paused"),
    ],
    examples: &[
        Example { arguments: NOBODYS_CHANGE, refusal: Some("not_found") },
        Example {
            arguments: r#"{"id":"00000000-0000-7000-8000-000000000000","comment":"as agreed","confirm":"yes"}"#,
            refusal: Some("confirm_missing"),
        },
        Example {
            arguments: r#"{"id":"4f","comment":"c","confirm":"APPLY"}"#,
            refusal: Some("invalid_arguments"),
        },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    id: String,
    comment: String,
    confirm: Option<String>,
    token: Option<String>,
}

fn input() -> Value {
    object_schema(
        json!({
            "id": suggestion_id_schema(),
            "comment": words_schema("Goes on record with the version."),
            "confirm": { "const": CONFIRM, "description": "The word APPLY." },
            "token": token_schema(),
        }),
        &["id", "comment", "confirm"],
    )
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { apply(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn apply(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { id, comment, confirm, token } = arguments(bytes)?;
    let id = approval_id(&id)?;
    if confirm.as_deref() != Some(CONFIRM) {
        let text = "NOT APPLIED. Nothing was changed. To apply a policy suggestion type APPLY in `confirm`";
        return Err(refuse("confirm_missing", text));
    }
    let shown = suggestion(&call, id).await?;
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let office = Office::open(gate.desk(), gate.tenant(), &in_force.config)
        .await
        .map_err(|e| store_failed(&e))?;
    let outcome = office.apply(&shown, hand(&call, token.as_deref()), Some(&comment)).await;
    applied(&call, &shown, token.is_some(), outcome.map_err(|e| store_failed(&e))?)
}
