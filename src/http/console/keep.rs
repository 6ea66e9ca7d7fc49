//! What keeping an answer would mean, shown before it is given: a part of the question's page.

use crate::card::kept::meaning;
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::http::House;
use crate::http::act::keep;
use crate::http::console::answer::{Sent, anew};
use crate::http::console::page::show;
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use std::sync::Arc;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/ui/approvals/{id}/foreseen", post(foresee))
}

/// The question, as far as ids of the page need it.
struct Of {
    id: ApprovalId,
}

#[derive(Template)]
#[template(path = "foreseen.html")]
struct Foreseen {
    card: Of,
    answer: &'static str,
    /// Why this cannot be kept; nothing is shown then that could be posted.
    wrong: Option<String>,
    shown: Digest,
    lines: Vec<String>,
    denied: Vec<(ApprovalId, String)>,
    button: &'static str,
    /// Conditions to begin with.
    pattern: Option<String>,
}

async fn foresee(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    who.operates()?;
    let id = ApprovalId::parse(&id).ok_or_else(|| Refused::not_there("question"))?;
    let allows = posted.allows()?;
    let mut told = Foreseen {
        card: Of { id },
        answer: if allows { "approve" } else { "deny" },
        wrong: None,
        shown: Digest::ZERO,
        lines: Vec::new(),
        denied: Vec::new(),
        button: if allows { "Yes, to exactly this" } else { "Deny" },
        pattern: None,
    };
    let posted = if posted.wants_a_pattern() {
        let pattern = keep::offered(&house, id, allows).await?;
        let pattern = serde_json::to_string_pretty(&pattern).unwrap_or_default();
        told.pattern = Some(pattern.clone());
        posted.with(pattern)
    } else {
        posted
    };
    match looked(&house, &who, id, &posted, &mut told).await {
        Ok(()) => {}
        // What is wrong with the fields is told beside them.
        Err(why)
            if matches!(why.status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY) =>
        {
            told.wrong = Some(why.message);
        }
        Err(why) if why.status == StatusCode::CONFLICT => {
            return anew(&house, &who, &id.to_string(), &why).await;
        }
        Err(why) => return Err(why),
    }
    Ok(show(&told))
}

async fn looked(
    house: &House,
    who: &Who,
    id: ApprovalId,
    posted: &Sent,
    told: &mut Foreseen,
) -> Result<(), Refused> {
    let allows = posted.allows()?;
    // What was looked at is what counts: a preview is of that card, or there is none.
    let card = posted.card()?;
    let Some(wish) = posted.wish()? else {
        told.shown = card;
        return Ok(());
    };
    let preview = keep::preview(house, who, id, (&wish, allows), Some(card)).await?;
    let said = preview.foreseen.sentence();
    if !preview.foreseen.fits_itself {
        told.wrong = Some(said.trim_end_matches('.').to_owned());
        return Ok(());
    }
    told.shown = preview.shown;
    told.lines = vec![meaning(&wish, allows), said];
    if allows {
        let ids = preview.foreseen.denied_examples.iter();
        told.denied = ids.map(|id| (*id, id.short())).collect();
    }
    told.button = if allows { "Yes, and keep it" } else { "Deny, and keep it" };
    Ok(())
}
