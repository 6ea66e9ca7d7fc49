//! `create_approval`: asks for a yes to a validated plan; in an approver's own session gives it, as a token.
//!
//! Asking and deciding stay two things. An agent's session puts the question and never sees a token. An approver's
//! session decides in the same breath, in the name of the principal that had the plan validated: what it gets is the
//! answer token of a yes that it gave itself, under its own name, and never to a plan of its own.

use crate::approval::Approver;
use crate::config::{OnAsk, Toolset};
use crate::domain::approval::{Approval, State, Subject, TokenState};
use crate::domain::json::Canonical;
use crate::domain::principal::is_stopped_by;
use crate::domain::time::SECOND;
use crate::domain::visible;
use crate::gate::Refusal;
use crate::ir::show_hash;
use crate::journal::NoPermit;
use crate::mcp::front::Duty;
use crate::mcp::tools::ir::asking::{Wanted, asking};
use crate::mcp::tools::ir::{hash_schema, ir_hash, member, members, tree};
use crate::mcp::tools::pending_approve::not_decided;
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, object_schema, refuse, say, store_failed,
};
use crate::store::{Asked, Question};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

/// The longest life of a yes, in seconds.
const TTL_MAX: u64 = 86_400;

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "create_approval",
    title: "Ask for a yes to a plan",
    description: "Asks a person for a yes to a plan that `validate_ir` answered ESCALATE for. An agent gets the id of \
                  the question and waits (`resume_call`); only an approver's own session gets the answer token, once. \
                  After the yes `consume_approval` uses it up, once, for exactly this plan.",
    read_only: false,
    toolset: Toolset::Ir,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[
        (
            "invalid_arguments",
            "`ir_hash` is no hash, or `ttl_seconds` is not a whole number from 1 to 86400",
        ),
        ("ttl_too_long", "an agent asks for a yes that would live longer than is configured"),
        (
            "not_validated",
            "no plan of this hash was validated here (an agent's: by itself), its question ended since, or the policy \
             of now refuses it",
        ),
        ("not_needed", "the plan may run as it is; nobody has to say yes"),
        ("needs_a_yes", "this session is set not to ask"),
        ("paused", "this agent is paused"),
        ("not_a_decider", "an approver's own plan, or a token that was revoked"),
        ("tier_too_high", "the plan is graver than what may be answered over MCP"),
        ("already_ended", "somebody else answered meanwhile"),
        (
            "other_ttl",
            "a question about this plan waits already, with another `ttl_seconds`, or one above what is configured",
        ),
        ("unrecorded", "the journal cannot be written, so nothing was asked"),
        ("clock_behind", "this machine's clock stands behind the journal"),
    ],
    examples: &[
        Example {
            arguments: r#"{"ir_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}"#,
            refusal: Some("not_validated"),
        },
        Example { arguments: r#"{"ir_hash":"abc"}"#, refusal: Some("invalid_arguments") },
        Example {
            arguments: r#"{"ir_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","ttl_seconds":0}"#,
            refusal: Some("invalid_arguments"),
        },
    ],
    run,
};

fn input() -> Value {
    let ttl = json!({
        "type": "integer",
        "minimum": 1,
        "maximum": TTL_MAX,
        "description": "How long the yes can be used, from the moment it is given. Default: as configured, which an \
                        agent cannot exceed.",
    });
    object_schema(json!({ "ir_hash": hash_schema(), "ttl_seconds": ttl }), &["ir_hash"])
}

