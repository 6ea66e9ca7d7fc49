//! Which requests are read at all: host, origin and what a browser says, over every route, byte by byte.
//!
//! Every request here carries what proves an admin, so that nothing but the guard stands between it and a deed.

use serde_json::{Value, json};

use super::support::{Answer, Console, Home, Launch, Recorder};

/// One request that must be refused, or its twin that must not.
type Headers = Vec<(&'static str, String)>;

struct Stage {
    home: Home,
    alice: String,
    console: Console,
    /// A question that waits.
    id: String,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        let options = ["--name", "notes", "--on-ask", "pending"];
        let mut agent = Launch::wrap(&home, &options, &notes.argv()).start();
        agent.initialize("2025-11-25");
        agent.call("write_note", json!({ "id": "a", "text": "b" }));
        agent.close_stdin();
        agent.wait_exit();
        let console = Console::start(&home);
        let id = home.the_question()["id"].as_str().expect("an id").to_owned();
        Self { home, alice, console, id }
    }

    /// Every route that looks, and every one that acts: method, path, body.
    fn routes(&self) -> Vec<(&'static str, String, String)> {
        let approve = json!({ "decision": "approve" }).to_string();
        let login = json!({ "token": self.alice }).to_string();
        let mut routes: Vec<(&str, String, String)> = [
            "/healthz",
            "/login",
            "/assets/console.css",
            "/assets/console.js",
            "/assets/htmx.js",
            "/api/v1/events",
            "/",
            "/nothing-here",
        ]
        .map(|path| ("GET", path.to_owned(), String::new()))
        .into();
        routes.push(("POST", "/login".to_owned(), login));
        routes.push(("POST", "/logout".to_owned(), String::new()));
        routes.push(("POST", format!("/api/v1/approvals/{}", self.id), approve));
        routes.push(("POST", format!("/api/v1/approvals/{}/seen", self.id), String::new()));
        let known: Vec<String> =
            routes.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        for (method, path) in self.documented() {
            let path = path.replace("{id}", &self.id).replace("{name}", "nothing");
            if !known.contains(&format!("{method} {path}")) && !path.ends_with("/stream") {
                routes.push((method, path, "{}".to_owned()));
            }
        }
        routes
    }

    /// What the document of the API names, where it is served.
    fn documented(&self) -> Vec<(&'static str, String)> {
        let found = self.ask("GET", "/api/v1/openapi.json", &[], "");
        if found.status != 200 {
            return Vec::new();
        }
        let document = found.json();
        let paths = document["paths"].as_object().expect("paths").clone();
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
        paths
            .into_iter()
            .flat_map(|(path, of)| {
                methods.into_iter().filter_map(move |method| {
                    of.get(method.to_lowercase()).map(|_| (method, path.clone()))
                })
            })
            .collect()
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let authorization = format!("Bearer {}", self.alice);
        let mut all = vec![("Content-Type", "application/json")];
        all.extend(headers);
        if path.starts_with("/api/") {
            all.push(("Authorization", &authorization));
        }
        self.console.request(method, path, &all, body)
    }

    fn cursor(&self) -> Value {
        self.ask("GET", "/api/v1/events?after=now", &[], "").is(200).json()["cursor"].clone()
    }

    fn own(&self, text: &str) -> String {
        let (host, port) = (self.console.host(), self.console.at().port().to_string());
        text.replace("OWN", &host).replace("PORT", &port)
    }

    fn headers(&self, of: &[(&'static str, &str)]) -> Headers {
        of.iter().map(|(name, value)| (*name, self.own(value))).collect()
    }
}

fn borrowed(headers: &Headers) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Refused whatever the method.
const NEVER: &[&[(&str, &str)]] = &[
    &[("Host", "evil.test")],
    &[("Host", "evil.test:PORT")],
    &[("Host", "127.0.0.1")],
    &[("Host", "localhost")],
    &[("Host", "127.0.0.1:1")],
    &[("Host", "localhost.:PORT")],
    &[("Host", "127.0.0.1.evil.test:PORT")],
    &[("Host", "127.0.0.1.nip.io:PORT")],
    &[("Host", "127.0.0.2:PORT")],
    &[("Host", "127.1:PORT")],
    &[("Host", "0.0.0.0:PORT")],
    &[("Host", "[::ffff:127.0.0.1]:PORT")],
    &[("Host", "[0:0:0:0:0:0:0:1]:PORT")],
    &[("Host", "user@127.0.0.1:PORT")],
    &[("Host", "OWN@evil.test")],
    &[("Host", "")],
    &[("Host", "OWN"), ("Host", "evil.test")],
    &[("Host", "OWN"), ("Host", "OWN")],
    &[("Host", "evil.test"), ("X-Forwarded-Host", "OWN"), ("Forwarded", "host=OWN")],
    &[("Origin", "null")],
    &[("Origin", "http://evil.test")],
    &[("Origin", "http://evil.test:PORT")],
    &[("Origin", "https://OWN")],
    &[("Origin", "http://127.0.0.1:1")],
    &[("Origin", "http://127.0.0.1")],
    &[("Origin", "http://OWN@evil.test")],
    &[("Origin", "http://OWN.evil.test")],
    &[("Origin", "http://OWN/")],
    &[("Origin", "http://localhost:PORT")],
    &[("Origin", "http://[::1]:PORT")],
    &[("Origin", "http://127.0.0.1:PORT"), ("Host", "localhost:PORT")],
    &[("Origin", "http://OWN"), ("Origin", "http://OWN")],
    &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")],
    &[("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "cors")],
    &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")],
    &[
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "iframe"),
    ],
    &[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Dest", "iframe")],
    &[("Sec-Fetch-Site", "none"), ("Sec-Fetch-Dest", "embed")],
    &[("Sec-Fetch-Dest", "frame")],
    &[("Sec-Fetch-Dest", "object")],
    &[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
    &[("Sec-Fetch-Site", "tomorrow")],
    &[("Sec-Purpose", "prefetch")],
];

/// Refused where something would be done.
const NEVER_ACTS: &[&[(&str, &str)]] = &[
    &[("Sec-Fetch-Site", "none")],
    &[
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
    ],
    &[
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
    ],
];

/// Not refused, whatever the method.
const OURS: &[&[(&str, &str)]] = &[
    &[],
    &[("Host", "localhost:PORT")],
    &[("Host", "LOCALHOST:PORT")],
    &[("Host", "[::1]:PORT")],
    &[("Origin", "http://OWN")],
    &[("Origin", "http://localhost:PORT"), ("Host", "localhost:PORT")],
    &[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")],
    &[("X-Forwarded-Host", "evil.test")],
];

#[test]
fn what_was_not_meant_for_us_is_refused_and_does_nothing() {
    let stage = Stage::new();
    let routes = stage.routes();
    let before = stage.cursor();
    let mut count = 0;
    for (method, path, body) in &routes {
        let acts = *method != "GET";
        let more = if acts { NEVER_ACTS } else { &[] };
        for headers in NEVER.iter().chain(more) {
            let headers = stage.headers(headers);
            let answer = stage.ask(method, path, &borrowed(&headers), body);
            let code = answer.clone().json()["error"]["code"].clone();
            assert_eq!(
                (answer.status, code),
                (403, json!("not_from_here")),
                "{method} {path} {headers:?}"
            );
            count += 1;
        }
    }
    assert_eq!(stage.cursor(), before, "something was written down, so something was done");
    assert_eq!(stage.home.the_question()["id"], stage.id.as_str(), "it waits still");
    assert!(count > 400, "{count} requests");
}

#[test]
fn what_is_ours_is_not_refused_by_where_it_comes_from() {
    let stage = Stage::new();
    let looks = [
        vec![("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate")],
        vec![
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Dest", "document"),
        ],
    ];
    for (method, path, body) in &stage.routes() {
        let more = looks.iter().filter(|_| *method == "GET").map(|of| of.as_slice());
        for headers in OURS.iter().copied().chain(more) {
            let headers = stage.headers(headers);
            let answer = stage.ask(method, path, &borrowed(&headers), body);
            let refused = answer.body.contains("not_from_here");
            assert!(!refused, "{method} {path} {headers:?} {answer:#?}");
        }
    }
    assert!(super::support::pending(&stage.home).is_empty(), "the twin that is ours decided");
}

#[test]
fn a_target_that_names_a_host_names_ours() {
    let stage = Stage::new();
    let raw = |target: &str, host: &str| {
        let text = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stage.console.raw(stage.own(&text).as_bytes()).status
    };
    assert_eq!(raw("http://OWN/healthz", "OWN"), 200);
    assert_eq!(raw("http://evil.test/healthz", "OWN"), 403);
    assert_eq!(raw("http://OWN/healthz", "evil.test"), 403);
    assert_eq!(raw("http://localhost:PORT/healthz", "OWN"), 403);
    assert_eq!(raw("https://OWN/healthz", "OWN"), 403);
    let old = stage.console.raw(b"GET /healthz HTTP/1.0\r\n\r\n");
    assert_eq!(old.status, 403, "no host at all");
}

#[test]
fn only_the_address_that_is_listened_on_counts_beside_the_usual_names() {
    let home = Home::new();
    let console = Console::start_with(&home, &["--listen", "127.0.0.2:0"]);
    let port = console.at().port();
    let get = |host: String| console.get("/healthz", &[("Host", &host)]).status;
    assert_eq!(get(format!("127.0.0.2:{port}")), 200);
    assert_eq!(get(format!("localhost:{port}")), 200);
    assert_eq!(get(format!("127.0.0.3:{port}")), 403);
}

/// Another program at `[::1]` of our port would be the same `localhost` to a browser, page, storage and all.
#[test]
fn nobody_can_be_the_other_localhost() {
    use std::net::{Ipv6Addr, TcpListener};
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return;
    }
    let home = Home::new();
    let console = Console::start(&home);
    let port = console.at().port();
    // The address is told a moment before it is served; the other is held from the first answer on.
    assert_eq!(console.get("/healthz", &[]).status, 200);
    assert!(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_err(), "the port is ours there too");
    // Who was there first is not us, so no name counts that may lead to him.
    let squatter = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).expect("a port");
    let port = squatter.local_addr().expect("an address").port();
    let listen = format!("127.0.0.1:{port}");
    let beside = Console::start_with(&home, &["--listen", &listen]);
    assert_eq!(beside.get("/healthz", &[]).status, 200);
    for name in ["localhost", "[::1]"] {
        let host = format!("{name}:{port}");
        beside.get("/healthz", &[("Host", &host)]).refused(403, "not_from_here");
    }
}
