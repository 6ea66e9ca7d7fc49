//! Verifying from a page: what `audit verify` does, on a thread of its own, one at a time in this process.
//!
//! The console looks by itself, too: when it begins and every hour. What is found is written down by the look itself.

use crate::card::count::counted;
use crate::http::House;
use crate::http::console::page::show;
use crate::http::console::told::{Moment, whole};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::journal::Found;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

/// How often the console looks by itself.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Where verification stands, as a part of a page.
#[derive(Debug, askama::Template)]
#[template(path = "verification.html")]
pub(in crate::http::console::journal) struct Verification {
    under_way: Option<String>,
    last: Option<Last>,
}

/// What the last one came to.
#[derive(Debug)]
struct Last {
    at: Moment,
    is_ok: bool,
    verdict: String,
    also: Vec<String>,
    facts: Vec<(&'static str, String)>,
}

impl Verification {
    pub(in crate::http::console::journal) fn of(house: &House, zone: &TimeZone) -> Self {
        let seen = house.lookout.seen();
        Self {
            under_way: seen.under_way.map(|(done, total)| match total {
                0 => "begins".to_owned(),
                total => format!("{done} of {total} rows"),
            }),
            last: seen.last.map(|looked| {
                let at = Moment::of(looked.at, zone);
                match looked.found {
                    Ok(found) => Last::of(&found, at),
                    Err(why) => {
                        let verdict = whole(&format!("it could not be verified: {why}"));
                        Last { at, is_ok: false, verdict, also: Vec::new(), facts: Vec::new() }
                    }
                }
            }),
        }
    }
}

impl Last {
    fn of(found: &Found, at: Moment) -> Self {
        let (mut also, mut facts) = (Vec::new(), Vec::new());
        if let Found::Report(report) = found {
            also.extend(report.faults.iter().skip(1).map(|fault| whole(&fault.what)));
            if report.more_faults > 0 {
                also.push(format!(
                    "and {}",
                    counted(report.more_faults, "more fault", "more faults")
                ));
            }
            facts.push(("rows", report.rows.to_string()));
            let heads = format!("{} signed, for rows up to {}", report.heads, report.witnessed);
            facts.push(("heads", heads));
            facts.push(("newest", format!("{}:{}", report.head.seq, report.head.hash)));
            let erased = report.erased_bodies + report.erased_rows;
            if erased > 0 {
                facts.push((
                    "erased",
                    format!(
                        "{} and {} of calls, which can no longer be checked",
                        counted(report.erased_bodies, "body", "bodies"),
                        counted(report.erased_rows, "row", "rows")
                    ),
                ));
            }
        }
        Self { at, is_ok: found.is_ok(), verdict: whole(&found.verdict()), also, facts }
    }
}

/// Where it stands, for a page that looks again while it goes on.
pub(in crate::http::console::journal) async fn state(
    State(house): State<Arc<House>>,
    who: Who,
) -> Result<Response, Refused> {
    who.operates()?;
    Ok(show(&Verification::of(&house, &TimeZone::system())))
}

/// Begins a verification.
pub(in crate::http::console::journal) async fn start(
    State(house): State<Arc<House>>,
    who: Who,
) -> Result<Response, Refused> {
    who.operates()?;
    if !begin(&house) {
        let what = "the journal is being verified already";
        return Err(Refused::new(StatusCode::CONFLICT, "already_verifying", what)
            .help("its result will stand on the page of the journal"));
    }
    Ok(show(&Verification::of(&house, &TimeZone::system())))
}

/// Looks at the journal now and every hour.
pub(in crate::http) async fn keep_looking(house: Arc<House>) {
    loop {
        begin(&house);
        tokio::time::sleep(EVERY).await;
    }
}

/// On a thread of its own: hashing millions of rows may not hold up who is served, nor who ends the console.
fn begin(house: &Arc<House>) -> bool {
    let Some(looking) = house.lookout.begin() else { return false };
    let house = Arc::clone(house);
    let work = move || match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => {
            runtime.block_on(looking.run(house.store.as_ref(), &house.heads, &house.tenant));
        }
        Err(error) => tracing::error!("the journal could not be verified: {error}"),
    };
    match std::thread::Builder::new().name("verify".to_owned()).spawn(work) {
        Ok(_) => true,
        Err(error) => {
            tracing::error!("the journal could not be verified: {error}");
            false
        }
    }
}
