//! The stream of questions: told once, to whom it concerns, from where he left, and no longer than he counts.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::reader::Reader;
use super::support::{Console, DEADLINE, Home, Launch, Recorder, Session, text, wait_until};

const QUIET: Duration = Duration::from_millis(700);

/// A home with an admin, a console, and an agent whose writes wait.
struct Stage {
    home: Home,
    notes: Recorder,
    alice: String,
    console: Console,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        let console = Console::start(&home);
        Self { home, notes, alice, console }
    }

    fn session(&self) -> Session {
        let options = ["--name", "notes", "--on-ask", "pending", "--toolsets", "all"];
        let mut session = Launch::wrap(&self.home, &options, &self.notes.argv()).start();
        session.initialize("2025-11-25");
        session
    }

    fn decide(&self, id: &str, decision: &str) {
        let path = format!("/api/v1/approvals/{id}");
        self.console.by_token(&self.alice, "POST", &path, &json!({ "decision": decision })).is(200);
    }
}

fn write(session: &mut Session, text: &str) -> Value {
    session.call("write_note", json!({ "id": "a", "text": text }))
}

fn id_of(frame: &super::reader::Frame) -> String {
    frame.data["pending_id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_question_is_told_with_what_becomes_of_it() {
    let stage = Stage::new();
    let reader = Reader::by_token(&stage.console, &stage.alice);
    let mut agent = stage.session();
    write(&mut agent, "hello");
    let asked = reader.next();
    let id = id_of(&asked);
    assert_eq!(asked.event, "approval_requested");
    assert_eq!(id, stage.home.the_question()["id"]);
    let at = asked.data["requested_at"].clone();
    let by = asked.data["requested_by"].as_str().expect("somebody").to_owned();
    assert!(by.starts_with("agent:") && by.ends_with("/test-client"), "{by}");
    assert!(at.as_str().is_some_and(|at| at.ends_with('Z')), "{at}");
    assert_eq!(
        asked.data,
        json!({
            "event": "approval_requested",
            "pending_id": id,
            "action_type": "write_note",
            "namespace": "notes",
            "requested_by": by,
            "requested_at": at,
            "tier": 2,
        })
    );
    stage.decide(&id, "approve");
    let decided = reader.next();
    assert_eq!(
        (decided.event.as_str(), &decided.data),
        (
            "approval_decided",
            &json!({
                "event": "approval_decided",
                "pending_id": id,
                "decision": "approve",
                "decided_by": "admin:alice",
                "remember": "once",
                "namespace": "notes",
                "requested_by": by,
            })
        )
    );
    let ran = agent.call("resume_call", json!({ "id": id }));
    assert_ne!(ran["isError"], true, "{ran}");
    let changes: Vec<Value> = (0..2).map(|_| reader.next().data["change"].clone()).collect();
    assert_eq!(changes, ["consumed", "ran"]);
    write(&mut agent, "another");
    let second = reader.next();
    stage.decide(&id_of(&second), "deny");
    assert_eq!(reader.next().data["decision"], "deny");
    write(&mut agent, "a third");
    let third = id_of(&reader.next());
    stage.home.cli_with_token(&stage.alice, &["cancel", &third, "--yes"]).ok();
    let cancelled = reader.next();
    assert_eq!(
        (cancelled.event.as_str(), &cancelled.data["decision"]),
        ("approval_decided", &json!("cancelled"))
    );
    assert!(asked.id < decided.id && decided.id < cancelled.id, "places go up");
    assert_eq!(reader.next_within(QUIET), None, "each once");
}

#[test]
fn whoever_comes_back_misses_nothing_and_whoever_comes_new_hears_what_is_new() {
    let stage = Stage::new();
    let mut agent = stage.session();
    let first = Reader::by_token(&stage.console, &stage.alice);
    write(&mut agent, "one");
    let one = first.next();
    drop(first);
    write(&mut agent, "two");
    write(&mut agent, "three");
    let back = Reader::since(&stage.console, &stage.alice, &one.id.to_string());
    let (two, three) = (back.next(), back.next());
    assert_eq!(two.event, "approval_requested");
    assert!(one.id < two.id && two.id < three.id);
    assert_eq!(back.next_within(QUIET), None, "nothing twice");
    let authorization = format!("Bearer {}", stage.alice);
    let by_query = |after: u64| {
        let query = format!("?after={after}");
        Reader::open(&stage.console, &query, &[("Authorization", &authorization)])
    };
    assert_eq!(by_query(two.id).next(), three, "the same from the query");
    assert_eq!(by_query(0).next(), one, "from the beginning");
    let new = Reader::by_token(&stage.console, &stage.alice);
    assert_eq!(new.next_within(QUIET), None, "nothing of before");
    let place = new.place.expect("a place from the start, for the first break");
    drop(new);
    write(&mut agent, "four");
    let four = Reader::since(&stage.console, &stage.alice, &place.to_string()).next();
    assert!(four.id > three.id && four.event == "approval_requested");
}

#[test]
fn a_place_that_is_none_is_told_as_lagged_and_a_wrong_one_in_the_query_is_refused() {
    let stage = Stage::new();
    let mut agent = stage.session();
    write(&mut agent, "one");
    for place in ["999999", "x", "-1", "1e3", "01", "18446744073709551616"] {
        let reader = Reader::since(&stage.console, &stage.alice, place);
        assert_eq!(reader.place, None, "`{place}` is no place");
        assert_eq!(reader.next().event, "lagged");
        write(&mut agent, &format!("after {place}"));
        assert_eq!(reader.next().event, "approval_requested", "it goes on from the head");
    }
    let get = |query: &str| {
        let path = format!("/api/v1/approvals/stream{query}");
        stage.console.by_token(&stage.alice, "GET", &path, &Value::Null)
    };
    for wrong in ["?after=x", "?after=", "?after=01", "?other=1", "?after=1&after=1"] {
        get(wrong).refused(400, "invalid_parameter");
    }
}

#[test]
fn whoever_is_too_far_behind_is_told_so_and_goes_on_from_the_head() {
    let stage = Stage::new();
    let mut agent = stage.session();
    let start = Reader::by_token(&stage.console, &stage.alice).place.expect("a place");
    // One question, and a row for each time that it is asked again.
    let ids: Vec<i64> = (0..1_024)
        .map(|_| agent.start_call("write_note", json!({ "id": "a", "text": "again" })))
        .collect();
    for id in ids {
        agent.response(id);
    }
    let back = Reader::since(&stage.console, &stage.alice, &start.to_string());
    let mut count = 0;
    let newest = loop {
        let frame = back.next();
        assert_ne!(frame.event, "lagged", "1,024 events are not too many");
        count += 1;
        if count == 1_024 {
            break frame;
        }
    };
    write(&mut agent, "one more");
    let one_more = back.next();
    assert!(one_more.id > newest.id);
    let late = Reader::since(&stage.console, &stage.alice, &start.to_string());
    let lagged = late.next();
    assert_eq!((lagged.event.as_str(), &lagged.data), ("lagged", &json!({ "lagged": true })));
    write(&mut agent, "and one more");
    let next = late.next();
    assert!(next.id > one_more.id && next.event == "approval_requested", "{next:?}");
}

#[test]
fn others_hear_nothing() {
    let stage = Stage::new();
    let (home, console) = (&stage.home, &stage.console);
    let bob = home.user_token(&stage.alice, "bob", "agent");
    let olga = home.user_token(&stage.alice, "olga", "operator");
    let (his, hers) = (Reader::by_token(console, &bob), Reader::by_token(console, &olga));
    let mut agent = stage.session();
    write(&mut agent, "hello");
    let asked = hers.next();
    assert_eq!(asked.event, "approval_requested", "an operator sees what others ask");
    stage.decide(&id_of(&asked), "approve");
    assert_eq!(his.next_within(QUIET), None, "an agent hears of its own questions alone");
    assert_eq!(
        Reader::since(console, &bob, "0").next_within(QUIET),
        None,
        "nor when it comes back"
    );
    let path = "/api/v1/approvals/stream";
    console.get(path, &[]).refused(401, "no_proof");
    let add =
        ["--tenant", "elsewhere", "user", "add", "eve", "--role", "operator", "--json", "--yes"];
    let added = home.cli_with_token(&stage.alice, &add);
    if added.code == 0 {
        let eve = added.json()["token"].as_str().expect("a token").to_owned();
        console.by_token(&eve, "GET", path, &Value::Null).refused(401, "no_proof");
    }
}

#[test]
fn a_stream_ends_when_its_reader_counts_no_more() {
    let stage = Stage::new();
    let (home, console) = (&stage.home, &stage.console);
    let olga = home.user_token(&stage.alice, "olga", "operator");
    let hers = Reader::by_token(console, &olga);
    let login = console.login(&stage.alice);
    let by_cookie = Reader::open(console, "", &login.shows());
    let twin = Reader::by_token(console, &stage.alice);
    let mut agent = stage.session();
    write(&mut agent, "before");
    for reader in [&hers, &by_cookie, &twin] {
        assert_eq!(reader.next().event, "approval_requested");
    }
    home.cli_with_token(&stage.alice, &["user", "revoke", "olga", "--yes"]).ok();
    console.request("POST", "/logout", &login.headers(), "").is(200);
    write(&mut agent, "after");
    assert_eq!(hers.ends_within(Duration::from_secs(5)), [], "a revoked user hears nothing more");
    assert_eq!(by_cookie.ends_within(Duration::from_secs(5)), [], "nor an ended login");
    assert_eq!(twin.next().event, "approval_requested");
}

#[test]
fn nobody_opens_streams_without_bound() {
    let stage = Stage::new();
    let olga = stage.home.user_token(&stage.alice, "olga", "operator");
    let mut open: Vec<_> = (0..128)
        .map(|_| {
            use std::io::{Read as _, Write as _};
            let mut stream = stage.console.connect();
            let authorization = format!("Bearer {olga}");
            let asked = super::reader::request(
                &stage.console.host(),
                "",
                &[("Authorization", &authorization)],
            );
            stream.write_all(asked.as_bytes()).expect("it takes a request");
            let mut head = [0; 12];
            stream.read_exact(&mut head).expect("an answer");
            assert_eq!(&head, b"HTTP/1.0 200");
            stream
        })
        .collect();
    let path = "/api/v1/approvals/stream";
    let again = || stage.console.by_token(&olga, "GET", path, &Value::Null);
    again().refused(429, "too_many_streams");
    let other = Reader::by_token(&stage.console, &stage.alice);
    let mut agent = stage.session();
    write(&mut agent, "hello");
    assert_eq!(other.next().event, "approval_requested", "others have room");
    open.pop();
    wait_until(DEADLINE, || {
        let authorization = format!("Bearer {olga}");
        let headers = [("Authorization", authorization.as_str())];
        // A stream has no end: whether it was let in is seen by the first bytes.
        use std::io::{Read as _, Write as _};
        let mut stream = stage.console.connect();
        let asked = super::reader::request(&stage.console.host(), "", &headers);
        stream.write_all(asked.as_bytes()).expect("it takes a request");
        let mut head = [0; 12];
        stream.read_exact(&mut head).expect("an answer");
        &head == b"HTTP/1.0 200"
    });
}

#[test]
fn the_end_comes_within_two_seconds_whoever_listens() {
    let stage = Stage::new();
    let reader = Reader::by_token(&stage.console, &stage.alice);
    let login = stage.console.login(&stage.alice);
    let other = Reader::open(&stage.console, "", &login.shows());
    let half = {
        use std::io::Write as _;
        let mut stream = stage.console.connect();
        stream.write_all(b"GET /healthz HT").expect("half a line");
        stream
    };
    let Stage { console, .. } = stage;
    let begun = Instant::now();
    let said = console.end();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}: {said}");
    reader.ends_within(Duration::from_secs(1));
    other.ends_within(Duration::from_secs(1));
    drop(half);
}

