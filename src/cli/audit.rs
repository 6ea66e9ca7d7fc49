//! `audit list | show | verify`: what the journal holds, and whether it is still what was written.
//!
//! Listing and showing stay inside one tenant; verifying reads every row, since the chain runs through all of
//! them, and tells of other tenants nothing but places. Rows may quote arguments, so every cell for people
//! goes through `domain::visible`.

use crate::card::count::counted;
use crate::card::row::{RowJson, Shown};
use crate::cli::audit_export::ExportArgs;
use crate::cli::audit_label::LabelArgs;
use crate::cli::audit_prune::PruneArgs;
use crate::cli::audit_row;
use crate::cli::audit_violations;
use crate::cli::when;
use crate::domain::digest::Digest;
use crate::domain::entry::{DECISIONS, Entry, EntryType};
use crate::domain::id::{CorrelationId, SessionId};
use crate::domain::principal::Tenant;
use crate::domain::visible;
use crate::journal::{self, Found, Heads, Report};
use crate::store::decisions::ViolationFilter;
use crate::store::{EntryFilter, Store};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::Write;
use std::time::{Duration, Instant};

/// Exit code: a check failed.
pub(crate) const CHECK_FAILED: u8 = 5;

/// What to do with the journal.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum AuditCommand {
    /// List rows, the newest last.
    List(ListArgs),
    /// Show one row with everything in it.
    Show(ShowArgs),
    /// Check that no row was edited, deleted, swapped, cut off or re-hashed.
    Verify(VerifyArgs),
    /// Write what happened, so that somebody else can check it.
    Export(ExportArgs),
    /// Say of a call that it was safe or unsafe; suggestions learn from it.
    Label(LabelArgs),
    /// Erase now what is past its retention.
    Prune(PruneArgs),
}

/// Which rows to list.
#[derive(Debug, Clone, Args)]
pub(crate) struct ListArgs {
    /// Only from this time on: `2026-11-22T15:42:00Z`, `2026-11-22`, or how long ago (`90s`, `15m`, `2h`, `7d`).
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only before this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) before: Option<String>,
    /// Only rows of this type, such as `call.permitted` or `ir.*`; may be given several times.
    #[arg(long = "type", value_name = "TYPE", value_parser = types)]
    pub(crate) types: Vec<Types>,
    /// Only decisions of policy: calls let go, refused or asked about, and checks.
    #[arg(long, conflicts_with = "types")]
    pub(crate) decisions: bool,
    /// What policy objected to or failed at, instead of rows, the newest first.
    #[arg(long, conflicts_with_all = ["types", "decisions", "verdict", "correlation"])]
    pub(crate) violations: bool,
    /// Only with this tool, as its server names it.
    #[arg(long, value_name = "TOOL")]
    pub(crate) tool: Option<String>,
    /// Only with this verdict.
    #[arg(long, value_name = "VERDICT", value_parser = ["allow", "ask", "deny"])]
    pub(crate) verdict: Option<String>,
    /// Only of this story: the id that ties a call, its question and its outcome together, or the request id of a plan.
    #[arg(long, value_name = "ID")]
    pub(crate) correlation: Option<String>,
    /// Only of this session.
    #[arg(long, value_name = "ID", value_parser = session)]
    pub(crate) session: Option<SessionId>,
    /// At most this many, the newest.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
}

/// Which row to show.
#[derive(Debug, Clone, Args)]
pub(crate) struct ShowArgs {
    /// Its number, as `audit list` gives it.
    #[arg(value_name = "SEQ", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) seq: u64,
}

/// How to verify.
#[derive(Debug, Clone, Args)]
pub(crate) struct VerifyArgs {
    /// A head that you noted down earlier; the journal must still hold it.
    #[arg(long, value_name = "SEQ:HASH", value_parser = head)]
    pub(crate) head: Option<(u64, Digest)>,
}

/// How the answer is to look.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// One JSON object.
    pub(crate) json: bool,
    /// A table for a terminal of this many columns; without, lines for other programs.
    pub(crate) columns: Option<u16>,
    /// The reader's time zone.
    pub(crate) zone: TimeZone,
}

