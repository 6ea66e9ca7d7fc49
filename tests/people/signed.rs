//! Signed requests: exactly one request, once, within minutes.

use super::doors::names;
use super::support::{Answer, Console, DEADLINE, Home, run};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const TOKENS: &str = "/api/v1/tokens";

/// A request as it is signed; a test then sends something else.
#[derive(Debug, Clone)]
struct Request {
    secret: String,
    seconds: u64,
    nonce: String,
    name: String,
    method: String,
    path: String,
    body: String,
}

#[allow(clippy::disallowed_methods, reason = "a client signs by its own clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs()
}

fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("nonce-of-a-test-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Request {
    /// Adds the user `added`.
    fn adds(secret: &str, added: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            seconds: now(),
            nonce: nonce(),
            name: "robot".to_owned(),
            method: "POST".to_owned(),
            path: TOKENS.to_owned(),
            body: json!({ "name": added, "role": "agent" }).to_string(),
        }
    }

    fn reads(secret: &str) -> Self {
        let (method, path) = ("GET".to_owned(), "/api/v1/policies".to_owned());
        Self { method, path, body: String::new(), ..Self::adds(secret, "") }
    }

    fn signature(&self) -> String {
        let key = Sha256::digest(self.secret.as_bytes());
        let body = hex(&Sha256::digest(self.body.as_bytes()));
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
        let (name, method, path) = (&self.name, &self.method, &self.path);
        let lines =
            ["countersign-v1", &self.seconds.to_string(), &self.nonce, name, method, path, &body];
        mac.update(lines.join("\n").as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    fn send(&self, console: &Console) -> Answer {
        self.send_with(console, &self.signature(), &[])
    }

    fn send_with(&self, console: &Console, signature: &str, more: &[(&str, &str)]) -> Answer {
        let (signature, seconds) = (format!("sha256={signature}"), self.seconds.to_string());
        let mut headers = vec![
            ("X-Countersign-Signature", signature.as_str()),
            ("X-Countersign-Timestamp", &seconds),
            ("X-Countersign-Nonce", &self.nonce),
            ("X-Countersign-Principal", &self.name),
        ];
        if !self.body.is_empty() {
            headers.push(("Content-Type", "application/json"));
        }
        headers.extend(more);
        console.request(&self.method, &self.path, &headers, &self.body)
    }
}

/// A home with `robot`, an admin who signs: his secret.
fn robot(home: &Home) -> (String, String) {
    let alice = home.admin_token();
    (signer(home, &alice, "robot", "admin"), alice)
}

fn signer(home: &Home, admin: &str, name: &str, role: &str) -> String {
    let add = ["user", "add", name, "--role", role, "--signing", "--json", "--yes"];
    let given = home.cli_with_token(admin, &add).ok().json();
    given["signing_secret"].as_str().expect("a secret").to_owned()
}

#[test]
fn a_signature_is_good_for_exactly_what_was_signed() {
    let home = Home::new();
    let (secret, alice) = robot(&home);
    let ann = signer(&home, &alice, "ann", "admin");
    let console = Console::start(&home);
    let signed = Request::adds(&secret, "new");
    let signature = signed.signature();
    let change = |change: fn(&mut Request)| {
        let mut other = signed.clone();
        change(&mut other);
        other.send_with(&console, &signature, &[]).refused(401, "no_proof");
    };
    change(|r| r.body = r.body.replace("agent", "admin"));
    change(|r| r.body.push(' '));
    change(|r| r.path = format!("{TOKENS}?a=b"));
    change(|r| r.path = "/api/v1/policies/test".to_owned());
    change(|r| r.name = "ann".to_owned());
    change(|r| r.name = "nobody".to_owned());
    change(|r| r.name = "alice".to_owned());
    change(|r| r.nonce.push('x'));
    change(|r| r.seconds += 1);
    let wrong = Request { secret: ann, ..signed.clone() };
    wrong.send(&console).refused(401, "no_proof");
    let zero = "0".repeat(64);
    signed.send_with(&console, &zero, &[]).refused(401, "no_proof");
    // Signed by somebody without a secret: with the key that nobody has.
    for nobody in ["alice", "nobody"] {
        let guess = Request { secret: String::new(), name: nobody.into(), ..signed.clone() };
        guess.send(&console).refused(401, "no_proof");
    }
    assert_eq!(names(&home), ["alice", "ann", "robot"], "nobody was added");
    // None of these took its nonce.
    signed.send_with(&console, &signature, &[]).is(201);
    assert_eq!(names(&home), ["alice", "ann", "new", "robot"]);
}

#[test]
fn a_query_is_signed_as_it_is_sent() {
    let home = Home::new();
    let (secret, _) = robot(&home);
    let console = Console::start(&home);
    let mut signed = Request::reads(&secret);
    signed.path = "/api/v1/events?limit=1".to_owned();
    let mut other = signed.clone();
    other.path = "/api/v1/events?limit=2".to_owned();
    other.send_with(&console, &signed.signature(), &[]).refused(401, "no_proof");
    signed.send(&console).is(200);
}

#[test]
fn the_method_is_signed() {
    let home = Home::new();
    let (secret, alice) = robot(&home);
    let console = Console::start(&home);
    let path = format!("{TOKENS}/alice");
    let signed = Request { method: "POST".to_owned(), path, ..Request::reads(&secret) };
    let mut other = signed.clone();
    other.method = "DELETE".to_owned();
    other.send_with(&console, &signed.signature(), &[]).refused(401, "no_proof");
    console.by_token(&alice, "GET", "/api/v1/policies", &Value::Null).is(200);
    other.send(&console).is(200);
    assert_eq!(names(&home), ["robot"]);
}

#[test]
fn a_request_is_taken_once_also_by_the_next_console() {
    let home = Home::new();
    let (secret, _) = robot(&home);
    let console = Console::start(&home);
    let signed = Request::reads(&secret);
    signed.send(&console).is(200);
    signed.send(&console).refused(401, "no_proof");
    console.end();
    let console = Console::start(&home);
    signed.send(&console).refused(401, "no_proof");
    Request::reads(&secret).send(&console).is(200);
}

#[test]
fn of_equal_requests_at_once_one_is_taken() {
    let home = Home::new();
    let (secret, _) = robot(&home);
    let (one, two) = (Console::start(&home), Console::start(&home));
    for _ in 0..5 {
        let signed = &Request::reads(&secret);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let send = |console| scope.spawn(move || signed.send(console).status);
            let sent = [&one, &two, &one, &two].map(send);
            sent.into_iter().map(|sent| sent.join().expect("an answer")).collect()
        });
        let taken = statuses.iter().filter(|status| **status == 200).count();
        let refused = statuses.iter().filter(|status| **status == 401).count();
        assert_eq!((taken, refused), (1, 3), "{statuses:?}");
    }
}

