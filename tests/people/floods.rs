//! Floods: whoever says nothing, reads nothing or sends too much delays nobody else and takes no room.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::reader::{self, Reader};
use super::support::{Console, Home, Launch, Recorder, Session};

const SOON: Duration = Duration::from_secs(5);
const MEGABYTE: usize = 1024 * 1024;

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
        let options = ["--name", "notes", "--on-ask", "pending"];
        let mut session = Launch::wrap(&self.home, &options, &self.notes.argv()).start();
        session.initialize("2025-11-25");
        session
    }

    /// Asks, decides over the API; how long the decision took.
    #[track_caller]
    fn decision(&self, agent: &mut Session, text: &str) -> Duration {
        let asked = agent.call("write_note", json!({ "id": "b", "text": text }));
        let id = asked["_meta"]["countersign/refusal"]["approval"]["id"].as_str();
        let id = id.unwrap_or_else(|| panic!("no id in {asked}")).to_owned();
        let path = format!("/api/v1/approvals/{id}");
        let begun = Instant::now();
        self.console
            .by_token(&self.alice, "POST", &path, &json!({ "decision": "approve" }))
            .is(200);
        begun.elapsed()
    }

    /// Mebibytes that the console takes.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.console.pid()));
        let status = status.expect("the console lives");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("its size");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("KiB") / 1024
    }
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

