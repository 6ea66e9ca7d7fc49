//! A yes is for this server and this asker: the same name is not the same server.

use crate::stage::{NOTE, Stage, asked, call, ran, refused, resume, started};
use crate::support::{Recorder, Session, upstream_toml};

#[test]
fn the_same_tool_of_another_server_is_another_call() {
    let stage = Stage::new();
    let other = Recorder::new(&stage.home, "other");
    let mut session = stage.served(&other.toml("other", "production"));
    session.tools_with("other__write_note");
    let id = asked(&call(&mut session, "notes__write_note", Some(NOTE)));
    stage.approve(&id);

    let second = asked(&call(&mut session, "other__write_note", Some(NOTE)));
    assert_ne!(id, second);
    stage.executed(&mut session, 0);
    assert!(other.calls().is_empty(), "the other server ran it");

    ran(&call(&mut session, "notes__write_note", Some(NOTE)));
    stage.executed(&mut session, 1);
    assert!(other.calls().is_empty(), "the other server ran it");
}

/// Asks under one configuration of `notes`, approves, comes back under another: a new question, and the old yes is
/// refused and not used up. Back under the first, the yes runs.
fn another_server_of_that_name(change: impl Fn(&mut Vec<String>, &mut String)) {
    let stage = Stage::new();
    let serve = |argv: &[String], more: &str| {
        let own = upstream_toml("notes", "production", argv);
        stage.home.write_config(&format!("{own}{more}"));
        let mut session = Session::serve(&stage.home, &["--on-ask", "pending"]);
        session.tools_with("notes__write_note");
        session
    };
    let (mut argv, mut more) = (stage.notes.argv(), "env = { LEVEL = \"1\" }\n".to_owned());
    let (first_argv, first_more) = (argv.clone(), more.clone());
    change(&mut argv, &mut more);

    let mut session = serve(&first_argv, &first_more);
    let id = asked(&call(&mut session, "notes__write_note", Some(NOTE)));
    stage.approve(&id);
    drop(session);

    let mut session = serve(&argv, &more);
    refused(&resume(&mut session, &id), "call_changed");
    let new = asked(&call(&mut session, "notes__write_note", Some(NOTE)));
    assert_ne!(id, new, "a yes for another server was found");
    stage.executed(&mut session, 0);
    drop(session);

    let mut session = serve(&first_argv, &first_more);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    stage.ran_exactly(NOTE);
}

#[test]
fn a_server_with_other_arguments_is_another_server() {
    another_server_of_that_name(|argv, _| argv.push("--and-elsewhere".to_owned()));
}

#[test]
fn a_server_with_another_environment_is_another_server() {
    another_server_of_that_name(|_, more| *more = more.replace("\"1\"", "\"2\""));
}

#[test]
fn a_server_in_another_directory_is_another_server() {
    another_server_of_that_name(|_, more| more.push_str("cwd = \"/\"\n"));
}

#[test]
fn a_wrapped_server_with_another_environment_is_another_server() {
    let stage = Stage::new();
    let wrap = |value| started(stage.launch("pending").env("TARGET", value));
    let mut session = wrap("staging");
    let id = asked(&call(&mut session, "write_note", Some(NOTE)));
    stage.approve(&id);
    drop(session);

    let mut session = wrap("production");
    refused(&resume(&mut session, &id), "call_changed");
    assert_ne!(id, asked(&call(&mut session, "write_note", Some(NOTE))));
    stage.executed(&mut session, 0);
    drop(session);

    let mut session = wrap("staging");
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

/// A yes belongs to whoever asked: another client neither finds, resumes nor cancels it.
#[test]
fn another_client_has_no_part_in_the_yes() {
    let stage = Stage::new();
    let client = |name| started(stage.launch("pending").client(name));
    let mut ann = client("ann");
    let id = asked(&call(&mut ann, "write_note", Some(NOTE)));
    stage.approve(&id);

    let mut eve = client("eve");
    refused(&resume(&mut eve, &id), "not_found");
    for tool in ["approval_status", "cancel_approval"] {
        refused(&eve.call(tool, serde_json::json!({"id": id})), "not_found");
    }
    let listed = eve.call("list_pending_approvals", serde_json::json!({"status": "approved"}));
    assert!(!listed.to_string().contains(&id), "another's question is listed: {listed}");
    assert_ne!(id, asked(&call(&mut eve, "write_note", Some(NOTE))));
    stage.executed(&mut eve, 0);
    drop(ann);

    let mut ann = client("ann");
    ran(&resume(&mut ann, &id));
    stage.executed(&mut ann, 1);
}
