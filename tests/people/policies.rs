//! Policy over the API: suggested, applied, felt in a session that runs, taken back; and whoever may not, may not.

use std::time::{Duration, Instant};

use super::support::{Answer, Console, Home, Launch, Recorder, Session};
use serde_json::{Value, json};

const BASE: &str = "/api/v1/policies";
/// A module that denies what it is told to write, by its server.
const NO_NOTES: &str = r#"package countersign.no_notes

import rego.v1

default allow := true

allow := false if input.server == "notes"

deny_reasons contains "no notes" if input.server == "notes"

warnings contains warning if {
	some warning in []
}

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

struct Stage {
    home: Home,
    notes: Recorder,
    alice: String,
    console: Console,
}

impl Stage {
    fn new() -> Self {
        Self::with("")
    }

    /// Writes of the development server need no yes, so that what blocks one is what was applied here.
    fn with(more: &str) -> Self {
        Self::made_with(more, |_| ())
    }

    /// With what this puts into the home before anything starts.
    fn made_with(more: &str, put: impl FnOnce(&Home)) -> Self {
        let home = Home::new();
        put(&home);
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        home.write_config(&format!("{more}\n{}", notes.toml("notes", "dev")));
        let console = Console::start(&home);
        Self { home, notes, alice, console }
    }

    fn agent(&self) -> Session {
        let options = ["--toolsets", "all", "--on-ask", "pending"];
        let mut session = Launch::serve(&self.home, &options).client("test-client").start();
        session.initialize("2025-11-25");
        session.tools_with("notes__write_note");
        session
    }

    #[track_caller]
    fn admin(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.console.by_token(&self.alice, method, &format!("{BASE}{path}"), body)
    }

    #[track_caller]
    fn suggest(&self, diff: &Value) -> Value {
        let body = json!({ "diff": diff, "comment": "as told" });
        self.admin("POST", "/suggestions", &body).is(201).json()
    }

    #[track_caller]
    fn apply(&self, suggested: &Value) -> Answer {
        let id = suggested["suggestion_id"].as_str().expect("an id");
        let body = json!({ "confirm": "APPLY", "diff_hash": suggested["diff_hash"], "comment": "as agreed" });
        self.admin("POST", &format!("/suggestions/{id}/apply"), &body)
    }

    /// Everything that judges, as the command line tells it.
    fn stands(&self) -> Value {
        self.home.cli_json(&["policy", "list", "--json"])
    }

    fn module(&self, name: &str) -> Value {
        self.admin("GET", &format!("/{name}"), &Value::Null).is(200).json()
    }

    /// How often something was refused so, on record.
    fn on_record(&self, kind: &str, outcome: &str) -> usize {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        let rows = self.home.cli_json(&args)["entries"].take();
        let rows = rows.as_array().expect("a list").clone();
        rows.iter().filter(|row| row["outcome"] == outcome).count()
    }
}

fn rule(pattern: &str, effect: &str) -> Value {
    json!({ "add": [{ "pattern": pattern, "effect": effect, "score": 0.9 }], "remove": [], "meta": {} })
}

fn module(name: &str, text: &str, status: &str) -> Value {
    let module = json!({ "name": name, "text": text, "status": status, "on_error": "deny" });
    json!({ "add": [], "remove": [], "modules": [module], "meta": {} })
}

fn write(session: &mut Session) -> Value {
    session.call("notes__write_note", json!({ "id": "a", "text": "the green ledger" }))
}

fn denied(result: &Value) -> bool {
    result["_meta"]["countersign/refusal"]["code"] == "denied_by_policy"
}

