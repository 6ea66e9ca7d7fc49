//! The card of a change of policy, as a hurried person reads it and a crafty agent writes it.

use crate::card::tests::{approval, card, in_order};
use crate::domain::approval::Subject;
use crate::domain::digest::Digest;
use crate::domain::ruling::Tier;

/// What opens something is read before what closes something, however the diff was written; nothing is left out.
#[test]
fn what_is_taken_away_and_allowed_comes_first() {
    let diff = r#"{"base_version":4,"diff":{
        "meta":{"comment":"tidy up\u001b[2J"},
        "modules":[{"name":"pii","status":"inactive"},{"name":"cost","text":"package x\n","status":"active"}],
        "add":[{"pattern":"\\bdrop\\b","effect":"deny","score":0.90},
               {"tool":"db__*","effect":"allow","when":{"q":"\u202eselect*"}}],
        "remove":["0190-rule"]}}"#;
    let mut a = approval(diff);
    a.subject = Subject::Policy(Digest::sha256(&[b"diff"]));
    a.ruling.tier = Tier::GRAVE;
    let text = card(&a, &[]);
    in_order(
        &text,
        &[
            "wants the policy changed.",
            "Change      ",
            "Against     version 4 of the policy in the store",
            "Changes (5, together",
            "takes rules away",
            "- rule 0190-rule",
            "takes modules away, or lets them rest",
            "module `pii` becomes inactive",
            "allows",
            "+ allow calls of `db__*`",
            "asks or denies",
            "+ deny calls of every tool whose arguments match",
            "0.90",
            "puts or switches modules",
            "module `cost` becomes active",
            "package x",
            "said along with it",
            "tidy up",
            "lets exactly this change be applied, once",
            "countersign policy apply",
            "countersign token",
            "countersign policy reject",
            "APPLY acorn",
        ],
    );
    assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'), "{text}");
    assert!(!text.contains("countersign approve") && !text.contains("identity"), "{text}");
}

#[test]
fn a_long_change_says_that_not_everything_is_shown() {
    let rule = r#"{"pattern":"a","effect":"deny"}"#;
    let rules = vec![rule; 900].join(",");
    let mut a = approval(&format!(
        r#"{{"base_version":0,"diff":{{"add":[{rules},{{"tool":"*","effect":"allow"}}],"remove":[],"meta":{{}}}}}}"#
    ));
    a.subject = Subject::Policy(Digest::ZERO);
    let text = card(&a, &[]);
    in_order(
        &text,
        &[
            "+ allow calls of `*`",
            "Not everything is shown: `countersign policy show",
            "--full` does.",
        ],
    );
    assert!(text.lines().count() < 500);
}

#[test]
fn what_is_taken_back_is_named() {
    let diff = r#"{"base_version":9,"diff":{"add":[],"remove":["x"],"meta":{}},"rolls_back":7}"#;
    let mut a = approval(diff);
    a.subject = Subject::Policy(Digest::ZERO);
    in_order(&card(&a, &[]), &["wants version 7 of the policy taken back.", "version 9"]);
}
