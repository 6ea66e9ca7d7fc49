//! A word put into every field that anybody but a receiver fills: it is in no byte that leaves.

use serde_json::json;

use crate::stage::{Stage, URL_CANARY};
use crate::support::{Console, DEADLINE, Launch, Recorder, wait_until};

const WORLD: &str = "canaryworld";

#[test]
fn a_word_in_every_field_leaves_in_none() {
    let stage = Stage::new();
    let server = Recorder::new(&stage.home, "spied");
    let schema = json!({"type": "object", "description": "CANARY", "properties": {
        "canary": {"type": "string", "description": "CANARY"}}});
    server.change_definitions(&[
        json!({"name": "canarytool", "title": "CANARY", "description": "CANARY", "inputSchema": schema}),
    ]);
    let add = ["--tenant", WORLD, "user", "add", "canaryadmin", "--role", "admin", "--json"];
    let admin = stage.home.tty_cli(&add, &["canaryadmin"]).ok().json();
    let admin = admin["token"].as_str().expect("a token").to_owned();
    let file = stage.home.path().join("countersign.toml");
    let text = std::fs::read_to_string(&file).expect("the configuration");
    let more = r##"
# CANARY
[[rule]]
tool = "canaryserver__canarytool"
effect = "ask"
name = "canary rule"
[ir.action."canary.write"]
tier = 1
[ir.provider."canary.v1"]
family = "canary"
environment = "dev"
upstream = "drafts"
tool."canary.write" = { tool = "write_note", resource = "id" }
[directive.D1]
label = "Plain"
tier = 0
[directive.CANARY]
label = "CANARY of another directive"
tier = 3
"##;
    let of_server = server.toml("canaryserver", "production");
    let text = text.replace("limit_usd = 0.5", "limit_usd = 500.0");
    stage.home.write_config(&format!("{text}\n{more}\n{of_server}"));
    let by = |args: &[&str]| {
        let args = [&["--tenant", WORLD], args].concat();
        stage.home.cli_with_token(&admin, &args).ok()
    };
    by(&["policy", "accept", "--yes"]);
    let url = stage.home.work().join("url.txt");
    std::fs::write(&url, stage.hook_url()).expect("a file");
    let url = url.to_str().expect("a path").to_owned();
    by(&["notify", "add", "CANARYhook", "--discord", "--url-file", &url, "--yes"]);
    by(&["notify", "add", "CANARYmail", "--email", "--to", "ann@example.org", "--yes"]);
    let console = Console::start_with(&stage.home, &["--tenant", WORLD, "--listen", "127.0.0.1:0"]);
    let options = ["--tenant", WORLD, "--toolsets", "all", "--on-ask", "pending"];
    let mut agent = Launch::serve(&stage.home, &options).client("CANARYagent").start();
    agent.initialize("2025-11-25");
    agent.call("canaryserver__canarytool", json!({"canary": "CANARY"}));
    let step = json!({"action": "canary.write", "provider": "canary.v1", "resource": "CANARY",
        "params": {"text": "CANARY"}, "description": "CANARY", "idempotency_key": "CANARY"});
    let plan = json!({"tenant_id": WORLD, "request_id": "CANARY", "idempotency_key": "CANARY",
        "labels": {"CANARY": "CANARY"}, "steps": [step]});
    agent.call("validate_ir", json!({"ir": plan}));
    let made = agent.call("create_run", json!({"directive": "D1", "ir": plan}));
    let id = made["structuredContent"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no run: {made}"))
        .to_owned();
    agent.call("execute_run", json!({"run_id": id}));
    // A question of the tool, and the run; by both ways each.
    stage.wait_hooked(2);
    wait_until(DEADLINE, || stage.mails("mail").len() >= 2);
    stage.behave("404");
    by(&["pending", "--json"]);
    let args = ["--tenant", WORLD, "notify", "test", "CANARYhook", "--yes"];
    let failed = stage.home.cli_with_token(&admin, &args).exits(1);
    wait_until(DEADLINE, || stage.hooked().len() >= 3);
    let plain = |text: &str| text.to_lowercase();
    let mut out = String::new();
    for sent in [stage.hooked(), stage.mails("mail")].concat() {
        // The path of the webhook is its secret; all else of a request is told.
        for part in ["body", "headers", "text", "from"] {
            out += &plain(&sent[part].to_string());
        }
    }
    assert!(out.contains("waiting") && out.contains("completed") && out.contains("plain"), "{out}");
    for word in ["canary", "write_note", "drafts", "u4l-c4n4ry"] {
        assert!(!out.contains(word), "`{word}` left: {out}");
    }
    // It did come in, or nothing is shown by this.
    let journal = "SELECT group_concat(CAST(body AS TEXT) || meta) FROM journal";
    let journal = stage.one(journal).expect("rows");
    for word in ["canarytool", "CANARYagent", "canaryserver", "canaryadmin"] {
        assert!(journal.contains(word), "`{word}` is not in the journal");
    }
    let listed = by(&["notify", "list", "--json"]).stdout;
    let said =
        [journal, agent.stderr(), console.stderr(), failed.stderr, failed.stdout, listed].concat();
    assert!(!said.contains(URL_CANARY) && !said.contains("ann@example.org"), "{said}");
}
