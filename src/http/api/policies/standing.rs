//! What stands, what was suggested and what was: read, and texts tried that stand nowhere.

use crate::card::Facts;
use crate::domain::id::ApprovalId;
use crate::gate::changes::{ModuleRow, RuleRow, WholeView, status_named, version_view, view};
use crate::gate::tested::TestInput;
use crate::http::House;
use crate::http::act::policy::{self as act, Stands};
use crate::http::api::input::{Body, Named, Query};
use crate::http::api::policies::{LIMIT, SUGGESTIONS};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::policy::lint::Level;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Entries of a list, unless told otherwise, and at most.
const FEW: usize = 100;
const MOST: usize = 1_000;

/// A module in the words of its wire.
#[derive(Debug, Serialize)]
pub(in crate::http::api::policies) struct Policy {
    id: String,
    /// Counts its own changes.
    version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_content: Option<String>,
    #[serde(flatten)]
    row: ModuleRow,
}

impl Policy {
    pub(in crate::http::api::policies) fn of(row: ModuleRow, text: Option<String>) -> Self {
        Self { id: row.name.clone(), version: row.revision, policy_content: text, row }
    }
}

#[derive(Debug, Serialize)]
pub(in crate::http::api::policies) struct List {
    version: u64,
    policy_version: Option<u64>,
    #[serde(flatten)]
    stands: Stands,
    policies: Vec<Policy>,
    rules: Vec<RuleRow>,
}

pub(in crate::http::api::policies) async fn list(
    State(house): State<Arc<House>>,
) -> Result<Json<List>, Refused> {
    let mut stands = act::stands(&house).await?;
    let modules = std::mem::take(&mut stands.list.modules);
    Ok(Json(List {
        version: stands.list.version,
        policy_version: stands.list.policy_version,
        policies: modules.into_iter().map(|row| Policy::of(row, None)).collect(),
        rules: std::mem::take(&mut stands.list.rules),
        stands,
    }))
}

pub(in crate::http::api::policies) async fn one(
    State(house): State<Arc<House>>,
    Path(name): Path<String>,
) -> Result<Json<Policy>, Refused> {
    let (row, text) = act::module(&house, &name).await?;
    Ok(Json(Policy::of(row, Some(text))))
}

pub(in crate::http::api::policies) async fn history(
    State(house): State<Arc<House>>,
    query: Query,
) -> Result<Json<Value>, Refused> {
    let limit = limit(&query.of(&[LIMIT])?)?;
    let versions = act::versions(&house, limit).await?;
    let versions: Vec<_> = versions.iter().map(version_view).collect();
    Ok(Json(json!({ "versions": versions })))
}

pub(in crate::http::api::policies) async fn suggested(
    State(house): State<Arc<House>>,
    query: Query,
) -> Result<Json<Value>, Refused> {
    let query = query.of(SUGGESTIONS)?;
    let wants = "where a suggestion can stand, `pending` for instance";
    let states = query.read("status", wants, status_named)?.into_iter().collect();
    let found = act::suggestions(&house, states, limit(&query)?).await?;
    let found: Vec<_> = found.iter().map(view).collect();
    Ok(Json(json!({ "suggestions": found })))
}

fn limit(query: &Query) -> Result<u32, Refused> {
    Ok(u32::try_from(query.limit(FEW, MOST)?).unwrap_or(u32::MAX))
}

/// A suggestion with everything that whoever decides wants to know.
#[derive(Debug, Serialize)]
pub(in crate::http::api::policies) struct Page {
    #[serde(flatten)]
    whole: WholeView,
    /// The seal of what this tells.
    shown: String,
    /// How many admins said yes, of how many that must.
    votes: usize,
    quorum: u32,
}

pub(in crate::http::api::policies) async fn suggestion_whole(
    State(house): State<Arc<House>>,
    Named(id): Named<ApprovalId>,
) -> Result<Json<Page>, Refused> {
    let found = act::suggestion(&house, id).await?;
    let facts = Facts::gather(house.store.as_ref(), &found.approval).await?;
    let in_force = house.policy.in_force().await?;
    let office = act::open(&house, &in_force.config).await?;
    Ok(Json(Page {
        whole: office.whole(&found).await?,
        shown: facts.seal().to_string(),
        votes: found.approval.votes.len(),
        quorum: found.approval.quorum.required,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    content: String,
}

pub(in crate::http::api::policies) async fn check(
    State(house): State<Arc<House>>,
    who: Who,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let Check { content } = body.shaped()?;
    let found = act::check(&house, &who, &content).await?;
    let ok = found.iter().all(|one| one.level != Level::Error);
    Ok(Json(json!({ "ok": ok, "found": found })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    policy_content: String,
    test_inputs: Vec<TestInput>,
    #[serde(default)]
    config: Map<String, Value>,
}

pub(in crate::http::api::policies) async fn test(
    who: Who,
    body: Body,
) -> Result<Json<Value>, Refused> {
    let Test { policy_content, test_inputs, config } = body.shaped()?;
    Ok(Json(json!(act::test(&who, policy_content, test_inputs, config).await?)))
}
