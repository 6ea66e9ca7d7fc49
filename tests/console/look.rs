//! How pages look and are walked: by keys alone, narrow, large, dark, with texts that want to be more than text.

use crate::queue::Stage;
use crate::support::Browser;
use serde_json::json;

/// Whether nothing of the page is out to the side.
#[track_caller]
fn fits(browser: &mut Browser, what: &str) {
    let wide = browser.eval(
        "[...document.querySelectorAll('body *')].filter((e) => !e.closest('.scroll, .spoken, .part-arguments, pre') \
         && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 120))",
    );
    assert_eq!(wide, json!([]), "{what} is wider than its window");
    let scrolls = browser.eval("document.documentElement.scrollWidth > innerWidth");
    assert_eq!(scrolls, json!(false), "{what} scrolls sideways");
}

#[test]
fn pages_fit_a_phone_and_large_letters_and_the_dark() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let text =
        "a line of text that is long enough to be wrapped on a narrow screen, twice\nand another";
    agent.start_call(
        "write_note",
        json!({"id": "n1", "text": text, "path": "/srv/data/".repeat(20)}),
    );
    agent.start_call("delete_note", json!({"id": "n2"}));
    let edits =
        json!({"path": "a.md", "edits": [{"oldText": "one\ntwo\n", "newText": "one\n2\n"}]});
    agent.start_call("update_anything", edits);
    let asked = stage.home.questions(3);
    let edit = asked.iter().find(|q| q["tool"] == "update_anything").expect("it was asked");
    let edit = format!("/?id={}", edit["id"].as_str().unwrap_or_default());
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.shot("queue-three");
    for (name, how) in [
        ("320", json!({"width": 320, "height": 640})),
        ("zoom200", json!({"width": 640, "height": 400})),
        ("dark", json!({"dark": true})),
    ] {
        browser.look(how);
        browser.goto(&edit);
        browser.sees("#card", "oldText");
        fits(&mut browser, name);
        browser.shot(&format!("queue-{name}"));
        browser.goto("/history");
        fits(&mut browser, name);
        browser.shot(&format!("history-{name}"));
    }
    // What is removed and added has a sign, and not only a colour.
    browser.goto(&edit);
    browser.sees("#card .tone-removed .lead", "-");
    browser.sees("#card .tone-added .lead", "+");
    browser.done();
}

#[test]
fn everything_is_reached_by_keys() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    agent.start_call("delete_note", json!({"id": "n2"}));
    stage.home.questions(2);
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.goto("/history");
    browser.press("Tab");
    assert!(browser.focused().contains("Skip to content"), "{}", browser.focused());
    browser.press("Enter");
    assert!(browser.focused().starts_with("main"), "{}", browser.focused());
    browser.goto("/");
    browser.sees("#card", "write_note");
    assert!(browser.focused().contains("#card"), "{}", browser.focused());
    browser.press("j");
    browser.sees("#card", "delete_note");
    browser.press("k");
    browser.sees("#card", "write_note");
    browser.pause(700);
    browser.press("?");
    for said in ["approve", "deny", "mark this one", "next / previous"] {
        browser.sees("dialog", said);
    }
    browser.shot_of_window("keys");
    browser.press("Escape");
    browser.waits_gone("dialog");
    // A panel opens, takes the focus, and lets go of it.
    browser.press("d");
    assert!(browser.focused().starts_with("input"), "{}", browser.focused());
    browser.press("Escape");
    assert!(browser.focused().starts_with("summary"), "{}", browser.focused());
    // In a field, keys are letters.
    browser.press("d");
    browser.click("#card input[name=own]");
    browser.types("a?j");
    assert_eq!(browser.eval("document.querySelector('input[name=own]').value"), json!("a?j"));
    browser.press("Escape");
    // With the tabulator alone one comes to every answer.
    let mut met = Vec::new();
    browser.goto("/");
    // What has just appeared is dead for a moment, to the tabulator too.
    browser.waits("#card .answers:not([inert])");
    for _ in 0..14 {
        browser.press("Tab");
        met.push(browser.focused());
    }
    assert!(met.iter().any(|at| at.contains("Approve")), "{met:?}");
    assert!(met.iter().any(|at| at.contains("Deny")), "{met:?}");
    assert_eq!(stage.notes.calls(), Vec::<serde_json::Value>::new());
    browser.done();
}

