//! Reads through us against reads without us: one after the other, many at once, and what reaches the disk.

use crate::judging::Case;
use crate::physical::{Disk, log_size};
use crate::report::{Report, Unit, median, range, say};
use crate::session::{Session, Via, gateway};
use countersign::domain::entry::EntryType;
use countersign::domain::id::CorrelationId;
use countersign::domain::ruling::Verdict;
use countersign::journal::{Journal, Passed};
use countersign::store::{Store, sqlite};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// Short rounds, many of them: a busy neighbour then spoils a few and not all.
const ROUNDS: usize = 80;
/// Calls that are under way at once in the second part.
const AT_ONCE: usize = 64;

/// A runtime like the program's.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub(crate) fn measure(folder: &Path, report: &mut Report) {
    let bytes = bytes_of_a_permit(&folder.join("bytes"));
    let mut disk = Disk::new(folder, bytes);
    for via in Via::BOTH {
        latency(folder, via, &mut disk, report);
    }
    pinned(folder, report);
    for via in Via::BOTH {
        throughput(folder, via, report);
    }
    syncs(folder, report);
}

/// What the record of one read adds to the log of the store.
fn bytes_of_a_permit(home: &Path) -> usize {
    runtime().block_on(async {
        crate::session::make_home(home, "");
        let store: Arc<dyn Store> = sqlite::open(home).expect("a store");
        let case = Case::new("get_note", r#"{"path":"notes/2026/october.md","line":12}"#, 3);
        let (call, mut ruling) = case.judged(store.key());
        ruling.verdict = Verdict::Allow;
        let journal = Journal::new(store.clone());
        let row = || {
            let id = CorrelationId::new();
            journal.row(EntryType::CallPermitted, &call, &ruling, id, &Passed::default())
        };
        store.append((0..300).map(|_| row()).collect()).await.expect("rows");
        let before = log_size(home);
        for _ in 0..40 {
            store.permit(row()).await.expect("a store").expect("not paused");
        }
        usize::try_from((log_size(home) - before) / 40).expect("a size")
    })
}

fn latency(folder: &Path, via: Via, disk: &mut Disk, report: &mut Report) {
    let word = via.word();
    let mut direct = Session::direct(via);
    let mut durable = Session::through_us(&folder.join(format!("durable-{word}")), &[], via);
    let in_memory = ["--store", "in_memory"];
    let mut memory = Session::through_us(&folder.join(format!("memory-{word}")), &in_memory, via);
    // Everybody's first time does not count.
    durable.reads(40);
    memory.reads(40);
    let mut rounds: Vec<[f64; 4]> = (0..ROUNDS)
        .map(|_| [disk.median(11), direct.reads(25), durable.reads(11), memory.reads(25)])
        .collect();
    // When others use the disk nothing is learnt of us: the quieter half counts, chosen by the disk alone.
    rounds.sort_by(|a, b| a[0].total_cmp(&b[0]));
    rounds.truncate(ROUNDS / 2);
    let of = |pick: fn(&[f64; 4]) -> f64| -> Vec<f64> { rounds.iter().map(pick).collect() };
    let (syncs, plain) = (of(|r| r[0]), of(|r| r[1]));
    let (added, added_memory) = (of(|r| r[2] - r[1]), of(|r| r[3] - r[1]));
    let times = of(|r| (r[2] - r[1]) / r[0]);
    let note = format!(
        "direct {:.1} us; fdatasync of {} bytes {:.0} us; {}",
        median(&plain),
        disk.bytes(),
        median(&syncs),
        range(&added)
    );
    let what = format!("added p50 of an allowed read, durable journal ({word})");
    report.at_most(&what, median(&added), Unit::Micros, 350.0, &note);
    let what = format!("the same, in fdatasyncs of the same bytes ({word})");
    report.at_most(&what, median(&times), Unit::Times, 2.2, &range(&times));
    let what = format!("added p50 on a memory store, no Rego ({word})");
    report.at_most(&what, median(&added_memory), Unit::Micros, 40.0, &range(&added_memory));
}

/// Everybody on one core: nothing is woken across cores, which is what makes unpinned times jump.
fn pinned(folder: &Path, report: &mut Report) {
    let us = std::process::id().to_string();
    let pin = |cores: &str| {
        let done = Command::new("taskset").args(["-acp", cores, &us]).output();
        done.is_ok_and(|output| output.status.success())
    };
    let all = format!("0-{}", std::thread::available_parallelism().map_or(1, usize::from) - 1);
    if !pin("0") {
        say("  (no `taskset`: nothing is measured on one core)");
        return;
    }
    let mut direct = Session::direct(Via::Pipes);
    let in_memory = ["--store", "in_memory"];
    let mut memory = Session::through_us(&folder.join("memory-pinned"), &in_memory, Via::Pipes);
    let mut added = Vec::new();
    for _ in 0..ROUNDS {
        let base = direct.reads(50);
        added.push(memory.reads(50) - base);
    }
    drop((direct, memory));
    // Measured further on whatever is left if this fails: slower, never faster.
    pin(&all);
    let what = "added p50 on a memory store, all processes on one core (pipes)";
    report.at_most(what, median(&added), Unit::Micros, 40.0, &range(&added));
}

fn throughput(folder: &Path, via: Via, report: &mut Report) {
    let word = via.word();
    let mut direct = Session::direct(via);
    let mut durable = Session::through_us(&folder.join(format!("durable-{word}")), &[], via);
    let in_memory = ["--store", "in_memory"];
    let mut memory = Session::through_us(&folder.join(format!("memory-{word}")), &in_memory, via);
    let (mut plain, mut through, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..7 {
        plain.push(direct.flood(20_000, AT_ONCE));
        through.push(durable.flood(4_000, AT_ONCE));
        held.push(memory.flood(4_000, AT_ONCE));
    }
    let note = format!("direct {:.0}; {}", median(&plain), range(&through));
    let what = format!("reads a second, {AT_ONCE} in flight, durable journal ({word})");
    report.at_least(&what, median(&through), Unit::PerSecond, 8_000.0, &note);
    let what = format!("reads a second, {AT_ONCE} in flight, memory store ({word})");
    report.told(&what, median(&held), Unit::PerSecond, &range(&held));
}

/// Counts what is forced to the disk, from outside of the program.
fn syncs(folder: &Path, report: &mut Report) {
    const READS: usize = 200;
    let home = folder.join("traced");
    let count = |reads: usize| -> Option<f64> {
        let summary = folder.join(format!("strace-{reads}"));
        let gateway = gateway(&home, &[]);
        let mut command = Command::new("strace");
        command.args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"]).arg(&summary);
        command.arg(gateway.get_program()).args(gateway.get_args());
        crate::session::clean(&mut command, &home);
        let mut session = Session::open(command, Via::Pipes, "echo__");
        for _ in 0..reads {
            session.read();
        }
        drop(session);
        let text = std::fs::read_to_string(&summary).ok()?;
        let of_line = |line: &str| -> Option<f64> {
            let words: Vec<&str> = line.split_whitespace().collect();
            let counted = words.last().is_some_and(|last| last.ends_with("sync"));
            counted.then(|| words.get(3)?.parse().ok())?
        };
        Some(text.lines().filter_map(of_line).sum())
    };
    let works = Command::new("strace").args(["-c", "-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        say("  (no `strace`: what is forced to the disk is not counted)");
        return;
    }
    // The first start makes keys and tables; the second shows what starting and ending alone take.
    let counted = count(0).and_then(|_| Some((count(0)?, count(READS)?)));
    let Some((without, with)) = counted else {
        report.failures.push("`strace` wrote no summary".to_owned());
        return;
    };
    let each = (with - without) / READS as f64;
    let note = format!("{with:.0} with {READS} reads, {without:.0} without any");
    report.at_least("fsync and fdatasync calls of a read", each, Unit::PerRead, 1.0, &note);
    if each < 0.99 {
        report.failures.push(format!(
            "a read is sent without being forced to the disk first ({each:.2} syncs a read)"
        ));
    }
}
