//! One word for one thing: what people and agents are told of versions, suggestions, rules and modules, and of what is
//! not there.

use serde_json::{Value, json};

use crate::stage::{Stage, pattern, proposed, refused};
use crate::support::text;

/// Puts a module in a file beside the configuration.
fn of_file(stage: &Stage, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = stage.home.path().join("policies");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let file = folder.join(format!("{name}.rego"));
    std::fs::write(&file, text).expect("the module can be written");
    for (path, mode) in [(&folder, 0o700), (&file, 0o600)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    }
}

/// Proposes with these options by an operator, and applies; the version that it made.
#[track_caller]
fn put(stage: &Stage, options: &[&str]) -> Value {
    let told = stage.home.cli_json(&[&["policy", "propose", "--json"], options].concat());
    stage.apply(told["suggestion_id"].as_str().expect("an id"))
}

#[track_caller]
fn id(told: &Value) -> String {
    told["suggestion_id"].as_str().unwrap_or_else(|| panic!("no id in {told}")).to_owned()
}

/// The line of a table that has this word.
#[track_caller]
fn line(table: &str, word: &str) -> String {
    let found = table.lines().find(|line| line.contains(word));
    found.unwrap_or_else(|| panic!("no line with `{word}` in\n{table}")).to_owned()
}

/// A version is the policy's, a revision is a module's own.
#[test]
fn a_version_is_of_the_policy_and_a_revision_of_a_module() {
    let stage = Stage::new();
    put(&stage, &["--activate", "cost_control"]);
    put(&stage, &["--deactivate", "cost_control"]);
    let rule = stage.propose(&pattern("green ledger", "deny"));
    let version = stage.apply(&id(&rule))["version"].as_u64().expect("a number");
    assert!(version >= 3, "{version}");
    let list = stage.home.cli_json(&["policy", "list", "--json"]);
    let modules = list["modules"].as_array().expect("modules");
    let module = modules.iter().find(|m| m["name"] == "cost_control").expect("the module");
    assert_eq!((&module["revision"], &module["version"]), (&json!(2), &Value::Null), "{module}");
    assert_eq!(list["rules"][0]["version"], version);
    let table = stage.home.cli(&["policy", "list"]).ok().stdout;
    assert!(
        line(&table, "green ledger").contains(&format!("store, by version {version}")),
        "{table}"
    );
    assert!(line(&table, "cost_control").contains("store, revision 2"), "{table}");
    let shown = stage.home.cli(&["policy", "show", "cost_control"]).ok().stdout;
    assert!(shown.contains("revision 2") && !shown.contains("change 2"), "{shown}");
    let shown = stage.home.cli_json(&["policy", "show", "cost_control", "--json"]);
    assert_eq!((&shown["revision"], &shown["version"]), (&json!(2), &Value::Null));
}

/// The same words in JSON, in tables and over MCP; those of a question are understood, too.
#[test]
fn where_a_suggestion_stands_is_told_in_six_words() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let applied = proposed(&mut session, &pattern("one", "deny"));
    stage.apply(&applied);
    let rejected = proposed(&mut session, &pattern("two", "deny"));
    let told = ["policy", "reject", &rejected, "--reason", "no", "--yes", "--json"];
    assert_eq!(stage.admin(&told).ok().json()["status"], "rejected");
    let cancelled = proposed(&mut session, &pattern("three", "deny"));
    let told = session.call("reject_policy_suggestion", json!({"id": cancelled}));
    assert!(text(&told).contains("cancelled"), "{told}");
    let pending = proposed(&mut session, &pattern("four", "deny"));
    let table = stage.home.cli(&["policy", "suggestions", "--all"]).ok().stdout;
    let all = [
        (&applied, "applied"),
        (&rejected, "rejected"),
        (&cancelled, "cancelled"),
        (&pending, "pending"),
    ];
    for (id, word) in all {
        assert_eq!(stage.suggestion(id)["status"], word);
        let short = &id.replace('-', "")[20..];
        assert!(line(&table, short).contains(word), "{table}");
        let listed = session.call("list_policy_suggestions", json!({"status": word}));
        assert_eq!(listed["structuredContent"]["suggestions"][0]["suggestion_id"], **id, "{word}");
        assert!(text(&listed).contains(word), "{listed}");
    }
    for (theirs, ours) in [("consumed", "applied"), ("denied", "rejected")] {
        let same = |session: &mut crate::support::Session, word: &str| {
            session.call("list_policy_suggestions", json!({"status": word}))["structuredContent"]
                .take()
        };
        assert_eq!(same(&mut session, theirs), same(&mut session, ours));
    }
    let told = session.call("reject_policy_suggestion", json!({"id": rejected}));
    refused(&told, "already_ended");
    assert!(text(&told).contains("rejected") && !text(&told).contains("denied"), "{told}");
    let told = stage.admin(&["policy", "reject", &applied, "--reason", "no", "--yes"]).exits(1);
    assert!(told.stderr.contains("it is applied"), "{}", told.stderr);
}

