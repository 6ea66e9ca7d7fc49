//! The check of a plan: reads what was written, collects all that is wrong with it, and says how grave each step is.
//!
//! It reads and never writes: what is hashed, stored and run is what came in. Any error refuses the plan; else a step of
//! tier `ask_from` or above, a rule that asks or a step that wants it makes the plan need a yes; else it may run.

mod faults;
pub(crate) mod fields;
mod order;
mod step;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tiers_tests;

use crate::domain::json::{Canonical, Limits, Node, ReadError, parse};
use crate::domain::principal::Tenant;
use crate::domain::ruling::Tier;
use crate::ir::check::faults::{At, Faults};
use crate::ir::check::fields::{PlanFields, kind_of};
use crate::ir::check::step::{Against, Draft};
use crate::ir::names::{Clash, Names};
use crate::ir::plan::{Plan, Step};
use crate::ir::report::{Severity, Status, StepReport, Validation, Violation};
use crate::ir::tier::BULK;
use crate::ir::tier::signals::shown;
use crate::ir::{Checked, StepJudge, Vocabulary, codes, hash};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// So many steps a plan may have.
const STEPS_MAX: usize = 10_000;
/// So many bytes.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// What a plan may hold. A plan that comes over MCP is held to the narrower limits of its line as well.
pub(crate) const LIMITS: Limits = Limits { depth: 64, keys: 1_000_000, values: 2_000_000 };

/// Checks a plan that the strict reader has read. Steps from `ask_from` on need a yes.
#[must_use]
pub fn check(
    ir: &Canonical,
    vocabulary: &Vocabulary,
    judge: Option<&dyn StepJudge>,
    tenant: &Tenant,
    ask_from: Tier,
) -> Checked {
    let against = Against { vocabulary, judge, ask_from };
    or_refused(|| {
        if ir.len() > BYTES_MAX {
            return too_large();
        }
        match parse(ir.as_str(), &LIMITS) {
            Ok(node) => read(ir, &node, tenant, against),
            Err(error) => unreadable(code_of(&error), error.to_string()),
        }
    })
}

/// Checks a text. What cannot be read is a plan that is refused, with a code, never an error.
#[must_use]
pub fn check_text(
    bytes: &[u8],
    vocabulary: &Vocabulary,
    judge: Option<&dyn StepJudge>,
    tenant: &Tenant,
    ask_from: Tier,
) -> Checked {
    if bytes.len() > BYTES_MAX {
        return too_large();
    }
    match or_error(|| Canonical::read(bytes, &LIMITS)) {
        Some(Ok(ir)) => check(&ir, vocabulary, judge, tenant, ask_from),
        Some(Err(error)) => unreadable(code_of(&error), error.to_string()),
        None => failed(),
    }
}

/// The code of a text that is not read.
pub(crate) fn code_of(error: &ReadError) -> &'static str {
    match error {
        ReadError::Syntax { .. } | ReadError::InvalidUtf8 { .. } | ReadError::ByteOrderMark => {
            codes::NOT_JSON
        }
        ReadError::DuplicateKey { .. } => codes::DUPLICATE_KEY,
        ReadError::TooDeep { .. } => codes::TOO_DEEP,
        ReadError::LoneSurrogate { .. } => codes::LONE_SURROGATE,
        ReadError::TooManyKeys { .. } | ReadError::TooManyValues { .. } => codes::TOO_LARGE,
    }
}

fn too_large() -> Checked {
    let message = format!("it is larger than {BYTES_MAX} bytes; cut it into several plans");
    unreadable(codes::TOO_LARGE, message)
}

fn failed() -> Checked {
    unreadable(codes::CHECK_FAILED, "a check failed while it looked at this plan".to_owned())
}

/// A check that panics refuses.
fn or_refused(check: impl FnOnce() -> Checked) -> Checked {
    or_error(check).unwrap_or_else(failed)
}

fn or_error<T>(check: impl FnOnce() -> T) -> Option<T> {
    // Nothing outlives the check that a panic could leave half done.
    catch_unwind(AssertUnwindSafe(check)).ok()
}

fn unreadable(code: &'static str, message: String) -> Checked {
    let path = String::new();
    let severity = Severity::Error;
    Checked {
        validation: Validation {
            status: Status::Reject,
            tier: Tier::GRAVE,
            requires_approval: true,
            violations: vec![Violation { step_index: None, code, path, message, severity }],
            steps: Vec::new(),
            ir_hash: None,
            tenant_id: None,
            request_id: None,
            step_count: 0,
        },
        plan: None,
    }
}

