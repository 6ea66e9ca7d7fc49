//! Four eyes against one admin: whatever he starts his commands with, and whoever he says he is when he proposes.

use serde_json::json;

use crate::stage::{Stage, pattern, proposed};

const APPLY: [&str; 3] = ["--confirm", "APPLY", "--yes"];
const EYES: &str = "[policy]\nfour_eyes = true";

/// An empty configuration elsewhere is no way around that of the home.
#[test]
fn another_configuration_is_no_way_around_four_eyes() {
    let stage = Stage::with(EYES);
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    let empty = stage.file("empty.toml", "");
    let file = stage.file("diff.json", &pattern("green ledger", "deny").to_string());
    // Served or not: before anything is accepted, the file of the home counts.
    for served in [false, true] {
        if served {
            drop(stage.agent());
        }
        let before = stage.rules().len();
        let diff = pattern(&format!("green {served}"), "deny");
        std::fs::write(&file, diff.to_string()).expect("the diff is written");
        let propose = ["--config", &empty, "policy", "propose", &file, "--json"];
        let told = stage.admin(&propose).ok().json();
        let id = told["suggestion_id"].as_str().expect("an id");
        let args = [&["--config", empty.as_str(), "policy", "apply", id][..], &APPLY].concat();
        for _ in 0..2 {
            let told = stage.admin(&args).exits(4);
            assert!(told.stderr.contains("1 of 2"), "{}", told.stderr);
        }
        assert_eq!(stage.rules().len(), before);
        stage.home.cli_with_token(&bob, &args).ok();
        assert_eq!(stage.rules().len(), before + 1);
    }
}

/// What was asked for one pair of eyes is not applied where two are wanted now.
#[test]
fn what_was_asked_for_one_is_asked_anew_for_two() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    stage.configure(EYES);
    stage.agent();
    let args = [&["policy", "apply", id.as_str()][..], &APPLY].concat();
    let told = stage.admin(&args).exits(3);
    assert!(told.stderr.contains("propose it anew"), "{}", told.stderr);
    assert!(stage.rules().is_empty());
    let rows = stage.journal("policy.refused");
    assert!(rows.iter().any(|row| row["outcome"] == "graver_now"), "{rows:?}");
    stage.admin(&["policy", "reject", &id, "--reason", "anew", "--yes"]).ok();
    let id = proposed(&mut session, &pattern("green ledger", "deny"));
    let args = [&["policy", "apply", id.as_str()][..], &APPLY].concat();
    stage.admin(&args).exits(4);
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    stage.home.cli_with_token(&bob, &args).ok();
}

/// Turning four eyes off is itself for two.
#[test]
fn one_admin_does_not_turn_four_eyes_off() {
    let stage = Stage::with(EYES);
    let bob = stage.home.user_token(&stage.alice, "bob", "admin");
    drop(stage.agent());
    stage.configure("");
    let accept = ["policy", "accept", "--yes"];
    for _ in 0..2 {
        let told = stage.admin(&accept).exits(4);
        assert!(told.stderr.contains("1 of 2"), "{}", told.stderr);
    }
    let standing = || stage.home.cli_json(&["policy", "accept", "--json"])["standing"].clone();
    assert_eq!(standing(), json!("waits"));
    // Another edit is another question.
    stage.configure("stance = \"ask\"");
    stage.home.cli_with_token(&bob, &accept).exits(4);
    stage.configure("");
    stage.home.cli_with_token(&bob, &accept).ok();
    assert_eq!(standing(), json!("same"));
    // The twin: where one is enough, one accepts.
    stage.configure("[approvals]\nyes_life = \"2h\"");
    stage.admin(&accept).ok();
}

/// The tier is that of the configuration where it is applied, too.
#[test]
fn what_became_graver_is_not_applied() {
    let stage = Stage::new();
    let ask = json!({ "add": [{ "tool": "notes__*", "effect": "ask" }], "remove": [], "meta": {} });
    let told = stage.propose(&ask);
    assert_eq!(told["tier"], 2, "{told}");
    let id = told["suggestion_id"].as_str().expect("an id").to_owned();
    stage.configure("stance = \"deny\"");
    let args = [&["policy", "apply", id.as_str()][..], &APPLY].concat();
    let told = stage.admin(&args).exits(3);
    assert!(told.stderr.contains("graver now"), "{}", told.stderr);
    let empty = stage.file("empty.toml", "");
    let args = [&["--config", empty.as_str()][..], &args].concat();
    stage.admin(&args).exits(3);
    assert!(stage.rules().is_empty());
    stage.configure("");
    stage.apply(&id);
}

/// What a proposal takes away is told in words on the card, in the summary and for programs.
#[test]
fn what_is_taken_away_is_told_whole() {
    let stage = Stage::new();
    let reason = "n".repeat(900);
    let put = json!({ "add": [{ "tool": "notes__drop", "effect": "deny", "reason": reason }], "remove": [] });
    let id = stage.propose(&put)["suggestion_id"].as_str().expect("an id").to_owned();
    stage.apply(&id);
    let rules = stage.rules();
    let told = stage.propose(&crate::stage::removal(&rules));
    let id = told["suggestion_id"].as_str().expect("an id");
    let line = told["summary"][0].as_str().expect("an item");
    assert!(line.contains("deny `notes__drop`") && line.ends_with("(loosens)"), "{line}");
    assert!(line.chars().count() < 450, "{line}");
    let page = stage.home.cli(&["policy", "show", id]).ok().stdout;
    assert!(page.contains("It takes away") && page.contains("notes__drop"), "{page}");
    let shown = stage.suggestion(id);
    assert_eq!(shown["removed_rules"][0]["spec"]["reason"], reason.as_str(), "{shown}");
    stage.apply(id);
    assert_eq!(stage.suggestion(id)["removed_rules"][0]["spec"]["tool"], "notes__drop");
}
