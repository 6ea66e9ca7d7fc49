//! `audit list --violations`: what policy objected to and failed at, the newest first.
//!
//! It is read from beside the journal and is gone with the bodies of its rows: a type is made of what stood there.

use crate::card::row::ViolationJson;
use crate::cli::audit::{ListArgs, Look, json, write_table};
use crate::cli::when;
use crate::domain::principal::Tenant;
use crate::domain::visible;
use crate::store::Store;
use crate::store::decisions::{Violated, ViolationFilter};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Violations<'a> {
    violations: Vec<ViolationJson<'a>>,
}

/// Lists them.
///
/// # Errors
/// When a filter cannot be read, the store cannot be used, or `out` is closed.
pub(in crate::cli) async fn list(
    store: &dyn Store,
    tenant: &Tenant,
    args: &ListArgs,
    look: &Look,
    out: &mut dyn Write,
) -> anyhow::Result<u8> {
    let now = store.now().await?;
    let filter = ViolationFilter {
        since: when::option(args.since.as_deref(), now, &look.zone)?,
        before: when::option(args.before.as_deref(), now, &look.zone)?,
        session: args.session,
        tool: args.tool.clone(),
        newest: true,
        ..ViolationFilter::of(tenant, args.limit as usize)
    };
    let found = store.violations(filter).await?;
    if look.json {
        json(out, &Violations { violations: found.iter().map(ViolationJson::of).collect() })?;
        return Ok(0);
    }
    let cells = |violated: &Violated| {
        let text = |value: &str| visible::inline(value).text;
        [
            violated.seq.to_string(),
            when::stamp(violated.at, &look.zone),
            text(&violated.violation.kind),
            violated.violation.severity.as_str().to_owned(),
            violated.violation.action_taken.as_str().to_owned(),
            if violated.notified { "yes" } else { "no" }.to_owned(),
            text(violated.tool.as_deref().unwrap_or_default()),
        ]
    };
    let header = ["seq", "time", "type", "severity", "action_taken", "notified", "tool"];
    write_table(&header, found.iter().map(cells), "no violations", look, out)?;
    Ok(0)
}
