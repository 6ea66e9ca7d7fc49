//! One store and everything a person does to it: the command line with and without a terminal or a token.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{COUNTERSIGN, DEADLINE, Output, in_tests, python, run, text_of, wait_for, wait_until};

/// A gateway's home, a user's home and a work folder, in one temporary folder that goes with the value.
///
/// Logs and data lie in the work folder: the kernel denies arguments that name the gateway's home.
#[derive(Debug)]
pub(crate) struct Home {
    root: TempDir,
    files: AtomicUsize,
}

impl Home {
    pub(crate) fn new() -> Self {
        let root =
            tempfile::Builder::new().prefix("countersign-").tempdir().expect("a temporary folder");
        for name in ["home", "work", "user"] {
            DirBuilder::new().mode(0o700).create(root.path().join(name)).expect("a folder");
        }
        Self { root, files: AtomicUsize::new(0) }
    }

    /// `COUNTERSIGN_HOME`.
    pub(crate) fn path(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Where commands run and where test data lies.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// `HOME` of every process started here, so that nobody's real configuration is read.
    pub(crate) fn user(&self) -> PathBuf {
        self.root.path().join("user")
    }

    /// Writes `countersign.toml`, mode 0600.
    pub(crate) fn write_config(&self, text: &str) {
        let file = self.path().join("countersign.toml");
        fs::remove_file(&file).ok();
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .expect("the configuration can be made");
        file.write_all(text.as_bytes()).expect("the configuration can be written");
    }

    /// An admin lets the configuration count as it is, whatever it loosens.
    #[track_caller]
    pub(crate) fn accept_config(&self, admin: &str) -> Output {
        self.cli_with_token(admin, &["policy", "accept", "--yes"]).ok()
    }

    /// What every process gets: nothing inherited but PATH.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let path = std::env::var_os("PATH").and_then(|path| path.into_string().ok());
        vec![
            ("PATH".to_owned(), path.unwrap_or_else(|| "/usr/bin:/bin".to_owned())),
            ("HOME".to_owned(), text_of(&self.user())),
            ("USER".to_owned(), "tester".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            ("COUNTERSIGN_HOME".to_owned(), text_of(&self.path())),
        ]
    }

    /// A command of ours, ready for further settings: clean environment, work folder, empty stdin.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.program(COUNTERSIGN, args)
    }

    /// Any program in the same surroundings.
    pub(crate) fn program(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(args).env_clear().envs(self.environment());
        command.current_dir(self.work()).stdin(Stdio::null());
        command
    }

    #[track_caller]
    pub(crate) fn cli(&self, args: &[&str]) -> Output {
        run(&mut self.command(args), DEADLINE)
    }

    /// A command that must succeed and print one JSON object, alone.
    #[track_caller]
    pub(crate) fn cli_json(&self, args: &[&str]) -> Value {
        let output = self.cli(args).ok();
        serde_json::from_str(&output.stdout).unwrap_or_else(|fault| {
            panic!("{args:?} printed no JSON object ({fault}): {output:#?}")
        })
    }

    #[track_caller]
    pub(crate) fn cli_with_token(&self, token: &str, args: &[&str]) -> Output {
        run(self.command(args).env("COUNTERSIGN_TOKEN", token), DEADLINE)
    }

    /// A command at a terminal, typing one entry of `typed` a prompt (see `pty.py` for `re:` and `eof`). Its ancestors lead
    /// to PID 1 past this test. The screen is in `stdout`, escape sequences removed.
    #[track_caller]
    pub(crate) fn tty_cli(&self, args: &[&str], typed: &[&str]) -> Output {
        self.terminal(args).types(typed).run()
    }

