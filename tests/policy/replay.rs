//! `policy replay` through the real binary: exactly the calls that a change decides otherwise, and no guess about the rest.

use std::fs;

use serde_json::{Value, json};

use crate::decisions::Stage;

fn replayed(stage: &Stage, diff: Option<&Value>) -> Value {
    let mut args = vec!["policy", "replay", "--since", "1h", "--json"];
    let file = stage.home.work().join("diff.json");
    if let Some(diff) = diff {
        fs::write(&file, diff.to_string()).expect("a diff");
        args.extend(["--diff", file.to_str().expect("a path")]);
    }
    let told = stage.home.cli_json(&args);
    let number = |name: &str| told[name].as_u64().expect("a number");
    assert_eq!(number("calls"), number("judged") + number("not_judged"));
    assert_eq!(number("judged"), number("changed") + number("unchanged"));
    told
}

fn adds(rule: &Value) -> Value {
    json!({"add": [rule], "remove": [], "meta": {}})
}

/// What would change: tool, verdicts, rule, count.
fn changes(report: &Value) -> Vec<(String, String, String, u64)> {
    let all = report["changes"].as_array().expect("changes").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    all.map(|c| {
        let verdicts = format!("{} {}", text(&c["from"]), text(&c["to"]));
        (text(&c["tool"]), verdicts, text(&c["rule"]), c["count"].as_u64().expect("a count"))
    })
    .collect()
}

fn not_judged(report: &Value) -> Vec<(String, Value, u64)> {
    let all = report["unjudged"].as_array().expect("reasons").iter();
    let calls = all.filter(|group| group["why"] != "method_not_ruled");
    calls
        .map(|g| {
            (
                g["why"].as_str().expect("a word").to_owned(),
                g["of"].clone(),
                g["count"].as_u64().expect("a count"),
            )
        })
        .collect()
}

#[test]
fn a_change_shows_exactly_the_calls_that_it_decides_otherwise() {
    let stage = Stage::new("");
    stage.play();
    let mut session = stage.session();
    for id in ["b", "b", "c"] {
        session.call("notes__write_note", json!({"id": id, "text": "x"}));
    }
    session.close_stdin();
    session.wait_exit();

    // `slow_write` was denied for a path that is masked now: the module that stands cannot be asked about it again.
    let now = replayed(&stage, None);
    assert_eq!(now["changed"], 0, "{now:#}");
    assert_eq!(not_judged(&now), [("masked".to_owned(), json!("modules"), 1)]);

    let deny = adds(
        &json!({"tool": "notes__write_note", "when": {"id": "b"}, "effect": "deny", "name": "no b",
        "match": [{"id": "b"}], "not_match": [{"id": "a"}]}),
    );
    let report = replayed(&stage, Some(&deny));
    let changed = |tool: &str, verdicts: &str, rule: &str, count| {
        (tool.to_owned(), verdicts.to_owned(), rule.to_owned(), count)
    };
    assert_eq!(changes(&report), [changed("notes__write_note", "allow deny", "no b", 2)]);
    let examples = report["changes"][0]["examples"].as_array().expect("examples");
    assert_eq!(examples.len(), 2);
    for example in examples {
        let seq = example["seq"].to_string();
        let row = stage.home.cli_json(&["audit", "show", &seq, "--json"]);
        assert_eq!(row["body"]["arguments"]["id"], "b");
    }

    // An allow of what was asked about: each question once, also where the same was asked twice.
    let allow = adds(
        &json!({"tool": "notes__delete_note", "effect": "allow", "allow_tier": 3, "name": "deletes",
        "when": {"id": "gone"}, "match": [{"id": "gone"}], "not_match": [{"id": "x"}]}),
    );
    assert_eq!(
        changes(&replayed(&stage, Some(&allow))),
        [changed("notes__delete_note", "ask allow", "deletes", 2)]
    );

    // What the kernel says stays whatever a candidate allows, and nothing was proposed by looking.
    let waiting = stage.home.cli_json(&["policy", "suggestions", "--json"]);
    assert_eq!(waiting["suggestions"], json!([]), "{waiting:#}");
}

#[test]
fn what_is_not_kept_is_counted_and_never_guessed() {
    let stage = Stage::new("[retention]\nbodies = \"2s\"\n");
    stage.play();
    let on_text = |effect: &str| {
        adds(
            &json!({"tool": "notes__write_note", "when": {"text": "secret*"}, "effect": effect, "name": "looks",
            "match": [{"text": "secret 1"}], "not_match": [{"text": "x"}]}),
        )
    };
    let masked = |of: &str| ("masked".to_owned(), json!(of), 1_u64);
    for effect in ["deny", "ask"] {
        let report = replayed(&stage, Some(&on_text(effect)));
        assert_eq!(report["changed"], 0, "{effect}: {report:#}");
        assert_eq!(not_judged(&report), [masked("looks"), masked("modules")], "{effect}");
    }
    // A rule that takes whatever stands there needs no look at it.
    let any = adds(
        &json!({"tool": "notes__write_note", "when": {"text": "*"}, "effect": "deny", "name": "any",
        "match": [{"text": "x"}], "not_match": [{"id": "x"}]}),
    );
    let report = replayed(&stage, Some(&any));
    assert_eq!(changes(&report).len(), 1, "{report:#}");
    assert_eq!(not_judged(&report), [masked("modules")]);
    // The same of a guarded name, and of a pattern over all texts.
    let prompt = adds(
        &json!({"tool": "notes__update_anything", "when": {"prompt": "*bomb*"}, "effect": "deny",
        "name": "bombs", "match": [{"prompt": "a bomb"}], "not_match": [{"prompt": "x"}]}),
    );
    assert_eq!(not_judged(&replayed(&stage, Some(&prompt))), [masked("bombs"), masked("modules")]);

    std::thread::sleep(std::time::Duration::from_millis(2_200));
    stage.home.cli_with_token(&stage.alice, &["audit", "prune", "--yes"]).ok();
    let report = replayed(&stage, Some(&on_text("deny")));
    assert_eq!((&report["changed"], &report["judged"]), (&json!(0), &json!(0)), "{report:#}");
    let gone = not_judged(&report);
    assert_eq!((gone.len(), gone[0].0.as_str()), (1, "erased"), "{gone:?}");
    assert!(gone[0].2 >= 8);
}

#[test]
fn a_wrong_diff_is_refused_with_its_faults() {
    let stage = Stage::new("");
    let file = stage.home.work().join("diff.json");
    fs::write(&file, r#"{"add": [{"tool": "x", "effect": "perhaps"}]}"#).expect("a diff");
    let file = file.to_str().expect("a path").to_owned();
    stage.home.cli(&["policy", "replay", "--since", "1h", "--diff", &file]).exits(1);
    stage.home.cli(&["policy", "replay", "--since", "yesterday"]).exits(2);
    stage.home.cli(&["policy", "replay", "--since", "1d", "--until", "2d"]).exits(2);
    let told = stage.home.cli(&["policy", "replay", "--since", "2d", "--until", "1d"]).ok();
    assert_eq!((told.stdout.lines().count(), told.stderr.as_str()), (1, ""), "{told:?}");
}
