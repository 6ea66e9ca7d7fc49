//! Whatever is sent to the tools of runs: a clear refusal, nothing stored, and the session goes on.

use serde_json::{Value, json};

use crate::stage::*;
use crate::support::{Session, is_error, text};

/// How much the store holds that a run would leave there.
fn stored(stage: &Stage) -> [u32; 5] {
    ["runs", "run_steps", "idempotency_keys", "approvals", "grants"].map(|table| stage.count(table))
}

/// A refusal with a code and a sentence, as a result or as a protocol error.
#[track_caller]
fn clear(answer: &Value, what: &str) {
    let start = |text: &str| text.chars().take(300).collect::<String>();
    if let Some(message) = answer["error"]["message"].as_str() {
        assert!(message.len() > 10, "{what}: {message}");
        return;
    }
    let result = &answer["result"];
    assert!(is_error(result), "{what} was taken: {}", start(&answer.to_string()));
    assert_ne!(code(result), "(none)", "{what} has no code: {}", start(&answer.to_string()));
    assert!((20..4_000).contains(&text(result).len()), "{what}: {}", start(&text(result)));
}

fn still_works(stage: &Stage, session: &mut Session, before: [u32; 5]) {
    assert_eq!(stored(stage), before, "something was stored");
    let run = create(session, "D1", &plan("twin", &[draft("a", "x")]));
    completed(&execute(session, &run));
    assert_eq!(stage.written(), ["x"]);
}

#[test]
fn arguments_of_the_wrong_kind_are_refused() {
    let stage = Stage::new();
    let mut session = stage.told();
    let before = stored(&stage);
    let odd = [
        json!(null),
        json!(7),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
        json!(""),
        json!("x"),
        json!("../../etc/passwd"),
        json!("' OR 1=1 --"),
        json!("\u{202e}\u{0}"),
        json!("9".repeat(100_000)),
    ];
    for value in &odd {
        for tool in ["run_status", "execute_run", "approve_run"] {
            let answer = session.call_response(tool, json!({"run_id": value}));
            clear(&answer, &format!("{tool} with a strange id"));
        }
        for key in ["directive", "ir"] {
            let mut args = json!({"directive": "D1", "ir": plan("k", &[draft("a", "x")])});
            args[key] = value.clone();
            clear(&session.call_response("create_run", args), &format!("a strange `{key}`"));
        }
    }
    let id = json!({"run_id": NOBODYS});
    for (tool, args) in [
        ("run_status", json!({})),
        ("run_status", json!({"run_id": NOBODYS, "more": 1})),
        ("execute_run", json!({"run_id": NOBODYS, "dry_run": "yes"})),
        ("execute_run", json!({"run_id": NOBODYS, "dry_run": 1})),
        ("execute_run", json!([])),
        ("approve_run", json!({"run_id": NOBODYS, "token": 7})),
        ("approve_run", json!({"run_id": NOBODYS, "token": "t".repeat(1_000_000)})),
        ("create_run", json!({"directive": "D1"})),
        ("create_run", json!({"ir": {}})),
        ("create_run", json!({"directive": "D1", "ir": {}, "Directive": "D1"})),
        ("list_runs", json!({"limit": 0})),
        ("list_runs", json!({"limit": -1})),
        ("list_runs", json!({"limit": 1_001})),
        ("list_runs", json!({"limit": 1.5})),
        ("list_runs", json!({"state": "gone"})),
        ("list_runs", json!({"state": 7})),
        ("list_runs", json!({"tenant": "other"})),
        ("run_status", id),
    ] {
        clear(&session.call_response(tool, args.clone()), &format!("{tool} {args:.100}"));
    }
    still_works(&stage, &mut session, before);
}

#[test]
fn plans_that_can_be_read_in_two_ways_are_refused() {
    let stage = Stage::new();
    let mut session = stage.told();
    let before = stored(&stage);
    let good = plan("k", &[draft("a", "x")]).to_string();
    let texts = [
        String::new(),
        "null".to_owned(),
        "{".to_owned(),
        format!("{good}{good}"),
        good.replace(r#""text":"x""#, r#""text":"x","text":"y""#),
        good.replace(r#""text":"x""#, r#""text":"x","te\u0078t":"y""#),
        good.replace(r#""text":"x""#, r#""text":1.5"#),
        good.replace(r#""text":"x""#, r#""text":1e3"#),
        good.replace(r#""text":"x""#, r#""text":"\ud800""#),
        good.replace(r#""steps""#, r#""unknown":1,"steps""#),
        good.replace(r#""params""#, r#""unknown":1,"params""#),
        good.replace("\"default\"", "\"other\""),
        good.replace(r#""idempotency_key":"k","#, ""),
        good.replace(r#""idempotency_key":"k""#, r#""idempotency_key":"  ""#),
        good.replace("notes.write", "notes.unheard_of"),
        good.replace("drafts.v1", "drafts.v9"),
        format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)),
    ];
    for ir in &texts {
        assert_ne!(*ir, good, "nothing was changed");
        let answer = session.call_response("create_run", json!({"directive": "D1", "ir": ir}));
        clear(&answer, &format!("the plan {ir:.200}"));
    }
    // The same twice-written keys outside of a string.
    for ir in texts.iter().filter(|ir| ir.starts_with('{') && ir.len() > 1) {
        let id =
            session.start_raw_call("create_run", &format!(r#"{{"directive":"D1","ir":{ir}}}"#));
        let answer = session.response_within(id, std::time::Duration::from_secs(10));
        // What is no message at all is answered under no id.
        let answer = answer.unwrap_or_else(|| session.response_to(&Value::Null));
        clear(&answer, &format!("the plan {ir:.200}"));
    }
    still_works(&stage, &mut session, before);
}

#[test]
fn plans_that_are_too_large_are_refused() {
    let stage = Stage::new();
    let mut session = stage.told();
    let before = stored(&stage);
    let many: Vec<Value> = (0..10_001).map(|at| draft("a", &at.to_string())).collect();
    let huge = [draft("a", &"x".repeat(5 * 1024 * 1024))];
    for (what, ir) in [("10,001 steps", plan("k", &many)), ("5 MB", plan("k", &huge))] {
        for ir in [ir.clone(), Value::String(ir.to_string())] {
            clear(&session.call_response("create_run", json!({"directive": "D1", "ir": ir})), what);
        }
    }
    still_works(&stage, &mut session, before);
}

#[test]
fn a_plan_of_many_steps_is_made_and_told() {
    let stage = Stage::new();
    let mut session = stage.told();
    let steps: Vec<Value> = (0..500).map(|at| write("a", &at.to_string())).collect();
    let run = create(&mut session, "D3", &plan("k", &steps));
    assert_eq!((run["jobs"]["total"].as_u64(), stage.count("run_steps")), (Some(500), 500));
    stage.approve(&run);
    assert_eq!(stage.count("grants"), 500);
    stage.silent();
}