#[test]
fn a_key_pressed_as_a_card_appears_decides_nothing() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "Nothing waits");
    // Pressed by the page itself, so that no slow machine makes it late.
    browser.eval(
        "document.addEventListener('htmx:load', () => { const at = performance.now(); setTimeout(() => { \
         if (performance.now() - at > 400) return; window.pressed = (window.pressed ?? 0) + 1; \
         document.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true })); }, 50); })",
    );
    agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    browser.waits("#card [data-card]");
    browser.pause(900);
    assert_eq!(browser.eval("window.pressed > 0"), json!(true));
    assert_eq!(browser.count("#card details[open]"), 0, "the key came too early to count");
    browser.press("a");
    browser.press("Enter");
    browser.sees("#outcomes", "approved");
    browser.done();
}

#[test]
fn a_hostile_text_is_only_text() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let hostile = "</span><script>alert(1)</script><img src=x onerror=alert(2)><a href='http://evil.test/'>ok</a>\
                   \u{202e}txt.exe\u{200b}</article>";
    agent.start_call(
        "write_note",
        json!({"id": hostile, "text": format!("first\n{}\nlast", "x".repeat(1024 * 1024))}),
    );
    let id = stage.home.the_question()["id"].as_str().unwrap_or_default().to_owned();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "<script>alert(1)</script>");
    browser.sees("#card", "\\u{202e}");
    browser.sees("#card", "more characters");
    browser.sees("#card", "Not everything is shown");
    for at in ["#card script", "#card img", "#card a[href*=evil]"] {
        assert_eq!(browser.count(at), 0, "{at}");
    }
    browser.shot("queue-hostile");
    // Too much for a page: all of it is there as plain text.
    let login = stage.console.login(&stage.token);
    let all = stage.console.get(&format!("/approvals/{id}/text"), &login.shows()).is(200);
    assert_eq!(all.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(all.body.matches('x').count() / 1024, 1024, "all of it");
    browser.done();
}

#[test]
fn after_logging_out_nothing_is_shown_any_more() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    agent.start_call("write_note", json!({"id": "secret-note", "text": "x"}));
    stage.home.the_question();
    let mut browser = Browser::login(&stage.console, &stage.token);
    browser.sees("#card", "secret-note");
    browser.goto("/history");
    browser.click("text=Log out");
    browser.sees("h1", "Log in");
    browser.shot("login");
    browser.back();
    browser.sees("h1", "Log in");
    assert!(!browser.text("body").contains("write_note"));
    browser.goto("/");
    browser.sees("h1", "Log in");
    // Who wanted to go somewhere comes there by logging in.
    browser.goto("/history?state=pending&tool=note");
    browser.sees("h1", "Log in");
    browser.fill("#token", &stage.token);
    browser.press("Enter");
    browser.sees("tbody", "write_note");
    assert_eq!(browser.path(), "/history?state=pending&tool=note");
    browser.done();
}

/// Relative luminance of a colour as WCAG reckons it.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let value = u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour");
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn colours_can_be_told_apart() {
    let css = include_str!("../../src/http/console/assets/console.css");
    let (light, dark) = css.split_once("prefers-color-scheme: dark").expect("both");
    let (dark, _) = dark.split_once("::before").expect("an end");
    // No colour is written anywhere else, so these are all of them.
    let (_, rules) = css.split_once("box-sizing").expect("rules");
    assert!(!rules.contains(": #"), "a colour has no name");
    for scheme in [light, dark] {
        let colour = |name: &str| {
            let (_, rest) = scheme.split_once(&format!("--{name}: #")).expect("a colour");
            luminance(&format!("#{}", &rest[..6]))
        };
        let ratio = |one: f64, two: f64| (one.max(two) + 0.05) / (one.min(two) + 0.05);
        for back in ["ground", "sheet", "mark", "warn-ground", "grave-ground", "good-ground"] {
            for (name, least) in [
                ("text", 7.0),
                ("faint", 4.5),
                ("link", 4.5),
                ("grave", 4.5),
                ("good", 4.5),
                ("warn", 4.5),
                ("focus", 3.0),
                ("edge", 3.0),
                ("went", 3.0),
                ("over", 3.0),
                ("barred", 3.0),
            ] {
                let found = ratio(colour(name), colour(back));
                assert!(found >= least, "--{name} on --{back}: {found:.2}");
            }
        }
        assert!(
            ratio(colour("on"), colour("good")) >= 4.5
                && ratio(colour("on"), colour("grave")) >= 4.5
        );
    }
}
