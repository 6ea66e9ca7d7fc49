//! What a yes will do, or what became of the question: the part of the card that is read last and decides.

use crate::card::Card;
use crate::card::page::{Line, Tone};
use crate::card::when::span;
use crate::domain::approval::{State, Subject, TokenState};
use crate::domain::principal::{Principal, Proof, Role};
use crate::domain::visible;

impl Card<'_> {
    /// What a yes will do, or what became of the question.
    pub(in crate::card) fn yes(&self) -> Vec<Line> {
        let a = self.approval;
        let waits = match a.abandoned_at {
            None => String::new(),
            Some(at) => format!(
                "nobody is waiting since {}: it runs only if the agent resumes, ",
                self.clock(at)
            ),
        };
        let digest = a.call_digest.short();
        let (label, text) = match a.state {
            State::Pending => {
                let until = self.clock(self.now.plus(a.yes_life));
                let mut text = if let Some(does) = self.does() {
                    format!("{does}, until {until}.")
                } else if waits.is_empty() {
                    format!("runs exactly these bytes once, until {until}.")
                } else {
                    format!("{waits}exactly these bytes, once, before {until}.")
                };
                text.push_str(&format!(
                    " To be answered before {} (in {}).",
                    self.clock(a.answer_by),
                    span(a.answer_by.since(self.now))
                ));
                ("A yes       ", text)
            }
            State::Approved => {
                let until =
                    a.run_by.map_or_else(String::new, |at| format!("before {}", self.clock(at)));
                let token = match a.token {
                    TokenState::Minted => " An answer token must be presented first.",
                    TokenState::None | TokenState::Redeemed => "",
                };
                let text = if let Some(does) = self.does() {
                    format!("given{}, not used yet; it {does}, {until}.{token}", self.decider())
                } else if waits.is_empty() {
                    format!(
                        "given{}, not used yet; runs these bytes once, {until}.{token}",
                        self.decider()
                    )
                } else {
                    format!("given{}; {waits}once, {until}.{token}", self.decider())
                };
                ("A yes was   ", text)
            }
            State::Consumed => {
                let at =
                    a.consumed_at.map_or_else(String::new, |at| format!(" at {}", self.clock(at)));
                let end = match (a.outcome, a.subject) {
                    (Some(outcome), _) => outcome.as_str(),
                    (None, Subject::Call | Subject::Step(..)) => "no outcome is known yet",
                    (None, Subject::Plan(_)) => "what came of the plan is not known here",
                    (None, Subject::Run(_)) => "see the run",
                    (None, Subject::Policy(_)) => "the change is in force",
                };
                ("A yes was   ", format!("given{}, and used{at}: {end}.", self.decider()))
            }
            State::Denied => ("The answer  ", format!("is no{}.", self.decider())),
            State::Expired => {
                ("It expired  ", "nobody answered, or nobody used the yes, in time.".to_owned())
            }
            State::Cancelled => ("It was      ", format!("taken back{}.", self.decider())),
        };
        let mut out = self.wrapped(label, &text, Tone::Strong);
        out.extend(self.needs());
        if let Some(reason) = &a.reason {
            out.extend(self.wrapped("Reason      ", &visible::inline(reason).text, Tone::Plain));
        }
        out.extend(self.wrapped(
            "Digest      ",
            &format!("{digest} (of the whole call)"),
            Tone::Faint,
        ));
        out
    }

    /// What a yes does that lets no single call go.
    fn does(&self) -> Option<&'static str> {
        match self.approval.subject {
            Subject::Call | Subject::Step(..) => None,
            Subject::Plan(_) => Some("counts once, for exactly this plan"),
            Subject::Run(_) => Some("lets exactly these steps run, each once"),
            Subject::Policy(_) => Some("lets exactly this change be applied, once"),
        }
    }

    fn decider(&self) -> String {
        let by = self.approval.decided_by.as_ref().map_or_else(String::new, |by| {
            match by.proof {
                // The name says it all.
                Proof::Client => format!(" by {}", by.principal.name),
                _ => {
                    let proof = by.proof.as_str().replace('_', " ");
                    format!(" by {} ({proof})", person(&by.principal))
                }
            }
        });
        let at = self
            .approval
            .decided_at
            .map_or_else(String::new, |at| format!(" at {}", self.clock(at)));
        format!("{by}{at}")
    }

    /// The commands that answer. They stand last, for terminals only.
    pub(in crate::card) fn answer(&self) -> Vec<Line> {
        let a = self.approval;
        if a.state != State::Pending {
            return Vec::new();
        }
        let id = a.id.short();
        let is_policy = matches!(a.subject, Subject::Policy(_));
        let yes = if is_policy { "policy apply" } else { "approve" };
        let mut out = self.wrapped("  yes:  ", &format!("countersign {yes} {id}"), Tone::Plain);
        if is_policy || matches!(a.subject, Subject::Plan(_)) {
            let text =
                format!("countersign token {id}    (a yes that whoever holds the token uses)");
            out.extend(self.wrapped("  token: ", &text, Tone::Plain));
        }
        let no = if is_policy { "policy reject" } else { "deny" };
        let no = format!("countersign {no} {id} --reason \"...\"");
        out.extend(self.wrapped("  no:   ", &no, Tone::Plain));
        if a.ruling.tier.get() >= 3 {
            let word = self.word;
            let text = if is_policy {
                format!("to apply it, `APPLY {word}` is typed; for a token, `{word}`")
            } else {
                format!("a yes is typed as the word `{word}`")
            };
            out.extend(self.wrapped("  word: ", &text, Tone::Grave));
        }
        out
    }
}

fn person(principal: &Principal) -> String {
    let name = visible::shorten(&visible::inline(&principal.name), 60);
    match principal.role {
        Role::Admin => name,
        Role::Agent | Role::Operator => format!("{} {name}", principal.role.as_str()),
    }
}
