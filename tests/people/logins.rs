//! Logins to the console: opened once, used with both halves, ended.

use super::doors::{add, names};
use super::support::{COUNTERSIGN, Console, Home, LoggedIn, Output, Recorder};
use serde_json::{Value, json};

const POLICIES: &str = "/api/v1/policies";

fn kinds(home: &Home) -> Vec<Value> {
    let mut rows = home.cli_json(&["audit", "list", "--json"]);
    let rows = rows["entries"].take();
    rows.as_array().expect("rows").iter().map(|row| row["type"].clone()).collect()
}

/// A link for this console, minted by an admin's token in another process.
#[track_caller]
fn code(home: &Home, console: &Console, token: &str) -> String {
    let at = console.host();
    let link = ["console", "--link", "--listen", &at, "--json", "--yes"];
    code_in(home.cli_with_token(token, &link), console)
}

#[track_caller]
fn code_in(minted: Output, console: &Console) -> String {
    let url = minted.ok().json()["url"].as_str().expect("a link").to_owned();
    let code = url.strip_prefix(&console.url("/login#")).expect("behind the #").to_owned();
    assert!(code.starts_with("cslnk_") && code.len() == 70);
    code
}

#[track_caller]
fn enter(console: &Console, body: &Value) -> u16 {
    console.post("/login", &[], body).status
}

#[test]
fn a_login_acts_with_both_halves_and_is_ended_by_logging_out() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let login = console.login(&alice);
    let mine = console.post("/login", &[], &json!({ "token": alice })).is(200);
    let cookie = mine.header("set-cookie").expect("a cookie");
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        assert!(cookie.split("; ").any(|found| found == attribute), "{attribute} in {cookie}");
    }
    assert!(cookie.starts_with(&format!("countersign_{}=cslog_", console.at().port())));
    let other = console.login(&alice);
    console.get(POLICIES, &login.headers()).is(200);
    let [cookie, key] = login.headers();
    let [_, other_key] = other.headers();
    let wrong = ("X-Countersign-Key", "cskey_0000");
    for headers in [
        vec![cookie],
        vec![key],
        vec![cookie, wrong],
        vec![cookie, other_key],
        vec![cookie, key, key],
    ] {
        add(&console, "new", &headers).refused(401, "no_proof");
    }
    console.request("POST", "/logout", &[cookie], "").refused(401, "no_proof");
    assert_eq!(names(&home), ["alice"], "nobody was added");
    add(&console, "new", &[cookie, key]).is(201);
    let out = console.request("POST", "/logout", &login.headers(), "").is(200);
    assert_eq!(out.header("hx-redirect"), Some("/login"));
    assert!(out.header("set-cookie").is_some_and(|cookie| cookie.contains("Max-Age=0")));
    console.get(POLICIES, &login.headers()).refused(401, "no_proof");
    add(&console, "late", &login.headers()).refused(401, "no_proof");
    console.get(POLICIES, &other.headers()).is(200);
    let kinds = kinds(&home);
    for kind in ["console.opened", "console.closed", "http.refused"] {
        assert!(kinds.contains(&json!(kind)), "{kind} in {kinds:?}");
    }
}

#[test]
fn who_does_not_decide_logs_in_to_look_or_not_at_all() {
    let home = Home::new();
    let alice = home.admin_token();
    let (olga, bot) =
        (home.user_token(&alice, "olga", "operator"), home.user_token(&alice, "bot", "agent"));
    let console = Console::start(&home);
    let login = console.login(&olga);
    console.get(POLICIES, &login.headers()).is(200);
    add(&console, "new", &login.headers()).refused(403, "role_not_allowed");
    let enter = |body: Value| console.post("/login", &[], &body);
    enter(json!({ "token": bot })).refused(401, "no_proof");
    enter(json!({ "token": "" })).refused(401, "no_proof");
    for body in [json!({}), json!({ "token": alice, "code": "x" }), json!({ "name": "alice" })] {
        enter(body).refused(400, "invalid_parameter");
    }
    console.request("POST", "/login", &[], "token").refused(400, "invalid_parameter");
    enter(json!({ "token": "x".repeat(5000) })).refused(400, "invalid_parameter");
    home.cli_with_token(&alice, &["user", "revoke", "olga", "--yes"]).ok();
    console.get(POLICIES, &login.headers()).refused(401, "no_proof");
}

/// The same halves, as they would be shown to another console.
fn at(other: &Console, login: &LoggedIn) -> LoggedIn {
    let (_, secret) = login.cookie.split_once('=').expect("a cookie");
    let cookie = format!("countersign_{}={secret}", other.at().port());
    LoggedIn { cookie, key: login.key.clone() }
}