#[test]
fn old_and_future_requests_and_odd_nonces_are_nobodys() {
    let home = Home::new();
    let (secret, _) = robot(&home);
    let console = Console::start(&home);
    let at = |seconds: u64| Request { seconds, ..Request::reads(&secret) };
    at(now() - 301).send(&console).refused(401, "no_proof");
    // The clock goes on while we look.
    at(now() + 70).send(&console).refused(401, "no_proof");
    at(now() - 280).send(&console).is(200);
    at(now() + 58).send(&console).is(200);
    let with = |nonce: &str| Request { nonce: nonce.to_owned(), ..Request::reads(&secret) };
    for odd in ["a".repeat(15), "b".repeat(65), "c.defghijklmnopqrs".into(), "d e".repeat(8)] {
        with(&odd).send(&console).refused(401, "no_proof");
    }
    for good in ["e".repeat(16), "f".repeat(64), "Az09_-Az09_-Az09".into()] {
        with(&good).send(&console).is(200);
    }
}

#[test]
fn a_signer_does_what_his_role_does_until_he_is_revoked() {
    let home = Home::new();
    let (secret, alice) = robot(&home);
    let olga = signer(&home, &alice, "olga", "operator");
    let console = Console::start(&home);
    let as_olga =
        |request: Request| Request { secret: olga.clone(), name: "olga".into(), ..request };
    as_olga(Request::reads("")).send(&console).is(200);
    as_olga(Request::adds("", "new")).send(&console).refused(403, "role_not_allowed");
    let login = console.login(&alice);
    let bearer = format!("Bearer {alice}");
    for more in [login.headers().to_vec(), vec![("Authorization", bearer.as_str())]] {
        let signed = Request::adds(&secret, "new");
        signed.send_with(&console, &signed.signature(), &more).refused(401, "no_proof");
    }
    assert_eq!(names(&home), ["alice", "olga", "robot"]);
    home.cli_with_token(&alice, &["user", "revoke", "robot", "--yes"]).ok();
    Request::reads(&secret).send(&console).refused(401, "no_proof");
    as_olga(Request::reads("")).send(&console).is(200);
}

