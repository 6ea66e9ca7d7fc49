//! The command line as a contract: names, options, exit codes, JSON shapes, and who may answer.

mod support;

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use support::{DEADLINE, Home, Output, Recorder, Session, pending, run, upstream_toml, wait_until};

/// A write of the recorder that waits for an answer: the session that asks, the id of its call, the question.
fn asked(home: &Home, recorder: &Recorder, tool: &str, arguments: Value) -> (Session, i64, Value) {
    let mut session = Session::wrap(home, &["--name", "notes"], recorder);
    let id = session.start_call(tool, arguments);
    let question = home.the_question();
    (session, id, question)
}

fn note() -> Value {
    json!({"id": "a", "text": "hello"})
}

fn id_of(question: &Value) -> &str {
    question["id"].as_str().expect("an id")
}

/// Codes of every refused attempt in the journal.
fn refusals(home: &Home) -> Vec<String> {
    let rows = home.cli_json(&["audit", "list", "--type", "approval.refused", "--json"]);
    let rows = rows["entries"].as_array().expect("entries").clone();
    rows.iter().map(|row| row["outcome"].as_str().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn still_pending(home: &Home, recorder: &Recorder) {
    assert_eq!(pending(home).len(), 1, "the question was answered");
    assert!(recorder.calls().is_empty(), "the call ran");
}

#[test]
fn every_command_explains_itself_and_bad_usage_is_code_2() {
    let home = Home::new();
    let help = home.cli(&["--help"]).ok().stdout;
    for command in [
        "serve",
        "wrap",
        "demo",
        "pending",
        "show",
        "approve",
        "deny",
        "cancel",
        "pause",
        "unpause",
        "watch",
        "token",
        "tools",
        "user",
        "audit",
        "ir",
        "run",
        "doctor",
        "agents",
        "notify",
        "remembered",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "`{command}` is not in the help:\n{help}"
        );
        home.cli(&[command, "--help"]).ok();
    }
    for (args, words) in [
        (vec!["serve"], &["approvals   ", "ir   ", "runs   ", "agents   ", "events   "][..]),
        (vec!["run"], &["Examples:", "Exit codes:"]),
        (vec!["network"], &["Examples:", "Exit codes:"]),
        (vec!["notify"], &["Examples:", "Exit codes:"]),
        (vec!["notify", "add"], &["Examples:", "--url-file", "--to", "--events"]),
        (vec!["ir", "validate"], &["Examples:", "Exit codes:"]),
        (vec!["ir", "hash"], &["Examples:", "Exit codes:"]),
        (vec!["ir", "audit"], &["Examples:", "Exit codes:"]),
    ] {
        let help = home.cli(&[args, vec!["--help"]].concat()).ok().stdout;
        assert!(words.iter().all(|word| help.contains(word)), "{help}");
    }
    for later in ["policy", "run", "remembered"] {
        home.cli(&[later]).exits(2);
    }
    assert!(home.cli(&["--version"]).ok().stdout.starts_with("countersign "));
    assert!(home.cli(&[]).exits(2).stderr.contains("Usage:"));
    home.cli(&["approve"]).exits(2);
    home.cli(&["deny", "abcd"]).exits(2);
    home.cli(&["user", "add", "ann", "--role", "king"]).exits(2);
    home.cli(&["user", "add", "an n", "--role", "admin"]).exits(2);
    home.cli(&["--tenant", "a/b", "pending"]).exits(2);
    home.cli(&["approve", "not-an-id"]).exits(2);
    for limit in ["0", "100001", "-1"] {
        home.cli(&["run", "list", "--limit", limit]).exits(2);
    }
    let told = home.cli(&["serve", "--toolsets", "all,foo"]).exits(2);
    assert!(told.stderr.contains("`all` stands alone"), "{told:?}");
    // Whatever is looked up by an id takes the same ids, and repeats no page of digits.
    let digits = "ab".repeat(30_000);
    for args in [
        vec!["show", &digits],
        vec!["run", "show", &digits],
        vec!["network", "list", "--run", &digits],
    ] {
        let told = home.cli(&args).exits(2);
        assert!(told.stderr.contains("is not an id") && told.stderr.len() < 400, "{told:?}");
    }
    home.cli(&["show", "abcdef"]).exits(1);
    assert_eq!(home.cli_json(&["pending", "--json"]), json!({"pending": []}));
}

#[test]
fn a_store_or_setting_that_is_not_there_ends_with_code_6_and_its_name() {
    let home = Home::new();
    let told = home.cli(&["--store", "redis", "pending"]).exits(6);
    assert!(told.stderr.contains("`redis`"), "{told:?}");
    for (name, value) in
        [("REDIS_URL", "redis://x"), ("APPROVAL_STORE", "postgres"), ("AUTH_ENABLED", "perhaps")]
    {
        let told = run(home.command(&["pending"]).env(name, value), DEADLINE).exits(6);
        assert!(told.stderr.contains(name), "{told:?}");
    }
    for life in ["0", "86401", "1h", "-5"] {
        run(home.command(&["pending"]).env("IR_APPROVAL_TTL_SECONDS", life), DEADLINE).exits(6);
    }
    run(home.command(&["pending"]).env("IR_APPROVAL_TTL_SECONDS", "86400"), DEADLINE).ok();
    run(home.command(&["--store", "sqlite", "pending"]).env("REDIS_URL", "redis://x"), DEADLINE)
        .ok();
    home.write_config("requier_approval_tier = 2\n");
    let told = home.cli(&["pending"]).exits(6);
    assert!(
        told.stderr.contains("line 1") && told.stderr.contains("requier_approval_tier"),
        "{told:?}"
    );
    let report = home.cli(&["doctor", "--json"]).exits(6).json();
    assert_eq!(report["ok"], false);
}

#[test]
fn without_proof_nobody_answers_and_with_it_the_call_runs() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let operator = home.user_token(&admin, "otto", "operator");
    let agent = home.user_token(&admin, "robot", "agent");
    let (mut session, call, question) = asked(&home, &recorder, "write_note", note());
    let id = id_of(&question);
    for args in [
        vec!["approve", id],
        vec!["approve", id, "--yes"],
        vec!["deny", id, "--reason", "x", "--yes"],
        vec!["token", id, "--yes"],
        vec!["pause", "--yes"],
        vec!["user", "add", "mallory", "--role", "admin", "--yes"],
        vec!["user", "revoke", "alice", "--yes"],
        vec!["tools", "accept", "write_note", "--effect", "read", "--yes"],
        vec!["doctor", "--accept-clock", "--yes"],
    ] {
        let told = home.cli(&args).exits(3);
        assert!(
            told.stderr.contains("a person must answer this at a terminal"),
            "{args:?}: {told:?}"
        );
        assert!(told.stdout.is_empty(), "{args:?}: {told:?}");
        home.cli_with_token(&operator, &args).exits(3);
        home.cli_with_token(&agent, &args).exits(3);
        home.cli_with_token("csapi_00", &args).exits(3);
    }
    still_pending(&home, &recorder);
    let codes = refusals(&home);
    for code in ["no_proof", "role_does_not_decide", "token_unknown"] {
        assert!(codes.iter().any(|c| c == code), "`{code}` is not in the journal: {codes:?}");
    }
    // A token alone is not a yes: without a terminal it must be confirmed.
    home.cli_with_token(&admin, &["approve", id]).exits(3);
    still_pending(&home, &recorder);
    let told = home.approve(&admin, id);
    assert!(told.stdout.contains("journal head "), "{told:?}");
    session.result(call);
    assert_eq!(recorder.calls_of("write_note"), [note()]);
    home.cli_with_token(&admin, &["approve", id, "--yes"]).exits(1);
    home.cli_with_token(&admin, &["deny", id, "--reason", "late", "--yes"]).exits(1);
}

