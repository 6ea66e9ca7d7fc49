//! One transaction as the verbs see it: its time, and the end of the chain that it appends to.

use crate::domain::approval::Approval;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType, Head, Meta, chain_hash};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::clock::{Reckoned, WallClock};
use crate::store::sqlite::{decisions, meta, outbox};
use rusqlite::{Connection, OptionalExtension as _, params};

/// The newest row; one of the whole file, so read it inside `BEGIN IMMEDIATE` before appending.
pub(crate) fn head(conn: &Connection) -> Result<Head, StoreError> {
    let found = conn
        .prepare_cached("SELECT seq, hash, ts FROM journal ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| {
            Ok(Head { seq: row.get(0)?, hash: Digest(row.get(1)?), ts: Millis(row.get(2)?) })
        })
        .optional()?;
    Ok(found.unwrap_or(Head { seq: 0, hash: Digest::ZERO, ts: Millis::default() }))
}

/// Now, as [`Reckoned`] has it.
pub(crate) fn reckon(
    conn: &Connection,
    clock: &WallClock,
    head: &Head,
) -> Result<Reckoned, StoreError> {
    let wall = clock.read();
    let distance =
        if Reckoned::is_far(wall, head.ts) { meta::get(conn, meta::CLOCK_DISTANCE)? } else { None };
    Ok(Reckoned::new(wall, head.ts, distance))
}

/// A write transaction. Whoever holds one holds the write lock of the file.
#[derive(Debug)]
pub(crate) struct Tx<'c> {
    /// The connection inside its transaction.
    pub(crate) conn: &'c Connection,
    time: Reckoned,
    head: Head,
    stirred: bool,
}

impl<'c> Tx<'c> {
    /// Looks where the chain stands; call right after `BEGIN IMMEDIATE`.
    pub(crate) fn begin(conn: &'c Connection, clock: &WallClock) -> Result<Self, StoreError> {
        let head = head(conn)?;
        let time = reckon(conn, clock, &head)?;
        if !Reckoned::is_far(time.wall, time.newest)
            && meta::get::<i64>(conn, meta::CLOCK_DISTANCE)?.is_some()
        {
            // The clock was set right. Should it fall behind once more, that is another question.
            meta::forget(conn, meta::CLOCK_DISTANCE)?;
        }
        Ok(Self { conn, time, head, stirred: false })
    }

    /// Now, for everything that a clock behind the journal does no harm to.
    pub(crate) fn now(&self) -> Millis {
        self.time.now
    }

    /// Now, for whatever grants or asks.
    pub(crate) fn now_to_decide(&self) -> Result<Millis, StoreError> {
        self.time.to_decide()
    }

    /// The time with its makings.
    pub(crate) fn time(&self) -> Reckoned {
        self.time
    }

    /// Goes on by another reckoning: the clock was accepted.
    pub(crate) fn set_time(&mut self, time: Reckoned) {
        self.time = time;
    }

    /// Where the chain stands.
    pub(crate) fn head(&self) -> Head {
        self.head
    }

    /// Takes the chain back to where it stood: the rows after it were rolled back.
    pub(crate) fn restore(&mut self, head: Head) {
        self.head = head;
    }

    /// Somebody may be waiting for what this transaction changed: wake them at once, not at the next look.
    pub(crate) fn stir(&mut self) {
        self.stirred = true;
    }

    /// Whether somebody may be waiting for it.
    pub(crate) fn is_stirred(&self) -> bool {
        self.stirred
    }

    /// Appends one row and answers with its place.
    pub(crate) fn append(&mut self, draft: &Draft) -> Result<u64, StoreError> {
        let seq = self.head.seq + 1;
        let ts = self.time.now;
        let salt = if draft.body.is_empty() { None } else { Some(salt()?) };
        let body_digest = match &salt {
            None => Digest::sha256(&[]),
            Some(salt) => Digest::sha256(&[salt, &draft.body]),
        };
        let meta = serde_json::to_string(&Meta { seq, ts, draft, body_digest })
            .map_err(|e| StoreError::Unusable(format!("cannot write a journal row: {e}")))?;
        let meta_digest = Digest::sha256(&[meta.as_bytes()]);
        let hash = chain_hash(&self.head.hash, &meta_digest);
        self.conn
            .prepare_cached(
                "INSERT INTO journal (seq, ts, type, tenant, correlation_id, session, principal, tool, verdict,
                     tier, approval, meta, meta_digest, salt, body, prev, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(params![
                seq,
                ts.0,
                draft.kind.as_str(),
                draft.tenant.as_str(),
                draft.correlation.as_ref().map(|id| id.0.as_bytes()),
                draft.session.as_ref().map(|id| id.0.as_bytes()),
                draft.principal.as_ref().map(ToString::to_string),
                draft.tool,
                draft.verdict,
                draft.tier,
                draft.approval.as_ref().map(|id| id.0.as_bytes()),
                meta,
                meta_digest.0,
                salt,
                (!draft.body.is_empty()).then_some(&draft.body),
                self.head.hash.0,
                hash.0,
            ])?;
        for violation in &draft.violations {
            decisions::objected(self.conn, seq, &draft.tenant, violation)?;
        }
        outbox::enqueue(self.conn, draft, seq, ts)?;
        self.head = Head { seq, hash, ts };
        Ok(seq)
    }
}

fn salt() -> Result<[u8; 16], StoreError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt)
        .map_err(|e| StoreError::Unusable(format!("no random numbers: {e}")))?;
    Ok(salt)
}

/// A row about a question, with everything that names the question filled in.
pub(crate) fn about(approval: &Approval, kind: EntryType) -> Draft {
    Draft {
        correlation: Some(approval.correlation),
        upstream: Some(approval.upstream.clone()),
        tool: Some(approval.tool.clone()),
        tier: Some(approval.ruling.tier.get()),
        policy: Some(approval.ruling.policy.version),
        approval: Some(approval.id),
        ..Draft::new(kind, &approval.tenant)
    }
}

/// A body of a row out of serialisable parts.
pub(crate) fn body(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
