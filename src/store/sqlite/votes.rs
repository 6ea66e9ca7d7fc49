//! Voices: who said yes or no to a question, each once, and whether those who said yes are enough.
//!
//! A voice is written, and the voices are counted, in the transaction that decides; nothing is kept that would have to be
//! read, changed and written back. Voices never change and are never taken back; that of a user who was revoked before it
//! was decided counts no more, and whoever is a user again may speak again.

use crate::domain::approval::{Answer, Approval, Subject};
use crate::domain::id::ApprovalId;
use crate::domain::principal::Role;
use crate::domain::quorum::Vote;
use crate::domain::time::Millis;
use crate::store::sqlite::rows;
use crate::store::{Decision, StoreError};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// What a voice `v` for a question `{approvals}` must be to count: not of a user who was revoked between it and the decision,
/// or whoever stole a token would be heard after it was taken from him. What was decided is told as it was.
fn counts(approvals: &str) -> String {
    format!(
        "v.approval = {approvals}.id AND NOT EXISTS (
             SELECT 1 FROM users u WHERE u.name = v.decider AND u.tenant = {approvals}.tenant AND u.revoked_at >= v.at
                 AND u.revoked_at < coalesce({approvals}.decided_at, {approvals}.ended_at, u.revoked_at + 1))"
    )
}

/// The columns of a question in a `SELECT` from `approvals`, under this name there: with who said yes so far.
pub(crate) fn columns(approvals: &str) -> String {
    let counts = counts(approvals);
    format!(
        "{approvals}.*, (SELECT json_group_array(json_array(v.decider, v.at) ORDER BY v.at, v.rowid) FROM votes v
             WHERE v.verdict = 'approve' AND {counts}) AS ayes"
    )
}

/// Reads the last of [`columns`].
pub(crate) fn read(ayes: &str) -> Result<Vec<Vote>, StoreError> {
    let votes: Vec<(String, Millis)> =
        serde_json::from_str(ayes).map_err(|_| rows::damaged("votes"))?;
    Ok(votes.into_iter().map(|(name, at)| Vote { name, at }).collect())
}

/// Writes a voice down. `false` when he was heard before.
pub(crate) fn cast(
    conn: &Connection,
    approval: &Approval,
    decision: &Decision,
    now: Millis,
) -> Result<bool, StoreError> {
    let word = match decision.answer {
        Answer::Approve { .. } => "approve",
        Answer::Deny { .. } => "deny",
    };
    let wish = decision.wish.as_ref().map(serde_json::to_string).transpose();
    let wish = wish.map_err(|e| StoreError::Unusable(format!("cannot write a wish: {e}")))?;
    // The question was read in this transaction, and its votes with it.
    if approval.votes.iter().any(|vote| vote.name == decision.by.principal.name) {
        return Ok(false);
    }
    let counted = conn
        .prepare_cached(
            "INSERT OR IGNORE INTO votes (approval, decider, verdict, at, wish) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            approval.id.0.as_bytes(),
            decision.by.principal.name,
            word,
            now.0,
            wish,
        ])?;
    Ok(counted == 1)
}

/// The yeses to a question, as they stand in this transaction.
#[derive(Debug)]
pub(crate) struct Tally {
    names: Vec<String>,
    filled: u32,
    required: u32,
    is_reached: bool,
}

impl Tally {
    /// Counts them: those that were read with the question, in this transaction, and that of whoever speaks now.
    pub(crate) fn of(approval: &Approval, now_speaks: &str, now: Millis) -> Self {
        let earlier = approval.votes.iter().map(|vote| vote.name.clone());
        let names: Vec<String> = earlier.chain([now_speaks.to_owned()]).collect();
        let counted: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| *name != approval.principal.name || is_own_to_decide(approval))
            .collect();
        let quorum = &approval.quorum;
        let filled = quorum.filled(&counted, now);
        let is_reached = quorum.is_reached(&counted, now);
        Self { filled, required: quorum.required, is_reached, names }
    }

    /// Whether they are enough.
    pub(crate) fn is_reached(&self) -> bool {
        self.is_reached
    }

    /// For the row of a yes: how many count, of how many, and whose.
    pub(crate) fn told(&self, mut body: Value) -> Value {
        if let Some(body) = body.as_object_mut() {
            body.insert("votes".to_owned(), json!(self.filled));
            body.insert("required".to_owned(), json!(self.required));
            body.insert("names".to_owned(), json!(self.names));
        }
        body
    }
}

/// Whether the voice of whoever asks counts like any other: an admin's change of policy is his own to decide, alone or
/// along with others. What an agent asks never is.
fn is_own_to_decide(approval: &Approval) -> bool {
    matches!(approval.subject, Subject::Policy(_)) && approval.principal.role != Role::Agent
}

/// What those who said so wish to be kept; `None` for whoever wishes nothing.
pub(crate) fn wishes(
    conn: &Connection,
    id: ApprovalId,
    allows: bool,
) -> Result<Vec<Option<String>>, StoreError> {
    let (verdict, counts) = (if allows { "approve" } else { "deny" }, counts("a"));
    let mut statement = conn.prepare_cached(&format!(
        "SELECT v.wish FROM votes v JOIN approvals a ON a.id = v.approval
         WHERE a.id = ?1 AND v.verdict = ?2 AND {counts}"
    ))?;
    let found = statement.query_map(params![id.0.as_bytes(), verdict], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
