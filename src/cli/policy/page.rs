//! A proposal on a screen: the card of its question, and beside it what the change would have done.

use crate::app::App;
use crate::card;
use crate::card::suggestion::{outlook, rule_whole};
use crate::cli::policy::{office, told};
use crate::cli::view;
use crate::domain::approval::{Approval, Subject};
use crate::gate::changes::{Tried, removed};
use crate::store::policies::Suggestion;
use anyhow::Result;

/// The page of a proposal: what whoever decides reads.
pub(in crate::cli::policy) async fn page(
    app: &App,
    suggestion: &Suggestion,
    full: bool,
) -> Result<String> {
    let card = view::render(app, &suggestion.approval, full).await?;
    let office = office(app).await?;
    let tried = told::text(card::told::tried(&office.tried_on_history(suggestion).await?));
    let tried = Some(tried).filter(|text| !text.is_empty());
    let gone = taken_away(app, suggestion).await?;
    let parts = [Some(card), gone, tried, outlook(suggestion, office.stored().version)];
    Ok(parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

/// The page of any question: its card, and of a proposal what stands beside that.
pub(in crate::cli) async fn opened(app: &App, approval: &Approval, full: bool) -> Result<String> {
    match proposal(app, approval).await? {
        Some(suggestion) => page(app, &suggestion, full).await,
        None => view::render(app, approval, full).await,
    }
}

/// What came of trying the proposal that a question is about; `None` when it is about something else.
pub(in crate::cli) async fn tried_of(app: &App, approval: &Approval) -> Result<Option<Tried>> {
    match proposal(app, approval).await? {
        Some(suggestion) => Ok(Some(office(app).await?.tried_on_history(&suggestion).await?)),
        None => Ok(None),
    }
}

async fn proposal(app: &App, approval: &Approval) -> Result<Option<Suggestion>> {
    match approval.subject {
        Subject::Policy(_) => Ok(app.store.suggestion(&app.tenant, approval.id).await?),
        _ => Ok(None),
    }
}

/// The rules that it takes away, whole: the card has their ids.
async fn taken_away(app: &App, suggestion: &Suggestion) -> Result<Option<String>> {
    let rules = removed(app.store.as_ref(), &app.tenant, suggestion).await?;
    if rules.is_empty() {
        return Ok(None);
    }
    let mut text = "It takes away:".to_owned();
    for rule in &rules {
        text.push('\n');
        text.push_str(&rule_whole(rule)?);
    }
    Ok(Some(text))
}