#[test]
fn a_person_types_the_answer() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let (mut session, call, question) = asked(&home, &recorder, "write_note", note());
    let id = id_of(&question);
    let told = home.tty_cli(&["approve", id], &["y"]).exits(3);
    assert!(
        told.stdout.contains("hello") && told.stdout.contains("write_note"),
        "no card: {told:?}"
    );
    home.tty_cli(&["approve", id], &["eof"]).exits(3);
    home.tty_cli(&["approve", id, "--yes"], &[]).exits(3);
    still_pending(&home, &recorder);
    let told = home.tty_cli(&["approve", id, "--reason", "fine"], &["yes"]).ok();
    assert!(told.stdout.contains("approved") && told.stdout.contains("journal head "), "{told:?}");
    session.result(call);
    assert_eq!(recorder.calls_of("write_note").len(), 1);
    let shown = home.cli_json(&["show", id, "--json"]);
    assert_eq!((&shown["proof"], &shown["reason"]), (&json!("terminal"), &json!("fine")));
}

#[test]
fn a_grave_call_wants_the_word_of_its_card() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let (mut session, call, question) =
        asked(&home, &recorder, "run_command", json!({"command": "make"}));
    let id = id_of(&question);
    assert_eq!(question["tier"], 3);
    home.tty_cli(&["approve", id], &["yes"]).exits(3);
    still_pending(&home, &recorder);
    home.tty_cli(&["approve", id], &["re:the word `([a-z]+)`"]).ok();
    session.result(call);
    assert_eq!(recorder.calls_of("run_command").len(), 1);
}

