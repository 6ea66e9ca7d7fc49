//! `audit`: opens what the journal needs, and nothing that could refuse to open because somebody touched it.

use crate::app::{App, AppError, Globals};
use crate::cli::audit::{self, AuditCommand, Look};
use crate::cli::exit::{Code, checked};
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::{audit_export, audit_label, audit_prune};
use anyhow::Result;
use jiff::tz::TimeZone;
use std::io::{IsTerminal as _, Write};

/// Options of `audit`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign audit list --since 2h --type approval.approved
  countersign audit list --type 'ir.*' --correlation req_abc
  countersign audit show 42
  countersign audit verify --head 1204:9f3c...     the journal still holds a head that you noted down
  countersign audit export --correlation req_abc --out story.json     evidence that others can check
  countersign audit label 42 unsafe")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: AuditCommand,
    /// One JSON object. `export` prints JSON in any case: a story as one object, a journal as one a line.
    #[arg(long, global = true)]
    json: bool,
}

/// Lists, shows, verifies, exports, labels or prunes.
pub(crate) async fn run(globals: &Globals, args: &Args) -> Result<Code> {
    match &args.command {
        AuditCommand::Label(label) => {
            return audit_label::run(&mut App::open(globals).await?, label, args.json).await;
        }
        AuditCommand::Prune(prune) => {
            return audit_prune::run(&mut App::open(globals).await?, prune, args.json).await;
        }
        AuditCommand::List(_)
        | AuditCommand::Show(_)
        | AuditCommand::Verify(_)
        | AuditCommand::Export(_) => {}
    }
    let verifies = matches!(args.command, AuditCommand::Verify(_));
    let mut app = match App::open_to_audit(globals).await {
        Ok(app) => app,
        // Keys that were lost or exchanged are what verifying is there to find.
        Err(AppError::Heads(why)) if verifies && why.is_evidence() => {
            crate::app::tell_of_keys(globals).await;
            output::line(format!("not ok: {why}"))?;
            return Ok(Code::CheckFailed);
        }
        Err(error) => return Err(error.into()),
    };
    Caller::of(&mut app, "audit").await?.may_read(&app)?;
    let look = Look {
        json: args.json,
        columns: output::to_terminal()
            .then(|| u16::try_from(crate::cli::view::width()).unwrap_or(u16::MAX)),
        zone: TimeZone::system(),
    };
    let store = app.store.as_ref();
    let mut out = std::io::BufWriter::new(anstream::stdout().lock());
    let told = match &args.command {
        AuditCommand::List(args) => audit::list(store, &app.tenant, args, &look, &mut out).await,
        AuditCommand::Show(args) => audit::show(store, &app.tenant, args, &look, &mut out).await,
        AuditCommand::Export(args) => {
            // Not through `anstream`: what is exported is to be the bytes that were written.
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            audit_export::export(store, &app.heads, &app.tenant, args, &look, &mut out).await
        }
        AuditCommand::Verify(args) => {
            let mut err = std::io::stderr();
            let progress = err.is_terminal().then_some(&mut err as &mut (dyn Write + Send));
            audit::verify(store, &app.heads, &app.tenant, args, &look, &mut out, progress).await
        }
        // Done above: they write, so they open what writing needs.
        AuditCommand::Label(_) | AuditCommand::Prune(_) => Ok(0),
    };
    let code = checked(told)?;
    checked(out.flush().map_err(anyhow::Error::new))?;
    Ok(if code == 0 { Code::Ok } else { Code::CheckFailed })
}
