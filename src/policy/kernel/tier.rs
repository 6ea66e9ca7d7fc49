//! How grave a call is, from what it does and where.
//!
//! Tier 0 reads. Tier 1 writes to a server that the configuration calls `dev` or `test`, except to files, where the
//! files are as real as any, and except what tells somebody outside, which no test server takes back. Tier 2 is any
//! other write. Tier 3 destroys, pays, runs code, or writes more than 100 records at once, wherever it does so.

use crate::config::{ActionMap, Environment};
use crate::domain::ruling::{Action, Effect, Layer, Reason, Tier};
use crate::policy::effect::Assessment;
use crate::policy::finding::Finding;

/// More records than this in one call are bulk.
const BULK: usize = 100;

/// What a call weighs.
#[derive(Debug)]
pub(crate) struct Weight {
    pub effect: Effect,
    pub action: Action,
    pub tier: Tier,
    /// Its texts are run: shells, programs.
    pub runs_code: bool,
}

impl Weight {
    /// A read.
    pub(crate) fn read(action: Action) -> Self {
        Self { effect: Effect::Read, action, tier: Tier::READ, runs_code: false }
    }
}

/// Weighs an assessment with what a person pinned and what the configuration says of the policy action.
pub(crate) fn weigh(
    assessed: Assessment,
    pinned: Option<Effect>,
    mapped: Option<&ActionMap>,
    environment: Environment,
    findings: &mut Vec<Finding>,
) -> Weight {
    let runs_code = assessed.action == Action::Exec
        || assessed.effect == Effect::Executes
        || mapped.is_some_and(|map| map.action == Action::Exec);
    let inferred = assessed.action;
    let records = assessed.records;
    let mut effect = with_pin(assessed, pinned, findings);
    let action = mapped.map_or(inferred, |map| map.action);
    let least = mapped.map_or(Effect::Read, |map| least_effect(map.action));
    if least > effect {
        effect = least;
        let message =
            format!("{}: the configuration says that it is `{}`", verb(effect), action.as_str());
        findings.push(Finding::note("effect.configured", message));
    }
    let (rule, how) = match mapped {
        Some(_) => ("action.configured", "the configuration says so"),
        None => ("action.inferred", "inferred"),
    };
    findings.push(Finding::note(rule, format!("policy action `{}`: {how}", action.as_str())));
    let files = |action| matches!(action, Action::FileWrite | Action::FileDelete | Action::Exec);
    let real = files(action) || files(inferred) || runs_code;
    let (tier, why) = tier_of(effect, records, environment, real);
    findings.push(Finding::note("tier", format!("tier {tier}: {why}")));
    Weight { effect, action, tier, runs_code }
}

/// What a person pinned replaces what was concluded from the definition alone, its words and its server's hints. What
/// was concluded from the arguments of this very call (a command, a statement, a chosen operation) only gets stricter.
fn with_pin(assessed: Assessment, pinned: Option<Effect>, findings: &mut Vec<Finding>) -> Effect {
    let from_definition = assessed.rule.starts_with("words.") || assessed.rule.starts_with("hint.");
    let effect = match pinned {
        Some(pinned) if from_definition && assessed.effect != Effect::Executes => pinned,
        Some(pinned) => assessed.effect.max(pinned),
        None => assessed.effect,
    };
    if pinned == Some(effect) && effect != assessed.effect {
        findings.push(Finding::note(
            "effect.pinned",
            format!("{}: a person pinned this for the tool", verb(effect)),
        ));
    } else {
        findings
            .push(Finding::note(assessed.rule, format!("{}: {}", verb(effect), assessed.message)));
    }
    effect
}

fn least_effect(action: Action) -> Effect {
    match action {
        Action::FileRead | Action::ExternalApiCall | Action::LlmCall => Effect::Read,
        Action::FileWrite => Effect::Write,
        Action::FileDelete => Effect::Destructive,
        Action::Exec => Effect::Executes,
    }
}

fn tier_of(effect: Effect, records: usize, environment: Environment, real: bool) -> (Tier, String) {
    let place = environment.as_str();
    match effect {
        Effect::Read => (Tier::READ, "it changes nothing".to_owned()),
        Effect::Destructive => (Tier::GRAVE, "what it takes away may not come back".to_owned()),
        Effect::Executes => (Tier::GRAVE, "it runs what it is given".to_owned()),
        Effect::Pays => (Tier::GRAVE, "it moves money".to_owned()),
        Effect::Write | Effect::SendsOut if records > BULK => {
            (Tier::GRAVE, format!("it touches {records} records at once, more than {BULK}"))
        }
        Effect::SendsOut => {
            (Tier::WRITE, "what it tells somebody outside cannot be taken back".to_owned())
        }
        Effect::Write if environment == Environment::Production => {
            (Tier::WRITE, "it writes to a server whose environment is `production`".to_owned())
        }
        Effect::Write if real => (
            Tier::WRITE,
            format!("it writes files, which are real although the environment is `{place}`"),
        ),
        Effect::Write => {
            (Tier::DEV_WRITE, format!("it writes to a server whose environment is `{place}`"))
        }
    }
}

fn verb(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "reads",
        Effect::Write => "writes",
        Effect::SendsOut => "sends out",
        Effect::Destructive => "destroys",
        Effect::Executes => "runs code",
        Effect::Pays => "pays",
    }
}

/// The tier that a reason of the kernel's says, when it is one that does.
pub(crate) fn tier_told(reason: &Reason) -> Option<Tier> {
    if reason.layer != Layer::Kernel || !reason.rule.starts_with("tier") {
        return None;
    }
    let digit = reason.message.strip_prefix("tier ")?.get(..1)?;
    Tier::try_from(digit.parse::<u8>().ok()?).ok()
}
