//! The person in the other process: one `approve` command after the other.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::ledger::Ledger;
use crate::support::{DEADLINE, Home, wait_exit};

/// Says yes to every question that waits, once to each call, and remembers which yes was acknowledged by exit code 0.
#[derive(Debug)]
pub(crate) struct Approver<'a> {
    home: &'a Home,
    token: String,
    running: Option<Running>,
    /// How long the next command may live.
    doomed: Option<Duration>,
    /// Questions whose `approve` ended with 0.
    pub(crate) acknowledged: BTreeSet<String>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    id: String,
    approves: bool,
    dies_at: Option<Instant>,
}

impl<'a> Approver<'a> {
    pub(crate) fn new(home: &'a Home, token: String) -> Self {
        Self { home, token, running: None, doomed: None, acknowledged: BTreeSet::new() }
    }

    /// Looks after the command that runs, or starts one if a question waits.
    pub(crate) fn step(&mut self, ledger: &Ledger) {
        if let Some(mut running) = self.running.take() {
            if running.dies_at.is_some_and(|at| Instant::now() >= at) {
                // It may have ended by itself just now, and then its word counts.
                running.child.kill().ok();
            }
            match wait_exit(&mut running.child, Duration::ZERO) {
                None => self.running = Some(running),
                Some(code) => self.ended(running, code),
            }
            return;
        }
        let Some((id, again)) = ledger.waiting() else { return };
        // Of a call that ran, whose answer the agent never got, it may ask anew; then a person sees that it ran.
        let mut command: Command = if again {
            self.home.command(&["deny", &id, "--reason", "it ran", "--yes"])
        } else {
            self.home.command(&["approve", &id, "--yes"])
        };
        command.env("COUNTERSIGN_TOKEN", &self.token);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("approve starts");
        let dies_at = self.doomed.take().map(|life| Instant::now() + life);
        self.running = Some(Running { child, id, approves: !again, dies_at });
    }

    fn ended(&mut self, running: Running, code: i32) {
        // 1 and 3: somebody else ended the question meanwhile; -1: killed.
        assert!([-1, 0, 1, 3].contains(&code), "approve ended with {code}");
        if code == 0 && running.approves {
            self.acknowledged.insert(running.id);
        }
    }

    /// The next command, or the one that runs, is killed so many microseconds into its life.
    pub(crate) fn kill_next(&mut self, micros: u64) {
        let life = Duration::from_micros(micros);
        match &mut self.running {
            Some(running) => running.dies_at = Some(Instant::now() + life),
            None => self.doomed = Some(life),
        }
    }

    /// The command that runs is killed at once.
    pub(crate) fn kill_now(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.child.kill().ok();
            let code = wait_exit(&mut running.child, DEADLINE).expect("a killed process ends");
            self.ended(running, code);
        }
    }

    /// The command that runs comes to its end.
    pub(crate) fn end(&mut self) {
        if let Some(mut running) = self.running.take() {
            let code = wait_exit(&mut running.child, DEADLINE).expect("approve ends");
            self.ended(running, code);
        }
    }
}

impl Drop for Approver<'_> {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            running.child.kill().ok();
            running.child.wait().ok();
        }
    }
}
