//! Roads to a yes that lead through the asking client, over HTTP: on the stream of the call that waits, by the same call once
//! more, and by a task. What belongs to one token is nothing under another.

use super::inbound_stage::{
    Stand, held_call, initialize, messages, meta, modern_headers, result_text,
};
use super::support::DEADLINE;
use super::support::{Answer, in_tests, pending, python, run, wait_for, wait_until};
use serde_json::{Value, json};
use std::time::Duration;

const WRITE: &str = "notes__write_note";
/// A whole run of a foreign client, its start included.
const RUN: Duration = Duration::from_secs(90);

const CLIENTS: [(&str, &str, &str); 4] = [
    ("legacy", "mcp-legacy", "2025-11-25"),
    ("modern", "mcp-modern", "2026-07-28"),
    ("fastmcp", "fastmcp", "2026-07-28"),
    ("fastmcp-legacy", "fastmcp", "2025-11-25"),
];

fn note() -> Value {
    json!({"id": "a", "text": "hello"})
}

fn yes() -> Value {
    json!({"action": "accept", "content": {"approve": true}})
}

fn no() -> Value {
    json!({"action": "decline"})
}

fn allowed(client: &str) -> Stand {
    let users = r#"users = ["robot", "other"]"#;
    Stand::serving(&format!("[client.{client}]\nanswers_up_to = 2\nhold = \"30s\"\n{users}\n"))
}

fn plays(stand: &Stand, client: &str, answers: &Value, calls: &Value) -> Value {
    let (script, python) = (in_tests("roads/client.py"), python());
    let (answers, calls) = (answers.to_string(), calls.to_string());
    let url = stand.url();
    let mut command = stand.home.program(&python, &[&script, client, &answers, &calls, &url]);
    command.env("AGENT_TOKEN", &stand.robot).env("PYTHONDONTWRITEBYTECODE", "1");
    run(&mut command, RUN).ok().json()
}

#[test]
fn users_of_foreign_clients_say_yes_and_no() {
    for (client, name, protocol) in CLIENTS {
        let stand = allowed(name);
        let calls = json!([[WRITE, note()], [WRITE, {"id": "b", "text": "two"}]]);
        let report = plays(&stand, client, &json!([yes(), no()]), &calls);
        assert_eq!(report["protocol"], protocol, "{client}: {report:#}");
        let asked = report["asked"].as_array().expect("questions");
        assert_eq!(asked.len(), 2, "{client}: {report:#}");
        assert!(asked[0].as_str().is_some_and(|text| text.contains("hello")), "{report:#}");
        assert_eq!(report["results"][0]["is_error"], false, "{client}: {report:#}");
        assert_eq!(report["results"][1]["is_error"], true, "{client}: {report:#}");
        let text = report["results"][1]["text"].as_str().expect("a text");
        assert!(text.contains("NOT EXECUTED"), "{client}: {text}");
        assert_eq!(stand.recorder.calls_of("write_note"), [note()], "{client}");
    }
}

#[test]
fn foreign_clients_that_accept_everything_gain_nothing() {
    for (client, name, _) in CLIENTS {
        let stand = Stand::serving(&format!("[client.{name}]\nhold = \"1s\"\n"));
        let report = plays(&stand, client, &json!([yes()]), &json!([[WRITE, note()]]));
        assert_eq!(report["asked"], json!([]), "{client}: {report:#}");
        assert_eq!(report["results"][0]["is_error"], true, "{client}: {report:#}");
        assert!(stand.recorder.calls().is_empty(), "{client}");
    }
}

/// The messages of a stream as they come.
fn reader(stream: std::net::TcpStream) -> impl Iterator<Item = Value> {
    let lines = std::io::BufRead::lines(std::io::BufReader::new(stream));
    lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
}

