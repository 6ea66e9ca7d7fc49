//! Logging in with a link, in a browser.

use crate::support::{Browser, Console, Home};

fn link(home: &Home, console: &Console, token: &str) -> String {
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
    browser.goto(&link(&home, &console, &alice));
    browser.sees(".who", "alice");
    let theirs = link(&home, &console, &mallory);
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
