//! `create_run`: resolves a plan to calls and asks about them as a whole, if anything in it asks.

use crate::card::schema::run_schema;
use crate::config::Toolset;
use crate::domain::json::{Canonical, Node};
use crate::mcp::answer::{META_KEY, Said};
use crate::mcp::tools::ir::{member, members, plan_bytes, text, tree};
use crate::mcp::tools::runs::{sentence, told, value};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, object_schema, refuse, say, store_failed,
};
use crate::run::{NotMade, Unresolved, Wish, create};
use crate::store::runs::RUNS_KEPT;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "create_run",
    title: "Make a run of a plan",
    description: "Resolves every step of a plan to a call of a configured server and stores them as a run. If a \
                  step, the plan or the directive needs a yes, a person is asked once about all calls together. \
                  The same plan with the same idempotency keys gives the same run.",
    read_only: false,
    toolset: Toolset::Runs,
    offered: Offered::Agents,
    input,
    output: Some(run_schema),
    refusals: &[
        ("invalid_arguments", "`directive` or `ir` is missing or of another type"),
        ("unknown_directive", "no such directive is configured"),
        ("rejected", "the plan is refused; the violations say why"),
        ("not_mapped", "the configuration does not say which tool does a step"),
        ("unknown_tool", "the tool of a step is not there"),
        ("upstream_unknown", "this session has no server of that name"),
        ("denied_by_policy", "policy denies the call of a step"),
        ("upstream_down", "the server of a step cannot be reached, so its call cannot be judged"),
        ("needs_a_yes", "it needs a yes, and this session is set not to ask"),
        ("too_large", "its plan or its calls are more than a question may hold"),
        ("paused", "this agent was paused"),
        ("too_many", "too many runs of this agent wait to be executed"),
        (
            "idempotency_conflict",
            "a key of it was used for another plan, or under another directive",
        ),
    ],
    examples: &[
        Example {
            arguments: r#"{"directive":"D9","ir":{"tenant_id":"default","steps":[]}}"#,
            refusal: Some("unknown_directive"),
        },
        Example {
            arguments: r#"{"directive":"D1","ir":{"tenant_id":"default","steps":[]}}"#,
            refusal: Some("rejected"),
        },
        Example { arguments: r#"{"directive":"D1"}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

fn input() -> Value {
    object_schema(
        json!({
            "directive": { "type": "string", "description": "The class it runs under, such as `D3`." },
            "ir": {
                "type": ["object", "string"],
                "description": "The plan, as an object or as its JSON text.",
            },
        }),
        &["directive", "ir"],
    )
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { make(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn make(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let (directive, ir) = read(bytes)?;
    let wish = Wish {
        principal: &call.caller.principal,
        directive: &directive,
        ir: &ir,
        on_ask: call.front.on_ask,
    };
    let made = create(&call.front.gate, wish).await.map_err(not_made)?;
    let view = told(call, &made.run).await?;
    let mut result = value(&view);
    result["replay"] = made.replay.into();
    let before = if made.replay { "It was made before. " } else { "" };
    Ok(say(format!("{before}{}", sentence(&view)), result))
}

/// The directive, and the plan's own bytes: never through another reader's hands.
fn read(bytes: &Canonical) -> Result<(String, Vec<u8>), Answered> {
    let tree = tree(bytes)?;
    members(&tree, &["directive", "ir"])?;
    let missing = |what| {
        refuse("invalid_arguments", format!("the arguments do not fit: `{what}` is missing"))
    };
    let directive = text(&tree, "directive")?.ok_or_else(|| missing("directive"))?.to_owned();
    let ir = member(&tree, "ir").ok_or_else(|| missing("ir"))?;
    if !matches!(ir, Node::Object(_) | Node::String(_)) {
        let what =
            "the arguments do not fit: `ir` must be an object, or a text that holds its JSON";
        return Err(refuse("invalid_arguments", what));
    }
    Ok((directive, plan_bytes(ir).into_owned()))
}

fn not_made(why: NotMade) -> Answered {
    match why {
        NotMade::UnknownDirective(known) => refuse(
            "unknown_directive",
            format!("no such directive is configured; there are `{}`", known.join("`, `")),
        ),
        NotMade::Rejected(validation) => {
            let first: Vec<String> = validation
                .violations
                .iter()
                .take(5)
                .map(|v| format!("{} at `{}`: {}", v.code, v.path, v.message))
                .collect();
            Answered::Said(Said {
                text: format!(
                    "NOT MADE. The plan is refused: {}. Nothing was stored.",
                    first.join("; ")
                ),
                structured: None,
                meta: Some(json!({
                    META_KEY: { "code": "rejected", "approval": null, "violations": validation.violations },
                })),
                is_error: true,
            })
        }
        NotMade::Unresolved(Unresolved::NotMapped { step, why }) => refuse(
            "not_mapped",
            format!("NOT MADE. Step {} is no call here: {why}. Tell the user.", step + 1),
        ),
        NotMade::Unresolved(Unresolved::Refused { step, refusal }) => refuse(
            refusal.code,
            format!("NOT MADE. Step {} cannot be resolved: {}", step + 1, refusal.text),
        ),
        NotMade::Denied(step, refusal) => {
            refuse(refusal.code, format!("NOT MADE. Step {} is denied: {}", step + 1, refusal.text))
        }
        NotMade::NeedsAYes(tier) => refuse(
            "needs_a_yes",
            format!(
                "NOT MADE. It is of tier {tier} and needs a yes, and this session is set not to ask."
            ),
        ),
        NotMade::TooLarge => refuse(
            "too_large",
            "NOT MADE. Its plan or its calls are more than a question may hold (4 MiB, 100,000 keys); split the plan.",
        ),
        NotMade::KeyTaken(taken) => refuse(
            "idempotency_conflict",
            format!(
                "NOT MADE. The idempotency key `{}` was used before, by run {}, for another plan or under another \
                 directive; a key stands for one plan only.",
                crate::domain::visible::inline(&taken.key).text,
                taken.run
            ),
        ),
        NotMade::Paused => refuse(
            "paused",
            "NOT MADE. This agent was paused by a person, so it asks nothing. Tell the user.",
        ),
        NotMade::TooMany => refuse(
            "too_many",
            format!(
                "NOT MADE. {RUNS_KEPT} runs of this agent are neither ended nor forgotten; execute some, or cancel \
                 their questions with `cancel_approval`."
            ),
        ),
        NotMade::Store(error) => store_failed(&error),
    }
}
