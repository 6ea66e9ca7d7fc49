//! What is kept of arguments, and what is not.

use super::*;
use crate::domain::json::{Limits, parse};

fn kept(text: &str, masks: &[&str], anywhere: bool) -> (String, Kept) {
    let masks: Vec<String> = masks.iter().map(|mask| (*mask).to_owned()).collect();
    let kept = keep(&parse(text, &Limits::ARGUMENTS).unwrap(), &Masks::of(&masks), anywhere);
    (String::from_utf8(kept.bytes.clone()).unwrap(), kept)
}

#[test]
fn guarded_values_leave_only_size_and_digest() {
    let text = r#"{"a":[{"systemPrompt":"canary-1","x":1}],"messages":["canary-2"],"note":"kept"}"#;
    let (out, said) = kept(text, &[], false);
    assert!(!out.contains("canary"), "{out}");
    assert!(out.contains("kept") && out.contains(r#""bytes":10"#), "{out}");
    let mut again = Vec::new();
    guarded_still(&parse(&out, &Limits::ARGUMENTS).unwrap(), &mut again);
    assert_eq!(String::from_utf8(again).unwrap(), out, "a digest stays that digest");
    let mut late = Vec::new();
    guarded_still(&parse(text, &Limits::ARGUMENTS).unwrap(), &mut late);
    assert_eq!(String::from_utf8(late).unwrap(), out, "what slipped in is taken out");
    assert_eq!(said.masked, ["/arguments/a/0/systemPrompt", "/arguments/messages"]);
    assert!(said.erased.is_empty());
    assert_eq!(said.hidden.texts, ["canary-1", "canary-2"]);
}

#[test]
fn masked_values_leave_nothing_but_the_place_where_they_stood() {
    let text =
        r#"{"query":"canary-1","n":[{"a/b":{"k":"canary-2"},"z":1},{"a/b":{"k":2}}],"x":"y"}"#;
    let (out, said) = kept(text, &["/arguments/query", "/arguments/n/a~1b/k"], false);
    assert_eq!(out, r#"{"n":[{"a/b":{},"z":1},{"a/b":{}}],"x":"y"}"#);
    assert_eq!(said.erased, ["/arguments/query", "/arguments/n/0/a~1b/k", "/arguments/n/1/a~1b/k"]);
    assert_eq!(said.hidden.texts, ["canary-1", "canary-2"]);
    let (out, said) = kept(text, &["/arguments/n/0"], false);
    assert_eq!(out, r#"{"query":"canary-1","n":[null,{"a/b":{"k":2}}],"x":"y"}"#);
    assert_eq!(said.hidden.texts, ["canary-2"]);
    for elsewhere in ["/resource/query", "/query"] {
        let (out, _) = kept(text, &[elsewhere], false);
        assert!(!out.contains("canary-1"), "{elsewhere}: {out}");
    }
    let (out, said) = kept(text, &["/arguments"], false);
    assert_eq!((out.as_str(), said.erased.as_slice()), ("", &["/arguments".to_owned()][..]));
    let manifest = r#"{"steps":[{"call":{"arguments":{"query":"canary"}}}]}"#;
    let (out, said) = kept(manifest, &["/arguments/query"], true);
    assert_eq!(out, r#"{"steps":[{"call":{"arguments":{}}}]}"#);
    assert_eq!(said.erased, ["/arguments/steps/0/call/arguments/query"]);
    assert!(kept(manifest, &["/arguments/query"], false).0.contains("canary"));
}

#[test]
fn no_sentence_repeats_what_was_taken_out() {
    let mut hidden = Hidden::default();
    hidden.add("say \"canary\" loudly-and-often");
    hidden.add("77123");
    for told in [
        "denied: say \"canary\" loudly-and-often",
        r#"denied: "say \"canary\" loudly-and-often""#,
        "the word `loudly-and-often` costs 77123",
    ] {
        let shown = without(told, &hidden);
        assert!(shown.contains("[masked]") && !shown.contains("often"), "{shown}");
        assert!(!shown.contains("77123"), "{shown}");
    }
    hidden.add(&"word ".repeat(10_000));
    assert_eq!(without("whatever it says", &hidden), "[masked]", "too much to search for");
}
