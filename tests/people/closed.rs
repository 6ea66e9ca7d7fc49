//! No agent can send anything to where people are listened to: the kernel denies what names it.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Console, DEADLINE, Home, Recorder, Session, wait_until};

fn denied(result: &Value) -> bool {
    result["_meta"]["countersign/refusal"]["code"] == "denied_by_policy"
        && result.to_string().contains("addresses of this gateway itself")
}

fn read(session: &mut Session, id: &str) -> Value {
    session.call("notes__read_note", json!({ "id": id }))
}

struct Stage {
    home: Home,
    notes: Recorder,
}

impl Stage {
    fn new(more: &str) -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        home.write_config(&format!("{more}\n{}", notes.toml("notes", "production")));
        Self { home, notes }
    }

    fn session(&self) -> Session {
        Session::serve(&self.home, &["--on-ask", "pending"])
    }
}

#[test]
fn where_a_console_would_listen_is_closed_without_one() {
    let stage = Stage::new("[console]\nlisten = \"127.0.0.1:7979\"");
    let mut agent = stage.session();
    for address in [
        "http://localhost:7878/api/v1/approvals/x",
        "http://127.0.0.1:7979/",
        "http://LOCALHOST:7979/",
        "http://user@localhost:7979/",
        "http://[::1]:7979/",
        "http://[::ffff:127.0.0.1]:7979/",
        "http://127.1:7979/",
        "http://0x7f.0.0.1:7979/",
        "http://2130706433:7979/",
        "http://localhost:07979/",
        "http://localhost.:7979/",
        "http%3A%2F%2Flocalhost%3A7979%2F",
        "0.0.0.0:7979",
    ] {
        let result = read(&mut agent, address);
        assert!(denied(&result), "{address}: {result}");
    }
    assert!(stage.notes.calls().is_empty(), "nothing was sent");
    for address in ["http://localhost:7980/", "http://localhost:79791/", "http://10.0.0.1:7979/"] {
        let result = read(&mut agent, address);
        assert_ne!(result["isError"], true, "{address}: {result}");
    }
}

#[test]
fn a_console_on_any_port_is_closed_to_sessions_that_run_already() {
    let stage = Stage::new("");
    let mut agent = stage.session();
    let opa = "127.0.0.1:0";
    let console = Console::start_with(&stage.home, &["--listen", "127.0.0.1:0", "--opa", opa]);
    let said = console.stderr();
    let (_, rest) = said.split_once("OPA's data API on http://127.0.0.1:").expect("an address");
    let opa: u16 = rest.lines().next().and_then(|port| port.trim().parse().ok()).expect("a port");
    let port = console.at().port();
    let url = |port: u16| format!("http://localhost:{port}/api/v1/pending");
    assert!(denied(&read(&mut agent, &url(port))), "the running session sees it");
    assert!(denied(&read(&mut agent, &url(opa))), "and the other listener");
    let mut later = stage.session();
    assert!(denied(&read(&mut later, &url(port))), "and so does one that begins later");
    assert!(stage.notes.calls().is_empty(), "nothing was sent");
    let other = (1024..=u16::MAX).find(|p| ![port, opa, 7878].contains(p)).expect("a port");
    assert_ne!(read(&mut agent, &url(other))["isError"], true, "another port is nobody's");
    // When it has ended, its port is anybody's.
    console.end();
    wait_until(Duration::from_secs(5), || !denied(&read(&mut agent, &url(port))));
}

#[test]
fn a_console_that_died_closes_nothing_to_those_who_come_after() {
    let stage = Stage::new("");
    let console = Console::start(&stage.home);
    let port = console.at().port();
    let url = format!("http://localhost:{port}/");
    let mut agent = stage.session();
    assert!(denied(&read(&mut agent, &url)));
    // Dropped, it is killed without a word.
    drop(console);
    let mut later = stage.session();
    wait_until(DEADLINE, || !denied(&read(&mut later, &url)));
    let again = Console::start(&stage.home);
    let url = format!("http://localhost:{}/", again.at().port());
    assert!(denied(&read(&mut agent, &url)) && denied(&read(&mut later, &url)));
}
