//! The use of a kept answer: counted, on record and, for a yes, with its intent opened, in one transaction.
//!
//! A row of `remembered` alone is nobody's answer: the journal must tell that exactly it was given, and that nothing ended
//! it since. The update decides.

use crate::domain::call::{CallParts, arguments_digest};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::json::Canonical;
use crate::domain::remembered::{Ended, Remembered};
use crate::domain::time::Millis;
use crate::policy::speaks_of;
use crate::store::NotPermitted;
use crate::store::memories::{MemoryUse, NotUsed};
use crate::store::sqlite::calls::{open_intent, over_budget};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::memories::{end, row};
use crate::store::sqlite::paused::is_paused;
use crate::store::sqlite::{Result, spending};
use rusqlite::params;
use serde_json::json;

/// Uses one; the place of the call's row.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    key: &StoreKey,
    request: MemoryUse,
) -> Result<std::result::Result<u64, NotUsed>> {
    let now = tx.now_to_decide()?;
    let parts = request.call.parts();
    let Some(kept) = row::find(tx.conn, &parts.tenant, request.id)? else {
        return Ok(Err(NotUsed::Over));
    };
    if end::is_due(&kept, now) {
        end::end(tx, &kept, Ended::Expired, None)?;
        return Ok(Err(NotUsed::Over));
    }
    // Whoever is to be answered must be told what the answer says.
    let arguments = arguments_digest(parts.arguments.as_ref(), key);
    if (request.row.kind == EntryType::CallPermitted) != kept.allows
        || !is_for(tx, &kept, (parts, arguments), now)?
    {
        return Ok(Err(NotUsed::Over));
    }
    if kept.allows && is_paused(tx.conn, &parts.tenant, &parts.principal.name)? {
        let outcome = Some("paused".to_owned());
        tx.append(&Draft { kind: EntryType::CallRefused, outcome, ..request.row })?;
        return Ok(Err(NotUsed::NotPermitted(NotPermitted::Paused)));
    }
    let head = tx.head();
    tx.conn.prepare_cached("SAVEPOINT kept")?.execute([])?;
    let counted = count(tx, &kept, (&request, arguments), now)?;
    if counted {
        tx.append(&used(&kept, &request))?;
    }
    let over = if counted { spending::over(tx, &request.row)? } else { None };
    if over.is_some() {
        // It is left as it was, for when there is more to spend.
        tx.conn.prepare_cached("ROLLBACK TO kept")?.execute([])?;
        tx.restore(head);
    }
    tx.conn.prepare_cached("RELEASE kept")?.execute([])?;
    if !counted {
        return Ok(Err(NotUsed::Over));
    }
    if let Some(over) = over {
        tx.append(&over_budget(request.row, &over))?;
        return Ok(Err(NotUsed::NotPermitted(NotPermitted::OverBudget(over))));
    }
    let seq = tx.append(&request.row)?;
    if kept.allows {
        spending::reserve(tx, seq, &request.row)?;
        open_intent(tx, seq, Some(parts.session), None)?;
    }
    if kept.wish.uses.is_some_and(|most| kept.used.saturating_add(1) >= most) {
        end::end(tx, &kept, Ended::UsedUp, None)?;
    }
    Ok(Ok(seq))
}

/// Whether it speaks of these arguments and, of a yes, nobody said never to them, perhaps a moment ago in another process.
fn is_for(
    tx: &Tx<'_>,
    kept: &Remembered,
    (parts, arguments): (&CallParts, Digest),
    now: Millis,
) -> Result<bool> {
    let Ok(node) = parts.arguments.as_ref().map(Canonical::node).transpose() else {
        return Ok(false);
    };
    let speaks = |of: &Remembered| speaks_of(of, node.as_ref(), arguments);
    if !kept.allows {
        return Ok(speaks(kept));
    }
    let noes = row::noes_of_call(tx.conn, parts)?;
    Ok(speaks(kept) && !noes.iter().any(|no| !end::is_due(no, now) && speaks(no)))
}

/// The update that decides: it repeats all that must hold. What the journal does not tell of exactly this row, or tells
/// that it ended, is none; and it counts the uses, too.
fn count(
    tx: &Tx<'_>,
    kept: &Remembered,
    (request, arguments): (&MemoryUse, Digest),
    now: Millis,
) -> Result<bool> {
    let parts = request.call.parts();
    let counted = tx
        .conn
        .prepare_cached(
            "UPDATE remembered SET used = used + 1, used_at = ?3
             WHERE id = ?1 AND tenant = ?2 AND ended IS NULL AND (ends_at IS NULL OR ends_at > ?3)
               AND (most IS NULL OR used < most) AND upstream = ?4 AND identity = ?5 AND tool = ?6
               AND definition = ?7 AND (pattern IS NOT NULL OR arguments = ?8)
               AND (allows = 0 OR (tier >= ?9 AND leans = ?10))
               AND (scope = 'server' OR principal = ?11)
               AND (keep = 'forever' OR session = ?12 AND EXISTS (SELECT 1 FROM sessions WHERE id = ?12))
               AND ?13 = (
                   SELECT type || ' ' || (meta ->> '$.outcome') FROM journal
                   WHERE approval = ?14 AND tenant = ?2
                     AND type IN ('remembered.given', 'remembered.used', 'remembered.ended')
                     AND type <> 'remembered.used'
                   ORDER BY seq DESC LIMIT 1)
               AND (most IS NULL OR most > (
                   SELECT count(*) FROM journal
                   WHERE approval = ?14 AND tenant = ?2
                     AND type IN ('remembered.given', 'remembered.used', 'remembered.ended')
                     AND type = 'remembered.used'))",
        )?
        .execute(params![
            kept.id.0.as_bytes(),
            parts.tenant.as_str(),
            now.0,
            parts.upstream.name,
            parts.upstream.digest.0,
            parts.tool,
            parts.definition.0,
            arguments.0,
            request.tier.get(),
            request.leans.0,
            parts.principal.to_string(),
            parts.session.0.as_bytes(),
            format!("{} {}", EntryType::RememberedGiven.as_str(), row::seal(kept)?),
            kept.approval.0.as_bytes(),
        ])?;
    Ok(counted == 1)
}

fn used(kept: &Remembered, request: &MemoryUse) -> Draft {
    let parts = request.call.parts();
    Draft {
        correlation: request.row.correlation,
        session: Some(parts.session),
        principal: Some(parts.principal.clone()),
        tier: Some(request.tier.get()),
        policy: request.row.policy,
        body: body(&json!({
            "id": kept.id,
            "allows": kept.allows,
            "use": kept.used.saturating_add(1),
            "uses": kept.wish.uses,
            "given_by": kept.given_by,
        })),
        ..end::about(kept, EntryType::RememberedUsed)
    }
}
