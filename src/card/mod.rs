//! The card: everything a person must know before he says yes, in the order in which he needs it.
//!
//! Pure text: takes what is known, gives lines. Shown to people only; it names the commands that answer, so
//! it must never be put into anything that an agent reads. Whatever comes from outside is shown through
//! `domain::visible` and stands behind a label or a gutter, so it cannot pass for a line of the card.

pub(crate) mod arguments;
mod before;
pub(crate) mod compared;
pub(crate) mod count;
pub(crate) mod definition;
mod diff;
mod facts;
mod json;
pub(crate) mod kept;
pub(crate) mod keys;
mod needs;
pub(crate) mod page;
mod policy;
#[cfg(test)]
mod policy_tests;
pub(crate) mod relief;
pub(crate) mod row;
pub(crate) mod schema;
mod seal;
mod steps;
#[cfg(test)]
mod steps_tests;
pub(crate) mod suggestion;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod told;
pub(crate) mod when;
mod word;
mod yes;

pub(crate) use facts::Facts;
pub(crate) use json::{ApprovalJson, Told, abandoned, raw, to_json};
pub(crate) use word::word;

use crate::card::arguments::Arguments;
use crate::card::page::{Line, Tone, note};
use crate::card::when::{clock, span};
use crate::domain::approval::{Approval, Earlier, Subject};
use crate::domain::call::Method;
use crate::domain::digest::Digest;
use crate::domain::json::Node;
use crate::domain::pin::{Pin, PinState};
use crate::domain::principal::Tenant;
use crate::domain::ruling::{Action, Effect};
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::ir::show_hash;
use jiff::tz::TimeZone;

/// A part of a card.
#[derive(Debug)]
pub(crate) struct Part {
    /// Which.
    pub(crate) name: PartName,
    /// Its lines, in order.
    pub(crate) lines: Vec<Line>,
}

/// The parts of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartName {
    /// Who wants to do what.
    Headline,
    /// How grave it is, and why it is asked.
    Risk,
    /// Who asks, and of which server.
    Who,
    /// What exactly will be sent, or changed.
    Arguments,
    /// What a yes does, or what became of it.
    Yes,
    /// How equal questions ended.
    Before,
    /// The commands that answer. For terminals only.
    Answer,
    /// What changed in the tool's definition.
    Definition,
}

/// What a card is made of.
#[derive(Debug)]
pub(crate) struct Card<'a> {
    /// The question.
    pub(crate) approval: &'a Approval,
    /// Earlier questions for an equal call, newest first.
    pub(crate) earlier: &'a [Earlier],
    /// The pin of the tool; `None` where there is none.
    pub(crate) pin: Option<&'a Pin>,
    /// What [`word`] gives; asked for at tier 3.
    pub(crate) word: &'a str,
    /// Now, as the store reckons it.
    pub(crate) now: Millis,
    /// The reader's time zone.
    pub(crate) zone: &'a TimeZone,
    /// Columns; less than 40 is taken as 40.
    pub(crate) width: usize,
    /// Whether colours are wanted.
    pub(crate) colour: bool,
    /// Whether nothing may be left out, however long.
    pub(crate) full: bool,
}