#[test]
fn only_the_session_that_was_asked_answers_on_its_stream() {
    let stand = allowed("raw");
    let (robot, other) = (&stand.robot, &stand.other);
    let (one, two) = (stand.initialize(robot, "raw"), stand.initialize(robot, "raw"));
    let foreign = stand.initialize(other, "raw");
    let held = held_call(1, WRITE, &note());
    let mut stream = reader(stand.open(robot, &[("Mcp-Session-Id", &one)], &held));
    let asked = stream.find(|message| message["method"] == "elicitation/create").expect("asked");
    let said = json!({"jsonrpc": "2.0", "id": asked["id"], "result": yes()}).to_string();
    // The same id in another session of the same token, and of another token; and the right session under that one.
    stand.in_session(robot, &two, &said).is(202);
    stand.in_session(other, &foreign, &said).is(202);
    stand.in_session(other, &one, &said).is(404);
    stand.post(robot, &[], &said).is(400);
    std::thread::sleep(Duration::from_millis(400));
    assert!(stand.recorder.calls().is_empty());
    assert_eq!(pending(&stand.home).len(), 1);
    stand.in_session(robot, &one, &said).is(202);
    let last = stream.find(|message| message["result"].is_object()).expect("a result");
    assert!(last["id"] == 1 && last.to_string().contains("write_note done"), "{last:#}");
    assert_eq!(stand.recorder.calls_of("write_note"), [note()]);
}

fn offering(capabilities: &Value) -> Value {
    let mut meta = meta("raw");
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities.clone();
    meta
}

fn modern(stand: &Stand, token: &str, mut params: Value, capabilities: &Value) -> Answer {
    params["_meta"] = offering(capabilities);
    let body = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params});
    stand.post(token, &modern_headers("tools/call", WRITE), &body.to_string())
}

#[track_caller]
fn state(answer: &Answer) -> String {
    let last = messages(answer).pop().expect("an answer");
    assert_eq!(last["result"]["resultType"], "input_required", "{last:#}");
    last["result"]["requestState"].as_str().expect("a state").to_owned()
}

#[test]
fn a_state_counts_for_the_token_that_was_given_it_and_once() {
    let stand = allowed("raw");
    let forms = json!({"elicitation": {"form": {}}});
    let call = json!({"name": WRITE, "arguments": note()});
    let again = |state: &str, said: &Value| {
        let (mut call, said) = (call.clone(), json!({"approval": said}));
        call["requestState"] = json!(state);
        call["inputResponses"] = said;
        call
    };
    let given = state(&modern(&stand, &stand.robot, call.clone(), &forms));
    let refused = |token: &str| {
        let answer = modern(&stand, token, again(&given, &yes()), &forms);
        let last = messages(&answer).pop().expect("an answer");
        assert_eq!(last["error"]["code"], -32602, "{last:#}");
    };
    refused(&stand.other);
    assert!(stand.recorder.calls().is_empty());
    let ran = modern(&stand, &stand.robot, again(&given, &yes()), &forms);
    assert!(result_text(&ran.is(200)).contains("write_note done"));
    refused(&stand.robot);
    refused(&stand.other);
    assert_eq!(stand.recorder.calls_of("write_note"), [note()]);
    let given = state(&modern(&stand, &stand.robot, call.clone(), &forms));
    let denied = modern(&stand, &stand.robot, again(&given, &no()), &forms);
    assert!(result_text(&denied.is(200)).contains("NOT EXECUTED"));
    assert_eq!(stand.recorder.calls_of("write_note"), [note()]);
}

#[track_caller]
fn about(stand: &Stand, token: &str, method: &str, id: &str) -> Value {
    let meta = offering(&tasks());
    let params = json!({"taskId": id, "_meta": meta});
    let body = json!({"jsonrpc": "2.0", "id": 8, "method": method, "params": params});
    let answer = stand.post(token, &modern_headers(method, id), &body.to_string());
    messages(&answer).pop().expect("an answer")
}

fn tasks() -> Value {
    json!({"extensions": {"io.modelcontextprotocol/tasks": {}}})
}

