//! Whether a run is still the plan that it was made of, and may still go under the configuration of now.

use crate::config::Config;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::json::Canonical;
use crate::domain::run::Run;
use crate::gate::Gate;
use crate::ir::{self, Checked, Plan, Status, audit};
use crate::run::execute::about;
use crate::run::manifest::nodes;
use crate::store::StoreError;

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
    NeedsAYes,
}

impl NotNow {
    /// Its code.
    pub(in crate::run) fn code(self) -> &'static str {
        match self {
            Self::Rejected => "rejected_now",
            Self::UnknownDirective => "unknown_directive",
            Self::TierRose => "tier_rose",
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
            Self::NeedsAYes => {
                "It needs a person's yes under the configuration of now, and the run was made without"
            }
        }
    }
}

/// What the configuration of now says against a run whose plan it has checked.
pub(in crate::run) fn amiss(config: &Config, checked: &Checked, run: &Run) -> Option<NotNow> {
    if checked.plan.is_none() {
        return Some(NotNow::Rejected);
    }
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
    } else {
        None
    }
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
    let amiss = amiss(&in_force.config, &checked, run);
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
