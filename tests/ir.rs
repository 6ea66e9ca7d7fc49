//! The `ir` commands, driven as a planner or a person drives them: answers, exit codes, hashes that others compute alike.

mod support;

use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{DEADLINE, Home, Output, run};

/// `deploy.docker` writes to a `dev` environment.
const DEV: &str = "[ir.provider.\"deploy.docker\"]\nenvironment = \"dev\"\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ir")
}

/// Writes a file into the work folder and gives its path.
fn file(home: &Home, name: &str, content: &Value) -> String {
    let path = home.work().join(name);
    fs::write(&path, content.to_string()).expect("a file");
    path.to_str().expect("text").to_owned()
}

fn plan(steps: Value) -> Value {
    json!({"tenant_id": "default", "request_id": "req_abc", "idempotency_key": "k", "steps": steps})
}

fn mild() -> Value {
    plan(
        json!([{"action": "deploy.website", "provider": "deploy.docker", "resource": "product-page"}]),
    )
}

fn validate(home: &Home, content: &Value) -> Output {
    let path = file(home, "plan.json", content);
    home.cli(&["ir", "validate", &path, "--json"])
}

#[test]
fn the_exit_code_is_the_answer() {
    let home = Home::new();
    home.write_config(DEV);
    let found = validate(&home, &mild()).exits(0).json();
    assert_eq!((&found["status"], &found["risk_tier"]), (&json!("PASS"), &json!(1)));
    assert_eq!(found["violations"], json!([]));
    let dns = plan(json!([{"action": "dns.update_records", "provider": "dns.hetzner",
        "params": {"type": "MX"}}]));
    let found = validate(&home, &dns).exits(4).json();
    assert_eq!((&found["status"], &found["risk_tier"]), (&json!("ESCALATE"), &json!(2)));
    assert_eq!(found["requires_approval"], true);
    let moon = plan(json!([{"action": "deploy.moon", "provider": "deploy.docker"}]));
    let found = validate(&home, &moon).exits(5).json();
    assert_eq!(found["status"], "REJECT");
    assert_eq!(found["violations"][0]["code"], "UNKNOWN_ACTION");
    assert_eq!(found["violations"][0]["path"], "/steps/0/action");
    home.cli(&["ir"]).exits(2);
    home.cli(&["ir", "validate"]).exits(2);
    home.cli(&["ir", "audit", "-", "-"]).exits(2);
    let told = home.cli(&["ir", "validate", "not-there.json"]).exits(1);
    assert!(told.stderr.contains("not-there.json"), "{told:?}");
}

#[test]
fn a_plan_comes_from_stdin_and_what_is_no_plan_is_refused_with_a_code() {
    let home = Home::new();
    home.write_config(DEV);
    let piped = |content: &str| {
        let path = home.work().join("stdin");
        fs::write(&path, content).expect("a file");
        let mut command = home.command(&["ir", "validate", "-", "--json"]);
        run(command.stdin(Stdio::from(File::open(&path).expect("a file"))), DEADLINE)
    };
    piped(&mild().to_string()).exits(0);
    for (content, code) in [
        ("", "NOT_JSON"),
        ("{\"tenant_id\":\"a\",\"tenant_id\":\"b\"}", "DUPLICATE_KEY"),
        ("[]", "NOT_AN_OBJECT"),
    ] {
        let found = piped(content).exits(5).json();
        assert_eq!(found["violations"][0]["code"], code, "{content}");
    }
    let float = mild().to_string().replace("\"k\"", "\"k\",\"labels\":{\"a\":1.5}");
    let codes: Vec<Value> = piped(&float).exits(5).json()["violations"]
        .as_array()
        .expect("violations")
        .iter()
        .map(|found| found["code"].clone())
        .collect();
    assert!(codes.contains(&json!("FLOAT")), "{codes:?}");
}

