//! What an edit of the configuration loosens: such an edit waits for a person, all others count at once.
//!
//! Whoever can write the file may make it stricter, but not quietly more open. Every struct is taken apart without `..`,
//! so a new key does not compile until somebody has said here what a change of it means; what is not known to be
//! stricter or without meaning for what may happen loosens. Nothing is decided here: two configurations go in, a list
//! comes out.

mod governance;
mod modules;
mod people;
mod plans;
mod quorum;
mod rules;
#[cfg(test)]
mod tests;
mod upstreams;

use crate::config::{Approvals, Config, OnAsk, Retention, Stance};
use crate::domain::ruling::Tier;
use serde::Serialize;
use std::fmt::Display;

pub(crate) use crate::config::loosening::rules::{Judging, judging};

/// One thing that an edit loosens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The key, as the file writes it. Names in it are the author's: show it as text from outside.
    pub key: String,
    /// What becomes looser, in words; may repeat what the file says.
    pub message: String,
}

/// Gathers what loosens.
#[derive(Debug, Default)]
struct Found(Vec<Change>);

impl Found {
    fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.push(Change { key: key.into(), message: message.into() });
    }

    /// Adds when `looser`, telling what was and what comes.
    fn note(&mut self, looser: bool, key: &str, was: impl Display, becomes: impl Display) {
        if looser {
            self.add(key, format!("was {was}, becomes {becomes}"));
        }
    }
}

/// What `new` loosens of `old`; empty when it may count without a person.
#[must_use]
pub fn loosens(old: &Config, new: &Config) -> Vec<Change> {
    let Config {
        require_approval_tier,
        stance,
        auth_enabled,
        approvals,
        upstreams,
        // They are compared by what they judge.
        rules: _,
        judging,
        governance,
        budgets,
        modules,
        retention,
        // Which of our own tools an agent sees: the command line says so too, and what they do is judged as ever.
        toolsets: _,
        plans,
        directives,
        quorums,
        clients,
        console,
        notify,
        smtp,
        // Each quorum has worked it out.
        people: _,
        digest: _,
    } = new;
    let mut found = Found::default();
    let tier = |tier: Tier| format!("`{tier}`");
    found.note(
        *require_approval_tier > old.require_approval_tier,
        "require_approval_tier",
        tier(old.require_approval_tier),
        tier(*require_approval_tier),
    );
    found.note(
        (old.stance, *stance) == (Stance::Deny, Stance::Ask),
        "stance",
        "`deny`",
        "`ask`: writes that no rule speaks of are asked about",
    );
    found.note(
        old.auth_enabled && !auth_enabled,
        "auth.enabled",
        "on",
        "off: asking and reading need no token",
    );
    compare_approvals(&old.approvals, approvals, &mut found);
    compare_retention(&old.retention, retention, &mut found);
    upstreams::compare(&old.upstreams, upstreams, &mut found);
    rules::compare(&old.judging, judging, old.stance, &mut found);
    governance::compare(&old.governance, governance, &mut found);
    governance::budgets(&old.budgets, budgets, &mut found);
    modules::compare(&old.modules, modules, &mut found);
    plans::compare(&old.plans, plans, &mut found);
    plans::directives(&old.directives, directives, &mut found);
    quorum::compare(&old.quorums, quorums, &mut found);
    people::compare_clients(&old.clients, clients, &mut found);
    people::compare_links(&old.console, console, &mut found);
    people::compare(&old.notify, notify, &mut found);
    people::compare_smtp(old.smtp.as_ref(), smtp.as_ref(), &mut found);
    found.0
}

fn compare_approvals(old: &Approvals, new: &Approvals, found: &mut Found) {
    let Approvals {
        // A person answers late instead of not at all, and the call is judged again.
        answer_within: _,
        yes_life,
        // How long a call is held before it is told "not yet".
        hold: _,
        mcp_max_tier,
        on_ask,
    } = new;
    found.note(
        *yes_life > old.yes_life,
        "approvals.yes_life",
        seconds(old.yes_life),
        format!("{}: a yes lives longer", seconds(*yes_life)),
    );
    let word = |tier: Option<Tier>| tier.map_or("off".to_owned(), |tier| format!("`{tier}`"));
    found.note(
        *mcp_max_tier > old.mcp_max_tier,
        "approvals.mcp_max_tier",
        word(old.mcp_max_tier),
        word(*mcp_max_tier),
    );
    found.note(
        old.on_ask == OnAsk::Deny && *on_ask != OnAsk::Deny,
        "approvals.on_ask",
        "`deny`",
        "another: what was refused is asked about",
    );
}

fn compare_retention(old: &Retention, new: &Retention, found: &mut Found) {
    let Retention { bodies, reads, size } = new;
    let sooner = "evidence is erased sooner";
    let pairs = [("retention.bodies", old.bodies, *bodies), ("retention.reads", old.reads, *reads)];
    for (key, was, becomes) in pairs {
        let told = format!("{}: {sooner}", seconds(becomes));
        found.note(becomes < was, key, seconds(was), told);
    }
    found.note(
        *size < old.size,
        "retention.size",
        format!("{} bytes", old.size),
        format!("{size} bytes: {sooner}"),
    );
}

fn seconds(span: std::time::Duration) -> String {
    match span.subsec_millis() {
        0 => format!("{}s", span.as_secs()),
        _ => format!("{}ms", span.as_millis()),
    }
}

/// A value as it is told: in backticks, or `not set`.
fn told(value: Option<impl Display>) -> String {
    value.map_or("not set".to_owned(), |value| format!("`{value}`"))
}
