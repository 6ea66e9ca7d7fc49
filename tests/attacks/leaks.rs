//! What must not travel: our environment and the client's `_meta` to servers, tokens and arguments to logs.

use std::fs;

use serde_json::json;

use crate::own_yes::minted;
use crate::stage::{Stage, asked, call, present, ran, refused, resume, started};
use crate::support::{DEADLINE, Session, is_error, run};

const CANARY: &str = "canary-b7d1f0";

#[test]
fn our_environment_never_reaches_a_wrapped_server() {
    let stage = Stage::new();
    let mut launch = stage.launch("pending").env("OTHER", "passes");
    for (name, value) in [
        ("COUNTERSIGN_CANARY", CANARY),
        ("COUNTERSIGN_CONFIG", CANARY),
        ("IR_APPROVAL_TTL_SECONDS", "4711"),
        ("IR_CANARY", CANARY),
        ("AUTH_ENABLED", "false"),
    ] {
        launch = launch.env(name, value);
    }
    let mut session = started(launch);
    session.tools_with("read_note");
    no_trace(&stage, "env");
    let env = stage.notes.starts()[0]["env"].clone();
    assert_eq!(env["OTHER"], "passes", "{env}");
}

#[test]
fn our_environment_never_reaches_a_served_one() {
    let stage = Stage::new();
    let listed = "pass_env = [\"LISTED\", \"COUNTERSIGN_CANARY\", \"IR_CANARY\"]\n";
    let own = stage.notes.toml("notes", "production");
    stage.home.write_config(&format!("{own}{listed}"));
    let launch = crate::support::Launch::serve(&stage.home, &[])
        .env("COUNTERSIGN_CANARY", CANARY)
        .env("IR_CANARY", CANARY)
        .env("SECRET_OF_ANOTHER", CANARY)
        .env("LISTED", "passes");
    let mut session = started(launch);
    session.tools_with("notes__read_note");
    no_trace(&stage, "env");
    assert_eq!(stage.notes.starts()[0]["env"]["LISTED"], "passes");
}

/// What a server sees of its start: nothing of ours, no descriptor of ours, no argument that it was not given.
fn no_trace(stage: &Stage, what: &str) {
    let start = &stage.notes.starts()[0];
    let env = start[what].as_object().expect("an environment");
    for (name, value) in env {
        let value = value.as_str().unwrap_or_default();
        assert!(
            !name.starts_with("COUNTERSIGN_")
                && !name.starts_with("IR_")
                && name != "AUTH_ENABLED"
                && !value.contains(CANARY),
            "the server got {name}={value}"
        );
    }
    let fds = start["fds"].as_object().expect("descriptors");
    for (fd, target) in fds {
        let target = target.as_str().unwrap_or_default();
        assert!(
            !target.contains("countersign.db") && !target.contains("/home/"),
            "the server has descriptor {fd}: {target}"
        );
    }
}

#[test]
fn the_clients_meta_does_not_reach_the_server() {
    let stage = Stage::new();
    let mut session = stage.told();
    session.tools_with("read_note");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let meta = json!({
        "traceparent": trace,
        "progressToken": format!("token-{CANARY}"),
        "com.example/approved": CANARY,
        "countersign/refusal": {"code": CANARY},
        "tracestate ": CANARY,
    });
    let params = |name: &str, args| json!({"name": name, "arguments": args, "_meta": meta});
    let read = session.request("tools/call", params("read_note", json!({"id": "a"})));
    assert!(!is_error(&session.result(read)));
    let args = json!({"id": "a", "text": "t"});
    let write = session.request("tools/call", params("write_note", args.clone()));
    let id = asked(&session.result(write));
    stage.approve(&id);
    let write = session.request("tools/call", params("write_note", args));
    ran(&session.result(write));

    let received = stage.notes.received().join("\n");
    assert!(!received.contains(CANARY), "the server was told: {received}");
    assert!(!received.contains("test-client"), "the server was told who asks: {received}");
    assert!(received.contains(trace), "the trace is lost: {received}");
}

/// Raw tokens and arguments, at the loudest the log can be; tokens in no file either.
#[test]
fn tokens_and_arguments_are_in_no_log_and_tokens_in_no_file() {
    let stage = Stage::new();
    let loud = ["-vv", "--name", "notes", "--on-ask", "pending"];
    let mut session = Session::wrap(&stage.home, &loud, &stage.notes);
    let arguments = format!(r#"{{"id":"a","text":"{CANARY}"}}"#);
    let id = asked(&call(&mut session, "write_note", Some(&arguments)));
    let token = minted(&stage, &id);
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let mut told = String::new();
    for args in [
        vec!["-vv", "show", &id, "--json"],
        vec!["-vv", "approve", &id, "--yes"],
        vec!["-vv", "approve", "nonsense", "--yes"],
        vec!["-vv", "audit", "verify"],
    ] {
        for user in [&stage.alice, &bob, &token] {
            let output = run(stage.home.command(&args).env("COUNTERSIGN_TOKEN", user), DEADLINE);
            told.push_str(&output.stderr);
        }
    }
    // Mistakes with secrets in them: an invented token, a read with the secret, a broken line.
    refused(&present(&mut session, &id, &format!("csans_{CANARY}")), "token_invalid");
    session.send_line(&format!(r#"{{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{{"name":"write_note","arguments":{{"id":"{CANARY}","id":1}}}}}}"#));
    session.response_to(&serde_json::Value::Null);
    assert!(!is_error(&present(&mut session, &id, &token)));
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    // Twin: all of it did happen, and the server got the argument.
    stage.ran_exactly(&arguments);
    session.close_stdin();
    session.wait_exit();
    told.push_str(&session.stderr());
    assert!(told.len() > 100, "nothing was logged, so nothing was shown: {told}");

    for (what, secret) in [
        ("an argument", CANARY),
        ("an API token", &stage.alice),
        ("another", &bob),
        ("an answer token", &token),
    ] {
        assert!(!told.contains(secret), "{what} is in a log: {told}");
    }
    let mut files = 0;
    for file in fs::read_dir(stage.home.path()).expect("the home") {
        let path = file.expect("a file").path();
        let Ok(bytes) = fs::read(&path) else { continue };
        files += 1;
        for secret in [&stage.alice, &bob, &token] {
            let bare = secret.rsplit('_').next().expect("a token");
            let found = bytes.windows(bare.len()).any(|window| window == bare.as_bytes());
            assert!(!found, "a token is in {}", path.display());
        }
    }
    assert!(files >= 3, "hardly any file was looked at");
}

/// An agent reads results: they hold no token, no path of ours, no command to try.
#[test]
fn refusals_name_no_token_no_path_and_no_command() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&call(&mut session, "write_note", Some(r#"{"id":"a","text":"t"}"#)));
    minted(&stage, &id);
    let home = crate::support::text_of(&stage.home.path());
    let answers = [
        resume(&mut session, &id),
        session.call("approval_status", json!({"id": id})),
        session.call("list_pending_approvals", json!({"status": "approved"})),
        session.call("pending_approve", json!({"id": id})),
        present(&mut session, &id, "csans_x"),
        session.call("write_note", json!({"id": "a", "text": home})),
        session.call("write_note", json!({"id": "a"})),
    ];
    for answer in answers {
        let text = answer.to_string();
        for word in [
            home.as_str(),
            "csans_",
            "csapi_",
            "countersign approve",
            "countersign token",
            "COUNTERSIGN_",
        ] {
            assert!(!text.contains(word), "`{word}` is told to the agent: {text}");
        }
    }
}