impl Card<'_> {
    /// The card, every line with its line break.
    #[must_use]
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        for part in self.parts() {
            if part.name != PartName::Headline {
                out.push('\n');
            }
            part.lines.iter().for_each(|line| line.render(self.colour, &mut out));
        }
        out
    }

    /// The card in the order in which it is read; a part without lines is left out.
    #[must_use]
    pub(crate) fn parts(&self) -> Vec<Part> {
        let parts = [
            (PartName::Headline, self.headline()),
            (PartName::Risk, self.risk()),
            (PartName::Who, self.who()),
            (PartName::Arguments, self.arguments()),
            (PartName::Yes, self.yes()),
            (PartName::Before, self.before()),
            (PartName::Answer, self.answer()),
            (PartName::Definition, self.changed()),
        ];
        let parts = parts.into_iter().map(|(name, lines)| Part { name, lines });
        parts.filter(|part| !part.lines.is_empty()).collect()
    }

    /// What changed in the tool's definition since it was pinned.
    fn changed(&self) -> Vec<Line> {
        let Some((pin, offered)) = self.pin.and_then(|pin| Some((pin, pin.offered.as_ref()?)))
        else {
            return Vec::new();
        };
        let mut lines = self.wrapped("", "What changed in its definition:", Tone::Plain);
        lines.extend(definition::changes(&pin.text, offered, self.width()));
        lines
    }

    fn width(&self) -> usize {
        self.width.max(40)
    }

    fn wrapped(&self, lead: &str, text: &str, tone: Tone) -> Vec<Line> {
        Line::wrapped(lead, text, tone, self.width())
    }

    fn clock(&self, at: Millis) -> String {
        clock(at, self.now, self.zone)
    }

    /// A short text from outside, safe to stand in a sentence, and the notes about it.
    fn named(&self, what: &str, text: &str, notes: &mut Vec<Line>) -> String {
        let seen = visible::inline(text);
        for n in &seen.notes {
            notes.extend(self.wrapped("  ! ", &format!("{what}: {}", note(n)), Tone::Warn));
        }
        if self.full { seen.text } else { visible::shorten(&seen, 120) }
    }

    fn headline(&self) -> Vec<Line> {
        let a = self.approval;
        let mut notes = Vec::new();
        let agent = self.named("the agent's name", &a.principal.name, &mut notes);
        let tool = self.named("the tool's name", &a.tool, &mut notes);
        let server = self.named("the server's name", &a.upstream, &mut notes);
        let wants = wants(a.ruling.effect, a.ruling.action);
        let with = match a.method {
            Method::ToolsCall => format!("with `{tool}` on `{server}`"),
            Method::ResourcesRead => format!("from the resource `{tool}` on `{server}`"),
            Method::PromptsGet => format!("with the prompt `{tool}` on `{server}`"),
            _ => format!("with `{}` on `{server}`", a.method.as_str()),
        };
        let text = match a.subject {
            Subject::Call => format!("`{agent}` wants to {wants} {with}."),
            Subject::Plan(_) => {
                format!("`{agent}` wants a yes to a plan that others will execute.")
            }
            Subject::Run(run) => format!("`{agent}` wants the run {} executed.", run.short()),
            Subject::Policy(_) => match self.versions().1 {
                Some(version) => {
                    format!("`{agent}` wants version {version} of the policy taken back.")
                }
                None => format!("`{agent}` wants the policy changed."),
            },
            Subject::Step(run, step) => format!(
                "`{agent}` wants to {wants} {with} once more: step {} of the run {} was sent before, and nobody knows \
                 whether it ran.",
                step.saturating_add(1),
                run.short()
            ),
        };
        let mut out = self.wrapped("", &text, Tone::Strong);
        out.extend(notes);
        out
    }

    fn risk(&self) -> Vec<Line> {
        let ruling = &self.approval.ruling;
        let (meaning, tone) = match ruling.tier.get() {
            0 => ("a read", Tone::Plain),
            1 => ("a write where mistakes are cheap", Tone::Plain),
            2 => ("a write", Tone::Warn),
            _ => ("cannot be undone, moves money, touches very much, or runs code", Tone::Grave),
        };
        let mut out = self.wrapped("", &format!("Tier {}: {meaning}", ruling.tier), tone);
        // Those of single steps stand with their steps.
        for reason in ruling.reasons.iter().filter(|r| r.step().is_none()) {
            // Messages may quote arguments.
            let message = visible::inline(&reason.message).text;
            let rule = visible::inline(&reason.rule).text;
            let layer = match reason.layer {
                crate::domain::ruling::Layer::Kernel => "built in",
                crate::domain::ruling::Layer::Rules => "rule",
                crate::domain::ruling::Layer::Rego => "module",
                crate::domain::ruling::Layer::Remote => "policy server",
                crate::domain::ruling::Layer::Stance => "default",
            };
            out.extend(self.wrapped("  - ", &format!("{message} ({layer}: {rule})"), Tone::Plain));
        }
        for warning in &ruling.warnings {
            out.extend(self.wrapped("  ! ", &visible::inline(warning).text, Tone::Warn));
        }
        out
    }

    fn who(&self) -> Vec<Line> {
        let a = self.approval;
        let principal = visible::inline(&a.principal.name).text;
        let mut out = self.wrapped(
            "Asked by    ",
            &format!(
                "{} {principal}, {} ({} ago), session {}",
                a.principal.role.as_str(),
                self.clock(a.asked_at),
                span(self.now.since(a.asked_at)),
                a.session.short()
            ),
            Tone::Plain,
        );
        if a.tenant != Tenant::default() {
            out.extend(self.wrapped("Tenant      ", a.tenant.as_str(), Tone::Plain));
        }
        match a.subject {
            Subject::Call => {}
            Subject::Step(run, step) => {
                let text = format!("{run}, step {}", step.saturating_add(1));
                out.extend(self.wrapped("Run         ", &text, Tone::Plain));
            }
            Subject::Plan(hash) => {
                out.extend(self.wrapped("Plan  ", &show_hash(&hash), Tone::Plain));
                return out;
            }
            Subject::Run(run) => {
                out.extend(self.wrapped("Run         ", &run.to_string(), Tone::Plain));
                return out;
            }
            Subject::Policy(hash) => {
                out.extend(self.wrapped("Change      ", &hash.to_string(), Tone::Plain));
                if let Some(base) = self.versions().0 {
                    let text = format!("version {base} of the policy in the store");
                    out.extend(self.wrapped("Against     ", &text, Tone::Plain));
                }
                return out;
            }
        }
        let server = visible::inline(&a.upstream).text;
        let identity = format!("{server}, identity {}", a.identity.short());
        out.extend(self.wrapped("Server      ", &identity, Tone::Plain));
        let (state, tone) = match self.pin.map(|pin| pin.state) {
            Some(PinState::Accepted) => ("accepted by a person", Tone::Plain),
            Some(PinState::Unreviewed) => ("pinned at first use, reviewed by nobody", Tone::Warn),
            Some(PinState::Changed) => {
                ("CHANGED since it was pinned: see `countersign tools diff`", Tone::Grave)
            }
            Some(PinState::New) => ("NEW, accepted by nobody", Tone::Warn),
            None => ("none", Tone::Plain),
        };
        let text = if a.definition == Digest::ZERO {
            state.to_owned()
        } else {
            format!("{state}, digest {}", a.definition.short())
        };
        out.extend(self.wrapped("Definition  ", &text, tone));
        out
    }

    fn arguments(&self) -> Vec<Line> {
        let a = self.approval;
        let Some(bytes) = &a.arguments else {
            let text = if a.state.is_terminal() { "none, or erased since" } else { "none" };
            return self.wrapped("Arguments   ", text, Tone::Plain);
        };
        let show = Arguments { width: self.width(), full: self.full };
        let size = visible::size(bytes.len());
        match bytes.node() {
            Ok(node) => {
                let (head, lines) = self.told(&node, show, &size);
                let mut out = self.wrapped("", &head, Tone::Strong);
                let all = Arguments { full: true, ..show };
                let whole = self.full || lines == self.told(&node, all, &size).1;
                out.extend(lines);
                if !whole {
                    let show = match a.subject {
                        Subject::Policy(_) => "policy show",
                        _ => "show",
                    };
                    let text = format!(
                        "Not everything is shown: `countersign {show} {} --full` does.",
                        a.id.short()
                    );
                    out.extend(self.wrapped("! ", &text, Tone::Warn));
                }
                out
            }
            Err(e) => {
                let text = format!("{size} that cannot be shown: {e}. Say no.");
                self.wrapped("Arguments   ", &text, Tone::Grave)
            }
        }
    }

    /// The version that a change of policy is made against, and the one that it takes back.
    fn versions(&self) -> (Option<u64>, Option<u64>) {
        let node = self.approval.arguments.as_ref().and_then(|bytes| bytes.node().ok());
        node.map(|node| policy::versions(&node)).unwrap_or_default()
    }

    /// What it is about: the steps of a plan or a run, a change of policy, the arguments of a call.
    fn told(&self, node: &Node<'_>, show: Arguments, size: &str) -> (String, Vec<Line>) {
        if let Subject::Policy(_) = self.approval.subject
            && let Some((n, lines)) = policy::change(node, show)
        {
            return (format!("Changes ({n}, together {size})"), lines);
        }
        match steps::steps(self.approval, node, show) {
            Some((n, lines)) => (format!("Steps ({n}, together {size})"), lines),
            None => {
                let n = node.object().map_or(1, <[_]>::len);
                (format!("Arguments ({n}, together {size})"), show.lines(node))
            }
        }
    }
}

/// Any value, one member a line, nothing left out: for bodies of rows.
pub(crate) fn tree(node: &Node<'_>) -> String {
    let lines = Arguments { width: 100, full: true }.lines(node);
    lines.iter().fold(String::new(), |mut out, line| {
        line.render(false, &mut out);
        out
    })
}

/// What the call does, in the words of somebody who has to say yes.
fn wants(effect: Effect, action: Action) -> &'static str {
    match (effect, action) {
        (Effect::Pays, _) => "move money",
        (Effect::Executes, _) | (_, Action::Exec) => "run what it is given",
        (Effect::Destructive, Action::FileDelete) | (_, Action::FileDelete) => "delete a file",
        (Effect::Destructive, Action::FileWrite) => "overwrite a file",
        (Effect::Destructive, _) => "take something away",
        (Effect::SendsOut, _) => "send something out",
        (_, Action::LlmCall) => "ask a language model",
        (Effect::Write, Action::FileWrite) => "write a file",
        (Effect::Write, _) => "change something",
        (Effect::Read, Action::FileRead) => "read a file",
        (Effect::Read, _) => "read something",
    }
}
