//! The queue: what an agent asks appears, is read, answered by keys, and shows what became of it.

use crate::support::{
    Browser, Console, DEADLINE, Home, Recorder, Session, is_error, text, wait_until,
};
use serde_json::{Value, json};

/// A home with an admin, a recorder behind `wrap`, and the console.
pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) token: String,
    pub(crate) notes: Recorder,
    pub(crate) console: Console,
}

impl Stage {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let token = home.admin_token();
        let notes = Recorder::new(&home, "notes");
        let console = Console::start(&home);
        Self { home, token, notes, console }
    }

    #[track_caller]
    pub(crate) fn agent(&self) -> Session {
        Session::wrap(&self.home, &["--name", "notes"], &self.notes)
    }
}

/// How often this tool was executed.
pub(crate) fn ran(stage: &Stage, tool: &str) -> Vec<Value> {
    stage.notes.calls_of(tool)
}

#[test]
fn a_write_appears_is_approved_by_keys_and_shows_its_outcome() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "Nothing waits");
    browser.sees("#live[data-state=live]", "live");
    browser.shot("queue-empty");
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "hello\nthere"}));
    browser.sees("#card", "write_note");
    browser.sees("#card", "hello");
    browser.sees("#waiting", "1");
    browser.shot("queue-one");
    browser.pause(700);
    browser.press("a");
    browser.press("Enter");
    browser.sees("#outcomes", "approved");
    let result = agent.result(call);
    assert!(!is_error(&result), "{result}");
    browser.sees("#outcomes", "it ran");
    browser.sees("#card", "Nothing waits");
    browser.shot("queue-ran");
    assert_eq!(ran(&stage, "write_note"), [json!({"id": "n1", "text": "hello\nthere"})]);
    browser.done();
}

#[test]
fn a_no_with_a_reason_at_hand_reaches_the_agent() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    stage.home.the_question();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "write_note");
    browser.pause(700);
    browser.press("d");
    browser.sees("#card", "The agent is told");
    browser.press("2");
    browser.shot("queue-deny");
    browser.press("Enter");
    browser.sees("#outcomes", "denied");
    let result = agent.result(call);
    assert!(is_error(&result) && text(&result).contains("The arguments look wrong."), "{result}");
    assert_eq!(stage.notes.calls(), Vec::<Value>::new());
    browser.done();
}

#[test]
fn like_questions_are_answered_together_and_each_runs_once() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "Nothing waits");
    let calls: Vec<i64> = (1..=3)
        .map(|n| agent.start_call("write_note", json!({"id": format!("n{n}"), "text": "x"})))
        .collect();
    // Calls of one agent overtake each other; the oldest question is to be one of these.
    stage.home.questions(3);
    let other = agent.start_call("delete_note", json!({"id": "n9"}));
    stage.home.questions(4);
    browser.waits(".rows > li:nth-child(4)");
    browser.sees("#card", "write_note");
    // What is of tier 3 cannot even be marked.
    assert_eq!(browser.count(".rows input"), 3);
    for key in ["x", "j", "x", "j", "x"] {
        browser.press(key);
    }
    let marked: Vec<bool> = (1..=4)
        .map(|n| browser.count(&format!(".rows > li:nth-child({n}) input:checked")) == 1)
        .collect();
    browser.press("A");
    browser.sees("#card", "like questions");
    browser.pause(700);
    browser.shot("queue-batch");
    let n = marked.iter().filter(|marked| **marked).count();
    assert_eq!(n, 3, "{marked:?}");
    for id in ["n1", "n2", "n3"] {
        browser.sees("#card .part-arguments", id);
    }
    browser.press("Enter");
    browser.sees("#outcomes", "3 approved together");
    for call in calls {
        let result = agent.result(call);
        assert!(!is_error(&result), "{result}");
    }
    let mut ids: Vec<String> = ran(&stage, "write_note")
        .iter()
        .map(|arguments| arguments["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    ids.sort();
    assert_eq!(ids, ["n1", "n2", "n3"]);
    // The one that was not like them still waits, and is what is shown now.
    browser.sees("#card", "delete_note");
    agent.no_response(other, std::time::Duration::from_millis(300));
    browser.done();
}

#[test]
fn the_gravest_tier_wants_the_word_of_its_card() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("delete_note", json!({"id": "n1"}));
    stage.home.the_question();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "delete_note");
    browser.pause(700);
    browser.press("a");
    browser.sees("#card", "type the word");
    browser.expects("403");
    browser.expects("Response Status Error");
    browser.types("nonsense");
    browser.press("Enter");
    browser.sees("#alerts", "that is not the word on the card");
    browser.shot("queue-word");
    assert_eq!(stage.notes.calls(), Vec::<Value>::new());
    let word = browser.text(".answers strong code");
    browser.fill(".answers input[name=word]", &word);
    browser.press("Enter");
    browser.sees("#outcomes", "approved");
    assert!(!is_error(&agent.result(call)));
    assert_eq!(ran(&stage, "delete_note").len(), 1);
    browser.done();
}