#[test]
fn checking_leaves_nothing_behind() {
    let home = Home::new();
    validate(&home, &mild()).exits(4);
    let left: Vec<_> = fs::read_dir(home.path()).expect("a home").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_configuration_adds_words_and_its_rules_only_make_stricter() {
    let home = Home::new();
    let with = |more: &str, content: &Value| {
        home.write_config(&format!("{DEV}{more}"));
        validate(&home, content)
    };
    let rule = |effect: &str| format!("[[rule]]\ntool = \"ir:deploy.*\"\neffect = \"{effect}\"\n");
    with("", &mild()).exits(0);
    with(&rule("allow"), &mild()).exits(0);
    with(&rule("ask"), &mild()).exits(4);
    let denied = with(&rule("deny"), &mild()).exits(5).json();
    assert_eq!(denied["violations"][0]["code"], "RULE_DENIED");
    let other = "[[rule]]\ntool = \"ir:deploy.*\"\neffect = \"deny\"\nwhen = { site = \"shop\" }\n";
    with(other, &mild()).exits(0);
    with("[ir.action.\"deploy.website\"]\ntier = 3\n", &mild()).exits(4);
    let own = plan(json!([{"action": "crm.lookup", "provider": "crm.main"}]));
    with("", &own).exits(5);
    let words = "[ir.action.\"crm.lookup\"]\ntier = 0\n[ir.provider.\"crm.main\"]\n";
    assert_eq!(with(words, &own).exits(0).json()["risk_tier"], 0);
    let graver = "require_approval_tier = 1\n";
    home.write_config(&format!("{graver}{DEV}"));
    validate(&home, &mild()).exits(4);
    let foreign = file(&home, "plan.json", &mild());
    let told = home.cli(&["--tenant", "acme", "ir", "validate", &foreign]).exits(5);
    assert!(told.stdout.contains("FOREIGN_TENANT"), "{told:?}");
    home.write_config("[ir.action.\"no_dot\"]\ntier = 1\n");
    home.cli(&["ir", "validate", &foreign]).exits(6);
}

#[test]
fn people_are_told_why_and_no_text_of_the_plan_reaches_the_screen_as_it_is() {
    let home = Home::new();
    let escape = "deploy.\u{1b}[2Jx\u{202e}";
    let step = json!({"action": escape, "provider": "deploy.docker", "step_id": "\u{202e}a"});
    let path = file(&home, "plan.json", &plan(json!([step])));
    let told = home.cli(&["ir", "validate", &path]).exits(5);
    assert!(!told.stdout.contains(['\u{1b}', '\u{202e}']), "{told:?}");
    assert!(told.stdout.starts_with("REJECT"), "{told:?}");
    assert!(told.stdout.contains("UNKNOWN_ACTION at /steps/0/action"), "{told:?}");
    let params = json!({"model": "account.move", "values": {"state": "posted"}});
    let step = json!({"action": "odoo.update", "provider": "odoo", "params": params});
    let path = file(&home, "plan.json", &plan(json!([step])));
    let told = home.cli(&["ir", "validate", &path]).exits(4);
    assert!(told.stdout.starts_with("ESCALATE  it needs a yes: 1 step, tier 3\n"), "{told:?}");
    assert!(told.stdout.contains("tier 3  idx:0  odoo.update_record by odoo"), "{told:?}");
    assert!(told.stdout.contains("ir.money: it changes `account.move`"), "{told:?}");
}

#[test]
fn hashes_are_those_of_another_program() {
    let home = Home::new();
    let computed = run(Command::new("python3").arg(folder().join("golden.py")), DEADLINE).ok();
    let kept = fs::read_to_string(folder().join("golden.hashes")).expect("the hashes");
    assert_eq!(computed.stdout, kept, "`python3 tests/ir/golden.py --write` keeps the new ones");
    let golden: Value = serde_json::from_str(&kept).expect("JSON");
    let golden = golden.as_object().expect("plans");
    assert_eq!(golden.len(), 4);
    for (name, expected) in golden {
        let path = folder().join(format!("{name}.json"));
        let path = path.to_str().expect("text");
        let prefixed = |hash: &Value| json!(format!("sha256:{}", hash.as_str().expect("a hash")));
        let found = home.cli(&["ir", "hash", path, "--json"]).ok().json();
        assert_eq!(found["ir_hash"], prefixed(&expected["ir_hash"]), "{name}");
        for (step, node) in found["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .zip(expected["nodes"].as_array().expect("nodes"))
        {
            assert_eq!(step["step_id"], node["ir_step_id"], "{name}");
            assert_eq!(step["step_hash"], prefixed(&node["ir_step_hash"]), "{name}");
        }
        let plain = home.cli(&["ir", "hash", path]).ok();
        assert_eq!(json!(plain.stdout.trim_end()), prefixed(&expected["ir_hash"]), "{name}");
        let nodes = file(&home, "dag.json", &expected["nodes"]);
        let audit = home.cli(&["ir", "audit", path, &nodes, "--json"]).ok().json();
        assert_eq!(audit["dag_hash"], prefixed(&expected["dag_hash"]), "{name}");
        assert_eq!(audit["ir_hash"], prefixed(&expected["ir_hash"]), "{name}");
        // The hash before a check is the hash after it: validating changes nothing.
        let validated = home.cli(&["ir", "validate", path, "--json"]).json();
        assert_eq!(validated["ir_hash"], found["ir_hash"], "{name}");
    }
}

#[test]
fn a_graph_that_is_not_the_plan_is_told_apart() {
    let home = Home::new();
    let two = plan(json!([
        {"action": "deploy.website", "provider": "deploy.docker"},
        {"action": "deploy.api", "provider": "deploy.docker", "step_id": "api"},
    ]));
    let path = file(&home, "plan.json", &two);
    let hashes = home.cli(&["ir", "hash", &path, "--json"]).ok().json();
    let node = |id: &str, step: usize| json!({"ir_step_id": id, "ir_step_hash": hashes["steps"][step]["step_hash"]});
    let audit = |nodes: Value, code: i32| {
        let nodes = file(&home, "dag.json", &nodes);
        home.cli(&["ir", "audit", &path, &nodes, "--json"]).exits(code).json()
    };
    let right = audit(json!({"nodes": [node("api", 1), node("0", 0)]}), 0);
    assert_eq!(right["success"], true);
    let extra = audit(json!([node("0", 0), node("api", 1), node("2", 1)]), 5);
    assert_eq!(extra["extra_dag_nodes"], json!(["2"]));
    let doubled = audit(json!([node("0", 0), node("api", 1), node("0", 0)]), 5);
    assert_eq!(doubled["duplicate_dag_nodes"], json!(["0"]));
    let wrong = audit(json!([node("0", 1), node("api", 1)]), 5);
    assert_eq!(wrong["hash_mismatches"][0]["step_id"], "idx:0");
    let missing = audit(json!([node("id:api", 1)]), 5);
    assert_eq!(missing["missing_ir_steps"], json!(["idx:0"]));
    let nodes = file(&home, "dag.json", &json!([node("0", 0), 7]));
    let told = home.cli(&["ir", "audit", &path, &nodes]).exits(5);
    assert!(told.stdout.starts_with("FAILED  2 nodes for 2 steps"), "{told:?}");
    assert!(told.stdout.contains("node 2: NODE_NOT_AN_OBJECT"), "{told:?}");
    // No graph is that of a plan that is refused.
    let refused = file(&home, "plan.json", &plan(json!([])));
    let told = home.cli(&["ir", "audit", &refused, &nodes]).exits(5);
    // For programs it is an audit, whatever the plan is.
    let audit = home.cli(&["ir", "audit", &refused, &nodes, "--json"]).exits(5).json();
    assert_eq!((&audit["success"], &audit["missing_ir_steps"]), (&json!(false), &json!([])));
    let broken = file(&home, "broken.json", &json!({}));
    fs::write(&broken, "{").expect("a file");
    let found = home.cli(&["ir", "hash", &broken, "--json"]).exits(5).json();
    assert_eq!((&found["status"], &found["ir_hash"]), (&json!("REJECT"), &Value::Null));
    assert!(told.stdout.contains("NO_STEPS"), "{told:?}");
}
