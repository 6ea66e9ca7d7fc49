//! One recorded decision under another policy.

use crate::config::Subject;
use crate::domain::call::Method;
use crate::domain::json::Node;
use crate::domain::ruling::{Given, Layer, Reason, Tier, Verdict};
use crate::policy::facts::Facts;
use crate::policy::finding::Finding;
use crate::policy::kernel::{Judged, tier_told};
use crate::policy::replay::{Recorded, Rejudged, Why};
use crate::policy::snapshot::{Snapshot, rule_name};
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Snapshot {
    /// Judges a recorded decision under this policy.
    #[must_use]
    pub fn rejudge(&self, recorded: &Recorded<'_>) -> Rejudged {
        let judged = catch_unwind(AssertUnwindSafe(|| self.again(recorded)));
        judged.unwrap_or(Rejudged::Not(Why::Unreadable))
    }

    fn again(&self, recorded: &Recorded<'_>) -> Rejudged {
        let parts = recorded.call.parts();
        match parts.method {
            Method::ToolsCall | Method::PromptsGet | Method::ResourcesRead => {}
            other => return Rejudged::Not(Why::NotRuled(other.as_str().to_owned())),
        }
        // The time of the row is the time at which it was judged, but for milliseconds.
        let given =
            Given { now: recorded.given.now.or(Some(recorded.at)), ..recorded.given.clone() };
        let facts = Facts {
            call: recorded.call,
            arguments: recorded.arguments,
            definition: None,
            environment: recorded.environment,
            listed_resource: false,
            resources_read: false,
            given: &given,
        };
        let judged = kernel(recorded);
        let mapped = self.mapped(parts);
        let denied = judged.findings.iter().any(|found| found.verdict == Some(Verdict::Deny));
        if !denied
            && let Some(missed) =
                self.modules.misses(&facts, mapped, recorded.unknown, self.budgets)
        {
            return Rejudged::Not(match missed {
                "arguments" => Why::Masked("modules".to_owned()),
                field => Why::NotRecorded(field.to_owned()),
            });
        }
        let places: Vec<&Node<'_>> = match recorded.arguments {
            Some(arguments) => {
                recorded.unknown.iter().filter_map(|at| arguments.pointer(at)).collect()
            }
            None => Vec::new(),
        };
        if places.len() < recorded.unknown.len() {
            return Rejudged::Not(Why::Unreadable);
        }
        let subject = |met| Subject::new(recorded.arguments).with_unknown(&places, met);
        let ruling = self.above(&facts, judged, mapped, subject(false));
        if !places.is_empty() {
            let uri = (parts.method == Method::ResourcesRead).then_some(parts.tool.as_str());
            let (sure, maybe) = (subject(false).with_uri(uri), subject(true).with_uri(uri));
            // Whatever part of them matches, the verdict is that of none, or that of one alone: the strictest wins, and
            // the stance is silent as soon as any rule speaks.
            let others = ruling
                .reasons
                .iter()
                .filter(|r| r.layer != Layer::Stance)
                .filter_map(|r| r.verdict);
            let others = others.max();
            for rule in self.rules.undecided(&rule_name(parts), &sure, &maybe) {
                let reaches = rule.effect != Verdict::Allow || ruling.tier <= rule.allow_tier;
                let with_it = Some(rule.effect).max(others);
                if reaches && with_it != Some(ruling.verdict) {
                    return Rejudged::Not(Why::Masked(rule.name.clone()));
                }
            }
        }
        let decider = ruling.reasons.into_iter().find(|r| r.verdict == Some(ruling.verdict));
        Rejudged::Judged(ruling.verdict, decider)
    }
}

/// What the kernel, and whoever else is no part of a candidate, found then.
fn kernel(recorded: &Recorded<'_>) -> Judged {
    let kept = |reason: &&Reason| match reason.layer {
        Layer::Kernel | Layer::Remote => reason.verdict.is_some(),
        Layer::Rules | Layer::Rego | Layer::Stance => false,
    };
    let findings = recorded.reasons.iter().filter(kept).map(|reason| Finding {
        verdict: reason.verdict,
        layer: reason.layer,
        rule: reason.rule.clone().into(),
        message: reason.message.clone(),
    });
    // Rules that held then may have raised the tier; the kernel's own word stands among its reasons.
    let told: Option<Tier> = recorded.reasons.iter().filter_map(tier_told).max();
    Judged {
        effect: recorded.effect,
        action: recorded.action,
        tier: told.unwrap_or(recorded.tier).min(recorded.tier),
        findings: findings.collect(),
    }
}
