//! What is kept of questions that are no calls, and what every row tells where modules do not judge.

use std::fs;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::asking::{Listener, write_private};
use crate::decisions::{self, GUARDED, MASKED, all_bytes};
use crate::stage;
use crate::support::{Home, Launch, is_error};

/// Denies with what it was shown.
const QUOTES: &str = r#"# countersign: status=active
package countersign.quotes

default allow := true

allow := false if input.resource.path

deny_reasons contains concat(" ", ["not", input.resource.path]) if input.resource.path

warnings contains concat(" ", ["it says", input.resource.prompt]) if input.resource.prompt

decision := {"allow": allow, "deny_reasons": deny_reasons, "warnings": warnings}
"#;

fn log(home: &Home) -> Vec<Value> {
    let told = home.cli(&["audit", "export", "--format", "opa"]).ok().stdout;
    told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Each row of a query as the texts in it.
fn query(home: &Home, sql: &str) -> Vec<Vec<String>> {
    let conn = Connection::open(home.path().join("countersign.db")).expect("the store");
    let mut statement = conn.prepare(sql).expect("a query");
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<String>> {
        (0..columns).map(|at| Ok(row.get::<_, Option<String>>(at)?.unwrap_or_default())).collect()
    };
    statement.query_map([], row).expect("rows").map(|row| row.expect("a row")).collect()
}

#[track_caller]
fn nowhere(home: &Home, canaries: &[&str]) {
    let export = home.cli(&["audit", "export", "--format", "opa"]).ok().stdout;
    let evidence = home.cli(&["audit", "export"]).ok().stdout;
    let mut files = vec![
        ("export".to_owned(), export.into_bytes()),
        ("evidence".to_owned(), evidence.into_bytes()),
    ];
    all_bytes(&home.path(), &mut files);
    assert!(files.len() > 4, "the store is among them");
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        for canary in canaries {
            assert!(!text.contains(canary), "`{canary}` is in `{name}`");
        }
    }
}

#[test]
fn of_a_question_that_is_no_call_nothing_is_kept_that_a_call_would_not_leave() {
    let home = Home::new();
    home.write_config("[policy]\nmask = [\"/arguments/text\", \"/resource/path\"]\n");
    let folder = home.path().join("policies");
    fs::create_dir(&folder).expect("a folder");
    write_private(&folder.join("quotes.rego"), QUOTES);
    let resource = json!({"path": format!("/data/{MASKED}/notes"), "prompt": GUARDED});
    let context = json!({
        "text": MASKED, "deep": [{"text": MASKED}, {"messages": [GUARDED]}], "note": "kept-3f0c",
    });
    let mut session = Launch::serve(&home, &["--toolsets", "approvals,policy"]).start();
    session.initialize("2025-11-25");
    let asked = json!({"action": "file_write", "resource": resource, "context": context});
    let answer = session.call("check_permission", asked.clone());
    let said = answer["structuredContent"].to_string();
    assert_eq!(answer["structuredContent"]["decision"], "deny", "{answer}");
    assert!(said.contains(MASKED) && said.contains(GUARDED), "whoever asks is answered: {said}");
    session.close_stdin();
    session.wait_exit();
    let listener = Listener::start(&home);
    let told = listener.data("cmbagent/quotes", &asked);
    assert!(told["result"]["deny_reasons"].to_string().contains(MASKED), "{told}");
    drop(listener);

    nowhere(&home, &[MASKED, GUARDED]);
    let rows = query(
        &home,
        "SELECT id, decision, policy_name, action, decision_reason, input_data FROM policy_decisions
         WHERE type = 'policy.checked' ORDER BY seq",
    );
    let ids = [&answer["structuredContent"]["decision_id"], &told["decision_id"]];
    assert_eq!(rows.len(), 2);
    for ((row, id), name) in rows.iter().zip(ids).zip(["countersign", "countersign.quotes"]) {
        assert_eq!(row[0], id.as_str().expect("an id"));
        assert_eq!([row[1].as_str(), row[3].as_str()], ["deny", "file_write"]);
        assert!(row[2] == name || row[2] == "cmbagent.quotes", "{row:?}");
        assert!(row[4].contains("[masked]") && row[5].contains("kept-3f0c"), "{row:?}");
    }
    let log = log(&home);
    let log: Vec<&Value> =
        log.iter().filter(|line| line["governance"]["type"] == "policy.checked").collect();
    assert_eq!(log.len(), 2);
    for (line, id) in log.iter().zip(ids) {
        assert_eq!(&line["decision_id"], id);
        let erased = ["/input/context/deep/0/text", "/input/context/text", "/input/resource/path"];
        let mut told: Vec<&str> =
            line["erased"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        told.sort_unstable();
        assert_eq!(told, erased, "{line:#}");
        let masked = line["masked"].to_string();
        assert!(
            masked.contains("/input/resource/prompt")
                && masked.contains("/input/context/deep/1/messages"),
            "{masked}"
        );
        assert_eq!(line["input"]["context"]["note"], "kept-3f0c");
        assert!(line["result"]["deny_reasons"][0].as_str().is_some_and(|r| r.contains("[masked]")));
    }
    home.cli(&["audit", "verify"]).ok();
}

/// A mask that comes while a session runs holds from its next question on.
#[test]
fn a_mask_that_comes_later_holds_for_the_next_question() {
    let home = Home::new();
    home.write_config("[policy]\n");
    let mut session = Launch::serve(&home, &["--toolsets", "approvals,policy"]).start();
    session.initialize("2025-11-25");
    let mut ask = |text: &str| {
        let asked = json!({"action": "exec", "resource": {"text": text}});
        let answer = session.call("check_permission", asked);
        assert_eq!(answer["structuredContent"]["allowed"], true, "{answer}");
    };
    ask("before-0c11");
    home.write_config("[policy]\nmask = [\"/arguments/text\"]\n");
    ask(MASKED);
    let rows =
        query(&home, "SELECT input_data FROM policy_decisions WHERE type = 'policy.checked'");
    assert!(rows.len() == 2 && rows[0][0].contains("before-0c11"), "the twin: {rows:?}");
    nowhere(&home, &[MASKED]);
}

/// The journal keeps a change of policy without what is masked; whoever decides sees all of it.
#[test]
fn a_change_is_shown_in_full_and_kept_without_what_is_masked() {
    let rows = |stage: &stage::Stage| {
        query(&stage.home, "SELECT CAST(body AS TEXT) FROM journal WHERE type = 'approval.asked'")
    };
    for (masks, kept) in [("", true), ("[policy]\nmask = [\"/arguments/pattern\"]\n", false)] {
        let stage = stage::Stage::with(masks);
        let mut session = stage.agent();
        let id = stage::proposed(&mut session, &stage::pattern(MASKED, "deny"));
        let shown = stage.home.the_question().to_string();
        assert!(shown.contains(MASKED), "{shown}");
        assert!(stage.suggestion(&id).to_string().contains(MASKED));
        let asked = rows(&stage);
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0][0].contains(MASKED), kept, "{asked:?}");
        // What was masked in the journal is whole where it is applied from.
        stage.apply(&id);
        let call = json!({"id": "a", "text": MASKED});
        stage::refused(&session.call("notes__write_note", call), "denied_by_policy");
        assert!(stage.notes.calls().is_empty());
        stage::ran(&stage::write(&mut session));
    }
}

