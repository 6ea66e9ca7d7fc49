//! The static gate and the limits at run time, in this process: what passes the gate is still bounded when it judges.

use crate::policy::module::{compile_once, examine, name_of};
use crate::policy::rego::flat_input;
use crate::policy::rego::tried::compile_slowly;
use crate::policy::templates::TEMPLATES;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn module(rules: &str, body: &str) -> String {
    format!(
        "package countersign.m\n\n{rules}\n\ndeny_reasons contains \"no\" if {{\n\t{body}\n}}\n\n\
         decision := {{\"allow\": true, \"deny_reasons\": deny_reasons, \"warnings\": set()}}\n"
    )
}

#[test]
fn a_fault_names_its_place_and_help() {
    let faults = examine("m", &module("", "http.send({}).x == 1\n\ttime.now_ns() == 2"));
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("m.rego:6:14: the builtin `http.send`"), "{told:?}");
    assert!(told[1].starts_with("m.rego:7:16: ") && told[1].contains("input.now_ns"), "{told:?}");
    assert!(examine("Not A Name", "").len() == 1 && examine("m", "").len() == 1);
    assert_eq!(name_of("# a\n\npackage countersign.cost_control # x\n"), Some("cost_control"));
    assert_eq!((name_of("package other.x"), name_of("")), (None, None));
}

#[test]
fn the_templates_pass_the_gate() {
    for one in TEMPLATES {
        assert_eq!(examine(one.name, one.text), [], "{}", one.name);
    }
}

/// What a trial would have met only on its own inputs waits here for one input: it ends within its limits all the same.
#[test]
fn a_bomb_that_waits_for_its_input_is_bounded() {
    let steps =
        |next: &dyn Fn(usize) -> String| (1..=40).map(next).collect::<Vec<_>>().join("\n\n");
    let concat = steps(&|i| format!("s{i} := concat(\"\", [s{0}, s{0}])", i - 1));
    let square = steps(&|i| format!("s{i} := s{0} * s{0}", i - 1));
    let ten = |name: &str| format!("some {name} in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]");
    let loops = ["a", "b", "c", "d", "e", "f"].map(ten).join("\n\t");
    for (what, rules, body) in [
        ("concat", format!("s0 := \"aaaaaaaa\"\n\n{concat}"), "s40 == \"x\"".to_owned()),
        ("square", format!("s0 := input.n\n\n{square}"), "s40 == 1".to_owned()),
        ("loops", String::new(), format!("{loops}\n\ta + b + c + d + e + f == 0")),
        ("width", String::new(), "sprintf(input.format, [1]) == \"\"".to_owned()),
        ("regex", String::new(), "regex.match(input.pattern, \"x\")".to_owned()),
        ("exponent", String::new(), "to_number(input.number) == 1".to_owned()),
        // A failure that is taken for undefined, and negated, is no yes.
        ("negated", format!("s0 := \"aaaaaaaa\"\n\n{concat}"), "not s40 == \"x\"".to_owned()),
    ] {
        let text = module(&rules, &format!("input.go\n\t{body}"));
        let tried = compile_once("m", &text, &json!({})).unwrap();
        assert_eq!(tried.slow(), None, "{what}");
        let input = json!({"go": true, "n": 999_999_999_999_u64, "format": "%1000000000d",
            "pattern": "(\\w{100}){100}(\\w{100}){100}", "number": "1e999999999"});
        let begun = Instant::now();
        let came = tried.evaluate(&input);
        let error = came.error.as_deref();
        assert!(matches!(error, Some("limit" | "deadline")), "{what}: {came:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
        assert_eq!(tried.evaluate(&json!({})).error, None, "{what}: its twin");
    }
}

#[test]
fn what_the_fast_way_cannot_run_is_run_the_slow_way_within_the_same_limits() {
    let concat = (1..=40).map(|i| format!("s{i} := concat(\"\", [s{0}, s{0}])", i - 1));
    let rules = format!("s0 := \"aaaaaaaa\"\n\n{}", concat.collect::<Vec<_>>().join("\n\n"));
    let text = module(&rules, "input.go\n\ts40 == \"x\"");
    let slow = compile_slowly("m", &text, &json!({})).unwrap();
    assert!(slow.slow().is_some());
    assert_eq!(slow.evaluate(&json!({"go": false})).error, None);
    assert!(slow.evaluate(&json!({"go": true})).error.is_some());
}

#[test]
fn a_machine_that_failed_is_not_used_again() {
    let tried =
        compile_once("m", &module("", "sprintf(input.format, [1]) == \"7\""), &json!({})).unwrap();
    for _ in 0..20 {
        assert!(tried.evaluate(&json!({"format": "%9999d"})).error.is_some());
        assert_eq!(tried.evaluate(&json!({"format": "%d"})).error, None);
    }
}

fn word() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        any::<i32>().prop_map(|n| json!(n)),
        (-5.0..5.0).prop_map(|n: f64| json!(n)),
        prop::sample::select(vec![
            "low",
            "gpt-4",
            "a",
            "b",
            "phi",
            "PII",
            "public",
            "eu",
            "us",
            "https://api.ok.test/x",
            "http://evil.test",
            "https://api.ok.test@evil.test/",
            "/app/.env",
            "/tls/x.key",
            "/srv/a.md",
            "",
            "é\u{202e}",
        ])
        .prop_map(|text| json!(text)),
        Just(json!([1, 2])),
        Just(json!({"a": 101, "b": [1, 2, 3]})),
        Just(json!({"id": "1", "approver": "a"})),
    ]
}