#[test]
fn a_task_outlives_its_request_and_runs_once_after_a_yes_elsewhere() {
    let stand = Stand::serving("");
    let call = json!({"name": WRITE, "arguments": note()});
    let made = messages(&modern(&stand, &stand.robot, call, &tasks()).is(200)).remove(0);
    assert_eq!(made["result"]["resultType"], "task", "{made:#}");
    let id = made["result"]["taskId"].as_str().expect("an id").to_owned();
    let get = |token: &str| about(&stand, token, "tasks/get", &id);
    assert_eq!(get(&stand.robot)["result"]["status"], "working");
    let nobodys = "00000000-0000-7000-8000-000000000000";
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let foreign = about(&stand, &stand.other, method, &id);
        let unknown = about(&stand, &stand.other, method, nobodys);
        assert_eq!(foreign["error"]["code"], -32602, "{foreign:#}");
        let plain = |answer: &Value, id: &str| answer.to_string().replace(id, "ID");
        assert_eq!(plain(&foreign, &id), plain(&unknown, nobodys), "not yours is not there");
    }
    assert!(stand.recorder.calls().is_empty());
    stand.home.approve(&stand.admin, &id);
    // Nobody need look for it to run.
    wait_until(DEADLINE, || stand.recorder.calls_of("write_note").len() == 1);
    let end = wait_for(DEADLINE, || {
        Some(get(&stand.robot)).filter(|answer| answer["result"]["status"] != "working")
    });
    assert_eq!(end["result"]["status"], "completed", "{end:#}");
    assert!(end["result"]["result"].to_string().contains("write_note done"), "{end:#}");
    assert_eq!(get(&stand.other)["error"]["code"], -32602, "nor is its result another's");
    for _ in 0..3 {
        assert_eq!(get(&stand.robot)["result"]["status"], "completed");
    }
    assert_eq!(stand.recorder.calls_of("write_note"), [note()], "once");
}

