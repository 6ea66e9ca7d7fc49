//! Answers a question, for whoever proved that he may.
//!
//! Whether it waits, whose it is, what was shown and how grave it is are judged where it is decided: in the one transaction of
//! the store, which also records what it refuses. What is looked at before is only what that transaction cannot see.

use crate::card::Facts;
use crate::domain::approval::{self, Approval, State, Subject};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::remembered::Wish;
use crate::domain::ruling::Tier;
use crate::http::House;
use crate::http::act::keep::can_be_kept;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::NotDecided;
use axum::http::StatusCode;

/// Characters of a reason: it is told to an agent, and it is no letter.
pub(in crate::http) const REASON_MAX: usize = 500;

/// What to do where the word differs.
pub(in crate::http) const WORD_HELP: &str =
    "type the word that stands on the card, as it stands there";

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
    /// What is to be kept of it; the seal is then that of its preview.
    pub(in crate::http) wish: Option<Wish>,
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
    let reason = reason(answer.reason)?;
    let Some(approval) = house.store.approval(&house.tenant, id).await? else {
        return Err(NotDecided::NotThere.into());
    };
    let facts = Facts::gather(house.store.as_ref(), &approval).await?;
    let fits = match answer.shown {
        Some(shown) => facts.seal_of(answer.wish.as_ref(), answer.approve).same(&shown),
        // Whoever looks at a page says which.
        None => who.login().is_none(),
    };
    // The store asks the same again, in its own transaction.
    if answer.wish.is_some() {
        can_be_kept(&approval)?;
    }
    // What does not wait any more is refused as that, and what was not seen as that: the store knows both.
    if approval.state == State::Pending && fits && answer.approve {
        if matches!(approval.subject, Subject::Policy(_)) {
            let what = "a policy suggestion is applied and not only approved";
            let how = format!("send its `diff_hash` to `/api/v1/policies/suggestions/{id}/apply`");
            return Err(Refused::new(StatusCode::CONFLICT, "apply_instead", what).help(how));
        }
        let typed = answer.word.as_deref().unwrap_or_default().trim();
        let grave = approval.ruling.tier >= Tier::GRAVE && who.login().is_some();
        if grave && !typed.eq_ignore_ascii_case(facts.word) {
            let what = "that is not the word on the card, so nothing was decided";
            return Err(Refused::new(StatusCode::FORBIDDEN, "word_differs", what).help(WORD_HELP));
        }
    }
    // No call has this digest: the store refuses it, and that is on record.
    let shown = if fits { approval.call_digest } else { Digest::ZERO };
    let said = match answer.approve {
        true => approval::Answer::Approve { reason, token: None },
        false => approval::Answer::Deny { reason },
    };
    let decided =
        house.desk.decide(&house.tenant, id, by, said, Some(shown), answer.wish).await??;
    house.sign_head().await;
    Ok(decided)
}

/// A reason without what surrounds it; none where nothing is left.
///
/// # Errors
/// When it is too long.
pub(in crate::http) fn reason(text: Option<String>) -> Result<Option<String>, Refused> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > REASON_MAX => {
            Err(Refused::wrong(format!("`reason` has more than {REASON_MAX} characters")))
        }
        text => Ok(text),
    }
}
