//! What is not a tool call: resources that nobody listed ask, prompts and listed resources pass on record.

use serde_json::{Value, json};

use crate::stage::{Stage, code};
use crate::support::{Session, is_error};

fn read(session: &mut Session, uri: &str) -> Value {
    let id = session.request("resources/read", json!({"uri": uri}));
    session.response(id)
}

fn reads_of(stage: &Stage) -> Vec<Value> {
    let reads = stage.notes.received_method("resources/read").into_iter();
    reads.map(|mut read| read["params"]["uri"].take()).collect()
}

#[test]
fn a_resource_that_its_server_does_not_list_asks() {
    let stage = Stage::new();
    let mut session = stage.told();
    session.tools_with("read_note");
    for uri in [
        "note://c",
        "note://a?secret=4711",
        "note://a#x",
        "note://a/",
        "note://a ",
        "NOTE://a",
        "note://%61",
        "note:///a",
        "https://collector.example/?q=4711",
    ] {
        let response = read(&mut session, uri);
        assert_eq!(response["error"]["code"], -32001, "{uri}: {response}");
        assert_eq!(code(&response), "waiting", "{uri}: {response}");
    }
    stage.executed(&mut session, 0);
    assert_eq!(reads_of(&stage), Vec::<Value>::new());

    // Twins: a listed one passes, and an unlisted one after its yes.
    let listed = read(&mut session, "note://a");
    assert_eq!(listed["result"]["contents"][0]["text"], "text of note://a", "{listed}");
    let asked = read(&mut session, "note://c");
    let id = &asked["error"]["data"]["countersign/refusal"]["approval"]["id"];
    stage.approve(id.as_str().expect("an id"));
    let unlisted = read(&mut session, "note://c");
    assert_eq!(unlisted["result"]["contents"][0]["text"], "text of note://c", "{unlisted}");
    assert_eq!(reads_of(&stage), [json!("note://a"), json!("note://c")]);
    // And that yes was for one reading.
    assert_eq!(code(&read(&mut session, "note://c")), "waiting");
    assert_eq!(reads_of(&stage).len(), 2);
}

#[test]
fn a_prompt_passes_and_is_on_record() {
    let stage = Stage::new();
    let mut session = stage.told();
    session.tools_with("read_note");
    let id = session.request("prompts/get", json!({"name": "greet", "arguments": {"name": "Ada"}}));
    let result = session.result(id);
    assert_eq!(result["messages"][0]["content"]["text"], "Say hello to Ada.", "{result}");
    let rows = stage.journal("call.permitted");
    assert!(rows.iter().any(|row| row["tool"] == "greet"), "no record of the prompt: {rows:#?}");
}

/// Every method that reaches a server is on a list; another one, however plausible, ends here.
#[test]
fn a_method_that_is_not_listed_goes_nowhere() {
    let stage = Stage::new();
    let mut session = stage.told();
    session.tools_with("read_note");
    // Listings go on beside the session and are nobody's call.
    let calls = || {
        let lines = stage.notes.received().into_iter();
        lines.filter(|line| !line.contains(r#""method":"tools/list""#)).collect::<Vec<_>>()
    };
    let before = calls();
    for method in [
        "resources/subscribe",
        "resources/write",
        "tools/execute",
        "notes/delete",
        "sampling/createMessage",
        "tasks/get",
        "completion/Complete",
        "",
    ] {
        let id = session.request(method, json!({"uri": "note://a", "name": "write_note"}));
        let response = session.response(id);
        assert!(response["error"].is_object(), "{method}: {response}");
    }
    for method in ["notifications/tools/call", "notifications/anything"] {
        session
            .notify(method, &json!({"name": "write_note", "arguments": {"id": "a", "text": "t"}}));
    }
    assert_eq!(calls(), before);
    let read = session.call("read_note", json!({"id": "a"}));
    assert!(!is_error(&read));
    assert_eq!(calls().len(), before.len() + 1, "{:#?}", calls());
}
