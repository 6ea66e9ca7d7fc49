//! From a proposal to what it does: proposed by an agent, decided by a person elsewhere, felt in a session that runs.

use serde_json::{Value, json};

use crate::stage::{NOTE, Stage, apply, code, pattern, proposed, ran, refused, removal, write};
use crate::support::{Launch, is_error, text};

/// A rule that an agent proposed and an admin applied blocks a call that passed before, in the session that was already
/// open; taken back, it passes again.
#[test]
fn a_change_is_felt_in_a_session_that_runs_and_goes_when_it_is_taken_back() {
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    ran(&write(&mut session));
    assert_eq!(stage.notes.calls_of("write_note").len(), 1);

    let id = proposed(&mut session, &pattern(r"\bgreen ledger\b", "deny"));
    ran(&write(&mut session));
    assert_eq!(stage.notes.calls_of("write_note").len(), 2, "a proposal changes nothing");
    let waiting = stage.home.the_question();
    assert_eq!((waiting["kind"].as_str(), waiting["tier"].as_u64()), (Some("policy"), Some(2)));

    let version = stage.apply(&id)["version"].as_u64().expect("a number");
    refused(&write(&mut session), "denied_by_policy");
    assert_eq!(stage.notes.calls_of("write_note").len(), 2, "the server was reached");
    ran(&session.call("notes__write_note", json!({"id": "a", "text": "harmless"})));

    let back =
        ["policy", "rollback", &version.to_string(), "--confirm", "APPLY", "--yes", "--json"];
    let back = stage.admin(&back).ok().json();
    assert_eq!(
        (back["kind"].as_str(), back["rolls_back"].as_u64()),
        (Some("rolled_back"), Some(version))
    );
    ran(&write(&mut session));
    let texts = stage.notes.calls_of("write_note");
    assert_eq!(texts.iter().filter(|call| call["text"] == NOTE).count(), 3);
    assert!(stage.rules().is_empty());
}

/// The life of two rules and what is told of it, as those tell it who had it first.
#[test]
fn the_life_of_a_proposal_of_two_rules() {
    let stage = Stage::new();
    assert!(stage.rules().is_empty(), "a fresh store has rules");
    let mut session = stage.agent();
    let diff = json!({
        "add": [
            {"pattern": "\\brm -rf\\b", "effect": "deny", "score": 0.95},
            {"pattern": "\\bcurl\\b", "effect": "deny", "score": 0.75},
        ],
        "remove": [],
        "meta": {"proposed_by": "trainer", "model_version": "1", "generated_at": "2026-01-01T00:00:00Z"},
    });
    let id = proposed(&mut session, &diff);
    let told = stage.suggestion(&id);
    assert_eq!(told["status"], "pending");
    assert!(told["proposed_by"].as_str().is_some_and(|by| by.ends_with("/test-client")), "{told}");
    assert_eq!(told["diff"]["meta"]["comment"], "as told");
    assert!(stage.rules().is_empty(), "a proposal is no rule");

    let version = stage.apply(&id);
    let rules = stage.rules();
    let mut patterns: Vec<&str> = rules.iter().filter_map(|r| r["pattern"].as_str()).collect();
    patterns.sort_unstable();
    assert_eq!(patterns, ["\\bcurl\\b", "\\brm -rf\\b"]);
    assert!(
        rules.iter().all(|r| r["effect"] == "deny" && r["added_by"] == "admin:alice"),
        "{rules:?}"
    );
    assert!(rules.iter().all(|r| r["version"] == version["version"]), "{rules:?}");
    let told = stage.suggestion(&id);
    assert_eq!(
        (told["status"].as_str(), told["reviewed_by"].as_str()),
        (Some("applied"), Some("admin:alice"))
    );
    assert_eq!(told["applied_version"], version["version"]);
    let listed = session.call("list_policy_suggestions", json!({"status": "applied"}));
    assert_eq!(listed["structuredContent"]["suggestions"][0]["suggestion_id"], id.as_str());
    let listed = session.call("list_policy_rules", json!({"kind": "rule"}));
    assert_eq!(listed["structuredContent"]["rules"].as_array().map(Vec::len), Some(2));

    stage
        .admin(&[
            "policy",
            "rollback",
            &version["version"].to_string(),
            "--confirm",
            "APPLY",
            "--yes",
        ])
        .ok();
    assert!(stage.rules().is_empty());
    let history = stage.home.cli_json(&["policy", "history", "--json"]);
    let kinds: Vec<&str> = history["versions"]
        .as_array()
        .expect("versions")
        .iter()
        .filter_map(|v| v["kind"].as_str())
        .filter(|kind| *kind != "loaded")
        .collect();
    assert_eq!(kinds, ["rolled_back", "applied"], "newest first");
}

