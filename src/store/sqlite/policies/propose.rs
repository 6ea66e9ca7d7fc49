//! A change as it is proposed: checked against what stands, asked about, kept.
//!
//! Nothing is changed here. What is kept is the very text that the question shows, so nobody can be asked about one
//! change and be given another.

use crate::domain::approval::Subject;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::policy::{PolicyDiff, RuleSpec};
use crate::domain::principal::Role;
use crate::domain::time::HOUR;
use crate::store::policies::{
    MOST_AN_HOUR, MOST_AN_HOUR_OF_PEOPLE, MOST_OPEN, NewSuggestion, NotProposed, Suggestion,
    rollback_diff, suggestion_hash,
};
use crate::store::sqlite::ask::ask;
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::paused::is_paused;
use crate::store::sqlite::policies::change::{Change, ShownDiff, Stamp};
use crate::store::sqlite::policies::suggestions::{self, Kept, Shown};
use crate::store::sqlite::policies::{stand, versions};
use crate::store::sqlite::rows;
use crate::store::{Question, StoreError};
use rusqlite::params;
use serde_json::json;

/// Takes a proposal and puts the question about it, or attaches to an equal one.
pub(crate) fn propose(
    tx: &mut Tx<'_>,
    suggestion: NewSuggestion,
) -> Result<Result<Suggestion, NotProposed>, StoreError> {
    // Here and not only in `ask`: a refusal is judged by the time, too.
    tx.now_to_decide()?;
    let shown = shown(&suggestion)?;
    let hash = suggestion_hash(suggestion.base, shown.text.as_bytes());
    let kept = Kept {
        diff: Some(shown.text.as_str().to_owned()),
        base: suggestion.base,
        hash,
        rolls_back: suggestion.rolls_back,
        applied: None,
    };
    if let Some(no) = why_not(tx, &suggestion, &shown)? {
        tx.append(&refused(&suggestion.question, &kept, &no))?;
        return Ok(Err(no));
    }
    let tenant = suggestion.question.call.parts().tenant.clone();
    let (by, session) = {
        let parts = suggestion.question.call.parts();
        (parts.principal.clone(), parts.session)
    };
    let asked = ask(tx, suggestion.question)?;
    let approval = asked.approval;
    if asked.attached {
        let found = suggestions::find(tx.conn, &tenant, approval.id)?;
        let (approval, kept) = found.ok_or_else(|| rows::damaged("a proposal"))?;
        return kept.told(approval).map(Ok);
    }
    suggestions::insert(tx.conn, &tenant, approval.id, &kept)?;
    let row = Draft {
        principal: Some(by),
        session: Some(session),
        body: told(&kept, &shown.diff),
        ..about(&approval, EntryType::PolicyProposed)
    };
    tx.append(&row)?;
    kept.told(approval).map(Ok)
}

/// What the question shows. That it is the change in hand is the caller's to see to, so another is no refusal.
fn shown(suggestion: &NewSuggestion) -> Result<ShownDiff, StoreError> {
    let NewSuggestion { question, diff, base, rolls_back } = suggestion;
    let shown = question.call.parts().arguments.as_ref().and_then(Shown::read);
    shown
        .filter(|shown| shown.base == *base && shown.rolls_back == *rolls_back)
        .and_then(|shown| ShownDiff::read(shown.diff))
        .filter(|shown| does_the_same(&shown.diff, diff))
        .filter(|shown| {
            question.subject == Subject::Policy(suggestion_hash(*base, shown.text.as_bytes()))
        })
        .ok_or_else(|| {
            StoreError::Unusable("a question about a change must show exactly that change".into())
        })
}

/// Whether two diffs change the same. What decides nothing is left aside: `meta`, and the score of a rule.
fn does_the_same(one: &PolicyDiff, other: &PolicyDiff) -> bool {
    let bare = |diff: &PolicyDiff| -> Vec<RuleSpec> {
        diff.add.iter().map(|spec| RuleSpec { score: None, ..spec.clone() }).collect()
    };
    one.remove == other.remove && one.modules == other.modules && bare(one) == bare(other)
}

