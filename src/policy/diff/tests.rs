//! What a change may be, and what becomes of it. Each refusal stands beside a twin that is taken.

use crate::config::Stance;
use crate::domain::id::RuleId;
use crate::domain::policy::{ModuleStatus, OnError, PolicyDiff, RuleSpec, StoredPolicy};
use crate::domain::principal::{Principal, Role};
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::time::Millis;
use crate::policy::diff::{
    Applied, Applying, Author, Fault, Kind, Standing, Template, against, apply, canonical, read,
    summary, take_back, tier,
};
use proptest::prelude::*;

pub(crate) fn faults(text: &str, from: Author) -> Vec<Fault> {
    read(text.as_bytes(), from).expect_err(text)
}

pub(crate) fn diff(text: &str) -> PolicyDiff {
    read(text.as_bytes(), Author::Admin).unwrap_or_else(|faults| panic!("{text}: {faults:?}")).diff
}

fn no_template(_: &str) -> Option<Template> {
    None
}

pub(crate) fn applied(stored: &StoredPolicy, diff: &PolicyDiff) -> Applied {
    let by = Principal::new(Role::Admin, "ada");
    apply(
        stored,
        diff,
        Applying {
            by: &by,
            at: Millis(5),
            version: stored.version + 1,
            new_id: &mut RuleId::new,
            template: &no_template,
        },
    )
    .unwrap()
}

fn check(text: &str, stored: &StoredPolicy, stance: Stance) -> Vec<&'static str> {
    let read = read(text.as_bytes(), Author::Admin).unwrap();
    let standing = Standing { stored, stance, template: &no_template };
    against(&read, &standing).iter().map(|fault| fault.code).collect()
}

/// What the generator of the field writes.
const GENERATED: &str = r#"{
  "add": [
    {"tool": "sh__run", "pattern": "\\brm\\ rf\\b", "effect": "deny", "score": 0.91, "reason": "unsafe in 12 of 12"},
    {"pattern": "\\bcurl\\b", "effect": "deny", "score": 0.4}
  ],
  "remove": [],
  "meta": {"proposed_by": "trainer", "model_version": "rf-1", "generated_at": "2026-01-02T03:04:05Z",
           "total_features_analyzed": 500, "suggestions_count": 2}
}"#;

#[test]
fn what_generators_write_is_taken_and_may_only_tighten() {
    for from in [Author::Agent, Author::Operator, Author::Admin] {
        let taken = read(GENERATED.as_bytes(), from).unwrap();
        assert!(taken.of_a_model && taken.rules.len() == 2);
        assert_eq!(taken.diff.add[0].reason.as_deref(), Some("unsafe in 12 of 12"));
        let allow = GENERATED.replacen("deny", "allow", 1);
        let found = faults(&allow, from);
        assert_eq!((found[0].code, found[0].at.as_str()), ("model", "/add/0/effect"));
        let id = RuleId::new();
        let remove = GENERATED.replace("\"remove\": []", &format!("\"remove\": [\"{id}\"]"));
        assert_eq!(faults(&remove, from)[0].code, "model");
    }
    let own = GENERATED.replace("\"model_version\": \"rf-1\",", "").replacen("deny", "allow", 1);
    assert!(read(own.as_bytes(), Author::Agent).is_ok());
    let told = own.replace("\"proposed_by\"", "\"origin\": \"model\", \"proposed_by\"");
    assert_eq!(faults(&told, Author::Agent)[0].code, "model");
    let ask = GENERATED.replace("\"deny\"", "\"ask\"");
    assert!(check(&ask, &StoredPolicy::default(), Stance::Ask).is_empty());
    let found = check(&ask, &StoredPolicy::default(), Stance::Deny);
    assert_eq!(found, ["model", "model"], "an ask is more than a denied write");
}