#[test]
fn a_terminal_below_the_agent_proves_nothing() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let (_session, _, question) = asked(&home, &recorder, "write_note", note());
    let id = id_of(&question);
    for args in
        [vec!["approve", id], vec!["token", id], vec!["user", "add", "mallory", "--role", "admin"]]
    {
        let told = home.terminal(&args).types(&[]).of_the_agent().run().exits(3);
        assert!(told.stdout.contains("proves nothing"), "{args:?}: {told:?}");
    }
    still_pending(&home, &recorder);
    assert_eq!(refusals(&home), ["agent_ancestor"; 3]);
    home.tty_cli(&["approve", id], &["yes"]).ok();
}

#[test]
fn a_denial_reaches_the_agent_and_a_cancelled_question_ends() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let (mut session, call, question) = asked(&home, &recorder, "write_note", note());
    home.deny(&admin, id_of(&question), "use the staging notes");
    let result = session.result(call);
    assert!(
        support::is_error(&result) && support::text(&result).contains("use the staging notes"),
        "{result}"
    );
    let call = session.start_call("write_note", json!({"id": "b", "text": ""}));
    let question = home.the_question();
    let told = home.cli(&["cancel", id_of(&question), "--json"]).ok();
    assert_eq!(told.json()["state"], "cancelled");
    assert!(told.stderr.contains("journal head "), "{told:?}");
    assert!(support::is_error(&session.result(call)));
    assert!(recorder.calls().is_empty());
    let all = home.cli_json(&["pending", "--all", "--json"]);
    let states: Vec<&Value> =
        all["pending"].as_array().expect("a list").iter().map(|q| &q["state"]).collect();
    assert_eq!(states, ["cancelled", "denied"]);
}

#[test]
fn questions_are_found_by_part_of_their_id_and_say_what_they_are() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let (_session, _, question) = asked(&home, &recorder, "write_note", note());
    for name in [
        "id",
        "tool",
        "server",
        "tier",
        "reasons",
        "arguments",
        "requested_by",
        "requested_at",
        "expires_at",
    ] {
        assert!(!question[name].is_null(), "`{name}` is missing: {question}");
    }
    assert_eq!((&question["tool"], &question["server"]), (&json!("write_note"), &json!("notes")));
    assert_eq!(question["arguments"], note());
    let id = id_of(&question);
    for part in [
        id.to_owned(),
        id[..13].to_owned(),
        id[28..].to_owned(),
        id.replace('-', "").to_uppercase(),
    ] {
        assert_eq!(home.cli_json(&["show", &part, "--json"])["id"], question["id"], "{part}");
    }
    // Another digest than the one on the card: somebody looked at another question.
    let other = "0".repeat(64);
    home.cli_with_token(&admin, &["approve", id, "--shown", &other, "--yes"]).exits(3);
    home.cli_with_token(&admin, &["approve", id, "--shown", "zz", "--yes"]).exits(2);
    still_pending(&home, &recorder);
    let digest = &question["call_digest"].as_str().expect("a digest")[..12];
    home.cli_with_token(&admin, &["approve", id, "--shown", digest, "--yes"]).ok();
}

#[test]
fn an_answer_token_is_printed_once_and_alone() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let (_session, _, question) = asked(&home, &recorder, "write_note", note());
    let told = home.cli_with_token(&admin, &["token", id_of(&question), "--json", "--yes"]).ok();
    let minted = told.json();
    let mut names: Vec<&String> = minted.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(names, ["expires_at", "id", "token"]);
    let token = minted["token"].as_str().expect("a token");
    assert!(token.starts_with("csans_") && minted["expires_at"].is_string());
    assert_eq!(home.cli_json(&["show", id_of(&question), "--json"])["needs_token"], true);
    assert!(recorder.calls().is_empty(), "a token that nobody presented ran the call");
    let journal = home.cli(&["audit", "list", "--json", "--limit", "1000"]).ok().stdout;
    assert!(!journal.contains(token) && !journal.contains(&admin));
}