/// What is not there is called what it would be, and the help names where such things are listed.
#[test]
fn what_is_not_there_is_told_by_its_name() {
    let stage = Stage::new();
    for args in [
        &["policy", "apply", "abcd", "--confirm", "APPLY", "--yes"][..],
        &["policy", "reject", "abcd", "--reason", "no", "--yes"],
    ] {
        let told = stage.admin(args).exits(1);
        assert!(told.stderr.contains("there is no suggestion `abcd`"), "{}", told.stderr);
        assert!(told.stderr.contains("countersign policy suggestions --all"), "{}", told.stderr);
    }
    // A question about a call is no suggestion.
    for wrong in ["7", "abcd", "not there", "00000000-0000-7000-8000-000000000000"] {
        let told = stage.home.cli(&["policy", "show", wrong]).exits(1);
        let what = "there is no version, module, rule or suggestion";
        assert!(told.stderr.contains(what), "{wrong}: {}", told.stderr);
        assert!(told.stderr.contains("countersign policy history"), "{}", told.stderr);
    }
    // Without proof, too: what is not there needs none.
    let told = stage.home.cli(&["policy", "rollback", "99"]).exits(1);
    assert!(told.stderr.contains("there is no version 99"), "{}", told.stderr);
    assert_eq!(stage.journal("approval.refused").len(), 0);
}

/// Six modules come along; an empty home says so, and one that stands is listed once.
#[test]
fn templates_are_listed_and_shown_until_they_stand() {
    let stage = Stage::new();
    let told = stage.home.cli(&["policy", "list"]).ok();
    assert!(told.stderr.contains("there is no rule"), "{}", told.stderr);
    assert!(told.stderr.contains("there is no module"), "{}", told.stderr);
    let row = line(&told.stdout, "cost_control");
    assert!(row.contains("inactive") && row.contains("template"), "{row}");
    let templates = |list: &Value| {
        let modules = list["modules"].as_array().expect("modules").iter();
        modules.filter(|m| m["source"] == "template").count()
    };
    let mut session = stage.agent();
    let listed = session.call("list_policy_rules", json!({}));
    assert_eq!(templates(&listed["structuredContent"]), 6, "{listed}");
    assert!(text(&listed).contains("`cost_control` (template): inactive"), "{listed}");
    assert!(text(&listed).contains("There is no rule."), "{listed}");
    let shown = stage.home.cli(&["policy", "show", "cost_control"]).ok().stdout;
    assert!(shown.contains("package countersign.cost_control"), "{shown}");
    assert!(shown.contains("policy propose --activate cost_control"), "{shown}");
    let shown = stage.home.cli_json(&["policy", "show", "cost_control", "--json"]);
    assert_eq!((&shown["source"], &shown["status"]), (&json!("template"), &json!("inactive")));
    put(&stage, &["--activate", "cost_control"]);
    let list = stage.home.cli_json(&["policy", "list", "--json"]);
    assert_eq!(templates(&list), 5);
    let named = |m: &&Value| m["name"] == "cost_control";
    let found: Vec<&Value> =
        list["modules"].as_array().expect("modules").iter().filter(named).collect();
    assert_eq!((found.len(), &found[0]["status"]), (1, &json!("active")));
    // It is the module that stands that is shown now.
    let shown = stage.home.cli(&["policy", "show", "cost_control"]).ok().stdout;
    assert!(shown.starts_with("module `cost_control`: active"), "{shown}");
}

