//! What calls are made at: a lease, a session, a policy, servers and the gate before them. A client's session has one,
//! and so has a command that executes a run.

use crate::app::{App, AppError, terms};
use crate::approval::{Approver, Desk, Token};
use crate::config::{
    Config, Environment, OnAsk, Reach, Resources, Toolset, Upstream, UpstreamRequest,
};
use crate::domain::id::SessionId;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::gate::{CurrentPolicy, Fleet, Gate, Member, Naming, PolicyError};
use crate::mcp::{Duty, ToClient};
use crate::policy::Protected;
use crate::store::SessionInfo;
use crate::store::lease::{self, Holder, Lease};
use crate::upstream::{Place, Program, Server, Spec};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long a call waits for its server to come up.
const SERVER_PATIENCE: Duration = Duration::from_secs(30);

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
    /// Where agents come over HTTP, each with a token; `None` for the one client on stdin and stdout.
    pub http: Option<TcpListener>,
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
    /// The address that was to be listened on is not known.
    #[error("the address to listen on is not known: {0}")]
    Address(std::io::Error),
    /// The presented token may not open this session.
    #[error("{0}")]
    NotAllowed(String),
}

impl From<crate::store::StoreError> for SessionError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::App(error.into())
    }
}

/// Everything a session works with.
#[derive(Debug)]
pub struct Bench {
    /// The gate, with the servers behind it.
    pub gate: Gate,
    /// Whom it serves.
    pub duty: Duty,
    /// Who calls before a client says its name.
    pub principal: Principal,
    /// The configuration in force when it was opened: servers and terms are of it, not of what the file said earlier.
    pub config: Config,
    /// Where servers speak to the client; nobody listens until a front is attached.
    pub to_client: Arc<ToClient>,
    /// What must be done at the end.
    pub closing: Closing,
}

/// What must be done when a bench is left.
#[derive(Debug)]
pub struct Closing {
    session: SessionId,
    fleet: Arc<Fleet>,
    _lease: Option<Lease>,
}

impl Closing {
    /// Stops the servers, ends the session, signs where the journal stands.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn close(self, app: &App) -> Result<(), SessionError> {
        for member in self.fleet.members() {
            member.server.stop().await;
        }
        app.store.close_session(self.session, "ended").await?;
        let head = app.store.head().await?;
        if let Err(error) = app.heads.sign(&head) {
            tracing::error!("the last head could not be signed: {error}");
        }
        Ok(())
    }
}

/// Who calls for this user before a client says its name, or where there is none.
#[must_use]
pub fn nameless(os_user: &str) -> Principal {
    Principal::new(Role::Agent, format!("{os_user}/countersign"))
}

