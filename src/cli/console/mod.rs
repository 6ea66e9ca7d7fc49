//! `console`: the pages and the HTTP API for people, and OPA's data API for programs, on this machine only.

mod link;

use crate::app::listening::Listening;
use crate::app::{App, Globals, bench, keep};
use crate::cli::exit::Code;
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::serve::not_open;
use crate::gate::CurrentPolicy;
use crate::http::opa::{self, Opa};
use crate::http::{House, Proofs, serve};
use crate::journal::Heads;
use crate::web::listen;
use anyhow::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Options of `console`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The pages and the HTTP API listen on a loopback address, and want proof of whoever asks.
At a terminal, Enter prints a link that logs in once; elsewhere one logs in with an API
token. `--link` prints such a link for a console that runs already. A login ends with its
console; `--log-out-all` ends all of them at once, with the proof that `--link` wants.
With `--opa` it also answers `POST /v1/data/<path>` and `GET /v1/policies` as an OPA
server does, so that a client written for one asks us unchanged: there whoever can reach
the port may ask, nothing can be changed, and every question is in the journal.

Examples:
  countersign console
  countersign console --link
  countersign console --log-out-all
  countersign console --listen 127.0.0.1:9000 --opa 127.0.0.1:8181")]
pub(crate) struct Args {
    /// The loopback address of pages and API; `[console] listen` says it else.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The loopback address to answer OPA's data API on.
    #[arg(long, value_name = "ADDRESS")]
    opa: Option<SocketAddr>,
    /// Only prints a link that logs in once, for a console of this home that runs already.
    #[arg(long, conflicts_with = "opa")]
    link: bool,
    /// Only ends every login of this tenant, at whichever console, and its unused links.
    #[arg(long, conflicts_with_all = ["link", "listen", "opa"])]
    log_out_all: bool,
    /// A link, or the end of all logins, without pressing Enter; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: {"url", "expires_at"}.
    #[arg(long, requires = "link")]
    json: bool,
}

/// Listens until it is told to end, or gives a link for a console that does, or ends all logins.
///
/// # Errors
/// When nothing can listen there, or there is no policy; for a link, also without proof.
pub(crate) async fn run(mut app: App, globals: &Globals, args: &Args) -> Result<Code> {
    let caller = Caller::of(&mut app, "console").await?;
    if args.log_out_all {
        return link::log_out_all(&app, &caller, args.yes).await;
    }
    let address = args.listen.unwrap_or(app.config.console.listen);
    if args.link {
        return link::only(&mut app, &caller, address, args.yes, args.json).await;
    }
    caller.may_read(&app)?;
    let listener = open(address).await?;
    let at = listener.local_addr()?;
    let opa = match args.opa {
        None => None,
        Some(address) => Some(open(address).await?),
    };
    let mut addresses = vec![at];
    if let Some(opa) = &opa {
        addresses.push(opa.local_addr()?);
    }
    // Before anybody is answered: no agent may send anything there from the first moment on.
    let listening = Listening::tell(&app, &addresses).await?;
    let policy = bench::policy(&app, &globals.config, &app.tenant, None).await?;
    let retention = keep::retention(&policy.as_it_is().config);
    let questions = match opa {
        None => None,
        Some(listener) => {
            output::note(format!("answers OPA's data API on http://{}", listener.local_addr()?));
            let policy = bench::policy(&app, &globals.config, &app.tenant, None).await?;
            let opa = Opa { policy, journal: app.journal.clone(), tenant: app.tenant.clone() };
            Some(opa::serve(opa, listener, crate::app::session::terminated()))
        }
    };
    let teller = crate::notify::Worker::new(Arc::clone(&app.store), app.configured.clone());
    let telling = tokio::spawn(async move { teller.run().await });
    output::note(format!("the console is on http://{at}; ^C ends it"));
    let house = Arc::new(house(&app, policy, at, listening.lease())?);
    let pages = serve(Arc::clone(&house), listener, crate::app::session::terminated());
    let served = async {
        match questions {
            None => pages.await,
            Some(questions) => {
                let (pages, questions) = tokio::join!(pages, questions);
                pages.and(questions)
            }
        }
    };
    let links = async {
        link::serve(&app, &caller, link::To { at, lease: listening.lease() }, args.yes).await;
        // However that ended, pages are served.
        std::future::pending::<std::io::Result<()>>().await
    };
    let ended = tokio::select! {
        ended = served => ended,
        ended = links => ended,
        // Perhaps no session lives, and what ends by time alone is to be told.
        () = keep::house(&app, retention) => Ok(()),
    };
    telling.abort();
    house.proofs.settle(&house).await;
    listening.end().await?;
    ended?;
    Ok(Code::Ok)
}

fn house(app: &App, policy: CurrentPolicy, at: SocketAddr, lease: String) -> Result<House> {
    // Its own, as every process has: the links of this terminal go on using those of the command.
    let heads = if app.store.is_durable() { Heads::open(&app.home)? } else { Heads::memory()? };
    Ok(House {
        store: Arc::clone(&app.store),
        journal: app.journal.clone(),
        desk: app.desk.clone(),
        heads,
        lookout: Arc::default(),
        policy,
        tenant: app.tenant.clone(),
        home: app.home.clone(),
        at,
        lease,
        proofs: Proofs::default(),
    })
}

async fn open(address: SocketAddr) -> Result<TcpListener> {
    let elsewhere = "name a loopback address, such as `127.0.0.1:7878` or `[::1]:7878`";
    listen(address).await.map_err(|error| not_open(error, elsewhere))
}
