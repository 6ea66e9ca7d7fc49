//! Whether a run is still the plan that it was made of, and may still go under the configuration of now.

use crate::domain::approval::Approval;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::json::Canonical;
use crate::domain::quorum::Needs;
use crate::domain::ruling::Tier;
use crate::domain::run::{Run, RunState};
use crate::gate::{Gate, InForce, Target};
use crate::ir::{self, Checked, Plan, Status, audit};
use crate::run::execute::about;
use crate::run::manifest::{nodes, target};
use crate::store::StoreError;
use std::collections::HashMap;

/// What is wrong with a run before it begins or goes on.
pub(in crate::run) enum Amiss {
    /// What is stored is not what it was made of.
    NotThePlan,
    /// The configuration of now is stricter, or another session's.
    Now(NotNow),
}

/// How the configuration of now stands in the way.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) enum NotNow {
    Rejected,
    UnknownDirective,
    TierRose,
    QuorumRose,
    NeedsAYes,
}

impl NotNow {
    /// Its code.
    pub(in crate::run) fn code(self) -> &'static str {
        match self {
            Self::Rejected => "rejected_now",
            Self::UnknownDirective => "unknown_directive",
            Self::TierRose => "tier_rose",
            Self::QuorumRose => "quorum_rose",
            Self::NeedsAYes => "needs_a_yes",
        }
    }

    /// Why, as the beginning of a sentence.
    pub(in crate::run) fn why(self) -> &'static str {
        match self {
            Self::Rejected => "The plan is refused by the configuration of now",
            Self::UnknownDirective => "Its directive is not in the configuration of now",
            Self::TierRose => {
                "It is graver under the configuration of now than when the run was made"
            }
            Self::QuorumRose => {
                "More people, or others, must say yes to it under the configuration of now than did"
            }
            Self::NeedsAYes => {
                "It needs a person's yes under the configuration of now, and the run was made without"
            }
        }
    }
}

/// What the configuration of now says against a run whose plan it has checked.
pub(in crate::run) fn amiss(
    in_force: &InForce,
    checked: &Checked,
    run: &Run,
    yes: Option<&Approval>,
) -> Option<NotNow> {
    let Some(plan) = &checked.plan else { return Some(NotNow::Rejected) };
    let config = &in_force.config;
    // A class that nobody configures any more says nothing of how grave its runs are.
    let Some(directive) = config.directives.get(&run.directive) else {
        return Some(NotNow::UnknownDirective);
    };
    let tier = checked.validation.tier.max(directive.tier);
    let asks = directive.approval
        || tier >= config.require_approval_tier
        || checked.validation.status == Status::Escalate;
    if tier > run.tier {
        Some(NotNow::TierRose)
    } else if asks && run.approval.is_none() {
        Some(NotNow::NeedsAYes)
    } else if yes.is_some_and(|yes| !yes.is_enough_for(&needs(in_force, plan, run))) {
        Some(NotNow::QuorumRose)
    } else {
        None
    }
}

/// Who must say yes to the run by the configuration of now.
fn needs(in_force: &InForce, plan: &Plan, run: &Run) -> Needs {
    let quorums = &in_force.config.quorums;
    if quorums.iter().next().is_none() {
        return Needs::default();
    }
    let known: HashMap<u32, Tier> = run.steps.iter().map(|step| (step.step, step.tier)).collect();
    // A step that leads nowhere by now needs nobody: it stops the run before anything of it is sent.
    let calls = plan.steps().iter().filter_map(|step| {
        let (target, _) = target(&in_force.vocabulary, step).ok()?;
        Some((target, *known.get(&u32::try_from(step.index).ok()?)?))
    });
    let calls: Vec<(Target, Tier)> = calls.collect();
    quorums.of_run(
        run.tier,
        calls.iter().map(|(t, tier)| (t.upstream.as_str(), t.tool.as_str(), *tier)),
    )
}

/// The plan, and the policy it was checked under, if what is stored is still the plan that was made into this run and
/// may go now. What it is held against is on record either way.
pub(in crate::run) async fn audited(
    gate: &Gate,
    run: &Run,
    ir: &Canonical,
    manifest: &Canonical,
) -> Result<Result<(Plan, String), Amiss>, StoreError> {
    let in_force = gate.in_force().await?;
    let checked = in_force.check_read(ir, gate.tenant());
    // A yes is measured when it is used, and never again.
    let yes = match run.approval {
        Some(id) if run.state == RunState::Created => {
            gate.desk().store().approval(gate.tenant(), id).await?
        }
        Some(_) | None => None,
    };
    let amiss = amiss(&in_force, &checked, run, yes.as_ref());
    let Some(plan) = checked.plan else { return Ok(Err(Amiss::Now(NotNow::Rejected))) };
    let audit = audit::audit(&plan, &nodes(manifest));
    let whole = plan.hash().same(&run.ir_hash)
        && Digest::sha256(&[manifest.as_bytes()]).same(&run.manifest_digest);
    let success = audit.success && whole;
    let kind = if success { EntryType::IrDagDiffOk } else { EntryType::IrDagDiffFailed };
    let now = gate.desk().store().now().await?;
    let body = ir::dag_payload(&audit, gate.tenant(), plan.request_id(), now);
    let row = Draft { body: body.to_string().into_bytes(), ..about(gate, run, kind) };
    gate.desk().store().append(vec![row]).await?;
    Ok(if !success {
        Err(Amiss::NotThePlan)
    } else if let Some(amiss) = amiss {
        Err(Amiss::Now(amiss))
    } else {
        Ok((plan, in_force.snapshot.policy().digest.clone()))
    })
}