/// Suggested over the API, applied there, felt in the session that was open already, taken back byte for byte.
#[test]
fn a_change_over_the_api_is_felt_in_a_running_session_and_is_taken_back_byte_for_byte() {
    let stage = Stage::new();
    let mut session = stage.agent();
    assert!(!denied(&write(&mut session)));
    let kept = stage.suggest(&rule("old words", "deny"));
    stage.apply(&kept).is(200);
    let before = stage.stands();

    let asked = json!({
        "add": [{ "pattern": r"\bgreen ledger\b", "effect": "deny", "name": "no ledger" }],
        "remove": [before["rules"][0]["id"]],
        "modules": [{ "name": "no_notes", "text": NO_NOTES, "status": "draft" }],
        "meta": {},
    });
    let suggested = stage.suggest(&asked);
    assert_eq!(
        (suggested["status"].as_str(), suggested["tier"].as_u64()),
        (Some("pending"), Some(3))
    );
    assert!(!denied(&write(&mut session)), "a suggestion changes nothing");
    assert_eq!(stage.suggest(&asked)["suggestion_id"], suggested["suggestion_id"], "asked twice");
    let id = suggested["suggestion_id"].as_str().expect("an id");
    let page = stage.admin("GET", &format!("/suggestions/{id}"), &Value::Null).is(200).json();
    assert_eq!(page["removed_rules"][0]["spec"]["pattern"], "old words", "{page}");
    assert_eq!(page["replay"]["changed"], 2, "two writes would have been denied: {page}");
    // What the command line tells of it is the same object.
    let told = stage.home.cli_json(&["policy", "show", id, "--json"]);
    for member in ["diff", "diff_hash", "summary", "removed_rules", "status", "tier"] {
        assert_eq!(page[member], told[member], "{member}");
    }

    let version = stage.apply(&suggested).is(200).json();
    assert_eq!(
        (version["by"].as_str(), version["kind"].as_str()),
        (Some("admin:alice"), Some("applied"))
    );
    assert_eq!(version["suggestion_id"], suggested["suggestion_id"]);
    assert_eq!(version["self_confirmed"], true);
    assert!(denied(&write(&mut session)));
    assert_eq!(stage.notes.calls_of("write_note").len(), 2, "the server was reached");
    assert_eq!(stage.module("no_notes")["policy_content"], NO_NOTES);

    let back =
        stage.admin("POST", "/rollback", &json!({ "version": version["version"] })).is(201).json();
    assert_eq!(back["rolls_back"], version["version"]);
    assert!(denied(&write(&mut session)), "a rollback is a suggestion, too");
    let back = stage.apply(&back).is(200).json();
    assert_eq!(back["kind"], "rolled_back");
    let after = stage.stands();
    assert_eq!(after["rules"], before["rules"], "rules come back as they were");
    assert_eq!(after["modules"], before["modules"]);
    assert!(!denied(&write(&mut session)));
    let versions = stage.admin("GET", "/versions?limit=2", &Value::Null).is(200).json();
    let history = stage.home.cli_json(&["policy", "history", "--json", "--limit", "2"]);
    assert_eq!(versions, history);
    stage
        .admin("POST", "/rollback", &json!({ "version": version["version"] }))
        .refused(409, "not_reversible");
    stage.admin("POST", "/rollback", &json!({ "version": 4096 })).refused(404, "not_found");
}

/// An admin's word switches; an operator's is only a suggestion.
#[test]
fn switching_is_an_admins_word_and_an_operators_suggestion() {
    let stage = Stage::new();
    let olga = stage.home.user_token(&stage.alice, "olga", "operator");
    let mut session = stage.agent();
    stage.apply(&stage.suggest(&module("no_notes", NO_NOTES, "inactive"))).is(200);
    assert!(!denied(&write(&mut session)));
    let list = stage.admin("GET", "", &Value::Null).is(200).json();
    let of = |list: &Value| {
        let all = list["policies"].as_array().expect("policies").clone();
        all.into_iter().find(|one| one["name"] == "no_notes").expect("it is listed")
    };
    let listed = of(&list);
    assert_eq!(
        (&listed["id"], &listed["status"], &listed["scope"], &listed["version"]),
        (&json!("no_notes"), &json!("inactive"), &json!("global"), &json!(1))
    );
    assert_eq!(list["stance"], "ask");
    let verdicts: Vec<&Value> = list["when_nothing_matches"]
        .as_array()
        .expect("four")
        .iter()
        .map(|one| &one["verdict"])
        .collect();
    assert_eq!(verdicts, ["allow", "allow", "ask", "ask"]);

    let on = json!({ "status": "active" });
    let path = format!("{BASE}/no_notes");
    let waits = stage.console.by_token(&olga, "PATCH", &path, &on).is(202).json();
    assert_eq!(
        (waits["status"].as_str(), waits["proposed_by"].as_str()),
        (Some("pending"), Some("operator:olga"))
    );
    assert_eq!(stage.module("no_notes")["status"], "inactive");
    assert!(!denied(&write(&mut session)));
    // Nor does she apply it.
    let id = waits["suggestion_id"].as_str().expect("an id");
    let body = json!({ "confirm": "APPLY", "diff_hash": waits["diff_hash"] });
    let apply = format!("{BASE}/suggestions/{id}/apply");
    stage.console.by_token(&olga, "POST", &apply, &body).refused(403, "role_not_allowed");
    stage
        .console
        .by_token(&olga, "POST", &format!("{BASE}/suggestions/{id}/reject"), &json!({}))
        .refused(403, "role_not_allowed");
    assert_eq!(stage.module("no_notes")["status"], "inactive");

    for bad in ["on", "ACTIVE", "", "broken"] {
        stage
            .admin("PATCH", "/no_notes", &json!({ "status": bad }))
            .refused(400, "invalid_parameter");
    }
    stage.admin("PATCH", "/no_notes", &json!({})).refused(400, "invalid_parameter");
    stage.admin("PATCH", "/nowhere", &on).refused(404, "not_found");
    stage.admin("GET", "/nowhere", &Value::Null).refused(404, "not_found");
    let old = json!({ "status": "active", "base_version": 0 });
    stage.admin("PATCH", "/no_notes", &old).refused(409, "stale_base");
    assert_eq!(stage.module("no_notes")["status"], "inactive");

    let now = json!({ "status": "active", "base_version": list["version"] });
    let told = stage.admin("PATCH", "/no_notes", &now).is(200).json();
    assert_eq!(
        (told["status"].as_str(), told["applied"]["by"].as_str()),
        (Some("active"), Some("admin:alice"))
    );
    assert!(denied(&write(&mut session)));
    // A suggestion against what stood before is not applied any more.
    stage.admin("POST", &format!("/suggestions/{id}/apply"), &body).refused(409, "stale_base");
    let again = stage.admin("PATCH", "/no_notes", &on).is(200).json();
    assert!(again.get("applied").is_none(), "nothing was to be done: {again}");
    stage.admin("PATCH", "/no_notes", &json!({ "status": "inactive" })).is(200);
    assert!(!denied(&write(&mut session)));
}

