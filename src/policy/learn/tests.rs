//! What is learned, and above all what is not.

use crate::domain::json::{Canonical, Limits};
use crate::domain::ruling::{Effect, Tier, Verdict};
use crate::domain::violation::Label;
use crate::policy::learn::{Asked, Sample, patterns, raises, terms};

fn sample(text: &str, label: Label) -> Sample {
    Sample { tool: "shell__run".to_owned(), text: text.to_owned(), label }
}

fn history() -> Vec<Sample> {
    let mut all = Vec::new();
    for round in 0..20 {
        all.push(sample(&format!("rm -rf /data/{round}"), Label::Unsafe));
        all.push(sample(&format!("git status {round}"), Label::Safe));
        all.push(sample(&format!("git commit -m round{round}"), Label::Safe));
        all.push(sample(&format!("ls /data/{round}"), Label::Safe));
    }
    all
}

#[test]
fn what_unsafe_calls_say_is_proposed_and_what_safe_ones_say_never_is() {
    let (learned, looked_at) = terms(&history(), 20);
    assert!(looked_at > 10);
    let all: Vec<&str> = learned.iter().filter_map(|l| l.rule.pattern.as_deref()).collect();
    assert_eq!(all, [r"(?i)\brm\W+rf\b"], "the first thing that they say");
    let best = &learned[0];
    assert_eq!((best.rule.effect, best.support), (Verdict::Deny, 16));
    let held = best.held_back;
    assert!(held.calls == 16 && held.met >= 3 && held.false_positives == Some(0), "{held:?}");
    let compiled = crate::policy::compile_rule(&best.rule).unwrap();
    let met = |text: &str| {
        let arguments = Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).unwrap();
        compiled.matches(Some(&arguments.node().unwrap()))
    };
    assert!(met(r#"{"command":"sudo RM -rf /"}"#), "as it is really written");
    assert!(!met(r#"{"command":"git status"}"#));
}

#[test]
fn a_term_that_fails_on_what_was_held_back_is_not_proposed() {
    // Every fifth call is held back: there `deploy` is safe.
    let all: Vec<Sample> = (0..50)
        .map(|at| {
            let label = if at % 5 == 4 { Label::Safe } else { Label::Unsafe };
            sample("deploy now", label)
        })
        .collect();
    assert!(terms(&all, 20).0.is_empty());
    let agreed: Vec<Sample> = (0..50).map(|_| sample("deploy now", Label::Unsafe)).collect();
    assert!(!terms(&agreed, 20).0.is_empty(), "the twin");
}

#[test]
fn tiers_are_only_raised_and_only_for_tools_that_people_refuse() {
    let mut all: Vec<Sample> = (0..10).map(|_| sample("x", Label::Unsafe)).collect();
    all.extend(
        (0..40).map(|_| Sample { tool: "notes__write".to_owned(), ..sample("x", Label::Safe) }),
    );
    let raised = raises(&all, 20);
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0].rule.tool.as_deref(), Some("shell__run"));
    assert_eq!((raised[0].rule.effect, raised[0].rule.tier), (Verdict::Ask, Some(Tier::GRAVE)));
}

fn asked(path: &str, approved: bool, tier: Tier, effect: Effect) -> Asked {
    let text = format!(r#"{{"path":"{path}","content":"c{path}","mode":"w"}}"#);
    Asked {
        tool: "files__write_file".to_owned(),
        arguments: Some(Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).unwrap()),
        tier,
        effect,
        approved,
    }
}

#[test]
fn what_was_always_approved_becomes_a_pattern_over_every_argument() {
    let all: Vec<Asked> = (0..10)
        .map(|at| asked(&format!("/srv/data/drafts/{at}.md"), true, Tier::WRITE, Effect::Write))
        .collect();
    let found = patterns(&all, 20);
    assert_eq!(found.len(), 1);
    let when = found[0].rule.when.as_ref().unwrap();
    assert_eq!(when["path"], "/srv/data/drafts/**");
    assert_eq!((&when["content"], &when["mode"]), (&"*".into(), &"w".into()));
    let held = found[0].held_back;
    assert_eq!((held.calls, held.met, held.false_positives), (2, 2, None));
    assert_eq!((found[0].precision, found[0].rule.score), (None, None));
    assert_eq!(found[0].rule.allow_tier, None);
}

#[test]
fn nothing_grave_refused_or_too_wide_is_allowed() {
    let path = |at: usize| format!("/srv/data/drafts/{at}.md");
    let ten =
        |tier, effect| (0..10).map(|at| asked(&path(at), true, tier, effect)).collect::<Vec<_>>();
    assert_eq!(patterns(&ten(Tier::WRITE, Effect::Write), 20).len(), 1, "the twin");
    assert!(patterns(&ten(Tier::GRAVE, Effect::Write), 20).is_empty(), "tier 3");
    for effect in [Effect::Executes, Effect::Destructive, Effect::Pays, Effect::SendsOut] {
        assert!(patterns(&ten(Tier::WRITE, effect), 20).is_empty(), "{effect:?}");
    }
    let mut refused = ten(Tier::WRITE, Effect::Write);
    refused.push(asked("/srv/data/drafts/x.md", false, Tier::WRITE, Effect::Write));
    assert!(patterns(&refused, 20).is_empty(), "refused once");
    let apart: Vec<Asked> = (0..10)
        .map(|at| asked(&format!("/srv{at}/a/{at}"), true, Tier::WRITE, Effect::Write))
        .collect();
    assert!(patterns(&apart, 20).is_empty(), "nothing in common");
    let climbing: Vec<Asked> = (0..10)
        .map(|at| asked(&format!("/srv/data/../{at}"), true, Tier::WRITE, Effect::Write))
        .collect();
    assert!(patterns(&climbing, 20).is_empty(), "paths with two readings");
}
