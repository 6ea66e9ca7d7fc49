//! Answers that are kept, over HTTP: previewed, given, used by a later call, listed, taken back. Each refusal has a twin.

use super::stage::{Asker, NOBODYS, People, decide, foreign_admin, get, rows, told};
use super::support::{Answer, Console, Home, Recorder, is_error};
use serde_json::{Value, json};

struct Stage {
    home: Home,
    recorder: Recorder,
    people: People,
    console: Console,
}

impl Stage {
    #[track_caller]
    fn new() -> Self {
        let home = Home::new();
        let recorder = Recorder::new(&home, "notes");
        let people = People::of(&home);
        let console = Console::start(&home);
        Self { home, recorder, people, console }
    }

    fn asker(&self) -> Asker<'_> {
        Asker::of(&self.home, &self.recorder)
    }

    #[track_caller]
    fn foresee(&self, id: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/approvals/{id}/foreseen");
        self.console.by_token(&self.people.admin, "POST", &path, body)
    }

    #[track_caller]
    fn decide(&self, id: &str, body: &Value) -> Answer {
        decide(&self.console, &self.people.admin, id, body)
    }

    #[track_caller]
    fn kept(&self, query: &str) -> Vec<Value> {
        let path = format!("/api/v1/remembered{query}");
        let listed = get(&self.console, &self.people.operator, &path).is(200).json();
        listed["remembered"].as_array().expect("a list").clone()
    }

    /// A call that nobody is asked about.
    #[track_caller]
    fn runs_alone(&self, asker: &mut Asker<'_>, text: &str) {
        let before = self.recorder.calls().len();
        let result = asker.session.call("write_note", json!({ "id": "a", "text": text }));
        assert!(!is_error(&result), "{result}");
        assert_eq!(self.recorder.calls().len(), before + 1);
        assert_eq!(super::support::pending(&self.home).len(), 0);
    }
}

