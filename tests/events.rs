//! The journal as events: who sees which, that no page loses or repeats one, and that a pack of evidence convinces
//! somebody who has nothing of ours.

mod support;

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use support::{
    DEADLINE, Home, Launch, Output, Recorder, Session, is_error, python, run, text, text_of,
};

const NOTE: &str = r#"{"id":"a","text":"hello"}"#;
const OPTIONS: [&str; 6] = ["--name", "notes", "--on-ask", "pending", "--toolsets", "all"];

struct Stage {
    home: Home,
    notes: Recorder,
    alice: String,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        Self { home, notes, alice }
    }

    fn agent(&self) -> Session {
        Session::wrap(&self.home, &OPTIONS, &self.notes)
    }

    fn named(&self, client: &str, more: &[&str]) -> Session {
        let options: Vec<&str> = OPTIONS.iter().chain(more).copied().collect();
        let launch = Launch::wrap(&self.home, &options, &self.notes.argv()).client(client);
        let mut session = launch.start();
        session.initialize("2025-11-25");
        session
    }

    /// One read, and one write that a person in another process said yes to; gives the question's id.
    fn story(&self, session: &mut Session) -> String {
        session.tools_with("read_note");
        assert!(!is_error(&session.call("read_note", json!({"id": "a"}))));
        let call = session.start_raw_call("write_note", NOTE);
        let asked = session.result(call);
        let id = asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str().expect("an id");
        self.home.approve(&self.alice, id);
        let ran = session.call("resume_call", json!({"id": id, "wait_seconds": 0}));
        assert!(!is_error(&ran), "{ran}");
        id.to_owned()
    }

    fn rows(&self) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--limit", "100000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// Exports and gives the file.
    fn export(&self, name: &str, more: &[&str]) -> String {
        let file = text_of(&self.home.work().join(name));
        let mut args = vec!["audit", "export", "--out", &file];
        args.extend(more);
        self.home.cli(&args).ok();
        file
    }

    /// The checker of somebody who has the pack and Python.
    fn check(&self, file: &str, more: &[&str]) -> Output {
        let script = format!("{}/examples/check_evidence.py", env!("CARGO_MANIFEST_DIR"));
        let mut args = vec!["-I", "-S", &script, file];
        args.extend(more);
        run(&mut self.home.program(&python(), &args), DEADLINE)
    }

    /// The story of the one write that ran.
    fn correlation(&self) -> String {
        let rows = self.rows();
        let row = rows.iter().find(|row| row["type"] == "approval.consumed").expect("it ran");
        row["correlation_id"].as_str().expect("a story").to_owned()
    }
}

#[track_caller]
fn page(session: &mut Session, args: Value) -> Value {
    let result = session.call("events_since", args);
    assert!(!is_error(&result), "{result}");
    result["structuredContent"].clone()
}

/// Everything that a session sees, in pages of this size.
#[track_caller]
fn all(session: &mut Session, limit: u64) -> Vec<Value> {
    let (mut events, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut args = json!({ "limit": limit });
        if let Some(cursor) = &cursor {
            args["cursor"] = json!(cursor);
        }
        let page = page(session, args);
        events.extend(page["events"].as_array().expect("events").iter().cloned());
        cursor = page["cursor"].as_str().map(str::to_owned);
        if page["more"] == json!(false) {
            return events;
        }
    }
}

fn seqs<'a>(rows: impl IntoIterator<Item = &'a Value>) -> Vec<u64> {
    rows.into_iter().map(|row| row["seq"].as_u64().expect("a place")).collect()
}

fn places(events: &[Value]) -> Vec<u64> {
    seqs(events.iter().map(|event| &event["meta"]))
}

