//! Every template through the real binary: it blocks when it is switched on and lets pass when it is not, and what it
//! blocks never reaches the server.

use serde_json::{Value, json};

use crate::stage::code;
use crate::support::{Home, Launch, Recorder, Session, is_error, text};

/// The tools behind the gateway: named for what they do, so that nothing but the action map says what they are.
const TOOLS: &[(&str, &[&str], bool)] = &[
    ("chat", &["model", "priority", "prompt"], false),
    ("read_text", &["path"], true),
    ("put_text", &["path", "text"], false),
    ("remove_text", &["path"], false),
    ("fetch", &["url", "region"], true),
];

const ACTIONS: &str = r#"
[upstream.api.action]
chat = { action = "llm_call", model = "/model", priority = "/priority" }
read_text = { action = "file_read", path = "/path" }
put_text = { action = "file_write", path = "/path" }
remove_text = { action = "file_delete", path = "/path" }
fetch = { action = "external_api_call", url = "/url", region = "/region" }
[[rule]]
name = "whatever the kernel lets pass"
tool = "api__*"
effect = "allow"
allow_tier = 3
"#;

pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) api: Recorder,
    alice: String,
}

impl Stage {
    pub(crate) fn new(more: &str) -> Self {
        let home = Home::new();
        let tools: Vec<Value> =
            TOOLS.iter().map(|(name, args, reads)| tool(name, args, *reads)).collect();
        let names: Vec<&str> = TOOLS.iter().map(|(name, _, _)| *name).collect();
        let api = Recorder::with(&home, "api", &json!({ "tools": tools, "only_tools": names }));
        home.write_config(&format!("{}{ACTIONS}{more}", api.toml("api", "dev")));
        let alice = home.admin_token();
        Self { home, api, alice }
    }

    pub(crate) fn session(&self) -> Session {
        let mut session = Launch::serve(&self.home, &["--on-ask", "pending"]).start();
        session.initialize("2025-11-25");
        session
    }

    /// Proposes what these options say, and applies it.
    #[track_caller]
    pub(crate) fn change(&self, options: &[&str]) {
        let propose = [&["policy", "propose"], options, &["--json"]].concat();
        let proposed = self.home.cli(&propose).ok().json();
        let id = proposed["id"].as_str().or(proposed["suggestion_id"].as_str()).expect("an id");
        let apply = ["policy", "apply", id, "--confirm", "APPLY", "--yes", "--json"];
        self.home.cli_with_token(&self.alice, &apply).ok();
    }

    /// It was sent, and nothing of it was sent before.
    #[track_caller]
    pub(crate) fn runs(&self, session: &mut Session, call: &(&str, Value)) {
        let before = self.api.calls().len();
        let result = session.call(&format!("api__{}", call.0), call.1.clone());
        assert!(!is_error(&result), "{call:?}: {result}");
        assert_eq!(self.api.calls().len(), before + 1, "{call:?}");
    }

    /// It was refused with this code, in these words, and the server saw nothing.
    #[track_caller]
    pub(crate) fn stopped(
        &self,
        session: &mut Session,
        call: &(&str, Value),
        wanted: &str,
        words: &str,
    ) -> String {
        let before = self.api.calls().len();
        let result = session.call(&format!("api__{}", call.0), call.1.clone());
        assert!(is_error(&result), "{call:?}: {result}");
        assert_eq!(code(&result), wanted, "{call:?}: {result}");
        let told = text(&result);
        assert!(told.contains(words), "{call:?}: no `{words}` in {told}");
        assert_eq!(self.api.calls().len(), before, "{call:?}");
        told
    }

    #[track_caller]
    pub(crate) fn denied(&self, session: &mut Session, call: &(&str, Value), words: &str) {
        self.stopped(session, call, "denied_by_policy", words);
    }

    /// The warnings of the newest call that ran.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let args = ["audit", "list", "--json", "--type", "call.permitted", "--limit", "20"];
        let rows = self.home.cli_json(&args)["entries"].take();
        // A session that begins has its servers' tools listed meanwhile; those rows name no tool.
        let called = |row: &&Value| row["tool"].as_str().is_some_and(|tool| !tool.is_empty());
        let row = rows.as_array().and_then(|rows| rows.iter().rfind(called)).expect("a call");
        let warnings = row["body"]["warnings"].as_array().cloned().unwrap_or_default();
        warnings.iter().map(|warning| warning.as_str().expect("text").to_owned()).collect()
    }
}

fn tool(name: &str, args: &[&str], reads: bool) -> Value {
    let text = json!({"type": "string"});
    let mut properties: serde_json::Map<String, Value> =
        args.iter().map(|arg| ((*arg).to_owned(), text.clone())).collect();
    properties.insert("max_usd".to_owned(), json!({"type": "number"}));
    json!({"name": name, "description": name, "inputSchema": {"type": "object", "properties": properties},
        "annotations": {"readOnlyHint": reads}})
}