/// The variable that turns modules off is told of by every decision, however much of the call is taken out.
#[test]
fn that_modules_are_switched_off_is_told_by_every_decision() {
    const TOLD: &str = "modules are switched off (policy.enforcement)";
    for off in [true, false] {
        let stage = decisions::Stage::new("");
        let mut session = Launch::serve(&stage.home, &["--toolsets", "all", "--on-ask", "pending"]);
        if off {
            session = session.env("POLICY_ENFORCEMENT_ENABLED", "false");
        }
        let mut session = session.start();
        session.initialize("2025-11-25");
        let long = "modules are switched off ".repeat(2_000);
        for (tool, arguments) in [
            ("read_note", json!({"id": "a"})),
            ("run_query", json!({"sql": "select 1"})),
            ("delete_note", json!({"id": "gone"})),
            ("update_anything", json!({"prompt": long})),
            ("update_anything", json!({"prompt": "modules are switched off"})),
        ] {
            session.call(&format!("notes__{tool}"), arguments);
        }
        // What a module denies runs, as whoever switched it off was told.
        let denied =
            session.call("notes__slow_write", json!({"id": "x", "path": "/a", "seconds": 0}));
        assert_eq!(stage::code(&denied), if off { "waiting" } else { "denied_by_policy" });
        assert!(is_error(&denied) && stage.notes.calls_of("slow_write").is_empty());
        if off {
            let id = denied["_meta"]["countersign/refusal"]["approval"]["id"].as_str();
            let id = id.expect("a question");
            stage.home.approve(&stage.alice, id);
            stage::ran(&session.call("resume_call", json!({"id": id})));
            assert_eq!(stage.notes.calls_of("slow_write").len(), 1);
        }
        session.call("check_permission", json!({"action": "exec", "resource": {"path": "/a"}}));
        session.close_stdin();
        session.wait_exit();

        let rows = query(
            &stage.home,
            "SELECT type, input_data, policy_result, decision_reason FROM policy_decisions ORDER BY seq",
        );
        let log = log(&stage.home);
        assert!(rows.len() == log.len() && rows.len() >= 7, "{} and {}", rows.len(), log.len());
        for (row, line) in rows.iter().zip(&log) {
            if row[0] == "policy.checked" {
                let reason = "Policy enforcement disabled";
                assert_eq!(row[3] == reason, off, "{row:?}");
                assert_eq!(line["governance"]["decision_reason"] == reason, off, "{line:#}");
                continue;
            }
            for told in [&row[1], &row[2], &line["result"]["warnings"].to_string()] {
                assert_eq!(told.contains(TOLD), off, "{row:?}");
            }
        }
    }
}
