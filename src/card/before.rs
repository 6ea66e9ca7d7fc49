//! How equal questions ended before: the part of the card that tells a repetition from something new.

use crate::card::Card;
use crate::card::page::{Line, Tone};
use crate::domain::approval::{Earlier, Subject};
use crate::domain::visible;
use crate::gate::changes::status;

impl Card<'_> {
    /// The earlier questions for an equal call, newest first.
    pub(in crate::card) fn before(&self) -> Vec<Line> {
        let kind = match self.approval.subject {
            Subject::Policy(_) => "change",
            subject => subject.kind(),
        };
        let Some((first, rest)) = self.earlier.split_first() else {
            let text = format!("this exact {kind} was never asked.");
            return self.wrapped("Before      ", &text, Tone::Plain);
        };
        let said = |e: &Earlier| {
            let word = match self.approval.subject {
                Subject::Policy(_) => status(e.state),
                _ => e.state.as_str(),
            };
            let mut text = format!("{}: {word}", self.clock(e.asked_at));
            if let Some(at) = e.ran_at {
                let did = if self.approval.subject.is_call() { "ran" } else { "used" };
                text.push_str(&format!(", {did} {}", self.clock(at)));
            }
            if let Some(reason) = &e.reason {
                let reason = visible::shorten(&visible::inline(reason), 80);
                text.push_str(&format!(", \"{reason}\""));
            }
            format!("{text} ({})", e.id.short())
        };
        let tone = if first.ran_at.is_some() { Tone::Warn } else { Tone::Plain };
        let mut out =
            self.wrapped("Before      ", &format!("the same {kind} {}", said(first)), tone);
        for e in rest {
            out.extend(self.wrapped("            ", &said(e), Tone::Faint));
        }
        out
    }
}
