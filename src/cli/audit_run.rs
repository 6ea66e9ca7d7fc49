//! `audit`: gives its subcommands the store, the terminal and the reader's time zone.

use crate::app::App;
use crate::cli::audit::{self, AuditCommand, CHECK_FAILED, Look};
use crate::cli::exit::Code;
use crate::cli::output;
use crate::cli::proof::Caller;
use anyhow::Result;
use std::io::{IsTerminal as _, Write};

/// `audit`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign audit list --since 1h --verdict deny
  countersign audit show 42
  countersign audit verify
  countersign audit verify --head 128:9f86d081884c7d65...   against a head noted elsewhere")]
pub(crate) struct Args {
    /// One JSON object.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: AuditCommand,
}

pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    let caller = Caller::of(app, "audit").await?;
    caller.may_read(app)?;
    let look = Look {
        json: args.json,
        columns: output::to_terminal()
            .then(|| rustix::termios::tcgetwinsize(std::io::stdout()).map_or(100, |size| size.ws_col)),
        zone: jiff::tz::TimeZone::system(),
    };
    let mut out = std::io::stdout().lock();
    let store = app.store.as_ref();
    let code = match &args.command {
        AuditCommand::List(args) => audit::list(store, &app.tenant, args, &look, &mut out).await?,
        AuditCommand::Show(args) => audit::show(store, &app.tenant, args, &look, &mut out).await?,
        AuditCommand::Verify(args) => {
            let mut watched = std::io::stderr();
            let progress = watched.is_terminal().then_some(&mut watched as &mut (dyn Write + Send));
            audit::verify(store, &app.heads, args, &look, &mut out, progress).await?
        }
    };
    Ok(if code == CHECK_FAILED { Code::CheckFailed } else { Code::Ok })
}
