//! The service map from real connections to real policies: captured between hosts in network namespaces, read, turned
//! into YAML that an independent validator takes, compared, drawn, kept and listed.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use support::{DEADLINE, Home, Launch, Output, Recorder, Session, in_tests, run, text};

const HOSTS: [&str; 4] = ["web", "api", "db", "outside"];

fn fixture(name: &str) -> String {
    in_tests(&format!("network/{name}"))
}

/// The captures of the lab: made now, or, where this machine cannot, those that were made before.
fn lab() -> (Option<tempfile::TempDir>, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Command::new("python3").arg(fixture("lab.py")).arg(folder.path()).output();
    match made {
        Ok(output) if output.status.success() => {
            let path = folder.path().to_owned();
            (Some(folder), path)
        }
        other => {
            let why = other.map_or_else(
                |fault| fault.to_string(),
                |output| String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            );
            eprintln!(
                "SKIPPED: no hosts in network namespaces ({why}); the checked-in captures stand in"
            );
            (None, PathBuf::from(in_tests("network")))
        }
    }
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

fn network(args: &[&str]) -> Output {
    let mut command = Command::new(support::COUNTERSIGN);
    command.arg("network").args(args).stdin(Stdio::null());
    run(&mut command, DEADLINE)
}

/// The edges of a map: `source > target PROTOCOL port xN`.
fn edges(map: &Value, member: &str) -> Vec<String> {
    let line = |edge: &Value| {
        let guessed = if edge["guessed"] == true { " guessed" } else { "" };
        let part = |name: &str| edge[name].as_str().unwrap_or_default().to_owned();
        format!(
            "{} > {} {} {} x{}{guessed}",
            part("source"),
            part("target"),
            part("protocol"),
            edge["port"],
            edge["count"]
        )
    };
    map[member].as_array().expect("edges").iter().map(line).collect()
}

#[test]
fn a_routers_table_of_real_connections_names_who_reached_whom() {
    let (_keep, folder) = lab();
    let map = network(&[
        "map",
        "--json",
        "--names",
        &fixture("names.json"),
        &path(&folder, "conntrack.txt"),
    ]);
    let map = map.ok().json();
    let expected = [
        "shop/api > data/db TCP 5432 x1",
        "shop/api > data/db TCP 50051 x1",
        "shop/api > 10.77.4.2 TCP 443 x1",
        "shop/web > data/db UDP 8125 x1",
        // Two over IPv4, one over IPv6, and one by an address that the router translates.
        "shop/web > shop/api TCP 8080 x4",
    ];
    assert_eq!(edges(&map, "edges"), expected);
    assert_eq!(edges(&map, "dropped"), ["shop/web > 10.77.3.77 TCP 9998 x1"]);
    assert_eq!(map["skipped"]["count"], 0, "{map}");
}

#[test]
fn sockets_of_real_hosts_agree_with_the_routers_table() {
    let (_keep, folder) = lab();
    let files: Vec<String> =
        HOSTS.iter().map(|host| path(&folder, &format!("ss-{host}.txt"))).collect();
    let names = fixture("names.json");
    let mut args = vec!["map", "--json", "--format", "ss", "--names", &names];
    args.extend(files.iter().map(String::as_str));
    let map = network(&args).ok().json();
    let expected = [
        "shop/api > data/db TCP 5432 x1",
        // The lower port is the client's here; the listening socket knows.
        "shop/api > data/db TCP 50051 x1",
        "shop/api > 10.77.4.2 TCP 443 x1",
        "shop/web > data/db UDP 8125 x1",
        "shop/web > shop/api TCP 8080 x4",
        // A host does not see that this address is translated on the way.
        "shop/web > 10.77.9.9 TCP 80 x1 guessed",
    ];
    assert_eq!(edges(&map, "edges"), expected);
    assert_eq!(edges(&map, "dropped").len(), 2);
    assert_eq!(map["skipped"]["count"], 0, "{map}");
}

#[test]
fn flows_of_hubble_count_once_and_without_replies_and_drops() {
    let map = network(&["map", "--json", &fixture("hubble.jsonl")]).ok().json();
    let expected = [
        "shop/api > data/db TCP 5432 x1",
        "shop/api > 203.0.113.10 TCP 443 x1",
        "shop/web > kube-system/coredns UDP 53 x1",
        "shop/web > shop/api TCP 8080 x3",
        "198.51.100.7 > shop/web TCP 443 x1",
    ];
    assert_eq!(edges(&map, "edges"), expected);
    assert_eq!(edges(&map, "dropped"), ["shop/web > data/db TCP 5432 x1"]);
    assert_eq!(map["skipped"]["count"], 0, "{map}");
    assert!(map["notes"].to_string().contains("lost flows"), "{map}");
    // Two pods of one service differ in a label: only what both carry is the service's.
    let web = &map["services"].as_array().expect("services").iter().find(|s| s["name"] == "web");
    assert_eq!(web.expect("web")["labels"], json!({"app": "web"}));
}

#[test]
fn containers_give_names_to_addresses() {
    let map =
        network(&["map", "--json", "--names", &fixture("docker.json"), &fixture("conntrack.txt")]);
    let map = map.ok().json();
    assert!(
        edges(&map, "edges").contains(&"default/web > default/api TCP 8080 x4".to_owned()),
        "{map}"
    );
    assert!(
        edges(&map, "edges").contains(&"default/api > default/db TCP 50051 x1".to_owned()),
        "{map}"
    );
    assert_eq!(map["services"].as_array().expect("services").len(), 3, "replicas are one service");
}

/// Whether an independent validator takes the YAML; `None` where it is not installed.
fn valid(yaml: &str) -> Option<Output> {
    let program = std::env::var_os("COUNTERSIGN_TEST_TOOLS")
        .map(|tools| PathBuf::from(tools).join("venv/bin/kubernetes-validate"))
        .filter(|program| program.exists());
    let Some(program) = program else {
        eprintln!(
            "SKIPPED: kubernetes-validate is missing; `tests/run` installs it and sets COUNTERSIGN_TEST_TOOLS"
        );
        return None;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("policies.yaml");
    fs::write(&file, yaml).expect("written");
    let mut command = Command::new(program);
    command.args(["--strict", "--quiet"]).arg(&file).stdin(Stdio::null());
    Some(run(&mut command, Duration::from_secs(60)))
}

#[test]
fn a_validator_that_nobody_here_wrote_takes_the_policies() {
    let names = ["yes", "1e3", "a: b\n- c", "日本語", "--- !!int 1", "x'\"y", "UPPER", "null"];
    let link = |name: &str| json!({"source": format!("shop/{name}"), "target": "data/db", "port": 1, "protocol": "SCTP"});
    let nasty = json!({ "connections": names.map(link) });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nasty.json");
    fs::write(&file, nasty.to_string()).expect("written");
    for seen in [fixture("hubble.jsonl"), file.display().to_string()] {
        let yaml = network(&["recommend", &seen]).ok().stdout;
        assert!(yaml.matches("kind: NetworkPolicy").count() >= 4, "{yaml}");
        if let Some(told) = valid(&yaml) {
            told.ok();
            // It does look: the same with one wrong field is refused.
            valid(&yaml.replacen("podSelector", "podSelektor", 1)).expect("installed").exits(1);
        }
        let every = network(&["recommend", "--json", &seen]).ok().json();
        let yamls = every["recommendations"].as_array().expect("a list").iter();
        let all: String = yamls.filter_map(|one| one["policy_yaml"].as_str()).collect();
        if let Some(told) = valid(&all) {
            told.ok();
        }
    }
}

#[test]
fn comparing_says_what_would_be_cut_and_ends_with_five() {
    let folder = tempfile::tempdir().expect("a folder");
    let applied = folder.path().join("applied.yaml");
    let seen = fixture("hubble.jsonl");
    let yaml = network(&["recommend", &seen]).ok().stdout;
    fs::write(&applied, &yaml).expect("written");
    let file = applied.display().to_string();
    let same = network(&["compare", "--json", "--applied", &file, &seen]).ok().json();
    assert_eq!((&same["cut"], &same["unused"]), (&json!([]), &json!([])), "{same}");
    let open: Vec<&Value> =
        same["open"].as_array().expect("open").iter().map(|o| &o["service"]).collect();
    assert_eq!(open, ["kube-system/coredns"], "the cluster's own services are left alone");
    let first = yaml.split("---\n").find(|one| one.contains("name: allow-api")).expect("a policy");
    fs::write(&applied, yaml.replace(first, "")).expect("written");
    let less = network(&["compare", "--json", "--applied", &file, &seen]).exits(5).json();
    let cut = edges(&less, "cut");
    assert_eq!(cut.len(), 3, "{cut:?}");
    assert!(cut.iter().all(|edge| edge.contains("shop/api")), "{cut:?}");
    let words = network(&["compare", "--applied", &file, &seen]).exits(5);
    assert!(words.stdout.contains("shop/default-deny-all"), "{words:?}");
    assert!(words.stdout.contains(" 3 connections would be cut, 1 service is open, "), "{words:?}");
    fs::write(&applied, "kind: [").expect("written");
    let bad = network(&["compare", "--applied", &file, &seen]).exits(1);
    assert!(bad.stderr.contains("error: cannot use the applied policies: line 1"), "{bad:?}");
    assert!(bad.stderr.contains("\nhelp: ") && !bad.stderr.contains("\\n"), "{bad:?}");
}

#[test]
fn the_drawing_is_xml_by_itself() {
    let drawn = network(&["graph", &fixture("hubble.jsonl")]).ok().stdout;
    assert_eq!(drawn, network(&["graph", &fixture("hubble.jsonl")]).ok().stdout);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("map.svg");
    fs::write(&file, &drawn).expect("written");
    let read = "import sys, xml.etree.ElementTree as t; r = t.parse(sys.argv[1]).getroot(); print(r.tag, len(r.findall('.//{*}g')))";
    let mut command = Command::new("python3");
    command.args(["-c", read]).arg(&file).stdin(Stdio::null());
    let told = run(&mut command, DEADLINE).ok().stdout;
    assert_eq!(told.trim(), "{http://www.w3.org/2000/svg}svg 6", "four services and two addresses");
    for word in ["<script", "href", "url(http", "@import"] {
        assert!(!drawn.contains(word), "{word}");
    }
}

#[test]
fn bad_input_is_told_and_is_no_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        fs::write(&file, bytes).expect("written");
        file.display().to_string()
    };
    let half = write("half", b"tcp 6 9 ESTABLISHED src=10.77.1.2 dst=10.77.2.2 sport=1 dport=80 src=10.77.2.2 dst=10.77.1.2 sport=80 dport=1\ntcp 6 \xff\xfe\n");
    let told =
        network(&["map", "--format", "conntrack", "--names", &fixture("names.json"), &half]).ok();
    assert!(told.stdout.contains("shop/api"), "{told:?}");
    assert!(told.stderr.contains(":2: "), "{told:?}");
    let (nothing, none_applied) = (write("nothing", b"[]"), write("none-applied", b"\n"));
    for (args, code, word) in [
        (vec!["map", "/no/such/file"], 1, "cannot read `/no/such/file`"),
        (vec!["map", &write("text", b"hello")], 1, "looks like none of"),
        (
            vec!["map", "--format", "hubble", &write("other", b"tcp 6\n")],
            1,
            "does not read as `hubble`",
        ),
        (vec!["map", "--format", "pcap", &half], 2, "hubble, conntrack, ss, docker, json"),
        (vec!["map", "--namespace", "No", &half], 2, "is no Kubernetes namespace"),
        (vec!["map"], 2, "FILE"),
        (vec!["recommend", &fixture("docker.json")], 1, "no connection between services was seen"),
        (vec!["recommend", &half], 1, "no connection between services was seen"),
        // What was not seen is not cut, which is no reason to say that all is well.
        (vec!["compare", "--applied", &none_applied, &nothing], 1, "so nothing can be compared"),
        (vec!["map", "-", "-"], 2, "`-` is given more than once"),
        (vec!["map", "--names", "-", "-"], 2, "`-` is given more than once"),
        (vec!["compare", "--applied", "-", "-"], 2, "`-` is given more than once"),
    ] {
        let told = network(&args).exits(code);
        assert!(told.stderr.contains(word), "{args:?}: {told:?}");
    }
    let none = network(&["map", &write("empty", b"\n")]).ok();
    assert!(none.stderr.contains("no connection between services"), "{none:?}");
}

