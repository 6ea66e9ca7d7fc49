//! Answers over HTTP: each refusal leaves everything as it was and has a twin that counts.

use super::stage::{Asker, NOBODYS, People, decide, refusals, rows, told};
use super::support::{Console, Home, Recorder};
use serde_json::{Value, json};

fn yes() -> Value {
    json!({ "decision": "approve" })
}

#[track_caller]
fn still_pending(console: &Console, people: &People, recorder: &Recorder, id: &str) {
    assert_eq!(told(console, &people.admin, id)["state"], "pending");
    assert!(recorder.calls().is_empty(), "the call ran");
}

#[test]
fn a_yes_counts_once_for_exactly_this_call() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (call, id) = asker.writes("hello");
    let body = json!({ "decision": "approved", "remember": "once", "reason": " fine " });
    let said = decide(&console, &people.admin, &id, &body).is(200).json();
    assert_eq!(
        said,
        json!({
            "approved": true, "id": id, "decided_by": "alice", "executed": false, "remember": "once",
            "remembered_id": null, "state": "approved",
        })
    );
    asker.session.result(call);
    assert_eq!(recorder.calls_of("write_note"), [json!({ "id": "a", "text": "hello" })]);
    let row = told(&console, &people.admin, &id);
    assert_eq!((&row["state"], &row["status"]), (&json!("consumed"), &json!("approved")));
    assert_eq!((&row["proof"], &row["reason"]), (&json!("api_token"), &json!("fine")));
    assert_eq!(row["approvals"][0]["agent_id"], "alice");
    for body in [yes(), json!({ "decision": "deny" })] {
        decide(&console, &people.admin, &id, &body).refused(409, "already_decided");
    }
    assert_eq!(recorder.calls().len(), 1);
    home.cli(&["audit", "verify"]).ok();
}

#[test]
fn a_no_reaches_the_agent_with_its_reason() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    for word in ["deny", "denied", "reject", "rejected"] {
        let (call, id) = asker.writes(word);
        let body = json!({ "decision": word, "reason": "use staging" });
        let said = decide(&console, &people.admin, &id, &body).is(200).json();
        assert_eq!((&said["rejected"], &said["state"]), (&json!(true), &json!("denied")));
        let result = asker.session.result(call);
        assert!(result.to_string().contains("use staging"), "{result}");
        assert_eq!(told(&console, &people.admin, &id)["status"], "rejected");
    }
    assert!(recorder.calls().is_empty());
}

#[test]
fn only_an_admin_decides() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (call, id) = asker.writes("hello");
    for id in [id.as_str(), NOBODYS] {
        decide(&console, "csapi_00", id, &yes()).refused(401, "no_proof");
        for token in [&people.operator, &people.agent] {
            decide(&console, token, id, &yes()).refused(403, "role_not_allowed");
        }
    }
    decide(&console, &people.admin, NOBODYS, &yes()).refused(404, "not_found");
    decide(&console, &people.admin, "4f1c", &yes()).refused(404, "not_found");
    still_pending(&console, &people, &recorder, &id);
    // Revoked, its token is nobody's from that moment on.
    let bob = home.user_token(&people.admin, "bob", "admin");
    home.cli_with_token(&people.admin, &["user", "revoke", "bob", "--yes"]).ok();
    decide(&console, &bob, &id, &yes()).refused(401, "no_proof");
    still_pending(&console, &people, &recorder, &id);
    decide(&console, &people.admin, &id, &yes()).is(200);
    asker.session.result(call);
    assert_eq!(recorder.calls().len(), 1);
}

