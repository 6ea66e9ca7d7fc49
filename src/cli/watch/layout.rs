//! Where things stand on the screen: beside each other where it is wide, above each other where it is high, else one at a
//! time.

use crate::cli::watch::model::Model;
use crate::cli::watch::prompt::{Ask, Prompt};
use ratatui::layout::Rect;

/// From so many columns on, list and card stand beside each other.
const WIDE: u16 = 100;
/// From so many rows on, a narrow screen has the list above the card.
const HIGH: u16 = 24;
/// Columns of the list beside a card.
const LIST: u16 = 44;
/// Rows of a screen that has room for a list of reasons at its foot.
const ROOM: u16 = 18;

/// The parts of the screen.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::watch) struct Layout {
    pub(in crate::cli::watch) top: Rect,
    pub(in crate::cli::watch) body: Rect,
    pub(in crate::cli::watch) list: Option<Rect>,
    pub(in crate::cli::watch) card: Option<Rect>,
    pub(in crate::cli::watch) foot: Rect,
}

impl Layout {
    /// The parts of a screen of this size.
    pub(in crate::cli::watch) fn of(model: &Model, area: Rect) -> Self {
        let reasons = matches!(model.prompt, Some(Prompt { ask: Ask::No, .. }));
        let foot = if reasons && area.height >= ROOM { 6 } else { 2 };
        let foot = foot.min(area.height);
        let top = area.height.saturating_sub(foot).min(1);
        let height = area.height - foot - top;
        let body = Rect::new(0, top, area.width, height);
        let (list, card) = parts(body, model.alone);
        Self {
            top: Rect::new(0, 0, area.width, top),
            body,
            list,
            card,
            foot: Rect::new(0, top + height, area.width, foot),
        }
    }

    /// The rows in which the card, or whatever stands in its place, is read: its head line apart.
    pub(in crate::cli::watch) fn page(&self, model: &Model) -> usize {
        let part = match &model.prompt {
            Some(Prompt { ask: Ask::Batch(_), .. }) => self.body,
            _ => self.card.unwrap_or(self.body),
        };
        usize::from(part.height.saturating_sub(1))
    }

    /// Whether the card can be seen.
    pub(in crate::cli::watch) fn shows_card(&self, model: &Model) -> bool {
        let is_covered = matches!(model.prompt, Some(Prompt { ask: Ask::Batch(_), .. }));
        !model.help && !is_covered && self.card.is_some_and(|card| card.height > 2)
    }
}

fn parts(body: Rect, alone: bool) -> (Option<Rect>, Option<Rect>) {
    if alone {
        return (None, Some(body));
    }
    if body.width >= WIDE {
        let card = Rect::new(LIST + 1, body.y, body.width - LIST - 1, body.height);
        return (Some(Rect::new(0, body.y, LIST, body.height)), Some(card));
    }
    if body.height + 3 < HIGH {
        return (Some(body), None);
    }
    let above = body.height / 3;
    let card = Rect::new(0, body.y + above, body.width, body.height - above);
    (Some(Rect::new(0, body.y, body.width, above)), Some(card))
}
