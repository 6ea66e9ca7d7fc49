//! The card of a question as HTML: the same parts and lines that a terminal shows, sealed with what they tell.
//!
//! Lines keep their two columns: what we say stands left, what comes from outside stays right of it. Never everything of a
//! large argument at once unless it was asked for: head, tail and how much is missing.

use crate::card::kept::why_once;
use crate::card::page::{Line, Tone};
use crate::card::when::clock;
use crate::card::{Facts, PartName};
use crate::domain::approval::{State, Subject, Voice};
use crate::domain::ruling::Tier;
use crate::domain::visible;
use crate::http::House;
use crate::http::console::outcome::kept;
use crate::http::refused::Refused;
use crate::http::who::Who;
use jiff::tz::TimeZone;

/// Columns of the shortened card: a line of text may take six times as much. The browser wraps further.
const SHORT: usize = 400;
/// Columns of the whole card.
const WHOLE: usize = 100_000;
/// Bytes of arguments whose whole card a page still carries; of larger ones there is a plain text.
pub(in crate::http::console) const WHOLE_MAX: usize = 256 * 1024;

/// A line in two columns.
pub(in crate::http::console) struct LineView {
    pub(in crate::http::console) lead: String,
    pub(in crate::http::console) text: String,
    pub(in crate::http::console) tone: &'static str,
}

/// A part of a card.
pub(in crate::http::console) struct PartView {
    pub(in crate::http::console) name: &'static str,
    /// What it is called for whoever does not see it.
    pub(in crate::http::console) label: &'static str,
    pub(in crate::http::console) lines: Vec<LineView>,
}

/// Somebody who was shown it, and when first.
pub(in crate::http::console) struct SeenView {
    pub(in crate::http::console) name: String,
    pub(in crate::http::console) at: String,
    pub(in crate::http::console) clock: String,
}

/// A card with what a page needs to answer it.
pub(in crate::http::console) struct CardView {
    pub(in crate::http::console) id: String,
    pub(in crate::http::console) short: String,
    /// Posted back with the answer.
    pub(in crate::http::console) seal: String,
    /// Another one whenever the card must be shown anew.
    pub(in crate::http::console) mark: String,
    pub(in crate::http::console) tier: u8,
    pub(in crate::http::console) state: &'static str,
    pub(in crate::http::console) parts: Vec<PartView>,
    /// Whether something of the arguments is left out.
    pub(in crate::http::console) is_cut: bool,
    /// Whether all of it fits on a page.
    pub(in crate::http::console) fits: bool,
    /// Whether it waits for an answer and the reader's would count.
    pub(in crate::http::console) may: bool,
    /// Why it would not.
    pub(in crate::http::console) others: &'static str,
    /// Whether it waits for an answer.
    pub(in crate::http::console) waits: bool,
    /// Whether it is about the policy, which is decided on its own page.
    pub(in crate::http::console) is_policy: bool,
    /// At tier 3, what is typed for a yes.
    pub(in crate::http::console) word: Option<&'static str>,
    pub(in crate::http::console) until: String,
    pub(in crate::http::console) required: u32,
    pub(in crate::http::console) ayes: u32,
    /// Whether its time is nearly over.
    pub(in crate::http::console) urgent: bool,
    pub(in crate::http::console) seen: Vec<SeenView>,
    /// Whether it is still to change without anybody's answer: it may run, or its outcome is not known.
    pub(in crate::http::console) is_moving: bool,
    /// Why the answer counts once; nothing where it can be kept.
    pub(in crate::http::console) once: Option<&'static str>,
    /// What was kept of its answer.
    pub(in crate::http::console) kept: Option<String>,
    /// What happened while it was looked at.
    pub(in crate::http::console) alert: Option<String>,
}

