//! Rows to take away: one as JSON, a page as JSON lines. Read one by one as they are sent, so no page is ever held whole.

use crate::card::row::RowJson;
use crate::domain::entry::Entry;
use crate::domain::principal::Tenant;
use crate::http::House;
use crate::http::console::journal::filter::{NAMES, Wanted};
use crate::http::console::said::Said;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::decisions::ViolationFilter;
use crate::store::{EntryFilter, Store, StoreError};
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// One row of this world, whole.
///
/// # Errors
/// Those of the store.
pub(in crate::http::console::journal) async fn whole(
    store: &dyn Store,
    tenant: &Tenant,
    seq: u64,
) -> Result<Option<Entry>, StoreError> {
    let Some(before) = seq.checked_sub(1) else { return Ok(None) };
    let filter = EntryFilter {
        after: before,
        up_to: Some(seq),
        tenant: Some(tenant.clone()),
        limit: 1,
        ..EntryFilter::default()
    };
    Ok(store.entries(filter).await?.pop().filter(|row| row.seq == seq))
}

/// One row as JSON.
pub(in crate::http::console::journal) async fn row(
    State(house): State<Arc<House>>,
    who: Who,
    Path(seq): Path<u64>,
) -> Result<Response, Refused> {
    who.operates()?;
    let Some(row) = whole(house.store.as_ref(), &house.tenant, seq).await? else {
        return Err(Refused::not_there("row"));
    };
    let violations = house.store.violations(ViolationFilter::of_row(&house.tenant, seq)).await?;
    let text = written(&RowJson::of(&row).with(&violations))?;
    let name = format!("attachment; filename=\"row-{seq}.json\"");
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text).into_response())
}

/// The rows of a page as JSON lines.
pub(in crate::http::console::journal) async fn page(
    State(house): State<Arc<House>>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    who.operates()?;
    let said = Said::read(query.as_deref().unwrap_or_default(), NAMES)?;
    let now = house.store.now().await?;
    let wanted = Wanted::read(&said, &house.tenant, now, &TimeZone::system())?;
    let rows = wanted.page(house.store.as_ref()).await?.rows;
    let places: Vec<u64> = rows.iter().map(|row| row.seq).collect();
    let lines = stream::unfold((house, places.into_iter()), async |(house, mut places)| {
        let seq = places.next()?;
        let line = line(&house, seq).await;
        Some((line, (house, places)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"journal.jsonl\""),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// One line; a row that was erased meanwhile is none.
async fn line(house: &House, seq: u64) -> Result<String, std::io::Error> {
    let row = whole(house.store.as_ref(), &house.tenant, seq).await;
    let broken = |what: &str| {
        tracing::error!("a row could not be sent: {what}");
        std::io::Error::other("the store cannot be used")
    };
    match row.map_err(|error| broken(&error.to_string()))? {
        None => Ok(String::new()),
        Some(row) => {
            let mut text = serde_json::to_string(&RowJson::of(&row))
                .map_err(|error| broken(&error.to_string()))?;
            text.push('\n');
            Ok(text)
        }
    }
}

fn written(row: &RowJson<'_>) -> Result<String, Refused> {
    serde_json::to_string(row)
        .map_err(|error| StoreError::Unusable(format!("a row cannot be written: {error}")).into())
}
