//! The use of a yes to a plan: at most once, for exactly that plan, and one event for every attempt.
//!
//! What was found wrong is asked in a fixed order (token, tenant, plan, used, over), and the update at the end repeats
//! all of it and decides alone. A row of `approvals` is nobody's yes without the journal: see `consume.rs`.

use crate::domain::approval::{Approval, State, Subject, TokenState};
use crate::domain::call::{Call, CallParts, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{ApprovalId, CorrelationId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Tier;
use crate::domain::time::{Millis, SECOND};
use crate::store::StoreError;
use crate::store::plans::{NotRedeemedPlan, PlanKey, PlanRedemption};
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::expiry::expire;
use crate::store::sqlite::paused::{is_paused, stopped_sql};
use crate::store::sqlite::plans::{find, forget_asked, told};
use crate::store::sqlite::rows;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};
use uuid::Uuid;

type Redeemed = Result<Approval, NotRedeemedPlan>;

/// Uses the yes.
pub(crate) fn redeem_plan(
    tx: &mut Tx<'_>,
    key: &StoreKey,
    redemption: &PlanRedemption,
) -> Result<Redeemed, StoreError> {
    let now = tx.now_to_decide()?;
    let PlanRedemption { tenant, by, ir_hash, .. } = redemption;
    if is_paused(tx.conn, tenant, &by.name)? {
        return refuse(tx, redemption, None, NotRedeemedPlan::Paused);
    }
    let found = match &redemption.key {
        PlanKey::Token(token) => by_token(tx.conn, token)?,
        PlanKey::Id(id) => Some((tenant.clone(), *id)),
    };
    let Some((world, id)) = found else {
        return refuse(tx, redemption, None, NotRedeemedPlan::NotFound);
    };
    if world != *tenant {
        return refuse(tx, redemption, None, NotRedeemedPlan::TenantMismatch);
    }
    expire(tx, tenant, id)?;
    let own = |a: &Approval| matches!(redemption.key, PlanKey::Token(_)) || a.principal == *by;
    let approval = rows::find(tx.conn, tenant, id)?.filter(own);
    let Some(approval) = approval.filter(|a| matches!(a.subject, Subject::Plan(_))) else {
        return refuse(tx, redemption, None, NotRedeemedPlan::NotFound);
    };
    let no = if approval.subject != Subject::Plan(*ir_hash) {
        Some(NotRedeemedPlan::HashMismatch)
    } else {
        let presented = matches!(redemption.key, PlanKey::Token(_));
        match approval.state {
            State::Consumed => Some(NotRedeemedPlan::AlreadyConsumed),
            State::Expired => Some(NotRedeemedPlan::Expired),
            State::Pending | State::Denied | State::Cancelled => {
                Some(NotRedeemedPlan::NotApproved(approval.state))
            }
            State::Approved if approval.token == TokenState::Minted && !presented => {
                Some(NotRedeemedPlan::NotApproved(State::Approved))
            }
            State::Approved if approval.token != TokenState::Minted && presented => {
                Some(NotRedeemedPlan::AlreadyRedeemed)
            }
            State::Approved if said_yes(tx.conn, &approval, by)? => {
                Some(NotRedeemedPlan::OwnDecision)
            }
            State::Approved if is_paused(tx.conn, tenant, &approval.principal.name)? => {
                Some(NotRedeemedPlan::Paused)
            }
            State::Approved if redemption.tier.is_none_or(|tier| tier > approval.ruling.tier) => {
                Some(NotRedeemedPlan::PolicyChanged)
            }
            State::Approved if !approval.is_enough_for(&redemption.needs) => {
                Some(NotRedeemedPlan::QuorumRose)
            }
            State::Approved if !is_bound(&approval, key) => {
                Some(NotRedeemedPlan::NotApproved(State::Approved))
            }
            State::Approved => None,
        }
    };
    if let Some(no) = no {
        return refuse(tx, redemption, Some(&approval), no);
    }
    if !use_up(tx, redemption, &approval, now)? {
        // Everything that the row says would do, so it is the journal that knows of no yes.
        let no = NotRedeemedPlan::NotApproved(State::Approved);
        return refuse(tx, redemption, Some(&approval), no);
    }
    let used = rows::get(tx.conn, tenant, id)?;
    let took = now.since(used.asked_at);
    let mut row = row(redemption, EntryType::IrApprovalConsumed, Some(&used));
    row.body = body(&json!({
        "approval_id": id,
        "tenant_id": tenant,
        "ir_hash": told(ir_hash),
        "consumed_by": by.to_string(),
        "consumed_at": now.rfc3339(),
        "time_to_consume_seconds": seconds(took),
        "was_expired": false,
    }));
    tx.append(&row)?;
    forget_asked(tx.conn, &used)?;
    tx.stir();
    Ok(Ok(used))
}

/// Whether this principal is one of those who said yes. Deciding and using are two people's.
fn said_yes(conn: &Connection, approval: &Approval, by: &Principal) -> Result<bool, StoreError> {
    let decided = approval.decided_by.as_ref().is_some_and(|d| d.principal.name == by.name);
    let voted = conn
        .prepare_cached("SELECT 1 FROM votes WHERE approval = ?1 AND decider = ?2")?
        .exists(params![approval.id.0.as_bytes(), by.name])?;
    Ok(decided || voted)
}

/// The question whose token this is, in whatever world.
pub(crate) fn by_token(
    conn: &Connection,
    token: &Digest,
) -> Result<Option<(Tenant, ApprovalId)>, StoreError> {
    let found: Option<([u8; 16], String, [u8; 32])> = conn
        .prepare_cached(
            "SELECT id, tenant, token_digest FROM approvals WHERE token_digest = ?1 AND kind = 'plan'",
        )?
        .query_row([token.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((id, tenant, minted)) = found else { return Ok(None) };
    if !Digest(minted).same(token) {
        return Ok(None);
    }
    let tenant = Tenant::new(&tenant).ok_or_else(|| rows::damaged("tenant"))?;
    Ok(Some((tenant, ApprovalId(Uuid::from_bytes(id)))))
}

/// Whether the row is about the plan that it shows: the digest covers what was shown, and that names the hash.
fn is_bound(approval: &Approval, key: &StoreKey) -> bool {
    let Subject::Plan(ir_hash) = approval.subject else { return false };
    let shown = approval.arguments.as_ref().and_then(|a| {
        let node = a.node().ok()?;
        node.get("ir_hash").and_then(|hash| hash.as_str()).map(str::to_owned)
    });
    let parts = CallParts {
        tenant: approval.tenant.clone(),
        principal: approval.principal.clone(),
        session: approval.session,
        upstream: UpstreamId { name: approval.upstream.clone(), digest: approval.identity },
        method: approval.method,
        tool: approval.tool.clone(),
        definition: approval.definition,
        arguments: approval.arguments.clone(),
    };
    shown.is_some_and(|shown| shown == told(&ir_hash))
        && Call::seal(parts, key).digest().same(&approval.call_digest)
}

/// What the row must be for its yes to be used, now and in both updates.
fn usable() -> String {
    let (whoever_comes, whoever_asked) = (
        stopped_sql("?5"),
        stopped_sql("substr(approvals.principal, instr(approvals.principal, ':') + 1)"),
    );
    format!(
        "id = ?1 AND tenant = ?2 AND kind = 'plan' AND subject = ?3 AND state = 'approved' AND run_by > ?4 AND tier >= ?6
        AND NOT {whoever_comes} AND NOT {whoever_asked}
        AND 'approval.approved' = (
            SELECT type FROM journal
            WHERE approval = ?1 AND tenant = ?2 AND meta ->> '$.outcome' IS NOT 'vote'
              AND type IN ('approval.approved', 'approval.consumed', 'approval.denied', 'approval.expired',
                  'approval.cancelled')
            ORDER BY seq DESC LIMIT 1)"
    )
}

/// The conditional update that decides; before it the token is presented, since a sleeping yes is none.
fn use_up(
    tx: &mut Tx<'_>,
    redemption: &PlanRedemption,
    approval: &Approval,
    now: Millis,
) -> Result<bool, StoreError> {
    let PlanRedemption { tenant, session, by, ir_hash, tier, .. } = redemption;
    let tier = tier.unwrap_or(Tier::GRAVE).get();
    let (id, usable) = (approval.id.0.as_bytes(), usable());
    let mut redeemed = 0;
    if let PlanKey::Token(token) = &redemption.key {
        redeemed = tx
            .conn
            .prepare_cached(&format!(
                "UPDATE approvals SET token = 'redeemed' WHERE {usable} AND token = 'minted' AND token_digest = ?7"
            ))?
            .execute(params![id, tenant.as_str(), ir_hash.0, now.0, by.name, tier, token.0])?;
        if redeemed != 1 {
            return Ok(false);
        }
    }
    let used = tx
        .conn
        .prepare_cached(&format!(
            "UPDATE approvals SET state = 'consumed', consumed_at = ?4, ended_at = ?4, consumed_by = ?7
             WHERE {usable} AND token <> 'minted'"
        ))?
        .execute(params![id, tenant.as_str(), ir_hash.0, now.0, by.name, tier, session.0.as_bytes()])?;
    if used != 1 {
        if redeemed == 1 {
            // The conditions are the same and nothing came between; half of it must not stay.
            return Err(StoreError::Unusable("a yes to a plan was presented and not used".into()));
        }
        return Ok(false);
    }
    let kinds =
        [(redeemed == 1).then_some(EntryType::TokenRedeemed), Some(EntryType::ApprovalConsumed)];
    for kind in kinds.into_iter().flatten() {
        let mut row = about(approval, kind);
        row.session = Some(*session);
        row.principal = Some(by.clone());
        tx.append(&row)?;
    }
    Ok(true)
}

/// The one event of an attempt that did not count. It stands in the world of whoever tried, and names the question only
/// if it is of that world.
fn refuse(
    tx: &mut Tx<'_>,
    redemption: &PlanRedemption,
    approval: Option<&Approval>,
    no: NotRedeemedPlan,
) -> Result<Redeemed, StoreError> {
    let PlanRedemption { tenant, by, ir_hash, .. } = redemption;
    let expired = approval.filter(|_| no == NotRedeemedPlan::Expired);
    let (kind, told) = match expired {
        Some(approval) => (EntryType::IrApprovalExpired, expired_body(redemption, approval)),
        None => (
            EntryType::IrApprovalInvalid,
            json!({
                "tenant_id": tenant,
                "ir_hash": told(ir_hash),
                "reason": no.reason(),
                "attempted_by": by.to_string(),
                "attempted_at": tx.now().rfc3339(),
                "approval_id": approval.map(|a| a.id),
            }),
        ),
    };
    let mut row = row(redemption, kind, approval);
    if row.correlation.is_none() {
        let known = find(tx.conn, tenant, *ir_hash, None)?.map(|kept| kept.of.correlation);
        row.correlation = Some(known.unwrap_or_else(CorrelationId::new));
    }
    row.outcome = Some(match no {
        NotRedeemedPlan::NotApproved(State::Pending) => "still_pending".to_owned(),
        NotRedeemedPlan::NotApproved(State::Approved) => match approval.map(|a| a.token) {
            Some(TokenState::Minted) => "needs_token".to_owned(),
            Some(TokenState::None | TokenState::Redeemed) | None => "no_yes_on_record".to_owned(),
        },
        NotRedeemedPlan::NotApproved(state) => format!("already_{}", state.as_str()),
        other => other.reason().to_owned(),
    });
    row.body = body(&told);
    tx.append(&row)?;
    Ok(Err(no))
}

fn expired_body(redemption: &PlanRedemption, approval: &Approval) -> Value {
    json!({
        "approval_id": approval.id,
        "tenant_id": redemption.tenant,
        "ir_hash": told(&redemption.ir_hash),
        "expired_at": approval.run_by.unwrap_or(approval.answer_by).rfc3339(),
        "created_at": approval.asked_at.rfc3339(),
        "ttl_seconds": approval.yes_life / SECOND,
        // One that was used stays used, and does not come here.
        "was_consumed": approval.consumed_at.is_some(),
    })
}

fn row(redemption: &PlanRedemption, kind: EntryType, approval: Option<&Approval>) -> Draft {
    let row = match approval {
        Some(approval) => about(approval, kind),
        None => Draft::new(kind, &redemption.tenant),
    };
    Draft { session: Some(redemption.session), principal: Some(redemption.by.clone()), ..row }
}

/// Whole milliseconds as seconds.
fn seconds(millis: i64) -> Value {
    let whole = millis / SECOND;
    let text = format!("{whole}.{:03}", (millis % SECOND).abs());
    serde_json::from_str(&text).unwrap_or(json!(whole))
}
