//! The stage: one home with an admin, a recorder behind the gateway, and receivers that keep what reaches them.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{
    DEADLINE, Home, Launch, Recorder, Session, certify, in_tests, python, wait_for,
};

/// What no byte that leaves and no row but one column may hold.
pub(crate) const URL_CANARY: &str = "u4l-c4n4ry-0123456789-abcdefghij-klmnop";

pub(crate) struct Stage {
    pub(crate) home: Home,
    pub(crate) notes: Recorder,
    pub(crate) drafts: Recorder,
    pub(crate) alice: String,
    pub(crate) ports: Value,
    folder: PathBuf,
    receivers: Child,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.receivers.kill().ok();
        self.receivers.wait().ok();
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let folder = home.work().join("receivers");
        fs::create_dir(&folder).expect("a folder");
        certify(&home, &folder);
        let script = in_tests("notify/receiver.py");
        let place = folder.to_str().expect("a plain path").to_owned();
        let mut command = home.program(&python(), &[&script, &place]);
        let receivers = command.stdin(Stdio::piped()).spawn().expect("python starts");
        let ports = wait_for(DEADLINE, || {
            serde_json::from_slice(&fs::read(folder.join("ports")).ok()?).ok()
        });
        let (notes, drafts) = (Recorder::new(&home, "notes"), Recorder::new(&home, "drafts"));
        let alice = home.admin_token();
        let stage = Self { home, notes, drafts, alice, ports, folder, receivers };
        stage.configure("allow_private = true", "starttls");
        stage
    }

    /// The configuration, accepted: `notify` more of `[notify]`, mail by `tls`.
    pub(crate) fn configure(&self, notify: &str, tls: &str) {
        let password = self.home.user().join("mail-password");
        fs::write(&password, "s3cret-of-mail\n").expect("a password");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&password, mode).expect("a mode");
        let (port, login) = match tls {
            "none" => (&self.ports["plain"], String::new()),
            _ => (
                &self.ports["mail"],
                format!("user = \"cs\"\npassword_file = {}\n", json!(password)),
            ),
        };
        self.home.write_config(&format!(
            "{}\n{}\n[upstream.drafts.cost]\nwrite_note = 0.4\n[budget.day]\nlimit_usd = 0.5\n\
             [notify]\nhosts = [\"localhost:{}\"]\nca_file = {}\n{notify}\n\
             [smtp]\nhost = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nfrom = \"cs@example.org\"\n{login}",
            self.notes.toml("notes", "production"),
            self.drafts.toml("drafts", "dev"),
            self.ports["hook"],
            json!(self.folder.join("cert.pem")),
        ));
        self.home.accept_config(&self.alice);
    }

    /// Writes more into the configuration, accepted.
    pub(crate) fn configure_more(&self, more: &str) {
        let file = self.home.path().join("countersign.toml");
        let text = fs::read_to_string(file).expect("the configuration");
        self.home.write_config(&format!("{text}\n{more}\n"));
        self.home.accept_config(&self.alice);
    }

    pub(crate) fn hook_url(&self) -> String {
        format!("https://localhost:{}/api/webhooks/1/{URL_CANARY}", self.ports["hook"])
    }

    /// Adds the webhook.
    pub(crate) fn add_hook(&self, name: &str, more: &[&str]) -> Value {
        let file = self.home.work().join("url.txt");
        fs::write(&file, self.hook_url()).expect("a file");
        let file = file.to_str().expect("a plain path").to_owned();
        let mut args =
            vec!["notify", "add", name, "--discord", "--url-file", &file, "--yes", "--json"];
        args.extend(more);
        self.home.cli_with_token(&self.alice, &args).ok().json()
    }

    pub(crate) fn add_mail(&self, name: &str) -> Value {
        let args = ["notify", "add", name, "--email", "--to", "ann@example.org", "--yes", "--json"];
        self.home.cli_with_token(&self.alice, &args).ok().json()
    }

    pub(crate) fn notify(&self, args: &[&str]) -> crate::support::Output {
        let args = [&["notify"], args, &["--yes"]].concat();
        self.home.cli_with_token(&self.alice, &args)
    }

    pub(crate) fn behave(&self, how: &str) {
        let new = self.folder.join("behave.new");
        fs::write(&new, how).expect("a file");
        fs::rename(new, self.folder.join("behave")).expect("a file");
    }

    fn log(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Requests that reached the webhook.
    pub(crate) fn hooked(&self) -> Vec<Value> {
        self.log("hook")
    }

    /// Titles of the embeds that reached it, in order.
    pub(crate) fn titles(&self) -> Vec<String> {
        let title = |request: &Value| {
            let body: Value = serde_json::from_str(request["body"].as_str()?).ok()?;
            Some(body["embeds"][0]["title"].as_str()?.to_owned())
        };
        self.hooked().iter().filter_map(title).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.log("connections").len()
    }

    pub(crate) fn mails(&self, name: &str) -> Vec<Value> {
        self.log(name)
    }

    /// Waits for so many requests at the webhook.
    #[track_caller]
    pub(crate) fn wait_hooked(&self, count: usize) -> Vec<Value> {
        wait_for(DEADLINE, || Some(self.hooked()).filter(|found| found.len() >= count))
    }

    pub(crate) fn session(&self, client: &str) -> Session {
        let options = ["--on-ask", "pending"];
        let mut session = Launch::serve(&self.home, &options).client(client).start();
        session.initialize("2025-11-25");
        session
    }

    /// One text of the database.
    pub(crate) fn one(&self, sql: &str) -> Option<String> {
        let conn = Connection::open(self.home.path().join("countersign.db")).expect("the store");
        conn.busy_timeout(DEADLINE).expect("a timeout");
        conn.query_row(sql, [], |row| row.get(0)).expect("a row")
    }

    /// Waits until a query of the database says so.
    #[track_caller]
    pub(crate) fn wait_one(&self, sql: &str, wanted: &str) {
        wait_for(DEADLINE, || self.one(sql).filter(|found| found == wanted));
    }

    /// The newest deliveries as the command line tells them.
    pub(crate) fn last(&self, name: &str) -> Value {
        let listed = self.home.cli_json(&["notify", "list", "--json"]);
        let targets = listed["targets"].as_array().expect("targets").clone();
        let found = targets.into_iter().find(|target| target["name"] == name);
        found.expect("the target")["last"].clone()
    }
}

/// What a request to the webhook told.
pub(crate) fn embed(request: &Value) -> Value {
    let body: Value =
        serde_json::from_str(request["body"].as_str().expect("a body")).expect("JSON");
    body["embeds"][0].clone()
}

/// One field of it.
pub(crate) fn field(embed: &Value, name: &str) -> String {
    let fields = embed["fields"].as_array().expect("fields");
    let found = fields.iter().find(|field| field["name"] == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {embed}"))["value"]
        .as_str()
        .unwrap_or("")
        .to_owned()
}
