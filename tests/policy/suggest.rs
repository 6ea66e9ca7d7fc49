//! `policy suggest` through the real binary: what history teaches, what it never teaches, and that what it proposes does what
//! it says once a person applied it.

use serde_json::{Value, json};

use crate::stage::{Stage, code, ran, refused};
use crate::support::Session;

const CANARY: &str = "canary-printed-91ce";
const COLUMNS: &str = "id,ts,event_type,tab_id,batch_id,tool,command,exit_code,stdout,stderr,safety_score,safety_label,metadata";

/// A telemetry: `rm -rf` was unsafe, `git` was safe, what they printed is nobody's business.
fn telemetry(rounds: usize) -> String {
    let mut text = format!("{COLUMNS}\n");
    for round in 0..rounds {
        for (command, label) in [
            (format!("rm -rf /data/{round}"), 1),
            (format!("git status -s {round}"), 0),
            (format!("git commit -m round{round}"), 0),
        ] {
            text.push_str(&format!(
                "{round}-{label},2026-11-0{},command,tab,batch,shell,{command},0,\"{CANARY}, rm\",{CANARY} {label},,{label},\"{{\"\"x\"\":\"\"{CANARY}\"\"}}\"\n",
                round % 9 + 1
            ));
        }
    }
    text
}

fn suggest(stage: &Stage, args: &[&str]) -> Value {
    stage.home.cli_json(&[&["policy", "suggest", "--json"], args].concat())
}

fn effects(told: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let add = told["diff"]["add"].as_array().expect("rules").iter();
    add.map(|rule| (text(&rule["effect"]), text(&rule["pattern"]) + &text(&rule["tool"]))).collect()
}

fn propose(stage: &Stage, file: &str) -> String {
    let told = stage.home.cli_json(&["policy", "propose", file, "--json"]);
    told["suggestion_id"].as_str().expect("an id").to_owned()
}

fn run(session: &mut Session, command: &str) -> Value {
    session.call("notes__run_command", json!({ "command": command }))
}

#[test]
fn what_a_telemetry_teaches_denies_the_next_such_call_once_it_is_applied() {
    let stage = Stage::new();
    let csv = stage.file("calls.csv", &telemetry(10));
    let out = stage.home.work().join("learned.json");
    let out = out.to_str().expect("a path");
    let told = stage.home.cli(&["policy", "suggest", "--csv", &csv, "--out", out]).ok();
    let told = [told.stdout, told.stderr, std::fs::read_to_string(out).expect("the diff")].concat();
    assert!(told.contains(r"\brm\W+rf\b") && !told.contains("git"), "{told}");
    assert!(!told.contains("canary"), "{told}");

    let json = suggest(&stage, &["--csv", &csv]);
    assert_eq!(effects(&json), [("deny".to_owned(), r"(?i)\brm\W+rf\b".to_owned())]);
    assert!(!json.to_string().contains("canary"));
    let one = &json["proposals"][0];
    assert_eq!((&one["precision"], &one["held_back"]["false_positives"]), (&json!(1.0), &json!(0)));
    assert!(
        one["support"].as_u64() >= Some(8) && one["held_back"]["met"].as_u64() >= Some(1),
        "{one}"
    );
    assert_eq!(json["history"]["labelled"], 30, "{json:#}");
    let meta = &json["diff"]["meta"];
    assert!(meta["generated_at"].is_string() && meta["model_version"].is_string(), "{meta}");
    assert_eq!(meta["suggestions_count"], 1);

    let mut session = stage.agent();
    session.tools_with("notes__run_command");
    refused(&run(&mut session, "rm -rf /srv/x"), "waiting");
    let id = propose(&stage, out);
    refused(&run(&mut session, "rm -rf /srv/y"), "waiting");
    stage.apply(&id);
    refused(&run(&mut session, "sudo RM  -rf /srv/z"), "denied_by_policy");
    ran(&run(&mut session, "git status"));
    assert_eq!(stage.notes.calls_of("run_command"), [json!({"command": "git status"})]);

    // Down a pipe it is the diff alone.
    let piped = stage.home.cli(&["policy", "suggest", "--csv", &csv, "--out", "-"]).ok().json();
    assert_eq!(piped["add"], json["diff"]["add"]);
}

#[test]
fn what_cannot_be_read_or_is_too_little_is_said_and_nothing_of_it_quoted() {
    let stage = Stage::new();
    let few = stage.home.cli(&["policy", "suggest"]).exits(1);
    assert!(few.stderr.contains("audit label") && few.stderr.contains("fewer than 10"), "{few:?}");
    let few = stage.home.cli(&["policy", "suggest", "--allow"]).exits(1);
    assert!(few.stderr.contains("fewer than 5"), "{few:?}");
    let slipped = format!("{}x,1,c,t,b,shell,ls,0,{CANARY},a,{CANARY},e,,0,\n", telemetry(10));
    let score = format!("{COLUMNS}\nx,1,c,t,b,shell,ls,0,a,b,{CANARY},,\n");
    for (name, text, what) in [
        ("slipped.csv", slipped.as_str(), "row 31"),
        ("score.csv", &score, "row 1"),
        ("other.csv", "a,b\n1,2\n", "command"),
    ] {
        let file = stage.file(name, text);
        let told = stage.home.cli(&["policy", "suggest", "--csv", &file]).exits(1);
        assert!(told.stderr.contains(what) && !told.stderr.contains("canary"), "{told:?}");
    }
}