pub(crate) fn chat(model: &str, priority: &str) -> (&'static str, Value) {
    ("chat", json!({"model": model, "priority": priority, "prompt": "x"}))
}

pub(crate) fn file(tool: &'static str, path: &str) -> (&'static str, Value) {
    (
        tool,
        if tool == "put_text" {
            json!({"path": path, "text": "x"})
        } else {
            json!({ "path": path })
        },
    )
}

fn fetch(url: &str, region: &str) -> (&'static str, Value) {
    ("fetch", json!({"url": url, "region": region}))
}

/// A template stands between the same two calls: off, on, off again.
#[track_caller]
fn on_and_off(
    stage: &Stage,
    name: &str,
    blocked: &(&str, Value),
    twin: &(&str, Value),
    words: &str,
) {
    let mut session = stage.session();
    stage.runs(&mut session, blocked);
    stage.change(&["--activate", name]);
    stage.denied(&mut session, blocked, &format!("module `{name}` denies: {words}"));
    stage.runs(&mut session, twin);
    // Another session, too: it stands in the store and not in a process.
    stage.denied(&mut stage.session(), blocked, words);
    stage.change(&["--deactivate", name]);
    stage.runs(&mut session, blocked);
}

#[test]
fn cost_control_denies_expensive_models_to_unimportant_tasks() {
    let stage = Stage::new("[upstream.api.cost]\nchat = 0.1\n[budget.day]\nlimit_usd = 100.0\n");
    on_and_off(
        &stage,
        "cost_control",
        &chat("gpt-4-0613", "low"),
        &chat("gpt-4-0613", "high"),
        "expensive_model_for_low_priority",
    );
}

#[test]
fn cost_control_compares_with_what_is_left_and_says_when_it_cannot() {
    let stage = Stage::new(
        "[upstream.api.cost]\nchat = { pointer = \"/max_usd\" }\n[budget.day]\nlimit_usd = 1.0\n",
    );
    let mut session = stage.session();
    stage.change(&["--activate", "cost_control"]);
    let of = |dollars: f64| {
        ("chat", json!({"model": "small", "priority": "high", "prompt": "x", "max_usd": dollars}))
    };
    stage.runs(&mut session, &of(0.6));
    assert_eq!(stage.warnings(), Vec::<String>::new());
    // The budget itself would stop it, too: what the module says is what the agent reads.
    stage.denied(&mut session, &of(0.5), "module `cost_control` denies: budget_exceeded");
    stage.runs(&mut session, &of(0.4));

    let blind = Stage::new("");
    let mut session = blind.session();
    blind.change(&["--activate", "cost_control"]);
    blind.runs(&mut session, &chat("small", "high"));
    let told = blind.warnings().join("; ");
    assert!(told.contains("no estimated cost") && told.contains("no remaining budget"), "{told}");
}

#[test]
fn data_privacy_denies_reading_and_asks_before_writing_what_holds_secrets() {
    let stage = Stage::new("[policy.config.data_privacy]\nnames = [\"payroll.xlsx\"]\n");
    let words = "sensitive_file_access";
    let secret = file("read_text", "/hr/Payroll.xlsx");
    on_and_off(&stage, "data_privacy", &secret, &file("read_text", "/hr/payroll.md"), words);

    let mut session = stage.session();
    stage.runs(&mut session, &file("put_text", "/hr/payroll.xlsx"));
    stage.change(&["--activate", "data_privacy"]);
    stage.stopped(&mut session, &file("put_text", "/hr/payroll.xlsx"), "waiting", "NOT EXECUTED");
    let reasons = stage.home.the_question()["reasons"].to_string();
    assert!(
        reasons.contains("data_privacy") && reasons.contains("sensitive_file_change"),
        "{reasons}"
    );
    stage.runs(&mut session, &file("put_text", "/hr/payroll.md"));
    for path in [
        "/app/.env",
        "/app/credentials",
        "/run/secrets/db",
        "/tls/a.PEM",
        "/tls/a.key",
        "/keys/id_rsa",
    ] {
        stage.denied(&mut session, &file("read_text", path), words);
    }
    let long = format!("/hr{}/payroll.xlsx{}", "/.".repeat(2_500), "/.".repeat(2_500));
    stage.denied(&mut session, &file("read_text", &long), words);
}

