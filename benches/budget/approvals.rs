//! Questions to a person: asking, answering, waiting, and what waiting costs others.

use crate::calls::runtime;
use crate::echo;
use crate::judging::Case;
use crate::physical::{Disk, log_size};
use crate::report::{Report, Unit, median, quantile, range};
use crate::session::{Session, Via, make_home};
use countersign::approval::{Approver, Desk, Terms};
use countersign::domain::approval::{Approval, State, Subject};
use countersign::domain::entry::EntryType;
use countersign::domain::id::CorrelationId;
use countersign::domain::outcome::{Outcome, OutcomeKind};
use countersign::domain::principal::Tenant;
use countersign::domain::quorum::Needs;
use countersign::domain::ruling::Verdict;
use countersign::journal::{Journal, Passed};
use countersign::store::{ApprovalFilter, Store, sqlite};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

const TERMS: Terms = Terms { answer_within: 3_600_000, yes_life: 3_600_000 };

pub(crate) fn measure(folder: &Path, report: &mut Report) {
    runtime().block_on(async {
        one_approval(folder, report).await;
        from_yes_to_sent(&folder.join("yes"), report).await;
        hundred_waiting(folder, report).await;
    });
}

fn admin() -> Approver {
    Approver::at_terminal("ann")
}

fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

