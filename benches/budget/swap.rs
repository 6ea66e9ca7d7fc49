//! Reads of a running session while another process changes the policy under it, against the same reads undisturbed.

use crate::calls::runtime;
use crate::report::{Report, Unit, median, range};
use crate::session::{Session, Via, gateway};
use countersign::approval::{Approver, Desk, Terms};
use countersign::config;
use countersign::domain::id::SessionId;
use countersign::domain::principal::{Principal, Role, Tenant};
use countersign::gate::changes::{Hand, Office, Proposer};
use countersign::store::sqlite;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const ROUNDS: usize = 20;
const READS: usize = 60;
/// How long the policy stays as it is.
const PAUSE: Duration = Duration::from_millis(20);

/// Applies a new rule again and again until it is told to end.
fn changes(home: &Path, on: &AtomicBool, ended: &AtomicBool, applied: &AtomicUsize) {
    runtime().block_on(async {
        let store = sqlite::open(home).expect("the store");
        let terms = Terms { answer_within: 3_600_000, yes_life: 3_600_000 };
        let desk = Desk::new(store, terms);
        let tenant = Tenant::default();
        let config = config::load(&home.join("countersign.toml")).expect("the configuration");
        let by = Principal::new(Role::Operator, "bench");
        let approver = Approver::at_terminal("bench");
        while !ended.load(Ordering::Relaxed) {
            tokio::time::sleep(PAUSE).await;
            if !on.load(Ordering::Relaxed) {
                continue;
            }
            let at = applied.fetch_add(1, Ordering::Relaxed);
            let diff = format!(r#"{{"add":[{{"tool":"other{at}__*","effect":"deny"}}]}}"#);
            let office = Office::open(&desk, &tenant, &config).await.expect("an office");
            let who = Proposer { principal: &by, session: SessionId::new(), comment: None };
            let draft = office.draft(who, diff.as_bytes()).await.expect("a draft");
            let suggestion = office.propose(who, draft).await.expect("a suggestion");
            let done = office.apply(&suggestion, Hand::Admin(&approver), None).await;
            done.expect("the store").expect("it is applied");
        }
    });
}

pub(crate) fn measure(folder: &Path, report: &mut Report) {
    let home = folder.join("home");
    let mut session = Session::open(gateway(&home, &[]), Via::Pipes, "echo__");
    session.reads(40);
    let (on, ended, applied) =
        (AtomicBool::new(false), AtomicBool::new(false), AtomicUsize::new(0));
    let (mut quiet, mut busy) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        scope.spawn(|| changes(&home, &on, &ended, &applied));
        for round in 0..=ROUNDS {
            for (changing, times) in [(false, &mut quiet), (true, &mut busy)] {
                on.store(changing, Ordering::Relaxed);
                std::thread::sleep(PAUSE * 2);
                let once = session.reads(READS);
                if round > 0 {
                    times.push(once);
                }
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
    let times: Vec<f64> = busy.iter().zip(&quiet).map(|(busy, quiet)| busy / quiet).collect();
    let note = format!(
        "{}; {:.0} us against {:.0} us; {} changes applied meanwhile",
        range(&times),
        median(&busy),
        median(&quiet),
        applied.load(Ordering::Relaxed)
    );
    report.at_most("read p50 while the policy changes", median(&times), Unit::Times, 2.0, &note);
}