#[test]
fn rate_limiting_counts_the_calls_of_one_agent() {
    let stage = Stage::new("[policy.config.rate_limiting]\nmax_calls = 2\n");
    let mut session = stage.session();
    let call = chat("small", "high");
    stage.change(&["--activate", "rate_limiting"]);
    let mut ran = 0;
    let refused = loop {
        let result = session.call("api__chat", call.1.clone());
        if is_error(&result) {
            break result;
        }
        ran += 1;
        assert!(ran < 10, "nothing limits it");
    };
    assert_eq!(code(&refused), "denied_by_policy");
    assert!(
        text(&refused).contains("module `rate_limiting` denies: rate_limit_exceeded"),
        "{refused}"
    );
    assert!((2..=3).contains(&ran), "{ran} calls ran");
    assert_eq!(stage.api.calls().len(), ran);
    // What is not limited still goes, and so does the call of another agent.
    stage.runs(&mut session, &file("read_text", "/x.md"));
    let mut other = Launch::serve(&stage.home, &["--on-ask", "pending"]).client("another").start();
    other.initialize("2025-11-25");
    stage.runs(&mut other, &call);
    stage.change(&["--deactivate", "rate_limiting"]);
    stage.runs(&mut session, &call);
}

#[test]
fn time_restrictions_deny_outside_the_hours() {
    let closed =
        Stage::new("[policy.config.time_restrictions]\ndays = []\nstart_hour = 0\nend_hour = 24\n");
    let (write, read) = (chat("small", "high"), file("read_text", "/x.md"));
    on_and_off(&closed, "time_restrictions", &write, &read, "outside_business_days");
    // Twin: the same hours, on every day.
    let days = r#"["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]"#;
    let open = Stage::new(&format!(
        "[policy.config.time_restrictions]\ndays = {days}\nstart_hour = 0\nend_hour = 24\n"
    ));
    open.change(&["--activate", "time_restrictions"]);
    open.runs(&mut open.session(), &write);
}

#[test]
fn compliance_keeps_regulated_data_where_it_may_be() {
    let config = "[policy.config.compliance]\napproved_hosts = [\"api.ok.test\"]\nallowed_regions = [\"eu\"]\n";
    // The class is the server's: a call cannot talk its way out of it.
    let stage = Stage::new(config);
    let plain =
        std::fs::read_to_string(stage.home.path().join("countersign.toml")).expect("a file");
    stage.home.write_config(&plain.replacen(
        "environment = \"dev\"",
        "environment = \"dev\"\nclassification = \"PHI\"",
        1,
    ));
    let evil = fetch("https://evil.test?@api.ok.test/", "eu");
    on_and_off(
        &stage,
        "compliance",
        &evil,
        &fetch("https://api.ok.test/x", "eu"),
        "unapproved_data_transfer",
    );
    stage.change(&["--activate", "compliance"]);
    let mut session = stage.session();
    stage.denied(&mut session, &fetch("https://api.ok.test/x", "us"), "data_residency");

    // Twin: the same server without a class. It says that nothing was checked.
    let open = Stage::new(config);
    open.change(&["--activate", "compliance"]);
    let mut session = open.session();
    open.runs(&mut session, &evil);
    assert!(open.warnings().join("; ").contains("no data_classification"), "{:?}", open.warnings());
}

#[test]
fn compliance_asks_before_a_change_and_takes_the_yes_of_a_person() {
    let stage = Stage::new("");
    let plain =
        std::fs::read_to_string(stage.home.path().join("countersign.toml")).expect("a file");
    stage.home.write_config(&plain.replacen(
        "environment = \"dev\"",
        "environment = \"dev\"\nclassification = \"pii\"",
        1,
    ));
    let call = file("put_text", "/data/people.csv");
    let mut session = stage.session();
    stage.runs(&mut session, &call);
    stage.change(&["--activate", "compliance"]);
    stage.stopped(&mut session, &call, "waiting", "NOT EXECUTED");
    let question = stage.home.the_question();
    assert!(question["reasons"].to_string().contains("approval_required"), "{question}");
    let id = question["id"].as_str().expect("an id");
    stage.home.approve(&stage.alice, id);
    let before = stage.api.calls().len();
    let result = session.call("resume_call", json!({ "id": id }));
    assert!(!is_error(&result), "{result}");
    assert_eq!(stage.api.calls().len(), before + 1);
    // The yes was for one call.
    stage.stopped(&mut session, &call, "waiting", "NOT EXECUTED");
}

#[test]
fn the_default_warns_and_blocks_nothing() {
    let stage = Stage::new("[upstream.api.cost]\nchat = 2.5\n");
    stage.change(&["--activate", "default"]);
    let mut session = stage.session();
    for (call, warning) in [
        (file("remove_text", "/x.md"), "Warning: File deletion operation (allowed by default)"),
        (
            fetch("http://x.test/", "eu"),
            "Warning: Non-HTTPS API call detected (allowed by default)",
        ),
        (chat("gpt-4", "low"), "Warning: High cost operation ($2.50) - allowed by default"),
    ] {
        stage.runs(&mut session, &call);
        let told = stage.warnings().join("; ");
        assert!(told.contains(warning), "{call:?}: {told}");
    }
    stage.runs(&mut session, &file("read_text", "/x.md"));
    assert_eq!(stage.warnings(), Vec::<String>::new());
}
