//! What commands print: results on stdout, everything said along with them on stderr.
//!
//! Colours go only to a terminal and only without `NO_COLOR` (`anstream` decides). A closed stdout ends the command
//! quietly; a closed stderr is nobody's concern.

use crate::cli::exit::checked;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

/// A line, or several, on stdout.
pub(crate) fn line(text: impl Display) -> Result<()> {
    let mut out = anstream::stdout().lock();
    checked(writeln!(out, "{text}").and_then(|()| out.flush()).context("cannot write to stdout"))
}

/// A value as one JSON object on stdout, keys in the order given.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    let mut out = std::io::stdout().lock();
    checked(writeln!(out, "{text}").and_then(|()| out.flush()).context("cannot write to stdout"))
}

/// A line on stderr.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// A question on stderr; the cursor stays behind it.
pub(crate) fn prompt(text: impl Display) {
    let mut err = anstream::stderr().lock();
    let _ = write!(err, "{text}");
    let _ = err.flush();
}

/// Whether stdout is a terminal.
#[must_use]
pub(crate) fn to_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// A table for people; a terminal sets its width.
#[must_use]
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|title| (*title).to_uppercase()));
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