#[test]
fn a_login_is_of_its_console_and_ends_with_it() {
    let (home, strange) = (Home::new(), Home::new());
    let alice = home.admin_token();
    let stranger = strange.admin_token();
    let (console, theirs) = (Console::start(&home), Console::start(&strange));
    let login = console.login(&alice);
    let nobody = |console: &Console, login: &LoggedIn| {
        console.get("/", &login.headers()).refused(401, "no_proof");
        console.get(POLICIES, &login.headers()).refused(401, "no_proof");
        add(console, "new", &login.headers()).refused(401, "no_proof");
    };
    nobody(&console, &at(&console, &theirs.login(&stranger)));
    // Another console of the same home, which whoever took both halves might turn to.
    let second = Console::start(&home);
    nobody(&second, &at(&second, &login));
    add(&console, "one", &login.headers()).is(201);
    let (unused, here) = (code(&home, &console, &alice), console.host());
    second.post("/login", &[], &json!({ "code": unused })).refused(401, "no_proof");
    console.end();
    assert_eq!(kinds(&home).iter().filter(|kind| **kind == json!("console.closed")).count(), 1);
    // Whoever listens there now is shown both halves by the open tab: he can use them nowhere.
    nobody(&second, &at(&second, &login));
    let console = Console::start_with(&home, &["--listen", &here]);
    nobody(&console, &login);
    console.post("/login", &[], &json!({ "code": unused })).refused(401, "no_proof");
    let again = console.login(&alice);
    add(&console, "two", &again.headers()).is(201);
    // A console that is killed ends nothing, and its logins are worth nothing all the same.
    drop(console);
    let console = Console::start_with(&home, &["--listen", &here]);
    nobody(&console, &again);
    assert_eq!(names(&home), ["alice", "one", "two"]);
}

#[test]
fn a_cookie_alone_shows_pages_and_reads_nothing_of_the_api() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let login = console.login(&alice);
    for path in [POLICIES, "/api/v1/pending", "/api/v1/events?limit=1"] {
        console.get(path, &login.shows()).refused(401, "no_proof");
        console.get(path, &login.headers()).is(200);
    }
    console.request("HEAD", POLICIES, &login.shows(), "").is(401);
    console.get("/history", &login.shows()).is(200);
    console.get("/healthz", &login.shows()).is(200);
}

#[test]
fn all_logins_of_a_tenant_are_ended_at_once_by_whoever_may_have_a_link() {
    let home = Home::new();
    let alice = home.admin_token();
    let olga = home.user_token(&alice, "olga", "operator");
    let console = Console::start(&home);
    let other = Console::start(&home);
    let logins = [
        (&console, console.login(&alice)),
        (&console, console.login(&olga)),
        (&other, other.login(&alice)),
    ];
    let link = code(&home, &console, &alice);
    let all = ["console", "--log-out-all", "--yes"];
    home.cli(&all).exits(3);
    home.cli_with_token(&olga, &all).exits(3);
    home.tty_cli(&all[..2], &["no"]).exits(3);
    for (console, login) in &logins {
        console.get("/history", &login.shows()).is(200);
    }
    assert!(home.cli_with_token(&alice, &all).ok().stdout.contains("logins ended: 3"));
    for (console, login) in &logins {
        console.get("/history", &login.headers()).refused(401, "no_proof");
    }
    console.post("/login", &[], &json!({ "code": link })).refused(401, "no_proof");
    let login = console.login(&alice);
    console.get("/history", &login.shows()).is(200);
    assert!(home.tty_cli(&all[..2], &[""]).ok().stdout.contains("logins ended: 1"));
    console.get("/history", &login.shows()).refused(401, "no_proof");
}

#[test]
fn whoever_is_not_logged_in_is_shown_where_and_comes_back() {
    let home = Home::new();
    home.admin_token();
    let console = Console::start(&home);
    let html = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let page = console.get("/notifications?page=2&q=a", &[html]).is(303);
    assert_eq!(page.header("location"), Some("/login?to=/notifications%3Fpage%3D2%26q%3Da"));
    console.get(POLICIES, &[html]).refused(401, "no_proof");
    let long = console.get(&format!("/history?q={}", "%26".repeat(2_000)), &[html]).is(303);
    assert_eq!(long.header("location"), Some("/login"), "what is too long is not come back to");
    let url = console.url("/notifications");
    let part = [html, ("HX-Request", "true"), ("HX-Current-URL", url.as_str())];
    let part = console.get("/notifications", &part).refused(401, "no_proof");
    assert_eq!(part.header("hx-redirect"), Some("/login?to=/notifications"));
    let login = console.get("/login?to=/notifications", &[html]).is(200);
    assert!(login.body.contains("/assets/login.js"), "{}", login.body);
    assert!(!login.body.contains("<script>"), "no inline script");
    let script = console.get("/assets/login.js", &[]).is(200);
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
}

