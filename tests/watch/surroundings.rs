//! The terminal around it: sizes, signals, and being given back as it was.

use crate::screen::{Order, Screen};
use crate::support::{DEADLINE, Home, Recorder, Session, run};
use serde_json::json;
use std::time::Duration;

fn asker(home: &Home, recorder: &Recorder) -> Session {
    Session::wrap(home, &["--name", "notes"], recorder)
}

#[test]
fn a_small_screen_has_one_thing_at_a_time_and_every_size_fits() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    let call = session.start_call("write_note", json!({"id": "a", "text": "hello"}));
    home.the_question();
    let mut screen = Screen::of(&home);
    screen.sees("never asked");
    screen.size(10, 40);
    screen.until("is small", |screen| {
        let lines = screen.lines();
        lines.len() == 10
            && lines[0].contains("1 waiting")
            && lines[1].contains("notes__write_note")
    });
    assert!(!screen.text().contains("hello"), "{}", screen.text());
    // What is not seen is not answered.
    screen.calmly("a");
    screen.sees("Enter shows its card");
    screen.types("\r");
    screen.sees("wants to change");
    screen.types("          ");
    screen.sees("(of the whole");
    screen.calmly("a");
    screen.sees("yes to 1 notes__write_note");
    for (rows, columns) in [(3, 20), (1, 1), (2, 300), (24, 80), (60, 99), (10, 40)] {
        screen.size(rows, columns);
        std::thread::sleep(Duration::from_millis(250));
        screen.look();
        assert!(screen.last["code"].is_null(), "it ended at {rows}x{columns}: {}", screen.text());
    }
    screen.sees("Enter says yes");
    screen.calmly("\r");
    session.result(call);
    assert_eq!(recorder.calls().len(), 1);
    screen.types("\u{1b}");
    screen.size(30, 80);
    screen.until("has both", |screen| screen.text().contains("nothing waits"));
}

#[test]
fn the_terminal_is_given_back_however_it_ends() {
    let home = Home::new();
    home.admin_token();
    type End = (&'static str, fn(&mut Screen));
    let ends: [End; 6] = [
        ("q", |screen| screen.types("q")),
        ("^C", |screen| screen.types("\u{3}")),
        ("TERM", |screen| screen.signal(15)),
        ("INT", |screen| screen.signal(2)),
        ("HUP", |screen| screen.signal(1)),
        ("q in a question", |screen| {
            screen.types("p");
            screen.sees("stop every agent?");
            screen.calmly("\u{1b}");
            screen.sees("nothing was decided");
            screen.types("q");
        }),
    ];
    for (name, end) in ends {
        let mut screen = Screen::of(&home);
        assert!(screen.is_alternate() && !screen.is_cooked(), "{name}: no screen");
        end(&mut screen);
        assert_eq!(screen.ends(), 0, "{name}: {}", screen.text());
        screen.is_given_back();
    }
}

#[test]
fn it_stops_and_goes_on() {
    let home = Home::new();
    home.admin_token();
    let mut screen = Screen::of(&home);
    for stop in [false, true] {
        if stop {
            screen.signal(20)
        } else {
            screen.types("\u{1a}")
        }
        screen.until("stopped", |screen| screen.last["stopped"] == json!(true));
        screen.is_given_back();
        screen.signal(18);
        screen.until("went on", |screen| screen.is_alternate() && !screen.is_cooked());
        screen.sees("nothing waits");
    }
    screen.types("q");
    assert_eq!(screen.ends(), 0);
    screen.is_given_back();
}

/// Where there is no screen there are lines, and nothing is answered.
#[test]
fn a_dumb_terminal_gets_lines() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    session.start_call("write_note", json!({"id": "a", "text": ""}));
    home.the_question();
    let mut screen = Order::new(&home).env("TERM", "dumb").start();
    screen.sees("asked");
    screen.calmly("a\r\r");
    screen.calmly("\r");
    let text = screen.look();
    assert!(!screen.raw.contains('\u{1b}') && text.contains("notes__write_note"), "{text}");
    assert!(recorder.calls().is_empty());
}

#[test]
fn the_table_of_keys_is_the_help() {
    let home = Home::new();
    home.admin_token();
    let help = run(&mut home.command(&["watch", "--help"]), DEADLINE).ok().stdout;
    let mut screen = Screen::of(&home);
    screen.types("?");
    let seen = screen.sees("keys (any key goes back)");
    for what in
        ["the next question", "yes to those that are marked, each once", "with nothing left out"]
    {
        assert!(help.contains(what) && seen.contains(what), "{what}: {help}\n{seen}");
    }
    screen.types("x");
    screen.loses("keys (any key goes back)");
}

/// Nobody does anything: next to nothing is sent.
#[test]
fn an_idle_screen_is_silent() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = asker(&home, &recorder);
    session.start_call("write_note", json!({"id": "a", "text": ""}));
    home.the_question();
    let mut screen = Screen::of(&home);
    screen.sees("never asked");
    std::thread::sleep(Duration::from_secs(2));
    screen.look();
    let before = screen.sent();
    std::thread::sleep(Duration::from_secs(5));
    screen.look();
    let sent = screen.sent() - before;
    // The age of the question counts its first minute in seconds: some cells a second.
    assert!(sent < 5 * 160, "{sent} bytes in 5 seconds");
}
