//! What every answer says to a browser, and which methods are none.

use serde_json::{Value, json};

use super::support::{Answer, Console, Home};

#[track_caller]
fn strict(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    for part in
        ["default-src 'none'", "frame-ancestors 'none'", "script-src 'self'", "base-uri 'none'"]
    {
        assert!(policy.contains(part), "{part} in {answer:#?}");
    }
    assert!(!policy.contains("unsafe"), "{answer:#?}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:#?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:#?}");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{answer:#?}");
    assert!(answer.header("cache-control").is_some(), "{answer:#?}");
    let shares = answer.headers.iter().find(|(name, _)| name.starts_with("access-control-"));
    assert_eq!(shares, None, "nobody is let in from elsewhere");
}

#[test]
fn every_answer_keeps_a_browser_strict() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let large = "x".repeat(1024 * 1024 + 1);
    let by_token = |method, path, body: &Value| console.by_token(&alice, method, path, body);
    for (status, answer) in [
        (200, console.get("/healthz", &[])),
        (200, console.get("/assets/console.css", &[])),
        (200, console.get("/login", &[])),
        (200, by_token("GET", "/api/v1/events", &Value::Null)),
        (400, by_token("GET", "/api/v1/events?limit=x", &Value::Null)),
        (401, console.get("/api/v1/events", &[])),
        (403, console.get("/healthz", &[("Host", "evil.test")])),
        (404, by_token("POST", "/api/v1/approvals/x", &json!({ "decision": "deny" }))),
        (404, console.get("/nothing", &[])),
        (405, console.request("TRACE", "/healthz", &[], "")),
        (405, by_token("POST", "/healthz", &json!({}))),
        (413, console.request("POST", "/login", &[], &large)),
    ] {
        assert_eq!(answer.status, status, "{answer:#?}");
        strict(&answer);
    }
    let cached = console.get("/api/v1/events", &[("Authorization", &format!("Bearer {alice}"))]);
    assert_eq!(cached.header("cache-control"), Some("no-store"));
}

#[test]
fn no_preflight_is_answered_and_no_other_method_is_known() {
    let home = Home::new();
    let console = Console::start(&home);
    let preflight = [
        ("Origin", "http://evil.test"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "x-countersign-key"),
        ("Access-Control-Request-Private-Network", "true"),
    ];
    let answer = console.request("OPTIONS", "/api/v1/events", &preflight, "");
    strict(&answer);
    answer.refused(403, "not_from_here");
    let own = format!("http://{}", console.host());
    let from_ours = console.request("OPTIONS", "/api/v1/events", &[("Origin", &own)], "");
    strict(&from_ours);
    from_ours.refused(405, "method_not_allowed");
    for method in ["TRACE", "OPTIONS", "PROPFIND", "LINK", "post", "QUERY"] {
        for path in ["/healthz", "/api/v1/events", "/login", "/nothing"] {
            let answer = console.request(method, path, &[], "");
            assert!(
                answer.header("allow").is_some_and(|allow| !allow.contains("TRACE")),
                "{answer:#?}"
            );
            answer.refused(405, "method_not_allowed");
        }
    }
    let connect =
        format!("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n\r\n", console.host());
    let answer = console.raw(connect.as_bytes());
    assert!([403, 405].contains(&answer.status), "{answer:#?}");
}

#[test]
fn a_head_has_the_head_alone_and_no_header_changes_the_method() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let authorization = format!("Bearer {alice}");
    let get = console.get("/api/v1/events", &[("Authorization", &authorization)]).is(200);
    let head =
        console.request("HEAD", "/api/v1/events", &[("Authorization", &authorization)], "").is(200);
    assert_eq!(head.body, "");
    assert_eq!(head.header("content-type"), get.header("content-type"));
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let login = json!({ "token": alice }).to_string();
        let headers = [(name, "POST"), ("Content-Type", "application/json")];
        let answer = console.request("GET", "/login?_method=POST", &headers, &login);
        assert_eq!(answer.header("set-cookie"), None, "{name}: a GET logs nobody in");
        let posted = console.post("/login", &[(name, "GET")], &json!({ "token": alice })).is(200);
        assert!(posted.header("set-cookie").is_some(), "{name}: and a POST does");
    }
}
