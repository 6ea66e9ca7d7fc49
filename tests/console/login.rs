//! The link of a terminal: it logs in once, leaves nothing in the address, and from it to a decision are a few keys.

use crate::queue::Stage;
use crate::support::{Browser, Console, Home, is_error};
use serde_json::{Value, json};

/// The path of a fresh link, with its fragment.
fn link(stage: &Stage) -> String {
    let at = stage.console.host();
    let args = ["console", "--link", "--yes", "--json", "--listen", &at];
    let minted: Value = stage.home.cli_with_token(&stage.token, &args).ok().json();
    let url = minted["url"].as_str().expect("an address");
    let path = url.strip_prefix(&stage.console.url("")).expect("this console").to_owned();
    assert!(path.contains("#cslnk_"), "the code stands behind the fragment: {path}");
    path
}

#[test]
fn a_link_logs_in_once_and_few_keys_decide() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    let call = agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    stage.home.the_question();
    let path = link(&stage);
    let mut browser = Browser::open(&stage.console);
    browser.goto(&path);
    browser.sees("#card", "write_note");
    assert_eq!(browser.path(), "/");
    let known = browser.eval("location.href + document.referrer + JSON.stringify(localStorage)");
    assert!(!known.to_string().contains("cslnk_"), "{known}");
    browser.waits("#card .answers:not([inert])");
    browser.press("a");
    browser.press("Enter");
    browser.sees("#outcomes", "approved");
    let presses = browser.presses();
    assert!((1..=4).contains(&presses), "{presses} keys from the link to a decision");
    let result = agent.result(call);
    assert!(!is_error(&result), "{result}");
    assert_eq!(stage.notes.calls_of("write_note").len(), 1);

    // What was used logs nobody in, and does not stay in the address either.
    let mut other = Browser::open(&stage.console);
    other.expects("401");
    other.goto(&path);
    other.sees("#said", "This link was used");
    assert_eq!(other.path(), "/login");
    other.goto("/");
    other.sees("h1", "Log in");
    other.done();
    browser.goto("/history");
    browser.sees("tbody", "write_note");
}

fn link_of(home: &Home, console: &Console, token: &str) -> String {
    let at = console.host();
    let link = ["console", "--link", "--listen", &at, "--json", "--yes"];
    let url =
        home.cli_with_token(token, &link).ok().json()["url"].as_str().expect("a link").to_owned();
    url.strip_prefix(&console.url("")).expect("of this console").to_owned()
}

#[test]
fn a_link_replaces_no_login_until_somebody_clicks() {
    let home = Home::new();
    let alice = home.admin_token();
    let mallory = home.user_token(&alice, "mallory", "admin");
    let console = Console::start(&home);
    let mut browser = Browser::open(&console);
    // Where nobody is logged in, following it is enough.
    browser.goto(&link_of(&home, &console, &alice));
    browser.sees(".who", "alice");
    let theirs = link_of(&home, &console, &mallory);
    browser.goto(&theirs);
    browser.sees("#said", "log in with this link?");
    browser.pause(500);
    browser.goto("/history");
    browser.sees(".who", "alice");
    // It was not used up, and a click is what it takes.
    browser.goto(&theirs);
    browser.click("#follow");
    browser.sees(".who", "mallory");
    browser.done();
}
