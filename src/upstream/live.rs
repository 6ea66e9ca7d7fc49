//! One run of a server: from starting its process to burying it.

use crate::upstream::answer::Lost;
use crate::upstream::handshake::{self, Handshake, Refused};
use crate::upstream::identity::Spec;
use crate::upstream::inbox::{self, Inbox};
use crate::upstream::link::Link;
use crate::upstream::noise::Noise;
use crate::upstream::outbox::Outbox;
use crate::upstream::process::{Process, ending};
use crate::upstream::relay::Relay;
use crate::upstream::stderr::{LastWords, relog};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// How long things may take. Only tests take other values than the default.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    /// From the start of the process to the end of the handshake: some programs are fetched first.
    pub(crate) handshake: Duration,
    /// How long a call waits for a server that is starting.
    pub(crate) ready: Duration,
    /// The first pause after a failure.
    pub(crate) pause: Duration,
    /// The longest pause.
    pub(crate) longest_pause: Duration,
    /// A server that stayed up this long begins with the first pause again.
    pub(crate) stable: Duration,
    /// After this many failures in a row it is started again only when somebody needs it.
    pub(crate) unasked: u32,
    /// Between closing stdin, SIGTERM and SIGKILL.
    pub(crate) grace: Duration,
    /// What a server may take to read anything of what it was sent.
    pub(crate) stall: Duration,
    /// What is left in the pipes is read this long after the process has gone.
    pub(crate) drain: Duration,
    /// The longest line.
    pub(crate) line: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(60),
            ready: Duration::from_secs(10),
            pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(30),
            stable: Duration::from_secs(10),
            unasked: 6,
            grace: Duration::from_secs(2),
            stall: Duration::from_secs(30),
            drain: Duration::from_millis(500),
            line: inbox::LINE,
        }
    }
}

/// A running server.
pub(crate) struct Live {
    process: Process,
    pub(crate) link: Arc<Link>,
    tasks: JoinSet<Option<(Lost, &'static str)>>,
    last: LastWords,
    gone_at: Option<Instant>,
}

impl Live {
    /// Starts the process and shakes hands. On an error nothing of it is left.
    pub(crate) async fn start(
        spec: &Spec,
        relay: Arc<dyn Relay>,
        pace: &Pace,
        stop: &CancellationToken,
    ) -> Result<(Self, Handshake), Refused> {
        let (process, pipes) = Process::start(spec).map_err(|e| {
            let program = crate::domain::visible::inline(spec.program()).text;
            Refused::Other(format!("`{program}` cannot be started: {e}"))
        })?;
        let server: Arc<str> = spec.name.as_str().into();
        let link = Arc::new(Link::new(Outbox::new(pipes.stdin), Noise::new(server.clone())));
        let inbox = Inbox {
            server: server.clone(),
            link: link.clone(),
            relay,
            allow_requests: spec.allow_requests.clone(),
            longest: pace.line,
            relayed: JoinSet::new(),
            under_way: Vec::new(),
        };
        let (last, writer, stall) = (LastWords::default(), link.clone(), pace.stall);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            match inbox.run(pipes.stdout).await {
                Lost::TooLarge => Some((Lost::TooLarge, "it sent a line over the limit")),
                how => Some((how, "it closed its output")),
            }
        });
        tasks.spawn(async move { Some((Lost::Closed, writer.outbox().run(stall).await)) });
        let words = last.clone();
        tasks.spawn(async move {
            relog(server, pipes.stderr, words).await;
            None
        });
        let mut live = Self { process, link, tasks, last, gone_at: None };
        match live.shake_hands(spec, pace, stop).await {
            Ok(handshake) => Ok((live, handshake)),
            Err(why) => {
                let ended = live.bury(&Lost::Closed, pace).await;
                Err(match why {
                    Refused::Other(why) => Refused::Other(format!("{why}{ended}")),
                    modern => modern,
                })
            }
        }
    }

    async fn shake_hands(
        &mut self,
        spec: &Spec,
        pace: &Pace,
        stop: &CancellationToken,
    ) -> Result<Handshake, Refused> {
        let link = self.link.clone();
        let id = link.next_id();
        let line = handshake::initialize(id, &spec.allow_requests);
        let never = CancellationToken::new();
        let answer = tokio::select! {
            biased;
            answer = link.exchange(id, line, None, pace.handshake, &never) => answer,
            () = stop.cancelled() => return Err(Refused::Other("it was stopped".into())),
            (_, why) = self.ended(pace) => return Err(Refused::Other(why.into())),
        };
        let answer = answer.map_err(|lost| Refused::Other(format!("`initialize`: {lost}")))?;
        let handshake = handshake::read(&answer)?;
        link.outbox()
            .put(None, handshake::initialized())
            .map_err(|why| Refused::Other(why.to_owned()))?;
        Ok(handshake)
    }

    /// Waits until it ends by itself; says how calls are lost, and why. May be dropped and called again.
    pub(crate) async fn ended(&mut self, pace: &Pace) -> (Lost, &'static str) {
        loop {
            let drained = self.gone_at.map(|at| at + pace.drain);
            tokio::select! {
                Some(done) = self.tasks.join_next() => match done {
                    Ok(None) => {}
                    Ok(Some(end)) => return end,
                    Err(_) => return (Lost::Closed, "its reader failed"),
                },
                () = self.process.exited(), if self.gone_at.is_none() => {
                    self.gone_at = Some(Instant::now());
                }
                () = sleep_until(drained.unwrap_or_else(Instant::now)), if drained.is_some() => {
                    return (Lost::Closed, "it ended");
                }
            }
        }
    }

    /// Ends link and process; says how the process ended and what it said last.
    pub(crate) async fn bury(self, how: &Lost, pace: &Pace) -> String {
        let Self { process, link, mut tasks, last, .. } = self;
        link.end(how);
        let mut ended = String::new();
        if let Some(status) = process.stop(pace.grace).await {
            ended = format!("; {}", ending(status));
        }
        // Last words may still be in the pipe.
        let _ =
            tokio::time::timeout(pace.drain, async { while tasks.join_next().await.is_some() {} })
                .await;
        let words = last.get();
        if !words.is_empty() {
            ended.push_str(&format!("; its last words: {words}"));
        }
        ended
    }
}