/// Allowed calls are labelled afterwards by a person; the labels teach, and teach something else once they are changed.
#[test]
fn labels_of_people_change_what_is_learned() {
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    for round in 0..16 {
        let text = if round % 3 != 0 { "wipe everything now" } else { "keep a list of it" };
        ran(&session.call("notes__write_note", json!({"id": round.to_string(), "text": text})));
    }
    let rows: Vec<(u64, String)> = stage
        .journal("call.permitted")
        .iter()
        .filter(|row| row["tool"] == "write_note")
        .map(|row| {
            let seq = row["seq"].as_u64().expect("a number");
            let shown = stage.home.cli_json(&["audit", "show", &seq.to_string(), "--json"]);
            (seq, shown["body"]["arguments"]["text"].as_str().expect("a text").to_owned())
        })
        .collect();
    assert_eq!(rows.len(), 16);
    let label = |bad: &str| {
        for (seq, text) in &rows {
            let word = if text.contains(bad) { "unsafe" } else { "safe" };
            stage.home.cli(&["audit", "label", &seq.to_string(), word]).ok();
        }
        suggest(&stage, &[])
    };
    stage.home.cli(&["policy", "suggest"]).exits(1);
    let wipe = effects(&label("wipe"));
    assert!(
        wipe.iter().all(|(_, what)| !what.contains("keep") && !what.contains("list")),
        "{wipe:?}"
    );
    assert!(
        wipe.iter().any(|(effect, what)| effect == "deny" && what.contains("wipe")),
        "{wipe:?}"
    );
    // More than half of the calls of that tool were unsafe: asked about at tier 3, by the name that rules know it by.
    assert!(wipe.contains(&("ask".to_owned(), "notes__write_note".to_owned())), "{wipe:?}");
    let keep = effects(&label("keep"));
    assert!(keep.iter().all(|(_, what)| !what.contains("wipe")), "{keep:?}");
    assert!(
        keep.iter().any(|(effect, what)| effect == "deny" && what.contains("keep")),
        "{keep:?}"
    );
    for (seq, _) in &rows {
        stage.home.cli(&["audit", "label", &seq.to_string(), "unknown"]).ok();
    }
    stage.home.cli(&["policy", "suggest"]).exits(1);
}

/// Asks for each, and lets the admin say yes to it.
fn approved(stage: &Stage, session: &mut Session, tool: &str, calls: &[Value]) {
    for call in calls {
        refused(&session.call(tool, call.clone()), "waiting");
        let question = stage.home.the_question();
        stage.home.approve(&stage.alice, question["id"].as_str().expect("an id"));
    }
}

#[test]
fn what_was_always_approved_becomes_a_pattern_that_saves_the_next_question() {
    let stage = Stage::new();
    stage.home.write_config(&stage.notes.toml("notes", "production"));
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    let note = |id: &str| json!({"id": id, "text": format!("about {id}")});
    let calls: Vec<Value> = (0..6).map(|at| note(&format!("/srv/notes/drafts/{at}.md"))).collect();
    // What runs commands, and what takes away, is asked about again however often it was approved.
    let commands: Vec<Value> = (0..6).map(|_| json!({"command": "make all"})).collect();
    let deletes: Vec<Value> =
        (0..6).map(|at| json!({"id": format!("/srv/notes/drafts/{at}.md")})).collect();
    approved(&stage, &mut session, "notes__write_note", &calls[..4]);
    approved(&stage, &mut session, "notes__run_command", &commands[..1]);
    approved(&stage, &mut session, "notes__delete_note", &deletes);
    let before = suggest(&stage, &["--allow"]);
    assert_eq!(before["diff"]["add"], json!([]), "four are too few: {before:#}");
    approved(&stage, &mut session, "notes__write_note", &calls[4..]);

    let out = stage.home.work().join("allow.json");
    let out = out.to_str().expect("a path");
    let told = suggest(&stage, &["--allow", "--out", out]);
    assert_eq!(effects(&told), [("allow".to_owned(), "notes__write_note".to_owned())], "{told:#}");
    let rule = &told["diff"]["add"][0];
    assert_eq!(rule["when"], json!({"id": "/srv/notes/drafts/**", "text": "*"}));
    assert_eq!(
        (rule.get("allow_tier"), told["proposals"][0].get("precision")),
        (None, None),
        "{told:#}"
    );
    assert!(told["diff"]["meta"].get("model_version").is_none(), "{told:#}");
    let text = stage.home.cli(&["policy", "suggest", "--allow"]).ok().stdout;
    assert!(text.contains("allow") && text.contains("1 of 1") && !text.contains('%'), "{text}");

    refused(&session.call("notes__write_note", note("/srv/notes/drafts/new.md")), "waiting");
    let sent = stage.notes.calls().len();
    let id = propose(&stage, out);
    let page = stage.suggestion(&id);
    assert_eq!(page["tier"], 3, "an allow loosens");
    assert!(page["replay"]["changes"].to_string().contains(r#""to":"allow""#), "{page:#}");
    stage.apply(&id);
    ran(&session.call("notes__write_note", note("/srv/notes/drafts/newer.md")));
    assert_eq!(stage.notes.calls().len(), sent + 1);
    for outside in ["/srv/notes/other.md", "/srv/notes/drafts/../x.md", "/etc/cron.d/x"] {
        let result = session.call("notes__write_note", note(outside));
        assert_ne!(code(&result), "(none)", "{outside}: {result}");
    }
    assert_eq!(stage.notes.calls().len(), sent + 1);
}
