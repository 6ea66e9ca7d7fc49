//! What ends without a person: questions by time, runs by themselves.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Stage, embed, field};
use crate::support::{Console, DEADLINE, Launch, Session, is_error, wait_until};

const PLANS: &str = r#"
[ir.action."notes.write"]
tier = 1
[ir.provider."drafts.v1"]
family = "notes"
environment = "dev"
upstream = "drafts"
tool."notes.write" = { tool = "write_note", resource = "id" }
[directive.D1]
label = "Nightly 7"
tier = 0
"#;

#[test]
fn what_nobody_answered_in_time_is_told_once_with_only_a_console_alive() {
    let stage = Stage::new();
    stage.configure_more("[approvals]\nanswer_within = \"8s\"");
    stage.add_hook("team", &[]);
    let mut asker = stage.session("asker");
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    stage.wait_hooked(1);
    stage.wait_one("SELECT status FROM deliveries", "sent");
    stage.wait_one("SELECT state FROM approvals", "pending");
    asker.kill9();
    std::thread::sleep(Duration::from_secs(8));
    assert_eq!(stage.titles().len(), 1, "nobody lives who could tell");
    let console = Console::start(&stage.home);
    wait_until(DEADLINE, || stage.titles().iter().any(|title| title.ends_with("- EXPIRED")));
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(stage.titles().len(), 2, "{:?}", stage.titles());
    let told = embed(&stage.hooked()[1]);
    assert_eq!((field(&told, "Status"), field(&told, "Waiting")), ("expired".into(), "0".into()));
    // No configuration says where the console is, and this one is not where it usually is.
    let url = told["url"].as_str().expect("a link");
    assert!(url.starts_with(&console.url("/approvals/")), "{url}");
}

fn step(id: &str) -> Value {
    let params = json!({"text": "x"});
    json!({"action": "notes.write", "provider": "drafts.v1", "resource": id, "params": params})
}

fn executed(session: &mut Session, key: &str, steps: &[Value]) -> (String, Value) {
    let plan =
        json!({"tenant_id": "default", "request_id": "r", "idempotency_key": key, "steps": steps});
    let made = session.call("create_run", json!({"directive": "D1", "ir": plan}));
    assert!(!is_error(&made), "{made}");
    let id = made["structuredContent"]["id"].as_str().expect("an id").to_owned();
    let ended = session.call("execute_run", json!({"run_id": id}));
    (id, ended)
}

#[test]
fn a_run_is_told_once_when_it_ended_with_what_was_done_of_it() {
    let stage = Stage::new();
    let file = stage.home.path().join("countersign.toml");
    let text = std::fs::read_to_string(&file).expect("the configuration");
    // Costs are of no interest here: they would stop it.
    let text = text.replace("limit_usd = 0.5", "limit_usd = 500.0");
    stage.home.write_config(&format!("{text}\n{PLANS}"));
    stage.home.accept_config(&stage.alice);
    stage.add_hook("team", &["--events", "run_ended"]);
    let options = ["--toolsets", "all", "--on-ask", "pending"];
    let mut session = Launch::serve(&stage.home, &options).start();
    session.initialize("2025-11-25");
    let _another = stage.session("another");
    let (id, ended) = executed(&mut session, "one", &[step("a"), step("b")]);
    assert!(!is_error(&ended), "{ended}");
    let told = embed(&stage.wait_hooked(1)[0]);
    let short: String = id.replace('-', "").chars().skip(20).collect();
    assert_eq!(told["title"], format!("Run #{short} - COMPLETED"));
    assert_eq!(told["description"], "Directive: Nightly 7");
    assert_eq!(field(&told, "Jobs"), "2/2 completed");
    assert_eq!(
        (field(&told, "Status"), field(&told, "LLM Tokens")),
        ("completed".into(), "0".into())
    );
    assert!(field(&told, "Started") <= field(&told, "Ended"));
    assert_eq!(told["url"], format!("http://127.0.0.1:7878/runs/{id}"));

    stage.drafts.control(&json!({"on_call": "tool_error"}));
    let (id, ended) = executed(&mut session, "two", &[step("c"), step("d"), step("e")]);
    assert!(is_error(&ended), "{ended}");
    let told = embed(&stage.wait_hooked(2)[1]);
    let short: String = id.replace('-', "").chars().skip(20).collect();
    assert_eq!(told["title"], format!("Run #{short} - FAILED"));
    assert_eq!(
        (field(&told, "Jobs"), field(&told, "Status")),
        ("0/3 completed".into(), "failed".into())
    );
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(stage.hooked().len(), 2, "{:?}", stage.titles());
}
