//! The board of agents over several real processes: who is on it, whose an agent is, and what a session's status says.

mod support;

use serde_json::{Value, json};
use support::{
    DEADLINE, Home, Launch, Recorder, Session, is_error, pending, text, wait_for, wait_until,
};

#[derive(Debug)]
struct Stage {
    home: Home,
    notes: Recorder,
}

impl Stage {
    fn new() -> Self {
        Self::with(&json!({}))
    }

    fn with(options: &Value) -> Self {
        let home = Home::new();
        let notes = Recorder::with(&home, "notes", options);
        Self { home, notes }
    }

    /// A process of its own that serves this client.
    fn client(&self, name: &str) -> Session {
        let options = ["--name", "notes", "--toolsets", "all"];
        let launch = Launch::wrap(&self.home, &options, &self.notes.argv()).client(name);
        let mut session = launch.start();
        session.initialize("2025-11-25");
        session
    }

    /// How many journal rows the board has made.
    fn rows(&self) -> usize {
        ["agent.registered", "agent.updated", "agent.unregistered"]
            .into_iter()
            .map(|kind| {
                let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
                self.home.cli_json(&args)["entries"].as_array().map_or(0, Vec::len)
            })
            .sum()
    }
}

/// The structured result of a call that succeeds.
#[track_caller]
fn done(session: &mut Session, tool: &str, arguments: Value) -> Value {
    let mut result = session.call(tool, arguments);
    assert!(!is_error(&result), "{tool}: {result}");
    result["structuredContent"].take()
}

#[track_caller]
fn refused(session: &mut Session, tool: &str, arguments: Value, code: &str) -> String {
    let told = arguments.to_string().chars().take(200).collect::<String>();
    let result = session.call(tool, arguments);
    let met = &result["_meta"]["countersign/refusal"]["code"];
    assert_eq!((is_error(&result), met), (true, &json!(code)), "{tool} {told}: {result}");
    text(&result)
}

fn register(session: &mut Session, name: &str) -> String {
    let agent = done(session, "agent_register", json!({ "name": name }));
    agent["id"].as_str().expect("an id").to_owned()
}

fn board(session: &mut Session) -> Vec<Value> {
    match done(session, "agent_list", json!({}))["agents"].take() {
        Value::Array(agents) => agents,
        other => panic!("no list of agents but {other}"),
    }
}

/// Agents that registered under this name.
fn registered(board: &[Value], name: &str) -> Vec<Value> {
    let fits = |agent: &&Value| agent["kind"] == "registered" && agent["name"] == name;
    board.iter().filter(fits).cloned().collect()
}

/// Sessions of this client, whatever user runs the tests.
fn sessions_of(board: &[Value], client: &str) -> Vec<Value> {
    let fits = |agent: &&Value| agent["kind"] == "session" && is_of(&agent["name"], client);
    board.iter().filter(fits).cloned().collect()
}

fn is_of(principal: &Value, client: &str) -> bool {
    principal.as_str().is_some_and(|name| name.ends_with(&format!("/{client}")))
}

