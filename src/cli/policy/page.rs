//! A proposal on a screen: the card of its question, and beside it what the change would have done.

use crate::app::App;
use crate::card;
use crate::cli::policy::show;
use crate::cli::policy::tried::{Tried, tried};
use crate::cli::view;
use crate::domain::approval::{Approval, Subject};
use crate::gate::changes::removed;
use crate::store::policies::Suggestion;
use anyhow::Result;

/// The page of a proposal: what whoever decides reads.
pub(in crate::cli::policy) async fn page(
    app: &App,
    suggestion: &Suggestion,
    full: bool,
) -> Result<String> {
    let card = view::render(app, &suggestion.approval, full).await?;
    let tried = tried(app, suggestion).await?.text();
    let gone = taken_away(app, suggestion).await?;
    let parts = [Some(card), gone, tried, outlook(app, suggestion).await?];
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
        Some(suggestion) => tried(app, &suggestion).await.map(Some),
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
        text.push_str(&format!(
            "\n{}\n{}",
            show::rule_line(rule),
            show::tree(&rule.spec)?.trim_end()
        ));
    }
    Ok(Some(text))
}

/// What speaks against it now: the policy moved on since it was proposed.
async fn outlook(app: &App, suggestion: &Suggestion) -> Result<Option<String>> {
    if suggestion.approval.state.is_terminal() {
        return Ok(suggestion.applied.map(|version| format!("It made version {version}.")));
    }
    let now = app.store.stored_policy(&app.tenant).await?.version;
    let stale = (now != suggestion.base).then(|| {
        format!(
            "It was made against version {}, and the policy is at version {now}: it can no longer be applied.",
            suggestion.base
        )
    });
    Ok(stale)
}

/// Two texts as what changes between them.
pub(in crate::cli::policy) fn text_diff(was: &str, is: &str) -> String {
    card::changed_text(was, is, view::width())
}