#[test]
fn users_are_sealed_in_their_tenants() {
    let home = Home::new();
    let told = home.tty_cli(&["user", "add", "alice", "--role", "admin"], &["bob"]).exits(3);
    assert!(!told.stdout.contains("csapi_"), "{told:?}");
    let admin = home.admin_token();
    let add = ["--tenant", "blue", "user", "add", "ben", "--role", "admin", "--json"];
    let ben =
        home.tty_cli(&add, &["ben"]).ok().json()["token"].as_str().expect("a token").to_owned();
    let names = |output: Output| -> Vec<String> {
        let users = output.ok().json()["users"].as_array().expect("users").clone();
        users.iter().map(|user| user["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(home.cli(&["user", "list", "--json"])), ["alice"]);
    assert_eq!(names(home.cli_with_token(&ben, &["user", "list", "--json"])), ["ben"]);
    // The token's tenant wins over the option.
    assert_eq!(
        names(home.cli_with_token(&ben, &["--tenant", "default", "user", "list", "--json"])),
        ["ben"]
    );
    home.cli_with_token(&ben, &["user", "revoke", "alice", "--yes"]).exits(1);
    home.cli_with_token(&admin, &["user", "add", "alice", "--role", "admin", "--yes"]).exits(1);
    home.cli_with_token(&ben, &["user", "revoke", "ben", "--yes"]).ok();
    home.cli_with_token(&ben, &["user", "list"]).exits(3);
}

#[test]
fn where_reading_needs_proof_too_it_is_asked_for() {
    let home = Home::new();
    let admin = home.admin_token();
    let operator = home.user_token(&admin, "otto", "operator");
    let agent = home.user_token(&admin, "robot", "agent");
    home.write_config("[auth]\nenabled = true\n");
    for args in [
        vec!["pending"],
        vec!["user", "list"],
        vec!["tools", "list"],
        vec!["audit", "list"],
        vec!["doctor"],
    ] {
        home.cli(&args).exits(3);
        home.cli_with_token(&agent, &args).exits(3);
        home.cli_with_token(&operator, &args).ok();
        home.tty_cli(&args, &[]).ok();
        run(home.command(&args).env("AUTH_ENABLED", "false"), DEADLINE).ok();
    }
}

#[test]
fn a_paused_agent_waits_until_it_is_let_go_on() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    home.cli_with_token(&admin, &["unpause", "--yes"]).exits(1);
    let mut session = Session::wrap(&home, &["--name", "notes"], &recorder);
    session.tools_with("list_notes");
    home.cli_with_token(&admin, &["pause", "--yes"]).ok();
    assert!(support::is_error(&session.call("list_notes", json!({}))));
    home.tty_cli(&["unpause"], &["yes"]).ok();
    assert!(!support::is_error(&session.call("list_notes", json!({}))));
    // By name, and never by what is nobody's.
    let by =
        |verb: &str, name: &str| home.cli_with_token(&admin, &[verb, "--agent", name, "--yes"]);
    for nobody in ["", "*", "ann", "/x", "*/*"] {
        let told = by("pause", nobody).exits(2);
        assert!(told.stderr.contains(&format!("`{nobody}` names no agent")), "{told:?}");
        assert!(told.stderr.contains("help: an agent is `USER/CLIENT`"), "{told:?}");
        by("unpause", nobody).exits(1);
    }
    let board = home.cli_json(&["agents", "--json"]);
    assert_eq!(board["paused"], json!({"everybody": false, "agents": []}));
    let name = board["agents"][0]["principal"].as_str().expect("an agent").to_owned();
    let (user, _) = name.rsplit_once('/').expect("a user and a client");
    let doctor = || home.cli(&["doctor"]).stdout;
    for stops in [name.clone(), format!("agent:{name}"), format!("{user}/*"), format!("{user}/")] {
        by("pause", &stops).ok();
        assert!(support::is_error(&session.call("list_notes", json!({}))), "{stops}");
        assert!(support::is_error(&session.call("write_note", json!({"id": "a", "text": "b"}))));
        let help = doctor();
        assert!(help.contains(&format!("countersign unpause --agent '{user}/")), "{help}");
        by("unpause", &stops).ok();
        assert!(!support::is_error(&session.call("list_notes", json!({}))), "{stops}");
    }
    assert_eq!(home.cli_json(&["pending", "--json"])["pending"], json!([]), "nobody was asked");
}

#[test]
fn tools_are_reviewed_in_one_sitting_and_a_change_shows() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let mut session = Session::wrap(&home, &["--name", "notes"], &recorder);
    session.tools_with("write_note");
    let tools =
        || home.cli_json(&["tools", "list", "--json"])["tools"].as_array().expect("tools").clone();
    let tool = |name: &str| tools().into_iter().find(|t| t["tool"] == name).expect("the tool");
    assert_eq!(tool("write_note")["state"], "unreviewed");
    home.tty_cli(&["tools", "accept", "notes__list_notes", "--effect", "read"], &["yes"]).ok();
    assert_eq!(
        (&tool("list_notes")["state"], &tool("list_notes")["effect"]),
        (&json!("accepted"), &json!("read"))
    );
    home.cli(&["tools", "accept", "notes__nothing"]).exits(1);
    home.cli(&["tools", "review"]).exits(3);
    let told = home.tty_cli(&["tools", "review"], &["a", "what", "s", "q"]).ok();
    assert!(told.stdout.contains("accepted 1 of 9"), "{told:?}");
    assert!(home.cli(&["tools", "diff"]).ok().stdout.is_empty());
    recorder.change_definitions(&[]);
    wait_until(DEADLINE, || tool("write_note")["state"] == "changed");
    let shown = home.cli(&["tools", "diff", "write_note"]).ok().stdout;
    assert!(shown.contains("\n- ") && shown.contains("\n+ "), "{shown}");
    let diff = home.cli_json(&["tools", "diff", "--json"]);
    assert_eq!(diff["tools"][0]["state"], "changed");
    home.tty_cli(&["tools", "accept", "write_note"], &["yes"]).ok();
    assert_eq!(tool("write_note")["state"], "accepted");
}

#[test]
fn a_watcher_on_a_pipe_prints_events_and_nothing_else() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let admin = home.admin_token();
    let mut watch = home.command(&["watch"]);
    let mut watch =
        watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("watch starts");
    let mut lines = BufReader::new(watch.stdout.take().expect("stdout")).lines();
    let (_session, _, question) = asked(&home, &recorder, "write_note", note());
    let fields = |line: String| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
    let line = fields(lines.next().expect("a line").expect("text"));
    assert_eq!(line[1..5], ["asked", id_of(&question), "notes__write_note", "2"]);
    home.approve(&admin, id_of(&question));
    let line = fields(lines.next().expect("a line").expect("text"));
    assert!(line[1] == "approved" || line[1] == "consumed", "{line:?}");
    watch.kill().expect("it runs still");
    watch.wait().expect("it ends");
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let home = Home::new();
    home.admin_token();
    for args in [vec!["pending", "--json"], vec!["audit", "list", "--json"], vec!["doctor"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut child =
            home.command(&args).stdout(writer).stderr(Stdio::piped()).spawn().expect("it starts");
        assert_eq!(support::wait_exit(&mut child, DEADLINE), Some(0), "{args:?}");
        let mut stderr = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().expect("stderr"), &mut stderr)
            .expect("text");
        assert_eq!(stderr, "", "{args:?}");
    }
}

