//! Takes the answer to one question from its page.
//!
//! The page posts the seal of the card that it showed. A card that is older than its question is answered with the new card
//! and nothing else: whoever looks at it decides again.

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::http::House;
use crate::http::act::decide::{Answer, decide};
use crate::http::console::outcome::{OutcomeView, said};
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
struct Sent {
    answer: String,
    shown: String,
    word: Option<String>,
    /// Which of the reasons at hand, from 1.
    preset: Option<usize>,
    /// The reader's own words.
    own: Option<String>,
}

#[derive(Template)]
#[template(path = "outcome.html")]
struct Outcome {
    outcome: OutcomeView,
}

impl Sent {
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
    let approve = match posted.answer.as_str() {
        "approve" => true,
        "deny" => false,
        _ => return Err(Refused::wrong("`answer` is `approve` or `deny`")),
    };
    let reason = posted.reason()?;
    let shown = Digest::from_hex(&posted.shown)
        .ok_or_else(|| Refused::wrong("`shown` is the seal of the card that was shown"))?;
    let answer = Answer { approve, reason, shown: Some(shown), word: posted.word };
    match decide(&house, &who, which, answer).await {
        Ok(approval) => {
            let now = house.store.now().await?;
            let mut response = show(&Outcome { outcome: said(&approval, now) });
            decided(&mut response, &[which])?;
            Ok(response)
        }
        Err(why) if why.status == StatusCode::CONFLICT => {
            let told = format!("nothing was decided: {}", why.message);
            let card = question::anew(&house, &who, &id, told).await?;
            let headers = [("hx-retarget", "#card"), ("hx-reswap", "innerHTML")];
            Ok((StatusCode::CONFLICT, headers, card).into_response())
        }
        Err(why) => Err(why),
    }
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
