//! The question about a plan: what policy says of it now, and what a person is shown of it.

use crate::domain::approval::Subject;
use crate::domain::call::{Call, CallParts};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::json::Canonical;
use crate::domain::ruling::{Action, Effect, Layer, Reason, Ruling, Tier, Verdict};
use crate::domain::time::SECOND;
use crate::gate::InForce;
use crate::ir::{Severity, Status, Validation};
use crate::journal::Passed;
use crate::mcp::front::Duty;
use crate::mcp::tools::ir::{PLAN, checked, question, row};
use crate::mcp::tools::{Answered, OwnCall, refuse, store_failed};
use crate::store::Question;
use crate::store::plans::{KeptValidation, NewValidation};
use serde_json::Value;

/// Reasons of steps that go with a question; what is more is counted.
const REASONS: usize = 1_000;

/// What is wanted of `create_approval`.
pub(in crate::mcp::tools::ir) struct Wanted {
    /// The plan.
    pub(in crate::mcp::tools::ir) ir_hash: Digest,
    /// The life of the yes, where one was given.
    pub(in crate::mcp::tools::ir) ttl_seconds: Option<u64>,
}

/// The question about a plan, which is validated once more: what was validated under another policy is worth nothing.
/// An agent asks about what it had validated itself, or a hash would be enough to read another's plan; an approver, who
/// reads every question anyway, answers for the plan of whoever validated it last.
pub(in crate::mcp::tools::ir) async fn asking(
    call: &OwnCall<'_>,
    wanted: &Wanted,
) -> Result<Question, Answered> {
    let gate = &call.front.gate;
    let store = gate.desk().store();
    let in_force = gate.in_force().await.map_err(|e| store_failed(&e))?;
    let by = match &call.front.duty {
        Duty::Agent => Some(&call.caller.principal),
        Duty::Approver(_) => None,
    };
    let kept = store.validation(gate.tenant(), wanted.ir_hash, by).await;
    let Some(KeptValidation { of: kept, .. }) = kept.map_err(|e| store_failed(&e))? else {
        let text = "no plan of this hash was validated here by whoever asks; `validate_ir` comes first, once for every \
                    question. A refused plan is not kept";
        return Err(refuse("not_validated", text));
    };
    if let Duty::Approver(approver) = &call.front.duty
        && kept.principal.name == approver.principal().name
    {
        return Err(refuse("not_a_decider", "nobody answers his own question"));
    }
    let (ruling, arguments) = judged(&kept, &in_force)?;
    let tenant = gate.tenant().clone();
    let parts = CallParts::own(tenant, kept.principal.clone(), gate.session(), PLAN, arguments);
    let sealed = Call::seal(parts, store.key());
    let terms = gate.desk().terms();
    let needs = in_force.config.quorums.of_other(ruling.tier);
    let ttl = wanted.ttl_seconds.and_then(|s| i64::try_from(s).ok()).map(|s| s * SECOND);
    let asked = gate.journal().row(
        EntryType::ApprovalAsked,
        &sealed,
        &ruling,
        kept.correlation,
        &Passed::default(),
    );
    // The store writes what it tells: only there is it known.
    let created = row(EntryType::IrApprovalCreated, call, kept.correlation, &Value::Null);
    let created = Draft { tier: Some(ruling.tier.get()), body: Vec::new(), ..created };
    Ok(Question {
        call: sealed,
        subject: Subject::Plan(wanted.ir_hash),
        ruling,
        answer_within: terms.answer_within,
        yes_life: ttl.unwrap_or(terms.yes_life),
        needs,
        correlation: kept.correlation,
        row: Draft { principal: Some(call.caller.principal.clone()), ..asked },
        also: vec![created],
    })
}

/// What policy says of the plan now, and what a person is shown of it.
fn judged(kept: &NewValidation, in_force: &InForce) -> Result<(Ruling, Canonical), Answered> {
    let damaged = || refuse("not_validated", "the kept plan cannot be read; validate it again");
    let node = kept.ir.node().map_err(|_| damaged())?;
    let checked = checked(&node, in_force, &kept.tenant);
    let validation = checked.validation;
    let plan = match (validation.status, checked.plan) {
        (Status::Pass, _) => {
            let text = "the plan may run as it is; nobody has to say yes to it";
            return Err(refuse("not_needed", text));
        }
        (Status::Escalate, Some(plan)) => plan,
        (Status::Escalate | Status::Reject, _) => {
            let text = "the policy of now refuses this plan; `validate_ir` says why";
            return Err(refuse("not_validated", text));
        }
    };
    if plan.hash() != kept.ir_hash {
        return Err(damaged());
    }
    let arguments = question(&plan).map_err(|_| damaged())?;
    Ok((ruling(&validation, in_force), arguments))
}

fn ruling(validation: &Validation, in_force: &InForce) -> Ruling {
    let needs = validation.steps.iter().filter(|step| step.requires_approval).count();
    let all = validation.steps.len();
    let mut reasons = vec![Reason {
        layer: Layer::Stance,
        rule: "plan".to_owned(),
        message: format!("{needs} of {all} steps need a person's yes"),
        verdict: Some(Verdict::Ask),
    }];
    let mut warnings: Vec<String> = validation
        .violations
        .iter()
        .filter(|v| v.severity == Severity::Warning)
        .map(|v| v.message.clone())
        .collect();
    // What needs the yes comes first, so that it is not among what is left out.
    let grave = validation.steps.iter().filter(|step| step.requires_approval);
    let others = validation.steps.iter().filter(|step| !step.requires_approval);
    let steps = grave.chain(others).flat_map(|step| {
        step.reasons.iter().map(|r| Reason::of_step(step.index, step.tier, &r.rule, &r.message))
    });
    let mut steps = steps.fuse();
    reasons.extend(steps.by_ref().take(REASONS));
    let more = steps.count();
    if more > 0 {
        warnings.push(format!("{more} more reasons of steps are not shown"));
    }
    let effect = if validation.tier >= Tier::GRAVE { Effect::Destructive } else { Effect::Write };
    Ruling {
        verdict: Verdict::Ask,
        tier: validation.tier,
        effect,
        action: Action::ExternalApiCall,
        reasons,
        warnings,
        policy: in_force.snapshot.policy().clone(),
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: None,
    }
}