#[test]
fn the_doctor_finds_the_door_beside_the_gate() {
    let home = Home::new();
    let argv = ["sh", "-c", "true"].map(str::to_owned);
    home.write_config(&upstream_toml("shell", "production", &argv));
    let folder = home.user().join(".cursor");
    std::fs::create_dir(&folder).expect("a folder");
    let file = folder.join("mcp.json");
    let ungated = r#"{ // mine
        "mcpServers": {"sh": {"command": "/bin/sh", "args": ["-c", "secret-argument"]},}}"#;
    std::fs::write(&file, ungated).expect("a file");
    let report = home.cli_json(&["doctor", "--json"]);
    let warned = |report: &Value, word: &str| {
        let checks = report["checks"].as_array().expect("checks");
        checks.iter().any(|c| {
            c["level"] == "warning" && c["what"].as_str().unwrap_or_default().contains(word)
        })
    };
    assert!(warned(&report, "the same server as our `shell`, ungated"), "{report:#}");
    assert!(!report.to_string().contains("secret-argument"));
    assert_eq!(report["settings"]["approvals.yes_life"], "1h");
    let gated =
        r#"{"mcpServers": {"sh": {"command": "countersign", "args": ["wrap", "--", "sh"]}}}"#;
    std::fs::write(&file, gated).expect("a file");
    let report = home.cli_json(&["doctor", "--json"]);
    assert!(!warned(&report, "ungated") && report["ok"] == true, "{report:#}");
    home.write_config("[upstream.gone]\ncommand = \"no-such-program-here\"\n");
    let report = home.cli(&["doctor", "--json"]).exits(5).json();
    assert_eq!(report["ok"], false);
}
