//! Clients that send much, or read nothing.

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{DEADLINE, wait_exit};
use crate::{Stand, configured};

#[test]
fn two_thousand_requests_without_reading_are_all_answered_once() {
    let mut stand = Stand::new();
    // The first must not be refused for want of a definition.
    stand.still_serves();
    let ids: Vec<_> = (0..2_000)
        .map(|n| match n % 4 {
            0 => stand.session.request("ping", json!({})),
            1 => stand.session.start_call("notes__write_note", json!({"id": "a", "text": "same"})),
            2 => stand.session.start_call("approval_status", json!({"id": "x"})),
            _ => stand.session.start_call("notes__read_note", json!({"id": format!("n{n}")})),
        })
        .collect();
    let (mut served, mut refused) = (0, 0);
    for id in ids {
        let answer = stand.session.response(id);
        match answer["error"]["code"].as_i64() {
            None => served += 1,
            Some(-32000) => refused += 1,
            Some(_) => panic!("{answer}"),
        }
    }
    assert!(served > 1_000, "{served} served, {refused} refused");
    stand.still_serves();
    assert_eq!(stand.home.questions(1).len(), 1, "one equal call, one question");
    assert!(stand.recorder.calls_of("write_note").is_empty());
}

#[test]
fn a_client_that_reads_nothing_costs_bounded_memory_and_does_not_keep_the_gateway() {
    let (home, _recorder) = configured("", &json!({"on_call": "huge", "size": 2 << 20}));
    let mut command = home.command(&["serve", "--on-ask", "pending"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the gateway starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
    // One call of 2 MiB after the other; no answer is ever read.
    let (mut taken, mut highest) = (0, 0);
    for id in 1..=80 {
        let read = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": {"name": "notes__read_note", "arguments": {"id": "a"}, "_meta": meta}});
        writeln!(stdin, "{read}").expect("a pipe has room for a short line");
        let end = Instant::now() + if id == 1 { DEADLINE } else { DEADLINE / 3 };
        while taken < id && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
            taken = outcomes(&home);
            highest = highest.max(rss_kib(child.id()));
        }
        if taken < id {
            break;
        }
    }
    assert!((20..60).contains(&taken), "{taken} calls were taken of a client that reads nothing");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
    let told = Instant::now();
    let code = wait_exit(&mut child, DEADLINE);
    assert!(code.is_some() && told.elapsed() < Duration::from_secs(5), "{code:?} {told:?}");
    assert!(highest < 200 << 10, "{highest} KiB for a client that reads nothing");
}

/// So many reads have come to their end.
fn outcomes(home: &crate::Home) -> usize {
    // Not to be made here: the gateway makes it.
    let (file, flags) =
        (home.path().join("countersign.db"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY);
    let Ok(conn) = rusqlite::Connection::open_with_flags(file, flags) else { return 0 };
    let sql = "SELECT count(*) FROM journal WHERE type = 'call.outcome' AND tool = 'read_note'";
    conn.query_row(sql, [], |row| row.get(0)).unwrap_or(0)
}

fn rss_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

#[test]
fn a_client_that_closes_its_end_of_stdout_ends_nothing_that_was_asked() {
    let (home, recorder) = configured("", &json!({}));
    let mut command = home.command(&["serve", "--on-ask", "pending"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the gateway starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
    let call = |id: i64, tool: &str| -> Value {
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": {"name": tool, "arguments": {"id": "a", "text": "b"}, "_meta": meta}})
    };
    let lines = format!("{}\n{}\n", call(1, "notes__read_note"), call(2, "notes__write_note"));
    stdin.write_all(lines.as_bytes()).expect("it reads");
    home.the_question();
    drop(stdin);
    assert!(wait_exit(&mut child, DEADLINE).is_some(), "it ends with its client");
    assert!(recorder.calls_of("write_note").is_empty());
    home.cli(&["audit", "verify"]).ok();
}
