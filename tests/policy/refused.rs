//! Who may not change policy, and what changes nothing. Each attack has a twin that differs in the attacked thing alone and
//! succeeds.

use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use crate::stage::{Stage, apply, pattern, proposed, ran, refused, removal, write};
use crate::support::{is_error, text};

#[track_caller]
fn minted(stage: &Stage, id: &str) -> String {
    let printed = stage.admin(&["token", id, "--json", "--yes"]).ok().json();
    printed["token"].as_str().expect("a token").to_owned()
}

/// The rows that say why.
fn on_record(stage: &Stage, outcome: &str) -> usize {
    let mut rows = stage.journal("policy.refused");
    rows.extend(stage.journal("approval.refused"));
    rows.iter().filter(|row| row["outcome"] == outcome).count()
}

#[test]
fn nothing_but_the_word_confirms() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    let token = minted(&stage, &id);
    for confirm in [json!("apply"), json!("yes"), json!(""), json!(" APPLY"), Value::Null] {
        let arguments = json!({"id": id, "comment": "c", "confirm": confirm, "token": token});
        let result = session.call("apply_policy_suggestion", arguments);
        refused(&result, "confirm_missing");
        assert!(text(&result).contains("APPLY"), "{result}");
    }
    refused(
        &session.call("apply_policy_suggestion", json!({"id": id, "comment": "c", "token": token})),
        "confirm_missing",
    );
    assert!(stage.rules().is_empty());
    let result = apply(&mut session, &id, Some(&token));
    assert!(!is_error(&result), "{result}");
    assert_eq!(stage.rules().len(), 1);

    let told = stage.propose(&pattern("other", "deny"));
    let id = told["suggestion_id"].as_str().expect("an id");
    stage.admin(&["policy", "apply", id, "--yes"]).exits(3);
    stage.admin(&["policy", "apply", id, "--confirm", "yes", "--yes"]).exits(3);
    stage.admin(&["policy", "apply", id, "--confirm", "APPLY"]).exits(3);
    assert_eq!(stage.rules().len(), 1);
    stage.apply(id);
    assert_eq!(stage.rules().len(), 2);
}

#[test]
fn without_proof_nobody_decides() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    let operator = stage.home.user_token(&stage.alice, "olga", "operator");
    let bare: [&[&str]; 3] = [
        &["policy", "apply", &id, "--confirm", "APPLY"],
        &["policy", "apply", &id, "--confirm", "APPLY", "--yes"],
        &["policy", "reject", &id, "--reason", "x", "--yes"],
    ];
    for args in bare {
        stage.home.cli(args).exits(3);
        let own = stage.home.terminal(args).types(&["APPLY"]).of_the_agent().run();
        assert_eq!(own.code, 3, "the agent's own terminal: {own:?}");
    }
    stage
        .home
        .cli_with_token(&operator, &["policy", "apply", &id, "--confirm", "APPLY", "--yes"])
        .exits(3);
    stage
        .home
        .cli_with_token("csapi_made_up", &["policy", "apply", &id, "--confirm", "APPLY", "--yes"])
        .exits(3);
    assert!(on_record(&stage, "no_proof") >= 3);
    assert!(on_record(&stage, "agent_ancestor") >= 1);
    assert!(on_record(&stage, "role_does_not_decide") == 1);
    assert!(stage.rules().is_empty());
    // An operator sees and proposes.
    let file = stage.file("more.json", &pattern("more", "deny").to_string());
    let told =
        stage.home.cli_with_token(&operator, &["policy", "propose", &file, "--json"]).ok().json();
    assert_eq!(told["proposed_by"], "operator:olga");
    assert!(stage.rules().is_empty());
    stage.apply(&id);
    assert_eq!(stage.rules().len(), 1);
    let version = stage.rules()[0]["version"].to_string();
    stage.home.cli(&["policy", "rollback", &version, "--confirm", "APPLY", "--yes"]).exits(3);
    stage
        .home
        .cli_with_token(&operator, &["policy", "rollback", &version, "--confirm", "APPLY", "--yes"])
        .exits(3);
    assert_eq!(stage.rules().len(), 1);
    assert_eq!(stage.home.questions(1).len(), 1, "a refused rollback proposes nothing");
}

