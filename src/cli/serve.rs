//! `serve`: stands in front of the configured servers, for one MCP client on stdin and stdout, or for agents over HTTP.

use crate::app::bench::{Launch, SessionError};
use crate::app::session::run as run_session;
use crate::app::{App, Globals, env};
use crate::approval::Token;
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::config::{OnAsk, Toolset};
use crate::mcp::remote::PATH;
use crate::web::{ListenError, listen};
use anyhow::Result;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// What a call that needs a yes does.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum OnAskArg {
    /// Asks, and holds the call as long as the client can wait.
    Hold,
    /// Asks, and answers at once that it waits.
    Pending,
    /// Refuses at once; nobody is asked.
    Deny,
}

impl From<OnAskArg> for OnAsk {
    fn from(arg: OnAskArg) -> Self {
        match arg {
            OnAskArg::Hold => Self::Hold,
            OnAskArg::Pending => Self::Pending,
            OnAskArg::Deny => Self::Deny,
        }
    }
}

/// `serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign serve                    for a client's configuration:
                                       command `countersign`, args [`serve`]
  countersign serve --on-ask pending   for scripts: does not wait for the yes
  countersign serve --toolsets all
  countersign serve --http 127.0.0.1:7879   for agents over HTTP, each with a token
                                       of `countersign user add NAME --role agent`
  COUNTERSIGN_TOKEN=... countersign serve   an approver's own session: decides,
                                            forwards nothing

Toolsets, our own tools by what they are for:
  approvals   questions and answers; the only one unless it is said otherwise
  ir          plans: validate, audit, ask for a yes, redeem it
  policy      asking policy, proposing changes of it
  runs        executing plans, and network policies
  agents      the board of agents
  events      what happened")]
pub(crate) struct Args {
    /// What a call that needs a yes does [default: what the configuration says, `hold`].
    #[arg(long, value_name = "M")]
    on_ask: Option<OnAskArg>,
    /// Which of our own tools are offered, such as `approvals,ir`, or `all` [default: what the configuration says,
    /// `approvals`].
    #[arg(long, value_name = "LIST", value_parser = Toolset::parse_list)]
    toolsets: Option<Toolsets>,
    /// Serves agents over HTTP on this loopback address, at `/mcp`, each with its API token.
    #[arg(long, value_name = "ADDRESS", value_parser = listener)]
    http: Option<SocketAddr>,
}

pub(crate) async fn run(app: App, globals: &Globals, args: &Args) -> Result<Code> {
    let token = env::token();
    // Plans, agents and events are something to serve without any server, too.
    let toolsets = args.toolsets.as_ref().unwrap_or(&app.config.toolsets);
    let only_approvals = toolsets.iter().all(|set| *set == Toolset::Approvals);
    if app.config.upstreams.is_empty() && token.is_none() && only_approvals {
        return Err(Stop::new(
            Code::Configuration,
            format!("no server is configured in `{}`, so there is nothing to stand in front of", globals.config.display()),
        )
        .help("add an `[upstream.NAME]` table, or put one server behind `countersign wrap -- CMD ...`")
        .into());
    }
    let options = Options { on_ask: args.on_ask, toolsets: args.toolsets.clone(), http: args.http };
    start(app, globals, "serve", None, options).await
}

/// The address of a listener: a number and a port, since a name may stand for several.
pub(crate) fn listener(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "it is a loopback address and a port, such as `127.0.0.1:7879` or `[::1]:7879`".to_owned()
    })
}

/// A set of toolsets; the alias keeps clap from taking the option for one that repeats.
pub(crate) type Toolsets = std::collections::BTreeSet<Toolset>;

/// What the command line says otherwise than the configuration.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) on_ask: Option<OnAskArg>,
    pub(crate) toolsets: Option<Toolsets>,
    pub(crate) http: Option<SocketAddr>,
}

/// Serves until the client leaves.
pub(crate) async fn start(
    app: App,
    globals: &Globals,
    kind: &'static str,
    wrapped: Option<(String, Vec<String>)>,
    options: Options,
) -> Result<Code> {
    let http = match options.http {
        None => None,
        Some(address) => Some(open(address).await?),
    };
    let launch = Launch {
        // Its agents have sessions of their own.
        kind: if http.is_some() { "listener" } else { kind },
        wrapped,
        on_ask: options.on_ask.map(OnAsk::from),
        toolsets: options.toolsets,
        config_file: globals.config.clone(),
        token: env::token().map(|text| Token::presented(&text)),
        os_user: env::os_user(),
        http,
    };
    match run_session(app, launch).await {
        Ok(()) => Ok(Code::Ok),
        Err(SessionError::NotAllowed(why)) => Err(Stop::new(Code::Denied, why).into()),
        Err(error) => Err(error.into()),
    }
}

/// Opens the listener, and says where it is.
async fn open(address: SocketAddr) -> Result<TcpListener> {
    if env::token().is_some() {
        return Err(Stop::new(
            Code::Denied,
            "`COUNTERSIGN_TOKEN` is set: over HTTP every agent shows a token of its own, and nobody decides",
        )
        .help("unset it; an approver's own session is `countersign serve` without `--http`")
        .into());
    }
    let listener = listen(address).await.map_err(|error| {
        not_open(
            error,
            "name a loopback address, such as `127.0.0.1:7879`; for other machines let a proxy on this one end TLS and \
             pass on with that address as `Host`",
        )
    })?;
    output::note(format!(
        "agents reach MCP at http://{}{PATH}, each with its token",
        listener.local_addr()?
    ));
    Ok(listener)
}

/// Why nothing listens, with what to do; `elsewhere` is that for an address of the network.
pub(crate) fn not_open(error: ListenError, elsewhere: &str) -> anyhow::Error {
    match &error {
        ListenError::NotLoopback(_) => {
            Stop::new(Code::Usage, error.to_string()).help(elsewhere).into()
        }
        ListenError::Bind(_, why) if why.kind() == ErrorKind::AddrInUse => {
            Stop::new(Code::Failure, error.to_string())
                .help("another program listens there; name another port")
                .into()
        }
        ListenError::Bind(..) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::serve::listener;

    #[test]
    fn an_address_is_numbers_and_what_is_none_is_told_by_example() {
        for odd in ["localhost:7879", "7879", "127.0.0.1", ""] {
            let why = listener(odd).unwrap_err();
            assert!(why.contains("such as `127.0.0.1:7879`"), "{odd}: {why}");
        }
        assert!(listener("127.0.0.1:0").is_ok() && listener("[::1]:7879").is_ok());
    }
}