/// A rule that reaches little is not listed as if it reached everything.
#[test]
fn a_narrow_rule_looks_narrow() {
    let stage = Stage::with(
        "[[rule]]\nname = \"of the file\"\ntool = \"notes__read*\"\neffect = \"allow\"\nallow_tier = 3\n",
    );
    let narrow = json!({ "add": [
        {"tool": "notes__*", "when": {"id": "draft-*"}, "effect": "allow", "name": "drafts"},
        {"tool": "notes__*", "effect": "ask", "tier": 3, "name": "grave ones"},
    ], "remove": [], "meta": {} });
    let told = stage.propose(&narrow);
    stage.apply(&id(&told));
    let table = stage.home.cli(&["policy", "list", "--kind", "rule"]).ok().stdout;
    let drafts = line(&table, "drafts");
    assert!(drafts.contains("draft-*") && drafts.contains("up to 2"), "{table}");
    assert!(line(&table, "grave ones").contains("from 3"), "{table}");
    assert!(line(&table, "of the file").contains("up to 3"), "{table}");
    let mut session = stage.agent();
    let listed = text(&session.call("list_policy_rules", json!({"kind": "rule"})));
    let drafts = line(&listed, "drafts");
    assert!(drafts.contains("draft-*") && drafts.contains("up to tier 2"), "{listed}");
    assert!(line(&listed, "grave ones").contains("at least tier 3"), "{listed}");
    // Those of the configuration are found by name.
    let shown = stage.home.cli(&["policy", "show", "of the file"]).ok().stdout;
    assert!(
        shown.contains("rule of the configuration") && shown.contains("notes__read*"),
        "{shown}"
    );
    let shown = stage.home.cli_json(&["policy", "show", "of the file", "--json"]);
    assert_eq!(shown["spec"]["effect"], "allow");
}

/// What does not compile is not listed as if it judged; whoever serves learns what to do.
#[test]
fn a_module_that_does_not_compile_is_broken() {
    let stage = Stage::new();
    of_file(&stage, "whole", "package countersign.whole\n\ndecision := {\"allow\": true}\n");
    let list = |name: &str| {
        let list = stage.home.cli_json(&["policy", "list", "--kind", "module", "--json"]);
        let found =
            list["modules"].as_array().and_then(|all| all.iter().find(|m| m["name"] == name));
        found.unwrap_or_else(|| panic!("no `{name}` in {list}"))["status"].clone()
    };
    assert_eq!(list("whole"), "active");
    of_file(&stage, "torn", "package countersign.torn\n\ndecision := {\n");
    assert_eq!((list("torn"), list("whole")), (json!("broken"), json!("active")));
    let told = stage.home.cli(&["serve"]).exits(6);
    assert!(told.stderr.contains("does not compile"), "{}", told.stderr);
    assert!(told.stderr.contains("help: `countersign policy check`"), "{}", told.stderr);
    stage.home.cli(&["policy", "check"]).exits(5);
}

/// What our own counting made is not called a model's; what an agent claims to have counted is.
#[test]
fn the_card_says_who_wrote_a_change() {
    let stage = Stage::new();
    let mut counted = pattern("green ledger", "deny");
    counted["meta"] = json!({"model_version": "counted-rates-1"});
    let told = stage.propose(&counted);
    let card = stage.home.cli(&["policy", "show", &id(&told)]).ok().stdout;
    let card = card.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        card.contains("it was counted from past calls (counted-rates-1); no person wrote it"),
        "{card}"
    );
    assert!(card.contains("Against version 0 of the policy in the store"), "{card}");
    let mut session = stage.agent();
    let mine = proposed(&mut session, &counted);
    let warnings = stage.suggestion(&mine)["warnings"].to_string();
    assert!(warnings.contains("a model made it") && !warnings.contains("counted"), "{warnings}");
}

/// A version and a list are one object, whoever asks for it.
#[test]
fn versions_and_lists_have_one_shape() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let first = proposed(&mut session, &pattern("one", "deny"));
    let applied = stage.apply(&first);
    assert_eq!(applied["suggestion_id"], first.as_str());
    assert_eq!(applied["status"], "applied");
    let shown = stage.home.cli_json(&["policy", "show", &applied["version"].to_string(), "--json"]);
    let second = proposed(&mut session, &pattern("two", "deny"));
    let token = stage.admin(&["token", &second, "--json", "--yes"]).ok().json();
    let token = token["token"].as_str().expect("a token");
    let result = crate::stage::apply(&mut session, &second, Some(token));
    let told = &result["structuredContent"];
    let names = |value: &Value| -> Vec<String> {
        value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().cloned().collect()
    };
    assert_eq!(names(told), names(&applied));
    assert!(names(&shown).iter().all(|name| applied[name] == shown[name]), "{shown} {applied}");
    assert_eq!(shown["by"], "admin:alice");
    let listed = session.call("list_policy_rules", json!({}));
    let list = stage.home.cli_json(&["policy", "list", "--json"]);
    assert_eq!(listed["structuredContent"], list);
    assert!(list["policy_version"].is_u64(), "{list}");
}