/// Asked, approved and used in this process: what each step costs over what the disk takes.
async fn one_approval(folder: &Path, report: &mut Report) {
    let home = folder.join("one");
    make_home(&home, "");
    let store: Arc<dyn Store> = sqlite::open(&home).expect("a store");
    let (desk, journal) = (Desk::new(store.clone(), TERMS), Journal::new(store.clone()));
    let case = Case::new("write_note", r#"{"path":"a.md","text":"x"}"#, 3);
    let mut ruling = case.judged(store.key()).1;
    ruling.verdict = Verdict::Ask;
    let admin = admin();
    // Counted while the log still grows, timed once it is written over.
    let mut grown = [0_u64; 3];
    let mut disks: Option<[Disk; 3]> = None;
    let (mut times, mut took) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3]);
    for n in 0..420 {
        if n == 20 {
            let disk = |bytes: u64| Disk::new(folder, usize::try_from(bytes / 20).expect("a size"));
            disks = Some(grown.map(disk));
        }
        let call =
            case.call(store.key(), &format!(r#"{{"path":"{n}.md","text":"a line of text"}}"#));
        let correlation = CorrelationId::new();
        let passed = Passed::default();
        let row = journal.row(EntryType::ApprovalAsked, &call, &ruling, correlation, &passed);
        let sync = disks.as_mut().map(|disks| disks.each_mut().map(|disk| micros(disk.once())));
        let size = [log_size(&home); 1];
        let begun = Instant::now();
        let (of, why, one) = (call.clone(), ruling.clone(), Needs::default());
        let asked = desk.ask(of, Subject::Call, why, correlation, row, one).await;
        let ask = begun.elapsed();
        let asked = asked.expect("asked");
        let size = [size[0], log_size(&home)];
        let id = asked.approval.id;
        let begun = Instant::now();
        let answer = desk.approve(&Tenant::default(), id, &admin, None, None).await;
        let approve = begun.elapsed();
        answer.expect("a store").expect("approved");
        let size = [size[0], size[1], log_size(&home)];
        let begun = Instant::now();
        let permit =
            journal.permit_approved(call, &asked.approval, &ruling, passed, Vec::new()).await;
        let consume = begun.elapsed();
        let size = [size[0], size[1], size[2], log_size(&home)];
        let (_, receipt) = permit.expect("the yes counts").into_line(1, false);
        let outcome = Outcome {
            kind: OutcomeKind::Ran,
            cause: None,
            size: 2,
            digest: None,
            took_ms: 1,
            tokens: None,
        };
        journal.settle(&receipt, outcome, None).await.expect("an outcome");
        match sync {
            None => {
                for (sum, step) in grown.iter_mut().zip(size.windows(2)) {
                    *sum +=
                        step.iter().rev().copied().reduce(|a, b| a.saturating_sub(b)).unwrap_or(0);
                }
            }
            Some(sync) => {
                for (at, step) in [ask, approve, consume].into_iter().enumerate() {
                    took[at].push(micros(step));
                    times[at].push(sync[at]);
                }
            }
        }
    }
    for (at, what) in ["ask", "approve", "use up"].into_iter().enumerate() {
        let (step, sync) = (median(&took[at]), median(&times[at]));
        let note = format!("{step:.0} us; fdatasync of {} bytes {sync:.0} us", grown[at] / 20);
        let what = format!("{what} one approval, in fdatasyncs of the same bytes");
        report.at_most(&what, step / sync, Unit::Times, 2.0, &note);
    }
}

/// Waits until so many questions are open.
async fn open_questions(store: &Arc<dyn Store>, many: usize) -> Vec<Approval> {
    let filter = ApprovalFilter {
        tenant: Tenant::default(),
        states: vec![State::Pending],
        principal: None,
        limit: 1_000,
    };
    loop {
        let open = store.approvals(filter.clone()).await.expect("a store");
        if open.len() >= many {
            return open;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The waiting process polls, so the yes comes at another moment of its pause each time.
async fn from_yes_to_sent(home: &Path, report: &mut Report) {
    let mut session = Session::through_us(home, &[], Via::Pipes);
    session.read();
    let store: Arc<dyn Store> = sqlite::open(home).expect("a store");
    let (desk, admin) = (Desk::new(store.clone(), TERMS), admin());
    let mut took = Vec::new();
    for n in 0..60_u64 {
        session.ask("write_note", &format!(r#"{{"path":"{n}.md","text":"a line of text"}}"#));
        let open = open_questions(&store, 1).await;
        let id = open.first().expect("a question").id;
        sleep(Duration::from_micros(30_000 + n * 7_919 % 25_000));
        let answer = desk.approve(&Tenant::default(), id, &admin, None, None).await;
        let committed = echo::micros();
        answer.expect("a store").expect("approved");
        let line = session.receive();
        let (_, at) = line.split_once("\"at ").expect("the server says when it was called");
        let at: u128 = at.split(' ').next().and_then(|at| at.parse().ok()).expect("a time");
        let after = u64::try_from(at.saturating_sub(committed)).expect("less than an age");
        took.push(Duration::from_micros(after));
    }
    let note = "60 answers by a second process on the same store, spread over its pause";
    let p50 = quantile(&mut took, 0.5) / 1_000.0;
    report.at_most(
        "from the yes in another process to the call sent, p50",
        p50,
        Unit::Millis,
        20.0,
        note,
    );
    let p99 = quantile(&mut took, 0.99) / 1_000.0;
    report.at_most("the same, p99", p99, Unit::Millis, 40.0, "");
    session.ask("write_note", r#"{"path":"idle.md","text":"a line of text"}"#);
    open_questions(&store, 1).await;
    sleep(Duration::from_millis(300));
    let (before, begun) = (cpu_time(session.pid()), Instant::now());
    sleep(Duration::from_secs(5));
    let busy = cpu_time(session.pid()).saturating_sub(before);
    let part = busy.as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0;
    report.at_most(
        "processor time of a process in which one call waits",
        part,
        Unit::Percent,
        0.3,
        "over 5 s",
    );
}

/// What all threads of a process have had of the processor.
fn cpu_time(pid: u32) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("a process");
    let of_task = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    tasks.flatten().filter_map(of_task).sum()
}

async fn hundred_waiting(folder: &Path, report: &mut Report) {
    const WAITING: usize = 100;
    let home = folder.join("waiting");
    let mut quiet = Session::through_us(&folder.join("quiet"), &[], Via::Pipes);
    let mut busy = Session::through_us(&home, &[], Via::Pipes);
    let (before, alone) = (busy.reads(60), quiet.reads(60));
    let store: Arc<dyn Store> = sqlite::open(&home).expect("a store");
    let ids: Vec<u64> = (0..WAITING)
        .map(|n| {
            busy.ask("write_note", &format!(r#"{{"path":"n{n}.md","text":"a line of text"}}"#))
        })
        .collect();
    let open = open_questions(&store, WAITING).await;
    let mut times = Vec::new();
    for _ in 0..60 {
        let (a, b) = (quiet.reads(15), busy.reads(15));
        times.push(b / a);
    }
    let note = format!("{}; without any waiting {:.2}", range(&times), before / alone);
    let what = format!("p50 of a read while {WAITING} calls wait, over one while none waits");
    report.at_most(&what, median(&times), Unit::Times, 1.2, &note);
    let mut took = Vec::new();
    for (n, id) in ids.iter().enumerate().step_by(4) {
        let path = format!("\"n{n}.md\"");
        let of = |row: &&Approval| {
            let bytes = row.arguments.as_ref().map(|a| a.as_bytes()).unwrap_or_default();
            String::from_utf8_lossy(bytes).contains(&path)
        };
        let approval = open.iter().find(of).expect("the question of this call").id;
        let begun = Instant::now();
        busy.send(&format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{id}}}}}"#
        ));
        loop {
            let row = store.approval(&Tenant::default(), approval).await.expect("a store");
            if row.is_some_and(|row| row.abandoned_at.is_some()) {
                break;
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        took.push(begun.elapsed());
    }
    let longest = quantile(&mut took, 1.0) / 1_000.0;
    let note = format!("{} cancels, p50 {:.2} ms", took.len(), quantile(&mut took, 0.5) / 1_000.0);
    let what = format!("from a cancel to its record while {WAITING} calls wait, longest");
    report.at_most(&what, longest, Unit::Millis, 100.0, &note);
}
