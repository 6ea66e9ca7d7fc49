//! `/insight`: how decisions go over time, which tools are called, and how long people take to answer.
//!
//! Whoever says yes to everything within two seconds does not read what he answers: the page says so.

use crate::card::when::span;
use crate::domain::time::{DAY, HOUR, Millis, SECOND};
use crate::http::House;
use crate::http::console::charts::{Bars, Column};
use crate::http::console::page::{Frame, show};
use crate::http::console::said::link;
use crate::http::console::told::cell;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::policy::relief::{QUICK, is_rubber};
use crate::store::figures::{Answering, OfTool, Span};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use std::sync::Arc;

/// Tools of the list.
const TOOLS: usize = 10;

/// The parts of a bar, the lowest first.
const PARTS: &[(&str, &str)] = &[
    ("chart-allowed", "went without a question"),
    ("chart-approved", "answered with yes"),
    ("chart-denied", "answered with no"),
    ("chart-expired", "ran out"),
    ("chart-refused", "refused"),
];

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/insight", get(page))
}

#[derive(Debug, askama::Template)]
#[template(path = "insight.html")]
struct InsightPage {
    frame: Frame,
    is_empty: bool,
    parts: &'static [(&'static str, &'static str)],
    charts: Vec<Chart>,
    tools: Vec<Tool>,
    answers: Option<Answers>,
    tiers: Vec<(usize, u64)>,
    abandoned: u64,
    oldest: Option<String>,
}

/// A chart with its table.
#[derive(Debug)]
struct Chart {
    heading: &'static str,
    svg: String,
    told: String,
    rows: Vec<(String, Vec<u64>)>,
}

/// A tool of the list.
#[derive(Debug)]
struct Tool {
    name: String,
    calls: u64,
    allowed: u64,
    refused: u64,
    asked: u64,
    link: Option<String>,
}

/// How people answered.
#[derive(Debug)]
struct Answers {
    count: usize,
    median: String,
    p95: String,
    quick: usize,
    share: usize,
    is_rubber: bool,
}

async fn page(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    let store = house.store.as_ref();
    let tenant = &house.tenant;
    let zone = TimeZone::system();
    let now = store.now().await?;
    let month = begins(now, 29, &zone);
    let hours = store.decided_over_time(tenant, hour(now), HOUR).await?;
    let days = by_day(store.decided_over_time(tenant, month, HOUR).await?, &zone);
    let tools = store.decided_by_tool(tenant, month, TOOLS).await?;
    let answering = store.answering(tenant, month).await?;
    let waiting = store.waiting(tenant).await?;
    let charts = vec![
        chart("hours", "Decisions in the last 24 hours", "%H:%M", &hours, &zone),
        chart("days", "Decisions in the last 30 days", "%m-%d", &days, &zone),
    ];
    let is_empty = days.iter().chain(&hours).all(|span| values(span).iter().all(|n| *n == 0))
        && answering.waits.is_empty()
        && waiting.by_tier.iter().all(|n| *n == 0);
    Ok(show(&InsightPage {
        frame: Frame::of(&house, &who, "/insight", "Insight").await?,
        is_empty,
        parts: PARTS,
        charts,
        tools: tools.iter().map(tool).collect(),
        answers: answers(&answering),
        tiers: waiting.by_tier.into_iter().enumerate().collect(),
        abandoned: waiting.abandoned,
        oldest: waiting.oldest.map(|at| span(now.since(at))),
    }))
}

/// The beginning of the hour 23 hours ago, so that the last span is the hour that goes on.
fn hour(now: Millis) -> Millis {
    Millis(now.0 - now.0.rem_euclid(HOUR) - 23 * HOUR)
}

/// Where the server is, the beginning of the day so many days ago; days with 23 or 25 hours count as one.
fn begins(now: Millis, days: i64, zone: &TimeZone) -> Millis {
    Timestamp::from_millisecond(now.0)
        .ok()
        .and_then(|at| at.to_zoned(zone.clone()).date().checked_sub(days.days()).ok())
        .and_then(|date| date.to_zoned(zone.clone()).ok())
        .map_or(Millis(now.0 - now.0.rem_euclid(DAY) - days * DAY), |at| {
            Millis(at.timestamp().as_millisecond())
        })
}

/// The hours of each day together.
fn by_day(hours: Vec<Span>, zone: &TimeZone) -> Vec<Span> {
    let date = |at: Millis| {
        Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(zone.clone()).date()).ok()
    };
    let mut days: Vec<Span> = Vec::new();
    for hour in hours {
        match days.last_mut().filter(|day| date(day.from) == date(hour.from)) {
            None => days.push(hour),
            Some(day) => {
                day.allowed = day.allowed.saturating_add(hour.allowed);
                day.refused = day.refused.saturating_add(hour.refused);
                day.approved = day.approved.saturating_add(hour.approved);
                day.denied = day.denied.saturating_add(hour.denied);
                day.expired = day.expired.saturating_add(hour.expired);
            }
        }
    }
    days
}

fn values(span: &Span) -> [u64; 5] {
    [span.allowed, span.approved, span.denied, span.expired, span.refused]
}