#[test]
fn an_agents_session_needs_the_very_token() {
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    let other = proposed(&mut session, &pattern("other", "deny"));
    refused(&apply(&mut session, &id, None), "waiting");
    let zeros = format!("csans_{}", "0".repeat(64));
    let of_other = minted(&stage, &other);
    let token = minted(&stage, &id);
    for wrong in ["", "APPLY", &zeros, &of_other, &stage.alice, &id] {
        refused(&apply(&mut session, &id, Some(wrong)), "token_invalid");
    }
    // Another agent has the token and not the proposal.
    let mut stranger = stage.agent_called("stranger");
    refused(&apply(&mut stranger, &id, Some(&token)), "not_found");
    let theirs = stranger.call("list_policy_suggestions", json!({}));
    assert_eq!(theirs["structuredContent"]["suggestions"], json!([]));
    assert!(stage.rules().is_empty());
    ran(&write(&mut session));
    assert!(!is_error(&apply(&mut session, &id, Some(&token))));
    refused(&write(&mut session), "denied_by_policy");
    refused(&apply(&mut session, &id, Some(&token)), "already_ended");
    // The other was made against what stood before, whatever its token.
    refused(&apply(&mut session, &other, Some(&of_other)), "stale_base");
    assert_eq!(stage.rules().len(), 1);
    assert!(on_record(&stage, "token_invalid") >= 6);
    assert!(on_record(&stage, "stale_base") == 1);
}

#[test]
fn what_ended_is_applied_by_nobody() {
    let stage = Stage::new();
    let apply_args = |id: &str| {
        let args = ["policy", "apply", id, "--confirm", "APPLY", "--yes"];
        args.map(str::to_owned)
    };
    let run = |id: &str| {
        let args = apply_args(id);
        stage.admin(&args.each_ref().map(String::as_str))
    };
    let id = |told: &Value| told["suggestion_id"].as_str().expect("an id").to_owned();
    let rejected = id(&stage.propose(&pattern("one", "deny")));
    let twice = id(&stage.propose(&pattern("two", "deny")));
    let stale = id(&stage.propose(&pattern("three", "deny")));
    stage.admin(&["policy", "reject", &rejected, "--reason", "no", "--yes"]).ok();
    run(&rejected).exits(3);
    run(&twice).ok();
    run(&twice).exits(1);
    let told = run(&stale).exits(1);
    assert!(told.stderr.contains("propose it again"), "{}", told.stderr);
    assert_eq!(stage.rules().len(), 1);
    stage.admin(&["policy", "reject", &twice, "--reason", "no", "--yes"]).exits(1);
    assert_eq!(stage.suggestion(&twice)["status"], "applied", "an applied one stays applied");
}

#[test]
fn of_two_appliers_at_once_one_wins() {
    let stage = Stage::new();
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    for round in 0..4 {
        let told = stage.propose(&pattern(&format!("word{round}"), "deny"));
        let id = told["suggestion_id"].as_str().expect("an id");
        let start = Barrier::new(2);
        let codes: Vec<i32> = thread::scope(|scope| {
            let run = |token: &str| {
                let (stage, start, token) = (&stage, &start, token.to_owned());
                scope.spawn(move || {
                    start.wait();
                    let args = ["policy", "apply", id, "--confirm", "APPLY", "--yes"];
                    stage.home.cli_with_token(&token, &args).code
                })
            };
            let both = [run(&stage.alice), run(&bob)];
            both.into_iter().map(|thread| thread.join().expect("it ran")).collect()
        });
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
        assert_eq!(stage.rules().len(), round + 1);
    }
    assert_eq!(stage.journal("policy.applied").len(), 4);
}

#[test]
fn another_tenant_neither_sees_nor_applies() {
    let stage = Stage::new();
    let told = stage.propose(&pattern("green ledger", "deny"));
    let id = told["suggestion_id"].as_str().expect("an id");
    let elsewhere = |args: &[&str]| {
        let args = [&["--tenant", "elsewhere"], args].concat();
        stage.home.cli(&args)
    };
    elsewhere(&["policy", "show", id]).exits(1);
    assert_eq!(
        elsewhere(&["policy", "suggestions", "--json"]).ok().json()["suggestions"],
        json!([])
    );
    let add = ["--tenant", "elsewhere", "user", "add", "eve", "--role", "admin", "--json"];
    let eve = stage.home.tty_cli(&add, &["eve"]).ok().json();
    let eve = eve["token"].as_str().expect("a token");
    let args = ["policy", "apply", id, "--confirm", "APPLY", "--yes"];
    let told = stage.home.cli_with_token(eve, &args).exits(1);
    assert!(told.stderr.contains("there is no suggestion"), "{}", told.stderr);
    assert!(stage.rules().is_empty());
    let mut session = stage.launch(&["--tenant", "elsewhere"]).start();
    session.initialize("2025-11-25");
    refused(&apply(&mut session, id, None), "not_found");
    refused(&session.call("reject_policy_suggestion", json!({"id": id})), "not_found");
    let listed = session.call("list_policy_rules", json!({"kind": "rule"}));
    assert_eq!(listed["structuredContent"]["rules"], json!([]));
    stage.apply(id);
    assert_eq!(stage.rules().len(), 1);
    let version = stage.rules()[0]["version"].clone();
    let taken = session.call("rollback_policy", json!({"version": version}));
    refused(&taken, "not_reversible");
}

