//! Targets of notifications, and the outbox.

mod deliver;
pub(crate) mod outbox;
mod targets;

use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use crate::store::notices::{
    Attempt, Claimed, Delivery, DeliveryFilter, Horizon, NewTarget, Notices, Target,
};
use crate::store::sqlite::{SqliteStore, reckon};
use async_trait::async_trait;
use uuid::Uuid;

#[async_trait]
impl Notices for SqliteStore {
    async fn add_target(
        &self,
        target: NewTarget,
        by: &Principal,
    ) -> Result<Option<Target>, StoreError> {
        let by = by.clone();
        self.write(move |tx| targets::add(tx, &target, &by)).await
    }

    async fn targets(&self, tenant: &Tenant) -> Result<Vec<Target>, StoreError> {
        let tenant = tenant.clone();
        self.read(move |conn| targets::list(conn, &tenant)).await
    }

    async fn switch_target(
        &self,
        tenant: &Tenant,
        name: &str,
        enabled: bool,
        by: &Principal,
    ) -> Result<Option<Target>, StoreError> {
        let (tenant, name, by) = (tenant.clone(), name.to_owned(), by.clone());
        self.write(move |tx| targets::switch(tx, &tenant, &name, enabled, &by)).await
    }

    async fn remove_target(
        &self,
        tenant: &Tenant,
        name: &str,
        by: &Principal,
    ) -> Result<bool, StoreError> {
        let (tenant, name, by) = (tenant.clone(), name.to_owned(), by.clone());
        self.write(move |tx| targets::remove(tx, &tenant, &name, &by)).await
    }

    async fn put_test(
        &self,
        tenant: &Tenant,
        name: &str,
        by: &Principal,
    ) -> Result<Option<(Uuid, u64)>, StoreError> {
        let (tenant, name, by) = (tenant.clone(), name.to_owned(), by.clone());
        self.write(move |tx| targets::test(tx, &tenant, &name, &by)).await
    }

    async fn deliveries(&self, filter: DeliveryFilter) -> Result<Vec<Delivery>, StoreError> {
        self.read(move |conn| deliver::list(conn, &filter)).await
    }

    async fn claim_deliveries(
        &self,
        tenant: &Tenant,
        limit: usize,
        lease: i64,
        busy: Vec<Uuid>,
    ) -> Result<Vec<Claimed>, StoreError> {
        let tenant = tenant.clone();
        self.write(move |tx| deliver::claim(tx, &tenant, limit, lease, &busy)).await
    }

    async fn next_delivery(&self, tenant: &Tenant) -> Result<Horizon, StoreError> {
        let (clock, tenant) = (self.clock.clone(), tenant.clone());
        self.read(move |conn| deliver::horizon(conn, &tenant, reckon(conn, &clock)?)).await
    }

    async fn delivered_notice(
        &self,
        claimed: &Delivery,
        attempt: Attempt,
    ) -> Result<(), StoreError> {
        let claimed = claimed.clone();
        self.write(move |tx| deliver::ended(tx, &claimed, &attempt)).await
    }
}