#[derive(Debug)]
struct Stage {
    home: Home,
    notes: Recorder,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        Self { home, notes }
    }

    fn client(&self, name: &str) -> Session {
        let options = ["--name", "notes", "--toolsets", "all"];
        let mut session =
            Launch::wrap(&self.home, &options, &self.notes.argv()).client(name).start();
        session.initialize("2025-11-25");
        session
    }
}

#[test]
fn an_agents_recommendations_are_kept_listed_and_his_own() {
    let stage = Stage::new();
    let mut ann = stage.client("ann");
    let flows = fs::read_to_string(fixture("hubble.jsonl")).expect("readable");
    let wish = json!({"format": "hubble", "text": flows, "applied": ""});
    let told = ann.call("recommend_network_policies", wish);
    assert_eq!(told["isError"], false, "{told}");
    let made = &told["structuredContent"];
    // Three services, five edges, two namespaces.
    assert_eq!(made["saved"], 10, "{made}");
    assert_eq!(made["comparison"]["cut"], json!([]));
    assert!(text(&told).contains("nothing was applied"), "{told}");
    if let Some(told) = valid(made["policies_yaml"].as_str().expect("YAML")) {
        told.ok();
    }
    let list = |session: &mut Session, service: &str| {
        let told = session.call("list_network_policies", json!({ "service": service }));
        told["structuredContent"]["policies"].as_array().expect("policies").clone()
    };
    let found = list(&mut ann, "data/db");
    assert_eq!(found.len(), 2);
    assert!(
        found.iter().all(|one| one["policy_yaml"]
            .as_str()
            .is_some_and(|y| y.contains("kind: NetworkPolicy")))
    );
    assert_eq!(list(&mut ann, "api").len(), 4);
    assert_eq!(list(&mut stage.client("ben"), "data/db"), Vec::<Value>::new());
    // The command line sees everybody's; the journal has one row and no text of the flows.
    let kept = stage.home.cli_json(&["network", "list", "--json", "--service", "data/db"]);
    assert_eq!(kept["policies"].as_array().expect("policies").len(), 2);
    let rows = stage.home.cli_json(&["audit", "list", "--json", "--type", "network.recommended"]);
    assert_eq!(rows["entries"].as_array().expect("entries").len(), 1);
    assert!(!rows.to_string().contains("coredns"), "{rows}");
    assert!(stage.home.cli(&["network", "list"]).ok().stdout.contains("shop/allow-api"));
    assert_eq!(stage.home.cli(&["network", "list", "--run", "abcd1234"]).exits(1).code, 1);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn what_is_refused_is_kept_by_nobody() {
    let stage = Stage::new();
    let mut ann = stage.client("ann");
    let good = r#"{"connections":[{"source":"a","target":"b","port":1}]}"#;
    let many: Vec<Value> =
        (0..2_001).map(|n| json!({"source": "a", "target": "b", "port": 1 + n})).collect();
    for (arguments, code) in [
        (
            json!({"format": "json", "text": good, "run_id": "00000000-0000-7000-8000-000000000000"}),
            "not_found",
        ),
        (json!({"format": "json", "text": good, "run_id": "7"}), "invalid_arguments"),
        (json!({"format": "json", "text": good, "names": "hello"}), "unreadable"),
        (
            json!({"format": "json", "text": json!({ "connections": many }).to_string()}),
            "too_large",
        ),
        (
            json!({"format": "json", "text": good, "applied": "kind: NetworkPolicy"}),
            "applied_invalid",
        ),
        (json!({"format": "json", "text": "[".repeat(10_000)}), "unreadable"),
        (json!({"format": "json"}), "invalid_arguments"),
        (json!({"format": "json", "text": 7}), "invalid_arguments"),
        (json!({"format": "json", "text": good, "port": 7}), "invalid_arguments"),
    ] {
        let told = ann.call("recommend_network_policies", arguments);
        assert_eq!(told["_meta"]["countersign/refusal"]["code"], code, "{told}");
    }
    let kept = stage.home.cli_json(&["network", "list", "--json"]);
    assert_eq!(kept, json!({ "policies": [] }));
    let rows = stage.home.cli_json(&["audit", "list", "--json", "--type", "network.recommended"]);
    assert_eq!(rows["entries"], json!([]));
}
