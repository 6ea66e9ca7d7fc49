//! A yes is for exactly these bytes: whatever else is a new question, and never runs on it.

use crate::stage::{Stage, asked, call, ran, refused, resume};
use crate::support::Session;

/// Approves one writing, calls with another, then with the approved one.
#[track_caller]
fn one_yes(stage: &Stage, session: &mut Session, change: &Change, runs: usize) {
    let Change { tool, approved, attack } = *change;
    let id = asked(&call(session, tool, approved));
    stage.approve(&id);

    let other = asked(&call(session, tool, attack));
    assert_ne!(id, other, "{attack:?} ran on the yes for {approved:?}");
    refused(&resume(session, &other), "waiting");
    stage.executed(session, runs);

    ran(&call(session, tool, approved));
    stage.executed(session, runs + 1);
    match approved {
        Some(approved) => stage.ran_exactly(approved),
        None => assert!(!stage.writes().last().expect("a call").contains("arguments")),
    }
    // The changed call still waits for a yes of its own, and has one.
    refused(&resume(session, &other), "waiting");
    stage.home.deny(&stage.alice, &other, "twin ran");
}

#[derive(Clone, Copy)]
struct Change {
    tool: &'static str,
    approved: Option<&'static str>,
    attack: Option<&'static str>,
}

macro_rules! changes {
    ($($name:ident: $tool:literal, $approved:expr, $attack:expr;)*) => {
        $(#[test]
        fn $name() {
            let stage = Stage::new();
            let mut session = stage.told();
            let change = Change { tool: $tool, approved: $approved, attack: $attack };
            one_yes(&stage, &mut session, &change, 0);
        })*
    };
}

changes! {
    one_byte_of_an_argument: "write_note",
        Some(r#"{"id":"a","text":"hello"}"#), Some(r#"{"id":"a","text":"hellp"}"#);
    true_for_one: "write_note",
        Some(r#"{"id":"a","text":"t","priority":1}"#), Some(r#"{"id":"a","text":"t","priority":true}"#);
    missing_for_null: "write_note",
        Some(r#"{"id":"a","text":"t","priority":null}"#), Some(r#"{"id":"a","text":"t"}"#);
    null_for_missing: "write_note",
        Some(r#"{"id":"a","text":"t"}"#), Some(r#"{"id":"a","text":"t","priority":null}"#);
    absent_arguments_for_empty_ones: "update_anything", Some("{}"), None;
    empty_arguments_for_absent_ones: "update_anything", None, Some("{}");
    a_number_past_the_precision_of_a_double: "write_note",
        Some(r#"{"id":"a","text":"t","priority":9007199254740992}"#),
        Some(r#"{"id":"a","text":"t","priority":9007199254740993}"#);
    one_point_zero_for_one: "write_note",
        Some(r#"{"id":"a","text":"t","priority":1}"#), Some(r#"{"id":"a","text":"t","priority":1.0}"#);
}

/// Values that some library or person takes for the same.
#[test]
fn what_only_looks_or_counts_the_same_is_another_call() {
    const PAIRS: &[(&str, &str)] = &[
        (r#"{"n":"1"}"#, r#"{"n":1}"#),
        (r#"{"n":0}"#, r#"{"n":-0}"#),
        (r#"{"n":10}"#, r#"{"n":1e1}"#),
        (r#"{"n":1.10}"#, r#"{"n":1.1}"#),
        (r#"{"n":false}"#, r#"{"n":0}"#),
        (r#"{"n":[]}"#, r#"{"n":{}}"#),
        (r#"{"n":[1]}"#, r#"{"n":1}"#),
        (r#"{"n":[1,2]}"#, r#"{"n":[2,1]}"#),
        (r#"{"n":""}"#, r#"{"n":null}"#),
        (r#"{"n":"a"}"#, r#"{"n":"a "}"#),
        (r#"{"n":"a"}"#, r#"{"N":"a"}"#),
        (r#"{"n":"a"}"#, "{\"n\":\"\u{430}\"}"),
        ("{\"n\":\"\u{e9}\"}", "{\"n\":\"e\u{301}\"}"),
        ("{\"n\":\"ab\"}", "{\"n\":\"a\u{200b}b\"}"),
        (r#"{"n":{"a":1},"b":2}"#, r#"{"n":{"a":1,"b":2}}"#),
        (r#"{"deep":[{"x":{"y":"yes"}}]}"#, r#"{"deep":[{"x":{"y":"yet"}}]}"#),
    ];
    let stage = Stage::new();
    let mut session = stage.told();
    for (runs, (approved, attack)) in PAIRS.iter().enumerate() {
        let change =
            Change { tool: "update_anything", approved: Some(approved), attack: Some(attack) };
        one_yes(&stage, &mut session, &change, runs);
    }
}

/// Another order of keys finds the row; what runs is the first writing, the one that was shown.
#[test]
fn another_order_of_keys_finds_the_row_and_runs_the_first_writing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let shown = r#"{"z":{"q":1,"a":[{"k":1,"b":2}]},"a":1.50,"text":"\u0001 é"}"#;
    let reordered = r#"{ "text" : "\u0001 \u00e9", "a":1.50, "z":{"a":[{"b":2,"k":1}],"q":1} }"#;
    let id = asked(&call(&mut session, "update_anything", Some(shown)));
    assert_eq!(id, asked(&call(&mut session, "update_anything", Some(reordered))));
    stage.approve(&id);
    ran(&call(&mut session, "update_anything", Some(reordered)));
    stage.executed(&mut session, 1);
    stage.ran_exactly(shown);
}

/// A key that stands twice is read differently by different readers, so it is read by nobody.
#[test]
fn a_key_that_stands_twice_is_refused_at_any_depth() {
    const TWICE: &[&str] = &[
        r#"{"id":"a","text":"t","id":"b"}"#,
        r#"{"id":"a","text":"t","\u0069d":"b"}"#,
        r#"{"id":"a","text":"t","more":{"x":1,"x":1}}"#,
        r#"{"id":"a","text":"t","more":[[{"x":1,"y":2,"x":3}]]}"#,
    ];
    let stage = Stage::new();
    let mut session = stage.told();
    // Also with a yes for either of the readings at hand.
    for reading in [r#"{"id":"a","text":"t"}"#, r#"{"id":"b","text":"t"}"#] {
        let id = asked(&call(&mut session, "write_note", Some(reading)));
        stage.approve(&id);
    }
    for twice in TWICE {
        session.start_raw_call("write_note", twice);
        let response = session.response_to(&serde_json::Value::Null);
        assert_eq!(response["error"]["code"], -32600, "{twice}: {response}");
        stage.executed(&mut session, 0);
    }
    for (runs, reading) in
        [r#"{"id":"a","text":"t"}"#, r#"{"id":"b","text":"t"}"#].iter().enumerate()
    {
        ran(&call(&mut session, "write_note", Some(reading)));
        stage.executed(&mut session, runs + 1);
    }
}
