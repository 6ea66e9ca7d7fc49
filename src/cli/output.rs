//! What commands print: results on stdout, everything said along with them on stderr.
//!
//! Colours go only to a terminal and only without `NO_COLOR` (`anstream` decides). A closed stdout ends the command
//! quietly; a closed stderr is nobody's concern.

use crate::cli::exit::checked;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fmt::Display;
use std::io::{IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

/// What was logged while the terminal is a screen; `None` while it is none.
static HELD: Mutex<Option<Vec<u8>>> = Mutex::new(None);
/// Bytes of log that are held.
const HOLDS: usize = 64 * 1024;

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

/// Where the log goes: to stderr, but while the terminal is a screen it is held.
#[derive(Debug)]
pub(crate) struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut *HELD.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(held) if held.len() < HOLDS => held.extend_from_slice(bytes),
            Some(_) => {}
            None => std::io::stderr().write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Holds the log from now on.
pub(crate) fn hold_log() {
    *HELD.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
}

/// Lets go what was held.
pub(crate) fn release_log() {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner).take();
    let _ = std::io::stderr().write_all(&held.unwrap_or_default());
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
