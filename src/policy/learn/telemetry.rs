//! Telemetry as CSV: `id, ts, event_type, tab_id, batch_id, tool, command, exit_code, stdout, stderr, safety_score,
//! safety_label, metadata`, in any order and with any of them missing but `command`.
//!
//! The label is 0 safe, 1 unsafe, 2 unknown; without one, a score of 80 and more is safe and one below 40 unsafe. What the
//! calls printed is not looked at: it may hold anything, and nothing of it was asked for.

use crate::policy::learn::{Label, Sample};

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
    let wrong = |row: usize, why: String| TelemetryError::Row { row, why };
    let names = reader.headers().map_err(|e| wrong(0, e.to_string()))?.clone();
    let place = |name: &str| names.iter().position(|n| n.trim().eq_ignore_ascii_case(name));
    let command = place("command").ok_or(TelemetryError::NoCommand)?;
    let (tool, score, label) = (place("tool"), place("safety_score"), place("safety_label"));
    let mut found = Telemetry::default();
    for (at, row) in reader.records().enumerate() {
        if at == ROWS_MAX {
            return Err(TelemetryError::TooLong);
        }
        let row = row.map_err(|e| wrong(at + 1, e.to_string()))?;
        let field = |place: Option<usize>| place.and_then(|p| row.get(p)).map(str::trim);
        let said = match field(label).filter(|text| !text.is_empty()) {
            Some("0") => Some(Label::Safe),
            Some("1") => Some(Label::Unsafe),
            Some("2") => None,
            Some(other) => {
                return Err(wrong(at + 1, format!("`safety_label` is `{other}`; it is 0, 1 or 2")));
            }
            None => match field(score).filter(|text| !text.is_empty()) {
                None => None,
                Some(text) => match text.parse::<f64>() {
                    Ok(score) if score >= 80.0 => Some(Label::Safe),
                    Ok(score) if score < 40.0 => Some(Label::Unsafe),
                    Ok(_) => None,
                    Err(_) => {
                        return Err(wrong(
                            at + 1,
                            format!("`safety_score` is `{text}`, no number"),
                        ));
                    }
                },
            },
        };
        let text = field(Some(command)).unwrap_or_default();
        match said {
            Some(label) if !text.is_empty() => found.samples.push(Sample {
                tool: field(tool).unwrap_or_default().to_owned(),
                text: text.to_owned(),
                label,
            }),
            _ => found.unknown += 1,
        }
    }
    Ok(found)
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
        let wrong = telemetry(b"command,safety_label\nls,7\n").unwrap_err();
        assert!(wrong.to_string().contains("row 1") && wrong.to_string().contains('7'));
        assert!(matches!(telemetry(b"a,b\n1,2\n"), Err(TelemetryError::NoCommand)));
    }
}
