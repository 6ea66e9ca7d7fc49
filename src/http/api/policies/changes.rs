//! Changes: suggested, applied, rejected, taken back.

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::policy::ModuleStatus;
use crate::gate::changes::{applied_view, view};
use crate::http::House;
use crate::http::act::policy::{self as act, Came, Confirm, Switched};
use crate::http::api::input::{Body, Named};
use crate::http::api::policies::standing::Policy;
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;

type Answered = Result<(StatusCode, Json<Value>), Refused>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suggest {
    diff: Box<RawValue>,
    comment: Option<String>,
}

pub(in crate::http::api::policies) async fn suggest(
    State(house): State<Arc<House>>,
    who: Who,
    body: Body,
) -> Answered {
    let Suggest { diff, comment } = body.shaped()?;
    let made = act::suggest(&house, &who, diff.get().as_bytes(), comment.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(json!(view(&made)))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rollback {
    version: u64,
    comment: Option<String>,
}

pub(in crate::http::api::policies) async fn roll_back(
    State(house): State<Arc<House>>,
    who: Who,
    body: Body,
) -> Answered {
    let Rollback { version, comment } = body.shaped()?;
    let made = act::roll_back(&house, &who, version, comment.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(json!(view(&made)))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Apply {
    confirm: Option<String>,
    diff_hash: String,
    shown: Option<String>,
    word: Option<String>,
    comment: Option<String>,
}

pub(in crate::http::api::policies) async fn apply(
    State(house): State<Arc<House>>,
    who: Who,
    Named(id): Named<ApprovalId>,
    body: Body,
) -> Answered {
    let Apply { confirm, diff_hash, shown, word, comment } = body.shaped()?;
    let shown = seal(shown.as_deref())?;
    let confirm = confirm.unwrap_or_default();
    let confirm = Confirm { confirm, word, diff_hash, shown, comment };
    Ok(match act::apply(&house, &who, id, confirm).await? {
        Came::Applied(of, version) => (StatusCode::OK, Json(json!(applied_view(&of, &version)))),
        Came::Waits(of) => (StatusCode::ACCEPTED, Json(json!(view(&of)))),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reject {
    reason: Option<String>,
    shown: Option<String>,
}

pub(in crate::http::api::policies) async fn reject(
    State(house): State<Arc<House>>,
    who: Who,
    Named(id): Named<ApprovalId>,
    body: Body,
) -> Answered {
    let Reject { reason, shown } = body.shaped()?;
    let rejected = act::reject(&house, &who, id, reason, seal(shown.as_deref())?).await?;
    Ok((StatusCode::OK, Json(json!(view(&rejected)))))
}

fn seal(text: Option<&str>) -> Result<Option<Digest>, Refused> {
    let wrong = || Refused::wrong("`shown` must be a digest: 64 hex digits");
    text.map(|text| Digest::from_hex(text).ok_or_else(wrong)).transpose()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    status: String,
    base_version: Option<u64>,
    comment: Option<String>,
}

pub(in crate::http::api::policies) async fn switch(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
    body: Body,
) -> Answered {
    let Switch { status, base_version, comment } = body.shaped()?;
    let wrong = || Refused::wrong("`status` must be `active`, `inactive` or `draft`");
    let status = ModuleStatus::parse(&status).ok_or_else(wrong)?;
    // Somebody at a page is shown what it does, and types that he means it.
    let at_once = who.login().is_none();
    let to = (name.as_str(), status);
    let came = act::switch(&house, &who, to, base_version, at_once, comment.as_deref()).await?;
    Ok(match came {
        Switched::Already(row) => (StatusCode::OK, Json(json!(Policy::of(*row, None)))),
        Switched::Now(of, version) => {
            let (row, _) = act::module(&house, &name).await?;
            let mut told = json!(Policy::of(row, None));
            told["applied"] = json!(applied_view(&of, &version));
            (StatusCode::OK, Json(told))
        }
        Switched::Suggested(of) => (StatusCode::ACCEPTED, Json(json!(view(&of)))),
    })
}
