//! A policy server elsewhere: what it may say, and what holds when it says nothing.

use crate::support::{Home, Recorder, Session, python, wait_for, wait_until};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the server may take, as `behind` writes it.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Every decision that was exported.
fn decisions(home: &Home) -> Vec<Value> {
    let exported = home.cli(&["audit", "export", "--format", "opa"]).stdout;
    exported.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// A policy server, no OPA: the wire is OPA's, what it says is in its options. Real OPA needs a binary that is not to be had.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    child: Child,
    pub(crate) url: String,
}

impl Elsewhere {
    pub(crate) fn start(mode: &str) -> Self {
        let script = r#"
import http.server, json, sys, time
mode = sys.argv[1]
class H(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        tool = asked['input'].get('tool')
        H.asked += 1
        if mode == 'slow' or mode == 'slow once' and H.asked == 1: time.sleep(5)
        if mode == 'broken': return self.send_error(500)
        result = {'allow': tool != 'read_note', 'deny_reasons': ['not_this_one'] if tool == 'read_note' else [],
                  'warnings': ['looked at']}
        body = json.dumps({} if mode == 'undefined' else {'result': result}).encode()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *a): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
print(server.server_port, flush=True)
server.serve_forever()
"#;
        let mut child = Command::new(python())
            .args(["-c", script, mode])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let mut port = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut port).expect("its port");
        let url = format!("http://127.0.0.1:{}/v1/data/countersign/main", port.trim());
        Self { child, url }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn behind(home: &Home, notes: &Recorder, url: &str, on_error: &str) -> Session {
    let remote = format!(
        "[policy.remote]\nurl = \"{url}\"\ntimeout = \"500ms\"\non_error = \"{on_error}\"\n"
    );
    home.write_config(&format!("{}{remote}", notes.toml("notes", "production")));
    Session::serve(home, &[])
}

#[test]
fn a_server_elsewhere_may_deny_and_lifts_nothing() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let elsewhere = Elsewhere::start("says");
    let mut session = behind(&home, &notes, &elsewhere.url, "allow");
    let denied = session.call("notes__read_note", json!({ "id": "n1" }));
    assert_eq!(denied["isError"], true, "{denied}");
    assert!(denied.to_string().contains("not_this_one"), "{denied}");
    assert!(notes.calls().is_empty(), "nothing was sent");
    let allowed = session.call("notes__list_notes", json!({}));
    assert_ne!(allowed["isError"], true, "the twin: {allowed}");
    assert_eq!(notes.calls_of("list_notes").len(), 1);
}

#[test]
fn a_server_that_does_not_answer_is_what_the_configuration_says() {
    for mode in ["slow", "broken", "undefined", "dead"] {
        for (on_error, runs) in [("allow", true), ("deny", false)] {
            let home = Home::new();
            let notes = Recorder::new(&home, "notes");
            let mut elsewhere = Elsewhere::start(mode);
            if mode == "dead" {
                elsewhere.child.kill().expect("it ends");
                elsewhere.child.wait().expect("it ended");
            }
            let mut session = behind(&home, &notes, &elsewhere.url, on_error);
            let answer = session.call("notes__read_note", json!({ "id": "n1" }));
            assert_eq!(answer["isError"] != json!(true), runs, "{mode} {on_error}: {answer}");
            assert_eq!(notes.calls().len(), usize::from(runs), "{mode} {on_error}");
            session.close_stdin();
            session.wait_exit();
            on_record(&home, mode, on_error);
        }
    }
}

/// The failure stands in the body of the decision, beside it as a violation, and in the decision log as an error.
#[track_caller]
fn on_record(home: &Home, mode: &str, on_error: &str) {
    let code = match mode {
        "slow" => "timeout",
        "broken" => "status",
        "undefined" => "undefined",
        _ => "connect",
    };
    let denies = on_error == "deny";
    let kind = if denies { "call.refused" } else { "call.permitted" };
    let rows = home.cli_json(&["audit", "list", "--type", kind, "--json"]);
    let of_read = |row: &&Value| row["tool"] == "read_note";
    let row = rows["entries"].as_array().expect("rows").iter().find(of_read).expect("a row");
    let reasons = row["body"]["reasons"].as_array().expect("reasons");
    let failed: Vec<&Value> = reasons.iter().filter(|r| r["rule"] == "remote.error").collect();
    assert_eq!(failed.len(), 1, "{row:#}");
    assert_eq!(failed[0]["layer"], "remote");
    assert_eq!(failed[0]["verdict"], if denies { json!("deny") } else { Value::Null });
    let message = failed[0]["message"].as_str().expect("text");
    assert!(message.contains(&format!("(`{code}`)")), "{message}");

    let export = home.cli(&["audit", "export", "--format", "opa"]).ok().stdout;
    let mut lines = export.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let line = lines.find(|line| line["governance"]["seq"] == row["seq"]).expect("its line");
    let error = json!({ "code": "evaluation_error", "message": message });
    assert_eq!(line["error"], error, "{line:#}");
    assert_eq!(line["result"]["allow"], !denies);
    let wanted = if denies { ("deny", "remote.error") } else { ("allow", "stance.allow") };
    assert_eq!(line["governance"]["decision"], wanted.0);
    assert_eq!(line["governance"]["policy_name"], wanted.1);
    assert_eq!(line["governance"]["severity"], "warning");

    let conn = rusqlite::Connection::open(home.path().join("countersign.db")).expect("the store");
    let mut statement = conn
        .prepare("SELECT type || ' ' || severity || ' ' || action_taken FROM policy_violations WHERE seq = ?1")
        .expect("violations");
    let seq = row["seq"].as_u64().expect("a place");
    let told = statement.query_map([seq], |row| row.get::<_, String>(0)).expect("rows");
    let told: Vec<String> = told.map(|row| row.expect("a row")).collect();
    let wanted = if denies { "critical blocked" } else { "warning logged" };
    assert_eq!(told, [format!("remote.error {wanted}")]);
}

