//! What people were asked lately, and what would spare them most of it safely.
//!
//! A look at the store that changes nothing: the newest questions are read, counted, and each suggestion is tried on them.
//! Bounded whatever the history, and counted beside the thread that serves.

use crate::domain::approval::Approval;
use crate::domain::principal::Tenant;
use crate::domain::time::{DAY, Millis};
use crate::policy::relief::{Counted, Suggestion, count, suggestions};
use crate::store::questions::PageFilter;
use crate::store::{Store, StoreError};
use serde::Serialize;

/// How far back is looked where nobody says.
pub const USUAL: i64 = 7 * DAY;
/// Questions looked at, the newest.
const MOST: usize = 5_000;
/// Read at once.
const PAGE: usize = 500;
/// Bytes of arguments read at once, and kept of all; older questions are counted, and nothing is learned from them.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
const BYTES: usize = 16 * 1024 * 1024;
/// Longer arguments teach no pattern.
const LONG: usize = 64 * 1024;

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Relief {
    /// What was asked, and how it ended.
    #[serde(flatten)]
    pub counted: Counted,
    /// What would spare most of it, most first.
    pub suggestions: Vec<Suggestion>,
}

/// Looks at the questions of a tenant since a time.
///
/// # Errors
/// Those of the store.
pub async fn relief(
    store: &dyn Store,
    tenant: &Tenant,
    since: Option<Millis>,
) -> Result<Relief, StoreError> {
    let until = store.now().await?;
    let wanted = since.unwrap_or(until.plus(-USUAL));
    let (asked, is_cut) = newest(store, tenant, wanted).await?;
    // What is older than the oldest that was looked at is not known.
    let since = if is_cut { asked.last().map_or(wanted, |one| one.asked_at) } else { wanted };
    let pins = store.all_pins(tenant).await?;
    let used = store.kept_answers_used(tenant, since).await?;
    let counting = move || {
        let mut counted = count(&asked, (since, until));
        counted.is_cut = is_cut;
        counted.kept_answers_used = used;
        Relief { counted, suggestions: suggestions(&asked, &pins) }
    };
    tokio::task::spawn_blocking(counting)
        .await
        .map_err(|_| StoreError::Unusable("counting the questions failed".to_owned()))
}

/// The newest questions since a time, newest first, and whether there were more.
async fn newest(
    store: &dyn Store,
    tenant: &Tenant,
    since: Millis,
) -> Result<(Vec<Approval>, bool), StoreError> {
    let mut filter = PageFilter {
        tenant: tenant.clone(),
        states: Vec::new(),
        principal: None,
        before: None,
        limit: PAGE,
        bytes: PAGE_BYTES,
    };
    let (mut all, mut bytes) = (Vec::new(), 0_usize);
    loop {
        let page = store.questions(filter.clone()).await?;
        filter.before = page.rows.last().map(|one| one.id);
        for mut one in page.rows {
            if one.asked_at < since {
                return Ok((all, false));
            }
            if all.len() == MOST {
                return Ok((all, true));
            }
            let long = one.arguments.as_ref().map_or(0, |text| text.len());
            bytes = bytes.saturating_add(long);
            if long > LONG || bytes > BYTES {
                one.arguments = None;
            }
            all.push(one);
        }
        if !page.more || filter.before.is_none() {
            return Ok((all, false));
        }
    }
}