#[test]
fn agents_of_one_process_are_on_the_board_of_another() {
    let stage = Stage::new();
    let (mut first, mut second) = (stage.client("planner"), stage.client("watcher"));
    let one = register(&mut first, "reviewer");
    let two = register(&mut first, "writer");
    let auto = done(&mut first, "agent_register", json!({}));
    let digits = auto["id"].as_str().expect("an id")[..8].to_owned();
    assert_eq!(auto["name"], format!("Agent_{digits}"));
    assert_eq!((&auto["status"], &auto["last_score"]), (&json!("idle"), &json!(null)));

    let told = done(&mut first, "agent_update", json!({"id": one, "action": "reads", "score": 90}));
    assert_eq!((&told["status"], &told["last_score"]), (&json!("running"), &json!(90)));
    done(&mut first, "agent_update", json!({"id": two, "action": "writes", "score": 0}));
    done(&mut first, "agent_update", json!({"id": two, "status": "blocked"}));

    let seen = board(&mut second);
    assert_eq!(seen.iter().filter(|a| a["kind"] == "registered").count(), 3, "{seen:#?}");
    let writer = &registered(&seen, "writer")[0];
    assert!(is_of(&writer["principal"], "planner"), "{writer}");
    assert_eq!((&writer["status"], &writer["last_action"]), (&json!("blocked"), &json!("writes")));
    assert_eq!(writer["last_score"], 0);
    assert!(writer["last_action_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{writer}");
    let blocked = done(&mut second, "agent_list", json!({"status": "blocked"}));
    assert_eq!(blocked["agents"].as_array().map(Vec::len), Some(1), "{blocked}");
    let newest = done(&mut second, "agent_list", json!({"limit": 1}));
    assert_eq!(newest["agents"].as_array().map(Vec::len), Some(1), "{newest}");
    assert_eq!(
        (&newest["agents"][0]["kind"], &newest["more"]),
        (&json!("registered"), &json!(true))
    );

    let left = done(&mut first, "agent_unregister", json!({ "id": one }));
    assert_eq!(left["last_action"], "reads", "as it stood last");
    assert!(registered(&board(&mut second), "reviewer").is_empty());
    refused(&mut first, "agent_unregister", json!({ "id": one }), "not_found");
    refused(&mut first, "agent_update", json!({ "id": one }), "not_found");
    assert_eq!(stage.rows(), 3 + 3 + 1);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn only_the_client_that_registered_an_agent_changes_it() {
    let stage = Stage::new();
    let (mut owner, mut foreign) = (stage.client("planner"), stage.client("mallory"));
    let one = register(&mut owner, "reviewer");
    done(&mut owner, "agent_update", json!({"id": one, "action": "reads", "score": 90}));
    let (before, rows) = (registered(&board(&mut owner), "reviewer"), stage.rows());
    let taken = json!({"id": one, "action": "mine now", "score": 1});
    let nobodys = json!({"id": "00000000-0000-4000-8000-000000000000"});
    for (tool, arguments) in
        [("agent_update", taken.clone()), ("agent_unregister", json!({ "id": one }))]
    {
        let not_yours = refused(&mut foreign, tool, arguments, "not_found");
        let not_there = refused(&mut foreign, tool, nobodys.clone(), "not_found");
        assert_eq!(not_yours, not_there, "{tool}");
    }
    // A session is on the board, and nobody's to change.
    let sessions = board(&mut foreign).into_iter().filter(|agent| agent["kind"] == "session");
    for session in sessions.collect::<Vec<_>>() {
        refused(&mut foreign, "agent_unregister", json!({ "id": session["id"] }), "not_found");
    }
    assert_eq!(registered(&board(&mut owner), "reviewer"), before);
    assert_eq!(stage.rows(), rows);
    // The twin: another process of the same client.
    let mut again = stage.client("planner");
    done(&mut again, "agent_update", taken);
    done(&mut again, "agent_unregister", json!({ "id": one }));
}

#[test]
fn a_session_that_waits_for_a_yes_is_blocked_and_then_idle_again() {
    let stage = Stage::new();
    let alice = stage.home.admin_token();
    let (mut asker, mut watcher) = (stage.client("asker"), stage.client("watcher"));
    let mut status = |wanted: &str| {
        wait_for(DEADLINE, || {
            let mut found = sessions_of(&board(&mut watcher), "asker");
            found.pop().filter(|agent| agent["status"] == wanted)
        })
    };
    for (at, yes) in [true, false].into_iter().enumerate() {
        let held = asker.start_call("write_note", json!({"id": "a", "text": format!("text {at}")}));
        let question = stage.home.the_question();
        let blocked = status("blocked");
        assert_eq!(blocked["last_action"], "notes.write_note");
        assert_eq!(blocked["last_score"], 50, "it was asked");
        let id = question["id"].as_str().expect("an id");
        let listed = stage.home.cli(&["agents"]).ok();
        assert!(listed.stdout.contains("blocked"), "{listed:?}");
        if yes {
            stage.home.approve(&alice, id);
        } else {
            stage.home.deny(&alice, id, "no");
        }
        asker.result(held);
        assert!(pending(&stage.home).is_empty());
        status("idle");
    }
    asker.call("read_note", json!({"id": "a"}));
    let read = wait_for(DEADLINE, || {
        sessions_of(&board(&mut watcher), "asker")
            .pop()
            .filter(|agent| agent["last_action"] == "notes.read_note")
    });
    assert_eq!(read["last_score"], 100, "it was allowed");
    assert_eq!(stage.rows(), 0, "nobody reported it");
}

#[test]
fn a_session_runs_as_long_as_its_call_is_under_way() {
    let stage = Stage::with(&json!({"on_call": "hang", "for_tool": "read_note"}));
    let (mut caller, mut watcher) = (stage.client("caller"), stage.client("watcher"));
    caller.start_call("read_note", json!({"id": "a"}));
    let running = wait_for(DEADLINE, || {
        let mut found = sessions_of(&board(&mut watcher), "caller");
        found.pop().filter(|agent| agent["status"] == "running")
    });
    assert_eq!(running["last_action"], "notes.read_note");
    let listed = done(&mut watcher, "agent_list", json!({"status": "running"}));
    assert_eq!(listed["agents"].as_array().map(Vec::len), Some(1), "{listed}");
}

#[test]
fn bad_input_is_told_and_nothing_is_stored() {
    let stage = Stage::new();
    let mut session = stage.client("planner");
    let one = register(&mut session, "reviewer");
    let (before, rows) = (registered(&board(&mut session), "reviewer"), stage.rows());
    let long = "x".repeat(1_000_000);
    let mut bad = vec![
        ("agent_register", json!({"name": 7})),
        ("agent_register", json!({"name": ["a"]})),
        ("agent_register", json!({"name": ""})),
        ("agent_register", json!({"name": " "})),
        ("agent_register", json!({"name": "x".repeat(65)})),
        ("agent_register", json!({ "name": long })),
        ("agent_register", json!({"name": "a\u{1b}[2J"})),
        ("agent_register", json!({"name": "a\u{202e}b"})),
        ("agent_register", json!({"name": "a", "status": "running"})),
        ("agent_register", json!({"name": "a", long.as_str(): 1})),
        ("agent_list", json!({"status": "lost"})),
        ("agent_list", json!({"status": 1})),
        ("agent_list", json!({"status": long})),
        ("agent_list", json!({"limit": 0})),
        ("agent_list", json!({"limit": -1})),
        ("agent_list", json!({"limit": 1001})),
        ("agent_list", json!({"limit": 1.5})),
        ("agent_list", json!({"limit": long})),
        ("agent_list", json!({"tenant": "other"})),
    ];
    for tool in ["agent_update", "agent_unregister"] {
        for arguments in [
            json!({}),
            json!({"id": null}),
            json!({"id": 7}),
            json!({"id": ""}),
            json!({"id": &one[..8]}),
            json!({"id": long}),
            json!({"id": one, "principal": "agent:tester/mallory"}),
        ] {
            bad.push((tool, arguments));
        }
    }
    for (name, value) in [
        ("score", json!(101)),
        ("score", json!(-1)),
        ("score", json!(1.5)),
        ("score", json!("90")),
        ("score", json!(true)),
        ("score", json!(1e300)),
        ("score", json!(long)),
        ("status", json!("done")),
        ("status", json!("Running")),
        ("status", json!("")),
        ("status", json!(["idle"])),
        ("action", json!("")),
        ("action", json!({"prompt": "x"})),
        ("action", json!("a\nb")),
        ("action", json!("a\u{0}b")),
        ("action", json!("x".repeat(201))),
        ("action", json!(long)),
    ] {
        bad.push(("agent_update", json!({"id": one, name: value})));
    }
    for (tool, arguments) in bad {
        let told = refused(&mut session, tool, arguments, "invalid_arguments");
        assert!((20..500).contains(&told.len()), "{tool}: {} bytes: {told}", told.len());
    }
    assert_eq!(registered(&board(&mut session), "reviewer"), before);
    assert_eq!(stage.rows(), rows);
    let most = json!({"id": one, "action": "ü".repeat(200), "score": 100, "status": "idle"});
    done(&mut session, "agent_update", most);
    done(&mut session, "agent_update", json!({"id": one, "score": 0}));
}

#[test]
fn what_an_agent_says_is_in_the_store_and_in_no_log() {
    let stage = Stage::new();
    let mut session = stage.client("planner");
    let one = register(&mut session, "canary-name");
    done(&mut session, "agent_update", json!({"id": one, "action": "canary-action \u{202e}x"}));
    refused(
        &mut session,
        "agent_update",
        json!({"id": one, "action": "canary\nthird"}),
        "invalid_arguments",
    );
    let listed = stage.home.cli(&["agents"]).ok();
    assert!(listed.stdout.contains(r"canary-action \u{202e}x"), "{listed:?}");
    session.close_stdin();
    session.wait_exit();
    assert!(!session.stderr().contains("canary"), "{}", session.stderr());
    assert!(!stage.notes.received().iter().any(|line| line.contains("canary")));
}

#[test]
fn the_list_names_who_is_paused_and_nobody_who_is_gone() {
    let stage = Stage::new();
    assert_eq!(
        stage.home.cli_json(&["agents", "--json"]),
        json!({"agents": [], "paused": {"everybody": false, "agents": []}})
    );
    assert!(stage.home.cli(&["agents"]).ok().stderr.contains("no agent is here"));
    let alice = stage.home.admin_token();
    let (mut planner, mut gone) = (stage.client("planner"), stage.client("gone"));
    register(&mut planner, "reviewer");
    planner.call("read_note", json!({"id": "a"}));
    gone.call("read_note", json!({"id": "a"}));
    gone.kill9();
    let sessions = || {
        let listed = stage.home.cli_json(&["agents", "--json"]);
        let agents = listed["agents"].as_array().expect("a list").clone();
        agents.into_iter().filter(|agent| agent["kind"] == "session").collect::<Vec<_>>()
    };
    wait_until(DEADLINE, || sessions().len() == 1);
    let name = sessions()[0]["name"].as_str().expect("a name").to_owned();
    assert!(name.ends_with("/planner"), "{name}");
    stage.home.cli_with_token(&alice, &["pause", "--agent", &name, "--yes"]).ok();
    let listed = stage.home.cli_json(&["agents", "--json"]);
    assert_eq!(listed["paused"], json!({"everybody": false, "agents": [name]}));
    assert!(listed["agents"].as_array().expect("a list").iter().all(|a| a["paused"] == true));
    let told = stage.home.cli(&["agents"]).ok();
    assert!(told.stdout.contains("idle, paused"), "{told:?}");
    assert!(told.stderr.contains(&format!("`{name}` is paused")), "{told:?}");
    // Whoever starts next ends what is left of the dead one.
    let mut next = stage.client("next");
    assert!(sessions_of(&board(&mut next), "gone").is_empty());
    planner.close_stdin();
    planner.wait_exit();
    wait_until(DEADLINE, || sessions_of(&sessions(), "planner").is_empty());
}

#[test]
fn an_approver_sees_the_board_and_is_not_on_it() {
    let stage = Stage::new();
    let alice = stage.home.admin_token();
    let mut planner = stage.client("planner");
    register(&mut planner, "reviewer");
    stage.home.write_config("[approvals]\nmcp_max_tier = 2\n");
    stage.home.accept_config(&alice);
    let launch = Launch::serve(&stage.home, &["--toolsets", "agents"]).token(&alice);
    let mut approver = launch.start();
    approver.initialize("2025-11-25");
    let offered: Vec<Value> = approver.tools().iter().map(|tool| tool["name"].clone()).collect();
    assert_eq!(offered, ["agent_list"]);
    let seen = board(&mut approver);
    assert_eq!(registered(&seen, "reviewer").len(), 1);
    assert_eq!(seen.len(), 2, "{seen:#?}");
    // The toolset is off unless it is asked for.
    let mut plain = Session::wrap(&stage.home, &[], &stage.notes);
    assert!(plain.tools().iter().all(|tool| tool["name"] != "agent_list"));
}
