//! The walk along the chain: takes rows one by one and remembers what does not fit. No store, no files.
//!
//! What a row can be held to: its `meta` hashes to `meta_digest`, says the same place, time, type, world, story,
//! actor, tool, verdict, tier and question as the columns beside it and names the digest of its body; its hash follows from `prev` and `meta_digest`; `prev`
//! is the hash of the row before; places count up by one from 1; and every signed head names a row's hash.
//!
//! A chain can be whole and tell a lie: a call that ran on a yes that nobody gave. So the walk remembers which
//! questions were answered with yes, and an `approval.consumed` row whose question has no yes before it, or one
//! that ended since, is a fault. So is the use of a kept answer that no row before it gave. Rows of questions keep their `meta`, so retention hides none of this.
//!
//! Retention: a body or a whole `meta` may be gone, lawfully, and the chain still holds, since only their
//! digests are in it. What is gone cannot be checked, so it is counted and said. Bodies are erased oldest
//! first, so one that is gone while an older one is still there was not erased by retention; only rows of
//! calls lose their `meta`. Each erasing leaves a `journal.pruned` row behind it; what is missing after the
//! newest such row is counted apart, since nothing on record explains it (yet: erasing that was interrupted
//! is recorded by the next one). Time and type of a row without `meta` are bare columns that nothing vouches
//! for: whoever writes to the database can make a row of a call look like a read that was erased.

use crate::domain::digest::Digest;
use crate::domain::entry::{Entry, EntryType, Filed, Head, chain_hash};
use crate::domain::principal::Principal;
use crate::domain::time::Millis;
use crate::journal::SignedHead;
use crate::journal::report::{Fault, FaultKind, Report};
use serde::Deserialize;
use std::collections::HashSet;

/// Faults kept with their words; of more only the number is. Forged heads must not crowd out the rows.
const KEPT: usize = 100;
const FORGED: usize = 10;

/// What `meta` says of itself. Everything else in it is free to grow.
#[derive(Deserialize)]
struct Told {
    seq: u64,
    ts: Millis,
    #[serde(rename = "type")]
    kind: String,
    body_digest: Digest,
    tenant: Option<String>,
    correlation: Option<String>,
    session: Option<String>,
    principal: Option<Principal>,
    tool: Option<String>,
    verdict: Option<String>,
    tier: Option<i64>,
    approval: Option<String>,
}

impl Told {
    fn filed(&self) -> Filed {
        Filed {
            tenant: self.tenant.clone(),
            correlation: self.correlation.clone(),
            session: self.session.clone(),
            principal: self.principal.as_ref().map(ToString::to_string),
            tool: self.tool.clone(),
            verdict: self.verdict.clone(),
            tier: self.tier,
            approval: self.approval.clone(),
        }
    }
}

/// Where the walk is and what it found.
#[derive(Debug)]
pub(in crate::journal) struct Check {
    report: Report,
    last: Digest,
    /// The row before was at fault: that the next one does not follow it is no news.
    broken: bool,
    /// Heads with good signatures, by place; those before `next` are dealt with.
    heads: Vec<SignedHead>,
    next: usize,
    /// Whether a head disagreed already: then all later ones do.
    disagreed: bool,
    expect: Option<(u64, Digest)>,
    /// The oldest row that still has its body.
    oldest_body: Option<u64>,
    /// Questions answered with yes, until the yes is used or ends.
    approved: HashSet<String>,
    /// Questions whose answer is kept.
    kept: HashSet<String>,
    /// Nothing was wrong with the rows so far.
    sound: bool,
}

impl Check {
    /// A walk from the first row. `heads` have good signatures; `expect` is a head that a person brought.
    pub(in crate::journal) fn new(
        mut heads: Vec<SignedHead>,
        expect: Option<(u64, Digest)>,
    ) -> Self {
        heads.sort_by_key(|h| h.seq);
        let report = Report { heads: heads.len() as u64, ..Report::default() };
        let next = heads.partition_point(|h| h.seq == 0);
        let mut check = Self {
            report,
            last: Digest::ZERO,
            broken: false,
            heads,
            next,
            disagreed: false,
            expect,
            oldest_body: None,
            approved: HashSet::new(),
            kept: HashSet::new(),
            sound: true,
        };
        if expect.is_some_and(|(seq, hash)| seq == 0 && hash != Digest::ZERO) {
            check.brought(0);
        }
        check
    }