#[test]
fn pages_have_no_gap_and_no_repeat_while_another_process_writes() {
    let stage = Stage::new();
    let mut reader = stage.agent();
    let id = stage.story(&mut reader);
    let mut writer = stage.named("test-client", &[]);
    writer.tools_with("read_note");

    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..25 {
        let calls = [(); 3].map(|()| writer.start_call("read_note", json!({"id": "b"})));
        let mut args = json!({ "limit": 2 });
        if let Some(cursor) = &cursor {
            args["cursor"] = json!(cursor);
        }
        let page = page(&mut reader, args);
        let events = page["events"].as_array().expect("events");
        assert!(events.len() <= 2, "{page}");
        seen.extend(places(events));
        cursor = page["cursor"].as_str().map(str::to_owned);
        for call in calls {
            assert!(!is_error(&writer.result(call)));
        }
    }
    writer.close_stdin();
    assert_eq!(writer.wait_exit(), 0);
    while let page = page(&mut reader, json!({ "cursor": cursor, "limit": 7 }))
        && (page["more"] == json!(true) || page["events"] != json!([]))
    {
        seen.extend(places(page["events"].as_array().expect("events")));
        cursor = page["cursor"].as_str().map(str::to_owned);
    }

    let rows = stage.rows();
    let read = rows
        .iter()
        .find(|row| row["type"] == "call.permitted" && row["tool"] == "read_note")
        .expect("a read");
    let me = &read["principal"];
    let mine = |row: &&Value| row["principal"] == *me || row["approval"] == json!(id);
    assert_eq!(seen, seqs(rows.iter().filter(mine)));
    assert!(seen.len() > 150, "hardly anything happened: {}", seen.len());
    let ids: BTreeSet<String> =
        all(&mut reader, 1000).iter().map(|event| event["id"].to_string()).collect();
    assert_eq!(ids.len(), seen.len(), "no two events share an id");
}

#[test]
fn an_agent_sees_its_own_story_and_an_approver_sees_the_tenant() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = stage.story(&mut session);
    let events = all(&mut session, 100);
    let of = |kind: &str| events.iter().find(|event| event["type"] == kind);
    let approved = of("approval.approved").expect("the answer to its question");
    assert_eq!(approved["payload"]["approval"], id);
    assert_eq!(approved["payload"]["principal"], "admin:alice");
    assert_eq!(
        (&approved["source"], &approved["severity"]),
        (&json!("countersign"), &json!("INFO"))
    );
    assert_eq!(approved["meta"]["source_module"], "approvals");
    for kind in ["call.permitted", "approval.asked", "approval.consumed", "call.outcome"] {
        assert!(of(kind).is_some(), "no {kind}");
    }
    assert!(of("user.added").is_none(), "what people do is not its own");
    // The same events by their types only.
    let some = page(&mut session, json!({"types": ["approval.*"], "limit": 1000}));
    let kinds: BTreeSet<&str> = some["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|e| e["type"].as_str())
        .collect();
    assert!(kinds.contains("approval.asked") && kinds.iter().all(|k| k.starts_with("approval.")));
    let now = page(&mut session, json!({"cursor": "now"}));
    assert_eq!((&now["events"], &now["more"]), (&json!([]), &json!(false)));

    stage.home.write_config("[approvals]\nmcp_max_tier = 2\n");
    stage.home.accept_config(&stage.alice);
    let mut approver =
        Launch::serve(&stage.home, &["--toolsets", "all"]).token(&stage.alice).start();
    approver.initialize("2025-11-25");
    let whole = places(&all(&mut approver, 3));
    let rows = stage.rows();
    assert_eq!(whole, seqs(&rows)[..whole.len()], "every row of the tenant");
    assert!(rows.iter().any(|row| row["type"] == "user.added"));
}

#[test]
fn another_agent_and_another_tenant_see_nothing_of_it() {
    let stage = Stage::new();
    let mut session = stage.agent();
    stage.story(&mut session);
    let own: BTreeSet<u64> = places(&all(&mut session, 100)).into_iter().collect();
    for (client, more) in [("eve", &[][..]), ("test-client", &["--tenant", "other"])] {
        let mut other = stage.named(client, more);
        other.tools_with("read_note");
        other.call("read_note", json!({"id": "a"}));
        let events = all(&mut other, 1);
        assert!(!events.is_empty(), "its own read is there");
        for event in &events {
            let seq = event["meta"]["seq"].as_u64().expect("a place");
            assert!(!own.contains(&seq), "{client} {more:?} sees {event}");
        }
        // A cursor of somebody else opens nothing.
        let foreign = page(&mut session, json!({"limit": 1}))["cursor"].clone();
        let events = page(&mut other, json!({"cursor": foreign, "limit": 1000}));
        assert!(
            places(events["events"].as_array().expect("events")).iter().all(|s| !own.contains(s))
        );
    }
}