#[test]
fn events_are_those_of_the_tool_page_by_page_and_an_agent_sees_its_own() {
    let stage = Stage::new();
    let mut agent = stage.session();
    for text in ["one", "two", "three"] {
        write(&mut agent, text);
    }
    let get = |token: &str, query: &str| {
        let path = format!("/api/v1/events{query}");
        stage.console.by_token(token, "GET", &path, &Value::Null)
    };
    let seqs = |page: &Value| -> Vec<u64> {
        let events = page["events"].as_array().expect("events");
        events.iter().map(|event| event["meta"]["seq"].as_u64().expect("a place")).collect()
    };
    let whole = get(&stage.alice, "").is(200).json();
    assert_eq!(whole["more"], false, "{whole}");
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&stage.alice, &format!("?limit=3{after}")).is(200).json();
        paged.extend(seqs(&page));
        after = format!("&after={}", page["cursor"].as_str().expect("a cursor"));
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(paged, seqs(&whole), "no gap and no repeat");
    let asked = get(&stage.alice, "?types=approval.asked,run.*").is(200).json();
    let asked = asked["events"].as_array().expect("events").clone();
    assert_eq!(asked.len(), 3, "{asked:?}");
    // What the agent sees through its tool is the same, event by event.
    let own = agent.call("events_since", json!({ "types": ["approval.asked"] }));
    assert_eq!(own["structuredContent"]["events"], json!(asked), "{}", text(&own));
    let bob = stage.home.user_token(&stage.alice, "bob", "agent");
    assert_eq!(get(&bob, "?types=approval.*").is(200).json()["events"], json!([]));
    let now = get(&stage.alice, "?after=now").is(200).json();
    assert_eq!(now["events"], json!([]));
    for wrong in ["?after=e1-fffff", "?after=1", "?types=x", "?types=", "?limit=0", "?cursor=now"] {
        get(&stage.alice, wrong).refused(400, "invalid_parameter");
    }
    stage.console.get("/api/v1/events", &[]).refused(401, "no_proof");
}
