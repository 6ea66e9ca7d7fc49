//! Giving: part of deciding, in its transaction, and only when the answer holds.
//!
//! One voice of several installs nothing, whatever it wishes; what all of them wish alike is kept.

use crate::domain::approval::{Answer, Approval, Decider, Subject, TokenState};
use crate::domain::call::{Method, arguments_digest};
use crate::domain::digest::StoreKey;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{RememberedId, SessionId};
use crate::domain::principal::Proof;
use crate::domain::remembered::{Ended, Keep, Pattern, Remembered, Scope, Wish, may_be_kept};
use crate::domain::ruling::Layer;
use crate::domain::time::Millis;
use crate::policy::KeptPattern;
use crate::store::sqlite::chain::{Tx, about, body};
use crate::store::sqlite::memories::{end, row};
use crate::store::sqlite::{Result, rows, votes};
use crate::store::{Decision, NotDecided};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

/// Why an answer cannot be kept as it is wished; then nothing is decided.
pub(crate) fn objection(
    tx: &Tx<'_>,
    approval: &Approval,
    decision: &Decision,
) -> Result<Option<NotDecided>> {
    let Some(wish) = &decision.wish else { return Ok(None) };
    let (allows, minted) = match &decision.answer {
        Answer::Approve { token, .. } => (true, token.is_some()),
        Answer::Deny { .. } => (false, false),
    };
    let may = !minted
        && decision.by.proof != Proof::Client
        && is_keepable(approval)
        && is_bounded(wish, allows)
        && fits(wish, allows, approval);
    Ok(if !may {
        Some(NotDecided::CannotKeep)
    } else if wish.keep == Keep::Session && !is_open(tx, approval.session)? {
        Some(NotDecided::SessionOver)
    } else {
        None
    })
}

/// A plain call to a tool, and nothing grave.
fn is_keepable(approval: &Approval) -> bool {
    approval.subject == Subject::Call
        && approval.method == Method::ToolsCall
        && approval.token == TokenState::None
        && may_be_kept(&approval.ruling)
}

fn is_bounded(wish: &Wish, allows: bool) -> bool {
    wish.life.is_none_or(|life| (1..=Wish::LONGEST).contains(&life))
        && wish.uses != Some(0)
        // Whoever is refused could use a no up.
        && (allows || wish.uses.is_none())
        && (wish.keep == Keep::Forever
            || (wish.scope == Scope::Agent && wish.pattern == Pattern::Same))
}

/// Whether the very call that is answered is one that it would answer.
fn fits(wish: &Wish, allows: bool, approval: &Approval) -> bool {
    match &wish.pattern {
        Pattern::Same => true,
        Pattern::When(when) => KeptPattern::compile(when, allows)
            .is_ok_and(|pattern| pattern.fits(approval.arguments.as_ref())),
    }
}

pub(crate) fn is_open(tx: &Tx<'_>, session: SessionId) -> Result<bool> {
    let open = tx
        .conn
        .prepare_cached("SELECT 1 FROM sessions WHERE id = ?1")?
        .query_row([session.0.as_bytes()], |_| Ok(()))
        .optional()?;
    Ok(open.is_some())
}

/// Keeps the answer to a question that was just decided, if all who said so wish the same.
pub(crate) fn install(
    tx: &mut Tx<'_>,
    key: &StoreKey,
    approval: &Approval,
    allows: bool,
    by: &Decider,
    now: Millis,
) -> Result<()> {
    let Some(wish) = agreed(tx, approval, allows)? else { return Ok(()) };
    let Some(leans) = approval.ruling.leans.filter(|_| is_keepable(approval)) else {
        return Ok(());
    };
    // It was looked at when the first of them wished it; the session may have ended since.
    if wish.keep == Keep::Session && !is_open(tx, approval.session)? {
        return Ok(());
    }
    let of_pattern = wish.pattern != Pattern::Same;
    let life = wish.life.or(of_pattern.then_some(Wish::USUAL));
    let uses = wish.uses.or((of_pattern && allows).then_some(Wish::USUAL_USES));
    let kept = Remembered {
        id: RememberedId::new(),
        tenant: approval.tenant.clone(),
        allows,
        wish: Wish { life, uses, ..wish },
        principal: approval.principal.clone(),
        session: approval.session,
        upstream: approval.upstream.clone(),
        identity: approval.identity,
        tool: approval.tool.clone(),
        definition: approval.definition,
        arguments: arguments_digest(approval.arguments.as_ref(), key),
        tier: approval.ruling.tier,
        leans,
        policy: approval.ruling.policy.digest.clone(),
        approval: approval.id,
        given_by: by.principal.clone(),
        given_at: now,
        ends_at: life.map(|life| now.plus(life)),
        used: 0,
        used_at: None,
        ended: None,
    };
    replace(tx, &kept, by)?;
    insert(tx, &kept)?;
    lean(tx, &kept, approval)?;
    let told = Draft {
        session: Some(approval.session),
        principal: Some(by.principal.clone()),
        outcome: Some(row::seal(&kept)?.to_string()),
        body: body(&json!({
            "id": kept.id,
            "allows": allows,
            "keep": kept.wish.keep,
            "scope": kept.wish.scope,
            "pattern": match &kept.wish.pattern {
                Pattern::Same => None,
                Pattern::When(when) => Some(when),
            },
            "ends_at": kept.ends_at.map(Millis::rfc3339),
            "uses": kept.wish.uses,
            "proof": by.proof,
        })),
        ..about(approval, EntryType::RememberedGiven)
    };
    tx.append(&told)?;
    Ok(())
}

