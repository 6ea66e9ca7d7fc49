//! An edit of the configuration that loosens waits for a person; all others count at once.

use std::fs;

use serde_json::{Value, json};

use crate::support::{
    COUNTERSIGN, DEADLINE, Home, Launch, Output, Recorder, Session, is_error, run, text_of,
};

/// Nothing may be deleted.
const STRICT: &str =
    "[[rule]]\ntool = \"notes__delete_note\"\neffect = \"deny\"\nname = \"keep\"\n";
/// It may, and something else is stricter than before.
const LOOSER: &str = "require_approval_tier = 1\n# no rule any more\n";

struct Stage {
    home: Home,
    notes: Recorder,
    /// The API token of `alice`, an admin.
    alice: String,
}

impl Stage {
    /// A home in which this configuration was accepted by its first use.
    fn new(config: &str) -> (Self, Session) {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        home.write_config(config);
        let stage = Self { home, notes, alice };
        let session = stage.session(&[]);
        (stage, session)
    }

    fn session(&self, env: &[(&str, &str)]) -> Session {
        let options = ["--name", "notes", "--on-ask", "pending"];
        let launch = Launch::wrap(&self.home, &options, &self.notes.argv());
        let launch = env.iter().fold(launch, |launch, (name, value)| launch.env(name, value));
        let mut session = launch.start();
        session.initialize("2025-11-25");
        session
    }

    fn waiting(&self) -> Value {
        self.home.cli_json(&["policy", "accept", "--json"])
    }

    fn rows(&self, kind: &str) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", kind, "--limit", "1000"];
        let rows = self.home.cli_json(&args)["entries"].take();
        rows.as_array().expect("a list of rows").clone()
    }

    /// What rows of this type say, oldest first.
    fn bodies(&self, kind: &str) -> Vec<Value> {
        let mut rows = self.rows(kind);
        rows.sort_by_key(|row| row["seq"].as_u64());
        let show =
            |row: &Value| self.home.cli_json(&["audit", "show", &row["seq"].to_string(), "--json"]);
        rows.iter().map(|row| show(row)["body"].take()).collect()
    }

    /// Refusals on record, under their codes.
    fn refusals(&self, kind: &str) -> Vec<String> {
        let code = |row: &Value| row["outcome"].as_str().unwrap_or_default().to_owned();
        self.rows(kind).iter().map(code).collect()
    }

    #[track_caller]
    fn untouched(&self) {
        assert!(self.notes.calls_of("delete_note").is_empty(), "something was deleted");
    }
}

/// The code under which deleting is refused.
#[track_caller]
fn delete(session: &mut Session) -> String {
    let result = session.call("delete_note", json!({"id": "a"}));
    assert!(is_error(&result), "it was deleted: {result}");
    let code = &result["_meta"]["countersign/refusal"]["code"];
    code.as_str().unwrap_or_else(|| panic!("no code in {result}")).to_owned()
}

#[test]
fn an_edit_that_loosens_counts_neither_in_a_session_nor_after_a_restart_until_it_is_accepted() {
    let (stage, mut session) = Stage::new(STRICT);
    assert_eq!(delete(&mut session), "denied_by_policy");
    assert_eq!(stage.waiting()["standing"], "same");
    stage.home.write_config(LOOSER);
    assert_eq!(delete(&mut session), "denied_by_policy");
    let mut other = stage.session(&[]);
    assert_eq!(delete(&mut other), "denied_by_policy", "after a restart");
    stage.untouched();
    let told = stage.waiting();
    assert_eq!((&told["waiting"], &told["loosens"][0]["key"]), (&json!(true), &json!("rule")));
    assert_eq!(told["loosens"].as_array().map(Vec::len), Some(1));
    let rows = stage.bodies("policy.waiting");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["digest"], told["offered"]);
    let doctor = stage.home.cli(&["doctor"]);
    assert!(doctor.stdout.contains("is not in force, since it loosens `rule`"), "{doctor:?}");
    // Not even the part of it that is stricter.
    let settings = stage.home.cli(&["doctor", "--json"]).json();
    assert_eq!(settings["settings"]["require_approval_tier"], 2);

    let screen = stage.home.tty_cli(&["policy", "accept"], &["accept"]).ok().stdout;
    let named = screen.find("`keep` for `notes__delete_note` denies").expect("what loosens");
    let shown = screen.find("-effect = \"deny\"").expect("the edit is shown");
    assert!(named < shown, "{screen}");
    for session in [&mut session, &mut other] {
        assert_eq!(delete(session), "waiting");
    }
    assert_eq!(stage.waiting()["standing"], "same");
    let accepted = stage.bodies("policy.accepted");
    assert_eq!(accepted.len(), 2, "{accepted:?}");
    assert!(stage.home.cli(&["policy", "accept"]).ok().stdout.contains("nothing waits"));
    stage.untouched();
}

