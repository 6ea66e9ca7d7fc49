//! Making a run: the plan is checked, resolved and judged, and asked about as a whole if anything in it asks.

use crate::config::OnAsk;
use crate::domain::approval::Subject;
use crate::domain::call::{Call, CallParts, Method, OWN, UpstreamId};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{CorrelationId, RunId};
use crate::domain::json::Canonical;
use crate::domain::principal::Principal;
use crate::domain::ruling::{Action, Effect, Layer, PolicyRef, Reason, Ruling, Tier, Verdict};
use crate::domain::run::{Run, RunState, RunStep};
use crate::domain::time::Millis;
use crate::gate::{Gate, Refusal};
use crate::ir::{Plan, Status, Validation, show_hash, validated};
use crate::journal::{Passed, call_row};
use crate::run::manifest::{Resolved, Unresolved, manifest, resolve};
use crate::store::StoreError;
use crate::store::runs::{Created, KeyTaken, NewRun, RunKeys};
use serde_json::json;
use std::collections::HashSet;

/// What somebody wants to be run.
#[derive(Debug)]
pub struct Wish<'a> {
    /// Who.
    pub principal: &'a Principal,
    /// Under which directive.
    pub directive: &'a str,
    /// The plan, as text.
    pub ir: &'a [u8],
    /// What to do when it needs a yes.
    pub on_ask: OnAsk,
}

/// A run that was made, or found.
#[derive(Debug)]
pub struct Made {
    /// The run.
    pub run: Run,
    /// Whether it was made before for the same plan and keys.
    pub replay: bool,
    /// What the check said of its plan.
    pub validation: Validation,
}