fn output() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "approval_id": text,
            "status": { "enum": ["pending", "approved"] },
            "ir_hash": text,
            "tenant_id": text,
            "risk_tier": { "type": "integer", "minimum": 0, "maximum": 3 },
            "ttl_seconds": { "type": "integer", "minimum": 1 },
            "created_by": { "type": "string", "description": "Whose plan it is: who had it validated." },
            "created_at": text,
            "expires_at": { "type": "string", "description": "Until when it can be answered; once approved: used." },
            "correlation_id": text,
            "attached": { "type": "boolean", "description": "Whether the question was there already." },
            "needs_token": { "type": "boolean" },
            "token": { "type": "string", "description": "The answer token: only in an approver's session, only once." },
        },
        "required": ["approval_id", "status", "ir_hash", "tenant_id", "risk_tier", "ttl_seconds", "created_at",
            "expires_at", "correlation_id", "attached", "needs_token"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { create(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

fn wanted(bytes: &Canonical) -> Result<Wanted, Answered> {
    let tree = tree(bytes)?;
    members(&tree, &["ir_hash", "ttl_seconds"])?;
    let ttl_seconds = match member(&tree, "ttl_seconds") {
        None => None,
        // Exactly what was written: a fraction, a sign or a zero is no number of seconds here.
        Some(node) => match node.as_u64() {
            Some(seconds) if (1..=TTL_MAX).contains(&seconds) => Some(seconds),
            _ => {
                let what = format!("`ttl_seconds` must be a whole number from 1 to {TTL_MAX}");
                return Err(refuse("invalid_arguments", what));
            }
        },
    };
    Ok(Wanted { ir_hash: ir_hash(&tree)?, ttl_seconds })
}

async fn create(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let wanted = wanted(bytes)?;
    may_ask(&call).await?;
    match &call.front.duty {
        Duty::Agent => {
            within_the_configured_life(&call, &wanted)?;
            let asking = asking(&call, &wanted).await?;
            let asked = ask(&call, asking).await?;
            Ok(pending(&asked))
        }
        Duty::Approver(approver) => mint(&call, &wanted, approver).await,
    }
}

/// Whoever will use the yes does not choose that it lives longer than whoever set this up said.
fn within_the_configured_life(call: &OwnCall<'_>, wanted: &Wanted) -> Result<(), Answered> {
    let limit = configured_life(call);
    let within = |seconds: u64| i64::try_from(seconds).is_ok_and(|seconds| seconds <= limit);
    if !wanted.ttl_seconds.is_none_or(within) {
        let text = format!(
            "a yes lives at most {limit} seconds here; give a `ttl_seconds` up to {limit}, or leave it out. Only an \
             approver's session may choose more"
        );
        return Err(refuse("ttl_too_long", text));
    }
    Ok(())
}

/// How long a yes lives as configured, in seconds.
fn configured_life(call: &OwnCall<'_>) -> i64 {
    call.front.gate.desk().terms().yes_life / SECOND
}

/// Whether this session asks at all.
async fn may_ask(call: &OwnCall<'_>) -> Result<(), Answered> {
    let gate = &call.front.gate;
    let paused = gate.desk().store().paused(gate.tenant()).await.map_err(|e| store_failed(&e))?;
    let name = &call.caller.principal.name;
    if paused.iter().any(|who| is_stopped_by(name, who.as_deref())) {
        return Err(Answered::Reply(Refusal::no_permit(&NoPermit::Paused).into()));
    }
    if matches!(call.front.duty, Duty::Agent) && call.front.on_ask == OnAsk::Deny {
        let text = "the plan needs a person's yes, and this session is set not to ask";
        return Err(refuse("needs_a_yes", text));
    }
    Ok(())
}

async fn ask(call: &OwnCall<'_>, question: Question) -> Result<Asked, Answered> {
    call.front.gate.desk().store().ask(question).await.map_err(|e| store_failed(&e))
}

/// Decides yes, in an approver's own session.
async fn mint(
    call: &OwnCall<'_>,
    wanted: &Wanted,
    approver: &Approver,
) -> Result<Answered, Answered> {
    let gate = &call.front.gate;
    let mut asking = asking(call, wanted).await?;
    if asking.ruling.tier > approver.max_tier() {
        let text = "this plan is too grave to be answered here; ask, and answer it at a terminal";
        return Err(refuse("tier_too_high", text));
    }
    // It is answered at once, so what is told of its end is the end of the yes.
    asking.answer_within = asking.yes_life;
    let Asked { approval, attached } = ask(call, asking).await?;
    let life = approval.yes_life / SECOND;
    let other = match wanted.ttl_seconds {
        Some(seconds) => i64::try_from(seconds) != Ok(life),
        // What lives longer than configured is chosen in so many words, not met by chance.
        None => life > configured_life(call),
    };
    if attached && other {
        let text = format!(
            "question {} about this plan waits already, with `ttl_seconds` {life}; give exactly that, or cancel it first",
            approval.id,
        );
        return Err(refuse("other_ttl", text));
    }
    let decided = gate
        .desk()
        .mint(gate.tenant(), approval.id, approver, None)
        .await
        .map_err(|e| store_failed(&e))?;
    match decided {
        Ok((approval, token)) => {
            let mut result = result(&approval, attached);
            result["token"] = json!(token.reveal());
            let more = if approval.state == State::Approved {
                "It is approved."
            } else {
                "Others must say yes, too, before the token counts."
            };
            let text = format!(
                "{more} The plan is one of `{}`. The answer token is shown once, in this result. Whoever holds it uses \
                 the yes with `consume_approval`, once, for exactly this plan, before {}.",
                visible::inline(&approval.principal.to_string()).text,
                result["expires_at"].as_str().unwrap_or_default()
            );
            Ok(say(text, result))
        }
        Err(why) => {
            if !attached {
                // It was put only to be answered here; the agent never asked.
                let by = approver.principal();
                let reason = Some("it could not be answered".to_owned());
                let taken =
                    gate.desk().store().cancel(gate.tenant(), approval.id, by, reason).await;
                drop(taken.map_err(|e| store_failed(&e))?);
            }
            Err(not_decided(&why))
        }
    }
}

fn result(approval: &Approval, attached: bool) -> Value {
    let ir_hash = match approval.subject {
        Subject::Plan(hash) => show_hash(&hash),
        Subject::Call | Subject::Run(_) | Subject::Policy(_) | Subject::Step(..) => String::new(),
    };
    json!({
        "approval_id": approval.id,
        "status": approval.state,
        "ir_hash": ir_hash,
        "tenant_id": approval.tenant,
        "risk_tier": approval.ruling.tier,
        "ttl_seconds": approval.yes_life / SECOND,
        "created_by": approval.principal.to_string(),
        "created_at": approval.asked_at.rfc3339(),
        "expires_at": approval.run_by.unwrap_or(approval.answer_by).rfc3339(),
        "correlation_id": approval.correlation,
        "attached": attached,
        "needs_token": approval.token == TokenState::Minted,
    })
}

fn pending(asked: &Asked) -> Answered {
    let Asked { approval, attached } = asked;
    let result = result(approval, *attached);
    let text = match approval.state {
        State::Approved if approval.token == TokenState::Minted => format!(
            "A person said yes to question {} already, by an answer token. Use that with `consume_approval`.",
            approval.id
        ),
        State::Approved => format!(
            "A person said yes already. Use it with `consume_approval`, with the id {}.",
            approval.id
        ),
        _ => format!(
            "A person is asked about this plan (tier {}); nothing of it may run yet. Tell the user that it waits, then \
             call `resume_call` with {} once: it waits by itself. After a plain yes use it with `consume_approval` and \
             this id; if the person gives an answer token, whoever executes the plan uses that instead. It can be \
             answered until {}.",
            approval.ruling.tier,
            approval.id,
            approval.answer_by.rfc3339()
        ),
    };
    say(text, result)
}
