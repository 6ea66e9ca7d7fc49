//! How people keep answers: at the terminal, with a token, and in an approver's own session over MCP.

use serde_json::json;

use crate::stage::{NOTE, Stage, asked, code, ran, resume, started, taught, write};
use crate::support::{Launch, text};

#[test]
fn the_card_tells_what_it_means_before_anything_is_typed() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = asked(&write(&mut session, r#"{"id":"a","text":"no"}"#));
    stage.never(&id, &[]);
    let id = asked(&write(&mut session, NOTE));
    let how = ["--remember", "pattern", "--where", "id=a", "--where", "text=*", "--for", "7d"];
    let args = [&["approve", &id], &how[..]].concat();
    let typed = stage.home.tty_cli(&args, &["no"]).exits(3);
    let told = typed.stdout + &typed.stderr;
    let lines = told.replace("\r\n", "\n");
    let means = "whose arguments meet these conditions, for 7 d";
    let at = lines.find(means).unwrap_or_else(|| panic!("{told}"));
    assert!(lines[at..].contains(".\n  id = a\n  text = *\nOf the "), "{told}");
    assert!(told.contains("would have answered 1: 0 approved, 1 denied"), "{told}");
    assert!(stage.kept(&[]).is_empty());
    // A preview alone needs nobody to decide.
    let preview = stage.home.cli_json(&[&args[..], &["--preview", "--json"]].concat());
    assert_eq!(preview["foreseen"]["denied"], 1, "{preview}");
    assert_eq!(preview["foreseen"]["matched"], 1);
    stage.home.tty_cli(&args, &["yes"]).ok();
    resume(&mut session, &id);
    ran(&write(&mut session, r#"{"id":"a","text":"bye"}"#));
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn options_that_say_nothing_are_refused_and_decide_nothing() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = asked(&write(&mut session, NOTE));
    for (how, why) in [
        (vec!["--remember", "always"], "`--remember` must be"),
        (vec!["--remember", "session", "--scope", "server"], "one agent's"),
        (vec!["--remember", "pattern"], "`--where` must say"),
        (vec!["--remember", "forever", "--where", "id=a"], "takes no `--where`"),
        (vec!["--remember", "session", "--where", "id=a"], "with conditions `--remember` is"),
        (vec!["--remember", "forever", "--for", "7"], "`--for`: "),
        (vec!["--remember", "forever", "--for", "1500ms"], "whole seconds"),
        (vec!["--remember", "once", "--where", "id=a"], "takes no `--where`"),
        (vec!["--remember", "pattern", "--where", "id=a", "--for", "91d"], "at most 90 days"),
        (vec!["--remember", "pattern", "--where", "id"], "an argument and its condition"),
        (vec!["--remember", "forever", "--uses", "0"], "`--uses` is a whole number"),
        (vec!["--uses", "3"], "--remember"),
    ] {
        let args = [vec!["approve", &id, "--yes"], how].concat();
        let refused = stage.admin(&args).exits(2);
        assert!(refused.stderr.contains(why), "{args:?}: {}", refused.stderr);
    }
    // A pattern that does not fit the very call is no mistake of writing, and what is wrong with it is told.
    for (where_, why) in [
        (&["id=a"][..], "`text` has no condition, and a yes names every argument"),
        (&["id=b", "text=*"][..], "`id` is \"a\", which `b` does not meet\n"),
        (&["id=a", "text=*", "mode=x"][..], "`mode` is no argument of the call"),
    ] {
        let how = ["approve", &id, "--remember", "pattern"].into_iter();
        let args: Vec<&str> = how.chain(where_.iter().flat_map(|one| ["--where", one])).collect();
        for last in ["--yes", "--preview"] {
            let refused = stage.admin(&[&args[..], &[last]].concat()).exits(5);
            assert!(refused.stderr.contains(why), "{args:?}: {}", refused.stderr);
            assert!(!refused.stdout.contains("not answered by it"), "{}", refused.stdout);
        }
        let typed = stage.home.tty_cli(&args, &[]).exits(5);
        assert!(!(typed.stdout + &typed.stderr).contains("type `yes`"), "it was asked for");
    }
    assert_eq!(stage.home.cli_json(&["show", &id, "--json"])["state"], "pending");
    assert!(stage.kept(&["--all"]).is_empty());
}

#[test]
fn an_admin_alone_takes_it_back() {
    let stage = Stage::new();
    let mut session = stage.agent();
    taught(&stage, &mut session, NOTE, &["--remember", "forever"]);
    let kept = stage.kept(&[])[0]["id"].as_str().expect("an id").to_owned();
    let short = &kept[kept.len() - 12..];
    // A beginning of what lists show is enough.
    let revoke = stage.home.tty_cli(&["remembered", "revoke", &short[..5]], &["no"]).exits(3);
    assert!((revoke.stdout + &revoke.stderr).contains("the kept yes to `notes.write_note`"));
    let listed = stage.home.cli(&["remembered", "list"]).ok().stdout;
    assert!(listed.contains(short) && listed.contains("GIVEN BY"), "{listed}");
    assert!(listed.contains("alice"), "{listed}");
    let oscar = stage.home.user_token(&stage.alice, "oscar", "operator");
    stage.home.cli_with_token(&oscar, &["remembered", "revoke", short, "--yes"]).exits(3);
    stage.home.cli(&["remembered", "revoke", short]).exits(3);
    ran(&write(&mut session, NOTE));
    stage.admin(&["remembered", "revoke", short, "--yes"]).ok();
    asked(&write(&mut session, NOTE));
    assert_eq!(stage.written().len(), 2);
    assert_eq!(stage.ends(), ["revoked"]);
    stage.admin(&["remembered", "revoke", short, "--yes"]).exits(1);
    let all = stage.kept(&["--all"]);
    assert_eq!((all.len(), &all[0]["ended"]), (1, &json!("revoked")));
    stage.verify();
}

#[test]
fn an_approvers_session_keeps_answers_and_an_agents_does_not() {
    let stage = Stage::new();
    stage.home.write_config("[approvals]\nmcp_max_tier = 2\n");
    stage.home.accept_config(&stage.alice);
    let mut session = stage.agent();
    let id = asked(&write(&mut session, NOTE));
    let wish = json!({"id": id, "remember": "pattern", "pattern": {"id": "a", "text": "*"}, "ends_in": 3600, "uses": 5});
    let answer = session.call("pending_approve", wish.clone());
    assert_eq!(code(&answer), "not_a_decider", "{answer}");
    let mut approver = started(
        Launch::serve(&stage.home, &["--toolsets", "approvals"]).client("desk").token(&stage.alice),
    );
    let answer = approver.call("pending_approve", json!({"id": id, "remember": "always"}));
    assert_eq!(code(&answer), "invalid_arguments", "{answer}");
    let answer = approver.call("pending_approve", wish);
    assert!(text(&answer).contains("the answer is kept"), "{answer}");
    resume(&mut session, &id);
    ran(&write(&mut session, r#"{"id":"a","text":"more"}"#));
    let kept = stage.kept(&[]);
    assert_eq!((&kept[0]["remember"], &kept[0]["uses"]), (&json!("pattern"), &json!(5)));
    let id = asked(&write(&mut session, r#"{"id":"b","text":"more"}"#));
    let never = json!({"id": id, "remember": "forever", "reason": "no"});
    approver.call("pending_reject", never);
    let answer = write(&mut session, r#"{"id":"b","text":"more"}"#);
    assert_eq!(code(&answer), "remembered_no", "{answer}");
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn a_no_is_typed_as_such_and_its_preview_wants_no_reason() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = asked(&write(&mut session, NOTE));
    let previewed =
        stage.home.cli(&["deny", &id, "--remember", "forever", "--preview"]).ok().stdout;
    assert!(
        previewed.contains("This no is kept for calls of this agent to this tool"),
        "{previewed}"
    );
    stage.home.cli(&["deny", &id, "--remember", "forever"]).exits(2);
    // `no` to the question whether to deny it denies nothing.
    let args = ["deny", &id, "--reason", "not here", "--remember", "forever"];
    stage.home.tty_cli(&args, &["no"]).exits(3);
    assert_eq!(stage.home.cli_json(&["show", &id, "--json"])["state"], "pending");
    assert!(stage.kept(&["--all"]).is_empty());
    stage.home.tty_cli(&args, &["deny"]).ok();
    assert_eq!(stage.kept(&[]).len(), 1);
    assert!(stage.written().is_empty());
}

#[test]
fn for_a_session_that_has_ended_nothing_is_kept_and_nothing_typed() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = asked(&write(&mut session, NOTE));
    let how = ["approve", &id, "--remember", "session"];
    let lives = stage.home.cli(&[&how[..], &["--preview"]].concat()).ok().stdout;
    assert!(
        lives.contains("of this agent, in this session, to this tool with the same"),
        "{lives}"
    );
    session.close_stdin();
    session.wait_exit();
    let over = "the session that asked has ended, so nothing can be kept for it";
    let told = stage.home.cli(&[&how[..], &["--preview"]].concat()).exits(3);
    assert!(told.stderr.contains(over), "{told:?}");
    let told = stage.home.tty_cli(&how, &[]).exits(3);
    let told = told.stdout + &told.stderr;
    assert!(told.contains(over) && !told.contains("type `yes`"), "{told}");
    assert!(told.contains("`--remember forever`, or answer without"), "{told}");
    assert_eq!(stage.home.cli_json(&["show", &id, "--json"])["state"], "pending");
    stage.home.tty_cli(&["approve", &id, "--remember", "forever"], &["yes"]).ok();
    assert_eq!(stage.kept(&[]).len(), 1);
}
