//! `/runs`: plans that are executed, and how far each came.

use crate::domain::id::RunId;
use crate::domain::run::RunState;
use crate::http::House;
use crate::http::console::page::{Frame, show};
use crate::http::console::said::{Said, link};
use crate::http::console::told::{Moment, cell, question, whole};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::run::{RunView, StepView, told, view};
use crate::store::runs::{Listed, RunFilter};
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Runs of a page.
const SHOWN: usize = 100;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/runs", get(list)).route("/runs/{id}", get(one))
}

#[derive(Debug, askama::Template)]
#[template(path = "runs.html")]
struct ListPage {
    frame: Frame,
    states: Vec<(&'static str, bool)>,
    state: Option<&'static str>,
    here: String,
    runs: Vec<Line>,
    cut: bool,
}

/// A run in the list.
#[derive(Debug)]
struct Line {
    id: String,
    short: String,
    state: &'static str,
    directive: String,
    tier: u8,
    steps: String,
    approval: &'static str,
    by: String,
    made: Moment,
}

async fn list(
    State(house): State<Arc<House>>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    who.operates()?;
    let said = Said::read(query.as_deref().unwrap_or_default(), &["state"])?;
    let state = said.get("state").map(|word| {
        RunState::parse(word).ok_or_else(|| {
            let known = RunState::ALL.map(RunState::as_str).join("`, `");
            Refused::wrong(format!("a state is one of `{known}`"))
        })
    });
    let state = state.transpose()?;
    let filter = RunFilter {
        tenant: house.tenant.clone(),
        principal: None,
        states: state.into_iter().collect(),
        limit: SHOWN + 1,
    };
    let mut found = house.store.runs(filter).await?;
    let cut = found.len() > SHOWN;
    found.truncate(SHOWN);
    let zone = TimeZone::system();
    let line = |listed: &Listed| {
        let view = view(&listed.run, listed.answer.as_ref());
        Line {
            short: listed.run.id.short(),
            state: view.state,
            directive: cell(&format!("{} {}", view.directive, view.label)),
            tier: view.tier,
            steps: format!("{}/{}", view.jobs.completed, view.jobs.total),
            approval: view.approval_status,
            by: cell(&view.requested_by),
            made: Moment::of(listed.run.created_at, &zone),
            id: view.id,
        }
    };
    let fields = state.map(|state| ("state", state.as_str().to_owned()));
    Ok(show(&ListPage {
        frame: Frame::of(&house, &who, "/runs", "Runs").await?,
        states: RunState::ALL.map(|one| (one.as_str(), Some(one) == state)).to_vec(),
        state: state.map(RunState::as_str),
        here: link("/runs", fields),
        runs: found.iter().map(line).collect(),
        cut,
    }))
}

#[derive(Debug, askama::Template)]
#[template(path = "run.html")]
struct RunPage {
    frame: Frame,
    short: String,
    line: String,
    facts: Vec<(&'static str, String)>,
    times: Vec<(&'static str, Moment)>,
    question: Option<String>,
    story: String,
    network: String,
    id: String,
    is_over: bool,
    steps: Vec<Step>,
}

/// A step of a run.
#[derive(Debug)]
struct Step {
    number: u32,
    tier: u8,
    state: String,
    tone: &'static str,
}

async fn one(
    State(house): State<Arc<House>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let id = RunId::parse(&id).ok_or_else(|| Refused::not_there("run"))?;
    let Some(run) = house.store.run(&house.tenant, id).await? else {
        return Err(Refused::not_there("run"));
    };
    let view = told(house.store.as_ref(), &run).await?;
    let zone = TimeZone::system();
    let at = |name, text: Option<&str>| Some((name, Moment::read(text?, &zone)?));
    let times = [
        at("made", Some(&view.created_at)),
        at("approved", view.approved_at.as_deref()),
        at("begun", view.started_at.as_deref()),
        at("ended", view.ended_at.as_deref()),
    ];
    let step = |step: &StepView| Step {
        number: step.step.saturating_add(1),
        tier: step.tier,
        state: step.words(),
        tone: match step.state {
            "ran" => "tone-plain",
            "not_sent" => "tone-faint",
            "failed" => "tone-grave",
            _ => "tone-warn",
        },
    };
    let short = run.id.short();
    Ok(show(&RunPage {
        frame: Frame::of(&house, &who, "/runs", format!("Run {short}")).await?,
        short,
        line: whole(&view.line()),
        facts: facts(&view),
        times: times.into_iter().flatten().collect(),
        question: view.approval_id.as_deref().map(question),
        story: format!("/journal/stories/{}", view.correlation_id),
        network: link("/network", [("run", view.id.clone())]),
        id: view.id.clone(),
        is_over: run.state.is_terminal(),
        steps: view.steps.iter().map(step).collect(),
    }))
}

fn facts(view: &RunView) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("state", view.state.to_owned()),
        ("directive", format!("{} ({})", view.directive, view.label)),
        ("tier", view.tier.to_string()),
        ("asked by", view.requested_by.clone()),
        ("approval", view.approval_status.to_owned()),
    ];
    let mut fact = |name, value: &Option<String>| facts.extend(value.clone().map(|v| (name, v)));
    fact("cause", &view.cause);
    fact("approved by", &view.approved_by);
    fact("denied", &view.denied_because);
    let jobs = &view.jobs;
    let steps = format!(
        "{} in all, {} ran, {} failed, {} unknown",
        jobs.total, jobs.completed, jobs.failed, jobs.unknown
    );
    facts.extend([
        ("steps", steps),
        ("tokens", view.total_tokens.to_string()),
        ("plan", view.ir_hash.clone()),
        ("calls", view.manifest_digest.clone()),
        ("story", view.correlation_id.clone()),
    ]);
    facts.into_iter().map(|(name, value)| (name, whole(&value))).collect()
}
