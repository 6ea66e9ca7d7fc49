//! Every tab as it is drawn: on a phone, in large letters, in the dark; and targets of notifications by hand.

use crate::queue::Stage;
use crate::support::Browser;
use serde_json::json;

const TABS: [&str; 11] = [
    "",
    "history",
    "policy",
    "journal",
    "runs",
    "agents",
    "remembered",
    "network",
    "notifications",
    "insight",
    "insight/questions",
];
const HOOK: &str = "https://discord.com/api/webhooks/1234567890123456789/abcdefghijklmnopqrstuvwxyz0123456789-_abcdef";

#[test]
fn no_tab_goes_sideways() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    agent.start_call("write_note", json!({"id": "n1", "text": "x"}));
    let first = stage.home.the_question()["id"].as_str().unwrap_or_default().to_owned();
    stage.home.deny(&stage.token, &first, "not this one");
    agent.start_call("delete_note", json!({"id": "n1", "text": "word ".repeat(30)}));
    stage.home.the_question();
    let mut browser = Browser::login(&stage.console, &stage.token);
    add_target(&mut browser);
    for (name, how) in [
        ("320", json!({"width": 320, "height": 640})),
        ("640", json!({"width": 640, "height": 800})),
        ("dark", json!({"width": 1280, "height": 800, "dark": true})),
    ] {
        browser.look(how);
        for tab in TABS {
            browser.goto(&format!("/{tab}"));
            browser.waits("main h1");
            browser.shot(&format!(
                "tab-{}-{name}",
                if tab.is_empty() { "queue".to_owned() } else { tab.replace('/', "-") }
            ));
            let wide =
                "document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.eval(wide), json!(0), "/{tab} goes sideways at {name}");
            let loose = "[...document.querySelectorAll('table')].filter((t) => !t.closest('.scroll')).length";
            assert_eq!(
                browser.eval(loose),
                json!(0),
                "/{tab} has a table that does not scroll in itself"
            );
        }
    }
    browser.done();
}

fn add_target(browser: &mut Browser) {
    browser.goto("/notifications");
    browser.sees("main", "Nobody is told of anything yet");
    browser.fill("#name", "team");
    browser.fill("#address", HOOK);
    browser.press("Enter");
    browser.sees("#notifications", "Added team");
}

#[test]
fn a_target_is_added_switched_off_and_removed() {
    let stage = Stage::new();
    let mut browser = Browser::login(&stage.console, &stage.token);
    add_target(&mut browser);
    assert_eq!(browser.path(), "/notifications", "nothing of the form stands in the address");
    assert!(!browser.tell(json!({"at": "html"}), "html").to_string().contains("abcdefghij"));
    let listed = stage.home.cli_json(&["notify", "list", "--json"]);
    assert!(listed.to_string().contains("team"), "{listed}");
    browser.click("#disable-team");
    browser.sees("#notifications", "team is told nothing any more");
    // Asked on the page, and asked still when the page hears of something in between.
    browser.click("#remove-team summary");
    browser.sees("#remove-team", "its address is forgotten");
    browser.eval("htmx.trigger(document.body, 'changed')");
    browser.pause(500);
    browser.shot("notifications-remove");
    assert!(browser.focused().contains("remove-team-yes"), "{}", browser.focused());
    browser.press("Enter");
    browser.sees("#notifications", "Removed team");
    browser.sees("#told", "Nobody is told of anything yet");
    browser.done();
}