#[test]
fn a_link_logs_in_once_and_only_when_it_is_posted() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let link = code(&home, &console, &alice);
    // What a browser that fetches ahead, or a scanner of mail, would do with it.
    for path in ["/login".to_owned(), format!("/login?code={link}"), format!("/login/{link}")] {
        for method in ["GET", "HEAD"] {
            let answer = console.request(method, &path, &[("Accept", "text/html")], "");
            assert_eq!(answer.header("set-cookie"), None, "{method} {path}");
        }
    }
    let login = console.login_by_code(&link);
    add(&console, "new", &login.headers()).is(201);
    console.post("/login", &[], &json!({ "code": link })).refused(401, "no_proof");
    let strange = Home::new();
    let stranger = strange.admin_token();
    let theirs = Console::start(&strange);
    let foreign = code(&strange, &theirs, &stranger);
    console.post("/login", &[], &json!({ "code": foreign })).refused(401, "no_proof");
    theirs.login_by_code(&foreign);
    for _ in 0..5 {
        let body = json!({ "code": code(&home, &console, &alice) });
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let entering = [(); 3].map(|()| scope.spawn(|| enter(&console, &body)));
            entering.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    }
    // A login by link counts as long as the token that got the link.
    let bob = home.user_token(&alice, "bob", "admin");
    let (used, unused) = (code(&home, &console, &bob), code(&home, &console, &bob));
    let login = console.login_by_code(&used);
    home.cli_with_token(&alice, &["user", "revoke", "bob", "--yes"]).ok();
    console.get(POLICIES, &login.headers()).refused(401, "no_proof");
    assert_eq!(enter(&console, &json!({ "code": unused })), 401);
}

#[test]
fn a_link_wants_a_person_or_an_admins_token_and_a_console_of_this_home() {
    let home = Home::new();
    let alice = home.admin_token();
    let olga = home.user_token(&alice, "olga", "operator");
    let console = Console::start(&home);
    let at = console.host();
    let link = ["console", "--link", "--listen", &at, "--json"];
    let yes = ["console", "--link", "--listen", &at, "--json", "--yes"];
    for refused in [
        home.cli(&link).exits(3),
        home.cli(&yes).exits(3),
        home.cli_with_token(&olga, &yes).exits(3),
        home.cli_with_token(&alice, &link).exits(3),
    ] {
        assert!(!format!("{refused:?}").contains("cslnk_"), "{refused:?}");
    }
    let by_person = code_in(home.tty_cli(&link, &[""]), &console);
    let login = console.login_by_code(&by_person);
    add(&console, "new", &login.headers()).is(201);
    let typed = home.tty_cli(&link, &["yes"]).exits(3);
    assert!(!typed.stdout.contains("cslnk_"));
    // Somebody else listens there, and would take the code.
    let squatter = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let there = squatter.local_addr().expect("an address").to_string();
    let elsewhere = ["console", "--link", "--listen", &there, "--json", "--yes"];
    let refused = home.cli_with_token(&alice, &elsewhere).exits(1);
    assert!(!format!("{refused:?}").contains("cslnk_"), "{refused:?}");
    drop(console);
    let refused = home.cli_with_token(&alice, &yes).exits(1);
    assert!(!format!("{refused:?}").contains("cslnk_"), "its console was killed: {refused:?}");
}

#[test]
fn at_a_terminal_enter_gives_a_link_and_elsewhere_there_is_none() {
    let home = Home::new();
    home.admin_token();
    let serve = ["--foreground", "8", COUNTERSIGN, "console", "--listen", "127.0.0.1:0"];
    let screen = home.terminal(&serve).program("/usr/bin/timeout").types(&["", ""]).run().stdout;
    let codes: Vec<&str> =
        screen.split("/login#").skip(1).filter_map(|rest| rest.get(..70)).collect();
    assert!(codes.len() == 2 && codes[0] != codes[1], "{screen}");
    let console = Console::start(&home);
    assert!(
        console.stderr().contains("log in with an API token") || {
            std::thread::sleep(std::time::Duration::from_secs(1));
            console.stderr().contains("log in with an API token")
        }
    );
    assert!(!console.stderr().contains("cslnk_"));
    for code in codes {
        // They were for the console of that terminal, which has ended.
        console.post("/login", &[], &json!({ "code": code })).refused(401, "no_proof");
    }
}

#[test]
fn below_an_agents_host_enter_gives_nothing() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    let alice = home.admin_token();
    home.write_config(&notes.toml("notes", "production"));
    home.accept_config(&alice);
    let console = Console::start(&home);
    let at = console.host();
    let link = ["console", "--link", "--listen", &at, "--json"];
    // This test is the parent of a gateway, as an agent's host is.
    let mut agent = super::support::Launch::serve(&home, &[]).start();
    agent.initialize("2025-11-25");
    let refused = home.terminal(&link).types(&[""]).of_the_agent().run().exits(3);
    assert!(!refused.stdout.contains("cslnk_"), "{refused:?}");
    code_in(home.tty_cli(&link, &[""]), &console);
    let rows =
        home.cli_with_token(&alice, &["audit", "list", "--json", "--type", "approval.refused"]);
    assert!(rows.ok().stdout.contains("agent_ancestor"));
}