/// Why there is no run. Nothing was stored but the record of a refusal.
#[derive(Debug)]
pub enum NotMade {
    /// No such directive is configured; these are.
    UnknownDirective(Vec<String>),
    /// The plan is refused.
    Rejected(Box<Validation>),
    /// A step is no call here.
    Unresolved(Unresolved),
    /// Policy denies the call of a step.
    Denied(usize, Box<Refusal>),
    /// It needs a yes, and this session does not ask.
    NeedsAYes(Tier),
    /// It is too large to be asked about.
    TooLarge,
    /// A key of it was used for something else.
    KeyTaken(KeyTaken),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotMade {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Makes a run.
///
/// # Errors
/// [`NotMade`].
pub async fn create(gate: &Gate, wish: Wish<'_>) -> Result<Made, NotMade> {
    let in_force = gate.in_force().await?;
    let config = &in_force.config;
    let directive = config
        .directives
        .get(wish.directive)
        .ok_or_else(|| NotMade::UnknownDirective(config.directives.keys().cloned().collect()))?;
    let ask_from = config.require_approval_tier;
    let checked = in_force.check(wish.ir, gate.tenant());
    let validation = checked.validation;
    let (correlation, checked_row) = checked_row(gate, wish.principal, &validation).await?;
    let Some(plan) = checked.plan else {
        gate.desk().store().append(vec![checked_row]).await?;
        return Err(NotMade::Rejected(Box::new(validation)));
    };
    let keys = RunKeys {
        tenant: gate.tenant().clone(),
        principal: wish.principal.clone(),
        keys: keys(&plan),
        ir_hash: plan.hash(),
        directive: wish.directive.to_owned(),
    };
    // Whoever comes again is answered even if a server of it is down now.
    match gate.desk().store().run_for(keys.clone()).await? {
        Some(Ok(run)) => return Ok(Made { run, replay: true, validation }),
        Some(Err(taken)) => return Err(NotMade::KeyTaken(taken)),
        None => {}
    }
    let resolved =
        resolve(gate, &in_force, wish.principal, &plan).await.map_err(NotMade::Unresolved)?;
    denied(gate, &resolved, correlation).await?;
    let tier = resolved.iter().map(|r| r.ruling.tier).max().unwrap_or(Tier::READ);
    let tier = tier.max(validation.tier).max(directive.tier);
    let asks = directive.approval
        || tier >= ask_from
        || validation.status == Status::Escalate
        || resolved.iter().any(|r| r.ruling.verdict == Verdict::Ask);
    if asks && wish.on_ask == OnAsk::Deny {
        return Err(NotMade::NeedsAYes(tier));
    }
    let id = RunId::new();
    let class = (wish.directive, directive.label.as_str());
    let bytes = manifest(id, class, &plan, &resolved).ok_or(NotMade::TooLarge)?;
    let run = Run {
        id,
        tenant: gate.tenant().clone(),
        principal: wish.principal.clone(),
        correlation,
        directive: wish.directive.to_owned(),
        label: directive.label.clone(),
        tier,
        ir_hash: plan.hash(),
        ir: Some(plan.canonical().clone()),
        manifest: Some(bytes.clone()),
        manifest_digest: Digest::sha256(&[bytes.as_bytes()]),
        approval: None,
        state: RunState::Created,
        cause: None,
        session: None,
        created_at: Millis::default(),
        started_at: None,
        ended_at: None,
        tokens: 0,
        steps: resolved
            .iter()
            .map(|r| RunStep {
                step: r.step,
                call_digest: r.call.digest(),
                tier: r.ruling.tier,
                intent: None,
                outcome: None,
                again: None,
            })
            .collect(),
    };
    let question = asks.then(|| {
        let call = question_call(gate, wish.principal, &bytes);
        let policy = in_force.snapshot.policy().clone();
        let ruling = ruling(tier, class, &validation, &resolved, policy);
        let row =
            call_row(EntryType::ApprovalAsked, &call, &ruling, correlation, &Passed::default());
        gate.desk().question(call, Subject::Run(id), ruling, correlation, row)
    });
    let created = created_row(gate, &run, &resolved);
    let new = NewRun { keys, run, question, checked: checked_row, row: created };
    match gate.desk().store().create_run(new).await? {
        Ok(Created { run, replay }) => Ok(Made { run, replay, validation }),
        Err(taken) => Err(NotMade::KeyTaken(taken)),
    }
}

/// The story of a plan, and the row that says what its check found.
async fn checked_row(
    gate: &Gate,
    principal: &Principal,
    validation: &Validation,
) -> Result<(CorrelationId, Draft), StoreError> {
    let story = match validation.request_id.as_deref() {
        Some(request) => CorrelationId::of_request(gate.tenant(), request),
        None => CorrelationId::new(),
    };
    let now = gate.desk().store().now().await?;
    let (kind, verdict, payload) = validated(validation, gate.tenant(), now);
    let row = Draft {
        correlation: Some(story),
        session: Some(gate.session()),
        principal: Some(principal.clone()),
        verdict: Some(verdict.as_str().to_owned()),
        tier: Some(validation.tier.get()),
        body: payload.to_string().into_bytes(),
        ..Draft::new(kind, gate.tenant())
    };
    Ok((story, row))
}

/// The call that the question about a run is sealed as: it binds tenant, principal and every byte of the manifest.
pub(in crate::run) fn question_call(
    gate: &Gate,
    principal: &Principal,
    manifest: &Canonical,
) -> Call {
    let parts = CallParts {
        tenant: gate.tenant().clone(),
        principal: principal.clone(),
        session: gate.session(),
        upstream: UpstreamId { name: OWN.to_owned(), digest: Digest::ZERO },
        method: Method::ToolsCall,
        tool: "run".to_owned(),
        definition: Digest::ZERO,
        arguments: Some(manifest.clone()),
    };
    Call::seal(parts, gate.desk().store().key())
}

/// A call that policy denies makes the whole run impossible; the refusal is on record.
async fn denied(
    gate: &Gate,
    resolved: &[Resolved],
    correlation: CorrelationId,
) -> Result<(), NotMade> {
    let Some(r) = resolved.iter().find(|r| r.ruling.verdict == Verdict::Deny) else {
        return Ok(());
    };
    gate.journal().refused(&r.call, &r.ruling, correlation, "denied_by_policy").await?;
    let refusal = Refusal::by_policy(&r.call, &r.ruling);
    Err(NotMade::Denied(r.step as usize, Box::new(refusal)))
}

/// The key of the plan, then those of its steps.
fn keys(plan: &Plan) -> Vec<String> {
    let of_steps = plan.steps().iter().map(|step| step.idempotency_key.clone());
    let all = plan.idempotency_key().map(str::to_owned).into_iter().chain(of_steps);
    // A step may well be called as its plan is.
    let mut seen = HashSet::new();
    all.filter(|key| seen.insert(key.clone())).collect()
}

/// Why the question is asked: one reason a step that wants one, and the directive's.
fn ruling(
    tier: Tier,
    (directive, label): (&str, &str),
    validation: &Validation,
    resolved: &[Resolved],
    policy: PolicyRef,
) -> Ruling {
    let reason = |rule: &str, message: String, verdict| Reason {
        layer: Layer::Kernel,
        rule: rule.to_owned(),
        message,
        verdict,
    };
    let mut reasons = vec![reason(
        "run.manifest",
        format!("a run of {} calls under `{directive}` ({label}), tier {tier}", resolved.len()),
        Some(Verdict::Ask),
    )];
    for (step, r) in validation.steps.iter().zip(resolved) {
        let asks = step.requires_approval || r.ruling.verdict == Verdict::Ask;
        if !asks || reasons.len() > REASONS_MAX {
            continue;
        }
        let of_call = r.ruling.reasons.iter().find(|reason| reason.verdict == Some(Verdict::Ask));
        let of_step = step.reasons.first().map(|reason| reason.message.clone().into_owned());
        let why = of_step.or_else(|| of_call.map(|r| r.message.clone())).unwrap_or_default();
        let message = format!(
            "step {}: `{}` as `{}`, tier {}: {why}",
            step.index + 1,
            step.action,
            r.call.name(),
            r.ruling.tier.max(step.tier)
        );
        reasons.push(reason("run.step", message, Some(Verdict::Ask)));
    }
    let gravest = resolved.iter().max_by_key(|r| r.ruling.tier);
    Ruling {
        verdict: Verdict::Ask,
        tier,
        effect: gravest.map_or(Effect::Write, |r| r.ruling.effect),
        action: gravest.map_or(Action::ExternalApiCall, |r| r.ruling.action),
        reasons,
        warnings: Vec::new(),
        policy,
    }
}

/// More reasons than this help nobody to decide; the card shows every step anyway.
const REASONS_MAX: usize = 50;

fn created_row(gate: &Gate, run: &Run, resolved: &[Resolved]) -> Draft {
    let steps: Vec<_> = resolved
        .iter()
        .map(|r| {
            json!({
                "step": r.step,
                "server": r.target.upstream,
                "tool": r.target.tool,
                "tier": r.ruling.tier,
                "verdict": r.ruling.verdict,
                "call_digest": r.call.digest(),
            })
        })
        .collect();
    let body = json!({
        "run": run.id,
        "directive": run.directive,
        "label": run.label,
        "ir_hash": show_hash(&run.ir_hash),
        "manifest_digest": show_hash(&run.manifest_digest),
        "steps": steps,
    });
    Draft {
        correlation: Some(run.correlation),
        session: Some(gate.session()),
        principal: Some(run.principal.clone()),
        tier: Some(run.tier.get()),
        body: body.to_string().into_bytes(),
        ..Draft::new(EntryType::RunCreated, &run.tenant)
    }
}