#[test]
fn a_body_beyond_every_bound_is_nobodys() {
    let home = Home::new();
    let (secret, _) = robot(&home);
    let console = Console::start(&home);
    let mut large = Request::adds(&secret, "new");
    large.body = format!("{}{}", large.body, " ".repeat(1024 * 1024));
    let answer = large.send(&console);
    assert!([401, 413].contains(&answer.status), "{answer:?}");
    assert_eq!(names(&home), ["alice", "robot"]);
    large.body = Request::adds(&secret, "new").body + &" ".repeat(512 * 1024);
    large.send(&console).is(201);
}

/// Whoever claims to sign and sends no body holds nothing that others need: the twin is signed by a user, and is answered.
#[test]
fn claimed_signatures_without_their_bodies_keep_no_signer_waiting() {
    use std::io::Write as _;
    let home = Home::new();
    let (secret, _) = robot(&home);
    let console = Console::start(&home);
    let stalled: Vec<_> = [64 * 1024, 512 * 1024]
        .into_iter()
        .flat_map(|length| [length; 40])
        .map(|length| {
            let claim = Request::adds(&secret, "never");
            let mut stream = console.connect();
            let head = format!(
                "POST {TOKENS} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
                 X-Countersign-Signature: sha256={}\r\nX-Countersign-Timestamp: {}\r\n\
                 X-Countersign-Nonce: {}\r\nX-Countersign-Principal: {}\r\n\
                 Content-Length: {length}\r\n\r\n{{",
                console.host(),
                "0".repeat(64),
                claim.seconds,
                claim.nonce,
                claim.name,
            );
            stream.write_all(head.as_bytes()).expect("it takes a request");
            stream
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(500));
    for (request, status) in [(Request::reads(&secret), 200), (Request::adds(&secret, "new"), 201)]
    {
        let begun = std::time::Instant::now();
        request.send(&console).is(status);
        let took = begun.elapsed();
        assert!(took < std::time::Duration::from_secs(2), "{took:?}");
    }
    drop(stalled);
    assert_eq!(names(&home), ["alice", "new", "robot"]);
}

#[test]
fn the_recipe_with_openssl_works() {
    let home = Home::new();
    let (secret, _) = robot(&home);
    let console = Console::start(&home);
    let script = format!("{}/examples/signed_request.sh", env!("CARGO_MANIFEST_DIR"));
    let base = console.url("");
    let send = |secret: &str, rest: &[&str]| -> Value {
        let mut args = vec![script.as_str(), base.as_str()];
        args.extend(rest);
        let mut command = home.program("sh", &args);
        command.env("COUNTERSIGN_PRINCIPAL", "robot");
        command.env("COUNTERSIGN_SIGNING_SECRET", secret);
        run(&mut command, DEADLINE).ok().json()
    };
    assert!(send(&secret, &["GET", "/api/v1/events?limit=5"])["error"].is_null());
    let body = r#"{"name": "new", "role": "agent"}"#;
    let wrong = send(&secret.replace("cssig_", "cssig-"), &["POST", TOKENS, body]);
    assert_eq!(wrong["error"]["code"], "no_proof");
    assert_eq!(names(&home), ["alice", "robot"]);
    assert_eq!(send(&secret, &["POST", TOKENS, body])["name"], "new");
    assert_eq!(names(&home), ["alice", "new", "robot"]);
}
