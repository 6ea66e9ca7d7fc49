//! The tab of policy: a module is written, looked over, suggested, applied by typing that it is meant, switched, taken back;
//! and an agent that runs all the while feels each.

use crate::support::{Browser, Console, Home, Launch, Recorder, Session};
use serde_json::{Value, json};

const BROKEN: &str = "package countersign.no_notes\n\ndecision := {\n";
const MENDED: &str = r#"package countersign.no_notes

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
    token: String,
    console: Console,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let token = home.admin_token();
        home.write_config(&notes.toml("notes", "dev"));
        let console = Console::start(&home);
        Self { home, notes, token, console }
    }

    fn agent(&self) -> Session {
        let options = ["--toolsets", "all", "--on-ask", "pending"];
        let mut session = Launch::serve(&self.home, &options).client("test-client").start();
        session.initialize("2025-11-25");
        session.tools_with("notes__write_note");
        session
    }

    fn rules(&self) -> usize {
        let listed = self.home.cli_json(&["policy", "list", "--kind", "rule", "--json"]);
        listed["rules"].as_array().expect("rules").len()
    }
}

fn is_denied(session: &mut Session) -> bool {
    let told = session.call("notes__write_note", json!({ "id": "a", "text": "the green ledger" }));
    told["_meta"]["countersign/refusal"]["code"] == "denied_by_policy"
}

/// Types what the page asks for, by keys.
fn apply(browser: &mut Browser) {
    browser.sees("#replay", "The last 7 days");
    browser.pause(700);
    browser.press("a");
    let words = browser.text("details[open] strong");
    assert!(words.starts_with("APPLY"), "{words}");
    browser.fill("#typed", &words);
    browser.press("Enter");
    browser.sees("#card", "It made version");
}

#[test]
fn a_module_is_written_checked_suggested_applied_switched_and_taken_back() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    assert!(!is_denied(&mut agent));
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto("/policy");
    browser.sees("main", "Default Policy: ALLOW ALL of tier 0 to 1");
    browser.sees("main", "Rules (0)");
    browser.shot("policy");

    browser.press("M");
    browser.sees("h1", "A new module");
    browser.fill("#text", BROKEN);
    browser.click("button[data-key=c]");
    browser.sees("#checked", "It is not let in");
    browser.sees("#checked", "no_notes.rego:4");
    browser.shot("policy-checked");
    browser.fill("#text", MENDED);
    browser.click("button[data-key=c]");
    browser.sees("#checked", "It is let in");
    browser.click("button[data-key=t]");
    browser.sees("#checked", "not as expected");
    browser.click("input[value=active]");
    browser.fill("#comment", "no notes <b>today</b>");
    browser.shot("policy-edit");
    browser.click("button.yes");
    browser.sees("#card", "becomes active");
    browser.sees("#card", "no notes <b>today</b>");
    browser.sees("#replay", "1 otherwise");
    assert!(!is_denied(&mut agent), "a suggestion changes nothing");
    browser.pause(700);
    browser.press("a");
    browser.fill("#typed", "YES");
    browser.expects("400");
    browser.press("Enter");
    browser.sees("#alerts", "confirmed by the word APPLY");
    browser.shot("policy-suggestion");
    browser.reload();
    apply(&mut browser);
    browser.shot("policy-applied");
    assert!(is_denied(&mut agent));
    assert_eq!(stage.notes.calls_of("write_note").len(), 2, "the server was reached");

    browser.goto("/policy/modules/no_notes");
    browser.sees("pre", "deny_reasons contains");
    browser.shot("policy-module");
    browser.press("T");
    browser.sees("#card", "becomes inactive");
    assert!(is_denied(&mut agent));
    apply(&mut browser);
    assert!(!is_denied(&mut agent));

    browser.goto("/policy/versions?from=0");
    browser.sees("main", "+ module `no_notes`");
    browser.shot("policy-versions");
    browser.click("tbody tr:first-child button");
    browser.sees("#card", "taken back");
    apply(&mut browser);
    browser.sees("#card", "applied");
    assert!(is_denied(&mut agent), "what was switched off is on again");
    browser.done();
}

#[test]
fn a_draft_judges_nothing_until_it_is_made_active() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto("/policy/new");
    browser.fill("#text", MENDED);
    browser.click("button.yes");
    browser.sees("#card", "draft");
    browser.shot("policy-draft");
    apply(&mut browser);
    browser.goto("/policy/modules/no_notes");
    browser.sees("dl", "draft");
    assert!(!is_denied(&mut agent), "a draft judges nothing");
    browser.press("T");
    browser.sees("#card", "becomes active");
    apply(&mut browser);
    assert!(is_denied(&mut agent));
    browser.done();
}

#[test]
fn a_page_that_is_older_than_what_stands_applies_nothing() {
    let stage = Stage::new();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto("/policy/rule");
    browser.fill("#tool", "notes__*");
    browser.fill("#pattern", "green ledger");
    browser.fill("#reason", "no ledgers");
    browser.shot("policy-rule");
    browser.click("button.yes");
    browser.sees("#card", "asks or denies");
    browser.sees("#replay", "The last 7 days");
    let path = browser.path();
    // Somebody else changes the policy while this page is open.
    let file = stage.home.work().join("other.json");
    let diff =
        json!({ "add": [{ "pattern": "other", "effect": "deny" }], "remove": [], "meta": {} });
    std::fs::write(&file, diff.to_string()).expect("a diff");
    let file = file.to_str().expect("a path");
    let told: Value = stage.home.cli_json(&["policy", "propose", file, "--json"]);
    let id = told["suggestion_id"].as_str().expect("an id");
    let args = ["policy", "apply", id, "--confirm", "APPLY", "--yes"];
    stage.home.cli_with_token(&stage.token, &args).ok();
    assert_eq!(stage.rules(), 1);
    browser.expects("409");
    browser.pause(700);
    browser.press("a");
    let words = browser.text("details[open] strong");
    browser.fill("#typed", &words);
    browser.press("Enter");
    browser.sees("#card", "it can no longer be applied");
    browser.sees("#card", "nothing was changed");
    browser.shot("policy-stale");
    assert_eq!(stage.rules(), 1);
    browser.pause(700);
    browser.press("d");
    browser.fill("#reason", "made anew");
    browser.press("Enter");
    browser.sees("#card", "rejected");
    assert_eq!(browser.path(), path);
    browser.goto("/policy/suggestions?all=true");
    browser.sees("tbody", "rejected");
    browser.sees("tbody", "applied");
    browser.shot("policy-suggestions");
    browser.done();
}
