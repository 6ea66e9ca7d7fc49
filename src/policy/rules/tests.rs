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
use proptest::prelude::*;
use std::path::Path;

pub(crate) fn spec(json: &str) -> RuleSpec {
    serde_json::from_str(json).expect(json)
}

fn stored(json: &str) -> StoredRule {
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

fn judge(rules: &Rules, name: &str, arguments: &str, tier: Tier) -> Ruled<'static> {
    let node = parse(arguments, &Limits::ARGUMENTS).unwrap();
    let ruled = rules.judge(name, &Subject::new(Some(&node)), tier);
    let Ruled { findings, warnings, tier, .. } = ruled;
    Ruled { findings, warnings, tier, matched: Vec::new() }
}

fn strictest(ruled: &Ruled<'_>) -> Option<Verdict> {
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
        let json =
            format!(r#"{{"tool":"sh__run","pattern":"ls( [a-z]+)?","effect":"allow"{more}}}"#);
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
fn an_allow_by_pattern_is_of_one_tool_and_of_texts_alone() {
    let allow = r#"{"tool":"sh__run","pattern":"ls","effect":"allow""#;
    let rules = |more: &str| Rules::build(&[], &[stored(&format!("{allow}{more}}}"))]).unwrap();
    let met = |rules: &Rules, arguments: &str| {
        strictest(&judge(rules, "sh__run", arguments, Tier::WRITE)) == Some(Verdict::Allow)
    };
    let bare = rules("");
    assert!(met(&bare, r#"{"c":"ls"}"#) && met(&bare, r#"{"c":"ls","d":["ls",{"e":"ls"}]}"#));
    for more in ["true", "false", "null", "1", "[]", "{}", r#"["ls",1]"#, r#"{"x":{"y":true}}"#] {
        let arguments = format!(r#"{{"c":"ls","force":{more}}}"#);
        assert!(!met(&bare, &arguments), "{arguments}");
    }
    // What `when` names is judged by that.
    let named = rules(r#","when":{"c":"*","force":false}"#);
    assert!(met(&named, r#"{"c":"ls","force":false}"#));
    for other in
        [r#"{"c":"ls","force":true}"#, r#"{"c":"ls","force":false,"n":1}"#, r#"{"c":"ls"}"#]
    {
        assert!(!met(&named, other), "{other}");
    }
    for tool in ["", r#""tool":"*","#, r#""tool":"sh__*","#, r#""tool":"sh__{run,x}","#] {
        let allow = spec(&format!(r#"{{{tool}"pattern":"ls","effect":"allow"}}"#));
        let wrong = Rule::compile(&allow, "x").unwrap_err();
        assert_eq!(wrong[0].at, "tool", "{tool}");
        let deny = spec(&format!(r#"{{{tool}"pattern":"ls","effect":"deny"}}"#));
        Rule::compile(&deny, "x").unwrap();
    }
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

/// Rules of every kind over few letters, so that they often meet.
fn any_rule() -> impl Strategy<Value = String> {
    let tool =
        prop::option::of(prop_oneof!["[ab]__[xy]", "[ab*]{1,2}__[xy*]{1,2}", Just("*".to_owned())]);
    let pattern = prop::option::of(prop_oneof![
        r"\\b[klK]{1,3}( -?[kl]{1,2})?\\b",
        "[kl/]{1,3}(\\.\\*[kl]{1,2})?",
        r"\[kl\]\+/?",
        r"(kl|lk)\?",
    ]);
    let text =
        prop_oneof!["/?[kl/]{1,4}\\*{0,2}", "[klK]{1,2}", "[kl]\\*[kl]\\*", Just("*".to_owned())];
    let when = prop::option::of(prop::collection::btree_map("[pq]|p\\.q", text, 0..3));
    (tool, pattern, when, 0..3_u8).prop_map(|(tool, pattern, when, effect)| {
        let mut rule = serde_json::Map::new();
        rule.insert("effect".to_owned(), ["allow", "ask", "deny"][usize::from(effect)].into());
        rule.extend(pattern.clone().map(|pattern| ("pattern".to_owned(), pattern.into())));
        let tool = tool.or(pattern.is_none().then(|| "*".to_owned()));
        rule.extend(tool.map(|tool| ("tool".to_owned(), tool.into())));
        rule.extend(when.map(|when| ("when".to_owned(), serde_json::json!(when))));
        serde_json::Value::Object(rule).to_string()
    })
}

fn any_arguments() -> impl Strategy<Value = String> {
    let text = || prop_oneof!["[klK/ -]{0,6}", "(/|%2f|\\\\|//|\\./|'){0,2}[kl/]{1,4}"];
    let value = prop_oneof![
        4 => text().prop_map(serde_json::Value::from),
        1 => prop::collection::vec(text(), 0..4).prop_map(serde_json::Value::from),
        1 => Just(serde_json::json!(7)),
        1 => Just(serde_json::json!({"q": "kl"})),
        1 => Just(serde_json::json!(["kl", 7])),
    ];
    prop_oneof![
        8 => prop::collection::btree_map("[pqr]", value, 0..3).prop_map(|all| serde_json::json!(all).to_string()),
        1 => Just(r#"["kl"]"#.to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    /// Looking up finds what trying every rule would.
    #[test]
    fn what_is_looked_up_is_what_a_plain_loop_finds(
        rules in prop::collection::vec(any_rule(), 1..60),
        arguments in any_arguments(),
        name in "[ab]__[xy]",
    ) {
        let rules: Vec<Rule> = rules.iter().enumerate()
            .filter_map(|(index, json)| Rule::compile(&spec(json), &index.to_string()).ok())
            .collect();
        let node = parse(&arguments, &Limits::ARGUMENTS).unwrap();
        let subject = Subject::new(Some(&node));
        let fits = |rule: &&Rule| {
            rule.tool_glob().unwrap().compile_matcher().is_match(&name) && rule.matches(Some(&node))
        };
        let wanted: Vec<&str> = rules.iter().filter(fits).map(|rule| rule.name.as_str()).collect();
        let built = Rules::build(&rules, &[]).unwrap();
        let ruled = built.judge(&name, &subject, Tier::READ);
        let found: Vec<&str> = ruled.findings.iter().map(|finding| finding.rule.as_ref()).collect();
        prop_assert_eq!(found, wanted, "{} with {}", name, arguments);
    }
}
