//! A configured server: started at once, started again when it fails, and the only way to send it anything.
//!
//! There is one function that sends, and it takes the [`Permit`] by value: what is not recorded cannot be
//! sent, and what was sent cannot be sent again. A server that is down is not a reason to send later: the
//! caller is told that nothing was sent.

use crate::domain::call::UpstreamId;
use crate::journal::Permit;
use crate::upstream::answer::{Lost, ProgressSink, Sent};
use crate::upstream::handshake::{Handshake, Refused};
use crate::upstream::identity::Spec;
use crate::upstream::link::Link;
use crate::upstream::live::{Live, Pace};
use crate::upstream::relay::{ListKind, Relay};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// A server behind us. Dropping it ends its process group.
pub struct Server {
    id: UpstreamId,
    shared: Arc<Shared>,
}

/// Why a server cannot be used now. Nothing was sent to it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// It takes its time.
    #[error("the server is still starting")]
    Starting,
    /// It ended, or never started.
    #[error("the server is down: {why}")]
    Down {
        /// Why, in words. May hold what it said on stderr, escaped.
        why: String,
        /// When it is tried again at the earliest.
        retry_in: Duration,
    },
    /// It speaks only a protocol that we don't speak to servers yet.
    #[error("the server speaks no protocol with `initialize` (2025-11-25 or older): {0}")]
    Modern(String),
    /// It was stopped, for good.
    #[error("the server was stopped")]
    Stopped,
}

impl NotReady {
    /// Stable code for journals and answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Starting => "upstream_starting",
            Self::Down { .. } => "upstream_down",
            Self::Modern(_) => "upstream_protocol",
            Self::Stopped => "upstream_stopped",
        }
    }
}

#[derive(Clone)]
enum State {
    Connecting,
    /// What was running is being ended.
    Ending,
    Ready(Arc<Link>, Arc<Handshake>),
    Down {
        why: Refusal,
        again: Instant,
        failures: u32,
    },
    Stopped,
}

#[derive(Clone)]
struct Refusal {
    modern: bool,
    why: Arc<str>,
}

struct Shared {
    spec: Spec,
    pace: Pace,
    relay: Arc<dyn Relay>,
    state: watch::Sender<State>,
    /// Somebody needs it although it was given up.
    needed: Notify,
    /// How often it came up.
    starts: AtomicU64,
    stop: CancellationToken,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("spec", &self.shared.spec).finish_non_exhaustive()
    }
}

impl Server {
    /// Begins to connect at once, in a task of its own. `id` is `spec.identity(..)`.
    #[must_use]
    pub fn start(spec: Spec, id: UpstreamId, relay: Arc<dyn Relay>) -> Arc<Self> {
        Self::start_at(spec, id, relay, Pace::default())
    }

    pub(crate) fn start_at(
        spec: Spec,
        id: UpstreamId,
        relay: Arc<dyn Relay>,
        pace: Pace,
    ) -> Arc<Self> {
        let shared = Arc::new(Shared {
            spec,
            pace,
            relay,
            state: watch::Sender::new(State::Connecting),
            needed: Notify::new(),
            starts: AtomicU64::new(0),
            stop: CancellationToken::new(),
        });
        tokio::spawn(supervise(shared.clone()));
        Arc::new(Self { id, shared })
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> &UpstreamId {
        &self.id
    }

    /// Its configured name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.shared.spec.name
    }

    /// How often it came up; each time it may be another program behind the same words.
    #[must_use]
    pub fn starts(&self) -> u64 {
        self.shared.starts.load(Ordering::Acquire)
    }

    /// What it said that was no use, by kind, since it was last started.
    #[cfg(test)]
    pub(in crate::upstream) fn noise(&self) -> Vec<(&'static str, u64)> {
        match &*self.shared.state.borrow() {
            State::Ready(link, _) => link.noise.counts(),
            _ => Vec::new(),
        }
    }

    /// Waits until it can be used. A server that is down is started again if its pause is over within the
    /// time; of a start that fails meanwhile the reason is told at once.
    ///
    /// # Errors
    /// [`NotReady`].
    pub async fn ready(&self, within: Duration) -> Result<Arc<Handshake>, NotReady> {
        self.connected(within).await.map(|(_, handshake)| handshake)
    }

    async fn connected(&self, within: Duration) -> Result<(Arc<Link>, Arc<Handshake>), NotReady> {
        if let State::Ready(link, handshake) = &*self.shared.state.borrow() {
            return Ok((link.clone(), handshake.clone()));
        }
        let mut states = self.shared.state.subscribe();
        let deadline = Instant::now() + within;
        // A start that fails at once is never seen under way, only counted.
        let (mut tried, mut known) = (false, None);
        loop {
            let state = states.borrow_and_update().clone();
            match state {
                State::Ready(link, handshake) => return Ok((link, handshake)),
                State::Stopped => return Err(NotReady::Stopped),
                State::Connecting => tried = true,
                State::Ending => {}
                State::Down { why, again, failures } => {
                    self.shared.needed.notify_one();
                    let tried = tried || *known.get_or_insert(failures) != failures;
                    if tried || again > deadline {
                        return Err(why.told(again));
                    }
                }
            }
            match timeout_at(deadline, states.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(NotReady::Stopped),
                Err(_) => return Err(NotReady::Starting),
            }
        }
    }