/// Takes a lease, opens a session, starts the servers.
///
/// # Errors
/// [`SessionError`], before anything was served.
pub async fn open(app: &App, launch: Launch) -> Result<Bench, SessionError> {
    let (tenant, duty) = duty(app, launch.token.as_ref()).await?;
    let session = SessionId::new();
    let parent_pid =
        rustix::process::getppid().map_or(0, |p| p.as_raw_nonzero().get().unsigned_abs());
    let pid = std::process::id();
    let lease = if app.store.is_durable() {
        Some(Lease::take(&app.home, &Holder { session, pid, parent_pid })?)
    } else {
        tracing::warn!("the store is in memory: questions and journal end with this process");
        None
    };
    recover(app).await?;
    let principal = match &duty {
        Duty::Agent => nameless(&launch.os_user),
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
    let compiling = policy(app, &launch.config_file, &tenant, Some(session));
    let (opened, policy) = tokio::join!(biased; opening, compiling);
    opened?;
    let policy = policy?;
    let config = policy.as_it_is().config.clone();
    let to_client = Arc::new(ToClient::default());
    let fleet = Arc::new(match &duty {
        Duty::Approver(_) => Fleet::new(Vec::new(), Naming::Prefixed, SERVER_PATIENCE),
        Duty::Agent => fleet(app, &config, &launch, &to_client),
    });
    let gate = Gate::new(
        app.journal.clone(),
        Desk::new(app.store.clone(), terms(&config.approvals)),
        Arc::new(policy),
        fleet.clone(),
        tenant,
        session,
    );
    let gate = if app.store.is_durable() { gate.with_leases(app.home.clone()) } else { gate };
    let closing = Closing { session, fleet, _lease: lease };
    Ok(Bench { gate, duty, principal, config, to_client, closing })
}

/// The policy in force, kept so.
///
/// # Errors
/// When there is none to judge by.
pub async fn policy(
    app: &App,
    config_file: &Path,
    tenant: &Tenant,
    session: Option<SessionId>,
) -> Result<CurrentPolicy, PolicyError> {
    CurrentPolicy::open(app.configured.of(tenant), protected(app, config_file), session).await
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
pub(in crate::app) async fn recover(app: &App) -> Result<(), SessionError> {
    // A store in memory has no lease that could tell, and nobody else's sessions.
    if !app.store.is_durable() {
        return Ok(());
    }
    for session in app.store.open_sessions().await? {
        if lease::is_dead(&app.home, session.id) {
            let open = app.store.close_session(session.id, "found_dead").await?;
            if !open.is_empty() {
                let (count, have) =
                    (open.len(), if open.len() == 1 { "call has" } else { "calls have" });
                tracing::warn!("{count} {have} an unknown outcome: the session that sent is dead");
            }
        }
    }
    Ok(())
}

fn fleet(app: &App, config: &Config, launch: &Launch, relay: &Arc<ToClient>) -> Fleet {
    let member = |spec: Spec, environment: Environment, resources: Resources| {
        let id = spec.identity(app.store.key());
        let server = Server::start(spec, id, relay.clone());
        Member::new(server, environment, resources == Resources::Read)
    };
    if let Some((name, argv)) = &launch.wrapped {
        let configured = config.upstreams.get(name);
        let environment = configured.map(|u| u.environment).unwrap_or_default();
        let spec = Spec {
            name: name.clone(),
            place: Place::Program(Program {
                argv: argv.clone(),
                cwd: None,
                env: crate::app::childenv::passed_on(),
            }),
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
    let members = config.upstreams.iter().map(|(name, upstream)| {
        let spec = Spec {
            name: name.clone(),
            place: place(&upstream.reach),
            environment: upstream.environment.as_str().to_owned(),
            timeout: upstream.timeout,
            allow_requests: requests(upstream),
        };
        member(spec, upstream.environment, upstream.resources)
    });
    Fleet::new(members.collect(), Naming::Prefixed, SERVER_PATIENCE)
}

fn place(reach: &Reach) -> Place {
    match reach {
        Reach::Program(program) => {
            let mut env = crate::app::childenv::baseline(&program.pass_env);
            env.extend(program.env.iter().map(|(k, v)| (k.clone(), v.clone())));
            let argv = std::iter::once(&program.command).chain(&program.args).cloned().collect();
            Place::Program(Program { argv, cwd: program.cwd.clone(), env })
        }
        Reach::Http(site) => Place::Http(site.clone()),
    }
}

fn requests(upstream: &Upstream) -> Vec<String> {
    let word = |request: &UpstreamRequest| match request {
        UpstreamRequest::Elicitation => "elicitation/create".to_owned(),
        UpstreamRequest::Roots => "roots/list".to_owned(),
    };
    upstream.allow_requests.iter().map(word).collect()
}

fn protected(app: &App, config: &std::path::Path) -> Protected {
    let absolute = std::path::absolute(config).unwrap_or_else(|_| config.to_owned());
    Protected {
        home: app.home.clone(),
        config: config.to_owned(),
        // Modules lie beside the configuration, which need not lie in our home.
        extra: vec![absolute.with_file_name(crate::config::MODULES)],
        user_home: crate::app::env::user_home(),
    }
}
