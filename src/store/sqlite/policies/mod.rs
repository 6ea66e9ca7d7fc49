//! Policy that changes by proposals: what stands, what is proposed, versions.
//!
//! What stands changes in `apply.rs` and nowhere else: there a yes is used up, the rows are changed and the version that
//! tells of it is written, in one transaction. Nothing here judges a call or compiles a rule.

mod accepted;
mod apply;
mod change;
mod propose;
mod stand;
mod suggestions;
mod versions;

pub(crate) use suggestions::forget as forget_diffs;

use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::policy::{PolicyVersion, StoredPolicy};
use crate::domain::principal::Tenant;
use crate::store::policies::{
    Acceptance, AcceptedConfig, Apply, Generations, NewSuggestion, NotApplied, NotProposed,
    Policies, Suggestion, SuggestionFilter,
};
use crate::store::sqlite::{Result, SqliteStore, expiry, meta, reckon};
use async_trait::async_trait;
use std::result::Result as Either;
use std::sync::PoisonError;

#[async_trait]
impl Policies for SqliteStore {
    async fn stored_policy(&self, tenant: &Tenant) -> Result<StoredPolicy> {
        let tenant = tenant.clone();
        self.read(move |conn| stand::read(conn, &tenant)?.told()).await
    }

    async fn policy_generation(&self) -> Result<u64> {
        Ok(self.generations().await?.policy)
    }

    async fn generations(&self) -> Result<Generations> {
        match &self.glance {
            Some(conn) => meta::generations(&conn.lock().unwrap_or_else(PoisonError::into_inner)),
            None => self.read(meta::generations).await,
        }
    }

    async fn propose(&self, suggestion: NewSuggestion) -> Result<Either<Suggestion, NotProposed>> {
        self.write_if_awaited(move |tx| propose::propose(tx, suggestion)).await
    }

    async fn suggestion(&self, tenant: &Tenant, id: ApprovalId) -> Result<Option<Suggestion>> {
        let (world, clock) = (tenant.clone(), self.clock.clone());
        let (found, now) = self
            .read(move |conn| Ok((suggestions::find(conn, &world, id)?, reckon(conn, &clock)?)))
            .await?;
        let Some((approval, kept)) = found else { return Ok(None) };
        if !expiry::is_due(&approval, now) {
            return kept.told(approval).map(Some);
        }
        let tenant = tenant.clone();
        self.write(move |tx| {
            expiry::expire(tx, &tenant, id)?;
            let found = suggestions::find(tx.conn, &tenant, id)?;
            found.map(|(approval, kept)| kept.told(approval)).transpose()
        })
        .await
    }

    async fn suggestions(&self, filter: SuggestionFilter) -> Result<Vec<Suggestion>> {
        self.expire_due().await?;
        self.read(move |conn| suggestions::list(conn, &filter)).await
    }

    async fn apply(&self, apply: Apply) -> Result<Either<PolicyVersion, NotApplied>> {
        let key = self.key.clone();
        // Whoever has gone away before it began does not hear what he changed.
        self.write_if_awaited(move |tx| apply::apply(tx, &key, apply)).await
    }

    async fn policy_versions(&self, tenant: &Tenant, limit: u32) -> Result<Vec<PolicyVersion>> {
        let tenant = tenant.clone();
        self.read(move |conn| versions::list(conn, &tenant, limit)).await
    }

    async fn policy_version_of(
        &self,
        tenant: &Tenant,
        version: u64,
    ) -> Result<Option<PolicyVersion>> {
        let tenant = tenant.clone();
        self.read(move |conn| versions::find(conn, &tenant, version)).await
    }

    async fn accepted_config(&self, tenant: &Tenant, path: &str) -> Result<Option<AcceptedConfig>> {
        let (tenant, path) = (tenant.clone(), path.to_owned());
        self.read(move |conn| accepted::find(conn, &tenant, &path)).await
    }

    async fn accept_config(
        &self,
        tenant: &Tenant,
        config: AcceptedConfig,
        was: Option<Digest>,
    ) -> Result<bool> {
        let tenant = tenant.clone();
        self.write(move |tx| accepted::accept(tx, &tenant, &config, was)).await
    }

    async fn accept_config_by_two(
        &self,
        tenant: &Tenant,
        config: AcceptedConfig,
        was: Option<Digest>,
    ) -> Result<Acceptance> {
        let tenant = tenant.clone();
        self.write(move |tx| accepted::by_two(tx, &tenant, &config, was)).await
    }
}
