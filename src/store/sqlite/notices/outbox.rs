//! Puts what is to be told beside the event that it tells of, in the transaction of that event.
//!
//! Called for every row of the journal, so a row that nobody is told of costs a comparison and no query. Nothing of the
//! row's own words is kept: the kind of event and its place are all, and the words of a notification are made when it is sent.

use crate::domain::entry::{Draft, EntryType};
use crate::domain::notice::NoticeKind;
use crate::domain::time::{MINUTE, Millis};
use crate::domain::violation::Grade;
use crate::store::StoreError;
use crate::store::sqlite::notices::targets;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Deliveries that may wait for one target. Whoever did not hear a thousand is not helped by another one, and an agent that
/// asks without end must not fill the store.
const WAITING_MAX: u32 = 1_000;

/// Questions of one asker that a target is told of within [`ASKED_WITHIN`]. Later ones are not told one by one: each message
/// says how many wait.
const ASKED_MAX: u32 = 20;
/// Milliseconds.
const ASKED_WITHIN: i64 = 10 * MINUTE;
/// The newest deliveries of a target among which they are counted.
const COUNTED: u32 = 200;

/// Puts it to every enabled target of the row's world that wants to hear of such.
pub(crate) fn enqueue(
    conn: &Connection,
    draft: &Draft,
    seq: u64,
    now: Millis,
) -> Result<(), StoreError> {
    let kinds = kinds(draft);
    if kinds.iter().all(Option::is_none) {
        return Ok(());
    }
    // The names of a world's targets are an index: where there are none, this is one look into it.
    let mut enabled = conn.prepare_cached(
        "SELECT id, events FROM notify_targets WHERE tenant = ?1 AND removed_at IS NULL AND enabled = 1",
    )?;
    let mut rows = enabled.query([draft.tenant.as_str()])?;
    while let Some(row) = rows.next()? {
        let target = Uuid::from_bytes(row.get(0)?);
        let wanted = targets::events(&row.get::<_, String>(1)?)?;
        // Whoever is told that a question waits is told that nobody answered it.
        let told = |kind: &NoticeKind| {
            let asked = *kind == NoticeKind::ApprovalEscalated
                && wanted.contains(&NoticeKind::ApprovalAsked);
            asked || wanted.contains(kind)
        };
        for kind in kinds.iter().flatten().filter(|kind| told(kind)) {
            if *kind == NoticeKind::ApprovalAsked && is_folded(conn, draft, target, now)? {
                continue;
            }
            put(conn, draft, target, seq, *kind, now)?;
        }
    }
    Ok(())
}

/// Whether this target was told of enough questions of this asker just now.
fn is_folded(
    conn: &Connection,
    draft: &Draft,
    target: Uuid,
    now: Millis,
) -> Result<bool, StoreError> {
    let asker = draft.principal.as_ref().map(ToString::to_string);
    let told: u32 = conn
        .prepare_cached(
            "SELECT count(*) FROM
                 (SELECT seq, kind, created_at FROM deliveries WHERE target = ?1 ORDER BY seq DESC LIMIT ?4) d
             JOIN journal j ON j.seq = d.seq
             WHERE d.kind = 'approval_asked' AND d.created_at > ?2 AND j.principal IS ?3",
        )?
        .query_row(
            params![target.as_bytes(), now.plus(-ASKED_WITHIN).0, asker, COUNTED],
            |row| row.get(0),
        )?;
    Ok(told >= ASKED_MAX)
}

/// Puts one delivery, once a target, event and kind.
pub(crate) fn put(
    conn: &Connection,
    draft: &Draft,
    target: Uuid,
    seq: u64,
    kind: NoticeKind,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT OR IGNORE INTO deliveries (target, seq, tenant, kind, created_at, due_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?5
         WHERE (SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE target = ?1 AND status = 'pending' LIMIT ?6)) < ?6",
    )?
    .execute(params![
        target.as_bytes(),
        seq,
        draft.tenant.as_str(),
        kind.as_str(),
        now.0,
        WAITING_MAX
    ])?;
    Ok(())
}

/// What people are told of a row.
fn kinds(draft: &Draft) -> [Option<NoticeKind>; 2] {
    use EntryType as T;
    let event = match draft.kind {
        T::ApprovalAsked => Some(NoticeKind::ApprovalAsked),
        T::ApprovalEscalated => Some(NoticeKind::ApprovalEscalated),
        // One voice of several is no decision.
        T::ApprovalApproved if draft.outcome.as_deref() == Some("vote") => None,
        T::ApprovalApproved | T::ApprovalDenied => Some(NoticeKind::ApprovalDecided),
        T::ApprovalExpired => Some(NoticeKind::ApprovalExpired),
        T::RunCompleted | T::RunFailed | T::RunStopped => Some(NoticeKind::RunEnded),
        T::JournalTrouble => Some(NoticeKind::JournalTrouble),
        _ => None,
    };
    let grave = draft.violations.iter().any(|violation| violation.severity == Grade::Critical);
    [event, grave.then_some(NoticeKind::CriticalViolation)]
}
