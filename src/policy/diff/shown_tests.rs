//! What is shown of a change: nothing that loosens is hidden, and nobody's words read as ours.

use crate::config::Stance;
use crate::domain::policy::StoredPolicy;
use crate::policy::diff::tests::{applied, diff, faults};
use crate::policy::diff::{Author, read, summary};

#[test]
fn what_loosens_is_shown_before_whatever_does_not() {
    let add: Vec<String> = (0..300)
        .map(|at| format!(r#"{{"tool":"a__{at}","effect":"allow"}}"#))
        .chain([r#"{"tool":"b__secret","effect":"deny"}"#.to_owned()])
        .collect();
    let put = diff(&format!(r#"{{"add":[{}]}}"#, add.join(",")));
    let stands = applied(&StoredPolicy::default(), &put).policy;
    // Three hundred removals that tighten, and the one that loosens last.
    let ids: Vec<String> = stands.rules.iter().map(|rule| format!("\"{}\"", rule.id)).collect();
    let told =
        summary(&stands, &diff(&format!(r#"{{"remove":[{}]}}"#, ids.join(","))), Stance::Ask);
    assert!(
        told.items[0].loosens && told.items[0].text.contains("deny `b__secret`"),
        "{:?}",
        told.items[0]
    );
    assert!(told.items[1..].iter().all(|item| !item.loosens));
}

#[test]
fn an_allow_by_pattern_says_what_it_takes_and_words_of_its_author_are_quoted() {
    let of = |text: &str| {
        summary(&StoredPolicy::default(), &diff(text), Stance::Ask).items[0].text.clone()
    };
    let bare = of(r#"{"add":[{"tool":"a__b","effect":"allow","pattern":"ls"}]}"#);
    assert!(
        bare.contains("where every argument is a text and each matches `ls` from start to end"),
        "{bare}"
    );
    let named = of(r#"{"add":[{"tool":"a__b","effect":"allow","pattern":"ls","when":{"c":"*"}}]}"#);
    assert!(named.contains("every argument is named"), "{named}");
    let posing =
        r#"{"add":[{"tool":"a__b","effect":"deny","name":"x\", tier 1","reason":"fine"}]}"#;
    assert!(of(posing).ends_with(r#"named "x', tier 1": "fine""#), "{}", of(posing));
    // An agent's names are held to more.
    let faults =
        faults(r#"{"add":[{"tool":"a__{b,*}","effect":"deny","name":"x`"}]}"#, Author::Agent);
    assert_eq!(
        faults.iter().map(|f| f.at.as_str()).collect::<Vec<_>>(),
        ["/add/0/name", "/add/0/tool"]
    );
    assert!(
        read(
            r#"{"add":[{"tool":"a__{b,*}","effect":"deny","name":"x`"}]}"#.as_bytes(),
            Author::Operator
        )
        .is_ok()
    );
}