    /// Sends what the permit permits, once, and waits for the answer. The only road to a server besides the
    /// link's own frames. `progress` hears the progress of this call; `cancel` gives it up, and the server is
    /// told. A server that is just starting is waited for.
    pub async fn send(
        &self,
        permit: Permit,
        progress: Option<ProgressSink>,
        cancel: &CancellationToken,
    ) -> Sent {
        let begun = Instant::now();
        let shared = &self.shared;
        let link = tokio::select! {
            biased;
            link = self.connected(shared.pace.ready.min(shared.spec.timeout)) => {
                link.map_err(|why| why.to_string())
            }
            () = cancel.cancelled() => Err("it was cancelled before".to_owned()),
        };
        let link = match link {
            Ok((link, _)) => link,
            Err(why) => {
                let (_, receipt) = permit.into_line(0, false);
                let answer = Err(Lost::NotSent(why));
                return Sent { receipt, answer, took: begun.elapsed() };
            }
        };
        let id = link.next_id();
        let (line, receipt) = permit.into_line(id, progress.is_some());
        let begun = Instant::now();
        let answer = link.exchange(id, line, progress, shared.spec.timeout, cancel).await;
        Sent { receipt, answer, took: begun.elapsed() }
    }

    /// Ends it for good, in order: stdin closed, SIGTERM, SIGKILL. Calls that wait are lost.
    pub async fn stop(&self) {
        let mut states = self.shared.state.subscribe();
        self.shared.stop.cancel();
        // An error means that its task is gone, and with it the process.
        let _ = states.wait_for(|state| matches!(state, State::Stopped)).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

impl Refusal {
    fn told(&self, again: Instant) -> NotReady {
        if self.modern {
            return NotReady::Modern(self.why.to_string());
        }
        let retry_in = again.saturating_duration_since(Instant::now());
        NotReady::Down { why: self.why.to_string(), retry_in }
    }
}

/// Keeps the server running until it is stopped.
async fn supervise(shared: Arc<Shared>) {
    let Shared { spec, pace, relay, state, needed, starts, stop } = &*shared;
    let server = spec.name.as_str();
    let (mut failures, mut met) = (0_u32, false);
    while !stop.is_cancelled() {
        state.send_replace(State::Connecting);
        let refused = match Live::start(spec, relay.clone(), pace, stop).await {
            Err(refused) => refused,
            Ok((mut live, handshake)) => {
                let (since, protocol) = (Instant::now(), handshake.protocol.clone());
                tracing::info!(server, protocol, "connected");
                // First: whoever finds it ready must not take it for the one before.
                starts.fetch_add(1, Ordering::AcqRel);
                state.send_replace(State::Ready(live.link.clone(), Arc::new(handshake)));
                if std::mem::replace(&mut met, true) {
                    ListKind::ALL.into_iter().for_each(|what| relay.list_changed(server, what));
                }
                let (how, why) = tokio::select! {
                    end = live.ended(pace) => end,
                    () = stop.cancelled() => (Lost::Closed, "it was stopped".into()),
                };
                if !stop.is_cancelled() {
                    state.send_replace(State::Ending);
                }
                let ended = live.bury(&how, pace).await;
                if since.elapsed() >= pace.stable {
                    failures = 0;
                }
                Refused::Other(format!("{why}{ended}"))
            }
        };
        if stop.is_cancelled() {
            break;
        }
        let (modern, why) = match refused {
            Refused::Modern(why) => (true, why),
            Refused::Other(why) => (false, why),
        };
        let pause = pause(pace, failures);
        failures = failures.saturating_add(1);
        tracing::warn!(server, failures, retry_ms = pause.as_millis(), "down: {why}");
        let again = Instant::now() + pause;
        let why = Refusal { modern, why: why.into() };
        state.send_replace(State::Down { why, again, failures });
        let rest = async {
            tokio::time::sleep(pause).await;
            if failures >= pace.unasked {
                needed.notified().await;
            }
        };
        tokio::select! {
            () = rest => {}
            () = stop.cancelled() => {}
        }
    }
    tracing::info!(server, "stopped");
    state.send_replace(State::Stopped);
}

/// Doubles with each failure; up to a quarter more or less, so that many servers don't start in step.
fn pause(pace: &Pace, failures: u32) -> Duration {
    let doubled =
        pace.pause.saturating_mul(1_u32.checked_shl(failures.min(16)).unwrap_or(u32::MAX));
    let jitter = getrandom::u32().map_or(0.5, |n| f64::from(n) / f64::from(u32::MAX));
    doubled.min(pace.longest_pause).mul_f64(0.75 + jitter / 2.0)
}

#[cfg(test)]
mod tests {
    use crate::upstream::server::{Pace, pause};

    #[test]
    fn pauses_double_up_to_the_longest_with_a_quarter_of_jitter() {
        let pace = Pace::default();
        for (failures, want) in [(0, 200), (1, 400), (5, 6_400), (8, 30_000), (u32::MAX, 30_000)] {
            let got = pause(&pace, failures).as_millis();
            assert!((want * 3 / 4..=want * 5 / 4).contains(&got), "{failures}: {got}");
        }
    }
}
