//! One `watch` at a terminal of its own: typed at, looked at, resized, signalled. `terminal.py` says how.

use crate::support::{COUNTERSIGN, DEADLINE, Home, in_tests, python, text_of, wait_until};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// How a terminal is to be.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    home: &'a Home,
    args: Vec<String>,
    env: Vec<(String, String)>,
    size: (u16, u16),
    attached: bool,
}

/// A terminal with a `watch` in it.
#[derive(Debug)]
pub(crate) struct Screen {
    socket: BufReader<UnixStream>,
    helper: Child,
    path: PathBuf,
    /// Everything that was ever sent to the terminal.
    pub(crate) raw: String,
    /// What was seen last.
    pub(crate) last: Value,
}

impl<'a> Order<'a> {
    pub(crate) fn new(home: &'a Home) -> Self {
        let mut env = home.environment();
        env.push(("TERM".to_owned(), "xterm-256color".to_owned()));
        Self { home, args: vec!["watch".to_owned()], env, size: (40, 140), attached: false }
    }

    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Below this test, which is the parent of its gateways: the terminal that an agent makes for itself.
    pub(crate) fn of_the_agent(mut self) -> Self {
        self.attached = true;
        self
    }

    #[track_caller]
    pub(crate) fn start(self) -> Screen {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = self.home.work();
        let spec = folder.join(format!("terminal-{number}.json"));
        let path = folder.join(format!("terminal-{number}.sock"));
        let mut argv = vec![COUNTERSIGN.to_owned()];
        argv.extend(self.args);
        let env: serde_json::Map<String, Value> =
            self.env.into_iter().map(|(name, value)| (name, json!(value))).collect();
        let (rows, columns) = self.size;
        let told = json!({"argv": argv, "env": env, "cwd": text_of(&folder), "rows": rows, "columns": columns});
        fs::write(&spec, told.to_string()).expect("the order can be written");
        let script = in_tests("watch/terminal.py");
        let (spec, socket) = (text_of(&spec), text_of(&path));
        let mut args = vec!["-I", &script, &spec, &socket];
        if self.attached {
            args.push("--attached");
        }
        let mut command = self.home.program(&python(), &args);
        let helper = command.stdout(Stdio::null()).spawn().expect("python3 starts");
        wait_until(DEADLINE, || path.exists());
        let stream = UnixStream::connect(&path).expect("the terminal listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
        let mut screen = Screen {
            socket: BufReader::new(stream),
            helper,
            path,
            raw: String::new(),
            last: Value::Null,
        };
        screen.look();
        screen
    }
}

impl Screen {
    /// A terminal of the usual size, once it shows the queue.
    #[track_caller]
    pub(crate) fn of(home: &Home) -> Self {
        let mut screen = Order::new(home).start();
        screen.sees("waiting");
        screen
    }

    #[track_caller]
    fn order(&mut self, order: &Value) -> &Value {
        let mut line = order.to_string();
        line.push('\n');
        self.socket.get_mut().write_all(line.as_bytes()).expect("the terminal listens");
        let mut answer = String::new();
        self.socket.read_line(&mut answer).expect("the terminal answers");
        self.last = serde_json::from_str(&answer)
            .unwrap_or_else(|fault| panic!("the terminal said {answer:?}: {fault}"));
        self.raw.push_str(self.last["raw"].as_str().unwrap_or_default());
        &self.last
    }

    #[track_caller]
    pub(crate) fn look(&mut self) -> String {
        self.order(&json!({}));
        self.text()
    }

    /// The screen as it was seen last.
    pub(crate) fn text(&self) -> String {
        let lines = self.last["lines"].as_array().cloned().unwrap_or_default();
        let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect::<Vec<_>>();
        lines.join("\n")
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    /// Waits until this stands somewhere on the screen.
    #[track_caller]
    pub(crate) fn sees(&mut self, what: &str) -> String {
        self.until(&format!("shows {what:?}"), |screen| screen.text().contains(what))
    }

    /// Waits until this stands nowhere on it.
    #[track_caller]
    pub(crate) fn loses(&mut self, what: &str) -> String {
        self.until(&format!("does not show {what:?}"), |screen| !screen.text().contains(what))
    }

    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) -> String {
        let end = Instant::now() + DEADLINE;
        loop {
            let text = self.look();
            if is(self) {
                return text;
            }
            assert!(
                Instant::now() < end,
                "the screen never {what}; it is\n{text}\n{:?}",
                self.last["code"]
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Types at once, whatever the screen shows.
    #[track_caller]
    pub(crate) fn types(&mut self, text: &str) {
        self.order(&json!({ "type": text }));
    }

    /// Types as somebody who reads first: later than what came last counts as new.
    #[track_caller]
    pub(crate) fn calmly(&mut self, text: &str) {
        std::thread::sleep(Duration::from_millis(750));
        self.types(text);
    }

    #[track_caller]
    pub(crate) fn size(&mut self, rows: u16, columns: u16) {
        self.order(&json!({"size": [rows, columns]}));
    }

    #[track_caller]
    pub(crate) fn signal(&mut self, number: i32) {
        self.order(&json!({ "signal": number }));
    }

    pub(crate) fn is_alternate(&self) -> bool {
        self.last["alternate"] == json!(true)
    }

    pub(crate) fn is_cooked(&self) -> bool {
        self.last["cooked"] == json!(true)
    }

    pub(crate) fn sent(&self) -> u64 {
        self.last["sent"].as_u64().unwrap_or_default()
    }

    /// Waits for the end; the exit code.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> i64 {
        self.until("ended", |screen| screen.last["code"].is_i64());
        // What was printed last may still be on its way.
        std::thread::sleep(Duration::from_millis(50));
        self.look();
        self.last["code"].as_i64().expect("a code")
    }

    /// Everything back as it was before: no screen, lines are echoed.
    #[track_caller]
    pub(crate) fn is_given_back(&self) {
        assert!(!self.is_alternate() && self.is_cooked(), "{:#}", self.last);
        let last = |what| self.raw.rfind(what);
        assert!(last("\u{1b}[?25h") > last("\u{1b}[?25l"), "the cursor is hidden");
        assert!(last("\u{1b}[?7h") > last("\u{1b}[?7l"), "lines do not wrap");
        assert!(last("\u{1b}[?2004l") > last("\u{1b}[?2004h"), "pastes are bracketed");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.socket.get_ref().shutdown(std::net::Shutdown::Both);
        let _ = self.helper.wait();
        let _ = fs::remove_file(&self.path);
    }
}
