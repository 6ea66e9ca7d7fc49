//! The reading pages in a browser: every tab by keys alone, the journal verified, agents paused.

use crate::support::{Browser, Console, Home, Launch, Recorder, is_error};
use serde_json::json;

const NAME: &str = "<script>alert(1)</script>";

#[test]
fn every_reading_page_is_reached_and_used_by_keys() {
    let home = Home::new();
    let alice = home.admin_token();
    let notes = Recorder::new(&home, "notes");
    let options = ["--name", "notes", "--toolsets", "all", "--on-ask", "pending"];
    let mut agent = Launch::wrap(&home, &options, &notes.argv()).client("claude-code").start();
    agent.initialize("2025-11-25");
    agent.call("agent_register", json!({ "name": NAME }));
    for n in 0..6 {
        agent.call("read_note", json!({ "id": format!("n{n}") }));
        agent.call("write_note", json!({ "id": format!("n{n}"), "text": "x" }));
        let asked = home.the_question();
        let id = asked["id"].as_str().expect("an id");
        if n == 0 {
            home.deny(&alice, id, "not this one")
        } else {
            home.approve(&alice, id)
        };
    }
    agent.call("delete_note", json!({ "id": "n1" }));
    let flows = json!({"connections": [
        {"source": "web", "target": "api", "port": 8080},
        {"source": "api", "target": "db", "port": 5432},
        {"source": "api", "target": "cache", "port": 6379},
        {"source": "198.51.100.7", "target": "web", "port": 443},
    ]});
    let wish = json!({"format": "json", "text": flows.to_string()});
    assert!(!is_error(&agent.call("recommend_network_policies", wish)));

    let console = Console::start(&home);
    let mut browser = Browser::login(&console, &alice);
    // From the queue to each tab: the skip link and the links of the navigation, in order, by Tab and Enter.
    for (tab, path, sees) in [
        ("Journal", "/journal", "approval.denied"),
        ("Runs", "/runs", "There are no runs"),
        ("Agents", "/agents", "claude-code"),
        ("Network", "/network", "default-deny-all"),
        ("Insight", "/insight", "Rubber-stamping?"),
    ] {
        browser.goto("/journal/1");
        for _ in 0..20 {
            browser.press("Tab");
            if browser
                .tell(json!({}), "focused")
                .as_str()
                .is_some_and(|at| at == format!("a {tab}"))
            {
                break;
            }
        }
        browser.press("Enter");
        browser.sees("main", sees);
        assert_eq!(browser.path(), path);
        browser.shot(&format!("rooms-{}", tab.to_lowercase()));
    }

    // The journal: rows by j and Enter, its story by s, verification by v.
    browser.goto("/journal");
    browser.press("j");
    browser.press("Enter");
    browser.sees("h1", "Row");
    browser.goto("/journal?type=approval.asked&tool=delete_note");
    browser.press("j");
    browser.press("Enter");
    browser.sees("pre", "n1");
    browser.shot("rooms-row");
    browser.press("s");
    browser.sees("h1", "A story");
    browser.shot("rooms-story");
    browser.goto("/journal");
    browser.press("v");
    browser.sees("#verification", "ok");
    browser.tell(json!({"at": "#verification [hx-get]", "gone": true}), "waits");
    browser.press("/");
    browser.types("1h");
    browser.press("Enter");
    browser.sees("main", "Newest first");
    assert!(browser.path().contains("since=1h"), "{}", browser.path());

    // Agents: p opens, Enter stops; nothing is lost when the board comes anew in between.
    browser.goto("/agents");
    browser.sees("#board", NAME);
    browser.press("p");
    browser.sees("#stop-all", "Yes, pause every agent");
    browser.tell(json!({"js": "htmx.trigger(document.body, 'changed')"}), "eval");
    browser.pause(600);
    let at = browser.tell(json!({}), "focused");
    assert!(at.as_str().is_some_and(|at| at.contains("stop-all-yes")), "the focus went to {at}");
    browser.shot("rooms-agents-asked");
    browser.press("Enter");
    browser.sees("#board", "Every agent is paused");
    browser.shot("rooms-agents-paused");
    let refused = agent.call("read_note", json!({ "id": "n1" }));
    assert_eq!(refused["_meta"]["countersign/refusal"]["code"], "paused", "{refused}");
    browser.press("p");
    browser.sees("#go-all", "Yes, let all go on");
    browser.press("Enter");
    browser.sees("#board", "every agent may go on");
    assert!(!is_error(&agent.call("read_note", json!({ "id": "n1" }))));

    // Dark, narrow and enlarged: nothing may go sideways.
    browser.look(json!({"width": 640, "height": 900, "dark": true}));
    for tab in ["journal", "agents", "network", "insight"] {
        browser.goto(&format!("/{tab}"));
        browser.shot(&format!("rooms-{tab}-dark"));
        let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.tell(json!({ "js": wide }), "eval"), json!(0), "{tab} goes sideways");
    }
    browser.done();
}
