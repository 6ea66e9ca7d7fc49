//! What else is read over HTTP, as the command line tells it; and stopping agents.

use super::stage::{Asker, People, get, rows};
use super::support::{Console, Home, Recorder};
use serde_json::{Value, json};

#[test]
fn decisions_are_those_of_the_command_line() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    asker.writes("hello");
    let read = |query: &str| {
        get(&console, &people.operator, &format!("/api/v1/decisions{query}")).is(200).json()
    };
    let told = home.cli_json(&["audit", "list", "--decisions", "--json"]);
    let all = read("");
    assert_eq!(all["entries"], told["entries"]);
    let entries = all["entries"].as_array().expect("entries");
    assert_eq!(entries.last().expect("a row")["type"], "approval.asked");
    assert_eq!(all["more"], false);
    let newest = read("?limit=1");
    assert_eq!(
        newest["entries"].as_array().map(Vec::as_slice),
        Some(&entries[entries.len() - 1..])
    );
    assert_eq!(newest["more"], entries.len() > 1);
    let session = entries.last().and_then(|row| row["session"].as_str()).expect("a session");
    let of_session = read(&format!("?session_id={session}"));
    assert!(!of_session["entries"].as_array().expect("entries").is_empty());
    let nobodys = read("?session_id=00000000-0000-7000-8000-000000000000");
    assert_eq!(nobodys["entries"], json!([]));
    assert_eq!(read("?since=2999-01-01T00:00:00Z")["entries"], json!([]));
    assert_eq!(read("?since=2020-01-01T00:00:00Z")["entries"], told["entries"]);
    for query in ["?since=yesterday", "?session_id=4f", "?limit=0", "?tenant=other"] {
        for path in ["decisions", "violations"] {
            get(&console, &people.operator, &format!("/api/v1/{path}{query}"))
                .refused(400, "invalid_parameter");
        }
    }
    let told = home.cli_json(&["audit", "list", "--violations", "--json"]);
    let said = get(&console, &people.operator, "/api/v1/violations").is(200).json();
    assert_eq!(said["violations"], told["violations"]);
}

#[test]
fn runs_and_networks_are_those_of_the_command_line() {
    let home = Home::new();
    let people = People::of(&home);
    let console = Console::start(&home);
    let runs = get(&console, &people.operator, "/api/v1/runs").is(200).json();
    assert_eq!(runs, home.cli_json(&["run", "list", "--json"]));
    get(&console, &people.operator, "/api/v1/runs?state=lost").refused(400, "invalid_parameter");
    let nobodys = "/api/v1/runs/00000000-0000-7000-8000-000000000000";
    get(&console, &people.operator, nobodys).refused(404, "not_found");
    get(&console, &people.operator, "/api/v1/runs/..%2f..").refused(404, "not_found");
    let networks = get(&console, &people.operator, "/api/v1/network-policies").is(200).json();
    assert_eq!(networks, home.cli_json(&["network", "list", "--json"]));
    get(&console, &people.operator, "/api/v1/network-policies?run_id=4f")
        .refused(400, "invalid_parameter");
}

#[test]
fn an_admin_stops_agents_and_lets_them_go_on() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let console = Console::start(&home);
    let mut asker = Asker::of(&home, &recorder);
    let agents = || get(&console, &people.operator, "/api/v1/agents").is(200).json();
    // Until its first call the board knows a session by our own name.
    asker.session.call("read_note", json!({ "id": "a" }));
    let board = agents();
    let name = board["agents"][0]["principal"].as_str().expect("an agent");
    let name = name.strip_prefix("agent:").unwrap_or(name).to_owned();
    assert_eq!(board["paused"], json!({ "everybody": false, "agents": [] }));
    let send = |token: &str, verb: &str, body: &Value| {
        console.by_token(token, "POST", &format!("/api/v1/agents/{verb}"), body)
    };
    let one = json!({ "agent": format!("agent:{name}") });
    for (token, status, code) in [
        ("csapi_00", 401, "no_proof"),
        (people.agent.as_str(), 403, "role_not_allowed"),
        (people.operator.as_str(), 403, "role_not_allowed"),
    ] {
        send(token, "pause", &one).refused(status, code);
    }
    for body in [
        json!({ "agents": "x" }),
        json!({ "agent": 1 }),
        json!({ "agent": "" }),
        json!({ "agent": "*" }),
        json!({ "agent": "ann" }),
        json!([]),
    ] {
        send(&people.admin, "pause", &body).refused(400, "invalid_parameter");
    }
    send(&people.admin, "unpause", &one).refused(409, "not_paused");
    assert_eq!(rows(&home, "agent.paused"), 0);
    let read = |asker: &mut Asker<'_>| asker.session.call("read_note", json!({ "id": "a" }));
    assert_eq!(send(&people.admin, "pause", &one).is(200).json()["agents"], json!([name]));
    let result = read(&mut asker);
    assert_eq!(result["_meta"]["countersign/refusal"]["code"], "paused", "{result}");
    assert_eq!(agents()["agents"][0]["paused"], true);
    send(&people.admin, "unpause", &one).is(200);
    let result = read(&mut asker);
    assert_eq!(result["_meta"]["countersign/refusal"], Value::Null, "{result}");
    assert_eq!(send(&people.admin, "pause", &Value::Null).is(200).json()["everybody"], true);
    assert_eq!(send(&people.admin, "unpause", &json!({})).is(200).json()["everybody"], false);
    // An agent is told of its own user's.
    for stops in [json!({ "agent": "robot/" }), json!({ "agent": "robot/one" }), one] {
        send(&people.admin, "pause", &stops).is(200);
    }
    let told = get(&console, &people.agent, "/api/v1/agents").is(200).json();
    assert_eq!(told["paused"]["agents"], json!(["robot/*", "robot/one"]));
    assert_eq!(agents()["paused"]["agents"].as_array().map(Vec::len), Some(3));
}