    /// Notes something that does not fit.
    pub(in crate::journal) fn fault(&mut self, kind: FaultKind, seq: Option<u64>, what: String) {
        let forged = kind == FaultKind::ForgedHead;
        self.sound &= forged;
        if self.report.faults.len() < if forged { FORGED } else { KEPT } {
            self.report.faults.push(Fault { kind, seq, what });
        } else {
            self.report.more_faults += 1;
        }
    }

    /// How far the walk is.
    pub(in crate::journal) fn at(&self) -> u64 {
        self.report.head.seq
    }

    /// The next row.
    pub(in crate::journal) fn row(&mut self, row: &Entry) {
        let before = self.report.head.seq;
        let mut linked = !self.broken;
        self.broken = false;
        if row.seq <= before {
            // The place is the key of the table, so a store never answers so.
            self.at_row(FaultKind::Swapped, row, format!("comes after row {before}"));
            return;
        }
        if row.seq > before + 1 {
            let (from, to) = (before + 1, row.seq - 1);
            let what = if from == to {
                format!("row {from} is gone: the next one is row {}", row.seq)
            } else {
                format!("rows {from} to {to} are gone: the next one is row {}", row.seq)
            };
            self.fault(FaultKind::Deleted, Some(from), what);
            linked = false;
        }
        if let Some((kind, what)) = self.content(row) {
            self.at_row(kind, row, what);
        } else if chain_hash(&row.prev, &row.meta_digest) != row.hash {
            self.at_row(
                FaultKind::Edited,
                row,
                "was edited: its hash is not that of its content".into(),
            );
        }
        // A row that is wrong in itself need not also be told to follow nobody.
        if linked && !self.broken && row.prev != self.last {
            if before == 0 {
                self.at_row(
                    FaultKind::Deleted,
                    row,
                    "follows another row, yet it is the first: the ones before it are gone".into(),
                );
            } else {
                let what = format!(
                    "row {before} was edited and hashed anew, or row {} was put in its place: the one does not follow the other",
                    row.seq
                );
                self.fault(FaultKind::Edited, Some(before), what);
            }
        }
        self.yes(row);
        self.report.rows += 1;
        self.report.head = Head { seq: row.seq, hash: row.hash, ts: row.ts };
        self.last = row.hash;
        self.witness(row);
    }

    fn at_row(&mut self, kind: FaultKind, row: &Entry, what: String) {
        self.broken = true;
        self.fault(kind, Some(row.seq), format!("row {} {what}", row.seq));
    }

    /// Holds the use of a yes to the rows that gave it.
    fn yes(&mut self, row: &Entry) {
        let Some(approval) = &row.filed.approval else { return };
        match row.kind.as_str() {
            // One voice of several is no yes yet.
            "approval.approved" if !is_vote(row) => {
                self.approved.insert(approval.clone());
            }
            "approval.denied" | "approval.expired" | "approval.cancelled" => {
                self.approved.remove(approval);
            }
            "approval.consumed" if !self.approved.remove(approval) => {
                let what = format!(
                    "row {} was forged, or the yes it tells of was: it uses a yes to question {approval}, and no row before it gave one that was still unused",
                    row.seq
                );
                self.fault(FaultKind::Forged, Some(row.seq), what);
            }
            "remembered.given" => {
                self.kept.insert(approval.clone());
            }
            "remembered.ended" => {
                self.kept.remove(approval);
            }
            "remembered.used" if !self.kept.contains(approval) => {
                let what = format!(
                    "row {} was forged, or the row that gave what it tells of was: it uses a kept answer to question {approval}, and no row before it gave one that still counted",
                    row.seq
                );
                self.fault(FaultKind::Forged, Some(row.seq), what);
            }
            _ => {}
        }
    }

    /// Holds the row to the heads that name its place.
    fn witness(&mut self, row: &Entry) {
        while let Some(head) = self.heads.get(self.next).filter(|h| h.seq <= row.seq) {
            let (seq, hash, ts) = (head.seq, head.hash, head.ts);
            self.next += 1;
            if seq < row.seq {
                continue; // Its row is gone, and that was said.
            }
            if hash == row.hash {
                self.agrees(seq);
            } else if !std::mem::replace(&mut self.disagreed, true) {
                let from = self.report.witnessed + 1;
                let what = format!(
                    "the head signed for row {seq} at {} is not the hash that the row has now: something in rows {from} to {seq} was replaced and everything after it hashed anew",
                    ts.rfc3339()
                );
                self.fault(FaultKind::Rehashed, Some(seq), what);
            }
        }
        match self.expect {
            Some((seq, hash)) if seq == row.seq && hash == row.hash => self.agrees(seq),
            Some((seq, _)) if seq == row.seq => self.brought(seq),
            _ => {}
        }
    }

