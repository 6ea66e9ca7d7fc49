//! Reading what waits: pages, one question, counts.

use super::stage::{Asker, NOBODYS, People, decide, get, told};
use super::support::{Console, Home, Recorder};
use serde_json::{Value, json};

#[test]
fn a_question_is_told_as_it_was_asked() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (_, id) = asker.writes("h\u{e9}llo \u{202e}x");
    let answer = get(&console, &people.operator, &format!("/api/v1/pending/{id}")).is(200);
    let row = answer.json();
    assert_eq!((&row["id"], &row["action_type"]), (&json!(id), &json!("write_note")));
    assert_eq!(row["namespace"], "notes");
    assert_eq!(row["payload"], json!({ "id": "a", "text": "h\u{e9}llo \u{202e}x" }));
    assert_eq!((&row["status"], &row["state"]), (&json!("pending"), &json!("pending")));
    let by = row["requested_by"].as_str().expect("a name");
    assert!(by.starts_with("agent:") && by.ends_with("/test-client"), "{by}");
    assert_eq!(row["default_timeout_seconds"], 86_400);
    assert_eq!((&row["decided_by"], &row["expired_at"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&row["approvals"], &row["seen"], &row["quorum"]),
        (&json!([]), &json!([]), &json!(1))
    );
    // The same as the command line tells, where the names are the same.
    let shown = home.cli_json(&["show", &id, "--json"]);
    for name in [
        "kind",
        "tier",
        "effect",
        "reasons",
        "warnings",
        "expires_at",
        "call_digest",
        "correlation_id",
    ] {
        assert_eq!(row[name], shown[name], "{name}");
    }
    assert_eq!(row["payload"], shown["arguments"]);
    // Digits as written: no reader in between makes floats of them.
    let (_, id) = asker.asks(
        "write_note",
        json!({ "id": "a", "text": "n", "priority": 9_007_199_254_740_993_u64 }),
    );
    let text = get(&console, &people.operator, &format!("/api/v1/pending/{id}")).is(200).body;
    assert!(text.contains("9007199254740993"), "{text}");
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let ids: Vec<String> = (0..5).map(|n| asker.writes(&format!("note {n}")).1).collect();
    let page = |query: &str| {
        let answer = get(&console, &people.operator, &format!("/api/v1/pending{query}"));
        answer.is(200).json()
    };
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let told = page(&query);
        let rows = told["pending"].as_array().expect("rows").clone();
        assert_eq!(told["count"], rows.len());
        seen.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
        let Some(next) = told["next"].as_str() else { break };
        query = format!("?limit=2&before={next}");
        assert!(seen.len() < 10, "it goes round: {seen:?}");
    }
    seen.reverse();
    assert_eq!(seen, ids);
    assert_eq!(page(&format!("?before={NOBODYS}"))["count"], 0);
    let count = |status: &str| page(&format!("?status={status}"))["count"].clone();
    decide(&console, &people.admin, &ids[0], &json!({ "decision": "deny" })).is(200);
    decide(&console, &people.admin, &ids[1], &json!({ "decision": "approve" })).is(200);
    for (status, n) in [
        ("pending", 3),
        ("denied", 1),
        ("rejected", 1),
        ("approved", 1),
        ("expired", 0),
        ("cancelled", 0),
        ("all", 5),
    ] {
        assert_eq!(count(status), n, "{status}");
    }
    for query in [
        "?status=maybe",
        "?limit=0",
        "?limit=1001",
        "?limit=x",
        "?limit=2&limit=3",
        "?before=4f1c",
        "?page=2",
        "?limit=%zz",
    ] {
        let answer = get(&console, &people.operator, &format!("/api/v1/pending{query}"));
        answer.refused(400, "invalid_parameter");
    }
}

#[test]
fn an_agent_sees_none_of_another() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (_, id) = asker.writes("hello");
    for path in ["/api/v1/pending", "/api/v1/pending?status=all"] {
        assert_eq!(get(&console, &people.agent, path).is(200).json()["count"], 0);
        assert_eq!(get(&console, &people.operator, path).is(200).json()["count"], 1);
    }
    let theirs = get(&console, &people.agent, &format!("/api/v1/pending/{id}"));
    let none = get(&console, &people.agent, &format!("/api/v1/pending/{NOBODYS}"));
    assert_eq!((theirs.status, theirs.body), (404, none.refused(404, "not_found").body));
    get(&console, &people.agent, "/api/v1/pending/stats").refused(403, "role_not_allowed");
    told(&console, &people.operator, &id);
}

#[test]
fn what_waits_is_counted() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let stats = || get(&console, &people.operator, "/api/v1/pending/stats").is(200).json();
    let none = stats();
    assert_eq!((&none["pending"], &none["oldest_requested_at"]), (&json!(0), &Value::Null));
    assert_eq!(
        none["answered"],
        json!({ "count": 0, "median_seconds": null, "p95_seconds": null })
    );
    let mut asker = Asker::of(&home, &recorder);
    let (_, id) = asker.writes("one");
    let (_, grave) = asker.asks("run_command", json!({ "command": "make" }));
    let two = stats();
    assert_eq!(
        (&two["pending"], &two["by_tier"]["2"], &two["by_tier"]["3"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(two["by_server"], json!({ "notes": 2 }));
    assert_eq!(two["oldest_requested_at"], told(&console, &people.operator, &id)["requested_at"]);
    decide(&console, &people.admin, &grave, &json!({ "decision": "deny" })).is(200);
    let one = stats();
    assert_eq!((&one["pending"], &one["answered"]["count"]), (&json!(1), &json!(1)));
    assert!(one["answered"]["median_seconds"].as_i64().is_some_and(|s| (0..60).contains(&s)));
}
