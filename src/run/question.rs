//! Why a question about a run is asked, in the words that the person reads.

use crate::domain::ruling::{Action, Effect, Layer, PolicyRef, Reason, Ruling, Tier, Verdict};
use crate::ir::Validation;
use crate::run::manifest::Resolved;

/// Why the question is asked: one reason a step that wants one, and the directive's.
pub(in crate::run) fn ruling(
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
        format!(
            "a run of {} call{} under `{directive}` ({label}), tier {tier}",
            resolved.len(),
            if resolved.len() == 1 { "" } else { "s" }
        ),
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
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: None,
    }
}

/// More reasons than this help nobody to decide; the card shows every step anyway.
const REASONS_MAX: usize = 50;
