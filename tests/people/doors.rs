//! Who gets in at all: each proof beside its twin that differs in one thing and is nobody.

use super::support::{Answer, Console, DEADLINE, Home, wait_for};
use rusqlite::Connection;
use serde_json::{Value, json};

const TOKENS: &str = "/api/v1/tokens";

/// Tries to add `name`.
pub(crate) fn add(console: &Console, name: &str, headers: &[(&str, &str)]) -> Answer {
    console.post(TOKENS, headers, &json!({ "name": name, "role": "agent" }))
}

pub(crate) fn names(home: &Home) -> Vec<String> {
    let listed = home.cli_json(&["user", "list", "--json"]);
    let users = listed["users"].as_array().expect("a list");
    users.iter().map(|user| user["name"].as_str().expect("a name").to_owned()).collect()
}

/// An admin of the world `other`.
pub(crate) fn other_admin(home: &Home) -> String {
    let add = ["--tenant", "other", "user", "add", "zoe", "--role", "admin", "--json"];
    let added = home.tty_cli(&add, &["zoe"]).ok().json();
    added["token"].as_str().expect("a token").to_owned()
}

#[test]
fn the_listener_says_that_it_is_there_to_anybody() {
    let home = Home::new();
    let console = Console::start(&home);
    assert_eq!(console.get("/healthz", &[]).is(200).json()["status"], "ok");
}

#[test]
fn an_api_token_gets_in_and_what_is_nearly_one_is_nobody() {
    let home = Home::new();
    let alice = home.admin_token();
    let gone = home.user_token(&alice, "gone", "admin");
    home.cli_with_token(&alice, &["user", "revoke", "gone", "--yes"]).ok();
    let zoe = other_admin(&home);
    let console = Console::start(&home);
    let unknown = format!("csapi_{}", "0".repeat(64));
    let refused = [
        String::new(),
        alice.clone(),
        "Bearer".to_owned(),
        format!("Basic {alice}"),
        format!("Bearer  {alice} {alice}"),
        format!("Bearer {}", alice.to_uppercase()),
        format!("Bearer {}", alice.trim_start_matches("csapi_")),
        format!("Bearer {unknown}"),
        format!("Bearer {gone}"),
        format!("Bearer {zoe}"),
    ];
    let mut bodies: Vec<String> = Vec::new();
    let mut wrong = |answer: Answer| {
        let answer = answer.refused(401, "no_proof");
        assert_eq!(answer.header("set-cookie"), None);
        bodies.push(answer.body);
    };
    wrong(add(&console, "new", &[]));
    for value in &refused {
        wrong(add(&console, "new", &[("Authorization", value)]));
    }
    let right = format!("Bearer {alice}");
    wrong(add(&console, "new", &[("Authorization", &right), ("Authorization", &right)]));
    let body = json!({ "name": "new", "role": "agent" });
    wrong(console.post(&format!("{TOKENS}?token={alice}"), &[], &body));
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "nobody learns what was wrong: {bodies:?}");
    assert_eq!(names(&home), ["alice"], "nobody was added");
    for (name, scheme) in [("one", "Bearer"), ("two", "Token"), ("three", "bearer")] {
        add(&console, name, &[("Authorization", &format!("{scheme} {alice}"))]).is(201);
    }
    assert_eq!(names(&home), ["alice", "one", "three", "two"]);
}

#[test]
fn a_role_that_does_not_decide_is_told_so_and_does_nothing() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    for role in ["operator", "agent"] {
        let token = home.user_token(&alice, role, role);
        let bearer = format!("Bearer {token}");
        add(&console, "new", &[("Authorization", &bearer)]).refused(403, "role_not_allowed");
        let path = format!("{TOKENS}/alice");
        console.by_token(&token, "DELETE", &path, &Value::Null).refused(403, "role_not_allowed");
    }
    assert_eq!(names(&home), ["agent", "alice", "operator"]);
}

#[test]
fn two_proofs_are_none_although_each_alone_is_one() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let login = console.login(&alice);
    let bearer = format!("Bearer {alice}");
    let [cookie, key] = login.headers();
    let authorization = ("Authorization", bearer.as_str());
    let other = format!("countersign_{}=x", console.at().port());
    for both in [
        vec![cookie, key, authorization],
        vec![cookie, key, ("Cookie", &other)],
        vec![cookie, key, cookie],
        vec![cookie, key, ("X-Countersign-Nonce", "abcdefghijklmnop")],
        vec![authorization, ("X-Countersign-Principal", "alice")],
    ] {
        add(&console, "new", &both).refused(401, "no_proof");
    }
    assert_eq!(names(&home), ["alice"]);
    add(&console, "one", &[cookie, key]).is(201);
    add(&console, "two", &[authorization]).is(201);
}

/// Rows of refused requests: what is told of each, and its body.
fn refused_rows(home: &Home) -> Vec<(String, String)> {
    let conn = Connection::open(home.path().join("countersign.db")).expect("the store");
    let sql = "SELECT meta, body FROM journal WHERE type = 'http.refused'";
    let mut rows = conn.prepare(sql).expect("rows");
    let rows = rows.query_map([], |row| {
        Ok((row.get(0)?, String::from_utf8_lossy(&row.get::<_, Vec<u8>>(1)?).into_owned()))
    });
    rows.expect("rows").collect::<Result<_, _>>().expect("rows")
}

/// How many requests were refused so, on record.
fn counted(home: &Home, code: &str) -> u64 {
    let bodies = refused_rows(home).into_iter().map(|(_, body)| {
        let body: Value = serde_json::from_str(&body).expect("JSON");
        body["refused"][code].as_u64().unwrap_or(0)
    });
    bodies.sum()
}

#[test]
fn a_page_asked_for_with_a_guessed_cookie_or_none_is_on_record() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let html = ("Accept", "text/html");
    let login = console.login(&alice);
    let [cookie] = login.shows();
    console.get("/history", &[html, cookie]).is(200);
    let guess = format!("countersign_{}=cslog_{}", console.at().port(), "7".repeat(64));
    let guessed = console.get("/history", &[html, ("Cookie", &guess)]).is(303);
    assert_eq!(guessed.header("location"), Some("/login?to=/history"));
    wait_for(DEADLINE, || (counted(&home, "login_wrong") == 1).then_some(()));
    console.get("/", &[html]).is(303);
    console.get("/", &[]).refused(401, "no_proof");
    wait_for(DEADLINE, || (counted(&home, "no_proof") == 2).then_some(()));
}

#[test]
fn many_refusals_are_counted_in_few_rows_that_hold_no_secret() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let guess = format!("Bearer csapi_{}", "7".repeat(64));
    let started = std::time::Instant::now();
    for _ in 0..40 {
        add(&console, "new", &[("Authorization", &guess)]).refused(401, "no_proof");
    }
    for _ in 0..5 {
        add(&console, "new", &[]).refused(401, "no_proof");
    }
    let counted = wait_for(DEADLINE, || {
        let counts = (counted(&home, "token_wrong"), counted(&home, "no_proof"));
        (counts.0 + counts.1 >= 45).then_some(counts)
    });
    assert_eq!(counted, (40, 5));
    let most = started.elapsed().as_secs() + 2;
    let rows = refused_rows(&home);
    assert!(rows.len() as u64 <= most, "{} rows in {most} seconds", rows.len());
    for (meta, body) in &rows {
        assert!(!meta.contains("7777") && !body.contains("7777"), "{meta} {body}");
    }
    assert!(!console.stderr().contains("7777"), "nothing of it is in the log");
    add(&console, "new", &[("Authorization", &format!("Bearer {alice}"))]).is(201);
}
