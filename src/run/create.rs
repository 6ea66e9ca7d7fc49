//! Making a run: the plan is checked, resolved and judged, and asked about as a whole if anything in it asks.

use crate::config::{Directive, OnAsk};
use crate::domain::approval::Subject;
use crate::domain::call::{Call, CallParts};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{CorrelationId, RunId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::principal::Principal;
use crate::domain::quorum::Needs;
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::run::{Run, RunState, RunStep};
use crate::domain::time::Millis;
use crate::gate::{Gate, InForce, Refusal};
use crate::ir::{Checked, Plan, Status, Validation, show_hash, validated};
use crate::journal::Passed;
use crate::run::manifest::{Resolved, Unresolved, manifest, resolve};
use crate::run::question::ruling;
use crate::store::StoreError;
use crate::store::runs::{Created, KeyTaken, NewRun, NotCreated, RunKeys};
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
    /// The agent is paused.
    Paused,
    /// Too many runs of this principal wait to be executed.
    TooMany,
    /// The store failed.
    Store(StoreError),
}

impl NotMade {
    /// Its code, in the journal and in answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownDirective(_) => "unknown_directive",
            Self::Rejected(_) => "rejected",
            Self::Unresolved(Unresolved::NotMapped { .. }) => "not_mapped",
            Self::Unresolved(Unresolved::Refused { refusal, .. }) | Self::Denied(_, refusal) => {
                refusal.code
            }
            Self::NeedsAYes(_) => "needs_a_yes",
            Self::TooLarge => "too_large",
            Self::KeyTaken(_) => "idempotency_conflict",
            Self::Paused => "paused",
            Self::TooMany => "too_many",
            Self::Store(error) => error.code(),
        }
    }
}

impl From<NotCreated> for NotMade {
    fn from(why: NotCreated) -> Self {
        match why {
            NotCreated::KeyTaken(taken) => Self::KeyTaken(taken),
            NotCreated::Paused => Self::Paused,
            NotCreated::TooMany => Self::TooMany,
        }
    }
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
    let directives = &in_force.config.directives;
    let directive = directives
        .get(wish.directive)
        .ok_or_else(|| NotMade::UnknownDirective(directives.keys().cloned().collect()))?;
    let Checked { plan, validation } = in_force.check(wish.ir, gate.tenant());
    let policy = in_force.snapshot.policy().version;
    let (correlation, checked) = checked_row(gate, wish.principal, &validation, policy).await?;
    let Some(plan) = plan else {
        gate.desk().store().append(vec![checked]).await?;
        return Err(NotMade::Rejected(Box::new(validation)));
    };
    let refused = refused_row(gate, &wish, &plan, &checked);
    let making = Making {
        gate,
        in_force: &in_force,
        wish: &wish,
        directive,
        plan: &plan,
        validation: &validation,
        correlation,
        checked: &checked,
        refused: &refused,
    };
    let why = match making.make().await {
        Ok((run, replay)) => return Ok(Made { run, replay, validation }),
        Err(NotYet::OnRecord(why)) => return Err(why),
        Err(NotYet::Unrecorded(why)) => why,
    };
    let refused = Draft { outcome: Some(why.code().to_owned()), ..refused };
    gate.desk().store().append(vec![checked, refused]).await?;
    Err(why)
}

/// A plan that passed its check, on its way to a run.
struct Making<'a> {
    gate: &'a Gate,
    in_force: &'a InForce,
    wish: &'a Wish<'a>,
    directive: &'a Directive,
    plan: &'a Plan,
    validation: &'a Validation,
    correlation: CorrelationId,
    checked: &'a Draft,
    refused: &'a Draft,
}

/// Why there is no run, and whether that was recorded.
enum NotYet {
    OnRecord(NotMade),
    Unrecorded(NotMade),
}

impl From<NotMade> for NotYet {
    fn from(why: NotMade) -> Self {
        Self::Unrecorded(why)
    }
}

impl From<StoreError> for NotYet {
    fn from(error: StoreError) -> Self {
        Self::OnRecord(error.into())
    }
}

