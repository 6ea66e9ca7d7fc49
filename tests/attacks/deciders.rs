//! Who decides: admins of this tenant, as long as they are, one of them at a time, over MCP only where allowed.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use crate::stage::{NOTE, Stage, asked, call, code, ran, refused, resume, write};
use crate::support::{DEADLINE, Launch, Session, is_error, wait_until};

#[test]
fn only_an_admins_token_decides() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    for role in ["operator", "agent"] {
        let token = stage.home.user_token(&stage.alice, &format!("some-{role}"), role);
        for args in [
            vec!["approve", &id, "--yes"],
            vec!["token", &id, "--json", "--yes"],
            vec!["deny", &id, "--reason", "x", "--yes"],
            vec!["user", "add", "eve", "--role", "admin", "--yes"],
            vec!["unpause", "--yes"],
        ] {
            let refused = stage.home.cli_with_token(&token, &args).exits(3);
            assert!(!refused.stdout.contains("csans_") && !refused.stdout.contains("csapi_"));
        }
    }
    stage.on_record("role_does_not_decide");
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    stage.home.approve(&bob, &id);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn a_revoked_users_token_decides_nothing() {
    let stage = Stage::new();
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let carl = stage.home.user_token(&stage.alice, "carl", "admin");
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    stage.home.cli_with_token(&stage.alice, &["user", "revoke", "bob", "--yes"]).ok();
    stage.home.cli_with_token(&bob, &["approve", &id, "--yes"]).exits(3);
    stage.on_record("token_unknown");
    // A new user of the old name has a token of his own; the old one stays dead.
    stage.home.user_token(&stage.alice, "bob", "admin");
    stage.home.cli_with_token(&bob, &["approve", &id, "--yes"]).exits(3);
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    stage.home.approve(&carl, &id);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

#[test]
fn another_tenants_admin_neither_sees_nor_decides() {
    let stage = Stage::new();
    let add = ["--tenant", "other", "user", "add", "olga", "--role", "admin", "--json"];
    let added = stage.home.tty_cli(&add, &["olga"]).ok().json();
    let olga = added["token"].as_str().expect("a token").to_owned();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    for args in [
        vec!["approve", &id, "--yes"],
        vec!["--tenant", "default", "approve", &id, "--yes"],
        vec!["token", &id, "--json", "--yes"],
        vec!["deny", &id, "--reason", "x", "--yes"],
        vec!["cancel", &id],
        vec!["show", &id],
    ] {
        let theirs = stage.home.cli_with_token(&olga, &args).exits(1);
        // "Not yours" and "not there" are the same answer.
        let nobodys = "00000000-0000-7000-8000-000000000000";
        let none: Vec<&str> =
            args.iter().map(|arg| if *arg == id { nobodys } else { *arg }).collect();
        let none = stage.home.cli_with_token(&olga, &none).exits(1);
        assert_eq!(theirs.stderr.replace(&id, nobodys), none.stderr);
        assert_eq!(theirs.stdout, none.stdout);
    }
    let listed = stage.home.cli_with_token(&olga, &["pending", "--json"]).ok();
    assert!(!listed.stdout.contains(&id), "{listed:#?}");
    refused(&resume(&mut session, &id), "waiting");
    stage.executed(&mut session, 0);

    stage.approve(&id);
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
}

/// An approver's own session.
fn approver(stage: &Stage, token: &str) -> Session {
    let mut session = Launch::serve(&stage.home, &[]).token(token).start();
    session.initialize("2025-11-25");
    session
}

/// The gateway must end without having said anything.
#[track_caller]
fn not_served(stage: &Stage, token: &str) {
    let mut session = Launch::serve(&stage.home, &[]).token(token).start();
    session.request("tools/list", json!({}));
    assert_eq!(session.wait_exit(), 3, "{}", session.stderr());
    assert!(session.try_recv(std::time::Duration::ZERO).is_none(), "it served an approver");
}

#[test]
fn an_approvers_session_is_off_until_it_is_configured() {
    let stage = Stage::new();
    stage.configure("");
    not_served(&stage, &stage.alice);
    // `wrap` forwards, so it never takes an approver.
    let mut wrapped = stage.launch("hold").token(&stage.alice).start();
    assert_eq!(wrapped.wait_exit(), 3);
    assert!(stage.notes.starts().is_empty(), "a server was started for an approver");

    stage.configure("[approvals]\nmcp_max_tier = 2\n");
    let operator = stage.home.user_token(&stage.alice, "otto", "operator");
    not_served(&stage, &operator);
    not_served(&stage, "csapi_made_up");
    approver(&stage, &stage.alice);
    // Tier 3 over MCP is no configuration at all.
    stage.home.write_config("[approvals]\nmcp_max_tier = 3\n");
    let mut session = Launch::serve(&stage.home, &[]).token(&stage.alice).start();
    assert_eq!(session.wait_exit(), 6);
}

#[test]
fn an_approvers_session_decides_up_to_its_tier_and_forwards_nothing() {
    let stage = Stage::new();
    let mut agent = stage.served("[approvals]\nmcp_max_tier = 2\n");
    let id = asked(&call(&mut agent, "notes__write_note", Some(NOTE)));
    let grave = asked(&call(&mut agent, "notes__delete_note", Some(r#"{"id":"a"}"#)));
    assert_eq!(stage.question(&grave)["tier"], 3);
    assert_eq!(stage.notes.starts().len(), 1);

    let mut alice = approver(&stage, &stage.alice);
    let names: BTreeSet<String> =
        alice.tools().iter().filter_map(|tool| tool["name"].as_str().map(str::to_owned)).collect();
    let toolset =
        ["approval_status", "list_pending_approvals", "pending_approve", "pending_reject"];
    assert_eq!(names, toolset.map(str::to_owned).into());
    for tool in ["notes__read_note", "read_note", "notes__write_note", "resume_call"] {
        let response = alice.call_response(tool, json!({"id": "a"}));
        assert_eq!(response["error"]["code"], -32602, "{tool}: {response}");
    }
    for (method, params) in [
        ("resources/read", json!({"uri": "note://a"})),
        ("prompts/get", json!({"name": "notes__greet"})),
    ] {
        let request = alice.request(method, params);
        let response = alice.response(request);
        assert!(response["error"].is_object(), "{method}: {response}");
    }
    for args in [json!({"id": grave}), json!({"id": grave, "reason": "sure"})] {
        refused(&alice.call("pending_approve", args), "tier_too_high");
    }
    refused(&resume(&mut agent, &grave), "waiting");
    // A restart of the approver between looking and answering changes nothing.
    let seen = alice.call("list_pending_approvals", json!({}));
    assert!(seen.to_string().contains(&id), "{seen}");
    alice.kill9();
    let mut alice = approver(&stage, &stage.alice);
    let decided = alice.call("pending_approve", json!({"id": id}));
    assert!(!is_error(&decided), "{decided}");
    stage.executed(&mut agent, 0);
    ran(&resume(&mut agent, &id));
    stage.executed(&mut agent, 1);
    assert_eq!(stage.notes.starts().len(), 1, "the approver's session started a server");
    refused(&alice.call("pending_approve", json!({"id": id})), "already_ended");

    // Twin: the grave one at the command line.
    stage.approve(&grave);
    ran(&resume(&mut agent, &grave));
    stage.executed(&mut agent, 2);
}

/// What the configuration said when the session began, and a user who was admin then.
#[test]
fn an_approver_who_is_revoked_decides_no_more() {
    let stage = Stage::new();
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let mut agent = stage.served("[approvals]\nmcp_max_tier = 2\n");
    let first = asked(&call(&mut agent, "notes__write_note", Some(NOTE)));
    let mut session = approver(&stage, &bob);
    let decided = session.call("pending_approve", json!({"id": first}));
    assert!(!is_error(&decided), "{decided}");

    let second = asked(&call(&mut agent, "notes__delete_note", Some(r#"{"id":"a"}"#)));
    let third = asked(&call(&mut agent, "notes__write_note", Some(r#"{"id":"b","text":"t"}"#)));
    stage.home.cli_with_token(&stage.alice, &["user", "revoke", "bob", "--yes"]).ok();
    for (tool, id) in [("pending_approve", &third), ("pending_reject", &second)] {
        let answer = session.call(tool, json!({"id": id}));
        refused(&answer, "not_a_decider");
    }
    let listed = session.call("list_pending_approvals", json!({}));
    assert!(!listed.to_string().contains(&third), "a revoked user still sees: {listed}");
    refused(&resume(&mut agent, &third), "waiting");
    refused(&resume(&mut agent, &second), "waiting");
    stage.executed(&mut agent, 0);
    ran(&resume(&mut agent, &first));
    stage.executed(&mut agent, 1);
}

/// Two answers at the same moment: one counts, the other is told so, and at most one run follows.
#[test]
fn of_two_answers_at_once_exactly_one_counts() {
    let stage = Stage::new();
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let mut session = stage.told();
    let mut runs = 0;
    for round in 0..20 {
        let arguments = format!(r#"{{"id":"{round}","text":"t"}}"#);
        let id = asked(&call(&mut session, "write_note", Some(&arguments)));
        let second: &[&str] = if round % 2 == 0 {
            &["approve", &id, "--yes"]
        } else {
            &["deny", &id, "--reason", "first come", "--yes"]
        };
        let (one, two) = thread::scope(|scope| {
            let one =
                scope.spawn(|| stage.home.cli_with_token(&stage.alice, &["approve", &id, "--yes"]));
            let two = scope.spawn(|| stage.home.cli_with_token(&bob, second));
            (one.join().expect("an answer"), two.join().expect("an answer"))
        });
        let counted = [&one, &two].iter().filter(|output| output.code == 0).count();
        assert_eq!(counted, 1, "round {round}: {one:#?} {two:#?}");
        let decided = stage.question(&id);
        let approved = one.code == 0 || round % 2 == 0;
        assert_eq!(decided["state"] == "approved", approved, "round {round}: {decided}");
        let result = resume(&mut session, &id);
        if approved {
            ran(&result);
            runs += 1;
        } else {
            refused(&result, "denied");
        }
        stage.executed(&mut session, runs);
    }
}

/// Many runners of one yes, in two processes at once: one run, one outcome for all.
#[test]
fn of_many_resumes_at_once_exactly_one_runs() {
    let stage = Stage::new();
    let mut sessions = [stage.told(), stage.told()];
    for round in 0..5 {
        let arguments = format!(r#"{{"id":"{round}","text":"t"}}"#);
        let id = asked(&call(&mut sessions[0], "write_note", Some(&arguments)));
        asked(&call(&mut sessions[1], "write_note", Some(&arguments)));
        stage.approve(&id);
        let started: Vec<Vec<i64>> = sessions
            .iter_mut()
            .map(|s| (0..6).map(|_| s.start_call("resume_call", json!({"id": id}))).collect())
            .collect();
        for (session, calls) in sessions.iter_mut().zip(started) {
            for call in calls {
                let result: Value = session.result(call);
                assert!(["(none)", "already_used"].contains(&code(&result)), "{result}");
            }
        }
        wait_until(DEADLINE, || stage.writes().len() > round);
        stage.executed(&mut sessions[0], round + 1);
    }
}
