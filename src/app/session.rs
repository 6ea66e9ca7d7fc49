//! One serving process from its first breath to its last: lease, session, servers, front.

use crate::app::{App, AppError};
use crate::approval::{Approver, Token};
use crate::config::{Environment, OnAsk, Resources, Toolset, Upstream, UpstreamRequest};
use crate::domain::id::SessionId;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::gate::{CurrentPolicy, Fleet, Gate, Member, Naming};
use crate::mcp::{Duty, Front, Pipe, ToClient, stdio};
use crate::policy::Protected;
use crate::store::lease::{self, Holder, Lease};
use crate::store::{Retention, SessionInfo};
use crate::upstream::{Server, Spec};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a call waits for its server to come up.
const SERVER_PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked whether a head is due.
const TICK: Duration = Duration::from_secs(2);
/// After how many looks what is due is swept: every minute.
const SWEEP: u32 = 30;
/// After how many looks retention is kept: every hour, since it moves in days.
const PRUNE: u32 = 60 * SWEEP;

/// What to serve.
#[derive(Debug)]
pub struct Launch {
    /// `serve` or `wrap`.
    pub kind: &'static str,
    /// The one server of `wrap`; `None` for those of the configuration.
    pub wrapped: Option<(String, Vec<String>)>,
    /// What a call that needs a yes does; `None` for what the configuration says.
    pub on_ask: Option<OnAsk>,
    /// Which of our own tools are offered; `None` for what the configuration says.
    pub toolsets: Option<BTreeSet<Toolset>>,
    /// The configuration file, looked at again when it changes.
    pub config_file: PathBuf,
    /// An API token from the environment: makes this an approver's session.
    pub token: Option<Token>,
    /// The user this process runs as.
    pub os_user: String,
}

/// Why a session could not be served.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The parts could not be built.
    #[error(transparent)]
    App(#[from] AppError),
    /// There is no policy to judge by.
    #[error(transparent)]
    Policy(#[from] crate::gate::PolicyError),
    /// The presented token may not open this session.
    #[error("{0}")]
    NotAllowed(String),
}

impl From<crate::store::StoreError> for SessionError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::App(error.into())
    }
}

/// Serves one client on stdin and stdout until it leaves.
///
/// # Errors
/// [`SessionError`], before anything was served.
pub async fn run(app: App, launch: Launch) -> Result<(), SessionError> {
    let (tenant, duty) = duty(&app, launch.token.as_ref()).await?;
    let session = SessionId::new();
    let parent_pid =
        rustix::process::getppid().map_or(0, |p| p.as_raw_nonzero().get().unsigned_abs());
    let pid = std::process::id();
    let _lease = if app.store.is_durable() {
        Some(Lease::take(&app.home, &Holder { session, pid, parent_pid })?)
    } else {
        tracing::warn!("the store is in memory: questions and journal end with this process");
        None
    };
    recover(&app).await?;
    let principal = match &duty {
        Duty::Agent => Principal::new(Role::Agent, format!("{}/countersign", launch.os_user)),
        Duty::Approver(approver) => approver.principal().clone(),
    };
    let opening = app.store.open_session(SessionInfo {
        id: session,
        tenant: tenant.clone(),
        principal: principal.clone(),
        kind: launch.kind.to_owned(),
        pid,
        parent_pid,
        opened_at: app.store.now().await?,
    });
    // The policy compiles while the disk takes the session.
    let compiling = CurrentPolicy::new(
        &app.config,
        launch.config_file.clone(),
        protected(&app, &launch.config_file),
        app.store.clone(),
        tenant.clone(),
    );
    let (opened, policy) = tokio::join!(biased; opening, compiling);
    opened?;
    let policy = policy?;
    let to_client = Arc::new(ToClient::default());
    let fleet = Arc::new(match &duty {
        Duty::Approver(_) => Fleet::new(Vec::new(), Naming::Prefixed, SERVER_PATIENCE),
        Duty::Agent => fleet(&app, &launch, &to_client),
    });
    let gate = Gate::new(
        app.journal.clone(),
        app.desk.clone(),
        Arc::new(policy),
        fleet.clone(),
        tenant.clone(),
        session,
    );
    let left = gate.left().clone();
    let pipe = Pipe::default();
    let on_ask = launch.on_ask.unwrap_or(app.config.approvals.on_ask);
    let mut config = app.config.clone();
    config.toolsets = launch.toolsets.unwrap_or(config.toolsets);
    let front = Arc::new(Front::new(gate, config, duty, on_ask, launch.os_user, pipe.out.clone()));
    to_client.attach(&front);
    let learning = tokio::spawn({
        let front = front.clone();
        async move { front.learn(&principal).await }
    });
    let (input, output) = stdio::open();
    tokio::select! {
        () = crate::mcp::serve(front, pipe, input, output) => {}
        () = keep(&app) => {}
        () = terminated() => tracing::info!("told to end"),
    }
    // However it ended: what waits for a yes must not be sent while the servers are stopped one after the other.
    left.cancel();
    learning.abort();
    for member in fleet.members() {
        member.server.stop().await;
    }
    app.store.close_session(session, "ended").await?;
    let head = app.store.head().await?;
    if let Err(error) = app.heads.sign(&head) {
        tracing::error!("the last head could not be signed: {error}");
    }
    Ok(())
}

