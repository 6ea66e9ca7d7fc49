//! Brings the list and the card up to the store: the row is the truth, hints only say when to look.
//!
//! Of what waits only short lines are kept; a card is made for the one question that is looked at.

use crate::app::App;
use crate::card::Facts;
use crate::card::page::Tone;
use crate::cli::watch::model::Model;
use crate::cli::watch::prompt::Ask;
use crate::cli::watch::row::Row;
use crate::cli::watch::sheet::Sheet;
use crate::domain::approval::State;
use crate::domain::time::MINUTE;
use crate::store::ApprovalFilter;
use anyhow::Result;
use std::collections::HashMap;
use std::time::Instant;

/// Questions that are listed at once.
const AT_ONCE: usize = 1_000;

/// Cards with more lines than this are not made again only because time passes.
const LONG: usize = 2_000;

/// Numbers that were given to questions.
#[derive(Debug, Default)]
pub(in crate::cli::watch) struct Numbers {
    last: u32,
}

impl Numbers {
    fn next(&mut self) -> u32 {
        self.last = self.last.saturating_add(1);
        self.last
    }
}

/// Reads what waits and what became of the rest; answers with how many are new.
///
/// # Errors
/// Those of the store; the screen then shows what it showed.
pub(in crate::cli::watch) async fn read(
    app: &App,
    model: &mut Model,
    numbers: &mut Numbers,
) -> Result<usize> {
    let filter = ApprovalFilter {
        tenant: app.tenant.clone(),
        states: vec![State::Pending],
        principal: None,
        limit: AT_ONCE,
    };
    let pending = app.store.approvals(filter).await?;
    model.clock = (app.store.now().await?, Instant::now());
    model.is_paused = app.store.paused(&app.tenant).await?.contains(&None);
    model.has_more = pending.len() >= AT_ONCE;
    let mut waits: HashMap<_, _> = pending.iter().map(|a| (a.id, a)).collect();
    for row in &mut model.rows {
        if let Some(approval) = waits.remove(&row.id) {
            row.again(approval);
        } else if row.fate.as_ref().is_none_or(|fate| fate.is_open)
            && let Some(approval) = app.store.approval(&app.tenant, row.id).await?
        {
            row.again(&approval);
        }
    }
    // Newest first in the store, oldest first on the screen.
    let mut new = 0;
    for approval in pending.iter().rev().filter(|a| waits.contains_key(&a.id)) {
        model.rows.push(Row::of(numbers.next(), approval));
        new += 1;
    }
    tidy(model);
    Ok(new)
}

/// Takes away what ended a while ago; what is asked about a question that waits no more is asked no more.
pub(in crate::cli::watch) fn tidy(model: &mut Model) {
    let now = Instant::now();
    let at = model.rows.iter().position(|row| Some(row.id) == model.selected);
    model.rows.retain(|row| row.fate.as_ref().is_none_or(|fate| fate.until > now));
    let waits = |model: &Model, id| model.rows.iter().any(|row| row.id == id && row.waits());
    let marked = std::mem::take(&mut model.marked);
    model.marked = marked.into_iter().filter(|id| waits(model, *id)).collect();
    if let Some((id, _)) = model.prompt.as_ref().and_then(|prompt| prompt.about)
        && !waits(model, id)
    {
        model.prompt = None;
        let what = model.row().and_then(|row| row.fate.as_ref()).map(|fate| fate.text.clone());
        let what = what.unwrap_or_else(|| "gone".to_owned());
        model.say(format!("it waits no more: {what}"), Tone::Warn);
    }
    if model.row().is_none() {
        let at = at.unwrap_or(0).min(model.rows.len().saturating_sub(1));
        model.selected = model.rows.get(at).map(|row| row.id);
        if model.selected.is_none() {
            model.alone = false;
        }
    }
}

/// Makes the card of what is looked at, or makes it again where something changed.
///
/// # Errors
/// Those of the store; the screen then shows what it showed.
pub(in crate::cli::watch) async fn look(app: &App, model: &mut Model, width: usize) -> Result<()> {
    let Some(id) = model.selected else {
        model.sheet = None;
        return Ok(());
    };
    let Some(approval) = app.store.approval(&app.tenant, id).await? else {
        model.sheet = None;
        return Ok(());
    };
    let facts = Facts::gather(app.store.as_ref(), &approval).await?;
    match &mut model.sheet {
        Some(sheet)
            if sheet.facts.approval.id == id
                && sheet.seal.same(&facts.seal())
                && sheet.facts.approval.votes == facts.approval.votes
                && sheet.facts.approval.escalated == facts.approval.escalated =>
        {
            if facts.now.since(sheet.facts.now) >= MINUTE && sheet.lines.len() < LONG {
                sheet.renew(facts);
            }
        }
        _ => show(model, facts, width),
    }
    Ok(())
}

/// Puts another card on the screen. What was asked about the one before is not asked about this one.
pub(in crate::cli::watch) fn show(model: &mut Model, facts: Facts, width: usize) {
    let id = facts.approval.id;
    let same = model.sheet.as_ref().is_some_and(|sheet| sheet.facts.approval.id == id);
    let waits = facts.approval.state == State::Pending;
    let asked = model.prompt.as_ref().is_some_and(|prompt| {
        prompt.about.is_some() && !matches!(prompt.ask, Ask::Batch(_) | Ask::Pause(_))
    });
    if asked {
        model.prompt = None;
    }
    if same && waits {
        model.say("something changed: this is how it stands now; read it again", Tone::Warn);
    }
    model.sheet = Some(Sheet::new(facts, width));
}
