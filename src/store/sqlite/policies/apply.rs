//! The one place where stored policy changes: a yes is used up, what stands is changed, a version is written.
//!
//! What was found wrong is asked in a fixed order before anything is written, and the update that uses the yes up
//! repeats what the row must be and decides alone. From the yes on, whatever fails fails the whole verb. As everywhere, a
//! row of `approvals` is nobody's yes without the journal: see `consume.rs`.

use crate::domain::approval::{Answer, Approval, State, TokenState};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::SessionId;
use crate::domain::policy::{PolicyVersion, VersionKind, digest_in_force};
use crate::domain::principal::{Principal, Role};
use crate::domain::time::Millis;
use crate::store::policies::{Apply, ApplyBy, NotApplied};
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::decide::{Own, objection, say_yes};
use crate::store::sqlite::expiry::expire;
use crate::store::sqlite::paused::is_paused;
use crate::store::sqlite::pins::next_version;
use crate::store::sqlite::policies::change::{Change, ShownDiff, Stamp};
use crate::store::sqlite::policies::stand;
use crate::store::sqlite::policies::suggestions::{self, Kept};
use crate::store::sqlite::policies::versions::{self, NewVersion};
use crate::store::sqlite::{memories, meta, rows};
use crate::store::{Decision, NotDecided, StoreError};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;
use uuid::Uuid;

type Applied = Result<PolicyVersion, NotApplied>;
/// Why not, and its code on record.
type Refused = (NotApplied, String);

/// Applies a suggestion.
pub(crate) fn apply(tx: &mut Tx<'_>, key: &StoreKey, apply: Apply) -> Result<Applied, StoreError> {
    let now = tx.now_to_decide()?;
    expire(tx, &apply.tenant, apply.id)?;
    let found = suggestions::find(tx.conn, &apply.tenant, apply.id)?;
    let Some((approval, kept)) = found.filter(|(approval, _)| is_his(&apply, approval)) else {
        return Ok(Err(NotApplied::NotThere));
    };
    let shown = match check(tx, key, &apply, &approval, &kept)? {
        Ok(shown) => shown,
        Err(refused) => return refuse(tx, &apply, &approval, refused),
    };
    let mut decided = false;
    if let (ApplyBy::Admin(decision), State::Pending) = (&apply.by, approval.state) {
        let joined = say_yes(tx, &approval, decision, reason(decision)?, now)?;
        let standing = rows::get(tx.conn, &apply.tenant, apply.id)?;
        if standing.state != State::Approved {
            // One voice a person; it waits for another's.
            let code = if joined { "still_pending" } else { "already_voted" };
            tx.stir();
            let refused = (NotApplied::State(State::Pending), code.to_owned());
            return refuse(tx, &apply, &approval, refused);
        }
        decided = true;
    }
    if !use_up(tx, &apply, &approval, &kept, now)? {
        if decided {
            return Err(StoreError::Unusable("a yes to a change was said and not used".into()));
        }
        // Everything that the row says would do, so it is the journal that knows of no yes.
        let refused = (NotApplied::State(State::Approved), "no_yes_on_record".to_owned());
        return refuse(tx, &apply, &approval, refused);
    }
    let version = change(tx, &apply, &kept, &shown, now)?;
    let found = versions::find(tx.conn, &apply.tenant, version)?;
    found.map(Ok).ok_or_else(|| rows::damaged("a version that was just written"))
}

/// Whether there is anything for him here: an asker's own suggestion, and for an admin the one that he decides about.
fn is_his(apply: &Apply, approval: &Approval) -> bool {
    match &apply.by {
        ApplyBy::Admin(decision) => decision.tenant == apply.tenant && decision.id == apply.id,
        ApplyBy::Asker { by, .. } => approval.principal == *by,
    }
}

/// What is said along with the yes; what is no plain yes applies nothing.
fn reason(decision: &Decision) -> Result<Option<String>, StoreError> {
    match &decision.answer {
        Answer::Approve { reason, token: None } => Ok(reason.clone()),
        Answer::Approve { .. } | Answer::Deny { .. } => {
            Err(StoreError::Unusable("only a plain yes applies a change".into()))
        }
    }
}

/// Everything that must hold, in a fixed order. What is given back is exactly what was shown.
fn check(
    tx: &Tx<'_>,
    key: &StoreKey,
    apply: &Apply,
    approval: &Approval,
    kept: &Kept,
) -> Result<Result<ShownDiff, Refused>, StoreError> {
    let no = match &apply.by {
        ApplyBy::Admin(decision) => no_admin(tx, decision, approval)?,
        ApplyBy::Asker { by, token, .. } => no_asker(tx, by, *token, approval)?,
    };
    if let Some(no) = no {
        return Ok(Err(no));
    }
    let Some(shown) = kept.bound(approval, key) else {
        return Ok(Err((NotApplied::HashDiffers, "not_bound".to_owned())));
    };
    if !apply.hash.same(&kept.hash) {
        return Ok(Err((NotApplied::HashDiffers, "hash_differs".to_owned())));
    }
    let stands = stand::version(tx.conn, &apply.tenant)?;
    if stands != kept.base {
        return Ok(Err((NotApplied::StaleBase(stands), "stale_base".to_owned())));
    }
    Ok(Ok(shown))
}

