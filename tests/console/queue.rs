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
    browser.sees("#live", "live");
    browser.shot("queue-empty");
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "hello\nthere"}));
    browser.sees("#card", "write_note");
    browser.sees("#card", "hello");
    browser.sees("#waiting", "1");
    browser.shot("queue-one");
    browser.pause(700);
    let mut presses = 0;
    for key in ["a", "Enter"] {
        browser.press(key);
        presses += 1;
    }
    browser.sees("#outcomes", "approved");
    let result = agent.result(call);
    assert!(!is_error(&result), "{result}");
    browser.sees("#outcomes", "it ran");
    browser.sees("#card", "Nothing waits");
    browser.shot("queue-ran");
    assert!(presses <= 4);
    assert_eq!(ran(&stage, "write_note"), [json!({"id": "n1", "text": "hello\nthere"})]);
    wait_until(DEADLINE, || text(&result).len() > 0);
    browser.done();
}
