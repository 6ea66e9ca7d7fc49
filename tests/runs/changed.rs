//! Whatever changed since the yes stops the run before anything of the changed step is sent.

use serde_json::json;

use crate::stage::*;
use crate::support::{Session, text};

/// A run whose first step ran and whose second waits for a server that is down.
fn halfway(stage: &Stage, session: &mut Session) -> serde_json::Value {
    let run = approved(stage, session, &plan("k", &[write("a", "first"), draft("b", "second")]));
    stage.down(&stage.drafts);
    refused(&execute(session, &run), "upstream_down");
    assert_eq!(status(session, &run)["state"], "interrupted");
    assert_eq!(stage.written(), ["first"]);
    run
}

/// Copies what is executed from one run to another, consistent in itself.
fn exchange(stage: &Stage, run: &serde_json::Value, with: &serde_json::Value, columns: &[&str]) {
    let hex = |run| id_of(run).replace('-', "");
    let set: Vec<String> = columns
        .iter()
        .map(|name| format!("{name} = (SELECT {name} FROM runs WHERE id = x'{}')", hex(with)))
        .collect();
    stage.tamper(&format!("UPDATE runs SET {} WHERE id = x'{}'", set.join(", "), hex(run)));
}

#[test]
fn a_plan_that_was_changed_in_the_database_is_not_executed() {
    let stage = Stage::new();
    let mut session = stage.told();
    let evil = create(&mut session, "D3", &plan("evil", &[write("a", "changed")]));
    for (key, columns, cause) in [
        ("one", &["ir"][..], "dag_mismatch"),
        ("two", &["manifest"], "dag_mismatch"),
        ("three", &["ir", "ir_hash"], "dag_mismatch"),
        ("four", &["manifest", "manifest_digest"], "dag_mismatch"),
    ] {
        let run = approved(&stage, &mut session, &plan(key, &[write("a", key)]));
        exchange(&stage, &run, &evil, columns);
        stopped(&execute(&mut session, &run), cause);
        assert_eq!(status(&mut session, &run)["state"], "stopped");
    }
    assert_eq!(stage.journal("ir.dag_diff_failed").len(), 4);
    // Whoever changes all of it alike has no yes to that manifest.
    let run = approved(&stage, &mut session, &plan("all", &[write("a", "all")]));
    exchange(&stage, &run, &evil, &["ir", "ir_hash", "manifest", "manifest_digest"]);
    refused(&execute(&mut session, &run), "call_changed");
    stage.silent();
    let run = approved(&stage, &mut session, &plan("good", &[write("a", "good")]));
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["good"]);
}

/// The yes was used by beginning; what is left are grants, each for one call.
#[test]
fn a_step_that_was_changed_in_the_database_after_the_beginning_is_not_sent() {
    for tamper in [true, false] {
        let stage = Stage::new();
        let mut session = stage.told();
        let run = halfway(&stage, &mut session);
        stage.drafts.control(&json!({}));
        let mut next = stage.told();
        let steps = [write("a", "first"), draft("b", "changed")];
        let evil = create(&mut next, "D3", &plan("evil", &steps));
        if tamper {
            exchange(&stage, &run, &evil, &["ir", "ir_hash", "manifest", "manifest_digest"]);
            stopped(&execute(&mut next, &run), "call_changed");
            assert_eq!(stage.written(), ["first"]);
        } else {
            completed(&execute(&mut next, &run));
            assert_eq!(stage.written(), ["first", "second"]);
        }
    }
}

#[test]
fn a_mapping_that_changed_after_the_yes_stops_the_run() {
    let stage = Stage::new();
    let mut session = stage.told();
    for (key, from, to, cause) in [
        ("tool", "tool = \"write_note\"", "tool = \"delete_note\"", "call_changed"),
        // The tool takes no such argument, so policy comes first.
        ("name", "resource = \"id\"", "resource = \"name\"", "denied_by_policy"),
        ("server", "upstream = \"notes\"", "upstream = \"drafts\"", "call_changed"),
        ("gone", "tool.\"notes.write\"", "tool.\"notes.other\"", "call_changed"),
    ] {
        stage.configure("", |plans| plans);
        let run = approved(&stage, &mut session, &plan(key, &[write("a", key)]));
        stage.configure("", |plans| plans.replace(from, to));
        let result = execute(&mut session, &run);
        refused(&result, "stopped");
        assert_eq!(result["structuredContent"]["cause"], cause, "{key}: {result}");
    }
    stage.silent();
    // Twin: what changed and came back is what was approved.
    stage.configure("", |plans| plans);
    let run = approved(&stage, &mut session, &plan("twin", &[write("a", "twin")]));
    stage.configure("", |plans| plans.replace("tool = \"write_note\"", "tool = \"delete_note\""));
    stage.configure("", |plans| plans);
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["twin"]);
}

