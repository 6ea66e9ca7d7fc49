//! Policy that changes by proposals: what stands, what is proposed, versions.

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::policy::{PolicyVersion, StoredPolicy};
use crate::domain::principal::Tenant;
use crate::store::StoreError;
use crate::store::policies::{
    AcceptedConfig, Apply, NewSuggestion, NotApplied, NotProposed, Policies, Suggestion,
    SuggestionFilter,
};
use crate::store::sqlite::{Result, SqliteStore};
use async_trait::async_trait;
use std::result::Result as Either;

fn not_yet<T>() -> Result<T> {
    Err(StoreError::Unusable("not built yet".to_owned()))
}

#[async_trait]
impl Policies for SqliteStore {
    async fn stored_policy(&self, _: &Tenant) -> Result<StoredPolicy> {
        Ok(StoredPolicy::default())
    }
    async fn policy_generation(&self) -> Result<u64> {
        Ok(0)
    }
    async fn propose(&self, _: NewSuggestion) -> Result<Either<Suggestion, NotProposed>> {
        not_yet()
    }
    async fn suggestion(&self, _: &Tenant, _: ApprovalId) -> Result<Option<Suggestion>> {
        not_yet()
    }
    async fn suggestions(&self, _: SuggestionFilter) -> Result<Vec<Suggestion>> {
        not_yet()
    }
    async fn apply(&self, _: Apply) -> Result<Either<PolicyVersion, NotApplied>> {
        not_yet()
    }
    async fn policy_versions(&self, _: &Tenant, _: u32) -> Result<Vec<PolicyVersion>> {
        not_yet()
    }
    async fn policy_version_of(&self, _: &Tenant, _: u64) -> Result<Option<PolicyVersion>> {
        not_yet()
    }
    async fn accepted_config(&self, _: &Tenant, _: &str) -> Result<Option<AcceptedConfig>> {
        Ok(None)
    }
    async fn accept_config(
        &self,
        _: &Tenant,
        _: AcceptedConfig,
        _: Option<Digest>,
    ) -> Result<bool> {
        Ok(true)
    }
}
