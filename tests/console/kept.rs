//! An answer is kept from its page, by keys alone: previewed, used by the next call, taken back.

use crate::queue::{Stage, ran};
use crate::support::{Browser, is_error};
use serde_json::json;

/// From the button that says yes back through the form, until this has the focus.
#[track_caller]
fn back_to(browser: &mut Browser, at: &str) {
    for _ in 0..12 {
        let here = format!("document.activeElement.matches({})", json!(at));
        if browser.eval(&here) == json!(true) {
            return;
        }
        browser.press("Shift+Tab");
    }
    panic!("`{at}` cannot be reached by keys; at `{}`", browser.focused());
}

#[test]
fn a_pattern_is_given_by_keys_and_the_next_call_asks_nobody_until_it_is_taken_back() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "Nothing waits");
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "one"}));
    browser.sees("#card", "write_note");
    browser.pause(700);
    browser.press("a");
    browser.sees("#card details[open]", "Keep this answer");
    browser.sees("#card details[open] button.yes", "Yes, to exactly this");
    // The narrowest is chosen; what speaks of the others alone is not there.
    assert_eq!(browser.count("#card details[open] input[name=remember][value=once]:checked"), 1);
    browser.waits("#card details[open] button.yes:focus");
    back_to(&mut browser, "#card details[open] input[name=remember]");
    for _ in 0..3 {
        browser.press("ArrowDown");
    }
    browser.sees("#card details[open] .foreseen", "for 1 d, at most 100 times");
    browser.sees("#card details[open] button.yes", "Yes, and keep it");
    let offered = browser.eval("document.querySelector('details[open] textarea').value");
    let offered: serde_json::Value =
        serde_json::from_str(offered.as_str().expect("text")).expect("JSON");
    assert_eq!(offered, json!({"id": "n1", "text": "one"}), "nothing was approved yet that varied");
    browser.shot("kept-preview");
    // Conditions that leave an argument unsaid do not fit the very call, and there is nothing to post.
    browser.fill("#card details[open] textarea", r#"{"id": "n1"}"#);
    browser.sees("#card details[open] .foreseen", "`text` has no condition");
    assert_eq!(browser.count("#card details[open] input[name=shown]"), 0);
    browser.shot("kept-no-fit");
    browser.fill("#card details[open] textarea", "nothing");
    browser.sees("#card details[open] .foreseen", "no JSON object");
    browser.fill("#card details[open] textarea", r#"{"id": "n1", "text": "*"}"#);
    browser.fill("#card details[open] input[name=uses]", "5");
    browser.sees("#card details[open] .foreseen", "at most 5 times");
    for _ in 0..8 {
        if browser.eval("document.activeElement.matches('button.yes')") == json!(true) {
            break;
        }
        browser.press("Tab");
    }
    browser.press("Enter");
    browser.sees("#outcomes", "approved");
    browser.sees("#outcomes", "whose arguments meet these conditions");
    browser.sees("#outcomes", "id = n1; text = *");
    let result = agent.result(call);
    assert!(!is_error(&result), "{result}");
    // The next call of the kind runs, and nobody is asked.
    let result = agent.call("write_note", json!({"id": "n1", "text": "two"}));
    assert!(!is_error(&result), "{result}");
    assert_eq!(ran(&stage, "write_note").len(), 2);
    browser.sees("#card", "Nothing waits");
    browser.goto("/remembered");
    browser.sees("#kept", "1 of 5");
    browser.sees("#kept", r#""text":"*""#);
    browser.shot("kept-list");
    // Taken back by keys.
    for _ in 0..40 {
        if browser.eval("document.activeElement.matches('#kept summary')") == json!(true) {
            break;
        }
        browser.press("Tab");
    }
    browser.press("Enter");
    browser.waits("#kept details[open] button:focus");
    browser.press("Enter");
    browser.sees("#kept", "such calls ask again");
    browser.goto("/remembered?all=true");
    browser.sees("#kept", "it was taken back");
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "three"}));
    let question = stage.home.the_question();
    let id = question["id"].as_str().expect("an id");
    assert_eq!(ran(&stage, "write_note").len(), 2, "it waits");
    // Its page tells the story; what was approved and varied is now what a pattern begins with.
    browser.goto(&format!("/approvals/{id}"));
    browser.sees("#card", "write_note");
    stage.home.deny(&stage.token, id, "enough");
    assert!(is_error(&agent.result(call)));
    browser.goto("/history?state=consumed");
    browser.click("tbody a");
    browser.sees("main", "Its answer was kept, and counts no more: it was taken back");
    browser.sees("main table", "an answer given earlier was used");
    browser.done();
}

#[test]
fn what_runs_code_is_not_offered_to_be_kept() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    agent.start_call("run_command", json!({"command": "make"}));
    stage.home.the_question();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "run_command");
    browser.pause(700);
    browser.press("a");
    browser.sees("#card details[open]", "Counts for this call alone");
    assert_eq!(browser.count("#card .keep"), 0);
    browser.press("Escape");
    browser.press("d");
    browser.sees("#card details[open]", "Counts for this call alone");
    browser.press("1");
    browser.press("Enter");
    browser.sees("#outcomes", "denied");
    browser.done();
}

#[test]
fn a_no_is_kept_and_a_page_that_was_changed_after_its_preview_decides_nothing() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    let id = stage.home.the_question()["id"].as_str().expect("an id").to_owned();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "write_note");
    browser.pause(700);
    browser.press("d");
    browser.click("#card details[open] input[value=forever]");
    browser.sees("#card details[open] .foreseen", "This no is kept");
    // What is posted is not what was previewed.
    browser.eval("document.querySelector('details[open] select[name=scope]').value = 'server'");
    browser.click("#card details[open] button.no");
    browser.expects("409");
    browser.sees("#card", "nothing was decided");
    let told = stage.home.cli_json(&["show", &id, "--json"]);
    assert_eq!(told["state"], "pending", "{told}");
    browser.pause(700);
    browser.press("d");
    browser.click("#card details[open] input[value=forever]");
    browser.sees("#card details[open] .foreseen", "This no is kept");
    browser.click("#card details[open] button.no");
    browser.sees("#outcomes", "denied");
    assert!(is_error(&agent.result(call)));
    let again = agent.call("write_note", json!({"id": "n1", "text": "x"}));
    assert!(is_error(&again), "{again}");
    assert!(stage.notes.calls().is_empty());
    browser.sees("#card", "Nothing waits");
    browser.done();
}
