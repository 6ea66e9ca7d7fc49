//! One question in the list: what a line of it needs, and how it ended.
//!
//! Only ASCII stands in the list: a terminal that counts the width of another character otherwise would push the card
//! beside it out of its place. The card has every name as it is.

use crate::card::page::Tone;
use crate::domain::approval::{Approval, State, Subject, TokenState};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::outcome::OutcomeKind;
use crate::domain::ruling::Tier;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::domain::visible;
use std::time::{Duration, Instant};

/// What has ended stays so long.
const LINGER: Duration = Duration::from_secs(8);
/// What runs is looked at so long.
const RUNS: Duration = Duration::from_secs(60);
/// Characters of one name.
const NAME: usize = 60;

/// A line of the list.
#[derive(Debug, Clone)]
pub(in crate::cli::watch) struct Row {
    pub(in crate::cli::watch) number: u32,
    pub(in crate::cli::watch) id: ApprovalId,
    pub(in crate::cli::watch) subject: Subject,
    pub(in crate::cli::watch) name: String,
    pub(in crate::cli::watch) agent: String,
    pub(in crate::cli::watch) tier: Tier,
    /// Server and tool: calls that agree in both are alike.
    pub(in crate::cli::watch) like: (Digest, String),
    pub(in crate::cli::watch) asked_at: Millis,
    pub(in crate::cli::watch) answer_by: Millis,
    pub(in crate::cli::watch) is_abandoned: bool,
    /// Whether its time to answer is nearly over.
    pub(in crate::cli::watch) is_urgent: bool,
    /// How it ended, once it waits no more.
    pub(in crate::cli::watch) fate: Option<Fate>,
}

/// What became of a question.
#[derive(Debug, Clone)]
pub(in crate::cli::watch) struct Fate {
    pub(in crate::cli::watch) text: String,
    pub(in crate::cli::watch) tone: Tone,
    /// Whether more can come.
    pub(in crate::cli::watch) is_open: bool,
    pub(in crate::cli::watch) until: Instant,
}

impl Row {
    /// The line of a question that waits.
    pub(in crate::cli::watch) fn of(number: u32, a: &Approval) -> Self {
        let mut row = Self {
            number,
            id: a.id,
            subject: a.subject,
            name: String::new(),
            agent: ascii(&a.principal.name),
            tier: a.ruling.tier,
            like: (a.identity, a.tool.clone()),
            asked_at: a.asked_at,
            answer_by: a.answer_by,
            is_abandoned: false,
            is_urgent: false,
            fate: None,
        };
        row.name = match a.subject {
            Subject::Call | Subject::Step(..) => ascii(&format!("{}__{}", a.upstream, a.tool)),
            Subject::Plan(_) => "a plan".to_owned(),
            Subject::Run(run) => format!("run {}", run.short()),
            Subject::Policy(_) => "a change of policy".to_owned(),
        };
        row.again(a);
        row
    }

    /// The same question as it stands now.
    pub(in crate::cli::watch) fn again(&mut self, a: &Approval) {
        (self.is_abandoned, self.answer_by) = (a.abandoned_at.is_some(), a.answer_by);
        self.is_urgent = a.escalated;
        if a.state == State::Pending {
            self.fate = None;
            return;
        }
        let (text, tone, is_open) = became(a);
        let stays = if is_open { RUNS } else { LINGER };
        let told = self.fate.as_ref().is_some_and(|fate| fate.text == text);
        if !told {
            let until = Instant::now() + stays;
            self.fate = Some(Fate { text, tone, is_open, until });
        }
    }

    /// Whether somebody can still answer.
    pub(in crate::cli::watch) fn waits(&self) -> bool {
        self.fate.is_none()
    }

    /// Whether it may be answered together with others.
    pub(in crate::cli::watch) fn may_be_marked(&self) -> bool {
        self.waits() && self.subject == Subject::Call && self.tier < Tier::GRAVE
    }
}

/// What became of a question, in a few words, and whether more can come.
fn became(a: &Approval) -> (String, Tone, bool) {
    let by = a
        .decided_by
        .as_ref()
        .map_or_else(String::new, |by| format!(" by {}", ascii(&by.principal.name)));
    match (a.state, a.outcome) {
        (State::Pending, _) => (String::new(), Tone::Plain, true),
        (State::Approved, _) if !a.subject.is_call() => (format!("yes{by}"), Tone::Added, false),
        (State::Approved, _) if a.token == TokenState::Minted => {
            (format!("yes{by}, as a token"), Tone::Added, false)
        }
        (State::Approved, _) if a.abandoned_at.is_some() => {
            (format!("yes{by}; nobody waits for it"), Tone::Warn, false)
        }
        (State::Approved, _) => (format!("yes{by}"), Tone::Added, true),
        (State::Consumed, None) if a.subject.is_call() => {
            (format!("yes{by}; running"), Tone::Added, true)
        }
        (State::Consumed, None) => (format!("yes{by}; used"), Tone::Added, false),
        (State::Consumed, Some(OutcomeKind::Ran)) => (format!("yes{by}; ran"), Tone::Added, false),
        (State::Consumed, Some(OutcomeKind::Failed)) => {
            (format!("yes{by}; failed"), Tone::Grave, false)
        }
        (State::Consumed, Some(OutcomeKind::Unknown)) => {
            (format!("yes{by}; sent, and nobody knows what came of it"), Tone::Grave, false)
        }
        (State::Denied, _) => (format!("no{by}"), Tone::Removed, false),
        (State::Expired, _) => ("expired".to_owned(), Tone::Faint, false),
        (State::Cancelled, _) => (format!("taken back{by}"), Tone::Faint, false),
    }
}

/// A text from outside in plain letters, the rest written out.
pub(in crate::cli::watch) fn ascii(text: &str) -> String {
    let mut out = String::new();
    for c in visible::shorten(&visible::inline(text), NAME).chars() {
        match c {
            '…' => out.push_str("..."),
            c if c.is_ascii() && !c.is_ascii_control() => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
    out
}

/// A span in its largest unit: `59s`, `4m`, `23h`, `2d`.
pub(in crate::cli::watch) fn brief(millis: i64) -> String {
    let millis = millis.max(0);
    match millis {
        m if m < MINUTE => format!("{}s", millis / SECOND),
        m if m < HOUR => format!("{}m", millis / MINUTE),
        m if m < DAY => format!("{}h", millis / HOUR),
        _ => format!("{}d", millis / DAY),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::watch::row::{ascii, brief};

    #[test]
    fn a_name_in_the_list_is_plain_letters_whatever_it_holds() {
        let odd = "a\u{1b}[2J\u{202e}\u{9b}31mé漢\u{200b}|\r\n\u{7}b";
        let told = ascii(odd);
        assert!(told.bytes().all(|b| (b' '..=b'~').contains(&b)), "{told}");
        assert!(told.starts_with('a') && told.ends_with('b'), "{told}");
        assert!(ascii(&odd.repeat(10_000)).len() < 1_000);
        assert_eq!(ascii("root/claude-code"), "root/claude-code");
    }

    #[test]
    fn spans_are_short() {
        assert_eq!(
            [0, 59_999, 60_000, 7_200_000, 90_000_000].map(brief),
            ["0s", "59s", "1m", "2h", "1d"]
        );
        assert_eq!(brief(-5), "0s");
    }
}