/// A module of a file is the file's.
#[test]
fn what_stands_in_a_file_is_not_switched_here() {
    let stage = Stage::made_with("", |home| {
        let folder = home.path().join("policies");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("no_notes.rego"), NO_NOTES).expect("a module");
    });
    let listed = stage.module("no_notes");
    assert_eq!(listed["source"], "configuration", "{listed}");
    stage
        .admin("PATCH", "/no_notes", &json!({ "status": "inactive" }))
        .refused(409, "of_configuration");
    assert_eq!(stage.module("no_notes")["status"], listed["status"]);
}

/// Each way to be wrong beside the right one; nothing changes by the wrong ones.
#[test]
fn what_is_not_exactly_right_changes_nothing() {
    let stage = Stage::new();
    let agent = stage.home.user_token(&stage.alice, "bot", "agent");
    let add = ["--tenant", "elsewhere", "user", "add", "eve", "--role", "admin", "--json"];
    let eve = stage.home.tty_cli(&add, &["eve"]).ok().json();
    let eve = eve["token"].as_str().expect("a token").to_owned();
    let suggested = stage.suggest(&rule("green ledger", "deny"));
    let id = suggested["suggestion_id"].as_str().expect("an id");
    let path = format!("/suggestions/{id}/apply");
    let body = |confirm: &str, hash: &Value| json!({ "confirm": confirm, "diff_hash": hash });
    let hash = &suggested["diff_hash"];
    let before = stage.stands();

    for word in ["apply", "YES", ""] {
        stage.admin("POST", &path, &body(word, hash)).refused(400, "confirm_missing");
    }
    stage.admin("POST", &path, &json!({ "diff_hash": hash })).refused(400, "confirm_missing");
    stage.admin("POST", &path, &body("APPLY", &json!("0".repeat(64)))).refused(409, "diff_changed");
    assert_eq!(stage.on_record("policy.refused", "hash_differs"), 1);
    stage.admin("POST", &path, &body("APPLY", &json!("0"))).refused(400, "invalid_parameter");
    let more = json!({ "confirm": "APPLY", "diff_hash": hash, "force": true });
    stage.admin("POST", &path, &more).refused(400, "invalid_parameter");
    let twice = format!(r#"{{"confirm":"no","confirm":"APPLY","diff_hash":{hash}}}"#);
    let authorization = format!("Bearer {}", stage.alice);
    let headers = [("Authorization", authorization.as_str())];
    stage
        .console
        .request("POST", &format!("{BASE}{path}"), &headers, &twice)
        .refused(400, "invalid_parameter");
    let older = json!({ "confirm": "APPLY", "diff_hash": hash, "shown": "0".repeat(64) });
    stage.admin("POST", &path, &older).refused(409, "shown_differs");
    let right = body("APPLY", hash);
    let whole = format!("{BASE}{path}");
    stage.console.by_token(&agent, "POST", &whole, &right).refused(403, "role_not_allowed");
    stage.console.request("POST", &whole, &[], &right.to_string()).refused(401, "no_proof");
    stage.console.by_token(&eve, "POST", &whole, &right).refused(401, "no_proof");
    for (method, path) in [
        ("GET", ""),
        ("GET", "/default"),
        ("GET", "/suggestions"),
        ("POST", "/suggestions"),
        ("PATCH", "/default"),
        ("POST", "/rollback"),
        ("POST", "/check"),
    ] {
        let body = if method == "GET" { Value::Null } else { json!({ "status": "active" }) };
        stage
            .console
            .by_token(&agent, method, &format!("{BASE}{path}"), &body)
            .refused(403, "role_not_allowed");
    }
    stage
        .admin("POST", &format!("/suggestions/{}/apply", "0".repeat(8)), &right)
        .refused(404, "not_found");
    let doubled = format!(
        r#"{{"diff":{{"add":[],"add":[{}],"meta":{{}}}}}}"#,
        json!({"pattern": "x", "effect": "deny"})
    );
    stage
        .console
        .request("POST", &format!("{BASE}/suggestions"), &headers, &doubled)
        .refused(400, "invalid_parameter");
    stage
        .admin("POST", "/suggestions", &json!({ "diff": { "add": [{ "effect": "deny" }] } }))
        .refused(400, "invalid_diff");
    assert_eq!(stage.stands(), before, "nothing of that changed anything");
    // The other world has its own, and knows nothing of ours.
    let elsewhere =
        Console::start_with(&stage.home, &["--listen", "127.0.0.1:0", "--tenant", "elsewhere"]);
    let page = format!("{BASE}/suggestions/{id}");
    elsewhere.by_token(&eve, "GET", &page, &Value::Null).refused(404, "not_found");
    elsewhere.by_token(&eve, "POST", &whole, &right).refused(404, "not_found");
    assert_eq!(stage.stands(), before);

    let late = stage.suggest(&rule("blue ledger", "deny"));
    stage.apply(&suggested).is(200);
    let after = stage.stands();
    assert_eq!(after["rules"].as_array().map(Vec::len), Some(1));
    stage.apply(&suggested).refused(409, "already_ended");
    stage.apply(&late).refused(409, "stale_base");
    let id = late["suggestion_id"].as_str().expect("an id");
    let no = json!({ "reason": "too late" });
    let told = stage.admin("POST", &format!("/suggestions/{id}/reject"), &no).is(200).json();
    assert_eq!(
        (told["status"].as_str(), told["reason"].as_str()),
        (Some("rejected"), Some("too late"))
    );
    stage.admin("POST", &format!("/suggestions/{id}/reject"), &no).refused(409, "already_decided");
    assert_eq!(stage.stands(), after);
}

/// A login says which page it looked at, and at tier 3 types what only the card shows.
#[test]
fn a_login_applies_what_it_was_shown() {
    let stage = Stage::new();
    let allow = json!({ "add": [{ "tool": "notes__write_note", "effect": "allow", "when": {"id": "*", "text": "*"} }], "remove": [], "meta": {} });
    let suggested = stage.suggest(&allow);
    assert_eq!(suggested["tier"], 3);
    let id = suggested["suggestion_id"].as_str().expect("an id");
    let path = format!("{BASE}/suggestions/{id}");
    let login = stage.console.login(&stage.alice);
    let page = stage.console.get(&path, &login.headers()).is(200).json();
    let card = stage.home.cli(&["policy", "show", id]).ok().stdout;
    let (_, word) = card.split_once("`APPLY ").expect("the card has a word");
    let (word, _) = word.split_once('`').expect("it ends");
    let apply = |shown: Option<&Value>, word: Option<&str>| {
        let body = json!({ "confirm": "APPLY", "diff_hash": page["diff_hash"], "shown": shown, "word": word });
        stage.console.post(&format!("{path}/apply"), &login.headers(), &body)
    };
    let before = stage.stands();
    apply(None, Some(word)).refused(409, "shown_differs");
    apply(Some(&json!("0".repeat(64))), Some(word)).refused(409, "shown_differs");
    apply(Some(&page["shown"]), None).refused(403, "word_differs");
    apply(Some(&page["shown"]), Some("nonsense")).refused(403, "word_differs");
    let by_cookie = json!({ "confirm": "APPLY", "diff_hash": page["diff_hash"], "shown": page["shown"], "word": word });
    stage
        .console
        .post(&format!("{path}/apply"), &login.shows(), &by_cookie)
        .refused(401, "no_proof");
    let patch = json!({ "status": "active" }).to_string();
    let template = format!("{BASE}/default");
    let headers = [&login.headers()[..], &[("Content-Type", "application/json")]].concat();
    stage.console.request("PATCH", &template, &headers, &patch).is(202);
    assert_eq!(stage.stands(), before, "nothing of that changed anything");
    apply(Some(&page["shown"]), Some(&word.to_ascii_uppercase())).is(200);
    assert_eq!(stage.stands()["rules"].as_array().map(Vec::len), Some(1));
}

/// Where two admins must say yes, one is not enough, and neither is the same one twice.
#[test]
fn two_admins_where_two_are_wanted() {
    let stage = Stage::with("[policy]\nfour_eyes = true");
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let before = stage.stands();
    stage.admin("PATCH", "/default", &json!({ "status": "active" })).is(202);
    let suggested = stage.suggest(&rule("green ledger", "deny"));
    let id = suggested["suggestion_id"].as_str().expect("an id");
    for _ in 0..2 {
        let waits = stage.apply(&suggested).is(202).json();
        assert_eq!(waits["status"], "pending");
    }
    assert_eq!(stage.stands(), before);
    let page = stage.admin("GET", &format!("/suggestions/{id}"), &Value::Null).is(200).json();
    assert_eq!((page["votes"].as_u64(), page["quorum"].as_u64()), (Some(1), Some(2)));
    let body = json!({ "confirm": "APPLY", "diff_hash": suggested["diff_hash"] });
    let path = format!("{BASE}/suggestions/{id}/apply");
    let version = stage.console.by_token(&bob, "POST", &path, &body).is(200).json();
    assert_eq!(version["by"], "admin:bob");
    assert_eq!(stage.stands()["rules"].as_array().map(Vec::len), Some(1));
}

/// Texts are looked over and tried without a trace, and a large one keeps nobody else waiting.
#[test]
fn texts_are_checked_and_tested_and_nothing_is_kept() {
    let stage = Stage::new();
    let before = stage.stands();
    let broken = "package countersign.broken\n\ndecision := {\n";
    let told = stage.admin("POST", "/check", &json!({ "content": broken })).is(200).json();
    assert_eq!(
        (&told["ok"], &told["found"][0]["level"]),
        (&json!(false), &json!("error")),
        "{told}"
    );
    assert_eq!(told["found"][0]["file"], "broken.rego");
    assert!(told["found"][0]["line"].as_u64() >= Some(3), "{told}");
    let told = stage.admin("POST", "/check", &json!({ "content": NO_NOTES })).is(200).json();
    assert_eq!(told, json!({ "ok": true, "found": [] }));

    let inputs = json!([
        { "action": "exec", "resource": {}, "context": { "server": "notes" }, "expected_decision": "deny" },
        { "action": "exec", "resource": {}, "expected_decision": "deny" },
    ]);
    let body = json!({ "policy_content": NO_NOTES, "test_inputs": inputs });
    let told = stage.admin("POST", "/test", &body).is(200).json();
    assert_eq!(told["policy_valid"], true, "{told}");
    assert_eq!(told["test_results"].as_array().map(Vec::len), Some(2));
    let told = stage
        .admin("POST", "/test", &json!({ "policy_content": broken, "test_inputs": inputs }))
        .is(200)
        .json();
    assert_eq!(told["policy_valid"], false);
    stage
        .admin("POST", "/test", &json!({ "policy_content": NO_NOTES, "test_inputs": [] }))
        .refused(400, "invalid_parameter");

    let mut large = NO_NOTES.to_owned();
    while large.len() < 255 * 1024 {
        large.push_str(&format!(
            "f{} := [x | x := input.tool; x != \"{}\"]\n",
            large.len(),
            large.len()
        ));
    }
    std::thread::scope(|scope| {
        let asking =
            scope.spawn(|| stage.admin("POST", "/check", &json!({ "content": large })).is(200));
        let mut slowest = Duration::ZERO;
        while !asking.is_finished() {
            let begun = Instant::now();
            stage.console.get("/healthz", &[]).is(200);
            slowest = slowest.max(begun.elapsed());
        }
        assert!(slowest < Duration::from_secs(1), "somebody else waited {slowest:?}");
    });
    let larger = "#".repeat(256 * 1024 + 1);
    stage.admin("POST", "/check", &json!({ "content": larger })).refused(413, "too_large");
    let body =
        json!({ "policy_content": larger, "test_inputs": [{ "action": "x", "resource": {} }] });
    stage.admin("POST", "/test", &body).refused(413, "too_large");
    assert_eq!(stage.stands(), before);
}
