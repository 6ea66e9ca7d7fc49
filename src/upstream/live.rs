//! One run of a server: from starting its process, or a session with its address, to burying it.

use crate::config::Site;
use crate::upstream::answer::Lost;
use crate::upstream::handshake::{self, Handshake, Refused};
use crate::upstream::http::Http;
use crate::upstream::identity::{Place, Program, Spec};
use crate::upstream::inbox::{self, Inbox};
use crate::upstream::link::{Link, Out};
use crate::upstream::noise::Noise;
use crate::upstream::outbox::Outbox;
use crate::upstream::process::{Process, ending};
use crate::upstream::relay::Relay;
use crate::upstream::stderr::{LastWords, relog};
use std::borrow::Cow;
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
    carrier: Carrier,
    pub(crate) link: Arc<Link>,
    tasks: JoinSet<Option<(Lost, Cow<'static, str>)>>,
    gone_at: Option<Instant>,
}

/// What carries the lines.
enum Carrier {
    Process(Process, LastWords),
    Http(Arc<Http>),
}

impl Live {
    /// Starts the process, or opens the way to the address, and shakes hands. On an error nothing of it is left.
    pub(crate) async fn start(
        spec: &Spec,
        relay: Arc<dyn Relay>,
        pace: &Pace,
        stop: &CancellationToken,
    ) -> Result<(Self, Handshake), Refused> {
        let mut live = match &spec.place {
            Place::Program(program) => Self::run(program, spec, relay, pace)?,
            Place::Http(site) => Self::reach(site, spec, relay, pace).await?,
        };
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

    fn run(
        program: &Program,
        spec: &Spec,
        relay: Arc<dyn Relay>,
        pace: &Pace,
    ) -> Result<Self, Refused> {
        let (process, pipes) = Process::start(program).map_err(|e| {
            let program = crate::domain::visible::inline(program.name()).text;
            Refused::Other(format!("`{program}` cannot be started: {e}"))
        })?;
        let server: Arc<str> = spec.name.as_str().into();
        let outbox = Arc::new(Outbox::new(pipes.stdin));
        let link = Arc::new(Link::new(Out::Pipe(outbox.clone()), Noise::new(server.clone())));
        let inbox = inbox(&link, relay, spec, pace);
        let (last, stall) = (LastWords::default(), pace.stall);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            match inbox.run(pipes.stdout).await {
                Lost::TooLarge => Some((Lost::TooLarge, "it sent a line over the limit".into())),
                how => Some((how, "it closed its output".into())),
            }
        });
        tasks.spawn(async move { Some((Lost::Closed, outbox.run(stall).await.into())) });
        let words = last.clone();
        tasks.spawn(async move {
            relog(server, pipes.stderr, words).await;
            None
        });
        Ok(Self { carrier: Carrier::Process(process, last), link, tasks, gone_at: None })
    }

    async fn reach(
        site: &Site,
        spec: &Spec,
        relay: Arc<dyn Relay>,
        pace: &Pace,
    ) -> Result<Self, Refused> {
        let server: Arc<str> = spec.name.as_str().into();
        let http = Http::open(server.clone(), site, pace.line).await.map_err(Refused::Other)?;
        let link = Arc::new(Link::new(Out::Http(http.clone()), Noise::new(server)));
        http.attach(inbox(&link, relay, spec, pace));
        let mut tasks = JoinSet::new();
        let session = http.clone();
        tasks.spawn(async move {
            let (how, why) = session.ended().await;
            Some((how, why.into()))
        });
        Ok(Self { carrier: Carrier::Http(http), link, tasks, gone_at: None })
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
        let answer = answer.map_err(|lost| {
            Refused::Other(match (lost, &spec.place) {
                // Of an address these are whole sentences.
                (Lost::NotSent(why) | Lost::Refused(why), Place::Http(_)) => why,
                (lost, _) => format!("`initialize`: {lost}"),
            })
        })?;
        let handshake = handshake::read(&answer)?;
        match &self.carrier {
            Carrier::Process(..) => link
                .outbox()
                .put(None, handshake::initialized())
                .map_err(|why| Refused::Other(why.to_owned()))?,
            Carrier::Http(http) => {
                if !http.agreed(&handshake.protocol) {
                    let why = "the protocol version of its answer is none";
                    return Err(Refused::Other(why.to_owned()));
                }
                // Requests overtake each other: no call may go out before this has arrived.
                let told = http.say(handshake::initialized().into());
                let told = stop.run_until_cancelled(told).await;
                let told = told.unwrap_or_else(|| Err("it was stopped".to_owned()));
                told.map_err(|why| Refused::Other(format!("`notifications/initialized`: {why}")))?;
                let http = http.clone();
                self.tasks.spawn(async move {
                    http.listen().await;
                    None
                });
            }
        }
        Ok(handshake)
    }

    /// Waits until it ends by itself; says how calls are lost, and why. May be dropped and called again.
    pub(crate) async fn ended(&mut self, pace: &Pace) -> (Lost, Cow<'static, str>) {
        loop {
            let drained = self.gone_at.map(|at| at + pace.drain);
            tokio::select! {
                Some(done) = self.tasks.join_next() => match done {
                    Ok(None) => {}
                    Ok(Some(end)) => return end,
                    Err(_) => return (Lost::Closed, "its reader failed".into()),
                },
                () = self.carrier.exited(), if self.gone_at.is_none() => {
                    self.gone_at = Some(Instant::now());
                }
                () = sleep_until(drained.unwrap_or_else(Instant::now)), if drained.is_some() => {
                    return (Lost::Closed, "it ended".into());
                }
            }
        }
    }

    /// Ends link and process, or session; says how the process ended and what it said last.
    pub(crate) async fn bury(self, how: &Lost, pace: &Pace) -> String {
        let Self { carrier, link, mut tasks, .. } = self;
        link.end(how);
        let (process, last) = match carrier {
            Carrier::Process(process, last) => (process, last),
            Carrier::Http(http) => {
                http.leave(pace.grace).await;
                return String::new();
            }
        };
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

impl Carrier {
    /// Waits until the process has ended. What is at an address ends in other ways.
    async fn exited(&mut self) {
        match self {
            Self::Process(process, _) => process.exited().await,
            Self::Http(_) => std::future::pending().await,
        }
    }
}

/// Reads what one server sends.
fn inbox(link: &Arc<Link>, relay: Arc<dyn Relay>, spec: &Spec, pace: &Pace) -> Inbox {
    Inbox {
        server: spec.name.as_str().into(),
        link: link.clone(),
        relay,
        allow_requests: spec.allow_requests.clone(),
        longest: pace.line,
        relayed: JoinSet::new(),
        under_way: Vec::new(),
    }
}