#[test]
fn every_fault_is_told_with_its_place() {
    let text = r#"{"add":[
        {"tool":"a__b","effect":"dney"},
        {"pattern":"(","effect":"deny","score":2},
        {"tool":"[","effect":"deny","colour":"red"},
        {"effect":"deny"},
        {"tool":"a","effect":"deny","when":{"x/y":[1]}},
        {"tool":"a","effect":"deny","allow_tier":3},
        {"tool":"a","effect":"allow","tier":7},
        {"tool":"a__c","effect":"deny","when":{"n":12345678901234567890123}},
        {"tool":null,"pattern":"x","effect":"deny"},
        {"pattern":"abc","effect":"deny","match":[{"a":"xyz"}]},
        {"pattern":"abc","effect":"deny","not_match":[{"a":"ABC"},{"a":"abc"}]},
        7
    ],"remove":["x"],"modules":[{"name":"Bad","status":"on"}],"more":1,"meta":[]}"#;
    let found = faults(text, Author::Admin);
    let at: Vec<&str> = found.iter().map(|fault| fault.at.as_str()).collect();
    for place in [
        "/more",
        "/meta",
        "/add/0/effect",
        "/add/1/score",
        "/add/1/pattern",
        "/add/2/colour",
        "/add/3/tool",
        "/add/4/when/x~1y",
        "/add/5/allow_tier",
        "/add/6/tier",
        "/add/7/when/n",
        "/add/8/tool",
        "/add/9/match/0",
        "/add/10/not_match/1",
        "/add/11",
        "/remove/0",
        "/modules/0/status",
    ] {
        assert!(at.contains(&place), "{place} is missing in {found:#?}");
    }
    assert!(found.iter().all(|fault| !fault.message.is_empty() && !fault.help.is_empty()));
    let effect = found.iter().find(|fault| fault.at == "/add/0/effect").unwrap();
    assert!(effect.message.contains("dney") && effect.message.contains("deny"), "{effect}");
    let twin = r#"{"add":[{"pattern":"abc","effect":"deny","match":[{"a":"xabc"}],"not_match":[{"a":"ABC"}],"score":1,"tier":3},
        {"tool":"a__c","effect":"deny","when":{"n":12.50,"x/y":{"regex":"a+"}}}]}"#;
    assert_eq!(diff(twin).add.len(), 2);
}