fn read(ir: &Canonical, node: &Node<'_>, tenant: &Tenant, against: Against<'_>) -> Checked {
    let mut faults = Faults::default();
    let fields = match node {
        Node::Object(members) => fields::plan(members, &mut faults),
        _ => {
            let message = format!("a plan is an object, not {}", kind_of(node));
            faults.error(At::Plan, codes::NOT_AN_OBJECT, message);
            PlanFields::default()
        }
    };
    whose(&fields, tenant, &mut faults);
    let items = fields.steps.unwrap_or_default();
    let step_count = items.len();
    if fields.steps.is_some_and(<[Node<'_>]>::is_empty) {
        faults.error(At::Field("steps"), codes::NO_STEPS, "a plan has at least one step");
    }
    if step_count > STEPS_MAX {
        let message =
            format!("{step_count} steps are more than {STEPS_MAX}; cut it into several plans");
        faults.error(At::Field("steps"), codes::TOO_MANY_STEPS, message);
    }
    let hashes = hash::of_plan(node, ir.len());
    let looked_at = items.iter().take(STEPS_MAX).enumerate();
    let mut drafts: Vec<Draft<'_, '_>> =
        looked_at.map(|(index, item)| step::look(item, index, against, &mut faults)).collect();
    keys(&drafts, fields.idempotency_key, &mut faults);
    let (waits, order) = dependencies(&drafts, &mut faults);
    let asks = drafts.iter().any(|draft| draft.asks);
    let in_total = in_total(&drafts, &mut faults);
    let mut steps: Vec<StepReport> = Vec::with_capacity(drafts.len());
    for ((index, draft), hash) in drafts.iter_mut().enumerate().zip(hashes.steps) {
        steps.push(draft.report(index, hash));
    }
    let tier = steps.iter().map(|step| step.tier).max().unwrap_or(Tier::GRAVE).max(in_total);
    let requires_approval = asks || tier >= against.ask_from;
    let kept = if faults.refuse() {
        None
    } else {
        keep(&drafts, &steps, waits, fields.idempotency_key, &mut faults)
    };
    let status = match (&kept, requires_approval) {
        (None, _) => Status::Reject,
        (Some(_), true) => Status::Escalate,
        (Some(_), false) => Status::Pass,
    };
    let plan = kept.map(|steps| Plan {
        canonical: ir.clone(),
        hash: hashes.plan,
        request_id: fields.request_id.map(str::to_owned),
        idempotency_key: fields.idempotency_key.map(str::to_owned),
        steps,
        order,
    });
    let validation = Validation {
        status,
        tier,
        requires_approval,
        violations: faults.into_list(),
        steps,
        ir_hash: Some(hashes.plan),
        tenant_id: fields.tenant_id.map(str::to_owned),
        request_id: fields.request_id.map(str::to_owned),
        step_count,
    };
    Checked { validation, plan }
}

fn whose(fields: &PlanFields<'_>, tenant: &Tenant, faults: &mut Faults) {
    if fields.tenant_id.is_some_and(|written| written != tenant.as_str()) {
        // Whether the other one exists is not told.
        let message = format!("this process acts for the tenant `{tenant}` alone");
        faults.error(At::Field("tenant_id"), codes::FOREIGN_TENANT, message);
    }
}

/// Every step needs a key of its own, written or made of the plan's.
fn keys(drafts: &[Draft<'_, '_>], plan_key: Option<&str>, faults: &mut Faults) {
    let mut seen: HashMap<Cow<'_, str>, usize> = HashMap::with_capacity(drafts.len());
    for (index, draft) in drafts.iter().enumerate() {
        let at = At::StepField(index, "idempotency_key");
        let key = match (draft.fields.idempotency_key, plan_key) {
            (Some(key), _) => Cow::Borrowed(key),
            (None, _) if draft.wrote_key => continue,
            (None, Some(plan)) => Cow::Owned(format!("{plan}:{index}")),
            (None, None) => {
                let message =
                    "give the step an `idempotency_key`, or the plan one for all its steps";
                faults.error(at, codes::MISSING_IDEMPOTENCY_KEY, message);
                continue;
            }
        };
        match seen.entry(key) {
            Entry::Vacant(free) => {
                free.insert(index);
            }
            Entry::Occupied(taken) => {
                let message = format!("`/steps/{}` has the same key", taken.get());
                faults.error(at, codes::DUPLICATE_IDEMPOTENCY_KEY, message);
            }
        }
    }
}

/// What each step waits for, and the order that follows.
fn dependencies(drafts: &[Draft<'_, '_>], faults: &mut Faults) -> (Vec<Vec<usize>>, Vec<usize>) {
    let ids: Vec<Option<&str>> = drafts.iter().map(|draft| draft.fields.step_id).collect();
    let names = Names::of(&ids, |index, clash| {
        let at = At::StepField(index, "step_id");
        match clash {
            Clash::Same(first) => {
                let message = format!("`/steps/{first}` is called so, too");
                faults.error(at, codes::DUPLICATE_STEP_ID, message);
            }
            Clash::Ambiguous => {
                let id = shown(ids.get(index).copied().flatten().unwrap_or_default());
                let message = format!("`{id}` could be taken for the place of a step");
                faults.error(at, codes::AMBIGUOUS_STEP_ID, message);
            }
        }
    });
    let waits: Vec<Vec<usize>> = drafts
        .iter()
        .enumerate()
        .map(|(index, draft)| match draft.fields.depends_on {
            Some(items) => order::waits_for(items, index, &names, faults),
            None => Vec::new(),
        })
        .collect();
    let order = order::of(&waits, &ids, faults);
    (waits, order)
}

/// Many records in many steps are as many as in one.
fn in_total(drafts: &[Draft<'_, '_>], faults: &mut Faults) -> Tier {
    let records =
        drafts.iter().fold(0_usize, |sum, draft| sum.saturating_add(draft.rating.records));
    let one_alone = drafts.iter().any(|draft| draft.rating.records > BULK);
    if records <= BULK {
        return Tier::READ;
    }
    if !one_alone {
        let message = format!("its steps touch {records} records together, more than {BULK}");
        faults.warn(codes::BULK_IN_TOTAL, message);
    }
    Tier::GRAVE
}

/// The steps of a plan that is not refused.
fn keep(
    drafts: &[Draft<'_, '_>],
    reports: &[StepReport],
    waits: Vec<Vec<usize>>,
    plan_key: Option<&str>,
    faults: &mut Faults,
) -> Option<Vec<Step>> {
    let mut steps = Vec::with_capacity(drafts.len());
    for ((draft, report), waits) in drafts.iter().zip(reports).zip(waits) {
        match draft.step(report, plan_key, waits) {
            Ok(step) => steps.push(step),
            Err(why) => {
                faults.error(At::Step(report.index), codes::TOO_LARGE, why);
                return None;
            }
        }
    }
    Some(steps)
}