/// What the command line does not understand ends with 2 and says what would be right.
#[test]
fn what_is_not_understood_is_a_usage_error() {
    let stage = Stage::new();
    for args in [
        &["policy", "suggestions", "--limit", "0"][..],
        &["policy", "history", "--limit", "0"],
        &["policy", "replay", "--since", "1d", "--until", "5d"],
        &["console", "--listen", "127.0.0.1:0", "--opa", "0.0.0.0:1"],
    ] {
        let told = stage.home.cli(args).exits(2);
        assert!(!told.stderr.is_empty(), "{args:?}");
    }
    let told = stage.home.cli(&["console", "--listen", "127.0.0.1:0", "--opa", "0.0.0.0:1"]);
    assert!(told.stderr.contains("help: name a loopback address"), "{}", told.stderr);
    stage.home.cli(&["policy", "replay", "--since", "5d", "--until", "1d"]).ok();
    let help = stage.home.cli(&["policy", "--help"]).ok().stdout;
    for code in ["2 the command", "5 a check", "6 the configuration"] {
        assert!(help.contains(code), "{help}");
    }
}

/// Whoever puts a module that does not judge learns so, when he proposes and when it is applied.
#[test]
fn a_module_that_rests_is_said_to_rest() {
    let stage = Stage::new();
    let rego = "package countersign.mine\n\ndecision := {\"allow\": true, \"deny_reasons\": set(), \"warnings\": set()}\n";
    let file = stage.file("mine.rego", rego);
    let told = stage.home.cli(&["policy", "propose", "--module", &file, "--json"]).ok();
    let rests = "module `mine` is inactive: it does not judge until";
    assert!(told.stderr.contains(rests), "{}", told.stderr);
    let args = ["policy", "apply", &id(&told.json()), "--confirm", "APPLY", "--yes"];
    let told = stage.admin(&args).ok();
    assert!(told.stderr.contains(rests), "{}", told.stderr);
    assert!(told.stderr.contains("policy propose --activate mine"), "{}", told.stderr);
    let told = stage.home.cli(&["policy", "propose", "--activate", "mine", "--json"]).ok();
    assert!(!told.stderr.contains("does not judge"), "{}", told.stderr);
    let told =
        stage.admin(&["policy", "apply", &id(&told.json()), "--confirm", "APPLY", "--yes"]).ok();
    assert!(!told.stderr.contains("does not judge"), "{}", told.stderr);
    // To let it rest is what was meant.
    let told = stage.home.cli(&["policy", "propose", "--deactivate", "mine", "--json"]).ok();
    assert!(!told.stderr.contains("does not judge"), "{}", told.stderr);
}

/// An agent cannot look into documentation: it is told what it may write.
#[test]
fn a_wrong_member_is_answered_with_those_that_are_known() {
    let stage = Stage::new();
    let mut session = stage.agent();
    for rule in [
        json!({"tool": "a__*", "effect": "forbid"}),
        json!({"tool": "a__*", "effect": "deny", "patern": "x"}),
        json!({"tool": "a__*"}),
    ] {
        let diff = json!({"add": [rule], "remove": [], "meta": {}});
        let told = session.call("propose_policy_diff", json!({"diff": diff, "comment": "c"}));
        refused(&told, "invalid_diff");
        let told = text(&told);
        assert!(told.contains("`allow_tier`") && told.contains("`not_match`"), "{told}");
        assert!(!told.contains("documentation"), "{told}");
    }
}

/// A call is labelled by the beginning or end of its id, as other commands take it.
#[test]
fn a_label_takes_a_short_id() {
    let stage = Stage::new();
    let mut session = stage.agent();
    session.tools_with("notes__write_note");
    crate::stage::write(&mut session);
    crate::stage::write(&mut session);
    let rows = stage.home.cli_json(&["audit", "list", "--decisions", "--json"]);
    let rows = rows["entries"].as_array().expect("rows");
    let row = rows.iter().rev().find(|r| r["tool"] == "write_note").expect("a call");
    let story = row["correlation_id"].as_str().unwrap_or_else(|| panic!("no story in {row}"));
    let short = &story.replace('-', "")[20..];
    let told = stage.home.cli(&["audit", "label", short, "unsafe"]).ok().stdout;
    assert!(told.contains(&format!("row {} is labelled", row["seq"])), "{told}");
    stage.home.cli(&["audit", "label", "abcdabcdabcd", "safe"]).exits(1);
    stage.home.cli(&["audit", "label", "abc", "safe"]).exits(2);
    // What begins two stories names neither.
    let told = stage.home.cli(&["audit", "label", &story[..4], "safe"]).exits(1);
    assert!(
        told.stderr.contains("` names ") && told.stderr.contains(" decisions"),
        "{}",
        told.stderr
    );
    assert_eq!(stage.journal("call.labelled").len(), 1);
}
