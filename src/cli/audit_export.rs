//! `audit export`: the evidence pack of one story, or of a whole tenant, for somebody who does not trust us.

use crate::cli::audit::{CHECK_FAILED, Look, story};
use crate::cli::exit::{Code, Stop};
use crate::cli::{audit_opa, output, when};
use crate::domain::principal::Tenant;
use crate::journal::{Heads, Packed, pack_journal, pack_story};
use crate::store::Store;
use anyhow::{Context as _, Result};
use clap::Args;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// What to export.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
The pack holds rows as they are hashed, to be checked without this program:
  1. meta_digest = SHA-256 of the bytes of `meta`
     hash = SHA-256(00 prev meta_digest)
  2. `body_digest` inside `meta` = SHA-256(salt body), unless both were erased
     by retention
  3. from `prev` of the first row, hash = SHA-256(00 hash digest) over `links`
     leads to the hash of `head`
  4. `signature` is Ed25519, big end first, over
     \"countersign journal head v1\\n\" seq(8) hash(32) ts(8)
`examples/check_evidence.py` does that. Compare `public_key` with a copy of
`head.pub` that you got elsewhere. A pack has no signature while no head was
signed after its last row; heads are signed after decisions, each minute, and at
the end of a session.

A story is one JSON object, a journal one object a line, with or without
`--json`.

Examples:
  countersign audit export --correlation 019ab3c2-... --out story.json
  countersign audit export --correlation req_abc     a plan's, by its request id
  countersign audit export --since 7d > week.jsonl   the tenant's journal
  countersign audit export --format opa --since 1d   decisions, as OPA logs them")]
pub(crate) struct ExportArgs {
    /// `evidence`: rows as they are hashed. `opa`: one decision a line, in the form of OPA's decision log.
    #[arg(long, value_name = "FORM", value_parser = ["evidence", "opa"], default_value = "evidence")]
    format: String,
    /// Only this story, as one object: its id, or the request id of a plan.
    #[arg(long, value_name = "ID", conflicts_with_all = ["since", "before"])]
    correlation: Option<String>,
    /// Only from this time on: `2026-11-22T15:42:00Z`, `2026-11-22`, or how long ago (`90s`, `15m`, `2h`, `7d`).
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Only before this time.
    #[arg(long, value_name = "TIME")]
    before: Option<String>,
    /// A new file, instead of stdout.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// `audit export`. A chain that does not hold is exported all the same, and told by the exit code.
///
/// # Errors
/// When there is nothing to export, the store cannot be used, or the pack cannot be written.
pub(crate) async fn export(
    store: &dyn Store,
    heads: &Heads,
    tenant: &Tenant,
    args: &ExportArgs,
    look: &Look,
    stdout: &mut dyn Write,
) -> Result<u8> {
    if args.format == "opa" {
        return decisions(store, tenant, args, look, stdout).await;
    }
    let packed = match &args.out {
        None => {
            let packed = write(store, heads, tenant, args, look, stdout).await?;
            stdout.flush()?;
            packed
        }
        Some(path) => {
            let mut file = BufWriter::new(create(path)?);
            let packed = match write(store, heads, tenant, args, look, &mut file).await {
                Ok(packed) => file.flush().map(|()| packed).map_err(anyhow::Error::new),
                Err(error) => Err(error),
            };
            if packed.is_err() {
                // Half a pack is worse than none.
                let _ = std::fs::remove_file(path);
            }
            packed.with_context(|| format!("cannot export to `{}`", path.display()))?
        }
    };
    if args.out.is_some() || !packed.holds {
        let signed = if packed.signed { "" } else { "; no head was signed after the last of them" };
        output::note(format!("{} rows; the journal is {}{signed}", packed.rows, packed.verdict));
    }
    Ok(if packed.holds { 0 } else { CHECK_FAILED })
}

/// The decision log. It is what the journal says; whether the journal still says what was written is `verify`'s to tell.
async fn decisions(
    store: &dyn Store,
    tenant: &Tenant,
    args: &ExportArgs,
    look: &Look,
    stdout: &mut dyn Write,
) -> Result<u8> {
    if args.correlation.is_some() {
        return Err(Stop::new(Code::Usage, "a story is evidence; `--format opa` has no stories")
            .help("use `--since` and `--before`, or leave `--format` out")
            .into());
    }
    let now = store.now().await?;
    let time = |text: &Option<String>| when::option(text.as_deref(), now, &look.zone);
    let span = (time(&args.since)?, time(&args.before)?);
    let Some(path) = &args.out else {
        audit_opa::write(store, tenant, span, stdout).await?;
        stdout.flush()?;
        return Ok(0);
    };
    let mut file = BufWriter::new(create(path)?);
    let written = match audit_opa::write(store, tenant, span, &mut file).await {
        Ok(count) => file.flush().map(|()| count).map_err(anyhow::Error::new),
        Err(error) => Err(error),
    };
    if written.is_err() {
        // Half a log is worse than none.
        let _ = std::fs::remove_file(path);
    }
    let count = written.with_context(|| format!("cannot export to `{}`", path.display()))?;
    output::note(format!("{count} decisions"));
    Ok(0)
}

async fn write(
    store: &dyn Store,
    heads: &Heads,
    tenant: &Tenant,
    args: &ExportArgs,
    look: &Look,
    out: &mut dyn Write,
) -> Result<Packed> {
    let packed = match &args.correlation {
        Some(name) => pack_story(store, heads, tenant, story(tenant, name), out).await?,
        None => {
            let now = store.now().await?;
            let time = |text: &Option<String>| when::option(text.as_deref(), now, &look.zone);
            let span = (time(&args.since)?, time(&args.before)?);
            pack_journal(store, heads, tenant, span, out).await?
        }
    };
    packed.ok_or_else(|| {
        let what = match &args.correlation {
            Some(name) => format!("there is no row of the story `{name}` in the tenant `{tenant}`"),
            None => format!("there is no row of that time in the tenant `{tenant}`"),
        };
        Stop::new(Code::Failure, what)
            .help("`countersign audit list` shows what there is; a row's own page names its story")
            .into()
    })
}

/// A new file that only its owner reads; what stands under that name is not written over.
fn create(path: &Path) -> Result<File> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.with_context(|| format!("cannot make `{}`", path.display()))
}
