//! An admin decides about a suggestion: applies exactly what he was shown, or rejects it.

use crate::card::Facts;
use crate::domain::approval::{Approval, State, Subject};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::policy::PolicyVersion;
use crate::domain::ruling::Tier;
use crate::gate::changes::{CONFIRM, Hand};
use crate::http::House;
use crate::http::act::decide::{Answer, WORD_HELP, decide};
use crate::http::act::policy::{not_done, open, suggestion};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::NotDecided;
use crate::store::policies::{NotApplied, Suggestion};
use axum::http::StatusCode;

/// What is sent along with a yes to a change.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Confirm {
    /// The word APPLY, as it was typed.
    pub(in crate::http) confirm: String,
    /// From a page, at tier 3: the word of the card.
    pub(in crate::http) word: Option<String>,
    /// The hash of the change that was shown.
    pub(in crate::http) diff_hash: String,
    /// The seal of the card that was shown. Pages always send it.
    pub(in crate::http) shown: Option<Digest>,
    /// Kept with the version.
    pub(in crate::http) comment: Option<String>,
}

/// What came of a yes.
#[derive(Debug)]
pub(in crate::http) enum Came {
    /// It is the policy now.
    Applied(Box<Suggestion>, Box<PolicyVersion>),
    /// It counts, and another admin must say yes, too.
    Waits(Box<Suggestion>),
}

/// Applies it.
///
/// # Errors
/// [`Refused`]; nothing changed then.
pub(in crate::http) async fn apply(
    house: &House,
    who: &Who,
    id: ApprovalId,
    confirm: Confirm,
) -> Result<Came, Refused> {
    let by = who.decides()?;
    let mut found = suggestion(house, id).await?;
    if confirm.confirm.trim() != CONFIRM {
        let what = "a change is confirmed by the word APPLY and no other, so nothing was changed";
        return Err(Refused::new(StatusCode::BAD_REQUEST, "confirm_missing", what)
            .help("send the word APPLY along with it"));
    }
    of_this_page(house, who, &found.approval, &confirm).await?;
    let Some(hash) = Digest::from_hex(confirm.diff_hash.trim()) else {
        return Err(Refused::wrong("`diff_hash` must be the hash of the change that was shown"));
    };
    // The store compares it with what stands, and writes down where they differ.
    found.hash = hash;
    let in_force = house.policy.in_force().await?;
    let office = open(house, &in_force.config).await?;
    let applied = office.apply(&found, Hand::Admin(by), confirm.comment.as_deref()).await?;
    match applied {
        Ok(version) => {
            house.sign_head().await;
            Ok(Came::Applied(Box::new(found), Box::new(version)))
        }
        Err(NotApplied::State(State::Pending)) if found.approval.quorum.required > 1 => {
            house.sign_head().await;
            Ok(Came::Waits(Box::new(suggestion(house, id).await?)))
        }
        Err(why) => Err(not_done(&why)),
    }
}

/// Whether what a page showed is what stands, and whether whoever read it has seen its word.
async fn of_this_page(
    house: &House,
    who: &Who,
    approval: &Approval,
    confirm: &Confirm,
) -> Result<(), Refused> {
    let Some(shown) = confirm.shown else {
        return if who.login().is_some() { Err(NotDecided::ShownDiffers.into()) } else { Ok(()) };
    };
    let facts = Facts::gather(house.store.as_ref(), approval).await?;
    if !facts.seal().same(&shown) {
        return Err(NotDecided::ShownDiffers.into());
    }
    let typed = confirm.word.as_deref().unwrap_or_default().trim();
    let grave = approval.ruling.tier >= Tier::GRAVE && who.login().is_some();
    if grave && !typed.eq_ignore_ascii_case(facts.word) {
        let what = "that is not the word on the card, so nothing was changed";
        return Err(Refused::new(StatusCode::FORBIDDEN, "word_differs", what).help(WORD_HELP));
    }
    Ok(())
}

/// Rejects it; the reason is told to whoever proposed it.
///
/// # Errors
/// [`Refused`]; nothing was decided then.
pub(in crate::http) async fn reject(
    house: &House,
    who: &Who,
    id: ApprovalId,
    reason: Option<String>,
    shown: Option<Digest>,
) -> Result<Suggestion, Refused> {
    who.decides()?;
    let found = suggestion(house, id).await?;
    if !matches!(found.approval.subject, Subject::Policy(_)) {
        return Err(Refused::not_there("suggestion"));
    }
    let answer = Answer { approve: false, reason, shown, word: None, wish: None };
    let approval = decide(house, who, id, answer).await?;
    Ok(Suggestion { approval, ..found })
}