    /// A witness vouches for a row, and with it for all before, as long as nothing before was found wrong.
    fn agrees(&mut self, seq: u64) {
        if self.sound {
            self.report.witnessed = self.report.witnessed.max(seq);
        }
    }

    /// There are no more rows.
    pub(in crate::journal) fn finish(mut self) -> Report {
        let end = self.report.head.seq;
        let signed = self.heads.last().filter(|h| h.seq > end).map(|h| (h.seq, h.ts.rfc3339()));
        if let Some((seq, ts)) = signed {
            let what = format!(
                "the tail is cut: a head signed at {ts} names row {seq}, the journal ends at row {end}"
            );
            self.fault(FaultKind::Cut, Some(end + 1), what);
        }
        if let Some((seq, _)) = self.expect.filter(|(seq, _)| *seq > end) {
            let what = format!(
                "the tail is cut: the head you brought names row {seq}, the journal ends at row {end}"
            );
            self.fault(FaultKind::Cut, Some(end + 1), what);
        }
        let witnessed = self.report.witnessed;
        self.report.tail_unwitnessed_since = (witnessed < end).then_some(witnessed + 1);
        // Stable, so faults of one place keep the order in which they were found; forged heads come last.
        self.report.faults.sort_by_key(|f| (f.kind == FaultKind::ForgedHead, f.seq));
        self.report
    }

    /// What is wrong inside a row, and in the report what is missing of it.
    fn content(&mut self, row: &Entry) -> Option<(FaultKind, String)> {
        let report = &mut self.report;
        let edited = |what: &str| Some((FaultKind::Edited, format!("was edited: {what}")));
        let Some(meta) = &row.meta else {
            report.erased_rows += 1;
            report.unrecorded += 1;
            let call = [EntryType::CallPermitted, EntryType::CallOutcome];
            if row.body.is_some() || row.salt.is_some() {
                return edited("it has a body and no record that vouches for it");
            }
            if row.filed != Filed::default() {
                return edited("its record is gone, yet it is filed as if it were there");
            }
            if !call.iter().any(|kind| kind.as_str() == row.kind) {
                return edited(
                    "its record is gone, and only rows of calls are ever reduced to their hashes",
                );
            }
            return None;
        };
        if Digest::sha256(&[meta.as_bytes()]) != row.meta_digest {
            return edited("its record is not the one that was hashed");
        }
        let Ok(told) = serde_json::from_str::<Told>(meta) else {
            return edited("its record is none that this program writes");
        };
        if told.seq != row.seq {
            return Some((
                FaultKind::Swapped,
                format!("holds what was written as row {}", told.seq),
            ));
        }
        if told.ts != row.ts {
            return edited("its time is not the recorded one");
        }
        if told.kind != row.kind {
            return edited("its type is not the recorded one");
        }
        if told.filed() != row.filed {
            return edited(
                "it is filed under something else than was recorded, so searches miss it",
            );
        }
        match (&row.salt, &row.body) {
            (None, None) if told.body_digest == Digest::sha256(&[]) => {}
            (None, None) => {
                report.erased_bodies += 1;
                report.unrecorded += 1;
                if let Some(older) = self.oldest_body {
                    let what = format!(
                        "its body is gone, though row {older} still has its own and bodies are erased oldest first"
                    );
                    return edited(&what);
                }
            }
            (Some(salt), Some(body)) if Digest::sha256(&[salt, body]) == told.body_digest => {
                self.oldest_body.get_or_insert(row.seq);
            }
            (Some(_), Some(_)) => return edited("its body is not the recorded one"),
            (Some(_), None) | (None, Some(_)) => {
                return edited("body and salt are erased together or not at all");
            }
        }
        if row.kind == EntryType::JournalPruned.as_str() {
            report.unrecorded = 0;
        }
        None
    }

    /// The row is not the one of the head that a person brought.
    fn brought(&mut self, seq: u64) {
        let what = format!(
            "row {seq} has another hash than the head you brought: it, or a row before it, was replaced and everything after it hashed anew"
        );
        self.fault(FaultKind::Rehashed, Some(seq), what);
    }
}

/// Whether a yes is one that others must still join.
fn is_vote(row: &Entry) -> bool {
    #[derive(Deserialize)]
    struct Said {
        outcome: Option<String>,
    }
    let said = row.meta.as_deref().and_then(|meta| serde_json::from_str::<Said>(meta).ok());
    said.and_then(|said| said.outcome).as_deref() == Some("vote")
}
