//! Answers with keys: they reach the agent once, and only what was shown is decided.

use crate::screen::Screen;
use crate::support::{self, DEADLINE, Home, Recorder, Session, pending, wait_until};
use serde_json::{Value, json};

fn asker(home: &Home, recorder: &Recorder) -> Session {
    Session::wrap(home, &["--name", "notes"], recorder)
}

fn note(id: &str) -> Value {
    json!({"id": id, "text": "hello"})
}

fn word_on(screen: &str) -> String {
    let after = screen.split("a yes is typed as the word `").nth(1).expect("a word on the card");
    after.split('`').next().expect("its end").to_owned()
}

#[test]
fn two_keys_say_yes_and_the_call_runs_once() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let mut screen = Screen::of(&home);
    screen.sees("nothing waits");
    let call = session.start_call("write_note", note("a"));
    let seen = screen.sees("never asked");
    assert!(seen.contains("1 waiting") && seen.contains("\"hello\""), "{seen}");
    assert!(!seen.contains("countersign approve"), "commands have no place here: {seen}");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    screen.calmly("\r");
    screen.sees("ran");
    session.result(call);
    assert_eq!(recorder.calls_of("write_note"), [note("a")]);
    // The row goes by itself, and the witness stays with whoever decided.
    screen.loses("number 1");
    screen.types("q");
    assert_eq!(screen.ends(), 0);
    screen.is_given_back();
    let told = screen.text();
    assert!(told.contains("approved `notes__write_note`"), "{told}");
    assert!(told.contains("journal head "), "{told}");
}

/// What is pressed before the card, or before the question about it, was there for a while is no answer to it.
#[test]
fn keys_that_come_too_early_do_not_count() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let mut screen = Screen::of(&home);
    // Somebody leans on the keys while the question comes.
    let call = session.start_call("write_note", note("a"));
    home.the_question();
    for _ in 0..3 {
        screen.types("a\r");
    }
    // All at once, as after a stalled line: the first may ask, the others confirm nothing.
    screen.sees("number 1");
    screen.calmly("\u{1b}");
    screen.calmly("a\r\r\r\r");
    screen.sees("exactly this, once?");
    assert!(recorder.calls().is_empty(), "{:?}", recorder.calls());
    assert_eq!(pending(&home).len(), 1);
    // Pasted text confirms nothing either.
    screen.calmly("\u{1b}[200~\r\u{1b}[201~");
    screen.sees("confirms nothing");
    assert_eq!(pending(&home).len(), 1);
    screen.calmly("\r");
    session.result(call);
    assert_eq!(recorder.calls().len(), 1);
}

#[test]
fn tier_3_wants_the_word_of_the_card() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let call = session.start_call("delete_note", json!({"id": "a"}));
    home.the_question();
    let mut screen = Screen::of(&home);
    let word = word_on(&screen.sees("a yes is typed as the word"));
    for wrong in ["\r", "yes\r", "y\r"] {
        screen.calmly("a");
        screen.sees("type the word of the card");
        screen.calmly(wrong);
        screen.sees(if wrong == "\r" {
            "the word of the card is typed"
        } else {
            "is not the word"
        });
        screen.types("\u{1b}");
    }
    assert!(recorder.calls().is_empty());
    assert_eq!(pending(&home).len(), 1);
    screen.calmly("a");
    screen.sees("type the word of the card");
    screen.calmly(&format!("{word}\r"));
    screen.sees("ran");
    session.result(call);
    assert_eq!(recorder.calls().len(), 1);
    // That the card was read for a while is on record, once.
    let rows = home.cli_json(&["audit", "list", "--type", "approval.seen", "--json"]);
    assert_eq!(rows["entries"].as_array().map(Vec::len), Some(1), "{rows}");
}

#[test]
fn a_no_reaches_the_agent_with_its_reason() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let mut screen = Screen::of(&home);
    let call = session.start_call("write_note", note("a"));
    screen.sees("never asked");
    screen.calmly("d");
    screen.sees("3 This is the wrong server or environment.");
    screen.calmly("3");
    screen.sees("> This is the wrong server or environment.");
    screen.calmly("\r");
    assert!(
        support::text(&session.result(call)).contains("This is the wrong server or environment.")
    );
    screen.sees("number 1: no by ");
    // Own words, and what was typed is seen as it is.
    let call = session.start_call("write_note", note("b"));
    screen.sees("1 waiting");
    screen.types("j");
    screen.sees("id    \"b\"");
    screen.calmly("d");
    screen.sees("Esc goes back");
    screen.calmly("ask é me first\r");
    assert!(support::text(&session.result(call)).contains("ask é me first"));
    assert!(recorder.calls().is_empty());
}