#[test]
fn an_agent_has_so_many_open_proposals_and_no_more() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let ids: Vec<String> =
        (0..20).map(|n| proposed(&mut session, &pattern(&format!("word{n}"), "deny"))).collect();
    let one_more = json!({"diff": pattern("one more", "deny"), "comment": "c"});
    refused(&session.call("propose_policy_diff", one_more.clone()), "too_many");
    // The same again is the same question.
    assert_eq!(proposed(&mut session, &pattern("word3", "deny")), ids[3]);
    session.call("reject_policy_suggestion", json!({"id": ids[0]}));
    let result = session.call("propose_policy_diff", one_more);
    assert!(!is_error(&result), "{result}");
}

#[test]
fn a_diff_is_read_strictly_and_every_fault_is_told() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let unknown = "00000000-0000-7000-8000-000000000000";
    for (diff, told) in [
        (json!({"add": [{"pattern": "(", "effect": "deny"}]}), "/add/0/pattern"),
        (json!({"add": [{"pattern": "a", "effect": "forbid"}]}), "/add/0"),
        (json!({"add": [{"pattern": "a", "effect": "deny", "score": 7}]}), "/add/0/score"),
        (json!({"add": [{"effect": "deny"}]}), "/add/0/tool"),
        (json!({"add": [], "sub": []}), "/sub"),
        (json!("{\"add\": [], \"add\": []}"), "twice"),
        (json!("not json"), "not json"),
        (json!({"remove": [unknown]}), "/remove/0"),
        (json!({"remove": ["4f1c"]}), "/remove/0"),
        (json!({"add": [], "remove": [], "meta": {}}), ""),
    ] {
        let result = session.call("propose_policy_diff", json!({"diff": diff, "comment": "c"}));
        refused(&result, "invalid_diff");
        assert!(text(&result).contains(told), "{diff}: {result}");
    }
    // All at once.
    let both = json!({"add": [
        {"pattern": "(", "effect": "deny"},
        {"pattern": "a", "effect": "deny", "score": -1},
    ]});
    let result = session.call("propose_policy_diff", json!({"diff": both, "comment": "c"}));
    refused(&result, "invalid_diff");
    let faults = result["_meta"]["countersign/refusal"]["faults"].as_array().map(Vec::len);
    assert!(faults >= Some(2), "{result}");
    assert_eq!(stage.home.cli_json(&["pending", "--json"])["pending"], json!([]));
    let bad = stage.file("bad.json", "{\"add\": [{\"pattern\": \"(\", \"effect\": \"deny\"}]}");
    let told = stage.home.cli(&["policy", "propose", &bad]).exits(1);
    assert!(told.stderr.contains("pattern"), "{}", told.stderr);
}

#[test]
fn an_agent_writes_no_module_and_allows_nothing_grave() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let rego = json!({"modules": [{"name": "mine", "text": "package countersign.mine", "status": "draft"}]});
    let grave = json!({"add": [{"tool": "notes__*", "effect": "allow", "allow_tier": 3}]});
    for diff in [&rego, &grave] {
        let result = session.call("propose_policy_diff", json!({"diff": diff, "comment": "c"}));
        refused(&result, "invalid_diff");
    }
    let usual = json!({"add": [{"tool": "notes__*", "effect": "allow"}], "remove": [], "meta": {}});
    proposed(&mut session, &usual);
    // People do.
    for diff in [&rego, &grave] {
        stage.propose(diff);
    }
}

/// A yes that sleeps until its token is presented is not an admin's to use.
#[test]
fn a_yes_by_token_is_used_by_its_token_alone() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    let token = minted(&stage, &id);
    let told = stage.admin(&["policy", "apply", &id, "--confirm", "APPLY", "--yes"]).exits(3);
    assert!(told.stderr.contains("answer token"), "{}", told.stderr);
    assert!(stage.rules().is_empty());
    assert!(!is_error(&apply(&mut session, &id, Some(&token))));
}

