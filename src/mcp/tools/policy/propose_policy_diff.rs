//! `propose_policy_diff`: a suggestion, which is a change of policy as a question to a person.

use crate::config::Toolset;
use crate::domain::json::{Canonical, Node};
use crate::gate::changes::Office;
use crate::mcp::tools::ir::{member, members, plan_bytes, text, tree};
use crate::mcp::tools::policy::{
    items, not_taken, proposer, suggestion_schema, value, words_schema,
};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, object_schema, refuse, say, store_failed,
};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "propose_policy_diff",
    title: "Suggest a change of policy",
    description: "Makes a policy suggestion: rules to add and rules to remove. Nothing changes until a person decides. An agent may add \
                  rules that allow up to tier 2, ask or deny; modules are for people.",
    read_only: false,
    toolset: Toolset::Policy,
    offered: Offered::Everyone,
    input,
    output: Some(suggestion_schema),
    refusals: &[
        ("invalid_arguments", "`diff` or `comment` is missing or of another type"),
        ("invalid_diff", "the diff is wrong; every fault is told"),
        ("not_admitted", "the policy that it would make cannot stand"),
        ("no_such", "it would remove or change what is not there"),
        ("stale_base", "the policy changed at this moment; propose it again"),
        ("too_many", "too many suggestions of this principal wait"),
        ("paused", "this agent was paused"),
    ],
    examples: &[
        Example {
            arguments: r#"{"diff":{"add":[{"pattern":"\\bdrop table\\b","effect":"deny","score":0.9}],"remove":[],"meta":{}},"comment":"no dropping of tables"}"#,
            refusal: None,
        },
        Example {
            arguments: r#"{"diff":{"add":[{"pattern":"(","effect":"deny"}],"remove":[],"meta":{}},"comment":"a regular expression that is none"}"#,
            refusal: Some("invalid_diff"),
        },
        Example { arguments: r#"{"comment":"no diff"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

fn input() -> Value {
    object_schema(
        json!({
            "diff": {
                "type": ["object", "string"],
                "description": "`{add, remove, modules?, meta}`, or a text that holds its JSON. `add`: rules, each with \
                                `effect` (allow, ask or deny) and `tool` (glob over `server__tool`), `pattern` (regular \
                                expression over the texts of the arguments) or both; optional `when`, `score`, `name`, \
                                `reason`, `allow_tier`, `tier`, `match`, `not_match`. `remove`: ids of rules. `modules`: \
                                each `name` with `status`, or `remove: true`. Unknown members are refused.",
            },
            "comment": words_schema("Why; whoever decides reads it."),
        }),
        &["diff", "comment"],
    )
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { propose(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn propose(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let tree = tree(bytes)?;
    members(&tree, &["diff", "comment"])?;
    let missing = |what| refuse("invalid_arguments", format!("`{what}` is missing"));
    let diff = member(&tree, "diff").ok_or_else(|| missing("diff"))?;
    if !matches!(diff, Node::Object(_) | Node::String(_)) {
        let what = "`diff` must be an object, or a text that holds its JSON";
        return Err(refuse("invalid_arguments", what));
    }
    let comment = text(&tree, "comment")?.ok_or_else(|| missing("comment"))?;
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let office = Office::open(gate.desk(), gate.tenant(), &in_force.config)
        .await
        .map_err(|e| store_failed(&e))?;
    let by = proposer(&call, Some(comment));
    let draft = office.draft(by, &plan_bytes(diff)).await.map_err(|why| not_taken(&why))?;
    let suggestion = office.propose(by, draft).await.map_err(|why| not_taken(&why))?;
    let approval = &suggestion.approval;
    let text = format!(
        "Proposed as the suggestion {} (tier {}, against version {}). Nothing has changed: a person decides about it. Tell the user that \
         it waits. What it does:\n{}",
        approval.id,
        approval.ruling.tier,
        suggestion.base,
        items(&suggestion)
    );
    Ok(say(text, value(&suggestion)))
}