#[test]
fn a_slow_reader_and_a_thousand_idle_connections_delay_no_decision() {
    let stage = Stage::new();
    let mut agent = stage.session();
    let calm: Vec<_> = (0..7).map(|n| stage.decision(&mut agent, &format!("calm {n}"))).collect();
    let calm = middle(calm);
    let authorization = format!("Bearer {}", stage.alice);
    let headers = [("Authorization", authorization.as_str())];
    // He asks for the stream from the beginning and never takes a byte.
    let mut slow = stage.console.connect();
    let asked = reader::request(&stage.console.host(), "?after=0", &headers);
    slow.write_all(asked.as_bytes()).expect("it takes a request");
    let readers: Vec<Reader> =
        (0..64).map(|_| Reader::by_token(&stage.console, &stage.alice)).collect();
    let idle: Vec<TcpStream> = (0..1_000)
        .map(|_| {
            let mut stream = stage.console.connect();
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHo").expect("half a head");
            stream
        })
        .collect();
    let mut busy =
        Launch::wrap(&stage.home, &["--name", "notes", "--on-ask", "pending"], &stage.notes.argv())
            .client("busy")
            .start();
    busy.initialize("2025-11-25");
    let calls: Vec<i64> = (0..3_000)
        .map(|_| busy.start_call("write_note", json!({ "id": "a", "text": "again" })))
        .collect();
    let mut flooded = Vec::new();
    for n in 0..7 {
        let took = stage.decision(&mut agent, &format!("flooded {n}"));
        assert!(took < SOON, "a decision took {took:?}");
        flooded.push(took);
        let begun = Instant::now();
        stage.console.get("/healthz", &[]).is(200);
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
    let flooded = middle(flooded);
    for id in calls {
        busy.response(id);
    }
    let resident = stage.resident();
    let ratio = flooded.as_secs_f64() / calm.as_secs_f64().max(1e-6);
    // What was measured is shown where the test is run with its output; no bound is held to it.
    #[allow(clippy::print_stdout, reason = "a figure for whoever runs it by hand")]
    {
        println!(
            "a decision: {calm:?} in calm, {flooded:?} flooded, ratio {ratio:.1}; {resident} MiB resident"
        );
    }
    assert!(resident < 256, "{resident} MiB");
    for (n, reader) in readers.iter().enumerate() {
        let frame = reader.next();
        assert!(["approval_requested", "lagged"].contains(&frame.event.as_str()), "{n}: {frame:?}");
    }
    drop((slow, idle));
}

#[test]
fn with_few_files_the_longest_silent_goes_for_whoever_comes() {
    let home = Home::new();
    let alice = home.admin_token();
    // So few that 40 connections are all that one listener may have.
    let limited = "ulimit -n 336 && exec \"$0\" console --listen 127.0.0.1:0";
    let console = Console::start_by(&home, limited);
    let silent: Vec<TcpStream> = (0..200)
        .map(|n| {
            let mut stream = console.connect();
            stream.write_all(b"G").unwrap_or_else(|fault| panic!("{n}: {fault}"));
            stream
        })
        .collect();
    let begun = Instant::now();
    let reader = Reader::by_token(&console, &alice);
    for _ in 0..100 {
        console.get("/healthz", &[]).is(200);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "nobody waited for the silent to be given up"
    );
    let gone = |mut stream: &TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a deadline");
        let read = stream.read(&mut [0; 64]);
        match read.map(|_| ()) {
            Ok(()) => true,
            Err(fault) => ![ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&fault.kind()),
        }
    };
    assert!(silent[..150].iter().all(gone), "the first went");
    assert!(reader.next_within(Duration::from_millis(200)).is_none());
    console.get("/healthz", &[]).is(200);
    assert!(reader.beats_within(Duration::from_secs(20)), "who waits for an answer stayed");
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let stage = Stage::new();
    let console = &stage.console;
    // A body that says its size, and one that does not.
    let mut told = console.connect();
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        console.host(),
        64 * MEGABYTE
    );
    told.write_all(head.as_bytes()).expect("a head");
    assert!(first_line(&mut told).contains(" 413 "));
    let authorization = format!("Bearer {}", stage.alice);
    let chunked = format!(
        "POST /api/v1/approvals/x HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\nTransfer-Encoding: chunked\r\n\r\n",
        console.host()
    );
    let path = chunked.replace("/x ", &format!("/{} ", uuid()));
    let mut streamed = console.connect();
    streamed.write_all(path.as_bytes()).expect("a head");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut sent = 0;
    while sent < 1_024 && streamed.write_all(chunk.as_bytes()).is_ok() {
        sent += 1;
    }
    assert!(sent < 1_024, "64 MiB of a body were taken");
    assert!(first_line(&mut streamed).contains(" 413 "));
    let ask = |head: String| {
        let mut stream = console.connect();
        // It may answer and close before it has read everything.
        let _ = stream.write_all(head.as_bytes());
        first_line(&mut stream)
    };
    let many: String = (0..10_000).map(|n| format!("X-{n}: y\r\n")).collect();
    let many = ask(format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n{many}\r\n", console.host()));
    assert!(many.contains(" 431 ") || many.contains(" 400 "), "{many}");
    let few: String = (0..101).map(|n| format!("X-{n}: y\r\n")).collect();
    let few = ask(format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n{few}\r\n", console.host()));
    assert!(few.contains(" 431 "), "{few}");
    let long = "a".repeat(MEGABYTE);
    let long = ask(format!("GET /{long} HTTP/1.1\r\nHost: {}\r\n\r\n", console.host()));
    assert!(long.contains(" 414 ") || long.contains(" 431 "), "{long}");
    let field = "a".repeat(MEGABYTE);
    let field =
        ask(format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nX: {field}\r\n\r\n", console.host()));
    assert!(field.contains(" 431 "), "{field}");
    assert!(stage.resident() < 256);
    console.get("/healthz", &[]).is(200);
}

/// One test for all that waits: each has its own connection, and time passes for all.
#[test]
fn whoever_keeps_us_waiting_is_given_up_and_an_idle_stream_is_told_that_it_lives() {
    let stage = Stage::new();
    let console = &stage.console;
    let reader = Reader::by_token(console, &stage.alice);
    let begun = Instant::now();
    let host = console.host();
    let mut half = console.connect();
    half.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n").as_bytes()).expect("half");
    let mut kept = console.connect();
    let whole = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    kept.write_all(whole.as_bytes()).expect("a request");
    let mut body = console.connect();
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    body.write_all(head.as_bytes()).expect("a part of a body");
    let trickle = std::thread::spawn(move || {
        let begun = Instant::now();
        body.set_read_timeout(Some(Duration::from_secs(1))).expect("a deadline");
        loop {
            // A byte a second is no body in time.
            let over = body.write_all(b" ").is_err();
            match body.read(&mut [0; 1024]) {
                Err(fault)
                    if !over
                        && [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&fault.kind()) => {
                }
                _ => return begun.elapsed(),
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it waits for ever");
        }
    });
    let to_end = |mut stream: TcpStream| {
        stream.set_read_timeout(Some(Duration::from_secs(25))).expect("a deadline");
        let mut all = Vec::new();
        // A reset is an end, too.
        let _ = stream.read_to_end(&mut all);
        (begun.elapsed(), String::from_utf8_lossy(&all).into_owned())
    };
    let (took, said) = to_end(half);
    assert!((9..20).contains(&took.as_secs()), "{took:?}: {said}");
    let (took, said) = to_end(kept);
    assert!(said.contains(" 200 OK") && took < Duration::from_secs(20), "{took:?}: {said}");
    assert!(reader.beats_within(Duration::from_secs(20)), "a comment every 15 seconds");
    let took = trickle.join().expect("it ended");
    assert!((28..45).contains(&took.as_secs()), "{took:?}");
}

fn first_line(stream: &mut TcpStream) -> String {
    let (mut all, mut chunk) = (Vec::new(), [0; 1024]);
    while !all.windows(2).any(|two| two == b"\r\n") {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(length) => all.extend(&chunk[..length]),
        }
    }
    String::from_utf8_lossy(&all).lines().next().unwrap_or("(nothing)").to_owned()
}

fn uuid() -> String {
    "01890000-0000-7000-8000-000000000000".to_owned()
}
