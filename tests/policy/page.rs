//! What a person reads who opens a proposal: the calls that it would have decided otherwise, before anything is typed.

use serde_json::{Value, json};

use crate::stage::{NOTE, Stage, pattern, proposed, ran, refused, write};
use crate::support::pending;

/// Two calls that say `green ledger`, one that does not, and a question that was answered and used up.
fn play(stage: &Stage) {
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    for (id, text) in [("a", NOTE), ("b", "harmless"), ("c", NOTE)] {
        ran(&session.call("notes__write_note", json!({"id": id, "text": text})));
    }
    refused(&session.call("notes__delete_note", json!({"id": "gone"})), "waiting");
    let waiting = pending(&stage.home);
    let question = waiting.iter().find(|question| question["kind"] == "call");
    let id = question.and_then(|question| question["id"].as_str()).expect("an id");
    stage.home.approve(&stage.alice, id);
    ran(&session.call("resume_call", json!({"id": id})));
    session.close_stdin();
    session.wait_exit();
}

/// The texts of the calls that the first group of changes names.
fn named(stage: &Stage, replay: &Value) -> Vec<String> {
    let examples = replay["changes"][0]["examples"].as_array().expect("examples");
    let text = |example: &Value| {
        let row = stage.home.cli_json(&["audit", "show", &example["seq"].to_string(), "--json"]);
        row["body"]["arguments"]["text"].as_str().expect("a text").to_owned()
    };
    examples.iter().map(text).collect()
}

/// Where a text stands on a page.
#[track_caller]
fn at(page: &str, text: &str) -> usize {
    page.find(text).unwrap_or_else(|| panic!("no `{text}` in\n{page}"))
}

#[test]
fn a_proposal_shows_which_calls_it_would_have_decided_otherwise_before_it_is_applied() {
    let stage = Stage::new();
    play(&stage);
    let mut session = stage.agent();
    let diff = pattern(r"\bgreen ledger\b", "deny");
    let id = proposed(&mut session, &diff);

    let told = stage.suggestion(&id);
    let replay = &told["replay"];
    assert_eq!((&replay["complete"], &replay["changed"]), (&json!(true), &json!(2)), "{replay:#}");
    let group = &replay["changes"][0];
    assert_eq!(replay["changes"].as_array().map(Vec::len), Some(1), "{replay:#}");
    assert_eq!(
        [&group["tool"], &group["from"], &group["to"]],
        ["notes__write_note", "allow", "deny"]
    );
    assert_eq!(group["rule"], "added rule 1", "no id that nothing has");
    assert_eq!(named(&stage, replay), [NOTE, NOTE]);
    assert_eq!(
        stage.home.cli_json(&["show", &id, "--json"])["replay"]["changes"],
        replay["changes"]
    );
    // The same numbers as asking for it by hand: the question and the use of its yes are one call. Listings of the tools may
    // come in between, and are not judged.
    let file = stage.file("diff.json", &diff.to_string());
    let by_hand =
        stage.home.cli_json(&["policy", "replay", "--since", "7d", "--diff", &file, "--json"]);
    for number in ["judged", "unchanged", "changed"] {
        assert_eq!(replay[number], by_hand[number], "{number}: {replay:#} {by_hand:#}");
    }

    let rows: Vec<String> = group["examples"]
        .as_array()
        .expect("examples")
        .iter()
        .map(|example| example["seq"].to_string())
        .collect();
    let pages = [vec!["policy", "show", &id], vec!["show", &id]]
        .map(|args| stage.home.cli(&args).ok().stdout);
    let typed = stage.home.tty_cli(&["policy", "apply", &id], &["no"]).exits(3).stdout;
    for page in pages.iter().chain([&typed]) {
        assert!(page.contains("The last 7 days: ") && page.contains(" 2 otherwise; "), "{page}");
        assert!(page.contains("allow -> deny") && page.contains(&rows.join(" ")), "{page}");
    }
    assert!(at(&typed, "allow -> deny") < at(&typed, "type APPLY"), "{typed}");
    assert!(stage.rules().is_empty(), "something else than APPLY was typed");

    let typed = stage.home.tty_cli(&["policy", "apply", &id], &["APPLY"]).ok().stdout;
    assert!(at(&typed, "allow -> deny") < at(&typed, "type APPLY"), "{typed}");
    refused(&write(&mut session), "denied_by_policy");
    // Applied, it is nothing to decide about any more.
    let told = stage.suggestion(&id);
    assert_eq!((&told["replay"], &told["not_replayed"]), (&Value::Null, &json!("ended")));

    // Taking it back lets the call through that was denied meanwhile.
    let version = told["applied_version"].to_string();
    let back = stage.home.tty_cli(&["policy", "rollback", &version], &["no"]).exits(3).stdout;
    assert!(at(&back, "deny -> allow") < at(&back, "type APPLY"), "{back}");
    assert!(back.contains("1 of these would run without a question"), "{back}");
}

#[test]
fn where_nothing_can_be_judged_one_line_says_so() {
    let stage = Stage::with("[retention]\nbodies = \"2s\"\n");
    let told = stage.propose(&pattern("nothing", "deny"));
    let id = told["suggestion_id"].as_str().expect("an id").to_owned();
    let page = |id: &str| stage.home.cli(&["policy", "show", id]).ok().stdout;
    assert!(page(&id).contains("The last 7 days: no call was decided about"), "{}", page(&id));

    play(&stage);
    let rejected = stage.propose(&pattern("green", "deny"));
    let rejected = rejected["suggestion_id"].as_str().expect("an id").to_owned();
    stage.admin(&["policy", "reject", &rejected, "--reason", "no", "--yes"]).ok();
    std::thread::sleep(std::time::Duration::from_millis(2_200));
    stage.admin(&["audit", "prune", "--yes"]).ok();

    let told = stage.suggestion(&id);
    assert_eq!(told["replay"]["judged"], 0, "{told:#}");
    let calls = told["replay"]["calls"].as_u64().expect("a number");
    assert!(calls >= 4, "{told:#}");
    let line = format!("The last 7 days: none of {calls} calls can be judged under this change: ");
    let text = page(&id);
    let line = text.lines().find(|l| l.starts_with(&line)).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains(" erased by retention"), "{line}");

    // A change that nobody knows any more.
    let told = stage.suggestion(&rejected);
    assert_eq!((&told["replay"], &told["not_replayed"]), (&Value::Null, &json!("erased")));
    assert!(page(&rejected).contains("erased by retention, so nothing can be said of it"));
}

#[test]
fn a_change_that_can_no_longer_be_applied_is_not_tried() {
    let stage = Stage::new();
    play(&stage);
    let late = stage.propose(&pattern("green", "deny"))["suggestion_id"].clone();
    let first = stage.propose(&pattern("harmless", "deny"))["suggestion_id"].clone();
    let (late, first) = (late.as_str().expect("an id"), first.as_str().expect("an id"));
    assert_eq!(stage.suggestion(late)["replay"]["changed"], 2, "the twin");
    stage.apply(first);
    let told = stage.suggestion(late);
    assert_eq!((&told["replay"], &told["not_replayed"]), (&Value::Null, &json!("stale_base")));
    let page = stage.home.cli(&["policy", "show", late]).ok().stdout;
    assert!(
        page.contains("can no longer be applied") && !page.contains("The last 7 days"),
        "{page}"
    );
}