/// What all who said so wish.
fn agreed(tx: &Tx<'_>, approval: &Approval, allows: bool) -> Result<Option<Wish>> {
    let wishes = votes::wishes(tx.conn, approval.id, allows)?;
    let wishes: Option<Vec<String>> = wishes.into_iter().collect();
    let read =
        |text: &String| serde_json::from_str::<Wish>(text).map_err(|_| rows::damaged("wish"));
    let Some(wishes) = wishes else { return Ok(None) };
    let wishes = wishes.iter().map(read).collect::<Result<Vec<Wish>>>()?;
    Ok(match wishes.split_first() {
        Some((first, rest)) if rest.iter().all(|wish| wish == first) => Some(first.clone()),
        _ => None,
    })
}

/// Ends what was said of the same before.
fn replace(tx: &mut Tx<'_>, kept: &Remembered, by: &Decider) -> Result<()> {
    let earlier = row::all(
        tx.conn,
        "SELECT * FROM remembered
         WHERE ended IS NULL AND tenant = ?1 AND identity = ?2 AND tool = ?3 AND definition = ?4 AND upstream = ?5
           AND keep = ?6 AND scope = ?7 AND (scope = 'server' OR principal = ?8)
           AND (keep = 'forever' OR session = ?9)",
        &[
            &kept.tenant.as_str(),
            &kept.identity.0,
            &kept.tool,
            &kept.definition.0,
            &kept.upstream,
            &kept.wish.keep.as_str(),
            &kept.wish.scope.as_str(),
            &kept.principal.to_string(),
            &kept.session.0.as_bytes(),
        ],
    )?;
    for old in earlier.iter().filter(|old| old.wish.pattern == kept.wish.pattern) {
        if kept.wish.pattern != Pattern::Same || old.arguments.same(&kept.arguments) {
            end::end(tx, old, Ended::Replaced, Some(&by.principal))?;
        }
    }
    Ok(())
}

fn insert(tx: &Tx<'_>, kept: &Remembered) -> Result<()> {
    tx.conn
        .prepare_cached(
            "INSERT INTO remembered (id, tenant, allows, keep, scope, principal, session, upstream, identity, tool,
                 definition, arguments, pattern, tier, leans, policy, approval, given_by, given_at, life, ends_at, most)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22)",
        )?
        .execute(params![
            kept.id.0.as_bytes(),
            kept.tenant.as_str(),
            kept.allows,
            kept.wish.keep.as_str(),
            kept.wish.scope.as_str(),
            kept.principal.to_string(),
            kept.session.0.as_bytes(),
            kept.upstream,
            kept.identity.0,
            kept.tool,
            kept.definition.0,
            kept.arguments.0,
            row::pattern(&kept.wish)?,
            kept.tier.get(),
            kept.leans.0,
            kept.policy,
            kept.approval.0.as_bytes(),
            kept.given_by.to_string(),
            kept.given_at.0,
            kept.wish.life,
            kept.ends_at.map(|at| at.0),
            kept.wish.uses,
        ])?;
    Ok(())
}

/// Notes by name what it leans on that can be changed.
fn lean(tx: &Tx<'_>, kept: &Remembered, approval: &Approval) -> Result<()> {
    let ruling = &approval.ruling;
    let rules = ruling.reasons.iter().filter(|reason| reason.layer == Layer::Rules);
    let rules = rules.map(|reason| (Layer::Rules, reason.rule.as_str()));
    let modules = ruling.modules.iter().map(|asked| (Layer::Rego, asked.module.as_str()));
    for (layer, name) in rules.chain(modules) {
        tx.conn
            .prepare_cached(
                "INSERT OR IGNORE INTO leans (remembered, layer, rule) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![kept.id.0.as_bytes(), layer.as_str(), name])?;
    }
    Ok(())
}