#[test]
fn what_two_readers_could_read_in_two_ways_is_refused() {
    for (text, code) in [
        (r#"{"add":[],"add":[{"tool":"a","effect":"deny"}]}"#, "json"),
        (r#"{"add":[{"tool":"a","effect":"deny","effect":"allow"}]}"#, "json"),
        (r#"{"add":[{"tool":"a","effect":"deny"}]} x"#, "json"),
        ("", "json"),
        ("[]", "type"),
        ("{}", "empty"),
        (r#"{"add":[],"remove":[],"meta":{"a":1}}"#, "empty"),
        (r#"{"add":{}}"#, "type"),
        (r#"{"add":[{"tool":"a","effect":"deny"}],"meta":{"n":1e999}}"#, "number"),
    ] {
        assert_eq!(faults(text, Author::Admin)[0].code, code, "{text}");
    }
    let deep = format!(r#"{{"meta":{{"a":{}1{}}}}}"#, "[".repeat(40), "]".repeat(40));
    assert_eq!(faults(&deep, Author::Admin)[0].code, "json");
    assert_eq!(read(b"{\"add\":\xff}", Author::Admin).unwrap_err()[0].code, "json");
    let told = faults("{\"\\u001b[2J\":1}", Author::Admin);
    assert!(told.iter().all(|fault| !fault.at.contains('\u{1b}')), "shown escaped");
}

#[test]
fn agents_may_do_less() {
    let rule = |more: &str| format!(r#"{{"add":[{{"tool":"a__b","effect":"allow"{more}}}]}}"#);
    let module = r#"{"modules":[{"name":"cost_control","status":"active","text":"package x"}]}"#;
    let long = format!(r#"{{"add":[{{"pattern":"{}","effect":"deny"}}]}}"#, "a".repeat(513));
    let many = |n: usize| {
        let rules: Vec<String> =
            (0..n).map(|i| format!(r#"{{"tool":"a__t{i}","effect":"deny"}}"#)).collect();
        format!(r#"{{"add":[{}]}}"#, rules.join(","))
    };
    // Each is within a rule's own limits; together they are not an agent's to ask for.
    let costly: Vec<String> = (0..24)
        .map(|i| format!(r#"{{"pattern":"x{i}[\\w-]{{8}}[\\s.]{{60}}","effect":"deny"}}"#))
        .collect();
    let costly = format!(r#"{{"add":[{}]}}"#, costly.join(","));
    for (text, code) in [
        (rule(r#","allow_tier":3"#), "reach"),
        (module.to_owned(), "reach"),
        (long, "too_large"),
        (many(201), "too_many"),
        (costly, "too_large"),
    ] {
        let cut: String = text.chars().take(80).collect();
        assert_eq!(faults(&text, Author::Agent)[0].code, code, "{cut}");
        for from in [Author::Operator, Author::Admin] {
            assert!(read(text.as_bytes(), from).is_ok(), "{cut}");
        }
    }
    assert!(read(rule("").as_bytes(), Author::Agent).is_ok());
    assert!(read(many(200).as_bytes(), Author::Agent).is_ok());
    assert_eq!(faults(&many(2_001), Author::Admin)[0].code, "too_many");
    let meta = format!(
        r#"{{"add":[{{"tool":"a","effect":"deny"}}],"meta":{{"x":"{}"}}}}"#,
        "a".repeat(16 << 10)
    );
    assert_eq!(faults(&meta, Author::Admin)[0].code, "too_large");
}

#[test]
fn one_rule_too_many_is_told() {
    let doubled = r#"{"add":[{"tool":"*","pattern":"x y","effect":"deny","reason":"a"},{"effect":"deny","pattern":"x y","score":0.5}]}"#;
    let found = faults(doubled, Author::Admin);
    assert_eq!((found[0].code, found[0].at.as_str()), ("duplicate", "/add/1"));
    let id = RuleId::new();
    let twice = format!(r#"{{"remove":["{id}","{}"]}}"#, id.to_string().to_uppercase());
    assert_eq!(faults(&twice, Author::Admin)[0].code, "duplicate");

    let one = r#"{"add":[{"pattern":"x y","effect":"deny"}]}"#;
    let stands = applied(&StoredPolicy::default(), &diff(one)).policy;
    let id = stands.rules[0].id;
    assert_eq!(check(one, &stands, Stance::Ask), ["duplicate"]);
    let again = format!(r#"{{"add":[{{"pattern":"x y","effect":"deny"}}],"remove":["{id}"]}}"#);
    assert!(check(&again, &stands, Stance::Ask).is_empty(), "what replaces it may be like it");
    let unknown = format!(r#"{{"remove":["{}"]}}"#, RuleId::new());
    assert_eq!(check(&unknown, &stands, Stance::Ask), ["no_such_rule"]);
    assert!(check(&format!(r#"{{"remove":["{id}"]}}"#), &stands, Stance::Ask).is_empty());

    let full = StoredPolicy { rules: vec![stands.rules[0].clone(); 10_000], ..stands };
    let other = r#"{"add":[{"tool":"a__b","effect":"deny"}]}"#;
    assert_eq!(check(other, &full, Stance::Ask), ["too_many"]);
}

#[test]
fn modules_are_named_scoped_and_there() {
    for (module, code) in [
        (r#"{"name":"Bad","text":"x"}"#, "name"),
        (r#"{"name":"1a","text":"x"}"#, "name"),
        (r#"{"name":"a"}"#, "empty"),
        (r#"{"name":"a","remove":true,"status":"active"}"#, "remove"),
        (r#"{"name":"a","text":"  "}"#, "empty"),
        (r#"{"name":"a","text":"x","scope":"session"}"#, "scope"),
        (r#"{"name":"a","text":"x","scope":"global","scope_id":"s"}"#, "scope"),
        (r#"{"name":"a","text":"x","scope":"user","scope_id":""}"#, "scope"),
        (r#"{"name":"a","text":"x","x":1}"#, "member"),
    ] {
        assert_eq!(
            faults(&format!(r#"{{"modules":[{module}]}}"#), Author::Admin)[0].code,
            code,
            "{module}"
        );
    }
    let text =
        format!(r#"{{"modules":[{{"name":"a","text":"{}"}}]}}"#, "x".repeat((256 << 10) + 1));
    assert_eq!(faults(&text, Author::Admin)[0].code, "too_large");
    let twice = r#"{"modules":[{"name":"a","text":"x"},{"name":"a","remove":true}]}"#;
    assert_eq!(faults(twice, Author::Admin)[0].code, "duplicate");

    let none = StoredPolicy::default();
    let put =
        r#"{"modules":[{"name":"a","text":"x","scope":"user","scope_id":"u","status":"active"}]}"#;
    let stands = applied(&none, &diff(put)).policy;
    let off = r#"{"modules":[{"name":"a","status":"inactive","scope_id":"v"}]}"#;
    assert!(check(off, &stands, Stance::Ask).is_empty());
    assert_eq!(check(off, &none, Stance::Ask), ["no_such_module", "scope"]);
    assert_eq!(
        check(r#"{"modules":[{"name":"a","remove":true}]}"#, &none, Stance::Ask),
        ["no_such_module"]
    );
    let changed = applied(&stands, &diff(off)).policy;
    let module = &changed.modules[0];
    assert_eq!((module.status, module.scope_id.as_deref()), (ModuleStatus::Inactive, Some("v")));
    assert_eq!((module.revision, module.text.as_str()), (2, "x"));
    let taken = read(br#"{"modules":[{"name":"b","status":"active"}]}"#, Author::Admin).unwrap();
    let ships = |name: &str| {
        let on_error = OnError::Deny;
        (name == "b").then(|| Template { text: "t".into(), description: "d".into(), on_error })
    };
    let standing = Standing { stored: &none, stance: Stance::Ask, template: &ships };
    assert!(against(&taken, &standing).is_empty());
}

#[test]
fn a_decider_is_shown_first_what_loosens() {
    let put = r#"{"add":[{"tool":"a__old","effect":"deny","name":"old"},{"tool":"a__fine","effect":"allow"}],
        "modules":[{"name":"m","text":"x","status":"active","on_error":"deny"},{"name":"n","text":"x"}]}"#;
    let stands = applied(&StoredPolicy::default(), &diff(put)).policy;
    let [old, fine] = [stands.rules[0].id, stands.rules[1].id];
    let change = format!(
        r#"{{"add":[{{"tool":"a__d","effect":"deny","reason":"\u202eno"}},{{"tool":"a__k","effect":"ask"}},{{"tool":"a__l","effect":"allow","when":{{"p":"x"}}}}],
        "remove":["{fine}","{old}"],
        "modules":[{{"name":"m","status":"inactive"}},{{"name":"n","status":"active"}},{{"name":"o","text":"y"}}]}}"#
    );
    let told = summary(&stands, &diff(&change), Stance::Ask);
    let kinds: Vec<(Kind, bool)> =
        told.items.iter().map(|item| (item.kind, item.loosens)).collect();
    assert_eq!(
        kinds,
        [
            (Kind::Remove, true),
            (Kind::Allow, true),
            (Kind::Module, true),
            (Kind::Remove, false),
            (Kind::Module, false),
            (Kind::Module, false),
            (Kind::Ask, false),
            (Kind::Deny, false),
        ]
    );
    assert!(
        told.items[0].text.contains("named \"old\"") && told.items[1].text.contains(r#"{"p":"x"}"#)
    );
    assert!(told.items.iter().all(|item| !item.text.contains('\u{202e}')));
    let tier_of = |text: &str, stance| tier(&summary(&stands, &diff(text), stance));
    let ask = r#"{"add":[{"tool":"a__k","effect":"ask"}]}"#;
    assert_eq!((tier_of(ask, Stance::Ask), tier_of(ask, Stance::Deny)), (Tier::WRITE, Tier::GRAVE));
    for (text, grave) in [
        (r#"{"add":[{"tool":"a__k","effect":"deny"}]}"#.to_owned(), false),
        (r#"{"add":[{"tool":"a__k","effect":"allow"}]}"#.to_owned(), true),
        (format!(r#"{{"remove":["{old}"]}}"#), true),
        (format!(r#"{{"remove":["{fine}"]}}"#), false),
        (r#"{"modules":[{"name":"m","on_error":"allow"}]}"#.to_owned(), true),
        (r#"{"modules":[{"name":"m","text":"other"}]}"#.to_owned(), true),
        (r#"{"modules":[{"name":"m","text":"x"}]}"#.to_owned(), false),
        (r#"{"modules":[{"name":"m","scope":"user","scope_id":"u"}]}"#.to_owned(), true),
        (r#"{"modules":[{"name":"m","remove":true}]}"#.to_owned(), true),
        (r#"{"modules":[{"name":"n","remove":true}]}"#.to_owned(), false),
        (r#"{"modules":[{"name":"n","status":"active"}]}"#.to_owned(), false),
    ] {
        let wanted = if grave { Tier::GRAVE } else { Tier::WRITE };
        assert_eq!(tier_of(&text, Stance::Ask), wanted, "{text}");
    }
}

fn rules() -> impl Strategy<Value = Vec<RuleSpec>> {
    let rule =
        ("[a-c]{1,3}", prop::option::of("[a-z]{2,5}"), 0..3_u8, prop::option::of(0.0..1.0_f64));
    prop::collection::vec(rule, 0..8).prop_map(|rules| {
        rules
            .into_iter()
            .enumerate()
            .map(|(index, (tool, pattern, effect, score))| RuleSpec {
                tool: Some(format!("{tool}__{index}")),
                pattern,
                when: None,
                effect: [Verdict::Allow, Verdict::Ask, Verdict::Deny][usize::from(effect)],
                score,
                name: None,
                reason: None,
                allow_tier: None,
                tier: None,
                matches: Vec::new(),
                not_match: Vec::new(),
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn the_canonical_form_is_stable_and_read_back(add in rules(), n in 0..9_u8) {
        let meta = serde_json::json!({"b": n, "a": {"d": [n], "c": "x"}});
        let written = PolicyDiff { add, meta: meta.as_object().unwrap().clone(), ..PolicyDiff::default() };
        let bytes = canonical(&written);
        let again: PolicyDiff = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&again, &written);
        prop_assert_eq!(canonical(&again), bytes);
        if !written.add.is_empty() {
            // Whatever order its members were written in, and with space between them.
            let pretty = serde_json::to_string_pretty(&written).unwrap();
            let taken = read(pretty.as_bytes(), Author::Admin).unwrap();
            prop_assert_eq!(canonical(&taken.diff), canonical(&written));
        }
    }

    #[test]
    fn what_is_taken_back_is_as_it_was(first in rules(), second in rules(), pick in any::<u32>()) {
        let module = serde_json::json!([{"name": "m", "text": "a", "status": "active"}, {"name": "k", "text": "a"}]);
        let begin = PolicyDiff { add: first, modules: serde_json::from_value(module).unwrap(), ..PolicyDiff::default() };
        let stands = applied(&StoredPolicy::default(), &begin).policy;
        let remove = stands.rules.iter().enumerate().filter(|(i, _)| pick >> (i % 32) & 1 == 1).map(|(_, r)| r.id).collect();
        let module = serde_json::json!([{"name": "m", "remove": true}, {"name": "k", "status": "active"}, {"name": "z", "text": "b"}]);
        let change = PolicyDiff { add: second, remove, modules: serde_json::from_value(module).unwrap(), ..PolicyDiff::default() };
        let Applied { policy, inverse } = applied(&stands, &change);
        prop_assert_eq!(policy.rules.len(), stands.rules.len() + change.add.len() - change.remove.len());
        let back = take_back(&policy, &inverse, 1);
        prop_assert_eq!(back, stands.clone());
        // Removing what was added, as a change of its own, leaves what was there.
        let added = applied(&stands, &PolicyDiff { remove: Vec::new(), modules: Vec::new(), ..change });
        let undo = PolicyDiff { remove: added.inverse.remove.clone(), ..PolicyDiff::default() };
        prop_assert_eq!(applied(&added.policy, &undo).policy.rules, stands.rules);
    }
}