fn input() -> impl Strategy<Value = Value> {
    let action = prop::sample::select(vec![
        "llm_call",
        "file_read",
        "file_write",
        "file_delete",
        "external_api_call",
        "exec",
        "any",
    ]);
    let names = prop::sample::select(vec![
        "agent",
        "model",
        "task_priority",
        "estimated_cost_usd",
        "budget_remaining_usd",
        "recent_calls",
        "data_classification",
        "approval",
        "timewindow_seconds",
    ]);
    let places = prop::sample::select(vec!["path", "url", "region", "model"]);
    let now = prop::option::of(1_767_225_600_i64..1_800_000_000);
    let members = prop::collection::btree_map(names, word(), 0..8);
    let resource = prop::option::of(prop::collection::btree_map(places, word(), 0..4));
    (action, members, resource, now).prop_map(|(action, members, resource, now)| {
        let mut input = json!(members);
        input["action"] = json!(action);
        if let Some(resource) = resource {
            input["resource"] = json!(resource);
        }
        if let Some(now) = now {
            input["now_ns"] = json!(now * 1_000_000_000);
        }
        flat_input(&input)
    })
}

#[test]
fn both_evaluators_decide_the_same() {
    let config = json!({
        "compliance": {"approved_hosts": ["api.ok.test"], "allowed_regions": ["eu"]},
        "rate_limiting": {"max_calls": 2}, "time_restrictions": {"tz": "Asia/Tokyo"},
    });
    let both: Vec<_> = TEMPLATES
        .iter()
        .flat_map(|one| [json!({}), config.clone()].map(|config| (one.name, one.text, config)))
        .map(|(name, text, config)| {
            let fast = compile_once(name, text, &config)
                .unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            assert_eq!(fast.slow(), None, "{name}");
            let slow = compile_slowly(name, text, &config).unwrap();
            (name, fast, slow)
        })
        .collect();
    let settings = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) };
    proptest!(settings, |(input in input())| {
        for (name, fast, slow) in &both {
            let (fast, slow) = (fast.evaluate(&input), slow.evaluate(&input));
            prop_assert_eq!(&fast.error, &None, "{}: {}", name, input);
            prop_assert_eq!(fast, slow, "{}: {}", name, input);
        }
    });
}