/// `audit list`.
///
/// # Errors
/// When a filter cannot be read, the store cannot be used, or `out` is closed.
pub(crate) async fn list(
    store: &dyn Store,
    tenant: &Tenant,
    args: &ListArgs,
    look: &Look,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    if args.violations {
        return audit_violations::list(store, tenant, args, look, out).await;
    }
    let now = store.now().await?;
    let filter = EntryFilter {
        since: when::option(args.since.as_deref(), now, &look.zone)?,
        before: when::option(args.before.as_deref(), now, &look.zone)?,
        tenant: Some(tenant.clone()),
        types: match args.decisions {
            true => DECISIONS.iter().map(|kind| kind.as_str().to_owned()).collect(),
            false => words(&args.types),
        },
        correlation: args.correlation.as_deref().map(|name| story(tenant, name).0),
        session: args.session,
        tool: args.tool.clone(),
        verdict: args.verdict.clone(),
        newest: true,
        limit: args.limit as usize,
        ..EntryFilter::default()
    };
    let rows = store.entries(filter).await?;
    if look.json {
        json(out, &Entries { entries: rows.iter().map(RowJson::of).collect() })?;
    } else {
        table(&rows, look, out)?;
    }
    Ok(0)
}

fn table(rows: &[Entry], look: &Look, out: &mut dyn Write) -> anyhow::Result<()> {
    const HEADER: [&str; 8] =
        ["seq", "time", "type", "server", "tool", "verdict", "tier", "outcome"];
    let cells = |row: &Entry| {
        let shown = Shown::of(row);
        let text = |value: &Option<String>| visible::inline(value.as_deref().unwrap_or("")).text;
        [
            row.seq.to_string(),
            when::stamp(row.ts, &look.zone),
            visible::inline(&row.kind).text,
            text(&shown.upstream),
            text(&shown.tool),
            text(&shown.verdict),
            shown.tier.map_or_else(String::new, |t| t.to_string()),
            text(&shown.outcome),
        ]
    };
    write_table(&HEADER, rows.iter().map(cells), "no rows", look, out)
}

/// A table for a person, or lines for a program; the cells must be safe to show.
pub(in crate::cli) fn write_table<const N: usize>(
    header: &[&str; N],
    rows: impl ExactSizeIterator<Item = [String; N]>,
    none: &str,
    look: &Look,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let Some(columns) = look.columns else {
        for row in rows {
            writeln!(out, "{}", row.join("\t"))?;
        }
        return Ok(());
    };
    if rows.len() == 0 {
        writeln!(out, "{none}")?;
        return Ok(());
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns)
        .force_no_tty()
        .set_header(header);
    for row in rows {
        table.add_row(row);
    }
    writeln!(out, "{}", table.trim_fmt())?;
    Ok(())
}

/// `audit show`.
///
/// # Errors
/// When there is no such row in this tenant, the store cannot be used, or `out` is closed.
pub(crate) async fn show(
    store: &dyn Store,
    tenant: &Tenant,
    args: &ShowArgs,
    look: &Look,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let filter = EntryFilter {
        after: args.seq.saturating_sub(1),
        tenant: Some(tenant.clone()),
        limit: 1,
        ..EntryFilter::default()
    };
    let rows = store.entries(filter).await?;
    let row = rows.first().filter(|row| row.seq == args.seq).with_context(|| {
        format!(
            "there is no row `{}` in the tenant `{tenant}`; `countersign audit list` shows the newest ones",
            args.seq
        )
    })?;
    let violations = store.violations(ViolationFilter::of_row(tenant, row.seq)).await?;
    if look.json {
        json(out, &RowJson::of(row).with(&violations))?;
        return Ok(0);
    }
    audit_row::write(row, &violations, look, out)?;
    Ok(0)
}

/// `audit verify`. `progress` is given when somebody watches: standard error of a terminal. A fault is written down where
/// it is news.
///
/// # Errors
/// When rows or heads cannot be read, or `out` is closed. A journal that does not hold is no error here but
/// the exit code [`CHECK_FAILED`]; so are heads whose key was lost or exchanged.
pub(crate) async fn verify(
    store: &dyn Store,
    heads: &Heads,
    tenant: &Tenant,
    args: &VerifyArgs,
    look: &Look,
    out: &mut dyn Write,
    progress: Option<&mut (dyn Write + Send)>,
) -> anyhow::Result<u8> {
    let mut bar =
        Bar { out: progress, next: Instant::now() + Duration::from_secs(1), shown: false };
    let noted = args.head.map(|(seq, hash)| journal::Noted::Brought(seq, hash));
    let found =
        journal::look(store, heads, noted, tenant, &mut |done, total| bar.at(done, total)).await;
    bar.clear();
    let report = match found.context("cannot verify the journal")? {
        Found::Report(report) => *report,
        keys @ Found::Keys(_) => {
            writeln!(out, "{}", keys.verdict())?;
            return Ok(CHECK_FAILED);
        }
    };
    if look.json {
        json(out, &Verdict { ok: report.is_ok(), verdict: report.verdict(), report: &report })?;
    } else {
        tell(&report, out)?;
    }
    Ok(if report.is_ok() { 0 } else { CHECK_FAILED })
}

