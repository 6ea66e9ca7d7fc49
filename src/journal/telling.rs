//! Rows of the journal as pages of events, for whoever reads on from a place: over MCP and over HTTP the same.
//!
//! The cursor names the last place that was looked at. It grants nothing, since every page is filtered anew.

use crate::domain::entry::EntryType;
use crate::journal::Envelope;
use crate::store::events::EventPage;

/// What an agent is not shown: they tell why an attempt to use a yes was turned away, more exactly than whoever tried was
/// told, and would let him find out step by step what fits.
pub const NOT_FOR_AGENTS: [EntryType; 2] =
    [EntryType::ApprovalRefused, EntryType::IrApprovalInvalid];
/// Bytes of one page, about.
pub const ROOM: usize = 1024 * 1024;
/// Events of a page when nobody says how many.
pub const LIMIT: usize = 100;
/// Events of a page at most.
pub const LIMIT_MAX: usize = 1_000;
/// Names of types that one may give.
pub const NAMES_MAX: usize = 64;
/// What an answer holds besides events and their lines.
const FRAME: usize = 1024;

/// As much of a page as there is room for.
#[derive(Debug, Default)]
pub struct Told {
    /// Envelopes as JSON, with commas between them. Text, so that digits stay as they are.
    pub events: String,
    /// A line for each: place, time, type.
    pub lines: String,
    /// How many.
    pub count: usize,
    /// Go on after this place.
    pub to: u64,
    /// Whether the journal goes on after it.
    pub more: bool,
}

/// Tells a page.
///
/// # Errors
/// When an event cannot be written as JSON.
pub fn tell(page: &EventPage) -> Result<Told, serde_json::Error> {
    let mut told = Told { to: page.to, ..Told::default() };
    let mut before = None;
    for row in &page.rows {
        let mut event = serde_json::to_string(&Envelope::of(row))?;
        if event.len() > ROOM / 2 {
            event = serde_json::to_string(&Envelope::without_body(row))?;
        }
        let line = format!("{} {} {}\n", row.seq, row.ts.rfc3339(), row.kind);
        let taken = FRAME + told.events.len() + told.lines.len();
        if taken + event.len() + line.len() > ROOM
            && let Some(last) = before
        {
            told.to = last;
            break;
        }
        if told.count > 0 {
            told.events.push(',');
        }
        told.events.push_str(&event);
        told.lines.push_str(&line);
        told.count += 1;
        before = Some(row.seq);
    }
    told.more = told.to < page.head;
    Ok(told)
}

/// The types that these names mean, each once.
///
/// # Errors
/// What is wrong with them.
pub fn types_named(names: Option<&[String]>) -> Result<Vec<EntryType>, String> {
    let Some(names) = names else { return Ok(EntryType::ALL.to_vec()) };
    if names.is_empty() || names.len() > NAMES_MAX {
        return Err(format!("`types` must have 1 to {NAMES_MAX} names; leave it out for all"));
    }
    let mut wanted = Vec::new();
    for name in names {
        let found = EntryType::named(name);
        if found.is_empty() {
            let name: String = name.chars().take(60).collect();
            return Err(format!(
                "`types` names `{name}`, and no type is called or begins like that; try `approval.*`"
            ));
        }
        wanted.extend(found);
    }
    Ok(EntryType::ALL.iter().copied().filter(|kind| wanted.contains(kind)).collect())
}

/// A place as it is handed out.
#[must_use]
pub fn cursor(seq: u64) -> String {
    format!("e1-{seq:x}")
}

/// Where to go on after: `now` is the head, nothing the beginning.
///
/// # Errors
/// What is wrong with the cursor, called by `name`. A place past the end would silently skip what is yet to be written there.
pub fn place(text: Option<&str>, head: u64, name: &str) -> Result<u64, String> {
    match text {
        None => Ok(0),
        Some("now") => Ok(head),
        Some(text) => parse_cursor(text).filter(|seq| *seq <= head).ok_or_else(|| {
            format!("`{name}` is none that this journal gave; leave it out to begin anew")
        }),
    }
}

/// Reads what [`cursor`] wrote, and nothing that merely resembles it.
fn parse_cursor(text: &str) -> Option<u64> {
    let seq = u64::from_str_radix(text.strip_prefix("e1-")?, 16).ok()?;
    (cursor(seq) == text).then_some(seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_cursors_are_read() {
        assert_eq!(parse_cursor(&cursor(0)), Some(0));
        assert_eq!(parse_cursor(&cursor(u64::MAX)), Some(u64::MAX));
        for text in
            ["", "e1-", "e1-01", "e1-A", "e1-+1", "e2-1", "7", "e1-1 ", "e1-10000000000000000"]
        {
            assert_eq!(parse_cursor(text), None, "{text}");
        }
        let at = |text| place(text, 9, "after");
        assert_eq!((at(None), at(Some("now")), at(Some("e1-9"))), (Ok(0), Ok(9), Ok(9)));
        assert!(at(Some("e1-a")).unwrap_err().contains("`after`"), "past the end");
    }

    #[test]
    fn types_are_named_by_word_or_beginning_and_a_wrong_name_is_told() {
        let names = |names: &[&str]| {
            types_named(Some(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()))
        };
        assert_eq!(names(&["ir.*", "ir.dag_diff_ok"]).unwrap().len(), 9);
        assert!(names(&["approval.aproved"]).unwrap_err().contains("`approval.aproved`"));
        assert!(names(&[]).is_err() && names(&["ir.*"; 65]).is_err());
        assert_eq!(types_named(None).unwrap().len(), EntryType::ALL.len());
    }
}
