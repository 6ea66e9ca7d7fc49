//! `audit show`: one journal row for a person at a terminal.

use crate::card::row::{Shown, pretty};
use crate::cli::audit::Look;
use crate::domain::entry::Entry;
use crate::store::decisions::Violated;
use std::io::Write;

/// The whole row for a person.
pub(in crate::cli) fn write(
    row: &Entry,
    violations: &[Violated],
    look: &Look,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    for (name, value) in Shown::of(row).facts(row, violations, &look.zone) {
        writeln!(out, "{name:<12}{value}")?;
    }
    if let Some(body) = &row.body {
        writeln!(out, "body")?;
        write!(out, "{}", pretty(body))?;
    }
    Ok(())
}
