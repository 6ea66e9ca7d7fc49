//! Logins to the console: opened, used, ended.

use super::support::{Console, Home};
use serde_json::{Value, json};

#[test]
fn a_login_acts_with_both_halves_and_is_ended_by_logging_out() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let login = console.login(&alice);
    console.request("POST", "/logout", &login.shows(), "").refused(401, "no_proof");
    let out = console.request("POST", "/logout", &login.headers(), "").is(200);
    assert_eq!(out.header("hx-redirect"), Some("/login"));
    assert!(out.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")));
    console.request("POST", "/logout", &login.headers(), "").refused(401, "no_proof");
    let rows = home.cli_json(&["audit", "list", "--json"]);
    let kinds: Vec<&Value> =
        rows["entries"].as_array().unwrap().iter().map(|row| &row["type"]).collect();
    for kind in ["console.opened", "console.closed", "http.refused"] {
        assert!(kinds.contains(&&json!(kind)), "{kind} in {kinds:?}");
    }
}