#[test]
fn a_client_that_offers_no_forms_is_not_asked() {
    let stand = allowed("raw");
    let plain = initialize("raw").replace(r#""elicitation":{},"#, "");
    assert_ne!(plain, initialize("raw"));
    let hello = stand.post(&stand.robot, &[], &plain).is(200);
    let session = hello.header("mcp-session-id").expect("an id").to_owned();
    let held = held_call(1, WRITE, &note());
    let mut stream = reader(stand.open(&stand.robot, &[("Mcp-Session-Id", &session)], &held));
    let id = stand.home.the_question()["id"].as_str().expect("an id").to_owned();
    stand.home.approve(&stand.admin, &id);
    let told = stream
        .find(|message| message["method"] == "elicitation/create" || message["result"].is_object());
    assert!(told.is_some_and(|told| told["result"].is_object()), "it was asked");
}

#[test]
fn a_client_answers_only_under_the_token_of_a_user_who_is_named() {
    let forms = json!({"elicitation": {"form": {}}});
    let call = json!({"name": WRITE, "arguments": note()});
    for users in ["", "users = [\"robot\"]\n"] {
        let own = "[client.raw]\nanswers_up_to = 2\nhold = \"1s\"\n";
        let stand = Stand::serving(&format!("{own}{users}"));
        let unnamed = if users.is_empty() { &stand.robot } else { &stand.other };
        let answer = modern(&stand, unnamed, call.clone(), &forms);
        let told = messages(&answer).pop().expect("an answer");
        assert_ne!(told["result"]["resultType"], "input_required", "{told:#}");
        let code = &told["result"]["_meta"]["countersign/refusal"]["code"];
        assert_eq!(code, "waiting", "{told:#}");
        let session = stand.initialize(unnamed, "raw");
        let held = held_call(1, WRITE, &note());
        let mut stream = reader(stand.open(unnamed, &[("Mcp-Session-Id", &session)], &held));
        let told = stream
            .find(|told| told["method"] == "elicitation/create" || told["result"].is_object());
        assert!(told.as_ref().is_some_and(|told| told["result"].is_object()), "{told:?}");
        assert!(stand.recorder.calls().is_empty(), "it ran without anybody");
        if users.is_empty() {
            continue;
        }
        // The twin: the same under the token of whom the table names.
        let given = state(&modern(&stand, &stand.robot, call.clone(), &forms));
        let mut again = call.clone();
        again["requestState"] = json!(given);
        again["inputResponses"] = json!({"approval": yes()});
        let ran = modern(&stand, &stand.robot, again, &forms);
        assert!(result_text(&ran.is(200)).contains("write_note done"));
        assert_eq!(stand.recorder.calls_of("write_note"), [note()]);
    }
}

#[test]
fn a_task_that_nobody_asks_for_any_more_is_not_sent_until_somebody_does() {
    let stand = Stand::serving("");
    let call = json!({"name": WRITE, "arguments": note()});
    let made = messages(&modern(&stand, &stand.robot, call, &tasks()).is(200)).remove(0);
    let id = made["result"]["taskId"].as_str().expect("an id").to_owned();
    std::thread::sleep(Duration::from_secs(32));
    stand.home.approve(&stand.admin, &id);
    std::thread::sleep(Duration::from_secs(2));
    assert!(stand.recorder.calls().is_empty(), "it was sent for nobody");
    let get = || about(&stand, &stand.robot, "tasks/get", &id);
    assert_eq!(get()["result"]["status"], "working");
    let end = wait_for(DEADLINE, || Some(get()).filter(|a| a["result"]["status"] != "working"));
    assert_eq!(end["result"]["status"], "completed", "{end:#}");
    assert_eq!(stand.recorder.calls_of("write_note"), [note()]);
}

#[test]
fn a_task_that_was_held_up_tells_how_its_call_ended() {
    let stand = Stand::serving("");
    let call = json!({"name": WRITE, "arguments": note()});
    let made = messages(&modern(&stand, &stand.robot, call.clone(), &tasks()).is(200)).remove(0);
    let id = made["result"]["taskId"].as_str().expect("an id").to_owned();
    let by = |verb: &str| {
        stand.home.cli_with_token(&stand.admin, &[verb, "--agent", "robot/*", "--yes"]).ok();
    };
    let get = || about(&stand, &stand.robot, "tasks/get", &id);
    by("pause");
    stand.home.approve(&stand.admin, &id);
    let held =
        wait_for(DEADLINE, || Some(get()).filter(|answer| answer["result"]["status"] != "working"));
    assert!(held.to_string().contains("paused"), "{held:#}");
    by("unpause");
    // The same call anew is the same question.
    modern(&stand, &stand.robot, call, &tasks()).is(200);
    wait_until(DEADLINE, || stand.recorder.calls_of("write_note").len() == 1);
    let end =
        wait_for(DEADLINE, || Some(get()).filter(|answer| answer["result"]["status"] != "working"));
    assert_eq!(end["result"]["status"], "completed", "{end:#}");
    assert!(!end.to_string().contains("NOT EXECUTED"), "{end:#}");
}

/// A task frees its request at once, so what is counted are the tasks of a token, whatever names its clients take.
#[test]
fn one_token_has_so_many_tasks_and_no_more() {
    let stand = Stand::serving("[approvals]\nhold = \"1s\"\n");
    let ask = |token: &str, client: &str, at: usize| {
        let mut meta = meta(client);
        meta["io.modelcontextprotocol/clientCapabilities"] = tasks();
        let arguments = json!({"id": "a", "text": format!("{client} {at}")});
        let params = json!({"name": WRITE, "arguments": arguments, "_meta": meta});
        let body = json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": params});
        let headers = modern_headers("tools/call", WRITE);
        let answer = messages(&stand.post(token, &headers, &body.to_string()).is(200));
        answer.last().expect("an answer")["result"]["resultType"] == "task"
    };
    let given = (0..260).filter(|at| ask(&stand.robot, ["one", "two", "three"][at % 3], *at));
    assert_eq!(given.count(), 256);
    assert!(ask(&stand.other, "one", 0), "another token has its own");
}