/// One name, one module: the one of a file stays the one that judges.
#[test]
fn a_module_of_a_file_is_not_put_a_second_time() {
    let stage = Stage::new();
    let text = "package countersign.no_notes\n\nimport rego.v1\n\ndecision := {\"allow\": true}\n";
    let folder = stage.home.path().join("policies");
    std::fs::create_dir(&folder).expect("the folder can be made");
    let of_home = folder.join("no_notes.rego");
    std::fs::write(&of_home, text).expect("the module can be written");
    for (path, mode) in [(&folder, 0o700), (&of_home, 0o600)] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("it is ours");
    }
    let file = stage.file("no_notes.rego", text);
    let told = stage.home.cli(&["policy", "propose", "--module", &file]).exits(1);
    assert!(told.stderr.contains("in a file beside the configuration"), "{}", told.stderr);
    let file = stage.file("other.rego", &text.replace("no_notes", "other"));
    stage.home.cli(&["policy", "propose", "--module", &file]).ok();
}

/// What was shown is what is applied: a row changed behind our back is applied by nobody.
#[test]
fn a_change_that_was_exchanged_is_not_applied() {
    let stage = Stage::new();
    let told = stage.propose(&pattern("green ledger", "deny"));
    let id = told["suggestion_id"].as_str().expect("an id");
    let twin = stage.propose(&pattern("other", "deny"));
    let database = stage.home.path().join("countersign.db");
    let conn = rusqlite::Connection::open(database).expect("the database opens");
    conn.busy_timeout(crate::support::DEADLINE).expect("a timeout can be set");
    let triggers: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'policy_suggestions'")
        .expect("a statement")
        .query_map([], |row| row.get(0))
        .expect("names")
        .map(|name| name.expect("a name"))
        .collect();
    for name in triggers {
        conn.execute_batch(&format!("DROP TRIGGER {name}")).expect("it can be dropped");
    }
    let changed = conn
        .execute(
            "UPDATE policy_suggestions SET diff = replace(diff, 'green ledger', 'blue ledger!')",
            [],
        )
        .expect("it can be changed");
    assert_eq!(changed, 2);
    let told = stage.admin(&["policy", "apply", id, "--confirm", "APPLY", "--yes"]).exits(3);
    assert!(told.stderr.contains("not the one that stands"), "{}", told.stderr);
    assert!(stage.rules().is_empty());
    stage.apply(twin["suggestion_id"].as_str().expect("an id"));
}

/// Two pairs of eyes where they are wanted.
#[test]
fn with_four_eyes_nobody_applies_what_he_proposed() {
    let stage = Stage::with("[policy]\nfour_eyes = true");
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let file = stage.file("diff.json", &pattern("green ledger", "deny").to_string());
    let told = stage.admin(&["policy", "propose", &file, "--json"]).ok().json();
    let id = told["suggestion_id"].as_str().expect("an id");
    let args = ["policy", "apply", id, "--confirm", "APPLY", "--yes"];
    stage.admin(&args).exits(4);
    assert!(stage.rules().is_empty());
    stage.home.cli_with_token(&bob, &args).ok();
    assert_eq!(stage.rules().len(), 1);
    let version = stage.rules()[0]["version"].to_string();
    // A rollback of his own waits for the other, too.
    stage
        .home
        .cli_with_token(&bob, &["policy", "rollback", &version, "--confirm", "APPLY", "--yes"])
        .exits(4);
    let waiting = stage.home.the_question();
    let id = waiting["id"].as_str().expect("an id");
    stage.apply(id);
    assert!(stage.rules().is_empty());
}

/// His own change is an admin's own yes where four eyes are not wanted, and the version says so.
#[test]
fn an_admins_own_change_is_his_own_yes_and_says_so() {
    let stage = Stage::new();
    let file = stage.file("diff.json", &pattern("green ledger", "deny").to_string());
    let told = stage.admin(&["policy", "propose", &file, "--json"]).ok().json();
    let version = stage.apply(told["suggestion_id"].as_str().expect("an id"));
    assert_eq!(version["self_confirmed"], true);
    let told = stage.propose(&removal(&stage.rules()));
    assert_eq!(told["proposed_by"].as_str().map(|by| by.starts_with("operator:")), Some(true));
    assert_eq!(
        stage.apply(told["suggestion_id"].as_str().expect("an id"))["self_confirmed"],
        false
    );
}