fn no_admin(
    tx: &Tx<'_>,
    decision: &Decision,
    approval: &Approval,
) -> Result<Option<Refused>, StoreError> {
    reason(decision)?;
    if decision.by.principal.role != Role::Admin {
        return Ok(Some((NotApplied::NoDecider, "no_admin".to_owned())));
    }
    // What an agent asks is another's to decide, whatever either is called. To what another has said yes to, the one
    // who proposed it adds nothing. Where two must say yes, his is one of them.
    let himself = approval.principal.role != Role::Agent;
    let own = if himself || approval.state == State::Approved { Own::Counts } else { Own::Refused };
    let states = [State::Pending, State::Approved];
    if let Some(no) = objection(tx, approval, decision, &states, own)? {
        let code = match &no {
            NotDecided::OwnQuestion => "own_suggestion".to_owned(),
            NotDecided::ShownDiffers => "hash_differs".to_owned(),
            no => no.code(),
        };
        let no = match no {
            NotDecided::NotThere => NotApplied::NotThere,
            NotDecided::Already(state) => NotApplied::State(state),
            NotDecided::OwnQuestion => NotApplied::OwnSuggestion,
            NotDecided::ShownDiffers => NotApplied::HashDiffers,
            NotDecided::TierTooHigh | NotDecided::NoDecider | NotDecided::NoUser => {
                NotApplied::NoDecider
            }
            NotDecided::NotNamed | NotDecided::ClientMayNot => NotApplied::NoDecider,
            NotDecided::StateUsed | NotDecided::CannotKeep | NotDecided::SessionOver => {
                NotApplied::NoDecider
            }
        };
        return Ok(Some((no, code)));
    }
    // A yes that sleeps is woken by its token alone, which is the asker's.
    let sleeps = approval.token == TokenState::Minted;
    Ok(sleeps.then(|| (NotApplied::Token, "needs_token".to_owned())))
}

fn no_asker(
    tx: &Tx<'_>,
    by: &Principal,
    token: Option<Digest>,
    approval: &Approval,
) -> Result<Option<Refused>, StoreError> {
    if is_paused(tx.conn, &approval.tenant, &by.name)? {
        return Ok(Some((NotApplied::Paused, "paused".to_owned())));
    }
    if approval.state != State::Approved {
        let code = match approval.state {
            State::Pending => "still_pending".to_owned(),
            state => format!("already_{}", state.as_str()),
        };
        return Ok(Some((NotApplied::State(approval.state), code)));
    }
    let minted: Option<[u8; 32]> = tx
        .conn
        .prepare_cached("SELECT token_digest FROM approvals WHERE id = ?1")?
        .query_row([approval.id.0.as_bytes()], |row| row.get(0))
        .optional()?
        .flatten();
    let fits = |token: Digest| minted.is_some_and(|minted| Digest(minted).same(&token));
    let code = match (approval.token, token) {
        (TokenState::Minted, Some(token)) if fits(token) => None,
        (TokenState::None | TokenState::Redeemed, None) => None,
        (TokenState::Minted, None) => Some("needs_token"),
        (TokenState::Redeemed, Some(token)) if fits(token) => Some("already_redeemed"),
        (_, Some(_)) => Some("token_invalid"),
    };
    Ok(code.map(|code| (NotApplied::Token, code.to_owned())))
}

/// What the row must be for its yes to be used, in both updates.
const USABLE: &str =
    "id = ?1 AND tenant = ?2 AND kind = 'policy' AND subject = ?3 AND state = 'approved' AND run_by > ?4
    AND 'approval.approved' = (
        SELECT type FROM journal
        WHERE approval = ?1 AND tenant = ?2 AND meta ->> '$.outcome' IS NOT 'vote'
          AND type IN ('approval.approved', 'approval.consumed', 'approval.denied', 'approval.expired',
              'approval.cancelled')
        ORDER BY seq DESC LIMIT 1)";

