//! Who must say yes, who may in whose place, and who did: the line of a card for questions that one person does not decide
//! alone, or not anybody.

use crate::card::Card;
use crate::card::page::{Line, Tone};
use crate::domain::approval::State;
use crate::domain::quorum::Seat;
use crate::domain::visible;

impl Card<'_> {
    /// Who must say yes; nothing where one admin, whoever it is, is all that it takes.
    pub(in crate::card) fn needs(&self) -> Vec<Line> {
        let a = self.approval;
        let waits = a.state == State::Pending;
        let mut out = Vec::new();
        if !a.quorum.is_plain() {
            let mut text = format!("{}{}", self.who_must(), self.who_may());
            if !a.votes.is_empty() {
                let said = a.votes.iter().map(|vote| {
                    format!("{} {}", visible::inline(&vote.name).text, self.clock(vote.at))
                });
                let said: Vec<String> = said.collect();
                text.push_str(&format!("; said yes: {}", said.join(", ")));
            }
            out.extend(self.wrapped("Needs       ", &format!("{text}."), Tone::Strong));
        }
        if waits && a.escalated {
            out.extend(self.wrapped("URGENT      ", &self.why_urgent(), Tone::Grave));
        }
        out
    }

    fn who_must(&self) -> String {
        let quorum = &self.approval.quorum;
        let names: Vec<&str> = quorum.seats.iter().map(|seat| seat.name.as_str()).collect();
        match (names.as_slice(), quorum.required) {
            ([], required) => format!("{required} different people must say yes"),
            (many @ [_, ..], _) if quorum.joining() > 0 => {
                format!("{} and {} others must say yes", many.join(", "), quorum.joining())
            }
            ([one], 1) => format!("{one} must say yes"),
            (many, required) if usize::try_from(required) == Ok(many.len()) => {
                format!("all of {} must say yes", many.join(", "))
            }
            (many, required) => format!("{required} of {} must say yes", many.join(", ")),
        }
    }

    /// `(dora may for anna; max may for anna from 15:30)`
    fn who_may(&self) -> String {
        let of = |seat: &Seat| {
            let stands = seat.others.iter().map(|other| {
                let later = other.from.filter(|from| *from > self.now);
                let from = later.map_or_else(String::new, |at| format!(" from {}", self.clock(at)));
                format!("{} may for {}{from}", other.name, seat.name)
            });
            stands.collect::<Vec<_>>()
        };
        let all: Vec<String> = self.approval.quorum.seats.iter().flat_map(of).collect();
        if all.is_empty() { String::new() } else { format!(" ({})", all.join("; ")) }
    }

    fn why_urgent(&self) -> String {
        let others = self.approval.quorum.seats.iter().flat_map(|seat| &seat.others);
        let called = others.filter(|other| other.from.is_some_and(|from| from <= self.now)).count();
        let told = match called {
            0 => "",
            _ => ", so managers may answer",
        };
        format!("its time is nearly over{told}.")
    }
}