fn wish() -> Value {
    json!({
        "decision": "approve", "remember": "pattern", "pattern": { "id": "a", "text": "*" },
        "ends_in_seconds": 3_600, "uses": 2,
    })
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

#[test]
fn a_pattern_is_previewed_given_used_and_taken_back() {
    let stage = Stage::new();
    let mut asker = stage.asker();
    // The past that the preview tells of.
    let (call, id) = asker.writes("zero");
    stage.decide(&id, &json!({ "decision": "approve" })).is(200);
    asker.session.result(call);
    let (call, id) = asker.writes("one");
    let seen = stage.foresee(&id, &wish()).is(200).json();
    let foreseen = &seen["foreseen"];
    assert_eq!(
        (&foreseen["fits_itself"], &foreseen["asked"], &foreseen["matched"], &foreseen["approved"]),
        (&json!(true), &json!(1), &json!(1), &json!(1)),
        "{seen}"
    );
    assert_eq!((&seen["ends_in_seconds"], &seen["uses"]), (&json!(3_600), &json!(2)));
    assert_eq!(told(&stage.console, &stage.people.admin, &id)["state"], "pending");
    assert!(stage.kept("").is_empty());
    let said = stage.decide(&id, &with(wish(), "shown", seen["shown"].clone())).is(200).json();
    assert_eq!(said["remember"], "pattern");
    asker.session.result(call);
    let kept = stage.kept("");
    assert_eq!((kept.len(), &kept[0]["id"]), (1, &said["remembered_id"]));
    assert_eq!((&kept[0]["pattern"], &kept[0]["uses"]), (&wish()["pattern"], &json!(2)));
    assert_eq!((&kept[0]["question"], &kept[0]["given_by"]), (&json!(id), &json!("alice")));
    stage.runs_alone(&mut asker, "two");
    assert_eq!(stage.kept("")[0]["used"], 1);
    assert_eq!(rows(&stage.home, "remembered.used"), 1);
    // Taken back by somebody who may: from then on it asks again.
    let path = format!("/api/v1/remembered/{}", said["remembered_id"].as_str().expect("an id"));
    let delete =
        |token: &str, path: &str| stage.console.by_token(token, "DELETE", path, &Value::Null);
    delete(&stage.people.operator, &path).refused(403, "role_not_allowed");
    delete(&stage.people.agent, &path).refused(403, "role_not_allowed");
    delete(&stage.people.admin, &format!("/api/v1/remembered/{NOBODYS}")).refused(404, "not_found");
    stage.runs_alone(&mut asker, "three");
    // It was used as often as it may be; the same may be kept anew.
    assert!(stage.kept("").is_empty());
    assert_eq!(stage.kept("?all=true")[0]["ended"], "used_up");
    let (call, id) = asker.writes("four");
    let said = stage.decide(&id, &wish()).is(200).json();
    asker.session.result(call);
    let path = format!("/api/v1/remembered/{}", said["remembered_id"].as_str().expect("an id"));
    assert_eq!(delete(&stage.people.admin, &path).is(200).json(), json!({ "removed": true }));
    delete(&stage.people.admin, &path).refused(404, "not_found");
    let (_, id) = asker.writes("five");
    assert_eq!(told(&stage.console, &stage.people.admin, &id)["state"], "pending");
    assert_eq!(stage.recorder.calls().len(), 5, "the last one waits");
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn what_is_posted_is_what_was_previewed() {
    let stage = Stage::new();
    let mut asker = stage.asker();
    let (call, id) = asker.writes("one");
    let shown = stage.foresee(&id, &wish()).is(200).json()["shown"].clone();
    let sealed = with(wish(), "shown", shown.clone());
    let plain = told(&stage.console, &stage.people.admin, &id)["shown"].clone();
    for other in [
        with(sealed.clone(), "pattern", json!({ "id": "*", "text": "*" })),
        with(sealed.clone(), "scope", "server"),
        with(sealed.clone(), "uses", 3),
        with(sealed.clone(), "ends_in_seconds", 3_601),
        with(with(sealed.clone(), "decision", "deny"), "uses", Value::Null),
        with(sealed.clone(), "shown", plain.clone()),
        json!({ "decision": "approve", "shown": shown }),
        json!({ "decision": "approve", "remember": "forever", "shown": shown }),
    ] {
        stage.decide(&id, &other).refused(409, "shown_differs");
    }
    assert_eq!(told(&stage.console, &stage.people.admin, &id)["state"], "pending");
    assert!(stage.recorder.calls().is_empty() && stage.kept("?all=true").is_empty());
    // A login always says what it was shown, also for a preview: none stands in for a card that nobody saw.
    let login = stage.console.login(&stage.people.admin);
    let preview = |body: &Value| {
        stage.console.post(&format!("/api/v1/approvals/{id}/foreseen"), &login.headers(), body)
    };
    preview(&wish()).refused(409, "shown_differs");
    preview(&with(wish(), "shown", "0".repeat(64))).refused(409, "shown_differs");
    assert_eq!(preview(&with(wish(), "shown", plain.clone())).is(200).json()["shown"], shown);
    let path = format!("/api/v1/approvals/{id}");
    stage.console.post(&path, &login.headers(), &wish()).refused(409, "shown_differs");
    let said = stage.console.post(&path, &login.headers(), &sealed).is(200).json();
    assert_eq!(said["remember"], "pattern");
    asker.session.result(call);
    assert_eq!(stage.recorder.calls().len(), 1);
}

#[test]
fn words_that_are_no_wish_decide_nothing() {
    let stage = Stage::new();
    let mut asker = stage.asker();
    let (call, id) = asker.writes("one");
    for (body, names) in [
        (with(wish(), "remember", "always"), "remember"),
        (with(wish(), "remember", "once"), "pattern"),
        (with(wish(), "remember", "session"), "takes no `pattern`"),
        (with(wish(), "remember", "forever"), "takes no `pattern`"),
        (with(wish(), "scope", "everybody"), "scope"),
        (with(wish(), "pattern", json!(["a"])), "pattern"),
        (with(wish(), "pattern", json!({})), "pattern"),
        (with(wish(), "ends_in_seconds", 0), "ends_in_seconds"),
        (with(wish(), "ends_in_seconds", "1d"), "ends_in_seconds"),
        (with(wish(), "ends_in_seconds", 91 * 86_400), "90 days"),
        (with(wish(), "uses", 0), "uses"),
        (with(wish(), "uses", 1.5), "uses"),
        (with(wish(), "ends_in", "1d"), "ends_in"),
    ] {
        for said in [stage.foresee(&id, &body), stage.decide(&id, &body)] {
            let said = said.refused(400, "invalid_parameter");
            let message = said.json()["error"]["message"].as_str().expect("a message").to_owned();
            assert!(message.contains(names), "{body}: {message}");
        }
    }
    stage.foresee(&id, &json!({ "decision": "approve" })).refused(400, "invalid_parameter");
    stage.foresee(NOBODYS, &wish()).refused(404, "not_found");
    // A pattern that does not fit the very call that is answered is told, and is not kept.
    let other = with(wish(), "pattern", json!({ "id": "b", "text": "*" }));
    let seen = stage.foresee(&id, &other).is(200).json();
    assert_eq!(seen["foreseen"]["fits_itself"], false);
    let why = seen["foreseen"]["misfit"].as_str().expect("why");
    assert!(why.starts_with("`id` is \"") && why.ends_with("which `b` does not meet"), "{why}");
    stage.decide(&id, &other).refused(422, "remember_not_available");
    let row = told(&stage.console, &stage.people.admin, &id);
    assert_eq!((&row["state"], stage.kept("?all=true").len()), (&json!("pending"), 0));
    stage.decide(&id, &wish()).is(200);
    asker.session.result(call);
    stage.foresee(&id, &wish()).refused(409, "already_decided");
}

#[test]
fn what_runs_code_is_answered_once() {
    let stage = Stage::new();
    let mut asker = stage.asker();
    let (call, id) = asker.asks("run_command", json!({ "command": "make" }));
    for remember in ["session", "forever"] {
        let body = json!({ "decision": "approve", "remember": remember });
        stage.decide(&id, &body).refused(422, "remember_not_available");
        stage.foresee(&id, &body).refused(422, "remember_not_available");
        let no = json!({ "decision": "deny", "remember": remember });
        stage.decide(&id, &no).refused(422, "remember_not_available");
    }
    assert_eq!(told(&stage.console, &stage.people.admin, &id)["state"], "pending");
    assert!(stage.recorder.calls().is_empty());
    let said = stage.decide(&id, &json!({ "decision": "approve", "remember": "once" })).is(200);
    assert_eq!(said.json()["remembered_id"], Value::Null);
    asker.session.result(call);
    assert_eq!(stage.recorder.calls().len(), 1);
    assert!(stage.kept("?all=true").is_empty());
}

#[test]
fn a_no_is_kept_and_refuses_without_a_question() {
    let stage = Stage::new();
    let mut asker = stage.asker();
    let (call, id) = asker.writes("never");
    let body = json!({ "decision": "deny", "remember": "forever", "reason": "not here" });
    let said = stage.decide(&id, &body).is(200).json();
    assert_eq!((&said["rejected"], &said["remember"]), (&json!(true), &json!("forever")));
    assert!(is_error(&asker.session.result(call)));
    let result = asker.session.call("write_note", json!({ "text": "never", "id": "a" }));
    assert!(is_error(&result), "{result}");
    assert_eq!(super::support::pending(&stage.home).len(), 0, "nobody was asked");
    assert!(stage.recorder.calls().is_empty());
    assert_eq!(
        (&stage.kept("")[0]["answer"], &stage.kept("")[0]["used"]),
        (&json!("deny"), &json!(1))
    );
    // Other arguments ask.
    asker.writes("other");
}

#[test]
fn kept_answers_of_another_world_are_not_there() {
    let stage = Stage::new();
    let olga = foreign_admin(&stage.home);
    let mut asker = stage.asker();
    let (call, id) = asker.writes("one");
    let said = stage.decide(&id, &wish()).is(200).json();
    asker.session.result(call);
    let path = format!("/api/v1/remembered/{}", said["remembered_id"].as_str().expect("an id"));
    // In her own world there is nothing of that.
    let hers = Console::start_with(&stage.home, &["--tenant", "other"]);
    let listed = hers.by_token(&olga, "GET", "/api/v1/remembered?all=true", &Value::Null);
    assert_eq!(listed.is(200).json()["remembered"], json!([]));
    hers.by_token(&olga, "DELETE", &path, &Value::Null).refused(404, "not_found");
    stage.console.by_token(&olga, "DELETE", &path, &Value::Null).refused(401, "no_proof");
    stage
        .console
        .by_token(&olga, "GET", "/api/v1/remembered", &Value::Null)
        .refused(401, "no_proof");
    stage.runs_alone(&mut asker, "two");
}

#[test]
fn questions_are_counted_and_what_would_spare_them_is_tried_on_them() {
    let stage = Stage::new();
    let mut asker = stage.asker();
    for n in 0..5 {
        let (call, id) = asker.writes(&format!("note {n}"));
        stage.decide(&id, &json!({ "decision": "approve" })).is(200);
        asker.session.result(call);
    }
    let relief = || get(&stage.console, &stage.people.operator, "/api/v1/relief").is(200).json();
    let told = relief();
    assert_eq!((&told["asked"], &told["yes"]["people"]), (&json!(5), &json!(5)), "{told}");
    let found = told["suggestions"].as_array().expect("a list");
    let kept = found.iter().find(|one| one["kind"] == "keep_answer").expect("a suggestion");
    assert_eq!(kept["pattern"], json!({ "id": "a", "text": "*" }));
    assert_eq!(
        (&kept["backtest"]["answered"], &kept["backtest"]["denied"]),
        (&json!(5), &json!(0))
    );
    get(&stage.console, &stage.people.agent, "/api/v1/relief").refused(403, "role_not_allowed");
    let wrong = get(&stage.console, &stage.people.admin, "/api/v1/relief?since=yesterdayish");
    wrong.refused(400, "invalid_parameter");
    let none = get(&stage.console, &stage.people.admin, "/api/v1/relief?since=2999-01-01");
    assert_eq!(none.is(200).json()["asked"], 0);
    // The same for a person at a terminal, and what he types for it.
    let doctor = stage.home.cli_json(&["doctor", "--questions", "--json"]);
    assert_eq!((&doctor["asked"], &doctor["suggestions"]), (&told["asked"], &told["suggestions"]));
    let text = stage.home.cli(&["doctor", "--questions"]).ok().stdout;
    assert!(
        text.contains("would have answered 5 questions") && text.contains("countersign approve ID"),
        "{text}"
    );
    // Doing what it says, as a shell reads it: the pattern is kept, and the next one runs alone.
    let (call, id) = asker.writes("note 5");
    let text = stage.home.cli(&["doctor", "--questions"]).ok().stdout;
    let typed = text.split('`').find(|part| part.starts_with("countersign approve "));
    let typed = typed.expect("a command");
    assert!(typed.contains(&id[id.len() - 12..]) && typed.ends_with(" --for 30d"), "{typed}");
    let shell = std::process::Command::new("sh")
        .args(["-c", &format!("printf '%s\\n' {typed} --yes")])
        .output()
        .expect("a shell");
    let words = String::from_utf8(shell.stdout).expect("a text");
    let words: Vec<&str> = words.lines().skip(1).collect();
    stage.home.cli_with_token(&stage.people.admin, &words).ok();
    asker.session.result(call);
    stage.runs_alone(&mut asker, "note of the command");
    let kept = stage.kept("");
    assert_eq!((&kept[0]["used"], &kept[0]["uses"]), (&json!(1), &json!(100)));
    let kept = kept[0]["id"].as_str().expect("an id");
    let path = format!("/api/v1/remembered/{kept}");
    stage.console.by_token(&stage.people.admin, "DELETE", &path, &Value::Null).is(200);
    // The same over HTTP.
    let (call, id) = asker.writes("note 5 again");
    let waits = relief();
    let kept = waits["suggestions"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["kind"] == "keep_answer");
    let kept = kept.expect("a suggestion");
    assert_eq!(kept["waits"], json!(id));
    let body = json!({ "decision": "approve", "remember": "pattern", "pattern": kept["pattern"] });
    stage.decide(&id, &body).is(200);
    asker.session.result(call);
    stage.runs_alone(&mut asker, "note 6");
    assert_eq!(relief()["kept_answers_used"], 2);
    // One no, and nothing is suggested for that tool any more.
    let (call, id) = asker.asks("write_note", json!({ "id": "b", "text": "x" }));
    stage.decide(&id, &json!({ "decision": "deny" })).is(200);
    asker.session.result(call);
    let left = relief();
    assert_eq!(left["suggestions"], json!([]), "{left}");
}