/// The journal tells why an attempt was turned away more exactly than whoever tried was told.
#[test]
fn an_agent_learns_nothing_from_its_own_failed_attempts() {
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("read_note");
    let call = session.start_raw_call("write_note", NOTE);
    let asked = session.result(call);
    let id = &asked["_meta"]["countersign/refusal"]["approval"]["id"];
    assert!(is_error(&session.call("pending_approve", json!({"id": id, "token": "csans_wrong"}))));
    let refused = stage.rows().into_iter().any(|row| row["type"] == "approval.refused");
    assert!(refused, "the attempt is on record");
    assert!(all(&mut session, 100).iter().all(|event| event["type"] != "approval.refused"));
    let only = page(&mut session, json!({"types": ["approval.refused"]}));
    assert_eq!((&only["events"], &only["more"]), (&json!([]), &json!(false)));
}

#[test]
fn bad_input_is_told_and_changes_nothing() {
    let stage = Stage::new();
    let mut session = stage.agent();
    for (args, word) in [
        (json!({"cursor": "garbage"}), "cursor"),
        (json!({"cursor": "e1-ffffff"}), "cursor"),
        (json!({"cursor": 7}), "invalid type"),
        (json!({"limit": 0}), "limit"),
        (json!({"limit": 1001}), "limit"),
        (json!({"limit": -1}), "invalid value"),
        (json!({"types": ["ir.approved"]}), "`ir.approved`"),
        (json!({"types": []}), "types"),
        (json!({"types": "ir.*"}), "invalid type"),
        (json!({"since": "1h"}), "since"),
    ] {
        let result = session.call("events_since", args.clone());
        let code = &result["_meta"]["countersign/refusal"]["code"];
        assert_eq!(code, "invalid_arguments", "{args}: {result}");
        assert!(text(&result).contains(word), "{args}: {result}");
    }
    assert_eq!(page(&mut session, json!({}))["cursor"], page(&mut session, json!({}))["cursor"]);
}

