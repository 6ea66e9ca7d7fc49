//! `/insight/questions`: how much people are asked, how fast they say yes, and what would spare them most of it.
//!
//! Nothing is done here: a button leads to the page where it is decided.

use crate::card::relief::{command, conditions, diff, headline, tested};
use crate::card::when::clock;
use crate::domain::visible;
use crate::gate::relief::{Relief, relief};
use crate::http::House;
use crate::http::act::policy as act;
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::on_to;
use crate::http::console::told::{Moment, cell, question};
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::policy::relief::{Suggestion, What, Yes, is_rubber};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::sync::Arc;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/insight/questions", get(page)).route("/ui/insight/propose", post(propose))
}

#[derive(Debug, askama::Template)]
#[template(path = "relief.html")]
struct ReliefPage {
    frame: Frame,
    found: Relief,
    since: Moment,
    busiest: Option<(String, usize)>,
    yes: Yes,
    is_rubber: bool,
    tools: Vec<(String, usize, usize, usize)>,
    suggestions: Vec<View>,
}

/// A suggestion.
#[derive(Debug)]
struct View {
    headline: String,
    conditions: Option<String>,
    why: String,
    tested: String,
    next: Next,
}

/// What a person does next.
#[derive(Debug)]
enum Next {
    /// Answers this question, and keeps the answer.
    Question(String),
    /// Waits for the next question of the same, and keeps its answer: with a pattern or not.
    Later(bool),
    /// Proposes this change of policy.
    Propose(String),
    /// Types this at a terminal.
    Command(String),
}

fn view(of: &Suggestion) -> View {
    let next = match &of.what {
        What::ReviewTool { .. } => Next::Command(command(of).replace('`', "")),
        What::KeepAnswer { waits: Some(id), .. } => Next::Question(question(&id.to_string())),
        What::KeepAnswer { waits: None, pattern, .. } => Next::Later(pattern.is_some()),
        What::AllowRule { .. } => {
            let diff = diff(of).and_then(|diff| serde_json::to_string(&diff).ok());
            diff.map_or_else(
                || Next::Command("countersign policy suggest --allow".to_owned()),
                Next::Propose,
            )
        }
    };
    View {
        headline: headline(of),
        conditions: conditions(of),
        why: visible::inline(&of.why).text,
        tested: tested(&of.backtest),
        next,
    }
}

async fn page(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    let found = relief(house.store.as_ref(), &house.tenant, None).await?;
    let zone = TimeZone::system();
    let counted = &found.counted;
    let yes = counted.yes.clone();
    let tools = counted.tools.iter().map(|of| {
        let name = if of.server.is_empty() {
            of.tool.clone()
        } else {
            format!("{}__{}", of.server, of.tool)
        };
        (cell(&name), of.asked, of.approved, of.denied)
    });
    Ok(show(&ReliefPage {
        frame: Frame::of(&house, &who, "/insight", "What people are asked").await?,
        since: Moment::of(counted.since, &zone),
        busiest: counted.busiest.map(|most| (clock(most.hour, counted.until, &zone), most.asked)),
        is_rubber: yes.quick_percent.is_some_and(|share| is_rubber(yes.people, share)),
        yes,
        tools: tools.collect(),
        suggestions: found.suggestions.iter().map(view).collect(),
        found,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    diff: String,
}

/// Makes the suggestion of a change; it is decided on its own page.
async fn propose(
    State(house): State<Arc<House>>,
    who: Who,
    Posted(posted): Posted<Sent>,
) -> Result<Response, Refused> {
    let comment = Some("it would spare people questions that were always approved");
    let made = act::suggest(&house, &who, posted.diff.as_bytes(), comment).await?;
    Ok(on_to(&format!("/policy/suggestions/{}", made.approval.id)))
}
