//! `consume_approval`: uses the yes to a plan up, once, for exactly that plan.
//!
//! What exactly was wrong with an attempt stands in the journal alone. Outside, every way in which a token can be wrong is
//! one answer, word for word, or tokens could be told apart by trying.

use crate::config::Toolset;
use crate::domain::approval::{Approval, State};
use crate::domain::json::Canonical;
use crate::domain::quorum::Needs;
use crate::domain::ruling::Tier;
use crate::gate::Refusal;
use crate::journal::NoPermit;
use crate::mcp::tools::ir::{checked, hash_schema, ir_hash, members, refuse_with, text, tree};
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, approval_id, id_schema, object_schema, refuse,
    say, store_failed,
};
use crate::store::plans::{NotRedeemedPlan, PlanKey, PlanRedemption};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "consume_approval",
    title: "Use a yes to a plan",
    description: "Uses the yes to a plan up, once, right before the plan is executed: with the answer token, or, for the \
                  one who asked, with the id after a plain yes. Only `success: true` lets the plan run; anything else \
                  means do not execute it.",
    read_only: false,
    toolset: Toolset::Ir,
    offered: Offered::Agents,
    input,
    output: Some(output),
    refusals: &[
        (
            "invalid_arguments",
            "`ir_hash` is no hash, or not exactly one of `token` and `id` is given",
        ),
        (
            "approval_invalid",
            "this is no usable yes to this plan: unknown, used or presented before, or for another plan; the journal \
             knows which",
        ),
        ("approval_expired", "the yes was not used in time; ask the user before you ask anew"),
        (
            "not_approved",
            "by `id`: nobody said yes to your question, or its token must be presented instead",
        ),
        (
            "policy_changed",
            "the policy of now refuses the plan, or finds it graver than what was approved",
        ),
        ("quorum_rose", "more people, or others, must say yes now than did"),
        ("paused", "this agent, or the one that asked, is paused"),
        ("own_decision", "whoever said yes to the plan does not use that yes, too"),
        ("unrecorded", "the journal cannot be written, so nothing may run"),
        ("clock_behind", "this machine's clock stands behind the journal"),
    ],
    examples: &[
        Example {
            arguments: r#"{"token":"csans_made_up","ir_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}"#,
            refusal: Some("approval_invalid"),
        },
        Example {
            arguments: r#"{"id":"00000000-0000-7000-8000-000000000000","ir_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}"#,
            refusal: Some("approval_invalid"),
        },
        Example {
            arguments: r#"{"ir_hash":"sha256:0000000000000000000000000000000000000000000000000000000000000000"}"#,
            refusal: Some("invalid_arguments"),
        },
    ],
    run,
};

fn input() -> Value {
    let token = json!({ "type": "string", "maxLength": 200, "description": "The answer token, as the person gave it." });
    let properties = json!({ "token": token, "id": id_schema(), "ir_hash": hash_schema() });
    // That exactly one of the two is needed stands in words: clients refuse tools whose schema says it.
    object_schema(properties, &["ir_hash"])
}