/// Two versions, taken back in the other order.
#[test]
fn versions_are_taken_back_one_after_the_other() {
    let stage = Stage::new();
    let mut made = Vec::new();
    for (count, word) in ["one", "two"].iter().enumerate() {
        let told = stage.propose(&pattern(word, "deny"));
        let id = told["suggestion_id"].as_str().expect("an id");
        made.push(stage.apply(id)["version"].as_u64().expect("a number"));
        assert_eq!(stage.rules().len(), count + 1);
    }
    for (left, version) in [(1, made[1]), (0, made[0])] {
        let args = ["policy", "rollback", &version.to_string(), "--confirm", "APPLY", "--yes"];
        stage.admin(&args).ok();
        assert_eq!(stage.rules().len(), left);
        // What was taken back is not there to be taken back.
        stage.admin(&args).exits(1);
    }
}

/// What a version took away comes back byte for byte, with its ids.
#[test]
fn a_removal_that_is_taken_back_restores_the_same_rules() {
    let stage = Stage::new();
    let both = json!({
        "add": [
            {"tool": "notes__*", "when": {"text": "x*"}, "effect": "ask", "name": "ask first", "score": 0.10},
            {"pattern": "secret", "effect": "deny", "reason": "no secrets"},
        ],
        "remove": [], "meta": {},
    });
    stage.apply(stage.propose(&both)["suggestion_id"].as_str().expect("an id"));
    let before = stage.rules();
    let told = stage.propose(&removal(&before));
    assert_eq!(told["tier"], 3, "what takes rules away loosens");
    let version = stage.apply(told["suggestion_id"].as_str().expect("an id"));
    assert!(stage.rules().is_empty());
    let number = version["version"].to_string();
    stage.admin(&["policy", "rollback", &number, "--confirm", "APPLY", "--yes"]).ok();
    assert_eq!(stage.rules(), before);
    // And what stood in between is known, too.
    let diff =
        stage.home.cli_json(&["policy", "diff", &version["parent"].to_string(), &number, "--json"]);
    assert_eq!(diff["rules"]["removed"].as_array().map(Vec::len), Some(2), "{diff}");
    assert_eq!(diff["rules"]["added"], json!([]));
    assert_eq!(
        stage.home.cli_json(&["policy", "diff", "0", "--json"])["rules"]["added"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

/// An agent applies what it proposed with the token that a person gave it, once.
#[test]
fn with_a_persons_token_an_agent_applies_what_it_proposed() {
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    let token = stage.admin(&["token", &id, "--json", "--yes"]).ok().json();
    let token = token["token"].as_str().expect("a token").to_owned();
    refused(&apply(&mut session, &id, None), "waiting");
    ran(&write(&mut session));
    let result = apply(&mut session, &id, Some(&token));
    assert!(!is_error(&result), "{result}");
    assert_eq!(result["structuredContent"]["by"], "admin:alice");
    refused(&write(&mut session), "denied_by_policy");
    assert_eq!(stage.notes.calls_of("write_note").len(), 1);
    refused(&apply(&mut session, &id, Some(&token)), "already_ended");

    // The same road back.
    let version = result["structuredContent"]["version"].clone();
    let waits = session.call("rollback_policy", json!({"version": version}));
    refused(&waits, "waiting");
    let again = session.call("rollback_policy", json!({"version": version}));
    let id = waits["_meta"]["countersign/refusal"]["approval"]["id"].clone();
    assert_eq!(again["_meta"]["countersign/refusal"]["approval"]["id"], id, "asked twice");
    refused(&write(&mut session), "denied_by_policy");
    let id = id.as_str().expect("an id");
    let token = stage.admin(&["token", id, "--json", "--yes"]).ok().json();
    let token = token["token"].as_str().expect("a token");
    let with = json!({"version": version, "token": token});
    let result = session.call("rollback_policy", with);
    assert!(!is_error(&result), "{result}");
    assert_eq!(result["structuredContent"]["rolls_back"], version);
    ran(&write(&mut session));
}

/// An approver's session decides and applies what only tightens; what loosens is a person's at a terminal.
#[test]
fn an_approvers_session_applies_up_to_its_tier() {
    let stage = Stage::with("[approvals]\nmcp_max_tier = 2");
    let mut agent = stage.agent();
    agent.tools_with("notes__write_note");
    let tightens = proposed(&mut agent, &pattern("green ledger", "deny"));
    let loosens = proposed(
        &mut agent,
        &json!({
            "add": [{"tool": "notes__*", "effect": "allow"}], "remove": [], "meta": {},
        }),
    );
    let mut approver = stage.launch(&[]).token(&stage.alice).start();
    approver.initialize("2025-11-25");
    let listed = approver.call("list_policy_suggestions", json!({}));
    assert_eq!(listed["structuredContent"]["suggestions"].as_array().map(Vec::len), Some(2));
    refused(&apply(&mut approver, &loosens, None), "tier_too_high");
    let result = apply(&mut approver, &tightens, None);
    assert!(!is_error(&result), "{result}");
    refused(&write(&mut agent), "denied_by_policy");
    assert!(stage.notes.calls_of("write_note").is_empty());
    let version = result["structuredContent"]["version"].clone();
    // Taking it back would loosen; and nothing is left waiting by the try.
    refused(&approver.call("rollback_policy", json!({"version": version})), "tier_too_high");
    assert_eq!(stage.home.questions(1).len(), 1);
    let result = approver.call("reject_policy_suggestion", json!({"id": loosens, "reason": "no"}));
    refused(&result, "tier_too_high");
    stage.admin(&["policy", "reject", &loosens, "--reason", "too wide", "--yes"]).ok();
    refused(&apply(&mut agent, &loosens, None), "already_ended");
    assert_eq!(stage.suggestion(&loosens)["reason"], "too wide");
}

/// A person at a terminal sees what it takes away and what it allows first, and types APPLY.
#[test]
fn at_a_terminal_the_card_comes_first_and_apply_is_typed() {
    let stage = Stage::new();
    stage.apply(stage.propose(&pattern("old", "deny"))["suggestion_id"].as_str().expect("an id"));
    let rules = stage.rules();
    let mut session = stage.agent();
    let tightens = proposed(&mut session, &pattern("green ledger", "deny"));
    let diff = json!({
        "add": [
            {"pattern": "denied words", "effect": "deny"},
            {"tool": "notes__write_note", "effect": "allow", "when": {"text": "\u{1b}x*", "id": "*"}},
        ],
        "remove": [rules[0]["id"]],
        "meta": {},
    });
    let loosens = proposed(&mut session, &diff);

    let screen = stage
        .home
        .tty_cli(&["policy", "apply", &tightens, "--confirm", "APPLY"], &["yes"])
        .exits(3);
    assert!(screen.stdout.contains("type APPLY to apply exactly this"), "{}", screen.stdout);
    assert_eq!(stage.rules().len(), 1, "`yes` is not APPLY");

    let screen = stage.home.tty_cli(&["policy", "show", &loosens], &[]).ok().stdout;
    let at = |what: &str| screen.find(what).unwrap_or_else(|| panic!("no `{what}` in {screen}"));
    assert!(at("takes rules away") < at("allows"), "{screen}");
    assert!(at("allow calls of `notes__write_note`") < at("asks or denies"), "{screen}");
    assert!(
        at("asks or denies") < at("deny calls of every tool whose arguments match /denied words/")
    );
    assert!(screen.contains(stage.suggestion(&loosens)["diff_hash"].as_str().expect("a hash")));
    assert!(screen.contains("\\u{1b}"), "an escape is made visible: {screen}");
    // The word alone, or APPLY alone, is too little for what loosens.
    let word = r"re:APPLY ([a-z]+)`";
    for typed in ["APPLY", word] {
        stage.home.tty_cli(&["policy", "apply", &loosens], &[typed]).exits(3);
    }
    assert_eq!(stage.rules().len(), 1);
    let both = r"re:(APPLY [a-z]+)`";
    stage.home.tty_cli(&["policy", "apply", &loosens, "--comment", "as agreed"], &[both]).ok();
    let rules = stage.rules();
    assert_eq!(rules.len(), 2);
    assert!(
        rules.iter().all(|rule| rule["added_by"]
            .as_str()
            .is_some_and(|by| by.starts_with("admin:") && by != "admin:alice")),
        "{rules:?}"
    );
    // Made against what was before: it is too late for the other.
    let late = stage.home.tty_cli(&["policy", "apply", &tightens], &["APPLY"]).exits(1);
    assert!(late.stdout.contains("propose it again"), "{}", late.stdout);
}

/// `approve` does not decide about policy, `deny`, `cancel`, `token` and `pending` know it.
#[test]
fn a_change_is_applied_and_not_only_approved() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = proposed(&mut session, &pattern("one", "deny"));
    let told = stage.admin(&["approve", &id, "--yes"]).exits(3);
    assert!(told.stderr.contains("policy apply"), "{}", told.stderr);
    assert_eq!(stage.suggestion(&id)["status"], "pending");
    let listed = stage.home.cli_json(&["policy", "suggestions", "--json"]);
    assert_eq!(listed["suggestions"][0]["suggestion_id"], id.as_str());
    stage.admin(&["deny", &id, "--reason", "not now", "--yes"]).ok();
    assert_eq!(stage.suggestion(&id)["status"], "rejected");
    refused(&apply(&mut session, &id, None), "already_ended");

    let id = proposed(&mut session, &pattern("two", "deny"));
    let taken = session.call("reject_policy_suggestion", json!({"id": id}));
    assert_eq!(taken["structuredContent"]["status"], "cancelled", "{taken}");
    let id = proposed(&mut session, &pattern("three", "deny"));
    stage.home.cli(&["cancel", &id]).ok();
    stage.admin(&["policy", "apply", &id, "--confirm", "APPLY", "--yes"]).exits(1);
    assert!(stage.rules().is_empty());
    assert_eq!(stage.journal("policy.rejected").len(), 1);
}

/// What agents read of all this names no command that decides.
#[test]
fn what_an_agent_reads_names_no_way_to_decide() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let result =
        session.call("propose_policy_diff", json!({"diff": pattern("x", "deny"), "comment": "c"}));
    let id = result["structuredContent"]["suggestion_id"].as_str().expect("an id").to_owned();
    let mut read = vec![text(&result)];
    for answer in [
        apply(&mut session, &id, None),
        session
            .call("apply_policy_suggestion", json!({"id": id, "comment": "c", "confirm": "yes"})),
        session.call("list_policy_suggestions", json!({})),
        session.call("rollback_policy", json!({"version": 1})),
        session.call("list_pending_approvals", json!({})),
        session.call("approval_status", json!({"id": id})),
        session.call("resume_call", json!({"id": id, "wait_seconds": 0})),
        session.call("reject_policy_suggestion", json!({"id": id})),
    ] {
        read.push(answer.to_string());
    }
    let tools = session.tools();
    let ours = tools.iter().filter(|t| t["name"].as_str().is_some_and(|n| n.contains("policy")));
    read.extend(ours.map(Value::to_string));
    for text in read {
        assert!(!text.contains("countersign ") && !text.contains("--yes"), "{text}");
    }
}

/// Files, options and templates make the same proposals.
#[test]
fn a_module_is_proposed_by_file_and_switched_by_name() {
    let stage = Stage::new();
    let text = "package countersign.no_notes\n\nimport rego.v1\n\ndecision := {\"allow\": false, \"deny_reasons\": [\"no notes\"], \"warnings\": []}\n";
    let file = stage.file("no_notes.rego", text);
    let put = stage
        .home
        .cli_json(&["policy", "propose", "--module", &file, "--status", "draft", "--json"]);
    let id = put["suggestion_id"].as_str().expect("an id");
    stage.apply(id);
    let shown = stage.home.cli_json(&["policy", "show", "no_notes", "--json"]);
    assert_eq!((shown["text"].as_str(), shown["status"].as_str()), (Some(text), Some("draft")));
    let listed = stage.home.cli_json(&["policy", "list", "--kind", "module", "--json"]);
    assert_eq!(listed["modules"][0]["package"], "countersign.no_notes");
    assert!(listed["modules"][0].get("text").is_none());
    let switched = stage.home.cli_json(&["policy", "propose", "--activate", "no_notes", "--json"]);
    assert_eq!(switched["diff"]["modules"][0]["status"], "active");
    stage.apply(switched["suggestion_id"].as_str().expect("an id"));
    let shown = stage.home.cli_json(&["policy", "show", "no_notes", "--json"]);
    assert_eq!((shown["status"].as_str(), shown["revision"].as_u64()), (Some("active"), Some(2)));
    // A template is named, and its whole text is what is decided about.
    let named = stage.home.cli_json(&["policy", "propose", "--activate", "cost_control", "--json"]);
    let text = named["diff"]["modules"][0]["text"].as_str().expect("a text");
    assert!(text.contains("package countersign.cost_control"), "{named}");
    // What does not pass stays a draft.
    let file = stage.file("broken.rego", "package countersign.broken\n\ndecision := {\n");
    stage.home.cli_json(&["policy", "propose", "--module", &file, "--status", "draft", "--json"]);
    let told =
        stage.home.cli(&["policy", "propose", "--module", &file, "--status", "active"]).exits(1);
    assert!(told.stderr.contains("broken.rego"), "{}", told.stderr);
    let mut other =
        Launch::serve(&stage.home, &["--toolsets", "all", "--on-ask", "pending"]).start();
    other.initialize("2025-11-25");
    let listed = other.call("list_policy_rules", json!({"kind": "module"}));
    assert_eq!(listed["structuredContent"]["modules"][0]["name"], "no_notes");
    assert!(!listed.to_string().contains("deny_reasons"), "an agent reads no text of a module");
    assert_eq!(code(&listed), "(none)");
}
