//! `audit export --format opa`: the decision log, one decision a line.

use crate::domain::entry::Entry;
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::journal::DecisionLog;
use crate::store::Store;
use crate::store::decisions::DecisionFilter;
use anyhow::Result;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::Write;

/// Writes the decisions of a tenant in this time; how many there were.
///
/// # Errors
/// Those of the store, and of `out`.
pub(crate) async fn write(
    store: &dyn Store,
    tenant: &Tenant,
    (since, before): (Option<Millis>, Option<Millis>),
    out: &mut dyn Write,
) -> Result<u64> {
    let policies: HashMap<u64, String> = store.policy_digests().await?.into_iter().collect();
    let mut filter = DecisionFilter { since, before, ..DecisionFilter::of(tenant) };
    let mut count = 0;
    loop {
        let page = store.decisions(filter.clone()).await?;
        for decided in &page.rows {
            let policy = version(&decided.entry).and_then(|version| policies.get(&version));
            let log = DecisionLog::of(decided, policy.map(String::as_str));
            writeln!(out, "{}", serde_json::to_string(&log)?)?;
            count += 1;
        }
        if page.to >= page.end {
            return Ok(count);
        }
        filter.after = page.to;
    }
}

fn version(row: &Entry) -> Option<u64> {
    #[derive(Deserialize)]
    struct Said {
        policy: Option<u64>,
    }
    serde_json::from_str::<Said>(row.meta.as_deref()?).ok()?.policy
}
