//! Answers a question, for whoever proved that he may.

use crate::card::Facts;
use crate::domain::approval::{Approval, Subject};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::NotDecided;
use axum::http::StatusCode;

/// An answer as it comes from outside.
#[derive(Debug, Clone)]
pub(in crate::http) struct Answer {
    /// Yes or no.
    pub(in crate::http) approve: bool,
    /// Said along with it; told to the agent after a no.
    pub(in crate::http) reason: Option<String>,
    /// The seal of the card that was shown. Pages always send it.
    pub(in crate::http) shown: Option<Digest>,
    /// At tier 3 from a page: the word of the card.
    pub(in crate::http) word: Option<String>,
}

/// Answers it.
///
/// # Errors
/// [`Refused`]; nothing was decided then.
pub(in crate::http) async fn decide(
    house: &House,
    who: &Who,
    id: ApprovalId,
    answer: Answer,
) -> Result<Approval, Refused> {
    let by = who.decides()?;
    let Some(approval) = house.store.approval(&house.tenant, id).await? else {
        return Err(NotDecided::NotThere.into());
    };
    if answer.approve && matches!(approval.subject, Subject::Policy(_)) {
        let what = "a policy suggestion is applied and not only approved";
        return Err(Refused::new(StatusCode::CONFLICT, "apply_instead", what));
    }
    if let Some(shown) = answer.shown {
        let facts = Facts::gather(house.store.as_ref(), &approval).await?;
        if !facts.seal().same(&shown) {
            return Err(NotDecided::ShownDiffers.into());
        }
        let graven = answer.approve && approval.ruling.tier >= crate::domain::ruling::Tier::GRAVE;
        let typed = answer.word.as_deref().unwrap_or_default().trim();
        if graven && who.login().is_some() && !typed.eq_ignore_ascii_case(facts.word) {
            let what = "that is not the word on the card, so nothing was decided";
            return Err(Refused::new(StatusCode::FORBIDDEN, "word_differs", what));
        }
    } else if who.login().is_some() {
        return Err(NotDecided::ShownDiffers.into());
    }
    let (tenant, digest) = (&house.tenant, Some(approval.call_digest));
    let decided = if answer.approve {
        house.desk.approve(tenant, id, by, answer.reason, digest).await?
    } else {
        house.desk.deny(tenant, id, by, answer.reason).await?
    };
    let decided = decided?;
    house.sign_head().await;
    Ok(decided)
}