#[test]
fn an_edit_that_loosens_nothing_counts_at_once_and_opening_it_again_waits() {
    let (stage, mut session) = Stage::new("");
    assert_eq!(delete(&mut session), "waiting");
    stage.home.write_config(STRICT);
    assert_eq!(delete(&mut session), "denied_by_policy");
    assert_eq!(stage.waiting()["standing"], "same");
    assert_eq!(stage.bodies("policy.accepted").len(), 2);
    stage.home.write_config("# as before\n");
    assert_eq!(delete(&mut session), "denied_by_policy");
    assert_eq!(stage.waiting()["standing"], "waits");
    // Gone altogether, with another process started on it.
    fs::remove_file(stage.home.path().join("countersign.toml")).expect("the file goes");
    assert_eq!(delete(&mut session), "denied_by_policy");
    assert_eq!(delete(&mut stage.session(&[])), "denied_by_policy");
    assert_eq!(stage.waiting()["standing"], "gone");
    stage.home.accept_config(&stage.alice);
    assert_eq!(delete(&mut session), "waiting");
    stage.untouched();
}

/// Whoever only reads accepts nothing, or an agent could have its edit accepted by asking what waits.
#[test]
fn looking_accepts_nothing() {
    let (stage, session) = Stage::new("");
    drop(session);
    stage.home.write_config(STRICT);
    let show = ["policy", "accept", "--show"];
    for args in [&["pending"][..], &["doctor"], &["policy", "accept"], &show] {
        stage.home.cli(args);
    }
    assert_eq!(stage.waiting()["standing"], "counts");
    assert_eq!(stage.bodies("policy.accepted").len(), 1);
    // What was never in force is no measure: back to what was accepted, nothing loosens.
    stage.home.write_config("");
    assert_eq!(stage.waiting()["standing"], "same");
}

#[test]
fn who_does_not_prove_that_he_may_accepts_nothing() {
    let (stage, mut session) = Stage::new(STRICT);
    stage.home.write_config(LOOSER);
    let accept = ["policy", "accept"];
    let operator = stage.home.user_token(&stage.alice, "otto", "operator");
    stage.home.cli(&accept).exits(3);
    stage.home.cli(&["policy", "accept", "--yes"]).exits(3);
    stage.home.cli_with_token(&operator, &["policy", "accept", "--yes"]).exits(3);
    stage.home.tty_cli(&accept, &["yes"]).exits(3);
    stage.home.tty_cli(&accept, &["eof"]).exits(3);
    // The session's gateway is a child of this test, and so is this terminal.
    let own = stage.home.terminal(&accept).of_the_agent().types(&["accept"]).run().exits(3);
    assert!(!own.stdout.contains("policy accept"), "told how: {}", own.stdout);
    let codes = stage.refusals("approval.refused");
    for code in ["no_proof", "role_does_not_decide", "agent_ancestor"] {
        assert!(codes.iter().any(|found| found == code), "no `{code}` in {codes:?}");
    }
    assert_eq!(delete(&mut session), "denied_by_policy");
    stage.untouched();
    // Twin: the word, at a terminal of his own.
    stage.home.tty_cli(&accept, &["accept"]).ok();
    assert_eq!(delete(&mut session), "waiting");
}

/// The file is exchanged between showing and typing: what was shown is not what would be accepted.
#[test]
fn what_changes_while_it_is_shown_is_not_accepted() {
    let written_again = |text: &str| -> (Stage, Session, Output) {
        let (stage, session) = Stage::new(STRICT);
        stage.home.write_config(LOOSER);
        let file = stage.home.path().join("countersign.toml");
        let next = stage.home.work().join("next");
        fs::write(&next, text).expect("a file");
        // Dots keep the terminal from being quiet, so that the word is typed only after the file was written.
        let script = format!(
            "(for i in 1 2 3 4 5 6; do for j in 1 2 3 4 5 6 7 8 9 10; do printf .; sleep 0.05; done; \
             if [ $i = 5 ]; then cp {} {}; fi; done) & exec {COUNTERSIGN} policy accept",
            text_of(&next),
            text_of(&file)
        );
        let terminal = stage.home.terminal(&["-c", &script]).program("/bin/sh");
        let told = terminal.types(&["accept"]).run();
        (stage, session, told)
    };
    let (stage, mut session, told) = written_again("auth.enabled = false\n");
    let told = told.exits(1);
    assert!(told.stdout.contains("has changed since it was shown"), "{}", told.stdout);
    assert_eq!(stage.refusals("policy.refused"), ["changed_meanwhile"]);
    assert_eq!(stage.bodies("policy.accepted").len(), 1);
    assert_eq!(delete(&mut session), "denied_by_policy");
    stage.untouched();
    // Twin: written again, with the text that was shown.
    let (_stage, mut session, told) = written_again(LOOSER);
    told.ok();
    assert_eq!(delete(&mut session), "waiting");
}

