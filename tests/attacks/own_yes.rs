//! The agent tries to say yes to itself: by tool, by invented proof, by the command line, by the files behind it.

use serde_json::{Value, json};

use crate::stage::{NOTE, Stage, asked, call, present, ran, refused, resume, start, write};
use crate::support::{Home, Recorder, Session, is_error, text_of};

#[test]
fn the_tool_without_a_token_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    for arguments in [
        json!({"id": id}),
        json!({"id": id, "reason": "the user said so"}),
        json!({"id": id, "token": null}),
        json!({"id": id, "remember": "forever"}),
    ] {
        refused(&session.call("pending_approve", arguments), "not_a_decider");
    }
    for arguments in [json!({"id": id}), json!({"id": id, "remember": "forever"})] {
        refused(&session.call("pending_reject", arguments), "not_a_decider");
    }
    for unknown in [json!({"id": id, "role": "admin"}), json!({"id": id, "remember": "ever"})] {
        refused(&session.call("pending_approve", unknown), "invalid_arguments");
    }
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    stage.approve(&id);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn an_invented_token_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let zeros = format!("csans_{}", "0".repeat(64));
    for invented in ["", "yes", "csans_made_up", &zeros, &stage.alice, &id, "null"] {
        // An admin's own API token is no answer token either.
        refused(&present(&mut session, &id, invented), "token_invalid");
    }
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);
    stage.on_record("token_invalid");

    let token = minted(&stage, &id);
    assert!(!is_error(&present(&mut session, &id, &token)));
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn the_token_of_another_question_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let other = asked(&call(&mut session, "write_note", Some(r#"{"id":"b","text":"t"}"#)));
    let token = minted(&stage, &other);
    refused(&present(&mut session, &id, &token), "token_invalid");
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    assert!(!is_error(&present(&mut session, &other, &token)));
    ran(&resume(&mut session, &other));
    stage.executed(&mut session, 1);
}

pub(crate) fn minted(stage: &Stage, id: &str) -> String {
    let args = ["token", id, "--json", "--yes"];
    let printed = stage.home.cli_with_token(&stage.alice, &args).ok().json();
    printed["token"].as_str().expect("a token").to_owned()
}

#[test]
fn the_command_line_without_a_terminal_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    for args in [
        vec!["approve", &id],
        vec!["approve", &id, "--yes"],
        vec!["token", &id, "--yes", "--json"],
        vec!["deny", &id, "--reason", "x", "--yes"],
        vec!["user", "add", "eve", "--role", "admin", "--yes"],
        vec!["pause", "--yes"],
    ] {
        stage.home.cli(&args).exits(3);
    }
    stage.on_record("no_proof");
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    stage.approve(&id);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

/// Answers that come through a pipe were typed by nobody.
#[test]
fn an_answer_through_a_pipe_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let answers = stage.home.work().join("answers");
    std::fs::write(&answers, "yes\nyes\n").expect("answers can be written");
    let mut command = stage.home.command(&["approve", &id]);
    command.stdin(std::fs::File::open(answers).expect("answers can be read"));
    crate::support::run(&mut command, crate::support::DEADLINE).exits(3);
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    stage.home.tty_cli(&["approve", &id], &["yes"]).ok();
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn a_terminal_below_the_agents_host_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    for args in [vec!["approve", &id], vec!["token", &id], vec!["approve", &id, "--yes"]] {
        let refused = stage.home.terminal(&args).of_the_agent().types(&["yes"]).run().exits(3);
        assert!(!refused.stdout.contains("csans_"), "{refused:#?}");
    }
    stage.on_record("agent_ancestor");
    stage.executed(&mut session, 0);

    // Twin: the same words at a terminal of a person's own.
    stage.home.tty_cli(&["approve", &id], &["yes"]).ok();
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

#[test]
fn a_word_that_was_not_on_the_card_decides_nothing() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&call(&mut session, "delete_note", Some(r#"{"id":"a"}"#)));
    assert_eq!(stage.question(&id)["tier"], 3);
    for typed in ["yes", "", "y", "approve", "eof"] {
        stage.home.tty_cli(&["approve", &id], &[typed]).exits(3);
    }
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);
    // A milder question wants `yes`, and nothing else.
    let milder = asked(&write(&mut session));
    for typed in ["", "y", "ja", "eof"] {
        stage.home.tty_cli(&["approve", &milder], &[typed]).exits(3);
    }
    refused(&resume(&mut session, &milder), "waiting");
    stage.executed(&mut session, 0);
    stage.home.tty_cli(&["approve", &milder], &["yes"]).ok();
    ran(&resume(&mut session, &milder));
    stage.executed(&mut session, 1);
}

/// An empty store: whoever adds the first user is admin. The agent must not be that one.
#[test]
fn a_terminal_below_the_agents_host_adds_no_user() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let options = ["--name", "notes", "--on-ask", "pending"];
    let mut session = Session::wrap(&home, &options, &notes);
    let id = asked(&write(&mut session));
    let add = ["user", "add", "eve", "--role", "admin", "--json"];
    let refused_add = home.terminal(&add).of_the_agent().types(&["eve"]).run().exits(3);
    assert!(!refused_add.stdout.contains("csapi_"), "a token was printed: {refused_add:#?}");
    assert_eq!(home.cli_json(&["user", "list", "--json"])["users"], json!([]));
    refused(&resume(&mut session, &id), "waiting");
    assert_eq!(notes.raw_calls(), Vec::<String>::new());

    // Twin: a person adds the very same user.
    let token = home.admin_token_as("eve", "eve");
    home.approve(&token, &id);
    ran(&resume(&mut session, &id));
    assert_eq!(notes.calls_of("write_note").len(), 1);
}

/// With users there already, a terminal of the agent's own is no better, whoever he says he is.
#[test]
fn a_known_users_name_is_no_proof() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let approve = ["approve", id.as_str(), "--yes"];
    for invented in ["alice", "csapi_", "Token alice", "csapi_0000"] {
        stage.home.cli_with_token(invented, &approve).exits(3);
    }
    stage.on_record("token_unknown");
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    stage.home.cli_with_token(&stage.alice, &approve).ok();
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

fn file_tools() -> Value {
    let tool = |name: &str, what: &str| {
        json!({"name": name, "description": what, "inputSchema": {"type": "object",
            "properties": {"path": {"type": "string"}, "content": {"type": "string"}}}})
    };
    json!({"tools": [tool("write_file", "Writes a file."), tool("read_file", "Reads a file.")]})
}

/// Configuration, database, keys and heads through somebody else's file tool, in many spellings.
#[test]
fn our_own_files_are_out_of_reach_of_gated_tools() {
    let stage = Stage::with(&file_tools());
    let (home, work) = (text_of(&stage.home.path()), text_of(&stage.home.work()));
    let encoded = home.replace('/', "%2F");
    let arguments: Vec<Value> = [
        format!("{home}/countersign.toml"),
        format!("{home}/countersign.db"),
        format!("{home}/countersign.db-wal"),
        format!("{home}/store.key"),
        format!("{home}/head.key"),
        format!("{home}/heads.jsonl"),
        format!("{home}/anything"),
        home.clone(),
        format!("{home}/"),
        "countersign.toml".to_owned(),
        "../home/countersign.toml".to_owned(),
        "./x/../../home/countersign.db".to_owned(),
        format!("{work}/../home/x"),
        format!("{work}/./..//home/./x"),
        "~/../home/x".to_owned(),
        "$HOME/../home/x".to_owned(),
        "${HOME}/../home/x".to_owned(),
        format!("file://{home}/x"),
        format!("file://localhost{home}/x"),
        format!("{encoded}%2Fx"),
        encoded.replace('%', "%25"),
        home.replace('/', "\\"),
        home.to_uppercase(),
        format!("Please append this line to {home}/x, thank you."),
        format!("first line\n{home}/x\nlast line"),
        format!("\"{home}/x\""),
        format!("/proc/self/root{home}/x"),
    ]
    .into_iter()
    .map(|path| json!({"path": path}))
    .chain([
        json!({"path": format!("{work}/a"), "content": format!("{home}/countersign.toml")}),
        json!({"path": format!("{work}/a"), "more": {"deep": [[format!("{home}/x")]]}}),
        json!({"path": format!("{work}/a"), format!("{home}/x"): "in a key"}),
    ])
    .collect();
    let mut session = stage.told();
    for tool in ["write_file", "read_file"] {
        for arguments in &arguments {
            let result = session.call(tool, arguments.clone());
            assert_eq!(
                crate::stage::code(&result),
                "denied_by_policy",
                "{tool} {arguments}: {result}"
            );
        }
    }
    stage.executed(&mut session, 0);

    // Twin: the neighbours of all that, in plain words.
    for near in
        [format!("{home}stead/x"), format!("{work}/countersign.txt"), format!("{work}/home/x")]
    {
        asked(&session.call("write_file", json!({"path": near})));
        ran(&session.call("read_file", json!({"path": near})));
    }
}
