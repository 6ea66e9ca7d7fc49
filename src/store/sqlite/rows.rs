//! Rows read back into the types of the domain. What cannot be read is damage, and damage is a no.

use crate::domain::approval::{Approval, Decider, State, Subject, TokenState};
use crate::domain::call::Method;
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, RunId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Proof, Tenant};
use crate::domain::quorum::{Quorum, Seat};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::votes;
use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

impl From<rusqlite::Error> for StoreError {
    fn from(e: rusqlite::Error) -> Self {
        Self::Unusable(e.to_string())
    }
}

/// What to say of a value that this program never wrote.
pub(crate) fn damaged(what: &str) -> StoreError {
    StoreError::Unusable(format!("it is damaged: {what} cannot be read"))
}

/// A column of this name.
pub(crate) fn column<T: FromSql>(row: &Row<'_>, name: &str) -> Result<T, StoreError> {
    Ok(row.get(name)?)
}

/// A column that holds a word of the domain.
pub(crate) fn word<T>(
    row: &Row<'_>,
    name: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let text: String = column(row, name)?;
    parse(&text).ok_or_else(|| damaged(name))
}

/// A column that may hold a word of the domain.
pub(crate) fn maybe_word<T>(
    row: &Row<'_>,
    name: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let text: Option<String> = column(row, name)?;
    text.map(|text| parse(&text).ok_or_else(|| damaged(name))).transpose()
}

/// A column that holds an id.
pub(crate) fn id(row: &Row<'_>, name: &str) -> Result<Uuid, StoreError> {
    Ok(Uuid::from_bytes(column(row, name)?))
}

/// A column that may hold an id.
pub(crate) fn maybe_id(row: &Row<'_>, name: &str) -> Result<Option<Uuid>, StoreError> {
    Ok(column::<Option<[u8; 16]>>(row, name)?.map(Uuid::from_bytes))
}

/// A column that holds a digest.
pub(crate) fn digest(row: &Row<'_>, name: &str) -> Result<Digest, StoreError> {
    Ok(Digest(column(row, name)?))
}

/// A column that holds a time.
pub(crate) fn time(row: &Row<'_>, name: &str) -> Result<Millis, StoreError> {
    Ok(Millis(column(row, name)?))
}

/// A column that may hold a time.
pub(crate) fn maybe_time(row: &Row<'_>, name: &str) -> Result<Option<Millis>, StoreError> {
    Ok(column::<Option<i64>>(row, name)?.map(Millis))
}

/// One question of this tenant.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    wanted: ApprovalId,
) -> Result<Option<Approval>, StoreError> {
    let found = conn
        .prepare_cached(&format!(
            "SELECT {} FROM approvals WHERE id = ?1 AND tenant = ?2",
            votes::columns("approvals")
        ))?
        .query_row(params![wanted.0.as_bytes(), tenant.as_str()], |row| Ok(approval(row)))
        .optional()?;
    found.transpose()
}

/// One question of this tenant that is known to be there.
pub(crate) fn get(
    conn: &Connection,
    tenant: &Tenant,
    wanted: ApprovalId,
) -> Result<Approval, StoreError> {
    find(conn, tenant, wanted)?.ok_or_else(|| damaged("a question that was just written"))
}

/// A row of `approvals`, read with [`votes::columns`].
pub(crate) fn approval(row: &Row<'_>) -> Result<Approval, StoreError> {
    let state = word(row, "state", State::parse)?;
    let decided_by = maybe_word(row, "decided_by", Principal::parse)?;
    let proof = maybe_word(row, "proof", Proof::parse)?;
    let ruling: String = column(row, "ruling")?;
    Ok(Approval {
        id: ApprovalId(id(row, "id")?),
        subject: subject(row)?,
        correlation: CorrelationId(id(row, "correlation_id")?),
        tenant: word(row, "tenant", Tenant::new)?,
        principal: word(row, "principal", Principal::parse)?,
        session: SessionId(id(row, "session")?),
        upstream: column(row, "upstream")?,
        identity: digest(row, "identity")?,
        method: word(row, "method", Method::parse)?,
        tool: column(row, "tool")?,
        definition: digest(row, "definition")?,
        arguments: arguments(row)?,
        call_digest: digest(row, "call_digest")?,
        match_key: digest(row, "match_key")?,
        ruling: serde_json::from_str(&ruling).map_err(|_| damaged("ruling"))?,
        state,
        quorum: Quorum {
            required: column(row, "required")?,
            seats: seats(row)?,
            escalate_at: maybe_time(row, "escalate_at")?,
        },
        votes: votes::read(&column::<String>(row, "ayes")?)?,
        escalated: column(row, "escalated")?,
        asked_at: time(row, "asked_at")?,
        answer_by: time(row, "answer_by")?,
        yes_life: column(row, "yes_life")?,
        decided_at: maybe_time(row, "decided_at")?,
        decided_by: decided_by.zip(proof).map(|(principal, proof)| Decider { principal, proof }),
        reason: column(row, "reason")?,
        run_by: maybe_time(row, "run_by")?,
        token: word(row, "token", token)?,
        abandoned_at: maybe_time(row, "abandoned_at")?,
        consumed_at: maybe_time(row, "consumed_at")?,
        consumed_by: maybe_id(row, "consumed_by")?.map(SessionId),
        outcome: maybe_word(row, "outcome", OutcomeKind::parse)?,
        delivered: column(row, "delivered")?,
    })
}

fn seats(row: &Row<'_>) -> Result<Vec<Seat>, StoreError> {
    let Some(text) = column::<Option<String>>(row, "seats")? else { return Ok(Vec::new()) };
    serde_json::from_str(&text).map_err(|_| damaged("seats"))
}

fn subject(row: &Row<'_>) -> Result<Subject, StoreError> {
    match column::<String>(row, "kind")?.as_str() {
        "call" => Ok(Subject::Call),
        "plan" => Ok(Subject::Plan(digest(row, "subject")?)),
        "policy" => Ok(Subject::Policy(digest(row, "subject")?)),
        "run" => Ok(Subject::Run(RunId(id(row, "subject")?))),
        "step" => step(&column::<Vec<u8>>(row, "subject")?).ok_or_else(|| damaged("subject")),
        _ => Err(damaged("kind")),
    }
}

/// The run's id, then the step's number in four bytes.
fn step(bytes: &[u8]) -> Option<Subject> {
    let (run, step) = bytes.split_first_chunk::<16>()?;
    let step = u32::from_be_bytes(step.try_into().ok()?);
    Some(Subject::Step(RunId(uuid::Uuid::from_bytes(*run)), step))
}

/// The strict reader reads them again, and must find them to be what it wrote.
pub(crate) fn arguments(row: &Row<'_>) -> Result<Option<Canonical>, StoreError> {
    let Some(bytes) = column::<Option<Vec<u8>>>(row, "arguments")? else { return Ok(None) };
    let read = Canonical::read(&bytes, &Limits::ARGUMENTS).map_err(|_| damaged("arguments"))?;
    if read.as_bytes() == bytes { Ok(Some(read)) } else { Err(damaged("arguments")) }
}

fn token(word: &str) -> Option<TokenState> {
    match word {
        "none" => Some(TokenState::None),
        "minted" => Some(TokenState::Minted),
        "redeemed" => Some(TokenState::Redeemed),
        _ => None,
    }
}
