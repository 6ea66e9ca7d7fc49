//! What verification found, in words that claim no more than was shown.
//!
//! "ok" alone is said only when a witness vouches for the newest row. Otherwise the report says up to which
//! row, because whatever stands after the newest signed head could have been rewritten without a trace.

use crate::domain::entry::Head;
use serde::Serialize;

/// How the journal differs from what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A row says something else than was hashed.
    Edited,
    /// A row is gone from the middle or the beginning.
    Deleted,
    /// A row stands in another place.
    Swapped,
    /// Rows are gone from the end.
    Cut,
    /// A row tells of something that the rows before it do not allow.
    Forged,
    /// A line of `heads.jsonl` that our key did not sign.
    ForgedHead,
    /// The chain is whole, but not the one that heads were signed for.
    Rehashed,
}

impl FaultKind {
    /// Its word in rows and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Swapped => "swapped",
            Self::Cut => "cut",
            Self::Forged => "forged",
            Self::ForgedHead => "forged_head",
            Self::Rehashed => "rehashed",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What was done.
    pub kind: FaultKind,
    /// The first row concerned; `None` for a line of `heads.jsonl` that names none.
    pub seq: Option<u64>,
    /// One sentence a person can read.
    pub what: String,
}

/// What verification found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Rows read.
    pub rows: u64,
    /// The newest row: note it down and bring it along next time.
    #[serde(serialize_with = "as_text")]
    pub head: Head,
    /// Signed heads with a good signature.
    pub heads: u64,
    /// The newest row that a witness vouches for, and with it every row before; 0 for none.
    pub witnessed: u64,
    /// The first row that nobody vouches for.
    pub tail_unwitnessed_since: Option<u64>,
    /// Rows whose body is erased.
    pub erased_bodies: u64,
    /// Rows of which only the hashes are left.
    pub erased_rows: u64,
    /// How many of those no `journal.pruned` row explains.
    pub unrecorded: u64,
    /// The last line of `heads.jsonl` was half written; that is no fault.
    pub cut_line: bool,
    /// What is wrong, first place first. Empty when nothing is.
    pub faults: Vec<Fault>,
    /// Further faults that are not listed.
    pub more_faults: u64,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            rows: 0,
            head: Head {
                seq: 0,
                hash: crate::domain::digest::Digest::ZERO,
                ts: crate::domain::time::Millis::default(),
            },
            heads: 0,
            witnessed: 0,
            tail_unwitnessed_since: None,
            erased_bodies: 0,
            erased_rows: 0,
            unrecorded: 0,
            cut_line: false,
            faults: Vec::new(),
            more_faults: 0,
        }
    }
}

impl Report {
    /// Whether nothing speaks against the journal. The tail may still be unwitnessed.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.faults.is_empty()
    }

    /// The verdict in a few words: `ok`, `ok up to N, tail unwitnessed since N`, or the first fault.
    #[must_use]
    pub fn verdict(&self) -> String {
        if let Some(first) = self.faults.first() {
            return format!("not ok: {}", first.what);
        }
        match self.tail_unwitnessed_since {
            None => "ok".to_owned(),
            Some(1) => {
                "consistent, but tail unwitnessed since row 1: no signed head vouches for any row"
                    .to_owned()
            }
            Some(since) => {
                format!("ok up to row {}, tail unwitnessed since row {since}", self.witnessed)
            }
        }
    }
}

/// A head as people note it down and bring it back: `SEQ:HASH`.
fn as_text<S: serde::Serializer>(head: &Head, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(&format_args!("{}:{}", head.seq, head.hash))
}