/// The value of a hidden field in the form of a card.
fn field(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split_once('"').expect("its end").0.to_owned()
}

#[test]
fn a_page_older_than_its_question_decides_nothing() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    let id = stage.home.the_question()["id"].as_str().unwrap_or_default().to_owned();
    let login = stage.console.login(&stage.token);
    let path = format!("/ui/approvals/{id}");
    let card = stage.console.get(&path, &login.shows()).is(200).body;
    let seal = field(&card, "shown");
    agent.cancel(call, "something else came up");
    // A person accepts the definition of its tool meanwhile, which the card did not say.
    let accept = ["tools", "accept", "notes__write_note", "--yes"];
    stage.home.cli_with_token(&stage.token, &accept).ok();
    wait_until(DEADLINE, || {
        let now = stage.console.get(&path, &login.shows()).is(200).body;
        field(&now, "shown") != seal
    });
    let post = |seal: &str, headers: &[(&str, &str)]| {
        let mut all = vec![("Content-Type", "application/x-www-form-urlencoded")];
        all.extend(headers);
        stage.console.request("POST", &path, &all, &format!("answer=approve&shown={seal}"))
    };
    let old = post(&seal, &login.headers()).is(409);
    assert!(old.body.contains("nothing was decided"), "{old:?}");
    assert_eq!(old.header("hx-retarget"), Some("#card"));
    let state = || stage.home.cli_json(&["show", &id, "--json"])["state"].clone();
    assert_eq!(state(), "pending");
    // The cookie alone shows and does not act.
    let fresh = field(&old.body, "shown");
    post(&fresh, &login.shows()).is(401);
    assert_eq!(state(), "pending");
    post(&fresh, &login.headers()).is(200);
    assert_eq!(state(), "approved");
    assert_eq!(stage.notes.calls(), Vec::<Value>::new(), "nobody waits, so nothing runs");
}

#[test]
fn a_card_that_changed_is_shown_anew_and_says_so() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    let id = stage.home.the_question()["id"].as_str().unwrap_or_default().to_owned();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "write_note");
    let forged = "document.querySelectorAll('input[name=shown]').forEach((e) => { e.value = '0'.repeat(64); })";
    browser.eval(forged);
    browser.pause(700);
    browser.expects("409");
    browser.press("a");
    browser.press("Enter");
    browser.sees("#card .alert", "nothing was decided");
    browser.shot("queue-older");
    // Decided elsewhere while it is looked at.
    stage.home.deny(&stage.token, &id, "no");
    browser.sees("#card .alert", "denied");
    assert!(is_error(&agent.result(call)));
    assert_eq!(stage.notes.calls(), Vec::<Value>::new());
    browser.done();
}

#[test]
fn the_story_and_the_history_tell_what_became_of_it() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    let id = stage.home.the_question()["id"].as_str().unwrap_or_default().to_owned();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto(&format!("/approvals/{id}"));
    browser.sees("#card", "write_note");
    browser.pause(1500);
    browser.press("a");
    browser.press("Enter");
    browser.sees("#outcomes", "approved");
    assert!(!is_error(&agent.result(call)));
    browser.sees("#card .state-consumed", "consumed");
    browser.reload();
    for said in ["asked", "was shown", "said yes", "the yes was used", "the server's answer: ran"] {
        browser.sees("tbody", said);
    }
    browser.shot("question-story");
    browser.goto("/history?state=consumed&tool=WRITE");
    browser.sees("tbody", "write_note");
    browser.sees("tbody", "alice");
    browser.shot("history");
    browser.goto("/history?state=denied");
    browser.sees("main", "No question fits");
    browser.done();
}
