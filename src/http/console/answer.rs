//! Takes the answer to one question from its page.
//!
//! The page posts the seal of the card that it showed. A card that is older than its question is answered with the new card
//! and nothing else: whoever looks at it decides again.

use crate::approval::wish::{EndsIn, Names, WishWords};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::remembered::Wish;
use crate::http::House;
use crate::http::act::decide::{Answer, decide};
use crate::http::act::keep;
use crate::http::console::outcome::{OutcomeView, kept, said};
use crate::http::console::page::show;
use crate::http::console::question;
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde::Deserialize;
use std::sync::Arc;

/// Reasons at hand for a no. They are told to the agent as they stand here.
pub(in crate::http::console) use crate::card::keys::REASONS;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/ui/approvals/{id}", post(answer))
}

/// What the forms of a card send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http::console) struct Sent {
    answer: String,
    /// The seal; missing where the preview found that this cannot be kept.
    #[serde(default)]
    shown: String,
    /// The seal of the card alone, for a preview.
    card: Option<String>,
    remember: Option<String>,
    scope: Option<String>,
    pattern: Option<String>,
    ends: Option<String>,
    uses: Option<String>,
    word: Option<String>,
    /// Which of the reasons at hand, from 1.
    preset: Option<usize>,
    /// The reader's own words.
    own: Option<String>,
}

/// A field that was filled in.
fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[derive(Template)]
#[template(path = "outcome.html")]
struct Outcome {
    outcome: OutcomeView,
}

impl Sent {
    /// Whether it says yes.
    pub(in crate::http::console) fn allows(&self) -> Result<bool, Refused> {
        match self.answer.as_str() {
            "approve" => Ok(true),
            "deny" => Ok(false),
            _ => Err(Refused::wrong("`answer` is `approve` or `deny`")),
        }
    }

    /// The seal of the card that is looked at.
    pub(in crate::http::console) fn card(&self) -> Result<Digest, Refused> {
        let card = self.card.as_deref().and_then(Digest::from_hex);
        card.ok_or_else(|| Refused::wrong("`card` is the seal of the card that is looked at"))
    }

    /// Whether a pattern is chosen and none is written yet.
    pub(in crate::http::console) fn wants_a_pattern(&self) -> bool {
        self.remember.as_deref() == Some("pattern") && given(&self.pattern).is_none()
    }

    /// With this pattern.
    pub(in crate::http::console) fn with(self, pattern: String) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    /// What is to be kept. A form sends all its fields: those that say nothing of what is chosen are not heard.
    pub(in crate::http::console) fn wish(&self) -> Result<Option<Wish>, Refused> {
        let word = self.remember.as_deref().unwrap_or("once");
        if word == "once" {
            return Ok(None);
        }
        let wrong = |what: &str| Refused::wrong(what.to_owned());
        let pattern = given(&self.pattern).filter(|_| word == "pattern");
        let uses = given(&self.uses).map(str::parse).transpose();
        keep::wish(
            WishWords {
                remember: Some(word.to_owned()),
                scope: self.scope.clone().filter(|_| word != "session"),
                pattern: pattern
                    .map(serde_json::from_str)
                    .transpose()
                    .map_err(|_| wrong("the pattern is no JSON object of arguments"))?,
                ends_in: given(&self.ends).map(|text| EndsIn::Text(text.to_owned())),
                uses: uses.map_err(|_| wrong("the number of uses is no whole number"))?,
            },
            self.allows()?,
            &Names::FORM,
        )
    }

    fn reason(&self) -> Result<Option<String>, Refused> {
        let at_hand = match self.preset {
            None => None,
            Some(n) => match n.checked_sub(1).and_then(|n| REASONS.get(n)) {
                Some(text) => Some((*text).to_owned()),
                None => return Err(Refused::wrong("there is no such reason at hand")),
            },
        };
        let own = self.own.as_deref().map(str::trim).filter(|own| !own.is_empty());
        Ok(match (at_hand, own) {
            (Some(text), Some(own)) => Some(format!("{text} {own}")),
            (text, own) => text.or_else(|| own.map(str::to_owned)),
        })
    }
}

async fn answer(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    let which = ApprovalId::parse(&id).ok_or_else(|| Refused::not_there("question"))?;
    let approve = posted.allows()?;
    let wish = posted.wish()?;
    let reason = posted.reason()?;
    let shown = Digest::from_hex(&posted.shown)
        .ok_or_else(|| Refused::wrong("what was shown is not said, or cannot be kept"))?;
    let wished = wish.is_some();
    let answer = Answer { approve, reason, shown: Some(shown), word: posted.word, wish };
    match decide(&house, &who, which, answer).await {
        Ok(approval) => {
            let now = house.store.now().await?;
            let kept = kept(&house, &approval, wished).await?;
            let outcome = OutcomeView { kept, ..said(&approval, now) };
            let mut response = show(&Outcome { outcome });
            decided(&mut response, &[which])?;
            Ok(response)
        }
        Err(why) if why.status == StatusCode::CONFLICT => anew(&house, &who, &id, &why).await,
        Err(why) => Err(why),
    }
}

/// The card as it stands now, in place of the one that was shown: nothing was decided.
pub(in crate::http::console) async fn anew(
    house: &House,
    who: &Who,
    id: &str,
    why: &Refused,
) -> Result<Response, Refused> {
    let told = format!("nothing was decided: {}", why.message);
    let card = question::anew(house, who, id, told).await?;
    let headers = [("hx-retarget", "#card"), ("hx-reswap", "innerHTML")];
    Ok((StatusCode::CONFLICT, headers, card).into_response())
}

/// Tells the page what was decided, so that it goes on to the next.
pub(in crate::http::console) fn decided(
    response: &mut Response,
    ids: &[ApprovalId],
) -> Result<(), Refused> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let told = serde_json::json!({ "decided": ids }).to_string();
    let told = HeaderValue::try_from(told).map_err(|_| {
        Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "an id is no text")
    })?;
    response.headers_mut().insert("hx-trigger-after-swap", told);
    Ok(())
}
