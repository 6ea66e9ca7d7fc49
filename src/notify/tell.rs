//! Makes the notice of an event out of rows: what is read of them are ids, states, counts and times.
//!
//! Of a row's body one id is read, of a run one label, and that only if it is a label by its form.

use crate::domain::approval::State;
use crate::domain::entry::{Entry, EntryType};
use crate::domain::id::{ApprovalId, RunId};
use crate::domain::notice::{Label, Notice, NoticeKind};
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::Tenant;
use crate::domain::ruling::Tier;
use crate::domain::run::Run;
use crate::domain::violation::Grade;
use crate::store::decisions::ViolationFilter;
use crate::store::notices::Claimed;
use crate::store::{Store, StoreError};
use serde::Deserialize;

/// Objections that are counted; more are told as so many.
const COUNTED: usize = 1_000;

/// The notice of a claimed delivery; `None` when what it is about is gone.
pub(in crate::notify) async fn notice(
    store: &dyn Store,
    claimed: &Claimed,
) -> Result<Option<Notice>, StoreError> {
    let tenant = &claimed.tenant;
    let entry = claimed.entry.as_ref();
    Ok(match (claimed.delivery.kind, entry) {
        (NoticeKind::Test, _) => Some(Notice::Test),
        (_, None) => None,
        (
            NoticeKind::ApprovalAsked
            | NoticeKind::ApprovalEscalated
            | NoticeKind::ApprovalDecided
            | NoticeKind::ApprovalExpired,
            Some(entry),
        ) => approval(store, claimed, entry).await?,
        (NoticeKind::RunEnded, Some(entry)) => run(store, tenant, entry).await?,
        (NoticeKind::CriticalViolation, Some(entry)) => {
            Some(violation(store, tenant, entry).await?)
        }
        (NoticeKind::JournalTrouble, Some(entry)) => Some(Notice::Journal {
            row: body::<Trouble>(entry).and_then(|told| told.first_bad_row),
        }),
    })
}

async fn approval(
    store: &dyn Store,
    claimed: &Claimed,
    entry: &Entry,
) -> Result<Option<Notice>, StoreError> {
    let state = match EntryType::parse(&entry.kind) {
        Some(EntryType::ApprovalAsked | EntryType::ApprovalEscalated) => State::Pending,
        Some(EntryType::ApprovalApproved) => State::Approved,
        Some(EntryType::ApprovalDenied) => State::Denied,
        Some(EntryType::ApprovalExpired) => State::Expired,
        _ => return Ok(None),
    };
    let Some(id) = entry.filed.approval.as_deref().and_then(ApprovalId::parse) else {
        return Ok(None);
    };
    let Some(approval) = store.approval(&claimed.tenant, id).await? else { return Ok(None) };
    Ok(Some(Notice::Approval {
        id: id.0,
        state,
        tier: approval.ruling.tier,
        answer_by: approval.answer_by,
        waiting: claimed.waiting,
        urgent: claimed.delivery.kind == NoticeKind::ApprovalEscalated,
    }))
}

/// What rows of runs say in their bodies.
#[derive(Deserialize)]
struct OfRun {
    run: RunId,
}

/// What rows of trouble say.
#[derive(Deserialize)]
struct Trouble {
    first_bad_row: Option<u64>,
}

fn body<'a, T: Deserialize<'a>>(entry: &'a Entry) -> Option<T> {
    serde_json::from_slice(entry.body.as_deref()?).ok()
}

async fn run(
    store: &dyn Store,
    tenant: &Tenant,
    entry: &Entry,
) -> Result<Option<Notice>, StoreError> {
    let Some(OfRun { run: id }) = body(entry) else { return Ok(None) };
    let Some(run) = store.run(tenant, id).await? else { return Ok(None) };
    let done = run.steps.iter().filter(|step| step.outcome == Some(OutcomeKind::Ran)).count();
    Ok(Some(Notice::Run {
        id: id.0,
        state: run.state,
        directive: label(&run),
        done: done as u64,
        total: run.steps.len() as u64,
        tokens: run.tokens,
        started_at: run.started_at,
        ended_at: run.ended_at,
    }))
}

/// The directive's label as the configuration had it; its name where that is none, since names come from there, too.
fn label(run: &Run) -> Label {
    Label::new(&run.label).or_else(|| Label::new(&run.directive)).unwrap_or_else(Label::run)
}

async fn violation(
    store: &dyn Store,
    tenant: &Tenant,
    entry: &Entry,
) -> Result<Notice, StoreError> {
    let filter = ViolationFilter {
        after: entry.seq.saturating_sub(1),
        last: Some(entry.seq),
        ..ViolationFilter::of(tenant, COUNTED)
    };
    let found = store.violations(filter).await?;
    let grave = found.iter().filter(|one| one.violation.severity == Grade::Critical).count();
    let tier = entry.filed.tier.and_then(|tier| u8::try_from(tier).ok());
    let tier = tier.and_then(|tier| Tier::try_from(tier).ok()).unwrap_or(Tier::READ);
    Ok(Notice::Violation { objections: grave as u64, tier })
}
