//! One step: what it says, how grave it is, and what the rules say of it.

use crate::domain::digest::Digest;
use crate::domain::json::{Canonical, Node};
use crate::domain::ruling::{Tier, Verdict};
use crate::ir::StepJudge;
use crate::ir::check::faults::{At, Faults};
use crate::ir::check::fields::{self, StepFields, kind_of};
use crate::ir::codes;
use crate::ir::names::full;
use crate::ir::plan::Step;
use crate::ir::report::StepReport;
use crate::ir::tier::signals::shown;
use crate::ir::tier::{self, Facts, Rating};
use crate::ir::vocabulary::{KnownAction, KnownProvider, Vocabulary};

/// What steps are checked against.
#[derive(Clone, Copy)]
pub(crate) struct Against<'v> {
    pub vocabulary: &'v Vocabulary,
    pub judge: Option<&'v dyn StepJudge>,
    pub ask_from: Tier,
}

/// A step that was looked at.
#[derive(Debug)]
pub(crate) struct Draft<'n, 'v> {
    pub fields: StepFields<'n>,
    /// It was written with an idempotency key, right or wrong.
    pub wrote_key: bool,
    pub action: Option<&'v KnownAction>,
    pub provider: Option<&'v KnownProvider>,
    pub rating: Rating,
    pub tier: Tier,
    /// It needs a yes.
    pub asks: bool,
}

/// Looks at a step.
pub(crate) fn look<'n, 'v>(
    node: &'n Node<'n>,
    index: usize,
    against: Against<'v>,
    faults: &mut Faults,
) -> Draft<'n, 'v> {
    let fields = match node {
        Node::Object(members) => fields::step(members, index, faults),
        _ => {
            let message = format!("a step is an object, not {}", kind_of(node));
            faults.error(At::Step(index), codes::NOT_AN_OBJECT, message);
            StepFields::default()
        }
    };
    let action = fields.action.and_then(|name| against.vocabulary.action(name));
    let provider = fields.provider.and_then(|name| against.vocabulary.provider(name));
    words(&fields, action, provider, index, faults);
    let mut rating = tier::rate(&Facts {
        action,
        provider,
        resource: fields.resource,
        params: fields.params,
        constraints: fields.constraints,
        claimed_tier: fields.risk_tier,
        claims_approval: fields.requires_approval,
    });
    if let Some(params) = fields.params.filter(|_| rating.faulty) {
        fields::values(params, At::StepField(index, "params"), faults);
    }
    let tier = rating.tier();
    let mut asks = tier >= against.ask_from || fields.requires_approval;
    if let (Some(judge), Some(action)) = (against.judge, action) {
        asks |= ruled(judge, action, fields.params, tier, index, &mut rating, faults);
    }
    let wrote_key = fields.idempotency_key.is_some()
        || node.get("idempotency_key").is_some_and(|key| !key.is_null());
    Draft { fields, wrote_key, action, provider, rating, tier, asks }
}

/// Whether action and provider are known and fit each other.
fn words(
    fields: &StepFields<'_>,
    action: Option<&KnownAction>,
    provider: Option<&KnownProvider>,
    index: usize,
    faults: &mut Faults,
) {
    if let (Some(name), None) = (fields.action, action) {
        let message = format!(
            "there is no action `{}`; an own one is added with `[ir.action.\"FAMILY.NAME\"]`",
            shown(name)
        );
        faults.error(At::StepField(index, "action"), codes::UNKNOWN_ACTION, message);
    }
    if let (Some(name), None) = (fields.provider, provider) {
        let message = format!(
            "there is no provider `{}`; an own one is added with `[ir.provider.\"NAME\"]`",
            shown(name)
        );
        faults.error(At::StepField(index, "provider"), codes::UNKNOWN_PROVIDER, message);
    }
    if let (Some(action), Some(provider)) = (action, provider)
        && action.family != provider.family
    {
        let message = format!(
            "`{}` takes `{}` actions, and `{}` is a `{}` one",
            provider.name, provider.family, action.name, action.family
        );
        faults.error(At::StepField(index, "provider"), codes::FAMILY_MISMATCH, message);
    }
}

/// Asks the rules; true when they want a yes.
fn ruled(
    judge: &dyn StepJudge,
    action: &KnownAction,
    params: Option<&Node<'_>>,
    tier: Tier,
    index: usize,
    rating: &mut Rating,
    faults: &mut Faults,
) -> bool {
    let none = Node::Object(Vec::new());
    let mut asks = false;
    for said in judge.judge(&action.judged_as, params.unwrap_or(&none), tier) {
        match said.verdict {
            Some(Verdict::Deny) => {
                faults.error(At::Step(index), codes::RULE_DENIED, said.message.clone());
            }
            Some(Verdict::Ask) => asks = true,
            // An allow says that nobody minds, not that the step is less grave.
            Some(Verdict::Allow) | None => {}
        }
        // The tier is settled; this only says which reason is told first.
        let weight = match said.verdict {
            Some(Verdict::Deny | Verdict::Ask) => Tier::GRAVE,
            Some(Verdict::Allow) | None => Tier::READ,
        };
        rating.raise(weight, said.rule, said.message);
    }
    asks
}

impl Draft<'_, '_> {
    /// What is told of the step.
    pub(crate) fn report(&mut self, index: usize, hash: Digest) -> StepReport {
        let name = |known: Option<&String>, written: Option<&str>| {
            known.cloned().or_else(|| written.map(|name| name.chars().take(200).collect()))
        };
        StepReport {
            index,
            id: full(self.fields.step_id, index),
            action: name(self.action.map(|known| &known.name), self.fields.action)
                .unwrap_or_default(),
            provider: name(self.provider.map(|known| &known.name), self.fields.provider)
                .unwrap_or_default(),
            tier: self.tier,
            requires_approval: self.asks,
            reasons: std::mem::take(&mut self.rating).into_reasons(),
            hash,
        }
    }

    /// The step of a plan that is not refused; an error says what could not be kept.
    pub(crate) fn step(
        &self,
        report: &StepReport,
        plan_key: Option<&str>,
        depends_on: Vec<usize>,
    ) -> Result<Step, String> {
        let index = report.index;
        let params = match self.fields.params {
            Some(params) => Canonical::of_read(params),
            None => Canonical::of(&Node::Object(Vec::new())),
        };
        Ok(Step {
            index,
            id: report.id.clone(),
            action: report.action.clone(),
            provider: report.provider.clone(),
            resource: self.fields.resource.map(str::to_owned),
            params: params.map_err(|error| error.to_string())?,
            idempotency_key: match (self.fields.idempotency_key, plan_key) {
                (Some(key), _) => key.to_owned(),
                (None, Some(plan)) => format!("{plan}:{index}"),
                (None, None) => return Err("it has no idempotency key".to_owned()),
            },
            description: self.fields.description.map(str::to_owned),
            depends_on,
            hash: report.hash,
            tier: report.tier,
        })
    }
}