impl Making<'_> {
    async fn make(&self) -> Result<(Run, bool), NotYet> {
        let Self { gate, in_force, wish, directive, plan, validation, correlation, .. } = *self;
        let keys = RunKeys {
            tenant: gate.tenant().clone(),
            principal: wish.principal.clone(),
            keys: keys(plan),
            ir_hash: plan.hash(),
            directive: wish.directive.to_owned(),
        };
        // Whoever comes again is answered even if a server of it is down now.
        match gate.desk().store().run_for(keys.clone()).await? {
            Some(Ok(run)) => return Ok((run, true)),
            Some(Err(taken)) => return Err(NotMade::KeyTaken(taken).into()),
            None => {}
        }
        // What could not be read back must not be stored.
        if Canonical::read(plan.canonical().as_bytes(), &Limits::ARGUMENTS).is_err() {
            return Err(NotMade::TooLarge.into());
        }
        let resolved =
            resolve(gate, in_force, wish.principal, plan).await.map_err(NotMade::Unresolved)?;
        denied(gate, &resolved, correlation).await?;
        let tier = resolved.iter().map(|r| r.ruling.tier).max().unwrap_or(Tier::READ);
        let tier = tier.max(validation.tier).max(directive.tier);
        let asks = directive.approval
            || tier >= in_force.config.require_approval_tier
            || validation.status == Status::Escalate
            || resolved.iter().any(|r| r.ruling.verdict == Verdict::Ask);
        if asks && wish.on_ask == OnAsk::Deny {
            return Err(NotMade::NeedsAYes(tier).into());
        }
        let id = RunId::new();
        let class = (wish.directive, directive.label.as_str());
        let bytes = manifest(id, class, plan, &resolved).ok_or(NotMade::TooLarge)?;
        let run = self.run(id, tier, &bytes, &resolved);
        let question = asks.then(|| {
            let call = question_call(gate, wish.principal, &bytes);
            let policy = in_force.snapshot.policy().clone();
            let ruling = ruling(tier, class, validation, &resolved, policy);
            let row = gate.journal().row(
                EntryType::ApprovalAsked,
                &call,
                &ruling,
                correlation,
                &Passed::default(),
            );
            let needs = self.needs(&resolved, tier);
            gate.desk().question(call, Subject::Run(id), ruling, correlation, row, needs)
        });
        let row = created_row(gate, &run, &resolved);
        let (checked, refused) = (self.checked.clone(), self.refused.clone());
        let new = NewRun { keys, run, question, checked, row, refused };
        match gate.desk().store().create_run(new).await? {
            Ok(Created { run, replay }) => Ok((run, replay)),
            Err(why) => Err(NotYet::OnRecord(why.into())),
        }
    }

    /// Who must say yes: whoever must to each of its calls, too.
    fn needs(&self, resolved: &[Resolved], tier: Tier) -> Needs {
        let calls = resolved
            .iter()
            .map(|r| (r.target.upstream.as_str(), r.target.tool.as_str(), r.ruling.tier));
        self.in_force.config.quorums.of_run(tier, calls)
    }

    fn run(&self, id: RunId, tier: Tier, manifest: &Canonical, resolved: &[Resolved]) -> Run {
        Run {
            id,
            tenant: self.gate.tenant().clone(),
            principal: self.wish.principal.clone(),
            correlation: self.correlation,
            directive: self.wish.directive.to_owned(),
            label: self.directive.label.clone(),
            tier,
            ir_hash: self.plan.hash(),
            ir: Some(self.plan.canonical().clone()),
            manifest: Some(manifest.clone()),
            manifest_digest: Digest::sha256(&[manifest.as_bytes()]),
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
        }
    }
}

/// The row that says that a plan became no run; why is filled in where that is known.
fn refused_row(gate: &Gate, wish: &Wish<'_>, plan: &Plan, checked: &Draft) -> Draft {
    let body = json!({ "directive": wish.directive, "ir_hash": show_hash(&plan.hash()) });
    Draft {
        kind: EntryType::RunRefused,
        verdict: None,
        body: body.to_string().into_bytes(),
        ..Draft { session: Some(gate.session()), ..checked.clone() }
    }
}

/// The story of a plan, and the row that says what its check found.
async fn checked_row(
    gate: &Gate,
    principal: &Principal,
    validation: &Validation,
    policy: u64,
) -> Result<(CorrelationId, Draft), StoreError> {
    let story = match validation.request_id.as_deref() {
        Some(request) => CorrelationId::of_request(gate.tenant(), request),
        None => CorrelationId::new(),
    };
    let now = gate.desk().store().now().await?;
    let row = Draft {
        correlation: Some(story),
        session: Some(gate.session()),
        principal: Some(principal.clone()),
        ..validated(validation, gate.tenant(), policy, now)
    };
    Ok((story, row))
}

/// The call that the question about a run is sealed as: it binds tenant, principal and every byte of the manifest.
pub(in crate::run) fn question_call(
    gate: &Gate,
    principal: &Principal,
    manifest: &Canonical,
) -> Call {
    let (tenant, session) = (gate.tenant().clone(), gate.session());
    let parts = CallParts::own(tenant, principal.clone(), session, "run", manifest.clone());
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
