//! Several like questions answered with one yes: each is still a decision of its own, with its own card and seal.
//!
//! Like means: calls, of one tool of one server, none of the gravest tier. What is not like the others is answered alone.

use crate::card::Facts;
use crate::domain::approval::{State as Stands, Subject};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::ruling::Tier;
use crate::http::House;
use crate::http::act::decide::{Answer, decide};
use crate::http::console::answer::decided;
use crate::http::console::card::CardView;
use crate::http::console::outcome::{OutcomeView, name, said};
use crate::http::console::page::show;
use crate::http::console::question::facts;
use crate::http::fields::{Asked, Posted, shown};
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;

/// Questions in one batch at most: more are not read.
const MOST: usize = 20;

pub(in crate::http::console) fn routes() -> Router<Arc<House>> {
    Router::new().route("/ui/batch", get(look).post(answer))
}

#[derive(Template)]
#[template(path = "batch.html")]
struct Look {
    cards: Vec<CardView>,
    what: String,
}

/// What became of one of them.
struct Said {
    outcome: Option<OutcomeView>,
    short: String,
    why: String,
}

#[derive(Template)]
#[template(path = "batched.html")]
struct Batched {
    yes: usize,
    no: usize,
    all: Vec<Said>,
}

/// A form or a query with names that come more than once.
type Pairs = Vec<(String, String)>;

/// The values of the one name that may stand there.
fn values(pairs: Pairs, name: &str) -> Result<Vec<String>, Refused> {
    if let Some((other, _)) = pairs.iter().find(|(key, _)| key != name) {
        return Err(Refused::wrong(format!("there is no field `{}` here", shown(other))));
    }
    Ok(pairs.into_iter().map(|(_, value)| value).collect())
}

async fn look(
    State(house): State<Arc<House>>,
    who: Who,
    Asked(query): Asked<Pairs>,
) -> Result<Response, Refused> {
    who.decides()?;
    let ids = values(query, "id")?;
    if ids.is_empty() {
        let help = "`x` marks the question that is shown, a click on its box does, too";
        return Err(Refused::wrong("nothing is marked").help(help));
    }
    if ids.len() > MOST {
        return Err(Refused::wrong(format!("more than {MOST} are marked")));
    }
    let mut all = Vec::new();
    for id in &ids {
        all.push(facts(&house, id).await?);
    }
    are_like(&all)?;
    let what = all
        .first()
        .map_or_else(String::new, |facts| name(&facts.approval.upstream, &facts.approval.tool));
    let mut cards = Vec::new();
    for facts in all {
        cards.push(CardView::of(&house, &who, facts, false).await?);
    }
    Ok(show(&Look { cards, what }))
}

fn are_like(all: &[Facts]) -> Result<(), Refused> {
    let Some(first) = all.first().map(|facts| &facts.approval) else { return Ok(()) };
    for a in all.iter().map(|facts| &facts.approval) {
        let why = if a.state != Stands::Pending {
            format!("{} waits no more", a.id.short())
        } else if a.subject != Subject::Call {
            format!("{} is no plain call", a.id.short())
        } else if a.ruling.tier >= Tier::GRAVE {
            format!("{} is of tier 3", a.id.short())
        } else if (&a.upstream, a.identity, &a.tool, a.method)
            != (&first.upstream, first.identity, &first.tool, first.method)
        {
            format!("{} is of another tool", a.id.short())
        } else {
            continue;
        };
        let message = format!("these cannot be answered together: {why}");
        return Err(
            Refused::new(StatusCode::CONFLICT, "not_alike", message).help("answer that one alone")
        );
    }
    Ok(())
}

async fn answer(
    State(house): State<Arc<House>>,
    who: Who,
    Posted(body): Posted<Pairs>,
) -> Result<Response, Refused> {
    who.decides()?;
    let calls = values(body, "call")?;
    if calls.is_empty() || calls.len() > MOST {
        return Err(Refused::wrong(format!("1 to {MOST} values of `call` are wanted")));
    }
    let mut asked = Vec::new();
    for call in &calls {
        let (id, seal) = call.split_once('.').unwrap_or_default();
        let (Some(id), Some(seal)) = (ApprovalId::parse(id), Digest::from_hex(seal)) else {
            return Err(Refused::wrong("`call` is an id and the seal of its card"));
        };
        asked.push((id, seal));
    }
    let mut all = Vec::new();
    for (id, _) in &asked {
        all.push(facts(&house, &id.to_string()).await?);
    }
    // Those that were answered meanwhile are told apart below; what was never alike is refused before anything happens.
    let waiting = all.into_iter().filter(|facts| facts.approval.state == Stands::Pending);
    are_like(&waiting.collect::<Vec<_>>())?;
    let (mut done, mut told) = (Vec::new(), Vec::new());
    for (id, seal) in asked {
        let answer =
            Answer { approve: true, reason: None, shown: Some(seal), word: None, wish: None };
        let short = id.short();
        match decide(&house, &who, id, answer).await {
            Ok(approval) => {
                let now = house.store.now().await?;
                done.push(id);
                let outcome = Some(said(&approval, now));
                told.push(Said { outcome, short, why: String::new() });
            }
            Err(why) => told.push(Said { outcome: None, short, why: why.message }),
        }
    }
    let (yes, no) = (done.len(), told.len() - done.len());
    let mut response = show(&Batched { yes, no, all: told });
    decided(&mut response, &done)?;
    Ok(response)
}