fn why_not(
    tx: &Tx<'_>,
    suggestion: &NewSuggestion,
    shown: &ShownDiff,
) -> Result<Option<NotProposed>, StoreError> {
    let parts = suggestion.question.call.parts();
    let tenant = &parts.tenant;
    // A pause stops agents. A person may have stopped them all in order to make policy stricter.
    let agent = parts.principal.role == Role::Agent;
    if agent && is_paused(tx.conn, tenant, &parts.principal.name)? {
        return Ok(Some(NotProposed::Paused));
    }
    let stands = stand::read(tx.conn, tenant)?;
    if stands.version != suggestion.base {
        return Ok(Some(NotProposed::StaleBase(stands.version)));
    }
    if let Some(version) = suggestion.rolls_back {
        let inverse = match versions::reversible(tx.conn, tenant, version)? {
            Ok(inverse) => inverse,
            Err(why) => return Ok(Some(NotProposed::NotReversible(why))),
        };
        if !does_the_same(&shown.diff, &rollback_diff(&inverse.clone().told()?)) {
            let why = format!("the diff does not tell what taking back version {version} does");
            return Ok(Some(NotProposed::NotReversible(why)));
        }
        if let Err(what) = Change::of_inverse(&stands, inverse) {
            let why = format!("`{what}` does not stand as version {version} left it");
            return Ok(Some(NotProposed::NotReversible(why)));
        }
    } else {
        let stamp = Stamp { by: "", at: tx.now(), version: 0 };
        if let Err(what) = Change::of_diff(&stands, shown, stamp) {
            return Ok(Some(NotProposed::NoSuch(what)));
        }
    }
    if agent && open(tx, &suggestion.question)? >= MOST_OPEN {
        return Ok(Some(NotProposed::TooMany));
    }
    let most = if agent { MOST_AN_HOUR } else { MOST_AN_HOUR_OF_PEOPLE };
    if lately(tx, &suggestion.question)? >= most {
        return Ok(Some(NotProposed::TooOften));
    }
    Ok(None)
}

/// Other proposals of this principal that wait, for an answer or for their use.
fn open(tx: &Tx<'_>, question: &Question) -> Result<usize, StoreError> {
    let parts = question.call.parts();
    Ok(tx
        .conn
        .prepare_cached(
            "SELECT count(*) FROM approvals
             WHERE tenant = ?1 AND principal = ?2 AND kind = 'policy' AND match_key <> ?3
               AND state IN ('pending', 'approved') AND iif(state = 'pending', answer_by, run_by) > ?4",
        )?
        .query_row(
            params![
                parts.tenant.as_str(),
                parts.principal.to_string(),
                question.call.match_key().0,
                tx.now().0
            ],
            |row| row.get(0),
        )?)
}

/// Proposals of this principal within an hour, whatever became of them.
fn lately(tx: &Tx<'_>, question: &Question) -> Result<usize, StoreError> {
    let parts = question.call.parts();
    Ok(tx
        .conn
        .prepare_cached(
            "SELECT count(*) FROM approvals
             WHERE tenant = ?1 AND asked_at > ?2 AND principal = ?3 AND kind = 'policy'",
        )?
        .query_row(
            params![parts.tenant.as_str(), tx.now().plus(-HOUR).0, parts.principal.to_string()],
            |row| row.get(0),
        )?)
}

/// What a row tells of a proposal: counts, never the text.
fn told(kept: &Kept, diff: &PolicyDiff) -> Vec<u8> {
    body(&json!({
        "base_version": kept.base,
        "hash": kept.hash,
        "rolls_back": kept.rolls_back,
        "added": diff.add.len(),
        "removed": diff.remove.len(),
        "modules": diff.modules.len(),
    }))
}

fn refused(question: &Question, kept: &Kept, no: &NotProposed) -> Draft {
    let parts = question.call.parts();
    let code = match no {
        NotProposed::StaleBase(_) => "stale_base",
        NotProposed::TooMany => "too_many",
        NotProposed::TooOften => "too_often",
        NotProposed::NoSuch(_) => "no_such",
        NotProposed::NotReversible(_) => "not_reversible",
        NotProposed::Paused => "paused",
    };
    Draft {
        correlation: Some(question.correlation),
        session: Some(parts.session),
        principal: Some(parts.principal.clone()),
        upstream: Some(parts.upstream.name.clone()),
        tool: Some(parts.tool.clone()),
        tier: Some(question.ruling.tier.get()),
        policy: Some(question.ruling.policy.version),
        outcome: Some(code.to_owned()),
        body: body(&json!({
            "base_version": kept.base,
            "hash": kept.hash,
            "rolls_back": kept.rolls_back,
        })),
        ..Draft::new(EntryType::PolicyRefused, &parts.tenant)
    }
}
