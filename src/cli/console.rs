//! `console`: the pages and the HTTP API for people, and OPA's data API for programs, on this machine only.

use crate::app::listening::Listening;
use crate::app::{App, Globals, bench};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::http::opa::{self, Opa};
use crate::http::{House, ListenError, Proofs, listen, serve};
use anyhow::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Options of `console`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The pages and the HTTP API listen on a loopback address, and want proof of whoever asks.
With `--opa` it also answers `POST /v1/data/<path>` and `GET /v1/policies` as an OPA
server does, so that a client written for one asks us unchanged: there whoever can reach
the port may ask, nothing can be changed, and every question is in the journal.

Examples:
  countersign console
  countersign console --listen 127.0.0.1:9000 --opa 127.0.0.1:8181")]
pub(crate) struct Args {
    /// The loopback address of pages and API; `[console] listen` says it else.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The loopback address to answer OPA's data API on.
    #[arg(long, value_name = "ADDRESS")]
    opa: Option<SocketAddr>,
}

/// Listens until it is told to end.
///
/// # Errors
/// When nothing can listen there, or there is no policy.
pub(crate) async fn run(mut app: App, globals: &Globals, args: &Args) -> Result<Code> {
    Caller::of(&mut app, "console").await?.may_read(&app)?;
    let listener = open(args.listen.unwrap_or(app.config.console.listen)).await?;
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
    let App { home, configured, store, journal, desk, heads, tenant, .. } = app;
    let proofs = Proofs::default();
    let lookout = Arc::default();
    let house = House {
        store,
        journal,
        desk,
        heads,
        lookout,
        policy,
        configured,
        tenant,
        home,
        at,
        proofs,
    };
    output::note(format!("the console is on http://{at}; ^C ends it"));
    let pages = serve(Arc::new(house), listener, crate::app::session::terminated());
    match questions {
        None => pages.await?,
        Some(questions) => {
            let (pages, questions) = tokio::join!(pages, questions);
            pages.and(questions)?;
        }
    }
    telling.abort();
    listening.end().await?;
    Ok(Code::Ok)
}

async fn open(address: SocketAddr) -> Result<TcpListener> {
    listen(address).await.map_err(|error| match error {
        ListenError::NotLoopback(_) => anyhow::Error::new(
            Stop::new(Code::Usage, error.to_string())
                .help("name a loopback address, such as `127.0.0.1:7878` or `[::1]:7878`"),
        ),
        ListenError::Bind(..) => error.into(),
    })
}