/// The conditional update that decides; before it a token is presented, since a sleeping yes is none.
fn use_up(
    tx: &mut Tx<'_>,
    apply: &Apply,
    approval: &Approval,
    kept: &Kept,
    now: Millis,
) -> Result<bool, StoreError> {
    let (id, tenant) = (approval.id.0.as_bytes(), apply.tenant.as_str());
    let (token, session) = match &apply.by {
        // No process of ours asked: the id of nobody's session.
        ApplyBy::Admin(_) => (None, SessionId(Uuid::nil())),
        ApplyBy::Asker { token, session, .. } => (*token, *session),
    };
    if let Some(token) = token {
        let redeemed = tx
            .conn
            .prepare_cached(&format!(
                "UPDATE approvals SET token = 'redeemed' WHERE {USABLE} AND token = 'minted' AND token_digest = ?5"
            ))?
            .execute(params![id, tenant, kept.hash.0, now.0, token.0])?;
        if redeemed != 1 {
            return Ok(false);
        }
    }
    let used = tx
        .conn
        .prepare_cached(&format!(
            "UPDATE approvals SET state = 'consumed', consumed_at = ?4, ended_at = ?4, consumed_by = ?5
             WHERE {USABLE} AND token <> 'minted'"
        ))?
        .execute(params![id, tenant, kept.hash.0, now.0, session.0.as_bytes()])?;
    if used != 1 {
        if token.is_some() {
            // The conditions are the same and nothing came between; half of it must not stay.
            return Err(StoreError::Unusable(
                "a yes to a change was presented and not used".into(),
            ));
        }
        return Ok(false);
    }
    let kinds = [token.map(|_| EntryType::TokenRedeemed), Some(EntryType::ApprovalConsumed)];
    for kind in kinds.into_iter().flatten() {
        tx.append(&row(apply, approval, kind))?;
    }
    Ok(true)
}

/// Changes what stands and writes the version; answers its number.
fn change(
    tx: &mut Tx<'_>,
    apply: &Apply,
    kept: &Kept,
    shown: &ShownDiff,
    now: Millis,
) -> Result<u64, StoreError> {
    let tenant = &apply.tenant;
    let approval = rows::get(tx.conn, tenant, apply.id)?;
    let decider = approval.decided_by.as_ref().ok_or_else(|| rows::damaged("a yes"))?;
    let author = decider.principal.to_string();
    let self_confirmed =
        approval.quorum.required < 2 && decider.principal.name == approval.principal.name;
    let version = next_version(tx.conn)?;
    let stands = stand::read(tx.conn, tenant)?;
    let made = match kept.rolls_back {
        None => {
            let stamp = Stamp { by: &decider.principal, at: now, version };
            Change::of_diff(&stands, shown, stamp)?
        }
        Some(back) => match versions::reversible(tx.conn, tenant, back)? {
            Ok(inverse) => Change::of_inverse(&stands, &inverse)?,
            Err(why) => Err(why),
        },
    };
    // It did when it was proposed, and its base stands: somebody else wrote to these tables.
    let made = made.map_err(|what| rows::damaged(&format!("what stands ({what})")))?;
    made.write(tx.conn, tenant)?;
    // What answers leaned on is another thing now, even if it should come back as it was.
    for (layer, name) in made.touches()? {
        memories::end::leaning_on(tx, tenant, layer, &name, &decider.principal)?;
    }
    let (kind, entry) = match kept.rolls_back {
        None => (VersionKind::Applied, EntryType::PolicyApplied),
        Some(_) => (VersionKind::RolledBack, EntryType::PolicyRolledBack),
    };
    let parent = (kept.base > 0).then_some(kept.base);
    let inverse = made.inverse();
    let new = NewVersion {
        version,
        kind,
        digest: &digest_in_force(&apply.config, version),
        at: now,
        author: &author,
        self_confirmed,
        comment: apply.comment.as_deref(),
        parent,
        rolls_back: kept.rolls_back,
        diff: shown.text.as_str(),
        inverse: &inverse,
    };
    versions::write(tx.conn, tenant, apply.id, &new)?;
    let (added, removed, modules) = made.counts();
    let told = Draft {
        policy: Some(version),
        // Stays when the body is erased.
        outcome: self_confirmed.then(|| "self_confirmed".to_owned()),
        body: body(&json!({
            "version": version,
            "parent": parent,
            "hash": kept.hash,
            "added": added,
            "removed": removed,
            "modules": modules,
            "comment": apply.comment,
            "decided_by": author,
            "self_confirmed": self_confirmed,
            "rolls_back": kept.rolls_back,
        })),
        ..row(apply, &approval, entry)
    };
    tx.append(&told)?;
    meta::count_up(tx.conn, meta::POLICY)?;
    tx.stir();
    Ok(version)
}

/// A row about the suggestion, by whoever applies it.
fn row(apply: &Apply, approval: &Approval, kind: EntryType) -> Draft {
    let (principal, session) = match &apply.by {
        ApplyBy::Admin(decision) => (&decision.by.principal, None),
        ApplyBy::Asker { by, session, .. } => (by, Some(*session)),
    };
    Draft { principal: Some(principal.clone()), session, ..about(approval, kind) }
}

/// The row of an attempt that did not count.
fn refuse(
    tx: &mut Tx<'_>,
    apply: &Apply,
    approval: &Approval,
    (no, code): Refused,
) -> Result<Applied, StoreError> {
    let told = Draft {
        outcome: Some(code),
        body: body(&json!({ "hash_shown": apply.hash })),
        ..row(apply, approval, EntryType::PolicyRefused)
    };
    tx.append(&told)?;
    Ok(Err(no))
}
