//! What must not happen: answers from below an agent, from those who only look on, and texts that take the terminal over.

use crate::screen::{Order, Screen};
use crate::support::{Home, Recorder, Session, pending};
use serde_json::json;

fn asker(home: &Home, recorder: &Recorder) -> Session {
    Session::wrap(home, &["--name", "notes"], recorder)
}

fn refusals(home: &Home) -> Vec<String> {
    let rows = home.cli_json(&["audit", "list", "--type", "approval.refused", "--json"]);
    let rows = rows["entries"].as_array().expect("entries").clone();
    rows.iter().map(|row| row["outcome"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Escape sequences that were sent, without their numbers.
fn sequences(raw: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = raw;
    while let Some(at) = rest.find('\u{1b}') {
        rest = &rest[at + 1..];
        let end = match rest.chars().next() {
            Some('[') => rest[1..].find(|c: char| ('@'..='~').contains(&c)).map(|end| end + 2),
            Some(']') => rest.find('\u{7}').map(|end| end + 1),
            _ => Some(1),
        };
        let sequence = &rest[..end.unwrap_or(rest.len())];
        let plain: String = sequence.chars().filter(|c| !c.is_ascii_digit() && *c != ';').collect();
        found.push(plain);
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn an_agent_with_a_terminal_of_its_own_is_refused() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    session.start_call("write_note", json!({"id": "a", "text": ""}));
    home.the_question();
    let mut screen = Order::new(&home).of_the_agent().start();
    screen.sees("never asked");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    screen.calmly("\r");
    screen.sees("proves nothing");
    assert_eq!(refusals(&home), ["agent_ancestor"]);
    for (key, more) in [("d", "\r"), ("p", "yes\r")] {
        screen.calmly(key);
        screen.sees("Esc goes back");
        screen.calmly(more);
        screen.sees("proves nothing");
    }
    assert_eq!(refusals(&home), ["agent_ancestor"; 3]);
    assert_eq!(pending(&home).len(), 1);
    assert!(recorder.calls().is_empty());
    drop(screen);
    // A terminal elsewhere may.
    let mut screen = Screen::of(&home);
    screen.sees("never asked");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    screen.calmly("\r");
    screen.sees("ran");
    assert_eq!(recorder.calls().len(), 1);
}

#[test]
fn an_operator_looks_on_and_an_admin_answers() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let operator = home.user_token(&admin, "olga", "operator");
    let mut session = asker(&home, &recorder);
    session.start_call("write_note", json!({"id": "a", "text": ""}));
    home.the_question();
    let mut screen = Order::new(&home).env("COUNTERSIGN_TOKEN", &operator).start();
    screen.sees("olga looks on");
    screen.sees("never asked");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    screen.calmly("\r");
    screen.sees("does not decide");
    assert_eq!(refusals(&home), ["role_does_not_decide"]);
    assert_eq!(pending(&home).len(), 1);
    drop(screen);
    let mut screen = Order::new(&home).env("COUNTERSIGN_TOKEN", &admin).start();
    screen.sees("alice answers");
    screen.sees("never asked");
    screen.calmly("a");
    screen.sees("exactly this, once?");
    screen.calmly("\r");
    screen.sees("yes by alice; ran");
    assert_eq!(recorder.calls().len(), 1);
}

/// Whatever an agent writes: the terminal gets our sequences and no others, and the parts of the screen stay in place.
#[test]
fn hostile_texts_leave_the_screen_as_it_is() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let mut screen = Screen::of(&home);
    let evil =
        "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}txt\u{200b}\r\n\u{8}\u{1b}c\u{1b}[?1049l";
    let wide = "漢字한글👩‍👩‍👧‍👦e\u{301}\u{301}\u{301}Ａ│…".repeat(40);
    let long = "x".repeat(1 << 20);
    let before = screen.lines()[0].clone();
    assert!(before.contains("0 waiting"), "{before}");
    for (id, text) in [(evil, evil), ("w", wide.as_str()), ("l", long.as_str())] {
        session.start_call("write_note", json!({"id": id, "text": text}));
    }
    home.questions(3);
    screen.sees("3 waiting");
    for key in ["j", "j", "e", " ", " ", "e", "k", "k", "\r", "e", "\u{1b}[6~", "\u{1b}", "?", "?"]
    {
        screen.calmly(key);
        let text = screen.look();
        let lines = screen.lines();
        assert!(lines[0].contains("3 waiting | live"), "{text}");
        assert!(screen.is_alternate(), "it left the screen at {key:?}");
    }
    screen.until("has its foot", |screen| screen.text().contains("q quit"));
    let told = ["[?h", "[?l", "[H", "[J", "[m"];
    let foreign: Vec<String> = sequences(&screen.raw)
        .into_iter()
        .filter(|found| !told.contains(&found.as_str()) && !found.starts_with("]countersign: "))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    let raw = &screen.raw;
    assert!(!raw.contains("owned\u{7}") && !raw.contains("\u{1b}]0"), "a title was set");
    // Nothing but a bell is a control character outside of sequences.
    let odd = |c: char| c.is_control() && !matches!(c, '\u{1b}' | '\u{7}' | '\r' | '\n');
    let odd: Vec<char> = raw.chars().filter(|c| c.is_ascii() && odd(*c)).collect();
    assert!(odd.is_empty(), "{odd:?}");
}

/// The notification has a number and nothing that an agent wrote; `--no-bell` has neither.
#[test]
fn it_rings_with_a_number_and_nothing_else() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut loud = Screen::of(&home);
    let mut quiet = Order::new(&home).arg("--no-bell").start();
    let mut plain = Order::new(&home).env("NO_COLOR", "1").start();
    for screen in [&mut quiet, &mut plain] {
        screen.sees("nothing waits");
    }
    let mut session = asker(&home, &recorder);
    session.start_call("write_note", json!({"id": "SECRET", "text": ""}));
    for screen in [&mut loud, &mut quiet, &mut plain] {
        screen.sees("never asked");
    }
    assert!(loud.raw.contains("\u{7}\u{1b}]9;countersign: 1 question\u{7}"), "no notification");
    assert!(!quiet.raw.contains('\u{7}'), "it rang");
    assert!(
        plain.raw.contains('\u{7}') && !plain.raw.contains("\u{1b}]"),
        "no bell, or a notification"
    );
    // No colour where none is wanted.
    assert!(loud.raw.contains("[38;5;"), "no colour");
    assert!(!plain.raw.contains("[38;5;"), "colour");
}

/// Many questions: the list is moved in at the speed of the keys.
#[test]
fn five_hundred_questions_are_scrolled_through() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    session.tools_with("write_note");
    let text = "line\n".repeat(400);
    for number in 0..500 {
        session.start_call("write_note", json!({"id": format!("n{number}"), "text": text}));
    }
    let mut screen = Screen::of(&home);
    screen.until("shows 500", |screen| screen.text().contains("500 waiting"));
    let start = std::time::Instant::now();
    screen.types(&"j".repeat(499));
    screen.sees("number 500,");
    let took = start.elapsed();
    assert!(took.as_secs() < 10, "{took:?}");
}
