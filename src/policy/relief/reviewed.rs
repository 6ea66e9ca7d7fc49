//! A tool that a person looks at: its definition is new or changed and asks for that alone, or nothing shows that it only
//! reads although everything was approved.

use crate::domain::approval::Approval;
use crate::domain::pin::{Pin, PinState};
use crate::domain::ruling::{Effect, Layer, Ruling, Tier, Verdict};
use crate::policy::relief::{Backtest, LEAST, Suggestion, What, answer};

/// Why the kernel asks where nobody accepted a definition.
const PINS: &[&str] = &["pin.new", "pin.changed"];
/// Why it took a tool for a write that no word shows to be one.
const UNPROVEN: &str = "words.unknown_verb";

/// The suggestion for one tool, of all its questions, newest first.
pub(crate) fn suggestion(all: &[&Approval], pins: &[Pin]) -> Option<Suggestion> {
    let newest = all.first()?;
    let pin = pins.iter().find(|pin| {
        (&pin.upstream, pin.identity, &pin.tool)
            == (&newest.upstream, newest.identity, &newest.tool)
    })?;
    let (only_reads, backtest) = if let Some(backtest) = if_it_reads(all, pin) {
        (true, backtest)
    } else if matches!(pin.state, PinState::New | PinState::Changed) {
        (false, Backtest::of(all.iter().copied(), |one| asks_for(&one.ruling, PINS)))
    } else {
        return None;
    };
    if backtest.answered == 0 || backtest.denied > 0 {
        return None;
    }
    let why = if only_reads {
        format!(
            "{} of its calls were approved and none denied; nothing shows that it only reads, so each of them asks",
            backtest.approved
        )
    } else {
        let word = if pin.state == PinState::New { "new" } else { "changed" };
        format!("its definition is {word}, and nothing else asks; nobody has accepted it")
    };
    Some(Suggestion {
        what: What::ReviewTool { only_reads, accepted: pin.state == PinState::Accepted },
        server: newest.upstream.clone(),
        tool: newest.tool.clone(),
        why,
        backtest,
    })
}

/// What it spares when somebody finds that the tool only reads; nothing where anything speaks against that.
fn if_it_reads(all: &[&Approval], pin: &Pin) -> Option<Backtest> {
    if pin.effect.is_some() || all.iter().any(|one| answer(one) == Some(false)) {
        return None;
    }
    let told = Backtest::of(all.iter().copied(), |one| could_read(&one.ruling));
    (told.approved >= LEAST).then_some(told)
}

/// Whether the call was only taken for a write for want of a better word, and no more than that asks.
fn could_read(ruling: &Ruling) -> bool {
    let said = |rule: &str| ruling.reasons.iter().any(|reason| reason.rule == rule);
    ruling.effect == Effect::Write
        && ruling.tier <= Tier::WRITE
        && said(UNPROVEN)
        && !said("effect.configured")
        && asks_for(ruling, &["stance.ask", "pin.new", "pin.changed"])
}

/// Whether every reason to ask is one of these.
fn asks_for(ruling: &Ruling, rules: &[&str]) -> bool {
    let asking = || ruling.reasons.iter().filter(|reason| reason.verdict >= Some(Verdict::Ask));
    asking().next().is_some()
        && asking().all(|reason| {
            matches!(reason.layer, Layer::Kernel | Layer::Stance)
                && rules.contains(&reason.rule.as_str())
        })
}
