//! A proposal tried on the calls of the last days, for whoever is about to decide about it: what it would have changed.
//!
//! It is a help and no part of what is decided. Where it cannot be made, that is said in its place.

use crate::app::App;
use crate::cli::policy::{office, told};
use crate::domain::approval::State;
use crate::domain::time::DAY;
use crate::gate::changes::NotTaken;
use crate::gate::{Bounds, Glance, glance};
use crate::policy::{Protected, Snapshot};
use crate::store::policies::Suggestion;
use anyhow::Result;
use serde::Serialize;
use std::time::Duration;

/// Days that are looked back.
const DAYS: i64 = 7;
/// Calls that are looked at, at most.
const CALLS: u64 = 50_000;
/// How long that may take: somebody waits for the page.
const TIME: Duration = Duration::from_secs(2);

/// What came of trying a proposal.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Tried {
    /// What it would have changed; `null` when it was not tried.
    replay: Option<Glance>,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_replayed: Option<NotTried>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum NotTried {
    /// It is decided or ran out, so nobody has to know.
    Ended,
    /// Nobody knows what it was.
    Erased,
    /// It was made against another version, and cannot be applied.
    StaleBase,
    /// What it would make cannot stand any more; in words.
    CannotStand(String),
}

impl From<NotTried> for Tried {
    fn from(why: NotTried) -> Self {
        Self { replay: None, not_replayed: Some(why) }
    }
}

/// Tries a proposal on the newest calls.
pub(in crate::cli::policy) async fn tried(app: &App, of: &Suggestion) -> Result<Tried> {
    let approval = &of.approval;
    // The diff of one that was applied is kept with its version.
    if approval.arguments.is_none() && approval.state != State::Consumed {
        return Ok(NotTried::Erased.into());
    }
    if approval.state.is_terminal() {
        return Ok(NotTried::Ended.into());
    }
    let office = office(app).await?;
    if office.stored().version != of.base {
        return Ok(NotTried::StaleBase.into());
    }
    let stored = match office.outcome(of).await {
        Ok(stored) => stored,
        Err(NotTaken::Store(error)) => return Err(error.into()),
        Err(why) => return Ok(NotTried::CannotStand(why.text()).into()),
    };
    // The kernel is not asked, so nothing has to be kept from it.
    let candidate = match Snapshot::build(&app.config, &stored, Protected::default(), 0) {
        Ok(candidate) => candidate,
        Err(error) => return Ok(NotTried::CannotStand(error.to_string()).into()),
    };
    let since = app.store.now().await?.plus(-DAYS * DAY);
    let bounds = Bounds { since, calls: CALLS, time: TIME };
    let found = glance(app.store.as_ref(), &app.tenant, &candidate, bounds).await?;
    Ok(Tried { replay: Some(found), not_replayed: None })
}

impl Tried {
    /// What a person reads of it; nothing where there is nothing to decide.
    pub(in crate::cli::policy) fn text(&self) -> Option<String> {
        let Some(Glance { report, complete }) = &self.replay else {
            return match self.not_replayed.as_ref()? {
                NotTried::Ended | NotTried::StaleBase => None,
                NotTried::Erased => Some(
                    "The change itself was erased by retention, so nothing can be said of it."
                        .to_owned(),
                ),
                NotTried::CannotStand(why) => {
                    let why = crate::cli::policy::seen(why, 400);
                    Some(format!("It could not be tried on earlier calls: {why}."))
                }
            };
        };
        let which = if *complete {
            format!("The last {DAYS} days: ")
        } else {
            format!("Looked at the newest {} decisions of the last {DAYS} days: ", report.calls)
        };
        Some(match (report.calls, report.judged) {
            (0, _) => {
                format!("{which}no call was decided about, so nothing is known of what it changes.")
            }
            (calls, 0) => format!(
                "{which}none of {calls} calls can be judged under this change: {}.",
                told::unjudged(report)
            ),
            _ => told::report(&which, report, true),
        })
    }
}
