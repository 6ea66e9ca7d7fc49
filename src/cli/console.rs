//! `console`: listens on this machine for programs that ask what policy says.

use crate::app::{App, Globals, bench};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::http::opa::{Opa, serve};
use crate::http::{ListenError, listen};
use anyhow::Result;
use std::net::SocketAddr;

/// Options of `console`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Answers `POST /v1/data/<path>` and `GET /v1/policies` as an OPA server does, so that a
client written for one asks us unchanged. Only loopback addresses; whoever can reach
the port may ask, nothing can be changed, and every question is in the journal.

Examples:
  countersign console --opa 127.0.0.1:8181
  curl -s 127.0.0.1:8181/v1/data/countersign/cost_control \\
    -d '{\"input\": {\"action\": \"llm_call\", \"estimated_cost_usd\": 0.5}}'")]
pub(crate) struct Args {
    /// The loopback address to answer OPA's data API on.
    #[arg(long, value_name = "ADDRESS")]
    opa: SocketAddr,
}

/// Listens until it is told to end.
///
/// # Errors
/// When nothing can listen there, or there is no policy.
pub(crate) async fn run(app: &mut App, globals: &Globals, args: &Args) -> Result<Code> {
    Caller::of(app, "console").await?.may_read(app)?;
    let listener = listen(args.opa).await.map_err(|error| match error {
        ListenError::NotLoopback(_) => anyhow::Error::new(
            Stop::new(Code::Usage, error.to_string())
                .help("name a loopback address, such as `127.0.0.1:8181` or `[::1]:8181`"),
        ),
        ListenError::Bind(..) => error.into(),
    })?;
    let at = listener.local_addr()?;
    let policy = bench::policy(app, &globals.config, &app.tenant, None).await?;
    let opa = Opa { policy, journal: app.journal.clone(), tenant: app.tenant.clone() };
    output::note(format!("answers OPA's data API on http://{at}; ^C ends it"));
    serve(opa, listener, crate::app::session::terminated()).await?;
    Ok(Code::Ok)
}
