//! Configurations and environments that are wrong: refused whole, with the place and what was meant.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::json;

use crate::support::{DEADLINE, Home, Launch, Recorder, Session, run, text};
use crate::{code, configured};

/// Every command that reads the configuration refuses it, and says all of `told`.
#[track_caller]
fn refused(home: &Home, told: &[&str]) {
    for args in [&["pending"][..], &["serve"], &["wrap", "--", "/bin/cat"], &["audit", "verify"]] {
        let output = home.cli(args).exits(6);
        for part in told {
            assert!(output.stderr.contains(part), "{args:?} does not say `{part}`: {output:#?}");
        }
        assert!(output.stdout.is_empty(), "{output:#?}");
    }
    assert!(!home.path().join("countersign.db").exists(), "something was begun all the same");
}

#[track_caller]
fn wrong(config: &str, told: &[&str]) {
    let home = Home::new();
    home.write_config(config);
    refused(&home, told);
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_what_was_meant() {
    wrong(
        "\n\nrequire_aproval_tier = 1\n",
        &["line 3", "require_aproval_tier", "did you mean `require_approval_tier`?"],
    );
    wrong("[aprovals]\nhold = \"5s\"\n", &["line 1", "did you mean `approvals`?"]);
    wrong("[approvals]\non-ask = \"deny\"\n", &["line 2", "did you mean `on_ask`?"]);
    wrong(
        "[upstream.a]\ncommand = \"x\"\nenviroment = \"dev\"\n",
        &["line 3", "did you mean `environment`?"],
    );
    wrong("[[rule]]\ntool = \"*\"\nefect = \"deny\"\n", &["line 3", "did you mean `effect`?"]);
    wrong("zzz = 1\n", &["line 1", "unknown key `zzz`", "known:"]);
}

#[test]
fn a_wrong_type_or_value_is_refused_with_its_line() {
    wrong("require_approval_tier = \"two\"\n", &["line 1"]);
    wrong("require_approval_tier = 0\n", &["require_approval_tier", "1, 2 or 3"]);
    wrong("stance = \"alow\"\n", &["line 1", "alow"]);
    wrong("[approvals]\n\nhold = 5\n", &["line 3"]);
    wrong("[approvals]\nhold = \"0s\"\n", &["line 2", "`0s` is not a duration"]);
    wrong("[approvals]\nhold = \"25h\"\n", &["approvals.hold", "24h"]);
    wrong("[approvals]\nmcp_max_tier = 3\n", &["mcp_max_tier"]);
    wrong("[upstream.a]\nargs = []\n", &["upstream.a", "`command`", "`url`"]);
    wrong("[upstream.\"A b\"]\ncommand = \"x\"\n", &["A b"]);
    wrong("[upstream.a__b]\ncommand = \"x\"\n", &["a__b"]);
    wrong("[[rule]]\ntool = \"*\"\neffect = \"alow\"\n", &["line 3", "did you mean `allow`?"]);
    wrong("a = \n", &["line 1"]);
    wrong("stance = \"ask\"\nstance = \"deny\"\n", &["line 2"]);
    wrong("\u{0}", &["line 1"]);
}

#[test]
fn a_rule_that_contradicts_its_own_example_is_refused() {
    let rule = "[[rule]]\ntool = \"notes__write_note\"\nwhen = { id = \"draft-*\", text = \"*\" }\neffect = \"allow\"\n";
    wrong(
        &format!("{rule}match = [{{ id = \"final-1\", text = \"x\" }}]\n"),
        &["does not match its own `match` example 1", "final-1"],
    );
    wrong(
        &format!(
            "{rule}not_match = [{{ id = \"a\", text = \"x\" }}, {{ id = \"draft-1\", text = \"x\" }}]\n"
        ),
        &["matches its own `not_match` example 2", "draft-1"],
    );
}

#[test]
fn a_file_that_others_could_have_written_is_refused() {
    let home = Home::new();
    home.write_config("stance = \"ask\"\n");
    let file = home.path().join("countersign.toml");
    for mode in [0o666, 0o620, 0o602] {
        set_permissions(&file, Permissions::from_mode(mode)).expect("a mode");
        refused(&home, &["can be written by others", "chmod go-w"]);
    }
    set_permissions(&file, Permissions::from_mode(0o644)).expect("a mode");
    home.cli(&["pending"]).ok();
}

#[test]
fn a_link_into_an_open_folder_is_refused() {
    let home = Home::new();
    let open = home.work().join("open");
    std::fs::create_dir(&open).expect("a folder");
    std::fs::write(open.join("c.toml"), "stance = \"ask\"\n").expect("a file");
    set_permissions(&open, Permissions::from_mode(0o777)).expect("a mode");
    symlink(open.join("c.toml"), home.path().join("countersign.toml")).expect("a link");
    refused(&home, &["can be written by others"]);
}

#[test]
fn a_missing_or_empty_file_is_the_default_and_a_folder_is_not() {
    let home = Home::new();
    home.cli(&["pending"]).ok();
    home.write_config("");
    home.cli(&["pending"]).ok();
    let home = Home::new();
    std::fs::create_dir(home.path().join("countersign.toml")).expect("a folder");
    refused(&home, &["countersign.toml"]);
    let home = Home::new();
    std::fs::write(home.path().join("countersign.toml"), b"stance = \"\xff\"\n").expect("a file");
    set_permissions(home.path().join("countersign.toml"), Permissions::from_mode(0o600))
        .expect("a mode");
    refused(&home, &["countersign.toml"]);
}

/// A file that breaks while it is in use: what is loaded stays, or everything is refused; nothing gets looser.
#[test]
fn a_file_that_breaks_while_it_is_in_use_loosens_nothing() {
    let (home, recorder) = configured("", &json!({}));
    let good = std::fs::read_to_string(home.path().join("countersign.toml")).expect("the file");
    let deny = "[[rule]]\ntool = \"notes__read_note\"\neffect = \"deny\"\n";
    home.write_config(&format!("{good}{deny}"));
    let mut session = Session::serve(&home, &["--on-ask", "pending"]);
    let read = |session: &mut Session| session.call("notes__read_note", json!({"id": "a"}));
    assert_eq!(code(&read(&mut session)), "denied_by_policy");
    home.write_config(&format!("{good}[[rul]]\ntool = \"x\"\n"));
    let result = read(&mut session);
    assert_ne!(code(&result), "none", "a broken file let it pass: {result}");
    assert!(recorder.calls_of("read_note").is_empty());
}

#[test]
fn a_store_that_is_not_built_in_is_refused_by_name_and_never_replaced() {
    let home = Home::new();
    let with = |name: &str, value: &str, args: &[&str]| {
        run(home.command(args).env(name, value), DEADLINE).exits(6).stderr
    };
    for args in [&["pending"][..], &["serve"], &["wrap", "--", "/bin/cat"]] {
        assert!(with("APPROVAL_STORE", "redis", args).contains("`redis`"));
        assert!(with("APPROVAL_STORE", "postgres", args).contains("`postgres`"));
        assert!(with("REDIS_URL", "redis://localhost:6379", args).contains("`redis`"));
    }
    let told = home.cli(&["--store", "redis", "pending"]).exits(6).stderr;
    assert!(told.contains("`redis`"), "{told}");
    assert!(!home.path().join("countersign.db").exists());
    run(
        home.command(&["pending"]).env("REDIS_URL", "redis://x").env("APPROVAL_STORE", "sqlite"),
        DEADLINE,
    )
    .ok();
}

#[test]
fn a_wrong_value_in_the_environment_is_refused_by_name() {
    let home = Home::new();
    for (name, value) in [
        ("IR_APPROVAL_TTL_SECONDS", "0"),
        ("IR_APPROVAL_TTL_SECONDS", "86401"),
        ("IR_APPROVAL_TTL_SECONDS", "1h"),
        ("AUTH_ENABLED", "perhaps"),
    ] {
        let told = run(home.command(&["pending"]).env(name, value), DEADLINE).exits(6).stderr;
        assert!(told.contains(name), "{value}: {told}");
    }
}

#[test]
fn a_store_in_memory_says_so_in_every_pending_answer() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let launch = Launch::wrap(&home, &["--on-ask", "pending"], &recorder.argv());
    let mut session = launch.env("APPROVAL_STORE", "in_memory").start();
    session.initialize("2025-11-25");
    for n in 0..2 {
        let result = session.call("write_note", json!({"id": "a", "text": format!("{n}")}));
        assert_eq!(code(&result), "waiting", "{result}");
        assert!(text(&result).contains("in memory only"), "{result}");
    }
    assert!(!home.path().join("countersign.db").exists());
    assert!(recorder.calls_of("write_note").is_empty());
    let mut durable = Session::wrap(&home, &["--on-ask", "pending"], &recorder);
    let result = durable.call("write_note", json!({"id": "a", "text": "2"}));
    assert!(code(&result) == "waiting" && !text(&result).contains("in memory"), "{result}");
}
