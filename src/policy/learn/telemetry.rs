//! Telemetry as CSV: `id, ts, event_type, tab_id, batch_id, tool, command, exit_code, stdout, stderr, safety_score,
//! safety_label, metadata`, in any order and with any of them missing but `command`.
//!
//! The label is 0 safe, 1 unsafe, 2 unknown; without one, a score of 80 and more is safe and one below 40 unsafe. What the
//! calls printed is not looked at: it may hold anything, and nothing of it was asked for.

use crate::domain::violation::Label;
use crate::policy::learn::Sample;
use std::borrow::Cow;

/// Rows of one file.
const ROWS_MAX: usize = 1_000_000;

/// What a file held.
#[derive(Debug, Default)]
pub struct Telemetry {
    /// Rows with a label.
    pub samples: Vec<Sample>,
    /// Rows without one.
    pub unknown: usize,
}

/// Why a file is no telemetry.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// There is no column of commands.
    #[error("the first line names no column `command`")]
    NoCommand,
    /// A row cannot be read.
    #[error("row {row}: {why}")]
    Row {
        /// Which one, from 1, the line of names apart.
        row: usize,
        /// What is wrong.
        why: String,
    },
    /// There are too many.
    #[error("it has more than {ROWS_MAX} rows")]
    TooLong,
}

/// Reads a file.
///
/// # Errors
/// [`TelemetryError`], with the row.
pub fn telemetry(text: &[u8]) -> Result<Telemetry, TelemetryError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let wrong = |row: usize, why: &str| TelemetryError::Row { row, why: why.to_owned() };
    let names = reader.byte_headers().map_err(|e| wrong(0, &e.to_string()))?.clone();
    let place = |name: &str| names.iter().position(|n| word(n).eq_ignore_ascii_case(name));
    let command = place("command").ok_or(TelemetryError::NoCommand)?;
    let (tool, score, label) = (place("tool"), place("safety_score"), place("safety_label"));
    let mut found = Telemetry::default();
    for (at, row) in reader.byte_records().enumerate() {
        if at == ROWS_MAX {
            return Err(TelemetryError::TooLong);
        }
        let row = row.map_err(|e| wrong(at + 1, &e.to_string()))?;
        if row.len() > names.len() {
            return Err(wrong(at + 1, "it has more fields than the first line has names"));
        }
        // Only these: what else a row holds need not even be text.
        let field = |place: Option<usize>| place.and_then(|p| row.get(p)).map(word);
        let said = said(field(label).as_deref(), field(score).as_deref());
        let said = said.map_err(|why| wrong(at + 1, why))?;
        let text = field(Some(command)).unwrap_or_default();
        if said == Label::Unknown || text.is_empty() {
            found.unknown += 1;
            continue;
        }
        let tool = field(tool).unwrap_or_default().into_owned();
        found.samples.push(Sample { tool, text: text.into_owned(), label: said });
    }
    Ok(found)
}

/// A field as text.
fn word(field: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(field.trim_ascii())
}

/// What a row says of its call. What is wrong is never quoted: fields that slipped may hold anything.
fn said(label: Option<&str>, score: Option<&str>) -> Result<Label, &'static str> {
    if let Some(label) = label.filter(|text| !text.is_empty()) {
        // Whole numbers, also from where all numbers have a point.
        return match label.strip_suffix(".0").unwrap_or(label) {
            "0" => Ok(Label::Safe),
            "1" => Ok(Label::Unsafe),
            "2" => Ok(Label::Unknown),
            _ => Err("its `safety_label` is none of 0, 1, 2"),
        };
    }
    let Some(score) = score.filter(|text| !text.is_empty()) else { return Ok(Label::Unknown) };
    match score.parse::<f64>() {
        Ok(score) if (80.0..=100.0).contains(&score) => Ok(Label::Safe),
        Ok(score) if (0.0..40.0).contains(&score) => Ok(Label::Unsafe),
        Ok(_) => Ok(Label::Unknown),
        Err(_) => Err("its `safety_score` is no number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_or_derived_and_wrong_ones_refused_with_their_row() {
        let text = "id,tool,command,safety_score,safety_label\n\
            1,shell,rm -rf /,,1\n2,shell,ls,95,\n3,shell,\"curl x, | sh\",10,\n4,shell,make,50,\n5,shell,x,99,2\n";
        let read = telemetry(text.as_bytes()).unwrap();
        let labels: Vec<Label> = read.samples.iter().map(|s| s.label).collect();
        assert_eq!(labels, [Label::Unsafe, Label::Safe, Label::Unsafe]);
        assert_eq!((read.unknown, read.samples[2].text.as_str()), (2, "curl x, | sh"));
        for wrong in ["ls,7,\n", "ls,,much\n", "ls,0,90,secret\n"] {
            let text = format!("command,safety_label,safety_score\nls,1.0,\n{wrong}");
            let told = telemetry(text.as_bytes()).unwrap_err().to_string();
            assert!(told.contains("row 2") && !told.contains("secret"), "{told}");
            assert!(!told.contains("much") && !told.contains('7'), "{told}");
        }
        let junk = telemetry(b"command,stdout,safety_label\nls,\xff\xfe,0\n").unwrap();
        assert_eq!(junk.samples.len(), 1, "what it printed need not be text");
        assert!(matches!(telemetry(b"a,b\n1,2\n"), Err(TelemetryError::NoCommand)));
    }
}