impl CardView {
    /// The card of a question for whoever reads it.
    ///
    /// # Errors
    /// Those of the store.
    pub(in crate::http::console) async fn of(
        house: &House,
        who: &Who,
        facts: Facts,
        full: bool,
    ) -> Result<Self, Refused> {
        let (tenant, id) = (&house.tenant, facts.approval.id);
        let seen = house.store.seen(tenant, id).await?;
        let admin = who.is_admin().then(|| who.principal().name.clone());
        let kept = kept(house, &facts.approval, false).await?;
        // A large text takes longer to lay out than anything may hold the others up.
        let laid =
            tokio::task::spawn_blocking(move || Self::lay(&facts, full, admin.as_deref())).await;
        let Ok((mut card, now)) = laid else {
            let message = "the card could not be made";
            return Err(Refused::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                message,
            ));
        };
        let zone = TimeZone::system();
        card.kept = kept;
        card.seen = seen
            .into_iter()
            .map(|(name, at)| SeenView {
                name: visible::shorten(&visible::inline(&name), 60),
                at: at.rfc3339(),
                clock: clock(at, now, &zone),
            })
            .collect();
        Ok(card)
    }

    fn lay(facts: &Facts, full: bool, admin: Option<&str>) -> (Self, crate::domain::time::Millis) {
        let a = &facts.approval;
        let zone = TimeZone::system();
        let fits = a.arguments.as_ref().is_none_or(|bytes| bytes.len() <= WHOLE_MAX);
        let full = full && fits;
        let width = if full { WHOLE } else { SHORT };
        let mut is_cut = false;
        let mut parts = Vec::new();
        for part in facts.card(&zone, width, false, full).parts() {
            let Some((name, label)) = named(part.name) else { continue };
            let mut lines = Vec::new();
            for line in part.lines {
                // It names a command; the page has a key for it.
                if line.lead == "! " && line.text.starts_with("Not everything is shown:") {
                    is_cut = true;
                    continue;
                }
                lines.push(LineView::of(line));
            }
            parts.push(PartView { name, label, lines });
        }
        let waits = a.state == State::Pending;
        let voice = admin.map(|name| a.voice(name, facts.now));
        let may = waits && voice == Some(Voice::Free);
        let seal = facts.seal().to_string();
        let outcome = a.outcome.map_or("", |outcome| outcome.as_str());
        let is_policy = matches!(a.subject, Subject::Policy(_));
        let may_run = a.state == State::Approved;
        let is_open = a.state == State::Consumed && a.outcome.is_none() && a.subject.is_call();
        let card = Self {
            id: a.id.to_string(),
            short: a.id.short(),
            mark: format!(
                "{seal}.{outcome}.{}.{}.{}",
                a.votes.len(),
                u8::from(a.escalated),
                u8::from(may)
            ),
            seal,
            tier: a.ruling.tier.get(),
            state: a.state.as_str(),
            parts,
            is_cut,
            fits,
            may,
            others: match voice {
                Some(Voice::Given) => "You said yes; others must join.",
                Some(Voice::None) => "Others are named to answer it.",
                Some(Voice::Free) => "",
                None => "It waits for an admin; your role sees and does not decide.",
            },
            waits,
            is_policy,
            word: (a.ruling.tier >= Tier::GRAVE).then_some(facts.word),
            until: a.answer_by.rfc3339(),
            required: a.quorum.required,
            urgent: a.escalated && waits,
            ayes: a.ayes(),
            seen: Vec::new(),
            is_moving: may_run || is_open,
            once: why_once(a),
            kept: None,
            alert: None,
        };
        (card, facts.now)
    }
}

impl LineView {
    pub(in crate::http::console) fn of(line: Line) -> Self {
        let tone = match line.tone {
            Tone::Plain => "tone-plain",
            Tone::Strong => "tone-strong",
            Tone::Faint => "tone-faint",
            Tone::Warn => "tone-warn",
            Tone::Grave => "tone-grave",
            Tone::Added => "tone-added",
            Tone::Removed => "tone-removed",
        };
        Self { lead: line.lead, text: line.text, tone }
    }
}

/// Class and name of the parts that a page shows. Commands are for terminals.
fn named(name: PartName) -> Option<(&'static str, &'static str)> {
    match name {
        PartName::Headline => Some(("headline", "What is asked")),
        PartName::Risk => Some(("risk", "How grave it is, and why it is asked")),
        PartName::Who => Some(("who", "Who asks")),
        PartName::Arguments => Some(("arguments", "Exactly what will be sent")),
        PartName::Yes => Some(("yes", "What a yes does")),
        PartName::Before => Some(("before", "Equal questions before")),
        PartName::Definition => Some(("definition", "What changed in the tool's definition")),
        PartName::Answer => None,
    }
}