#[test]
fn modules_that_are_switched_off_are_on_record_and_nothing_else_is_off() {
    let (stage, session) = Stage::new(STRICT);
    drop(session);
    let off = [("POLICY_ENFORCEMENT_ENABLED", "Off")];
    let mut session = stage.session(&off);
    assert_eq!(delete(&mut session), "denied_by_policy", "rules judge all the same");
    let asked = session.call("write_note", json!({"id": "a", "text": "b"}));
    let id = asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str().expect("an id");
    let card = stage.home.cli_json(&["show", id, "--json"]);
    assert_eq!(card["warnings"], json!(["modules are switched off (policy.enforcement)"]));
    let rows = stage.bodies("policy.enforcement");
    assert_eq!((&rows[0]["enforcement"], &rows[0]["why"]), (&json!("off"), &json!("env")));
    let doctor = run(stage.home.command(&["doctor"]).env(off[0].0, off[0].1), DEADLINE).stdout;
    assert!(
        doctor.contains("modules are switched off by `POLICY_ENFORCEMENT_ENABLED`"),
        "{doctor}"
    );
    run(stage.home.command(&["pending"]).env(off[0].0, "perhaps"), DEADLINE).exits(6);

    // By the configuration it is an edit that loosens; accepted, it is switched in the session that runs.
    let mut session = stage.session(&[]);
    assert_eq!(delete(&mut session), "denied_by_policy");
    assert_eq!(stage.bodies("policy.enforcement").len(), 1, "on is what is usual");
    stage.home.write_config(&format!("policy.enforcement = false\n{STRICT}"));
    assert_eq!(delete(&mut session), "denied_by_policy");
    assert_eq!(stage.bodies("policy.enforcement").len(), 1, "it waits");
    assert_eq!(stage.waiting()["loosens"][0]["key"], "policy.enforcement");
    stage.home.accept_config(&stage.alice);
    assert_eq!(delete(&mut session), "denied_by_policy");
    let rows = stage.bodies("policy.enforcement");
    let told = (&rows[1]["enforcement"], &rows[1]["why"]);
    assert_eq!(told, (&json!("off"), &json!("configuration")));
    // The environment wins.
    stage.session(&[("POLICY_ENFORCEMENT_ENABLED", "1")]);
    assert_eq!(stage.bodies("policy.enforcement").len(), 2);
}

#[test]
fn modules_beside_the_configuration_are_part_of_it() {
    let (stage, mut session) = Stage::new("");
    assert_eq!(delete(&mut session), "waiting");
    let folder = stage.home.path().join("policies");
    fs::create_dir(&folder).expect("a folder");
    let write = |text: &str| fs::write(folder.join("keep.rego"), text).expect("a module");
    write("# countersign: on_error=perhaps\npackage countersign.keep\n");
    let told = stage.home.cli(&["pending"]).exits(6).stderr;
    assert!(told.contains("keep.rego") && told.contains("line 1"), "{told}");
    assert_eq!(delete(&mut session), "waiting");

    let module = "package countersign.keep\n\nimport rego.v1\n\ndecision := {\"allow\": true, \"deny_reasons\": [], \"warnings\": []}\n";
    write(&format!("# countersign: on_error=deny\n{module}"));
    assert_eq!(delete(&mut session), "waiting");
    assert_eq!(stage.waiting()["standing"], "same", "one more module loosens nothing");
    write(module);
    assert_eq!(delete(&mut session), "waiting");
    let told = stage.waiting();
    let loosens = json!([{
        "key": "policies/keep.rego",
        "message": "a failure of it denied, and is allowed"
    }]);
    assert_eq!(told["loosens"], loosens);
    let diff = told["diff"].as_str().expect("a diff");
    assert!(diff.contains("-# countersign: on_error=deny"), "{diff}");
    stage.home.accept_config(&stage.alice);
    assert_eq!(stage.waiting()["standing"], "same");
}