#[test]
fn no_token_and_no_guarded_value_is_in_any_event_list_or_pack() {
    const CANARY: &str = "canary-4417";
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("read_note");
    let args = json!({"id": "a", "text": "t", "prompt": CANARY, "deep": [{"messages": [CANARY]}]});
    session.call("read_note", args.clone());
    let asked = session.call("write_note", json!({"id": "a", "text": "t"}));
    let id = asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str().expect("an id");
    let mint = ["token", id, "--json", "--yes"];
    let minted = stage.home.cli_with_token(&stage.alice, &mint).ok().json();
    let token = minted["token"].as_str().expect("a token").to_owned();
    assert!(!is_error(&session.call("pending_approve", json!({"id": id, "token": token}))));
    session.call("resume_call", json!({"id": id, "wait_seconds": 0}));
    stage.home.write_config("[approvals]\nmcp_max_tier = 2\n");
    stage.home.accept_config(&stage.alice);
    let launch = Launch::serve(&stage.home, &["--toolsets", "all"]).token(&stage.alice);
    let mut approver = launch.start();
    approver.initialize("2025-11-25");

    let mut told = json!(all(&mut session, 10)).to_string();
    assert!(told.contains("token.redeemed") && told.contains(r#""guarded":true"#), "{told}");
    told.push_str(&json!(all(&mut approver, 10)).to_string());
    told.push_str(&stage.home.cli(&["audit", "export"]).ok().stdout);
    told.push_str(
        &stage.home.cli(&["audit", "export", "--correlation", &stage.correlation()]).ok().stdout,
    );
    told.push_str(&json!(stage.rows()).to_string());
    for secret in [CANARY, &token, &stage.alice] {
        let bare = secret.rsplit('_').next().expect("a token");
        assert!(!told.contains(bare), "`{bare}` is told");
    }
}

#[test]
fn a_pack_convinces_somebody_who_has_nothing_of_ours() {
    let stage = Stage::new();
    let mut session = stage.agent();
    stage.story(&mut session);
    let mut stranger = stage.named("test-client", &["--tenant", "other"]);
    stranger.tools_with("read_note");
    let story = stage.correlation();
    let early = stage.export("early.json", &["--correlation", &story]);
    stranger.call("read_note", json!({"id": "foreign-canary"}));
    for mut session in [stranger, session] {
        session.close_stdin();
        session.wait_exit();
    }
    let late = stage.export("late.json", &["--correlation", &story]);
    let key = fs::read_to_string(stage.home.path().join("head.pub")).expect("the public key");
    let ok = stage.check(&late, &["--public-key", &key]).ok();
    assert!(ok.stdout.starts_with("ok: ") && ok.stdout.contains(key.trim()), "{ok:?}");
    stage.check(&late, &["--public-key", &"0".repeat(64)]).exits(1);

    let pack: Value =
        serde_json::from_str(&fs::read_to_string(&late).expect("the pack")).expect("JSON");
    assert_eq!(
        (&pack["format"], &pack["tenant"]),
        (&json!("countersign-evidence/1"), &json!("default"))
    );
    assert_eq!((&pack["chain_holds"], &pack["correlation_id"]), (&json!(true), &json!(story)));
    let kinds: Vec<&str> = pack["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|e| e["type"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "approval.asked",
            "approval.approved",
            "approval.consumed",
            "call.permitted",
            "call.outcome"
        ]
    );

    // Before a head was signed after the last row only the maker vouches, and the pack says so.
    let pack: Value =
        serde_json::from_str(&fs::read_to_string(&early).expect("the pack")).expect("JSON");
    if pack["head"]["signature"].is_null() {
        stage.check(&early, &[]).exits(1);
        stage.check(&early, &["--unsigned"]).ok();
    }

    let whole = stage.export("whole.jsonl", &[]);
    let ok = stage.check(&whole, &["--public-key", &key]).ok();
    let lines = fs::read_to_string(&whole).expect("the pack");
    assert!(
        !lines.contains("foreign-canary") && lines.contains(r#"{"link":"#),
        "other tenants are digests"
    );
    assert!(ok.stdout.contains(&format!("ok: {} rows", stage.rows().len())), "{ok:?}");
    let recent = stage.export("recent.jsonl", &["--since", "1h"]);
    stage.check(&recent, &[]).ok();
}

type Tamper = (&'static str, fn(&mut Value));

#[test]
fn a_pack_that_was_changed_anywhere_convinces_nobody() {
    const TAMPERS: [Tamper; 16] = [
        ("a payload", |p| p["events"][1]["payload"]["principal"] = json!("admin:mallory")),
        ("an event's time", |p| p["events"][1]["timestamp"] = json!("2020-01-01T00:00:00.000Z")),
        ("an event's id", |p| p["events"][1]["id"] = p["events"][0]["id"].clone()),
        ("an event's actor", |p| p["events"][1]["meta"]["actor_id"] = json!("admin:mallory")),
        ("a row's record", |p| {
            let meta = p["rows"][1]["meta"].as_str().expect("text").replace("alice", "mallory");
            p["rows"][1]["meta"] = json!(meta);
        }),
        ("a row's body", |p| p["rows"][0]["body"] = json!("{}")),
        ("a row's salt", |p| p["rows"][0]["salt"] = json!("00")),
        ("a row's hash", |p| p["rows"][0]["hash"] = json!("0".repeat(64))),
        ("a row's place", |p| p["rows"][0]["seq"] = json!(1)),
        ("rows swapped", |p| {
            for list in ["rows", "events"] {
                p[list].as_array_mut().expect("a list").swap(0, 1);
            }
        }),
        ("a link", |p| p["links"]["meta_digests"][0] = json!("0".repeat(64))),
        ("a link left out", |p| {
            p["links"]["meta_digests"].as_array_mut().expect("links").pop();
        }),
        ("the head's hash", |p| p["head"]["hash"] = json!("0".repeat(64))),
        ("the head's time", |p| p["head"]["ts"] = json!(1)),
        ("the signature", |p| p["head"]["signature"] = json!("0".repeat(128))),
        ("the signature left out", |p| p["head"]["signature"] = Value::Null),
    ];
    let stage = Stage::new();
    let mut session = stage.agent();
    stage.story(&mut session);
    session.close_stdin();
    session.wait_exit();
    let file = stage.export("story.json", &["--correlation", &stage.correlation()]);
    let good = fs::read_to_string(&file).expect("the pack");
    stage.check(&file, &[]).ok();
    for (what, tamper) in TAMPERS {
        let mut pack: Value = serde_json::from_str(&good).expect("JSON");
        tamper(&mut pack);
        fs::write(&file, pack.to_string()).expect("written");
        let told = stage.check(&file, &[]).exits(1);
        assert!(told.stderr.starts_with("not ok: "), "{what}: {told:?}");
        assert!(!told.stderr.contains("no pack as"), "{what}: found by accident: {told:?}");
    }
    // Twin: the untouched pack, written by the same hand.
    let pack: Value = serde_json::from_str(&good).expect("JSON");
    fs::write(&file, pack.to_string()).expect("written");
    stage.check(&file, &[]).ok();
}

#[test]
fn the_command_line_names_types_and_stories() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = stage.story(&mut session);
    let list = |args: &[&str]| {
        let args: Vec<&str> = ["audit", "list", "--json"].iter().chain(args).copied().collect();
        stage.home.cli_json(&args)["entries"].as_array().expect("rows").clone()
    };
    let approvals = list(&["--type", "approval.*"]);
    assert!(approvals.len() >= 3 && approvals.iter().all(|row| row["approval"] == json!(id)));
    let more = list(&["--type", "approval.*", "--type", "user.added"]);
    assert_eq!(more.len(), approvals.len() + 1);
    let story = stage.correlation();
    assert_eq!(list(&["--correlation", &story]).len(), 5);
    assert!(list(&["--correlation", "req_nobody"]).is_empty());
    let told = stage.home.cli(&["audit", "list", "--type", "approval.aproved"]).exits(2);
    assert!(told.stderr.contains("approval.aproved"), "{told:?}");

    let told = stage.home.cli(&["audit", "export", "--correlation", "req_nobody"]).exits(1);
    assert!(told.stderr.contains("req_nobody") && told.stdout.is_empty(), "{told:?}");
    let file = stage.export("story.json", &["--correlation", &story]);
    let again = ["audit", "export", "--correlation", &story, "--out", &file];
    let before = fs::read(&file).expect("the pack");
    stage.home.cli(&again).exits(1);
    assert_eq!(fs::read(&file).expect("the pack"), before, "nothing is written over");
    stage.home.cli(&["audit", "export", "--correlation", &story, "--since", "1h"]).exits(2);
    // Whatever the checker is given, it says one line.
    let binary = text_of(&stage.home.work().join("binary"));
    fs::write(&binary, b"\x7fELF\xff\xfe\n").expect("written");
    let folder = text_of(&stage.home.work());
    for (path, word) in
        [(&binary, "no text"), (&folder, "cannot read"), (&format!("{folder}/none"), "cannot read")]
    {
        let told = stage.check(path, &[]).exits(1);
        assert!(told.stderr.contains(word) && told.stderr.lines().count() == 1, "{told:?}");
        assert!(!told.stderr.contains("Error"), "{told:?}");
    }
    stage.home.cli(&["audit", "export", "--since", "bogus"]).exits(2);
    stage.home.cli(&["audit", "list", "--before", "bogus"]).exits(2);
    stage.home.cli(&["--tenant", "other", "audit", "export", "--correlation", &story]).exits(1);
}