fn output() -> Value {
    let maybe = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "properties": {
            "success": { "type": "boolean" },
            "status": { "enum": ["consumed", "expired", "invalid", "not_approved"] },
            "message": { "type": "string" },
            "approval_id": maybe,
            "correlation_id": maybe,
            "consumed_at": maybe,
        },
        "required": ["success", "status", "message", "approval_id"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { consume(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn consume(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let gate = &call.front.gate;
    let redemption = {
        let tree = tree(bytes)?;
        members(&tree, &["token", "id", "ir_hash"])?;
        let key = match (text(&tree, "token")?, text(&tree, "id")?) {
            (Some(token), None) => PlanKey::Token(crate::approval::Token::presented(token).hash()),
            (None, Some(id)) => PlanKey::Id(approval_id(id)?),
            (None, None) | (Some(_), Some(_)) => {
                let text = "exactly one of `token` and `id` is needed";
                return Err(refuse("invalid_arguments", text));
            }
        };
        PlanRedemption {
            tenant: gate.tenant().clone(),
            session: gate.session(),
            by: call.caller.principal.clone(),
            ir_hash: ir_hash(&tree)?,
            key,
            tier: None,
            needs: Needs::default(),
        }
    };
    let redemption = as_it_is_now(&call, redemption).await?;
    let by_id = matches!(redemption.key, PlanKey::Id(_));
    let redeemed =
        gate.desk().store().redeem_plan(redemption).await.map_err(|e| store_failed(&e))?;
    match redeemed {
        Ok(approval) => Ok(success(&approval)),
        Err(why) => Err(not_redeemed(why, by_id)),
    }
}

/// With how grave the plan is under the policy of now, and who must say yes to it. A yes is for what was shown, under what held
/// then; what became graver since, or is denied by now, is another matter.
async fn as_it_is_now(
    call: &OwnCall<'_>,
    redemption: PlanRedemption,
) -> Result<PlanRedemption, Answered> {
    let gate = &call.front.gate;
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let shown = gate.desk().store().asked_plan(gate.tenant(), redemption.key).await;
    let Some(shown) = shown.map_err(|e| store_failed(&e))? else { return Ok(redemption) };
    let Ok(node) = shown.node() else { return Ok(redemption) };
    let Some(ir) = node.get("ir") else { return Ok(redemption) };
    let checked = checked(ir, &in_force, gate.tenant());
    let same = checked.plan.filter(|plan| plan.hash() == redemption.ir_hash);
    let tier = same.map(|_| checked.validation.tier);
    let needs = in_force.config.quorums.of_other(tier.unwrap_or(Tier::GRAVE));
    Ok(PlanRedemption { tier, needs, ..redemption })
}

fn success(approval: &Approval) -> Answered {
    let text =
        "The yes is used up. Execute exactly this plan now; it does not count a second time.";
    say(
        text,
        json!({
            "success": true,
            "status": "consumed",
            "message": text,
            "approval_id": approval.id,
            "correlation_id": approval.correlation,
            "consumed_at": approval.consumed_at.map(|at| at.rfc3339()),
        }),
    )
}

fn not_redeemed(why: NotRedeemedPlan, by_id: bool) -> Answered {
    let no = |code: &str, status: &str, text: &str| {
        let data = json!({
            "success": false,
            "status": status,
            "message": text,
            "approval_id": null,
            "correlation_id": null,
            "consumed_at": null,
        });
        refuse_with(code, text, data)
    };
    match why {
        // His own question, of which he may know everything.
        NotRedeemedPlan::NotApproved(state) if by_id => {
            let why = match state {
                State::Pending => {
                    "nobody answered the question yet; `resume_call` waits for the answer"
                }
                State::Approved => {
                    "it was approved with an answer token; present that instead of the id"
                }
                State::Denied => "a person said no; this is final",
                State::Cancelled | State::Expired | State::Consumed => {
                    "the question was taken back"
                }
            };
            no("not_approved", "not_approved", &format!("DO NOT EXECUTE. {why}."))
        }
        NotRedeemedPlan::NotFound
        | NotRedeemedPlan::TenantMismatch
        | NotRedeemedPlan::HashMismatch
        | NotRedeemedPlan::AlreadyConsumed
        | NotRedeemedPlan::AlreadyRedeemed
        | NotRedeemedPlan::NotApproved(_) => no(
            "approval_invalid",
            "invalid",
            "DO NOT EXECUTE. This is no usable yes to this plan. Nothing was used up. Validate the plan and ask again.",
        ),
        NotRedeemedPlan::Expired => no(
            "approval_expired",
            "expired",
            "DO NOT EXECUTE. The yes was not used in time. Ask the user before you ask for another; do not retry.",
        ),
        NotRedeemedPlan::PolicyChanged => no(
            "policy_changed",
            "invalid",
            "DO NOT EXECUTE. The policy of now refuses this plan, or finds it graver than what was approved. Validate it \
             and ask again.",
        ),
        NotRedeemedPlan::QuorumRose => no(
            "quorum_rose",
            "invalid",
            "DO NOT EXECUTE. More people, or others, must say yes to this plan now than did. Nothing was used up. Ask \
             again.",
        ),
        NotRedeemedPlan::OwnDecision => no(
            "own_decision",
            "invalid",
            "DO NOT EXECUTE. Whoever said yes to a plan does not use that yes, too. Nothing was used up; the one who \
             executes the plan uses it.",
        ),
        NotRedeemedPlan::Paused => Answered::Reply(Refusal::no_permit(&NoPermit::Paused).into()),
    }
}