    pub(crate) fn terminal<'a>(&'a self, args: &[&str]) -> Terminal<'a> {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let env = self.environment();
        Terminal {
            home: self,
            args,
            typed: Vec::new(),
            env,
            attached: false,
            program: COUNTERSIGN.to_owned(),
        }
    }

    /// Makes the first admin, `alice`, and returns her API token. The prompt wants the user's name typed.
    #[track_caller]
    pub(crate) fn admin_token(&self) -> String {
        self.admin_token_as("alice", "alice")
    }

    #[track_caller]
    pub(crate) fn admin_token_as(&self, name: &str, typed: &str) -> String {
        let output =
            self.tty_cli(&["user", "add", name, "--role", "admin", "--json"], &[typed]).ok();
        token_in(&output.json())
    }

    /// A further user, made with an admin's token.
    #[track_caller]
    pub(crate) fn user_token(&self, admin: &str, name: &str, role: &str) -> String {
        let add = ["user", "add", name, "--role", role, "--json", "--yes"];
        token_in(&self.cli_with_token(admin, &add).ok().json())
    }

    #[track_caller]
    pub(crate) fn approve(&self, token: &str, id: &str) -> Output {
        self.cli_with_token(token, &["approve", id, "--yes"]).ok()
    }

    #[track_caller]
    pub(crate) fn deny(&self, token: &str, id: &str, reason: &str) -> Output {
        self.cli_with_token(token, &["deny", id, "--reason", reason, "--yes"]).ok()
    }

    /// Waits until exactly one question is pending, and returns it.
    #[track_caller]
    pub(crate) fn the_question(&self) -> Value {
        self.questions(1).remove(0)
    }

    /// Waits until at least so many questions are pending.
    #[track_caller]
    pub(crate) fn questions(&self, count: usize) -> Vec<Value> {
        wait_for(DEADLINE, || Some(pending(self)).filter(|found| found.len() >= count))
    }

    fn new_file(&self, name: &str) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        self.root.path().join(format!("{number}-{name}"))
    }
}

fn token_in(added: &Value) -> String {
    added["token"].as_str().unwrap_or_else(|| panic!("no token in {added}")).to_owned()
}

/// Everything that waits for an answer, by `pending --json`.
#[track_caller]
pub(crate) fn pending(home: &Home) -> Vec<Value> {
    let mut listed = home.cli_json(&["pending", "--json"]);
    match listed["pending"].take() {
        Value::Array(questions) => questions,
        other => panic!("`pending --json` has no list but {other}"),
    }
}

/// A command in a pseudo-terminal.
#[derive(Debug)]
pub(crate) struct Terminal<'a> {
    home: &'a Home,
    program: String,
    args: Vec<String>,
    typed: Vec<String>,
    env: Vec<(String, String)>,
    attached: bool,
}

impl Terminal<'_> {
    pub(crate) fn types(mut self, typed: &[&str]) -> Self {
        self.typed = typed.iter().map(|line| (*line).to_owned()).collect();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Stay below this test, which is the parent of its gateways: the pty that an agent makes for itself.
    pub(crate) fn of_the_agent(mut self) -> Self {
        self.attached = true;
        self
    }

    /// Another program than ours, with the same arguments.
    pub(crate) fn program(mut self, program: &str) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    #[track_caller]
    pub(crate) fn run(self) -> Output {
        let (spec, result) =
            (self.home.new_file("pty.json"), self.home.new_file("pty-result.json"));
        let mut argv = vec![self.program.clone()];
        argv.extend(self.args.iter().cloned());
        let env: serde_json::Map<String, Value> =
            self.env.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let timeout = DEADLINE.as_secs();
        let cwd = text_of(&self.home.work());
        let spec_value =
            json!({"argv": argv, "env": env, "cwd": cwd, "typed": self.typed, "timeout": timeout});
        fs::write(&spec, spec_value.to_string()).expect("the terminal's order can be written");
        let script = in_tests("support/pty.py");
        let (spec, result_name) = (text_of(&spec), text_of(&result));
        let mut helper = vec!["-I", "-S", &script, &spec, &result_name];
        if self.attached {
            helper.push("--attached");
        }
        // Not by `run`: the daemon that does the work must not be waited for through a pipe.
        let mut command = self.home.program(&python(), &helper);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("python3 starts");
        wait_until(DEADLINE + Duration::from_secs(10), || result.exists());
        child.wait().ok();
        let told: Value =
            serde_json::from_slice(&fs::read(&result).expect("the terminal's result"))
                .expect("the terminal's result is JSON");
        let screen = told["output"].as_str().unwrap_or_default().to_owned();
        assert!(
            told["timed_out"] == json!(false) && told["error"].is_null(),
            "the terminal failed: {told:#}\n--- screen\n{screen}"
        );
        let code = told["code"].as_i64().and_then(|code| i32::try_from(code).ok()).unwrap_or(-1);
        Output { code: code.max(-1), stdout: screen, stderr: String::new() }
    }
}
