//! What holds when no rule matched.

use crate::config::Stance;
use crate::domain::ruling::{Effect, Layer, Tier, Verdict};
use crate::policy::finding::Finding;

/// What is said of a call of each tier that no rule and no module speaks of; tier 0 is a read.
#[must_use]
pub fn unspoken(stance: Stance, ask_from: Tier) -> [(Tier, Verdict); 4] {
    [Tier::READ, Tier::DEV_WRITE, Tier::WRITE, Tier::GRAVE].map(|tier| {
        let effect = if tier == Tier::READ { Effect::Read } else { Effect::Write };
        (tier, judge(stance, ask_from, effect, tier).verdict.unwrap_or(Verdict::Deny))
    })
}

/// Reads and mild calls run, graver ones ask; with `stance = "deny"` only reads run.
pub(crate) fn judge(stance: Stance, ask_from: Tier, effect: Effect, tier: Tier) -> Finding {
    let says = |verdict, rule: &'static str, message| Finding {
        verdict: Some(verdict),
        layer: Layer::Stance,
        rule: rule.into(),
        message,
    };
    if stance == Stance::Deny && effect != Effect::Read {
        let message = "no rule allows it, and the configuration says that such writes are denied";
        return says(Verdict::Deny, "stance.deny", message.to_owned());
    }
    if tier >= ask_from {
        return says(
            Verdict::Ask,
            "stance.ask",
            format!("no rule speaks of it, and from tier {ask_from} on a person is asked"),
        );
    }
    says(
        Verdict::Allow,
        "stance.allow",
        format!("no rule speaks of it, and tier {tier} runs without a question"),
    )
}