#[test]
fn a_definition_that_changed_after_the_yes_stops_the_run() {
    for changes in [true, false] {
        let stage = Stage::new();
        let mut session = stage.told();
        let run = approved(&stage, &mut session, &plan("k", &[write("a", "x")]));
        session.close_stdin();
        session.wait_exit();
        if changes {
            stage.notes.change_definitions(&[]);
        }
        let mut next = stage.told();
        if changes {
            stopped(&execute(&mut next, &run), "call_changed");
            stage.silent();
        } else {
            completed(&execute(&mut next, &run));
        }
    }
}

#[test]
fn a_policy_that_is_stricter_by_now_stops_the_run() {
    let deny = "[[rule]]\ntool = \"notes__write_note\"\neffect = \"deny\"\n";
    let ask = "[[rule]]\ntool = \"drafts__write_note\"\neffect = \"ask\"\n";
    let lower = "require_approval_tier = 1\n";
    let graver = |plans: String| plans.replacen("tier = 1", "tier = 3", 1);
    let class = |plans: String| format!("[directive.D1]\ntier = 0\napproval = true\n{plans}");
    let same = |plans: String| plans;
    let stage = Stage::new();
    let mut session = stage.told();
    let before = |session: &mut Session, directive: &str, key: &str, step| {
        stage.configure("", |plans| plans);
        let run = create(session, directive, &plan(key, &[step]));
        if run["approval_status"] == "pending" {
            stage.approve(&run);
        }
        run
    };
    type Change<'a> = &'a dyn Fn(String) -> String;
    // What is said of a step ends the run there; what is said of the whole keeps it from beginning.
    let changes: [(&str, &str, &str, Change<'_>, &str, bool); 5] = [
        ("denied", "D3", deny, &same, "denied_by_policy", true),
        ("graver", "D3", "", &graver, "tier_rose", false),
        ("asks", "D1", ask, &same, "needs_a_yes", true),
        ("lower", "D1", lower, &same, "needs_a_yes", false),
        ("class", "D1", "", &class, "needs_a_yes", false),
    ];
    for (key, directive, more, change, cause, ends) in changes {
        let step = if directive == "D1" { draft("a", key) } else { write("a", key) };
        let run = before(&mut session, directive, key, step);
        stage.configure(more, change);
        let result = execute(&mut session, &run);
        if ends {
            stopped(&result, cause);
        } else {
            refused(&result, cause);
            assert_eq!(status(&mut session, &run)["state"], "created", "{key}");
        }
    }
    stage.silent();
    // Twins under the configuration that they were made with.
    let run = before(&mut session, "D3", "one", write("a", "one"));
    completed(&execute(&mut session, &run));
    let run = before(&mut session, "D1", "two", draft("a", "two"));
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["one", "two"]);
}

#[test]
fn a_class_that_is_gone_says_nothing_of_its_runs() {
    let stage = Stage::new();
    let own = |plans: String| format!("[directive.LOW]\ntier = 0\napproval = false\n{plans}");
    stage.configure("", own);
    let mut session = stage.told();
    let run = create(&mut session, "LOW", &plan("k", &[draft("a", "x")]));
    stage.configure("", |plans| plans);
    refused(&execute(&mut session, &run), "unknown_directive");
    stage.silent();
    // It may only be the configuration of this minute, or of this session.
    stage.configure("", own);
    completed(&execute(&mut session, &run));
    assert_eq!(stage.written(), ["x"]);
}

/// The steps before the changed one ran, those after it do not.
#[test]
fn what_changed_stops_the_run_where_it_stands() {
    let stage = Stage::new();
    let mut session = stage.told();
    let run = halfway(&stage, &mut session);
    stage.drafts.control(&json!({}));
    let deny = "[[rule]]\ntool = \"drafts__write_note\"\neffect = \"deny\"\n";
    stage.configure(deny, |plans| plans);
    let result = execute(&mut session, &run);
    refused(&result, "stopped");
    assert_eq!(result["structuredContent"]["jobs"]["completed"], 1, "{result}");
    assert!(text(&result).contains("Nothing after it ran"), "{result}");
    // It is final, whatever the policy says later.
    stage.configure("", |plans| plans);
    refused(&execute(&mut session, &run), "stopped");
    assert_eq!(stage.written(), ["first"]);
}