#[test]
fn what_cannot_be_read_in_one_way_only_decides_nothing() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (_, id) = asker.writes("hello");
    let path = format!("/api/v1/approvals/{id}");
    let bearer = format!("Bearer {}", people.admin);
    let send = |body: &str| {
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        console.request("POST", &path, &headers, body)
    };
    for (body, names) in [
        ("", "body"),
        ("approve", "body"),
        ("[]", "object"),
        ("{}", "decision"),
        (r#"{"decision":"maybe"}"#, "decision"),
        (r#"{"decision":true}"#, "decision"),
        (r#"{"decision":"Approve"}"#, "decision"),
        (r#"{"decision":"deny","decision":"approve"}"#, "decision"),
        (r#"{"decision":"approve","decision":"approve"}"#, "decision"),
        (r#"{"decision":"approve","approver":"alice"}"#, "approver"),
        (r#"{"decision":"approve","remember":"always"}"#, "remember"),
        (r#"{"decision":"approve","remember":1}"#, "remember"),
        (r#"{"decision":"approve","reason":["x"]}"#, "reason"),
        (r#"{"decision":"approve","shown":"abc"}"#, "shown"),
        (r#"{"decision":"approve"}{"decision":"deny"}"#, "body"),
    ] {
        let said = send(body).refused(400, "invalid_parameter");
        let message = said.json()["error"]["message"].as_str().expect("a message").to_owned();
        assert!(message.contains(names), "{body}: {message}");
    }
    let long = json!({ "decision": "approve", "reason": "x".repeat(501) }).to_string();
    send(&long).refused(400, "invalid_parameter");
    let large = format!(r#"{{"decision":"approve","reason":"{}"}}"#, "x".repeat(2 << 20));
    send(&large).refused(413, "too_large");
    still_pending(&console, &people, &recorder, &id);
    assert_eq!(rows(&home, "approval.approved"), 0);
    send(r#"{"decision":"approve","reason":null}"#).is(200);
}

#[test]
fn a_page_older_than_its_question_decides_nothing() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (_, other) = asker.writes("other");
    let (call, id) = asker.writes("hello");
    let seal = |id: &str| told(&console, &people.admin, id)["shown"].clone();
    let (seen, others) = (seal(&id), seal(&other));
    for decision in ["approve", "deny"] {
        for shown in [others.clone(), json!("0".repeat(64))] {
            let body = json!({ "decision": decision, "shown": shown });
            decide(&console, &people.admin, &id, &body).refused(409, "shown_differs");
        }
    }
    still_pending(&console, &people, &recorder, &id);
    assert_eq!(refusals(&home), ["shown_differs"; 4]);
    // That nobody waits any more is on the card and no part of the seal: whoever asks could come and go for ever.
    asker.session.cancel(call, "enough");
    super::support::wait_for(super::support::DEADLINE, || {
        (told(&console, &people.admin, &id)["abandoned"] == true).then_some(())
    });
    assert_eq!(seal(&id), seen);
    // Since it was looked at, a person accepted the definition of its tool: that was not on the card.
    let accept = ["tools", "accept", "notes__write_note", "--yes"];
    home.cli_with_token(&people.admin, &accept).ok();
    let old = json!({ "decision": "approve", "shown": seen });
    decide(&console, &people.admin, &id, &old).refused(409, "shown_differs");
    let now = json!({ "decision": "approve", "shown": seal(&id) });
    decide(&console, &people.admin, &id, &now).is(200);
    // What was decided meanwhile is told as that.
    decide(&console, &people.admin, &id, &old).refused(409, "already_decided");
}

#[test]
fn a_login_says_what_it_was_shown_and_types_the_word_of_a_grave_card() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let login = console.login(&people.admin);
    let mut asker = Asker::of(&home, &recorder);
    let (call, id) = asker.asks("run_command", json!({ "command": "make" }));
    let path = format!("/api/v1/approvals/{id}");
    let send = |body: Value| console.post(&path, &login.headers(), &body);
    send(yes()).refused(409, "shown_differs");
    let shown = told(&console, &people.admin, &id);
    assert_eq!(shown["tier"], 3);
    let shown = &shown["shown"];
    for word in [json!(null), json!(""), json!("yes"), json!("walnuts")] {
        let body = json!({ "decision": "approve", "shown": shown, "word": word });
        send(body).refused(403, "word_differs");
    }
    console.post(&path, &login.shows(), &yes()).refused(401, "no_proof");
    still_pending(&console, &people, &recorder, &id);
    let card = home.cli(&["show", &id]).ok().stdout;
    let word = card.split_once("the word `").and_then(|(_, rest)| rest.split_once('`'));
    let word = word.map_or_else(|| panic!("no word on the card: {card}"), |(word, _)| word);
    let body = json!({ "decision": "approve", "shown": shown, "word": word.to_uppercase() });
    send(body).is(200);
    asker.session.result(call);
    assert_eq!(recorder.calls().len(), 1);
    assert_eq!(told(&console, &people.admin, &id)["proof"], "console");
}

#[test]
fn two_people_must_say_yes_where_two_must() {
    let home = Home::new();
    let people = People::of(&home);
    let bob = home.user_token(&people.admin, "bob", "admin");
    let recorder = Recorder::new(&home, "notes");
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (call, id) = asker.writes("hello");
    needs_two(&home, &id);
    let said = decide(&console, &people.admin, &id, &yes()).is(200).json();
    assert_eq!(
        said,
        json!({
            "approved": false, "status": "pending", "state": "pending", "id": id, "votes": 1, "quorum": 2,
            "remember": "once",
        })
    );
    // One voice a person.
    decide(&console, &people.admin, &id, &yes()).refused(409, "already_decided");
    let row = told(&console, &people.operator, &id);
    assert_eq!((row["approvals"].as_array().map(Vec::len), &row["quorum"]), (Some(1), &json!(2)));
    still_pending(&console, &people, &recorder, &id);
    assert_eq!(decide(&console, &bob, &id, &yes()).is(200).json()["approved"], true);
    asker.session.result(call);
    assert_eq!(recorder.calls().len(), 1);
}

/// No setting asks for two people for a call yet, so the row is made to: the store is what counts.
#[track_caller]
fn needs_two(home: &Home, id: &str) {
    let conn = rusqlite::Connection::open(home.path().join("countersign.db")).expect("a store");
    conn.busy_timeout(super::support::DEADLINE).expect("a timeout");
    let hex = id.replace('-', "");
    let trigger: String = conn
        .query_row("SELECT sql FROM sqlite_schema WHERE name = 'approvals_bind'", [], |row| {
            row.get(0)
        })
        .expect("the trigger");
    conn.execute_batch(&format!(
        "BEGIN IMMEDIATE; DROP TRIGGER approvals_bind;
         UPDATE approvals SET required = 2 WHERE id = x'{hex}'; {trigger}; COMMIT;"
    ))
    .expect("it can be changed");
}

#[test]
fn of_two_at_once_one_decides() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let bob = home.user_token(&people.admin, "bob", "admin");
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    for round in 0..5 {
        let (call, id) = asker.writes(&format!("round {round}"));
        let answers = std::thread::scope(|scope| {
            let ask = |token, decision: &'static str| {
                let (console, id) = (&console, &id);
                scope.spawn(move || decide(console, token, id, &json!({ "decision": decision })))
            };
            let both = [ask(&people.admin, "approve"), ask(&bob, "deny")];
            both.map(|one| one.join().expect("an answer"))
        });
        let mut statuses = answers.map(|answer| answer.status);
        let approved = statuses[0] == 200;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        asker.session.result(call);
        let state = told(&console, &people.admin, &id)["state"].clone();
        assert_eq!(state, if approved { "consumed" } else { "denied" });
    }
}

#[test]
fn a_change_of_policy_is_refused_here_and_never_approved() {
    let home = Home::new();
    let people = People::of(&home);
    let console = Console::start(&home);
    let diff = json!({ "add": [{ "pattern": "green ledger", "effect": "deny" }], "remove": [], "meta": {} });
    let file = home.work().join("diff.json");
    std::fs::write(&file, diff.to_string()).expect("the file can be written");
    let file = file.to_str().expect("a path of text");
    let told_of = home.cli_json(&["policy", "propose", file, "--json"]);
    let id = told_of["suggestion_id"].as_str().expect("an id").to_owned();
    decide(&console, &people.admin, &id, &yes()).refused(409, "apply_instead");
    assert_eq!(told(&console, &people.admin, &id)["state"], "pending");
    let said = decide(&console, &people.admin, &id, &json!({ "decision": "deny" })).is(200).json();
    assert_eq!(said["rejected"], true);
    assert_eq!(rows(&home, "policy.rejected"), 1);
    decide(&console, &people.admin, &id, &yes()).refused(409, "already_decided");
}

#[test]
fn being_shown_is_written_down_once() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let (_, id) = asker.writes("hello");
    let saw = |token: &str, id: &str| {
        console.by_token(token, "POST", &format!("/api/v1/approvals/{id}/seen"), &Value::Null)
    };
    saw("csapi_00", &id).refused(401, "no_proof");
    saw(&people.agent, &id).refused(403, "role_not_allowed");
    saw(&people.admin, NOBODYS).refused(404, "not_found");
    assert_eq!(rows(&home, "approval.seen"), 0);
    for token in [&people.admin, &people.operator, &people.admin] {
        assert_eq!(saw(token, &id).is(200).json(), json!({ "seen": true }));
    }
    assert_eq!(rows(&home, "approval.seen"), 2);
    let row = told(&console, &people.admin, &id);
    let by: Vec<&Value> =
        row["seen"].as_array().expect("a list").iter().map(|seen| &seen["by"]).collect();
    assert_eq!(by.len(), 2, "{row}");
    assert_eq!(row["state"], "pending");
}
