//! An ask of a policy server elsewhere has no text that could be compared later, so its answer is never kept.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::stage::{NOTE, SERVED, Stage, asked, ran, resume, taught_served, write_as};
use crate::support::{Console, python};
use serde_json::json;

/// Answers as the last word of its URL says: `asks` wants a person asked, anything else wants nothing.
const SERVER: &str = r#"
import http.server, json
class H(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers['Content-Length']))
        asks = ['look at it'] if self.path.endswith('/asks') else []
        body = json.dumps({'result': {'allow': True, 'deny_reasons': [], 'ask_reasons': asks, 'warnings': []}}).encode()
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *a): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
print(server.server_port, flush=True)
server.serve_forever()
"#;

struct Elsewhere {
    child: Child,
    port: String,
}

impl Elsewhere {
    fn start() -> Self {
        let mut child = Command::new(python())
            .args(["-I", "-c", SERVER])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let mut port = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut port).expect("its port");
        Self { child, port: port.trim().to_owned() }
    }

    fn config(&self, what: &str) -> String {
        format!("[policy.remote]\nurl = \"http://127.0.0.1:{}/v1/data/{what}\"\n", self.port)
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn what_a_server_elsewhere_asks_is_answered_for_the_call_alone() {
    let stage = Stage::new();
    let elsewhere = Elsewhere::start();
    let mut session = stage.served(&elsewhere.config("asks"));
    let id = asked(&write_as(SERVED, &mut session, NOTE));
    let shown = stage.home.cli_json(&["show", &id, "--json"]);
    assert!(shown.to_string().contains("look at it"), "{shown:#}");
    // By the command line and over the API; a no as well as a yes.
    let kept = stage.admin(&["approve", &id, "--yes", "--remember", "forever"]).exits(3);
    assert!(kept.stderr.contains("policy server elsewhere"), "{}", kept.stderr);
    stage.admin(&["deny", &id, "--reason", "x", "--yes", "--remember", "forever"]).exits(3);
    let console = Console::start(&stage.home);
    let path = format!("/api/v1/approvals/{id}");
    let wish = json!({"decision": "approve", "remember": "forever"});
    console.by_token(&stage.alice, "POST", &path, &wish).refused(422, "remember_not_available");
    assert_eq!(stage.home.cli_json(&["show", &id, "--json"])["state"], "pending");
    assert!(stage.kept(&["--all"]).is_empty() && stage.written().is_empty());
    // The same answer without the wish counts, once.
    stage.keep(&id, &[]);
    resume(&mut session, &id);
    asked(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.written().len(), 1);
}

#[test]
fn what_it_does_not_ask_is_kept_until_it_asks() {
    let stage = Stage::new();
    let elsewhere = Elsewhere::start();
    let mut session = stage.served(&elsewhere.config("silent"));
    taught_served(&stage, &mut session);
    ran(&write_as(SERVED, &mut session, NOTE));
    assert_eq!((stage.kept(&[]).len(), stage.written().len()), (1, 2));
    session.close_stdin();
    session.wait_exit();
    // From here on it asks about that very call: what was kept is no answer to that.
    let mut session = stage.served(&elsewhere.config("asks"));
    asked(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.written().len(), 2);
    stage.verify();
}
