//! Every template between a client that nobody here wrote and a server: it stops the call when it is active, in words that
//! the client shows, and is not there when it is inactive.
//!
//! The client is PyPI's `mcp`, in a process of its own, which starts `countersign wrap` itself. What is stopped counts only
//! if the server saw nothing of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{COUNTERSIGN, Home, Recorder, in_tests, python, run};

/// A whole run of the client, its start included.
const RUN: Duration = Duration::from_secs(90);
const MODERN: &str = "mcp_modern.py";
const LEGACY: &str = "mcp_legacy.py";

/// What the tools do is said by the action map alone. Nothing but a module stops a call here.
const ACTIONS: &str = r#"
[upstream.notes.action]
chat = { action = "llm_call", model = "/model", priority = "/priority" }
read_text = { action = "file_read", path = "/path" }
remove_text = { action = "file_delete", path = "/path" }
fetch = { action = "external_api_call", url = "/url", region = "/region" }
[[rule]]
name = "whatever the kernel lets pass"
tool = "notes__*"
effect = "allow"
allow_tier = 3
"#;

type Call = (&'static str, Value);

struct Stage {
    home: Home,
    notes: Recorder,
    alice: String,
    client: &'static str,
}

impl Stage {
    /// `of_server` stands in the server's table, `more` at the end.
    fn new(client: &'static str, of_server: &str, more: &str) -> Self {
        let home = Home::new();
        let text = json!({"type": "string"});
        let tool = |name: &str, arguments: &[&str], reads: bool| {
            let members: serde_json::Map<String, Value> =
                arguments.iter().map(|name| ((*name).to_owned(), text.clone())).collect();
            json!({"name": name, "description": name, "annotations": {"readOnlyHint": reads},
                "inputSchema": {"type": "object", "properties": members}})
        };
        let tools = [
            tool("chat", &["model", "priority", "prompt"], false),
            tool("read_text", &["path"], true),
            tool("remove_text", &["path"], false),
            tool("fetch", &["url", "region"], true),
        ];
        let names: Vec<&Value> = tools.iter().map(|tool| &tool["name"]).collect();
        let notes = Recorder::with(&home, "notes", &json!({ "tools": tools, "only_tools": names }));
        home.write_config(&format!("{}{of_server}{ACTIONS}{more}", notes.toml("notes", "dev")));
        let alice = home.admin_token();
        Self { home, notes, alice, client }
    }

    /// One session of the client that makes these calls; what it was told of each.
    #[track_caller]
    fn play(&self, calls: &[&Call]) -> Vec<Value> {
        let plan: Vec<Value> =
            calls.iter().map(|(tool, args)| json!({"call": tool, "arguments": args})).collect();
        let script = in_tests(&format!("clients/{}", self.client));
        let plan = json!(plan).to_string();
        let mut command = self.home.program(&python(), &[&script, "--plan", &plan, "--"]);
        command.args([COUNTERSIGN, "wrap", "--name", "notes", "--on-ask", "pending", "--"]);
        command.args(self.notes.argv());
        command.env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
        let report = run(&mut command, RUN).ok().json();
        let told = report["steps"].as_array().expect("steps").clone();
        assert_eq!(told.len(), calls.len(), "{report:#}");
        told
    }

    /// They all run.
    #[track_caller]
    fn runs(&self, calls: &[&Call]) {
        let before = self.notes.calls().len();
        for (told, call) in self.play(calls).iter().zip(calls) {
            assert_eq!(told["is_error"], false, "{call:?}: {told:#}");
        }
        assert_eq!(self.notes.calls().len(), before + calls.len());
    }

    /// The one is stopped, in these words, and its twin in the same session runs.
    #[track_caller]
    fn stops(&self, blocked: &Call, twin: &Call, words: &str) {
        let before = self.notes.calls().len();
        let told = self.play(&[blocked, twin]);
        assert_eq!(told[0]["is_error"], true, "{told:#?}");
        assert_eq!(told[0]["meta"]["countersign/refusal"]["code"], "denied_by_policy", "{told:#?}");
        let text = told[0]["text"].as_str().unwrap_or_default();
        assert!(text.starts_with("NOT EXECUTED") && text.contains(words), "no `{words}` in {text}");
        assert_eq!(told[1]["is_error"], false, "{told:#?}");
        let seen = self.notes.calls().split_off(before);
        let seen: Vec<Value> = seen.into_iter().map(|mut call| call["params"].take()).collect();
        let (tool, arguments) = twin;
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!((&seen[0]["name"], &seen[0]["arguments"]), (&json!(tool), arguments));
    }

    /// Proposes this, and applies it with the admin's token.
    #[track_caller]
    fn change(&self, options: &[&str]) {
        let propose = [&["policy", "propose"], options, &["--json"]].concat();
        let proposed = self.home.cli_json(&propose);
        let id = proposed["id"].as_str().or(proposed["suggestion_id"].as_str()).expect("an id");
        let apply = ["policy", "apply", id, "--confirm", "APPLY", "--yes", "--json"];
        self.home.cli_with_token(&self.alice, &apply).ok();
    }

    /// Puts a template beside the configuration, where it judges at once unless its header says otherwise.
    fn put(&self, name: &str, header: &str) {
        let folder = self.home.path().join("policies");
        fs::create_dir_all(&folder).expect("a folder");
        let text = countersign::policy::templates::template(name).expect("a template").text;
        let file = folder.join(format!("{name}.rego"));
        fs::write(&file, format!("{header}{text}")).expect("a file");
        for (path, mode) in [(&folder, 0o700), (&file, 0o600)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
        }
    }

    /// The warnings of the calls that ran last, newest first.
    fn warnings(&self, count: usize) -> Vec<String> {
        let count = count.to_string();
        let args = ["audit", "list", "--json", "--type", "call.permitted", "--limit", &count];
        let rows = self.home.cli_json(&args)["entries"].take();
        let texts = |row: &Value| {
            let warnings = row["body"]["warnings"].as_array().cloned().unwrap_or_default();
            warnings.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
        };
        rows.as_array().expect("rows").iter().map(texts).collect()
    }
}

fn chat(model: &str, priority: &str) -> Call {
    ("chat", json!({"model": model, "priority": priority, "prompt": "x"}))
}

fn file(tool: &'static str, path: &str) -> Call {
    (tool, json!({ "path": path }))
}

fn fetch(url: &str) -> Call {
    ("fetch", json!({"url": url, "region": "eu"}))
}

/// Off, on and off again by changes of the policy.
#[track_caller]
fn by_change(stage: &Stage, name: &str, blocked: &Call, twin: &Call, words: &str) {
    stage.runs(&[blocked, twin]);
    stage.change(&["--activate", name]);
    stage.stops(blocked, twin, &format!("module `{name}` denies: {words}"));
    stage.change(&["--deactivate", name]);
    stage.runs(&[blocked, twin]);
}

/// The same by a file beside the configuration. Taking it out of force loosens, and waits for an admin.
#[track_caller]
fn by_file(stage: &Stage, name: &str, blocked: &Call, twin: &Call, words: &str) {
    let words = format!("module `{name}` denies: {words}");
    stage.runs(&[blocked, twin]);
    stage.put(name, "");
    stage.stops(blocked, twin, &words);
    stage.put(name, "# countersign: status=inactive\n");
    stage.stops(blocked, twin, &words);
    stage.home.accept_config(&stage.alice);
    stage.runs(&[blocked, twin]);
}

const BUDGET: &str = "[upstream.notes.cost]\nchat = 0.1\n[budget.day]\nlimit_usd = 100.0\n";
const APPROVED: &str = "[policy.config.compliance]\napproved_hosts = [\"api.ok.test\"]\n";

#[test]
fn cost_control() {
    let (blocked, twin) = (chat("gpt-4", "low"), chat("gpt-4", "high"));
    let words = "expensive_model_for_low_priority";
    by_change(&Stage::new(MODERN, "", BUDGET), "cost_control", &blocked, &twin, words);
    by_file(&Stage::new(LEGACY, "", BUDGET), "cost_control", &blocked, &twin, words);
}

#[test]
fn cost_control_by_the_budget() {
    let stage = Stage::new(
        MODERN,
        "",
        "[upstream.notes.cost]\nchat = 0.6\n[budget.day]\nlimit_usd = 1.0\n",
    );
    stage.change(&["--activate", "cost_control"]);
    let call = chat("small", "high");
    stage.runs(&[&call]);
    stage.stops(
        &call,
        &file("read_text", "/x.md"),
        "module `cost_control` denies: budget_exceeded",
    );
}

#[test]
fn data_privacy() {
    let (blocked, twin) = (file("read_text", "/app/.env"), file("read_text", "/app/env.md"));
    let words = "sensitive_file_access";
    by_change(&Stage::new(MODERN, "", ""), "data_privacy", &blocked, &twin, words);
    by_file(&Stage::new(LEGACY, "", ""), "data_privacy", &blocked, &twin, words);
}

#[test]
fn rate_limiting() {
    let limit = "[policy.config.rate_limiting]\nmax_calls = 2\n";
    let stage = Stage::new(MODERN, "", limit);
    let call = chat("small", "high");
    stage.runs(&[&call, &call, &call]);
    by_change(&stage, "rate_limiting", &call, &file("read_text", "/x.md"), "rate_limit_exceeded");
}

#[test]
fn time_restrictions() {
    let never = "[policy.config.time_restrictions]\ndays = []\nstart_hour = 0\nend_hour = 24\n";
    let (blocked, twin) = (file("remove_text", "/x.md"), file("read_text", "/x.md"));
    let words = "outside_business_days";
    by_change(&Stage::new(MODERN, "", never), "time_restrictions", &blocked, &twin, words);
}

#[test]
fn compliance() {
    let (blocked, twin) = (fetch("https://evil.test/x"), fetch("https://api.ok.test/x"));
    let words = "unapproved_data_transfer";
    let class = "classification = \"phi\"\n";
    by_change(&Stage::new(MODERN, class, APPROVED), "compliance", &blocked, &twin, words);
    by_file(&Stage::new(LEGACY, class, APPROVED), "compliance", &blocked, &twin, words);
}

/// A call that talks of another class than its server has is judged as both.
#[test]
fn compliance_is_not_talked_out_of_a_class_nor_into_a_milder_one() {
    let own = format!("{APPROVED}classes = [\"secret\"]\n");
    for (server, claimed) in [("secret", "restricted"), ("restricted", "secret")] {
        let stage = Stage::new(MODERN, &format!("classification = \"{server}\"\n"), &own);
        stage.change(&["--activate", "compliance"]);
        let claiming = |url: &str| ("fetch", json!({"url": url, "data_classification": claimed}));
        let twin = claiming("https://api.ok.test/x");
        stage.stops(&claiming("https://evil.test/x"), &twin, "unapproved_data_transfer");
    }
}

#[test]
fn the_default_warns_and_stops_nothing() {
    let stage = Stage::new(MODERN, "", "[upstream.notes.cost]\nchat = 2.5\n");
    let calls = [&file("remove_text", "/x.md"), &fetch("http://x.test/"), &chat("small", "high")];
    stage.runs(&calls);
    assert_eq!(stage.warnings(3), [""; 3]);
    stage.change(&["--activate", "default"]);
    stage.runs(&calls);
    let told = stage.warnings(3).join("\n");
    for part in ["File deletion", "Non-HTTPS", "High cost operation ($2.50)"] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
    stage.change(&["--deactivate", "default"]);
    stage.runs(&calls);
    assert_eq!(stage.warnings(3), [""; 3]);
}

#[test]
fn what_a_template_cannot_check_runs_and_is_warned_of() {
    let stage = Stage::new(MODERN, "", "");
    let calls = [&chat("small", "low"), &("read_text", json!({})), &fetch("https://evil.test/x")];
    stage.runs(&calls);
    assert_eq!(stage.warnings(3), [""; 3]);
    for name in ["cost_control", "data_privacy", "compliance"] {
        stage.change(&["--activate", name]);
    }
    stage.runs(&calls);
    let told = stage.warnings(3);
    for part in ["no estimated cost", "no remaining budget", "no resource.path", "no data_class"] {
        assert!(told.iter().any(|row| row.contains(part)), "no `{part}` in {told:?}");
    }
}
