//! kill -9 at random moments: nothing acknowledged is lost, nothing is sent twice, the journal stays whole.
//!
//! Agents read and write through their gateways while another process says yes; then the gateway, the approving
//! command, or everything at once is killed, and all goes on over the same home. Each run prints its seed;
//! `COUNTERSIGN_SEED` repeats the choices of a run, though not the moments at which the system acts on them.

#[path = "../support/mod.rs"]
mod support;

mod agent;
mod approver;
mod ledger;
mod random;

use std::thread;
use std::time::{Duration, Instant};

use agent::Agent;
use approver::Approver;
use ledger::Ledger;
use random::Random;
use support::{DEADLINE, Home, rounds, wait_until};

/// Everything that acts in one test, on one home.
struct World<'a> {
    home: &'a Home,
    ledger: Ledger,
    agents: Vec<Agent<'a>>,
    approver: Approver<'a>,
    random: Random,
    /// Calls that were at a server when their gateway was killed.
    lost: usize,
}

impl<'a> World<'a> {
    fn new(home: &'a Home, agents: usize, test: &str) -> Self {
        let random = Random::seeded(test);
        let approver = Approver::new(home, home.admin_token());
        let ledger = Ledger::new(home);
        let names = ["ada", "ben", "cleo"];
        let agents = names.iter().take(agents).map(|name| Agent::new(home, name)).collect();
        Self { home, ledger, agents, approver, random, lost: 0 }
    }

    /// Lets agents and approver act until the time is over.
    fn act(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step();
        }
    }

    /// Acts until a moment to kill at: any, or one shortly after a yes, when a call is on its way.
    fn act_until_a_moment(&mut self) {
        if self.random.below(2) == 0 {
            let moment = Duration::from_micros(self.random.below(450_000));
            return self.act(moment);
        }
        let (before, end) = (self.approver.acknowledged.len(), Instant::now() + DEADLINE / 10);
        while self.approver.acknowledged.len() == before && Instant::now() < end {
            self.step();
        }
        let moment = Duration::from_micros(self.random.below(80_000));
        self.act(moment);
    }

    fn step(&mut self) {
        for agent in &mut self.agents {
            agent.listen();
        }
        self.approver.step(&self.ledger);
        thread::sleep(Duration::from_millis(2));
    }

    /// Kills agents' gateways one right after the other, and checks what is left on the disk.
    fn kill(&mut self, chosen: &[usize]) {
        for at in chosen {
            self.agents[*at].kill();
        }
        self.ledger.whole();
    }

    /// Starts what was killed, and checks what that recovered.
    fn restart(&mut self, chosen: &[usize]) {
        // Calls in the air when their gateway died; live gateways settle their own.
        let lost: Vec<_> = chosen.iter().map(|at| self.agents[*at].pid()).collect();
        let in_the_air = self.ledger.in_the_air(&lost);
        for at in chosen {
            self.agents[*at].start();
        }
        self.ledger.is_unknown(&in_the_air);
        self.lost += in_the_air.len();
        self.ledger.verify(self.home);
        self.ledger.once_each();
    }

    /// No more kills: every write comes to its end, and then everything that anybody was told holds.
    #[expect(clippy::print_stdout, reason = "the test runner shows it with a failure")]
    fn finish(mut self) {
        let end = Instant::now() + DEADLINE * 2;
        for agent in &mut self.agents {
            agent.begin();
        }
        while self.agents.iter().any(Agent::has_open) {
            assert!(Instant::now() < end, "writes stay open: {:?}", self.agents);
            self.step();
            for agent in &mut self.agents {
                agent.ask_again();
            }
        }
        self.approver.end();
        for agent in &mut self.agents {
            agent.leave();
        }
        for agent in &self.agents {
            agent.recorders_end();
        }
        self.ledger.verify(self.home);
        self.ledger.whole();
        self.ledger.once_each();
        self.ledger.settled();
        for agent in &self.agents {
            self.ledger.remembers(agent);
            let (executed, read) = (agent.executed().len(), agent.read.len());
            let (told, unknown) = (agent.written.len(), agent.unknown.len());
            println!("{executed} writes ran: {told} answered, {unknown} unknown; {read} reads");
            assert!(executed > 0 && read > 0, "nothing ever ran, so nothing was tested");
        }
        self.ledger.remembers_decisions(&self.approver.acknowledged);
        let yeses = self.approver.acknowledged.len();
        println!("{yeses} yeses acknowledged, {} calls lost at a server", self.lost);
    }
}

/// One agent; in each round the gateway is killed, the approving command, or both at once.
#[test]
fn one_session_and_its_approver_are_killed_at_random_moments() {
    let home = Home::new();
    let mut world = World::new(&home, 1, "one session");
    world.agents[0].start();
    for round in 0..rounds(20, 200) {
        world.agents[0].begin();
        world.act_until_a_moment();
        match world.random.below(4) {
            0 => world.approver.kill_next(world.random.below(80_000)),
            1 => {
                world.approver.kill_now();
                world.kill(&[0]);
                world.restart(&[0]);
            }
            _ => {
                world.kill(&[0]);
                world.restart(&[0]);
            }
        }
        assert!(world.agents[0].is_up(), "the gateway went in round {round} and nobody killed it");
    }
    world.finish();
}

/// Three gateways on one home at once; in each round one, two or all of them are killed.
#[test]
fn three_sessions_on_one_home_are_killed_at_random_moments() {
    let home = Home::new();
    let mut world = World::new(&home, 3, "three sessions");
    for agent in &mut world.agents {
        agent.start();
    }
    for _ in 0..rounds(8, 80) {
        for agent in &mut world.agents {
            agent.begin();
        }
        world.act_until_a_moment();
        if world.random.below(3) == 0 {
            world.approver.kill_next(world.random.below(80_000));
        }
        let first = world.random.index(3);
        let chosen: Vec<_> = (0..=world.random.index(3)).map(|next| (first + next) % 3).collect();
        world.kill(&chosen);
        world.restart(&chosen);
        let up = world.agents.iter_mut().all(Agent::is_up);
        assert!(up, "a gateway that nobody killed went");
    }
    world.finish();
}

/// Nothing here is random: a gateway that is killed while its call is at the server leaves `unknown`, and the same
/// call is never sent again, whoever asks how.
#[test]
fn a_call_that_was_at_the_server_is_unknown_and_stays_sent_once() {
    let home = Home::new();
    let mut world = World::new(&home, 1, "at the server");
    world.agents[0].hang();
    world.agents[0].start();
    let text = world.agents[0].write();
    wait_until(DEADLINE, || {
        world.step();
        world.agents[0].executed().contains(&text)
    });
    world.kill(&[0]);
    world.agents[0].behave();
    world.restart(&[0]);
    assert_eq!(world.ledger.outcome_of(&text).as_deref(), Some("unknown"));
    world.finish();
}