/// Whom this session serves: an agent, or an approver who came with a token.
async fn duty(app: &App, token: Option<&Token>) -> Result<(Tenant, Duty), SessionError> {
    let Some(token) = token else { return Ok((app.tenant.clone(), Duty::Agent)) };
    let refused = |why: &str| Err(SessionError::NotAllowed(why.to_owned()));
    let Some(user) = app.store.user_by_token(token.hash()).await? else {
        return refused("the token in `COUNTERSIGN_TOKEN` is nobody's; unset it to serve an agent");
    };
    let Some(max_tier) = app.config.approvals.mcp_max_tier else {
        return refused(
            "answering over MCP is off; an admin sets `approvals.mcp_max_tier` in the configuration to allow it",
        );
    };
    match Approver::by_token(&user, token.hash(), max_tier) {
        Some(approver) => Ok((user.tenant, Duty::Approver(Box::new(approver)))),
        None => refused("the user of this token does not decide; an admin's token is needed"),
    }
}

/// Ends sessions whose process is gone: what they sent without an answer is unknown from now on.
async fn recover(app: &App) -> Result<(), SessionError> {
    for session in app.store.open_sessions().await? {
        if lease::is_dead(&app.home, session.id) {
            let open = app.store.close_session(session.id, "found_dead").await?;
            if !open.is_empty() {
                tracing::warn!("{} calls of a dead session have an unknown outcome", open.len());
            }
        }
    }
    Ok(())
}

fn fleet(app: &App, launch: &Launch, relay: &Arc<ToClient>) -> Fleet {
    let member = |spec: Spec, environment: Environment, resources: Resources| {
        let id = spec.identity(app.store.key());
        let server = Server::start(spec, id, relay.clone());
        Member::new(server, environment, resources == Resources::Read)
    };
    if let Some((name, argv)) = &launch.wrapped {
        let configured = app.config.upstreams.get(name);
        let environment = configured.map(|u| u.environment).unwrap_or_default();
        let spec = Spec {
            name: name.clone(),
            argv: argv.clone(),
            cwd: None,
            env: crate::app::childenv::passed_on(),
            environment: environment.as_str().to_owned(),
            timeout: configured.map_or(Duration::from_secs(600), |u| u.timeout),
            allow_requests: configured.map(requests).unwrap_or_default(),
        };
        let resources = configured.map(|u| u.resources).unwrap_or_default();
        return Fleet::new(
            vec![member(spec, environment, resources)],
            Naming::Own,
            SERVER_PATIENCE,
        );
    }
    let members = app.config.upstreams.iter().map(|(name, upstream)| {
        let argv = std::iter::once(&upstream.command).chain(&upstream.args).cloned().collect();
        let mut env = crate::app::childenv::baseline(&upstream.pass_env);
        env.extend(upstream.env.iter().map(|(k, v)| (k.clone(), v.clone())));
        let spec = Spec {
            name: name.clone(),
            argv,
            cwd: upstream.cwd.clone(),
            env,
            environment: upstream.environment.as_str().to_owned(),
            timeout: upstream.timeout,
            allow_requests: requests(upstream),
        };
        member(spec, upstream.environment, upstream.resources)
    });
    Fleet::new(members.collect(), Naming::Prefixed, SERVER_PATIENCE)
}

fn requests(upstream: &Upstream) -> Vec<String> {
    let word = |request: &UpstreamRequest| match request {
        UpstreamRequest::Elicitation => "elicitation/create".to_owned(),
        UpstreamRequest::Roots => "roots/list".to_owned(),
    };
    upstream.allow_requests.iter().map(word).collect()
}

fn protected(app: &App, config: &std::path::Path) -> Protected {
    Protected {
        home: app.home.clone(),
        config: config.to_owned(),
        extra: Vec::new(),
        user_home: crate::app::env::user_home(),
    }
}

/// Sweeps what is due, erases what is past its time, and signs heads, as long as the session lives.
async fn keep(app: &App) {
    let retention = Retention {
        bodies: millis(app.config.retention.bodies),
        reads: millis(app.config.retention.reads),
        size: app.config.retention.size,
    };
    let mut tick = tokio::time::interval(TICK);
    let mut round = 0_u32;
    loop {
        tick.tick().await;
        if round.is_multiple_of(SWEEP)
            && let Err(error) = app.store.sweep().await
        {
            tracing::error!("what is due could not be swept: {error}");
        }
        if round.is_multiple_of(PRUNE)
            && let Err(error) = app.store.prune(retention).await
        {
            tracing::error!("retention could not be kept: {error}");
        }
        round = round.wrapping_add(1);
        match app.store.head().await {
            Ok(head) => {
                if let Err(error) = app.heads.note(&head) {
                    tracing::error!("a head could not be signed: {error}");
                }
            }
            Err(error) => tracing::error!("the journal's head cannot be read: {error}"),
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Ends when the system tells us to.
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
