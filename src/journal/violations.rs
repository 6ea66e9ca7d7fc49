//! What a ruling leaves behind beside its row: the objections of policy to a call, and its own failures.
//!
//! Nothing is made of a plain allow or ask, so the path of reads is as short as it was. A type is made of names only (rules,
//! modules, the first line of a reason), never longer than a line; sentences stay in the erasable body.

use crate::domain::ruling::{Layer, Reason, Ruling, Tier, Verdict};
use crate::domain::violation::{Grade, Taken, Violation};
use crate::journal::guard::{Hidden, name_without};

/// What a policy server elsewhere that gave no decision is called in reasons.
pub(in crate::journal) const REMOTE_FAILED: &str = "remote.error";
/// A type is at most this long.
const KIND_MAX: usize = 120;
/// A decision has at most so many: a module may give as many reasons as it likes.
const MOST: usize = 32;

/// What this ruling leaves behind. `refused` says that the call was stopped by it. No type repeats what was
/// taken out of the call (`hidden`).
pub(in crate::journal) fn of(ruling: &Ruling, refused: bool, hidden: &Hidden) -> Vec<Violation> {
    let mut found = Vec::new();
    let denied = ruling.verdict == Verdict::Deny;
    let taken = if denied && refused { Taken::Blocked } else { Taken::Logged };
    let mut add = |kind: &str, severity: Grade, action_taken: Taken| {
        let kind = named(kind);
        let known = found.iter().any(|other: &Violation| other.kind == kind);
        if !known && found.len() < MOST {
            found.push(Violation { kind, severity, action_taken });
        }
    };
    for module in ruling.modules.iter().filter(|module| module.error.is_some()) {
        let kind = format!("{}.error", module.module);
        if module.verdict == Verdict::Deny {
            add(&kind, Grade::Critical, taken);
        } else {
            add(&kind, Grade::Warning, Taken::Logged);
        }
    }
    for reason in &ruling.reasons {
        let failed = reason.layer == Layer::Remote && reason.rule == REMOTE_FAILED;
        let name = match reason.layer {
            // Theirs quote nothing of a call.
            Layer::Kernel | Layer::Rules | Layer::Stance => reason.rule.clone(),
            Layer::Rego | Layer::Remote => name_without(&reason.rule, hidden),
        };
        match reason.verdict {
            Some(Verdict::Deny) if denied => add(&name, grade(reason, ruling.tier), taken),
            _ if failed => add(&name, Grade::Warning, Taken::Logged),
            _ => {}
        }
    }
    // Its own name stands before each warning of a module; one that failed was told of above.
    for module in ruling.modules.iter().filter(|module| module.error.is_none()) {
        if ruling.warnings.iter().any(|warning| warning.starts_with(&module.module)) {
            add(&format!("{}.warning", module.module), Grade::Info, Taken::Logged);
        }
    }
    found
}

/// What the kernel refuses, and whatever is grave, wants to be looked at first.
fn grade(reason: &Reason, tier: Tier) -> Grade {
    if reason.layer == Layer::Kernel || tier >= Tier::GRAVE || reason.rule.ends_with(".error") {
        Grade::Critical
    } else {
        Grade::Warning
    }
}

fn named(kind: &str) -> String {
    kind.lines().next().unwrap_or_default().chars().take(KIND_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ruling::{Action, Effect, Evaluated, PolicyRef};

    fn ruling(verdict: Verdict) -> Ruling {
        Ruling {
            verdict,
            tier: Tier::WRITE,
            effect: Effect::Write,
            action: Action::LlmCall,
            reasons: Vec::new(),
            warnings: Vec::new(),
            policy: PolicyRef { version: 1, digest: "d".to_owned() },
            modules: Vec::new(),
            given: None,
            leans: None,
            took_us: None,
        }
    }

    fn reason(layer: Layer, rule: &str, verdict: Option<Verdict>) -> Reason {
        Reason { layer, rule: rule.to_owned(), message: "told".to_owned(), verdict }
    }

    fn module(name: &str, verdict: Verdict, error: Option<&str>) -> Evaluated {
        Evaluated {
            module: name.to_owned(),
            package: format!("countersign.{name}"),
            verdict,
            error: error.map(str::to_owned),
        }
    }

    fn told(ruling: &Ruling, refused: bool) -> Vec<(String, &'static str, &'static str)> {
        let mut hidden = Hidden::default();
        hidden.add("canary-7");
        of(ruling, refused, &hidden)
            .into_iter()
            .map(|v| (v.kind, v.severity.as_str(), v.action_taken.as_str()))
            .collect()
    }

    #[test]
    fn a_plain_allow_or_ask_leaves_nothing() {
        for verdict in [Verdict::Allow, Verdict::Ask] {
            let mut plain = ruling(verdict);
            plain.reasons.push(reason(Layer::Stance, "stance.ask", Some(verdict)));
            plain.reasons.push(reason(Layer::Rules, "quiet", Some(Verdict::Allow)));
            plain.modules.push(module("cost_control", Verdict::Allow, None));
            assert!(told(&plain, false).is_empty());
        }
    }

    #[test]
    fn objections_warnings_and_failures_are_told_apart() {
        let mut denied = ruling(Verdict::Deny);
        denied.reasons = vec![
            reason(Layer::Kernel, "deny.ruin", Some(Verdict::Deny)),
            reason(Layer::Rego, "cost_control.canary-7 spent", Some(Verdict::Deny)),
            reason(Layer::Rules, "asks", Some(Verdict::Ask)),
        ];
        assert_eq!(
            told(&denied, true),
            [
                ("deny.ruin".to_owned(), "critical", "blocked"),
                ("cost_control.[masked] spent".to_owned(), "warning", "blocked"),
            ]
        );
        assert!(told(&denied, false).iter().all(|(_, _, taken)| *taken == "logged"));
        let mut open = ruling(Verdict::Allow);
        open.modules = vec![
            module("cost_control", Verdict::Allow, Some("deadline")),
            module("default", Verdict::Allow, None),
        ];
        open.warnings = vec![
            "default: deletes a file".to_owned(),
            "cost_control: it failed".to_owned(),
            "`r` reaches tier 2".to_owned(),
        ];
        assert_eq!(
            told(&open, false),
            [
                ("cost_control.error".to_owned(), "warning", "logged"),
                ("default.warning".to_owned(), "info", "logged"),
            ]
        );
        let mut closed = ruling(Verdict::Deny);
        closed.modules = vec![module("compliance", Verdict::Deny, Some("panic"))];
        closed.reasons.push(reason(Layer::Rego, "compliance.error", Some(Verdict::Deny)));
        assert_eq!(told(&closed, true), [("compliance.error".to_owned(), "critical", "blocked")]);
    }
}
