//! The tab of notifications: whom is told what, and how the last deliveries went. Only an admin changes anything here.

use crate::domain::missed;
use crate::domain::notice::{DeliveryStatus, NoticeKind, TargetType};
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::http::House;
use crate::http::act::targets::{self, Wish};
use crate::http::console::page::{Frame, show};
use crate::http::fields::{Posted, shown};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::notices::{Delivery, DeliveryFilter, Target};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use std::collections::BTreeSet;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Deliveries on the page.
const HISTORY: usize = 100;

pub(in crate::http) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/notifications", get(page).post(add))
        .route("/notifications/{name}/enable", post(enable))
        .route("/notifications/{name}/disable", post(disable))
        .route("/notifications/{name}/remove", post(remove))
        .route("/notifications/{name}/test", post(test))
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct Page {
    frame: Frame,
    part: Part,
}

/// What changes: htmx puts it in the place of what was there.
#[derive(Template)]
#[template(path = "notifications_part.html")]
struct Part {
    admin: bool,
    said: Option<String>,
    targets: Vec<One>,
    events: Vec<Event>,
    deliveries: Vec<Told>,
    mail: bool,
}

struct One {
    name: String,
    kind: &'static str,
    shown: String,
    enabled: bool,
    told: String,
}

struct Event {
    word: &'static str,
    means: &'static str,
}

struct Told {
    at: String,
    clock: String,
    target: String,
    event: &'static str,
    status: &'static str,
    attempts: u32,
    error: String,
}

async fn page(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    let frame = Frame::of(&house, &who, "/notifications", "Notifications").await?;
    let part = part(&house, &who, None).await?;
    Ok(show(&Page { frame, part }))
}

async fn part(house: &House, who: &Who, said: Option<String>) -> Result<Part, Refused> {
    let targets = house.store.targets(&house.tenant).await?;
    let filter = DeliveryFilter::of(&house.tenant, HISTORY);
    let deliveries = house.store.deliveries(filter).await?;
    Ok(Part {
        admin: who.is_admin(),
        said,
        targets: targets.iter().map(one).collect(),
        events: NoticeKind::EVENTS
            .map(|kind| Event { word: kind.as_str(), means: means(kind) })
            .into(),
        deliveries: deliveries.iter().map(told).collect(),
        mail: house.policy.in_force().await?.config.smtp.is_some(),
    })
}

fn one(target: &Target) -> One {
    let all = target.events.len() == NoticeKind::EVENTS.len();
    let told: Vec<&str> = target.events.iter().map(|kind| means(*kind)).collect();
    One {
        name: visible::inline(&target.name).text,
        kind: target.kind.as_str(),
        shown: visible::inline(&target.shown).text,
        enabled: target.enabled,
        told: if all { "everything".to_owned() } else { told.join(", ") },
    }
}

fn told(delivery: &Delivery) -> Told {
    Told {
        at: delivery.created_at.rfc3339(),
        clock: clock(delivery.created_at),
        target: visible::inline(&delivery.name).text,
        event: means(delivery.kind),
        status: delivery.status.as_str(),
        attempts: delivery.attempts,
        error: delivery
            .error
            .as_deref()
            .map_or_else(String::new, |code| visible::inline(&missed::of(code)).text),
    }
}

/// In the server's zone.
fn clock(at: Millis) -> String {
    let zone = jiff::tz::TimeZone::system();
    let at = jiff::Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(zone));
    at.map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

fn means(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::ApprovalAsked => "question asked",
        NoticeKind::ApprovalEscalated => "question urgent",
        NoticeKind::ApprovalDecided => "question decided",
        NoticeKind::ApprovalExpired => "question expired",
        NoticeKind::RunEnded => "run ended",
        NoticeKind::CriticalViolation => "critical violation",
        NoticeKind::JournalTrouble => "journal broken",
        NoticeKind::Test => "test",
    }
}

async fn add(
    State(house): State<Arc<House>>,
    who: Who,
    // In whatever order; `events` comes once a box that is ticked.
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<Response, Refused> {
    let mut wish = Wish {
        name: String::new(),
        kind: TargetType::Discord,
        address: Zeroizing::default(),
        events: Some(BTreeSet::new()),
    };
    for (field, value) in fields {
        match field.as_str() {
            "name" => wish.name = value.trim().to_owned(),
            "type" => {
                let what = || Refused::wrong("`type` must be `discord` or `email`");
                wish.kind = TargetType::parse(&value).ok_or_else(what)?;
            }
            "address" => wish.address = Zeroizing::new(value.trim().to_owned()),
            "events" => {
                let kind = NoticeKind::parse(&value).filter(|kind| *kind != NoticeKind::Test);
                let kind = kind.ok_or_else(|| Refused::wrong("there is no such event"))?;
                wish.events.get_or_insert_default().insert(kind);
            }
            other => {
                let what = format!("there is no field `{}` here", shown(other));
                return Err(Refused::wrong(what));
            }
        }
    }
    if wish.events.as_ref().is_some_and(BTreeSet::is_empty) {
        return Err(Refused::wrong("tick at least one event"));
    }
    let added = targets::add(&house, &who, wish).await?;
    let said = format!("Added {} at {}. Send a test to try it.", added.name, added.shown);
    Ok(show(&part(&house, &who, Some(said)).await?))
}

async fn enable(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    targets::switch(&house, &who, &name, true).await?;
    Ok(show(&part(&house, &who, Some(format!("{name} is told again."))).await?))
}

async fn disable(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    targets::switch(&house, &who, &name, false).await?;
    Ok(show(&part(&house, &who, Some(format!("{name} is told nothing any more."))).await?))
}

async fn remove(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    targets::remove(&house, &who, &name).await?;
    let said = format!("Removed {name}; its address is forgotten.");
    Ok(show(&part(&house, &who, Some(said)).await?))
}

async fn test(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    let delivery = targets::test(&house, &who, &name).await?;
    let said = match (delivery.status, delivery.error) {
        (DeliveryStatus::Sent, _) => format!("The test was taken by {name}."),
        (_, Some(error)) => {
            format!("The test did not arrive at {name} ({error}): {}.", missed::of(&error))
        }
        (_, None) => format!("Nobody answered yet for {name}."),
    };
    Ok(show(&part(&house, &who, Some(said)).await?))
}