#[test]
fn like_calls_are_answered_together_and_unlike_ones_are_not() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    // One after the other: calls that are under way at once are asked about in any order.
    let mut calls = Vec::new();
    for (at, id) in ["a", "b", "c"].into_iter().enumerate() {
        calls.push(session.start_call("write_note", note(id)));
        home.questions(at + 1);
    }
    let other = session.start_call("slow_write", json!({"id": "d"}));
    home.questions(4);
    let grave = session.start_call("delete_note", json!({"id": "e"}));
    home.questions(5);
    let mut screen = Screen::of(&home);
    screen.sees("5 waiting");
    screen.types("x");
    screen.sees("1 marked");
    screen.types("jx");
    screen.sees("2 marked");
    screen.types("jjx");
    screen.sees("only like calls");
    screen.types("jx");
    screen.sees("below tier 3");
    screen.types("A");
    let seen = screen.sees("2 calls, to be answered together");
    let ids: Vec<bool> = ["\"a\"", "\"b\"", "\"c\""].iter().map(|id| seen.contains(id)).collect();
    assert_eq!(ids, [true, true, false], "{seen}");
    // Too quick for what has only just come.
    screen.types("\r");
    screen.sees("too quick");
    assert_eq!(pending(&home).len(), 5);
    screen.calmly("\r");
    screen.sees("approved 2; each runs once");
    for call in &calls[..2] {
        session.result(*call);
    }
    // Which of two that were answered at once is sent first is nobody's to say.
    let mut ran = recorder.calls_of("write_note");
    ran.sort_by_key(ToString::to_string);
    assert_eq!(ran, [note("a"), note("b")]);
    assert_eq!(pending(&home).len(), 3);
    for call in [calls[2], other, grave] {
        session.cancel(call, "enough");
    }
}

/// One of those that were shown together is answered elsewhere meanwhile: none of them is approved.
#[test]
fn a_yes_to_several_counts_for_all_or_none() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let mut session = asker(&home, &recorder);
    for id in ["a", "b"] {
        session.start_call("write_note", note(id));
    }
    let questions = home.questions(2);
    let mut screen = Screen::of(&home);
    screen.sees("2 waiting");
    screen.types("xjxA");
    screen.sees("2 calls, to be answered together");
    let id = questions.iter().find(|q| q["arguments"]["id"] == "b").unwrap_or(&questions[1]);
    home.deny(&admin, id["id"].as_str().expect("an id"), "no");
    screen.calmly("\r");
    screen.sees("said no already");
    assert!(recorder.calls().is_empty());
    assert_eq!(pending(&home).len(), 1);
}

/// What stands when Enter is pressed is compared with what was shown, also where the screen could not tell of it before.
#[test]
fn a_yes_to_several_is_a_yes_to_what_was_shown() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    for id in ["a", "b"] {
        session.start_call("write_note", note(id));
    }
    home.questions(2);
    let mut screen = Screen::of(&home);
    screen.sees("2 waiting");
    screen.types("xjxA");
    screen.sees("2 calls, to be answered together");
    recorder.change_definitions(&[]);
    let changed = || home.cli(&["tools", "diff"]).ok().stdout.contains("write_note");
    wait_until(DEADLINE, changed);
    screen.calmly("\r");
    screen.sees("NOT decided");
    assert!(recorder.calls().is_empty());
    assert_eq!(pending(&home).len(), 2);
    // What stands now is shown, and nothing is decided by one more key.
    screen.sees("CHANGED since it was pinned");
    screen.types("\r");
    assert_eq!(pending(&home).len(), 2);
}

#[test]
fn what_others_decide_is_told_and_goes() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let mut session = asker(&home, &recorder);
    let mut screen = Screen::of(&home);
    let call = session.start_call("write_note", note("a"));
    screen.sees("never asked");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    let question = home.the_question();
    home.deny(&admin, question["id"].as_str().expect("an id"), "not now");
    screen.sees("it waits no more: no by alice");
    session.result(call);
    // The question at the foot went with it: Enter says yes to nothing.
    screen.calmly("\r");
    screen.types("a");
    screen.sees("does not wait any more");
    screen.loses("number 1");
    assert!(recorder.calls().is_empty());
}

/// A definition that changes under the eyes of whoever reads: the yes to what was shown does not count.
#[test]
fn what_is_decided_is_what_was_shown() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let call = session.start_call("write_note", note("a"));
    home.the_question();
    let mut screen = Screen::of(&home);
    screen.sees("never asked");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    recorder.change_definitions(&[]);
    screen.sees("CHANGED since it was pinned");
    screen.sees("something changed");
    screen.types("\r");
    assert_eq!(pending(&home).len(), 1);
    assert!(recorder.calls().is_empty());
    let _ = call;
}

#[test]
fn a_change_of_policy_is_applied_and_not_approved_by_a_key() {
    let home = Home::new();
    home.admin_token();
    let diff = home.work().join("diff.json");
    let text = r#"{"add":[{"pattern":"notes__*","tool":"*","effect":"deny"}]}"#;
    std::fs::write(&diff, text).expect("a diff");
    let file = support::text_of(&diff);
    let proposed = home.cli(&["policy", "propose", &file]);
    assert_eq!(proposed.code, 0, "{proposed:?}");
    let mut screen = Screen::of(&home);
    screen.sees("a change of policy");
    screen.calmly("a");
    screen.sees("countersign policy apply");
    screen.calmly("\r");
    wait_until(DEADLINE, || pending(&home).len() == 1);
}

#[test]
fn every_agent_is_stopped_with_a_typed_yes() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    session.tools_with("list_notes");
    let mut screen = Screen::of(&home);
    screen.calmly("p");
    screen.sees("stop every agent?");
    screen.calmly("\r");
    screen.sees("was not typed");
    assert!(!support::is_error(&session.call("list_notes", json!({}))));
    screen.types("yes\r");
    screen.sees("ALL PAUSED");
    assert!(support::is_error(&session.call("list_notes", json!({}))));
    screen.calmly("p");
    screen.sees("let every agent go on?");
    screen.calmly("yes\r");
    screen.loses("ALL PAUSED");
    assert!(!support::is_error(&session.call("list_notes", json!({}))));
}
