//! What rules make of calls, wherever they come from.

use crate::config::{Config, Rule, Subject, parse as configuration};
use crate::domain::id::RuleId;
use crate::domain::json::{Limits, parse};
use crate::domain::policy::{RuleSpec, StoredRule};
use crate::domain::principal::{Principal, Role};
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::time::Millis;
use crate::policy::compile_rule;
use crate::policy::rules::{Ruled, Rules};
use std::path::Path;

pub(crate) fn spec(json: &str) -> RuleSpec {
    serde_json::from_str(json).expect(json)
}

pub(crate) fn stored(json: &str) -> StoredRule {
    StoredRule {
        id: RuleId::new(),
        spec: spec(json),
        added_by: Principal::new(Role::Admin, "ada"),
        at: Millis::default(),
        version: 1,
    }
}

fn toml(text: &str) -> Config {
    configuration(text, Path::new("t.toml")).unwrap()
}

fn judge(rules: &Rules, name: &str, arguments: &str, tier: Tier) -> Ruled {
    let node = parse(arguments, &Limits::ARGUMENTS).unwrap();
    rules.judge(name, &Subject::new(Some(&node)), tier)
}

fn strictest(ruled: &Ruled) -> Option<Verdict> {
    ruled.findings.iter().filter_map(|finding| finding.verdict).max()
}

#[test]
fn either_writing_means_the_same() {
    let config = toml(
        "[[rule]]\ntool = \"a__*\"\neffect = \"allow\"\nwhen = { p = \"/srv/**\", n = 5, b = true, r = { regex = \"x+\" } }\nscore = 0.5\n",
    );
    let json = r#"{"tool":"a__*","effect":"allow","when":{"p":"/srv/**","n":5,"b":true,"r":{"regex":"x+"}},"score":0.5}"#;
    assert_eq!(config.rules[0].spec(), &spec(json));
    let compiled = compile_rule(&spec(json)).unwrap();
    for (arguments, met) in [
        (r#"{"p":"/srv/a","n":5.0,"b":true,"r":"xx"}"#, true),
        (r#"{"p":"/srv/../a","n":5,"b":true,"r":"xx"}"#, false),
        (r#"{"p":"/srv/a","n":6,"b":true,"r":"xx"}"#, false),
        (r#"{"p":"/srv/a","n":5,"b":true,"r":"xx","more":1}"#, false),
    ] {
        let node = parse(arguments, &Limits::ARGUMENTS).unwrap();
        assert_eq!(compiled.matches(Some(&node)), met, "{arguments}");
        assert_eq!(config.rules[0].matches(Some(&node)), met, "{arguments}");
    }
}

#[test]
fn stored_rules_judge_and_are_told_by_name_or_id() {
    let named = stored(r#"{"pattern":"\\bsudo\\b","effect":"deny","name":"no-sudo"}"#);
    let nameless = stored(r#"{"tool":"sh__run","effect":"ask"}"#);
    let rules = Rules::build(&[], &[named.clone(), nameless.clone()]).unwrap();
    let hit = judge(&rules, "sh__run", r#"{"command":"sudo ls"}"#, Tier::WRITE);
    assert_eq!(strictest(&hit), Some(Verdict::Deny));
    let names: Vec<&str> = hit.findings.iter().map(|finding| finding.rule.as_ref()).collect();
    assert!(names.contains(&"no-sudo"));
    assert!(names.contains(&format!("rule {}", nameless.id.short()).as_str()), "{names:?}");
    assert!(hit.findings.iter().any(|finding| finding.message.contains(&named.id.short())));
    let miss = judge(&rules, "sh__other", r#"{"command":"ls"}"#, Tier::WRITE);
    assert!(miss.findings.is_empty());
    let error = Rules::build(&[], &[stored(r#"{"pattern":"(","effect":"deny"}"#)]).unwrap_err();
    assert!(error.contains("pattern"), "{error}");
}

#[test]
fn a_tier_is_raised_and_never_lowered_and_an_allow_must_reach_it() {
    let rule = |more: &str| toml(&format!("[[rule]]\ntool = \"a__b\"\n{more}\n")).rules[0].clone();
    let raise = rule("effect = \"ask\"\ntier = 3\nwhen = { x = 1 }");
    let lower = rule("effect = \"ask\"\ntier = 0");
    let allow = rule("effect = \"allow\"");
    let with = |rules: &[Rule], arguments: &str| {
        judge(&Rules::build(rules, &[]).unwrap(), "a__b", arguments, Tier::WRITE)
    };
    let raised = with(&[allow.clone(), raise.clone()], r#"{"x":1}"#);
    assert_eq!((raised.tier, raised.findings.len(), raised.warnings.len()), (Tier::GRAVE, 1, 1));
    let twin = with(&[allow.clone(), raise], r#"{"x":2}"#);
    assert_eq!((twin.tier, strictest(&twin)), (Tier::WRITE, Some(Verdict::Allow)));
    assert_eq!(with(&[lower], "{}").tier, Tier::WRITE);
}

#[test]
fn an_allow_by_pattern_reaches_tier_two_and_no_further() {
    let pattern = |more: &str| {
        let json = format!(r#"{{"pattern":"ls( [a-z]+)?","effect":"allow"{more}}}"#);
        Rules::build(&[], &[stored(&json)]).unwrap()
    };
    let at = |rules: &Rules, text: &str, tier| {
        strictest(&judge(rules, "sh__run", &serde_json::json!({ "c": text }).to_string(), tier))
    };
    let usual = pattern("");
    assert_eq!(at(&usual, "ls a", Tier::WRITE), Some(Verdict::Allow));
    assert_eq!(at(&usual, "ls a", Tier::GRAVE), None);
    assert_eq!(at(&usual, "ls a; rm b", Tier::WRITE), None);
    assert_eq!(at(&pattern(r#","allow_tier":3"#), "ls a", Tier::GRAVE), Some(Verdict::Allow));
}

#[test]
fn the_uri_of_a_resource_is_a_text() {
    let rules =
        Rules::build(&[], &[stored(r#"{"pattern":"evil\\.test","effect":"deny"}"#)]).unwrap();
    let of = |uri| rules.judge("web__x", &Subject::new(None).with_uri(Some(uri)), Tier::READ);
    assert_eq!(strictest(&of("https://evil.test/?q=1")), Some(Verdict::Deny));
    assert_eq!(strictest(&of("https://ev%69l.test/")), Some(Verdict::Deny), "in every spelling");
    assert_eq!(strictest(&of("https://good.test/")), None);
}
