//! The rules that a proposal takes away, whole: its diff names them by their ids alone, and an id says nothing to a person.

use crate::domain::policy::StoredRule;
use crate::domain::principal::Tenant;
use crate::store::policies::Suggestion;
use crate::store::{Store, StoreError};

/// The rules of the store that this proposal takes away, or took away when it was applied. Of one that ended otherwise,
/// those of them that still stand.
///
/// # Errors
/// Those of the store.
pub async fn removed(
    store: &dyn Store,
    tenant: &Tenant,
    of: &Suggestion,
) -> Result<Vec<StoredRule>, StoreError> {
    if of.diff.remove.is_empty() {
        return Ok(Vec::new());
    }
    let known = match of.applied {
        Some(version) => {
            let made = store.policy_version_of(tenant, version).await?;
            made.and_then(|made| made.inverse).map(|inverse| inverse.restore).unwrap_or_default()
        }
        None => store.stored_policy(tenant).await?.rules,
    };
    Ok(known.into_iter().filter(|rule| of.diff.remove.contains(&rule.id)).collect())
}