#[test]
fn not_every_call_waits_for_a_server_that_does_not_answer() {
    for (on_error, runs) in [("allow", true), ("deny", false)] {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let elsewhere = Elsewhere::start("slow");
        let mut session = behind(&home, &notes, &elsewhere.url, on_error);
        session.tools_with("notes__read_note");
        let begun = Instant::now();
        for call in 0..20 {
            let answer = session.call("notes__read_note", json!({ "id": "n1" }));
            assert_eq!(answer["isError"] != json!(true), runs, "{on_error} {call}: {answer}");
        }
        let took = begun.elapsed();
        assert!(took < TIMEOUT * 20, "{on_error}: {took:?}");
        assert!(took >= TIMEOUT, "the first waited: {took:?}");
        assert_eq!(notes.calls().len(), if runs { 20 } else { 0 }, "{on_error}");
        let lines = decisions(&home);
        let duration = |line: &Value| line["governance"]["duration_us"].as_u64().unwrap_or(0);
        let waited = lines.iter().filter(|line| u128::from(duration(line)) >= TIMEOUT.as_micros());
        let waited = waited.count();
        assert!(waited > 0 && waited < 20, "{waited} of {} waited", lines.len());
        let violations = home.cli_json(&["audit", "list", "--violations", "--json"]);
        let violations = violations["violations"].as_array().expect("a list").clone();
        assert!(violations.len() >= 20, "{violations:?}");
        assert_eq!(violations[0]["type"], "remote.error");
        assert_eq!(violations[0]["action_taken"], if runs { "logged" } else { "blocked" });
    }
}

#[test]
fn a_server_that_answers_again_is_asked_again() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let elsewhere = Elsewhere::start("slow once");
    let mut session = behind(&home, &notes, &elsewhere.url, "allow");
    let first = session.call("notes__read_note", json!({ "id": "n1" }));
    assert_ne!(first["isError"], true, "it failed, and that counts for nothing: {first}");
    wait_until(Duration::from_secs(20), || {
        let next = session.call("notes__read_note", json!({ "id": "n1" }));
        next.to_string().contains("not_this_one")
    });
}

#[test]
fn what_is_denied_already_is_told_to_nobody() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let elsewhere = Elsewhere::start("says");
    let rule = "[[rule]]\ntool = \"notes__read_note\"\neffect = \"deny\"\n";
    let remote = format!("[policy.remote]\nurl = \"{}\"\n", elsewhere.url);
    home.write_config(&format!("{}{rule}{remote}", notes.toml("notes", "production")));
    let mut session = Session::serve(&home, &[]);
    let denied = session.call("notes__read_note", json!({ "id": "n1" }));
    assert_eq!(denied["isError"], true, "{denied}");
    let allowed = session.call("notes__list_notes", json!({}));
    assert_ne!(allowed["isError"], true, "{allowed}");
    let lines = wait_for(Duration::from_secs(10), || {
        let lines = decisions(&home);
        (lines.len() >= 2).then_some(lines)
    });
    let of = |tool: &str| {
        let found = lines.iter().find(|line| line["input"]["tool"] == *tool);
        found.expect("a decision").to_string()
    };
    assert!(!of("read_note").contains("remote"), "{}", of("read_note"));
    assert!(of("list_notes").contains("remote: looked at"), "the twin: {}", of("list_notes"));
}

#[test]
fn doctor_says_where_calls_are_told_and_whether_anybody_listens() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let mut elsewhere = Elsewhere::start("says");
    let secret = elsewhere.url.replacen("http://", "http://ann:hush@", 1);
    drop(behind(&home, &notes, &secret, "deny"));
    let listens = home.cli(&["doctor", "--json"]);
    assert!(!listens.stdout.contains("hush"), "{}", listens.stdout);
    let said = format!("{}, timeout 500ms, on_error deny", elsewhere.url);
    assert_eq!(listens.json()["settings"]["policy.remote"], said.as_str());
    assert!(listens.stdout.contains("the policy server answers"), "{}", listens.stdout);
    assert!(!listens.stdout.contains("in the clear"), "{}", listens.stdout);
    elsewhere.child.kill().expect("it ends");
    elsewhere.child.wait().expect("it ended");
    let gone = home.cli(&["doctor", "--json"]).exits(5);
    assert!(gone.stdout.contains("does not answer (`connect`)"), "{}", gone.stdout);
}
