//! The question about a change: sealed over base version and diff, so that a yes fits no other change and no other policy.

use crate::domain::approval::Subject;
use crate::domain::call::{Call, CallParts};
use crate::domain::entry::EntryType;
use crate::domain::id::CorrelationId;
use crate::domain::json::{Canonical, Limits};
use crate::domain::ruling::{Action, Effect, Layer, PolicyRef, Reason, Ruling, Tier, Verdict};
use crate::domain::visible;
use crate::gate::changes::{ANSWER_WITHIN, Draft, NotTaken, Office, Proposer, read};
use crate::journal::{Journal, Passed};
use crate::policy::diff::{Item, Kind};
use crate::store::Question;
use crate::store::policies::suggestion_hash;
use std::sync::Arc;

/// The tool that such a question is sealed as, on the server that nobody can configure.
const POLICY: &str = "policy";
/// Items of a summary that go with the question as reasons; the gravest come first, and all stand in the diff.
const REASONS: usize = 100;
/// Characters of one of them.
const ITEM_MAX: usize = 400;

/// The question about a change.
pub(in crate::gate::changes) async fn question(
    office: &Office<'_>,
    by: Proposer<'_>,
    draft: &Draft,
    policy: PolicyRef,
) -> Result<Question, NotTaken> {
    let text = read::canonical(&draft.diff)?;
    let parts = CallParts::own(
        office.tenant.clone(),
        by.principal.clone(),
        by.session,
        POLICY,
        arguments(draft, &text)?,
    );
    let call = Call::seal(parts, office.store().key());
    let ruling = ruling(draft, policy);
    let correlation = CorrelationId::new();
    // Whoever decides is shown the whole diff, out of the question; the journal keeps it without what is masked.
    let journal = Journal::new(Arc::clone(office.store())).recording(office.config);
    let passed = Passed::default();
    let row = journal.row(EntryType::ApprovalAsked, &call, &ruling, correlation, &passed);
    let subject = Subject::Policy(suggestion_hash(draft.base, text.as_bytes()));
    // Who must say yes is decided here and stands with the question; who applies it does not decide it again.
    // Whoever starts a process chooses its configuration, so that of the home counts, too.
    let of_home = office.of_home().await?.config;
    let of_home = of_home.map(|config| config.quorums.of_other(ruling.tier));
    let needs = office.config.quorums.of_other(ruling.tier).or_stricter(of_home);
    let needs = needs.at_least(if draft.four_eyes { 2 } else { 1 });
    let question = office.desk.question(call, subject, ruling, correlation, row, needs);
    Ok(Question { answer_within: ANSWER_WITHIN, ..question })
}

/// What a person is shown: `{"base_version":N,"diff":{...}}`, and the version that it takes back.
fn arguments(draft: &Draft, diff: &Canonical) -> Result<Canonical, NotTaken> {
    let mut text = format!("{{\"base_version\":{},\"diff\":{}", draft.base, diff.as_str());
    if let Some(version) = draft.rolls_back {
        text.push_str(&format!(",\"rolls_back\":{version}"));
    }
    text.push('}');
    Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).map_err(|e| read::too_large(&e))
}

fn ruling(draft: &Draft, policy: PolicyRef) -> Ruling {
    let items = &draft.summary.items;
    let reason = |kind: Kind, message: String| Reason {
        layer: Layer::Kernel,
        rule: code(kind).to_owned(),
        message,
        verdict: Some(Verdict::Ask),
    };
    let shown = items.iter().take(REASONS);
    let left_out = items.iter().skip(REASONS).filter(|item| item.loosens).count();
    let reasons: Vec<Reason> = shown.map(|item| reason(item.kind, told(item))).collect();
    let mut warnings = draft.warnings.clone();
    let more = items.len().saturating_sub(REASONS);
    if more > 0 {
        let loosen = match left_out {
            0 => "none of them loosens anything".to_owned(),
            1 => "1 of them loosens".to_owned(),
            many => format!("{many} of them loosen"),
        };
        warnings.push(format!("{more} more items stand only in the diff; {loosen}"));
    }
    let loosens = draft.tier >= Tier::GRAVE;
    Ruling {
        verdict: Verdict::Ask,
        tier: draft.tier,
        effect: if loosens { Effect::Destructive } else { Effect::Write },
        action: Action::ExternalApiCall,
        reasons,
        warnings,
        policy,
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: None,
    }
}

/// The code of an item, in rulings.
fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Remove => "policy.remove",
        Kind::Allow => "policy.allow",
        Kind::Module => "policy.module",
        Kind::Ask => "policy.ask",
        Kind::Deny => "policy.deny",
    }
}

fn told(item: &Item) -> String {
    let verb = match item.kind {
        Kind::Remove => "takes away: ",
        Kind::Allow | Kind::Ask | Kind::Deny => "adds: ",
        Kind::Module => "",
    };
    let loosens = if item.loosens { " (loosens)" } else { "" };
    // It is visible already.
    let seen = visible::Seen { text: item.text.clone(), notes: Vec::new() };
    // A proposal is kept for good, so its summary is no longer than its diff; all of it stands there.
    format!("{verb}{}{loosens}", visible::shorten(&seen, ITEM_MAX))
}
