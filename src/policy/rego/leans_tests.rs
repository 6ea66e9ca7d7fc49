//! What an ask leans on, by its digest: whatever judges is in it, whatever only explains is not.

use crate::domain::digest::Digest;
use crate::domain::policy::StoredModule;
use crate::domain::ruling::{Given, Verdict};
use crate::policy::rego::tests::{FILES, judge, policy, says};

const RULE: &str =
    "[[rule]]\nname='careful'\ntool='files__read_doc'\neffect='ask'\nwhen={where='/a*'}\n";

fn leans(config: &str, modules: Vec<StoredModule>, arguments: &str) -> Option<Digest> {
    let ruling = judge(
        &policy(&format!("{config}{FILES}"), modules),
        "read_doc",
        arguments,
        &Given::default(),
    );
    assert_eq!(ruling.leans.is_some(), ruling.verdict == Verdict::Ask);
    ruling.leans
}

fn asks() -> StoredModule {
    says("m", r#"{"allow": true, "deny_reasons": [], "ask_reasons": ["look"]}"#)
}

#[test]
fn only_an_ask_leans_on_anything() {
    let at = r#"{"where":"/a/b"}"#;
    assert_eq!(leans("", Vec::new(), at), None);
    assert!(leans(RULE, Vec::new(), at).is_some());
    assert_eq!(leans(&RULE.replace("'ask'", "'deny'"), Vec::new(), at), None);
}

#[test]
fn whatever_judges_is_in_it_and_words_are_not() {
    let at = r#"{"where":"/a/b"}"#;
    let of = |config: &str, modules| leans(config, modules, at).expect("it asks");
    let usual = of(RULE, Vec::new());
    assert_eq!(of(RULE, Vec::new()), usual);
    for same in [
        format!("{RULE}reason='we look first'\nscore=0.5\n"),
        format!("{RULE}[[rule]]\ntool='files__other'\neffect='deny'\n"),
        format!("{RULE}[[rule]]\ntool='files__read_doc'\neffect='deny'\nwhen={{where='/b*'}}\n"),
    ] {
        assert_eq!(of(&same, Vec::new()), usual, "{same}");
    }
    // Other arguments that the same rule asks about.
    assert_eq!(leans(RULE, Vec::new(), r#"{"where":"/a/c"}"#), Some(usual));
    for other in [
        RULE.replace("'/a*'", "'/a/*'"),
        RULE.replace("careful", "careless"),
        format!("{RULE}tier=2\n"),
        format!("{RULE}[[rule]]\ntool='files__read_doc'\neffect='allow'\n"),
        format!("require_approval_tier=1\n{RULE}"),
    ] {
        assert_ne!(of(&other, Vec::new()), usual, "{other}");
    }
    // Every module that is asked, whatever it says; its text, not what it is called for.
    let quiet = says("m", r#"{"allow": true, "deny_reasons": []}"#);
    let asked = of(RULE, vec![quiet.clone()]);
    assert_ne!(asked, usual);
    let described = StoredModule { description: "for people".to_owned(), ..quiet.clone() };
    assert_eq!(of(RULE, vec![described]), asked);
    let commented = StoredModule { text: format!("{}\n# more\n", quiet.text), ..quiet.clone() };
    assert_ne!(of(RULE, vec![commented]), asked);
    assert_ne!(of(RULE, vec![asks()]), asked);
    let configured = format!("[policy.config]\nx=1\n{RULE}");
    assert_ne!(of(&configured, vec![quiet]), asked);
}

#[test]
fn each_sentence_of_a_module_is_a_ground_of_its_own() {
    let module = |name: &str| {
        let large = r#"contains(input.resource.path, "large")"#;
        says(
            name,
            &format!(
                r#"{{"allow": true, "deny_reasons": [], "ask_reasons": [words]}}

default words := "it is a small thing"
words := "it is a large thing" if {large}"#
            ),
        )
    };
    let of = |modules, at: &str| {
        leans("", modules, &format!(r#"{{"where":"/a/{at}"}}"#)).expect("it asks")
    };
    let small = of(vec![module("m")], "b");
    assert_eq!(of(vec![module("m")], "c"), small, "the same words");
    assert_ne!(of(vec![module("m")], "large"), small);
}

#[test]
fn what_cannot_judge_as_it_should_is_no_ground() {
    let policy = policy(&format!("{RULE}{FILES}"), Vec::new());
    policy.is_outdated("it does not compile");
    let ruling = judge(&policy, "read_doc", r#"{"where":"/a"}"#, &Given::default());
    assert_eq!((ruling.verdict, ruling.leans), (Verdict::Ask, None));
}