fn tell(report: &Report, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{}", report.verdict())?;
    for fault in report.faults.iter().skip(1) {
        writeln!(out, "also:   {}", fault.what)?;
    }
    if report.more_faults > 0 {
        writeln!(out, "        and {}", counted(report.more_faults, "more fault", "more faults"))?;
    }
    writeln!(out, "rows    {}", report.rows)?;
    writeln!(out, "heads   {} signed, vouching for rows up to {}", report.heads, report.witnessed)?;
    writeln!(out, "newest  {}:{}", report.head.seq, report.head.hash)?;
    let erased = report.erased_bodies + report.erased_rows;
    if erased > 0 {
        writeln!(
            out,
            "erased  {} and {} of calls, which can no longer be checked",
            counted(report.erased_bodies, "body", "bodies"),
            counted(report.erased_rows, "row", "rows")
        )?;
    }
    if report.unrecorded > 0 {
        writeln!(
            out,
            "        {} of them without a `journal.pruned` row so far; run `countersign audit prune`, which records what it finds half done",
            report.unrecorded
        )?;
    }
    if report.cut_line {
        writeln!(
            out,
            "note    the last line of the heads was half written; the next head mends it"
        )?;
    }
    Ok(())
}

/// A line on a terminal that says how far it is, for journals that take longer than a second.
struct Bar<'a> {
    out: Option<&'a mut (dyn Write + Send)>,
    next: Instant,
    shown: bool,
}

impl Bar<'_> {
    fn at(&mut self, done: u64, total: u64) {
        let Some(out) = self.out.as_mut().filter(|_| Instant::now() >= self.next) else { return };
        let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100);
        // A terminal that went away takes nothing from the result.
        let _ = write!(out, "\r{done} of {total} rows ({percent} %)").and_then(|()| out.flush());
        self.next = Instant::now() + Duration::from_millis(200);
        self.shown = true;
    }

    fn clear(&mut self) {
        if let Some(out) = self.out.as_mut().filter(|_| self.shown) {
            let _ = write!(out, "\r\u{1b}[K").and_then(|()| out.flush());
        }
    }
}

#[derive(Serialize)]
struct Entries<'a> {
    entries: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct Verdict<'a> {
    ok: bool,
    verdict: String,
    #[serde(flatten)]
    report: &'a Report,
}

/// Written straight from the types: a tree in between would read numbers and lose digits.
pub(in crate::cli) fn json(out: &mut dyn Write, value: &impl Serialize) -> anyhow::Result<()> {
    writeln!(out, "{}", serde_json::to_string(value)?)?;
    Ok(())
}

/// The types that one `--type` names; the alias keeps clap from taking the list for several values.
pub(crate) type Types = Vec<EntryType>;

fn types(name: &str) -> Result<Types, String> {
    let found = EntryType::named(name);
    if found.is_empty() {
        return Err(format!(
            "no type of row is called or begins like `{}`; there are, for instance, `call.refused`, `approval.*`, `ir.*`",
            visible::inline(name).text
        ));
    }
    Ok(found)
}

fn words(types: &[Types]) -> Vec<String> {
    types.iter().flatten().map(|kind| kind.as_str().to_owned()).collect()
}

/// The story that a person names, and the request id where that is how he names it.
pub(in crate::cli) fn story(tenant: &Tenant, name: &str) -> (CorrelationId, Option<String>) {
    let request = CorrelationId::parse(name).is_none().then(|| name.to_owned());
    (CorrelationId::of_request(tenant, name), request)
}

fn session(text: &str) -> Result<SessionId, String> {
    SessionId::parse(text)
        .ok_or_else(|| format!("`{text}` is not a whole id; `countersign audit show SEQ` gives it"))
}

fn head(text: &str) -> Result<(u64, Digest), String> {
    text.split_once(':')
        .and_then(|(seq, hash)| Some((seq.parse().ok()?, Digest::from_hex(hash)?)))
        .ok_or_else(|| format!("`{text}` is no head; write it as it was printed: the row's number, `:`, 64 hex digits"))
}
