//! `/network`: who talks to whom as it was seen, and the network policies that allow no more.
//!
//! Nothing is applied here: policies are shown and taken away as YAML.

use crate::domain::id::RunId;
use crate::domain::visible;
use crate::http::House;
use crate::http::console::page::{Frame, show};
use crate::http::console::said::{Said, link};
use crate::http::console::told::{Moment, cell, whole};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::network::{Kind, map_of, svg, svg_in_page};
use crate::store::networks::{KeptPolicy, NetworkFilter};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Recommendations of a page, of a drawing and of a download.
const SHOWN: usize = 200;
const TAKEN: usize = 5_000;
/// The names of the query.
const NAMES: &[&str] = &["run", "service", "kind"];

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/network", get(page))
        .route("/network/map.svg", get(drawing))
        .route("/network/policies.yaml", get(policies))
}

#[derive(Debug, askama::Template)]
#[template(path = "network.html")]
struct NetworkPage {
    frame: Frame,
    run: String,
    service: String,
    kind: String,
    is_filtered: bool,
    drawing: Result<String, String>,
    policies: Vec<Row>,
    cut: bool,
    svg_link: String,
    yaml_link: String,
}

/// A recommendation in the table.
#[derive(Debug)]
struct Row {
    at: Moment,
    run: Option<(String, String)>,
    by: String,
    kind: String,
    from: Option<(String, String)>,
    to: Option<(String, String)>,
    port: String,
    policy: String,
    words: String,
    yaml: String,
}

/// What a query wants.
fn wanted(
    house: &House,
    said: &Said,
    limit: usize,
) -> Result<(NetworkFilter, Option<Kind>), Refused> {
    let run = said
        .get("run")
        .map(|id| RunId::parse(id).ok_or_else(|| Refused::wrong("a run is named by its whole id")));
    let kind = said.get("kind").map(|word| {
        Kind::parse(word)
            .ok_or_else(|| Refused::wrong("a kind is `service`, `edge` or `default_deny`"))
    });
    let filter = NetworkFilter {
        tenant: house.tenant.clone(),
        principal: None,
        run: run.transpose()?,
        service: said.get("service").map(str::to_owned),
        limit,
    };
    Ok((filter, kind.transpose()?))
}

async fn found(house: &House, said: &Said) -> Result<Vec<KeptPolicy>, Refused> {
    let (filter, kind) = wanted(house, said, TAKEN)?;
    let mut found = house.store.network_policies(filter).await?;
    found.retain(|one| kind.is_none_or(|kind| one.recommendation.kind == kind));
    Ok(found)
}

async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    who.operates()?;
    let said = Said::read(query.as_deref().unwrap_or_default(), NAMES)?;
    let found = found(&house, &said).await?;
    let frame = Frame::of(&house, &who, "/network", "Network").await?;
    let text = |name| said.get(name).map(whole).unwrap_or_default();
    let (run, service, kind) = (text("run"), text("service"), text("kind"));
    let links = ["/network/map.svg", "/network/policies.yaml"].map(|at| said.link(at, &[], None));
    let is_filtered = NAMES.iter().any(|name| said.get(name).is_some());
    // Laying out thousands of lines takes longer than others may wait.
    let made = tokio::task::spawn_blocking(move || {
        let map = map_of(found.iter().map(|one| &one.recommendation));
        let drawing = svg_in_page(&map).map_err(|why| whole(&why.to_string()));
        let zone = TimeZone::system();
        let rows: Vec<Row> = found.iter().take(SHOWN).map(|one| row(one, &zone)).collect();
        (drawing, rows, found.len() > SHOWN)
    });
    let (drawing, policies, cut) = made.await.map_err(|error| failed(&error))?;
    let [svg_link, yaml_link] = links;
    Ok(show(&NetworkPage {
        frame,
        run,
        service,
        kind,
        is_filtered,
        drawing,
        policies,
        cut,
        svg_link,
        yaml_link,
    }))
}

fn row(one: &KeptPolicy, zone: &TimeZone) -> Row {
    let said = &one.recommendation;
    let end = |text: &Option<String>| {
        text.as_ref().map(|name| (cell(name), link("/network", [("service", name.clone())])))
    };
    let port = said.port.map(|port| port.to_string()).unwrap_or_default();
    let protocol = said.protocol.map_or("", |protocol| protocol.as_str());
    let run = |id: RunId| (id.short(), format!("/runs/{id}"));
    Row {
        at: Moment::of(one.at, zone),
        run: one.run.map(run),
        by: cell(&one.principal.name),
        kind: said.kind.as_str().replace('_', " "),
        from: end(&said.source_service),
        to: end(&said.target_service),
        port: format!("{protocol} {port}").trim().to_owned(),
        policy: cell(&format!("{}/{}", said.namespace, said.policy_name)),
        words: whole(&said.recommendation),
        yaml: lines(&said.policy_yaml),
    }
}

/// A text line by line, each safe to show.
fn lines(text: &str) -> String {
    visible::block(text).into_iter().map(|seen| seen.text).collect::<Vec<_>>().join("\n")
}

/// The drawing as a file.
async fn drawing(
    State(house): State<Arc<House>>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    who.operates()?;
    let said = Said::read(query.as_deref().unwrap_or_default(), NAMES)?;
    let found = found(&house, &said).await?;
    let made = tokio::task::spawn_blocking(move || {
        svg(&map_of(found.iter().map(|one| &one.recommendation)))
    });
    let text = made.await.map_err(|error| failed(&error))?;
    let text = text.map_err(|why| Refused::wrong(whole(&why.to_string())))?;
    Ok(file("image/svg+xml", "map.svg", text))
}

/// The policies as YAML, those that deny the rest last: applied in this order, nothing that was seen is cut in between.
async fn policies(
    State(house): State<Arc<House>>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    who.operates()?;
    let said = Said::read(query.as_deref().unwrap_or_default(), NAMES)?;
    let mut found = found(&house, &said).await?;
    if found.is_empty() {
        return Err(Refused::not_there("policy"));
    }
    found.sort_by_key(|one| one.recommendation.kind);
    // Policies of single connections say again what those of their services say.
    let services = said.get("kind").is_none()
        && found.iter().any(|one| one.recommendation.kind == Kind::Service);
    found.retain(|one| !services || one.recommendation.kind != Kind::Edge);
    let text: String = found.iter().map(|one| one.recommendation.policy_yaml.as_str()).collect();
    Ok(file("application/yaml; charset=utf-8", "policies.yaml", text))
}

fn file(kind: &'static str, name: &str, text: String) -> Response {
    let name = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    (headers, text).into_response()
}

fn failed(error: &tokio::task::JoinError) -> Refused {
    tracing::error!("the network could not be drawn: {error}");
    let what = "the page could not be made";
    Refused::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "internal_error", what)
}
