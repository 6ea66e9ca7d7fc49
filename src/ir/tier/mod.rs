//! How grave a step is, and why. Whatever raises it is kept as a reason; nothing that the plan says of itself lowers it.

pub(crate) mod signals;
pub(crate) mod words;

use crate::config::Environment;
use crate::domain::json::Node;
use crate::domain::ruling::{Effect, Tier};
use crate::ir::report::Reason;
use crate::ir::tier::signals::{Scan, Signals, shown};
use crate::ir::vocabulary::{KnownAction, KnownProvider};
use crate::policy::effect::{language, schema, selector};
use std::borrow::Cow;

/// More records than this at once are bulk.
pub(crate) const BULK: usize = 100;

/// What a step is rated by.
#[derive(Debug, Default)]
pub(crate) struct Facts<'n, 'v> {
    pub action: Option<&'v KnownAction>,
    pub provider: Option<&'v KnownProvider>,
    pub resource: Option<&'n str>,
    pub params: Option<&'n Node<'n>>,
    pub constraints: Option<&'n Node<'n>>,
    pub claimed_tier: Option<Tier>,
    pub claims_approval: bool,
}

/// How grave a step is.
#[derive(Debug, Default)]
pub(crate) struct Rating {
    reasons: Vec<(Tier, Reason)>,
    /// Records that a step that writes lists, for the total.
    pub records: usize,
    /// Something in its parameters is not as it may be, and must be looked for.
    pub faulty: bool,
}

impl Rating {
    /// Keeps a reason for at least this tier.
    pub(crate) fn raise(
        &mut self,
        tier: Tier,
        rule: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.reasons.push((tier, Reason { rule: rule.into(), message: message.into() }));
    }

    /// The gravest tier that a reason gives.
    pub(crate) fn tier(&self) -> Tier {
        self.reasons.iter().map(|(tier, _)| *tier).max().unwrap_or(Tier::GRAVE)
    }

    /// The reasons, what weighs most first.
    pub(crate) fn into_reasons(mut self) -> Vec<Reason> {
        self.reasons.sort_by_key(|(tier, _)| std::cmp::Reverse(*tier));
        self.reasons.into_iter().map(|(_, reason)| reason).collect()
    }
}

/// Rates a step.
pub(crate) fn rate<'n>(facts: &Facts<'n, '_>) -> Rating {
    let mut rating = Rating::default();
    let reads = facts.action.is_some_and(|action| action.reads);
    let odoo = facts.action.is_none_or(|action| action.family == "odoo");
    let mut scan = Scan { odoo, reads, signals: Signals::default() };
    if let Some(resource) = facts.resource {
        scan.name("resource", resource);
    }
    if let Some(params) = facts.params {
        scan.value("params", params);
    }
    let signals = scan.signals;
    let hidden = facts.params.filter(|_| reads).and_then(more_than_a_look);
    let found = [signals.found, hidden]
        .into_iter()
        .flatten()
        .reduce(crate::policy::effect::finding::Finding::or_stricter);
    let effect = found.as_ref().map_or(Effect::Read, |found| found.effect);
    let writes = !reads || effect > Effect::Read;
    let claim = claims_environment(facts.constraints);
    if writes {
        by_environment(facts, signals.production, &claim, &mut rating);
    } else {
        rating.raise(Tier::READ, "ir.read", "it only reads");
    }
    match facts.action {
        Some(action) => {
            for (tier, reason) in &action.floors {
                rating.raise(*tier, reason.rule.clone(), reason.message.clone());
            }
        }
        None => rating.raise(Tier::GRAVE, "ir.unknown", "nothing is known of what it does"),
    }
    if let Some(found) = found.filter(|found| found.effect > Effect::Read) {
        rating.raise(least_of(found.effect), found.rule, found.message);
    }
    if let Some((word, key)) = signals.destroys {
        let message = format!("`{}` says `{}`", shown(key), shown(&word));
        rating.raise(Tier::GRAVE, "ir.destructive_word", message);
    }
    if let Some(model) = signals.money.filter(|_| writes) {
        let message = format!("it changes `{}`: books, orders or payments", shown(model));
        rating.raise(Tier::GRAVE, "ir.money", message);
    }
    if signals.bulk {
        rating.raise(Tier::GRAVE, "ir.bulk", "it says itself that it is for many records at once");
    }
    if let Some(params) = facts.params.filter(|_| writes) {
        rating.records = schema::listed(params);
        let records = rating.records.max(schema::counted(params));
        if records > BULK {
            let message = format!("it touches {records} records at once, more than {BULK}");
            rating.raise(Tier::GRAVE, "ir.records", message);
        }
    }
    if let Some(tier) = facts.claimed_tier.filter(|tier| *tier > rating.tier()) {
        rating.raise(tier, "ir.claim", format!("the step says of itself that it is tier {tier}"));
    }
    if facts.claims_approval {
        let message = "the step says of itself that it needs a yes";
        rating.raise(Tier::READ, "ir.claim", message);
    }
    rating.faulty = signals.faulty;
    rating
}

/// What a read carries that makes more of it.
fn more_than_a_look(params: &Node<'_>) -> Option<crate::policy::effect::finding::Finding> {
    [selector::switches(params), language::hidden(params)]
        .into_iter()
        .flatten()
        .reduce(crate::policy::effect::finding::Finding::or_stricter)
}

fn least_of(effect: Effect) -> Tier {
    match effect {
        Effect::Read => Tier::READ,
        // The environment has said how grave a write is.
        Effect::Write => Tier::DEV_WRITE,
        Effect::SendsOut => Tier::WRITE,
        Effect::Destructive | Effect::Executes | Effect::Pays => Tier::GRAVE,
    }
}

/// What a step says of the world it writes to.
enum Claim {
    None,
    Production,
    Other,
}

/// A write, by what the configuration says of its provider. What the step says only raises.
fn by_environment(facts: &Facts<'_, '_>, named: Option<&str>, claim: &Claim, rating: &mut Rating) {
    let environment = facts.provider.map(|provider| provider.environment).unwrap_or_default();
    match environment {
        Environment::Production => {
            let message = "it changes something where the environment is production, \
                           or nobody configured another";
            rating.raise(Tier::WRITE, "ir.production", message);
            if matches!(claim, Claim::Other) {
                let message = "that its `constraints` name another environment lowers nothing: \
                               `[ir.provider.\"NAME\"]` decides";
                rating.raise(Tier::READ, "ir.claim", message);
            }
        }
        Environment::Dev => {
            rating.raise(Tier::DEV_WRITE, "ir.dev", "it changes something in a `dev` environment");
        }
        Environment::Test => {
            rating.raise(
                Tier::DEV_WRITE,
                "ir.test",
                "it changes something in a `test` environment",
            );
        }
    }
    if environment != Environment::Production {
        if matches!(claim, Claim::Production) {
            let message = "its `constraints` name production";
            rating.raise(Tier::WRITE, "ir.production_named", message);
        }
        if let Some(key) = named {
            let message = format!("`{}` names production", shown(key));
            rating.raise(Tier::WRITE, "ir.production_named", message);
        }
    }
}

/// Any text in the constraints that names production counts, wherever it stands.
fn claims_environment(constraints: Option<&Node<'_>>) -> Claim {
    let Some(constraints) = constraints else { return Claim::None };
    let mut production = false;
    constraints.walk_strings(&mut |_, text| {
        words::each(text, |word| production |= words::names_production(word));
    });
    let says = |key| constraints.get(key).is_some_and(|value| !value.is_null());
    match production {
        true => Claim::Production,
        false if says("environment") || says("env") => Claim::Other,
        false => Claim::None,
    }
}
