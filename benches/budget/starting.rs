//! Starting, and what the program takes when it only stands there.

use crate::report::{Report, Unit, quantile};
use crate::session::{COUNTERSIGN, Session, Via, clean, make_home};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) fn measure(folder: &Path, report: &mut Report) {
    let home = folder.join("start");
    make_home(&home, "");
    // A server that never answers: the client's handshake must not wait for it.
    let start = || {
        let mut command = Command::new(COUNTERSIGN);
        command.arg("--home").arg(&home).args(["wrap", "--", "cat"]);
        clean(&mut command, &home);
        let begun = Instant::now();
        let mut session = Session::start(command, Via::Pipes, "");
        session.shake_hands();
        (begun.elapsed(), session)
    };
    drop(start()); // makes keys and tables
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..15 {
        let (first, session) = start();
        took.push(first);
        end(session);
    }
    let note = format!(
        "of 15, p10 {:.1} ms, p90 {:.1} ms; the server never answers",
        quantile(&mut took, 0.1) / 1_000.0,
        quantile(&mut took, 0.9) / 1_000.0
    );
    let what = "start to the first `initialize` answer, p50";
    report.at_most(what, quantile(&mut took, 0.5) / 1_000.0, Unit::Millis, 15.0, &note);
    let mut session = Session::through_us(&folder.join("rss"), &[], Via::Pipes);
    session.read();
    std::thread::sleep(Duration::from_millis(500));
    let idle = resident(session.pid());
    for _ in 0..200 {
        session.read();
    }
    let note = format!("{:.1} MiB after 200 reads", resident(session.pid()));
    report.at_most("resident memory, idle after the first call", idle, Unit::MiB, 20.0, &note);
    // What is handed out is built otherwise; without it the row says so.
    let megabytes = |file: &Path| std::fs::metadata(file).map(|meta| meta.len() as f64 / 1e6).ok();
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/dist/countersign");
    let here = megabytes(Path::new(COUNTERSIGN)).unwrap_or(f64::NAN);
    let (size, note) = match megabytes(&dist) {
        Some(size) => {
            (size, format!("`cargo build --profile dist`; as `cargo bench` builds it {here:.1} MB"))
        }
        None => {
            (here, "as `cargo bench` builds it; nothing was built with `--profile dist`".to_owned())
        }
    };
    report.at_most("size of the program", size, Unit::Megabytes, 25.0, &note);
}

/// Ends a session whose server does not end by itself.
fn end(session: Session) {
    let pid = session.pid().to_string();
    // It may have ended already.
    let _ = Command::new("kill").arg(pid).status();
    drop(session);
}

fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok())
        .map_or(f64::NAN, |kib| kib / 1_024.0)
}
