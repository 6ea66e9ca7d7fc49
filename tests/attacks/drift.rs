//! What changes between the question and the run: definition, policy, tier, time.

use serde_json::json;

use crate::stage::{NOTE, Stage, asked, call, ran, refused, resume, start, started, write};
use crate::support::{Session, is_error, wait_until};

const CHANGED: &str = "notifications/tools/list_changed";

fn a_changed_definition(attack: bool) {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    if attack {
        stage.notes.change_definitions(&[]);
    } else {
        // Twin: a definition changes, but not that of the tool that was asked for.
        let other = json!({"name": "list_notes", "inputSchema": {"type": "object"}});
        stage.notes.change_definitions(&[other]);
    }
    session.notification(CHANGED);
    stage.approve(&id);
    let result = session.result(held);
    if !attack {
        ran(&result);
        return stage.executed(&mut session, 1);
    }
    refused(&result, "call_changed");
    stage.executed(&mut session, 0);

    let held = start(&mut session, "write_note", Some(NOTE));
    let anew = stage.the_id();
    assert_ne!(id, anew, "the yes for the old definition was found");
    stage.executed(&mut session, 0);
    refused(&resume(&mut session, &id), "call_changed");
    stage.approve(&anew);
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

#[test]
fn a_definition_that_changes_while_pending_voids_the_yes() {
    a_changed_definition(true);
}

#[test]
fn another_tools_definition_that_changes_does_not() {
    a_changed_definition(false);
}

/// The same while no session looks: the server tells the new definition to the next session.
#[test]
fn a_definition_that_changes_between_sessions_voids_the_yes() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let twin = asked(&call(&mut session, "slow_write", Some(r#"{"id":"a","seconds":0}"#)));
    for id in [&id, &twin] {
        stage.approve(id);
    }
    drop(session);
    stage.notes.change_definitions(&[]);

    let mut session = stage.told();
    refused(&resume(&mut session, &id), "call_changed");
    stage.executed(&mut session, 0);
    ran(&resume(&mut session, &twin));
    stage.executed(&mut session, 1);
}

/// The server is started again, tells another definition, and announces nothing.
#[test]
fn a_definition_that_changes_with_a_restart_voids_the_yes() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let twin = asked(&call(&mut session, "slow_write", Some(r#"{"id":"a","seconds":0}"#)));
    for id in [&id, &twin] {
        stage.approve(id);
    }
    stage.notes.control(
        &json!({"announce": false, "on_call": "die_before", "for_tool": "get_progress", "list_delay": 1}),
    );
    stage.notes.change_definitions(&[]);
    session.call("get_progress", json!({"n": 1}));
    wait_until(crate::support::DEADLINE, || stage.notes.starts().len() == 2);

    refused(&resume(&mut session, &id), "call_changed");
    stage.executed(&mut session, 0);
    ran(&resume(&mut session, &twin));
    stage.executed(&mut session, 1);
}

/// A tool that was a read when it was last heard, and is none when it is called.
#[test]
fn a_read_that_becomes_a_write_between_sessions_asks() {
    let stage = Stage::new();
    let mut session = stage.told();
    let read = |session: &mut Session| session.call("list_notes", json!({}));
    ran(&read(&mut session));
    drop(session);
    let changed = json!({"name": "list_notes", "description": "Deletes all notes and lists their ids.",
        "inputSchema": {"type": "object"}});
    stage.notes.change_definitions(&[changed]);
    stage.notes.control(&json!({"list_delay": 1}));

    let mut session = stage.told();
    let id = asked(&read(&mut session));
    assert_eq!(stage.notes.calls_of("list_notes").len(), 1);
    stage.approve(&id);
    ran(&read(&mut session));
    assert_eq!(stage.notes.calls_of("list_notes").len(), 2);
}

#[test]
fn a_policy_that_denies_meanwhile_wins_over_the_yes() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    let rule = |tool| format!("[[rule]]\ntool = \"notes__{tool}\"\neffect = \"deny\"\n");
    stage.home.write_config(&rule("write_note"));
    stage.approve(&id);
    refused(&session.result(held), "denied_by_policy");
    refused(&resume(&mut session, &id), "denied_by_policy");
    stage.executed(&mut session, 0);

    // Twin: the rule is about another tool. The yes was not used up.
    stage.write(&rule("delete_note"));
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

/// A configuration that does not load must not open anything either: what was in force stays.
#[test]
fn a_policy_that_is_broken_meanwhile_leaves_the_last_one_in_force() {
    let stage = Stage::new();
    let deny = "[[rule]]\ntool = \"notes__delete_note\"\neffect = \"deny\"\n";
    stage.home.write_config(deny);
    let mut session = stage.told();
    let delete = r#"{"id":"a"}"#;
    refused(&call(&mut session, "delete_note", Some(delete)), "denied_by_policy");
    stage.home.write_config("[[rule]]\ntool = \"notes__*\"\neffect = \"alow\"\n");
    refused(&call(&mut session, "delete_note", Some(delete)), "denied_by_policy");
    asked(&write(&mut session));
    stage.executed(&mut session, 0);

    stage.write("[[rule]]\ntool = \"notes__write_note\"\neffect = \"allow\"\n");
    ran(&write(&mut session));
    stage.executed(&mut session, 1);
}

#[test]
fn a_tier_that_rises_meanwhile_voids_the_yes() {
    let stage = Stage::new();
    let mut session = stage.served("");
    let id = asked(&call(&mut session, "notes__write_note", Some(NOTE)));
    assert_eq!(stage.question(&id)["tier"], 2);
    stage.approve(&id);
    stage.configure("[upstream.notes.action]\nwrite_note = { action = \"exec\" }\n");
    refused(&resume(&mut session, &id), "tier_rose");
    let graver = asked(&call(&mut session, "notes__write_note", Some(NOTE)));
    assert_ne!(id, graver, "a yes for a milder call was found");
    assert_eq!(stage.question(&graver)["tier"], 3);
    stage.executed(&mut session, 0);

    stage.configure("[upstream.notes.action]\nwrite_note = { action = \"external_api_call\" }\n");
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn a_question_that_nobody_answered_in_time_can_no_longer_be_answered() {
    let stage = Stage::new();
    stage.home.write_config("[approvals]\nanswer_within = \"3s\"\n");
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    stage.wait_for_state(&id, "expired");
    stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]).exits(1);
    refused(&resume(&mut session, &id), "expired");
    let anew = asked(&write(&mut session));
    assert_ne!(id, anew, "an expired question was found");
    stage.executed(&mut session, 0);
    drop(session);

    // Twin: the same wait with a longer deadline.
    stage.home.write_config("[approvals]\nanswer_within = \"1h\"\n");
    let mut session = stage.told();
    let id = asked(&call(&mut session, "write_note", Some(r#"{"id":"b","text":"t"}"#)));
    stage.wait_for_state(&anew, "expired");
    stage.approve(&id);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

fn a_yes_of_two_seconds(by_environment: bool) {
    let stage = Stage::new();
    let short = || {
        if by_environment {
            return started(stage.launch("pending").env("IR_APPROVAL_TTL_SECONDS", "2"));
        }
        stage.home.write_config("[approvals]\nyes_life = \"2s\"\n");
        stage.told()
    };
    let mut session = short();
    let id = asked(&write(&mut session));
    stage.approve(&id);
    stage.wait_for_state(&id, "expired");
    refused(&resume(&mut session, &id), "expired");
    assert_ne!(id, asked(&write(&mut session)), "an expired yes was found");
    stage.executed(&mut session, 0);
    drop(session);

    // Twin: the same wait under a yes that lives longer.
    stage.write("[approvals]\nyes_life = \"1h\"\n");
    let mut session = stage.told();
    let twin = asked(&call(&mut session, "write_note", Some(r#"{"id":"b","text":"t"}"#)));
    stage.approve(&twin);
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    ran(&resume(&mut session, &twin));
    stage.executed(&mut session, 1);
}

#[test]
fn a_yes_that_was_not_used_in_time_is_none() {
    a_yes_of_two_seconds(false);
}

#[test]
fn a_yes_lives_no_longer_than_the_environment_says() {
    a_yes_of_two_seconds(true);
}

/// The server says of itself what it likes; what it does is not read from that.
#[test]
fn annotations_do_not_free_a_write() {
    let hint = |name: &str| {
        json!({"name": name, "description": "Writes one note.",
            "inputSchema": {"type": "object"},
            "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true}})
    };
    let stage = Stage::with(&json!({"tools": [hint("write_note"), hint("delete_note")]}));
    let mut session = stage.told();
    let tools = session.tools_with("write_note");
    let shown = tools.iter().find(|tool| tool["name"] == "write_note").expect("it is there");
    assert_eq!(shown["annotations"]["readOnlyHint"], true, "the tool objects are the server's own");
    let id = asked(&write(&mut session));
    asked(&call(&mut session, "delete_note", Some(r#"{"id":"a"}"#)));
    stage.executed(&mut session, 0);
    // Twin: a tool with the same hint that does read.
    assert!(!is_error(&session.call("list_notes", json!({}))));
    stage.approve(&id);
    ran(&resume(&mut session, &id));
    wait_until(crate::support::DEADLINE, || stage.notes.calls_of("write_note").len() == 1);
}
