//! Keeps answers, foresees what keeping one would mean, and takes kept ones back.

use crate::approval::wish::{Names, WishWords};
use crate::card::Facts;
use crate::card::kept::why_once;
use crate::domain::approval::{Approval, State};
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, RememberedId};
use crate::domain::remembered::{Ended, Wish};
use crate::gate::remember::{BACK, Foreseen, foreseen, is_over};
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::policy::learn::Asked;
use crate::policy::relief::offered as offered_for;
use crate::store::memories::PastFilter;
use axum::http::StatusCode;
use serde_json::{Map, Value};

/// At how many questions is looked for conditions, and at how many bytes of their arguments.
const PAST: usize = 200;
const PAST_BYTES: usize = 2 * 1024 * 1024;

/// The wish that these words say; `names` are those that they were sent under.
///
/// # Errors
/// When they say none.
pub(in crate::http) fn wish(
    words: WishWords,
    allows: bool,
    names: &Names,
) -> Result<Option<Wish>, Refused> {
    words.read(allows).map_err(|why| {
        let help = "an answer that is kept is previewed first: `foreseen` says what it would have answered";
        Refused::wrong(why.said(names)).help(help)
    })
}

/// Whether the answer to a question can be kept at all.
///
/// # Errors
/// When it cannot, and why.
pub(in crate::http) fn can_be_kept(approval: &Approval) -> Result<(), Refused> {
    let Some(why) = why_once(approval) else { return Ok(()) };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Err(Refused::new(status, "remember_not_available", why)
        .help("leave `remember` out, or send `once`"))
}

/// What a wish would have answered.
#[derive(Debug)]
pub(in crate::http) struct Preview {
    /// What came of looking back.
    pub(in crate::http) foreseen: Foreseen,
    /// What an answer that is kept so sends back as `shown`.
    pub(in crate::http) shown: Digest,
}

/// Looks back; decides nothing. `looked_at` is the seal of the card that was looked at: what is previewed is kept for just
/// that one, and no preview stands in for a card that nobody saw. Whoever looks at a page says which.
///
/// # Errors
/// When there is no such question, it does not wait, is another one than what was looked at, or its answer cannot be kept.
pub(in crate::http) async fn preview(
    house: &House,
    who: &Who,
    id: ApprovalId,
    (wish, allows): (&Wish, bool),
    looked_at: Option<Digest>,
) -> Result<Preview, Refused> {
    who.operates()?;
    let found = house.store.approval(&house.tenant, id).await?;
    let approval = found.ok_or_else(|| Refused::not_there("question"))?;
    if approval.state != State::Pending {
        return Err(crate::store::NotDecided::Already(approval.state).into());
    }
    can_be_kept(&approval)?;
    if is_over(house.store.as_ref(), &approval, wish).await? {
        return Err(crate::store::NotDecided::SessionOver.into());
    }
    let facts = Facts::gather(house.store.as_ref(), &approval).await?;
    let fits = match looked_at {
        Some(seal) => facts.seal().same(&seal),
        None => who.login().is_none(),
    };
    if !fits {
        return Err(crate::store::NotDecided::ShownDiffers.into());
    }
    let foreseen = foreseen(house.store.as_ref(), &approval, wish, allows).await?;
    let shown = facts.seal_of(Some(wish), allows);
    Ok(Preview { foreseen, shown })
}

/// The conditions to begin with.
///
/// # Errors
/// When there is no such question.
pub(in crate::http) async fn offered(
    house: &House,
    id: ApprovalId,
    allows: bool,
) -> Result<Map<String, Value>, Refused> {
    let found = house.store.approval(&house.tenant, id).await?;
    let asked = found.ok_or_else(|| Refused::not_there("question"))?;
    let filter = PastFilter {
        tenant: house.tenant.clone(),
        upstream: asked.upstream.clone(),
        tool: asked.tool.clone(),
        since: house.store.now().await?.plus(-BACK),
        but: id,
        limit: PAST,
        bytes: PAST_BYTES,
    };
    let past = house.store.past_questions(filter).await?;
    let learning = move || {
        let of = |arguments, approved| Asked {
            tool: format!("{}__{}", asked.upstream, asked.tool),
            arguments,
            tier: asked.ruling.tier,
            effect: asked.ruling.effect,
            approved,
        };
        let own = past.rows.into_iter().filter(|one| one.principal == asked.principal);
        let answered = own.filter(|one| one.decided || one.state == State::Denied);
        let mut history: Vec<Asked> =
            answered.map(|one| of(one.arguments, one.state != State::Denied)).collect();
        history.reverse();
        offered_for(&of(asked.arguments.clone(), true), &history, allows)
    };
    tokio::task::spawn_blocking(learning).await.map_err(|_| {
        let what = "what was asked before could not be looked at";
        Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", what)
    })
}

/// Takes one back.
///
/// # Errors
/// When there is none that counts, or he does not decide.
pub(in crate::http) async fn revoke(
    house: &House,
    who: &Who,
    id: RememberedId,
) -> Result<(), Refused> {
    let by = who.decides()?;
    let (tenant, by) = (&house.tenant, by.principal());
    if !house.store.end_remembered(tenant, id, Some(by), Ended::Revoked).await? {
        return Err(Refused::not_there("kept answer"));
    }
    house.sign_head().await;
    Ok(())
}