fn chart(
    id: &'static str,
    heading: &'static str,
    format: &str,
    spans: &[Span],
    zone: &TimeZone,
) -> Chart {
    let label = |at: Millis| {
        Timestamp::from_millisecond(at.0).map_or_else(
            |_| at.rfc3339(),
            |at| at.to_zoned(zone.clone()).strftime(format).to_string(),
        )
    };
    let sums = spans.iter().map(values).fold([0_u64; 5], |mut sums, values| {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum = sum.saturating_add(value));
        sums
    });
    let words: Vec<String> =
        PARTS.iter().zip(sums).map(|((_, word), sum)| format!("{sum} {word}")).collect();
    let told = format!("{}.", words.join(", "));
    let columns: Vec<Column> = spans
        .iter()
        .map(|span| Column { label: label(span.from), values: values(span).to_vec() })
        .collect();
    let rows = columns.iter().map(|one| (one.label.clone(), one.values.clone())).collect();
    let bars = Bars { id, title: heading.to_owned(), told: told.clone(), parts: PARTS, columns };
    Chart { heading, svg: bars.svg(), told, rows }
}

fn tool(tool: &OfTool) -> Tool {
    // What cannot be typed into a filter leads nowhere.
    let plain =
        [&tool.upstream, &tool.tool].iter().all(|name| name.bytes().all(|b| b.is_ascii_graphic()));
    let fields = [("server", tool.upstream.clone()), ("tool", tool.tool.clone())];
    Tool {
        name: cell(&format!("{}__{}", tool.upstream, tool.tool)),
        calls: tool.allowed.saturating_add(tool.refused).saturating_add(tool.asked),
        allowed: tool.allowed,
        refused: tool.refused,
        asked: tool.asked,
        link: plain.then(|| link("/journal", fields)),
    }
}

/// What they say; `None` for none.
fn answers(answering: &Answering) -> Option<Answers> {
    let (median, p95) = (answering.within(50)?, answering.within(95)?);
    let waits = &answering.waits;
    let quick = waits.partition_point(|wait| *wait < QUICK);
    let share = quick * 100 / waits.len().max(1);
    Some(Answers {
        count: waits.len(),
        median: took(median),
        p95: took(p95),
        quick,
        share,
        is_rubber: is_rubber(waits.len(), share),
    })
}

/// How long it took; below ten seconds with a tenth.
fn took(millis: i64) -> String {
    match millis {
        ..10_000 => format!("{}.{} s", millis.max(0) / SECOND, millis.max(0) % SECOND / 100),
        _ => span(millis),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_by_rank() {
        let answers = |waits: Vec<i64>| answers(&Answering { waits });
        assert!(answers(vec![]).is_none());
        let waits: Vec<i64> = (1..=20).map(|n| n * SECOND).collect();
        let told = answers(waits).unwrap();
        assert_eq!((told.median.as_str(), told.p95.as_str()), ("10 s", "19 s"));
        assert_eq!((told.count, told.quick, told.share, told.is_rubber), (20, 1, 5, false));
        let told = answers(vec![100, 200, 1_900, 2_000, 60_000]).unwrap();
        assert_eq!((told.median.as_str(), told.quick, told.is_rubber), ("1.9 s", 3, true));
        assert!(!answers(vec![100, 100]).unwrap().is_rubber, "two answers say nothing");
    }

    #[test]
    fn spans_begin_with_hours_and_days() {
        let now = Millis(30 * DAY + 5 * HOUR + 17);
        assert_eq!(hour(now), Millis(30 * DAY + 5 * HOUR - 23 * HOUR));
        assert_eq!(begins(now, 29, &TimeZone::UTC), Millis(DAY));
    }

    #[test]
    fn days_are_those_of_the_calendar_where_clocks_are_set() {
        // Europe/Berlin, said so that no database of zones is needed.
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        for (now, first) in [
            ("2026-11-05T12:00:00+01:00", "2026-10-07T00:00:00+02:00"),
            ("2026-04-10T00:30:00+02:00", "2026-03-12T00:00:00+01:00"),
        ] {
            let at = |text: &str| Millis(text.parse::<Timestamp>().unwrap().as_millisecond());
            let month = begins(at(now), 29, &zone);
            assert_eq!(month, at(first), "{now}");
            let hours = (at(now).0 - month.0) / HOUR + 1;
            let one = |n| Span { from: month.plus(n * HOUR), allowed: 1, ..Span::default() };
            let days = by_day((0..hours).map(one).collect(), &zone);
            assert_eq!(days.len(), 30, "{now}");
            let sum: u64 = days.iter().map(|day| day.allowed).sum();
            assert_eq!(i64::try_from(sum).unwrap(), hours);
            let odd = days[..29].iter().filter(|day| day.allowed != 24).map(|day| day.allowed);
            assert_eq!(odd.collect::<Vec<_>>(), [if now.contains("-11-") { 25 } else { 23 }]);
            let midnight = |day: &Span| {
                let at = Timestamp::from_millisecond(day.from.0).unwrap().to_zoned(zone.clone());
                at.strftime("%H:%M").to_string() == "00:00"
            };
            assert!(days.iter().all(midnight), "{days:?}");
        }
    }

    #[test]
    fn a_tool_leads_to_its_own_rows() {
        let told = tool(&OfTool {
            upstream: "a__b".to_owned(),
            tool: "c".to_owned(),
            ..OfTool::default()
        });
        assert_eq!(told.link.as_deref(), Some("/journal?server=a__b&tool=c"));
    }
}
