//! Targets of notifications, and the outbox.

use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::notices::{
    Attempt, Claimed, Delivery, DeliveryFilter, NewTarget, Notices, Target,
};
use crate::store::sqlite::SqliteStore;
use async_trait::async_trait;

#[async_trait]
impl Notices for SqliteStore {
    async fn add_target(
        &self,
        _target: NewTarget,
        _by: &Principal,
    ) -> Result<Option<Target>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn targets(&self, _tenant: &Tenant) -> Result<Vec<Target>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn switch_target(
        &self,
        _tenant: &Tenant,
        _name: &str,
        _enabled: bool,
        _by: &Principal,
    ) -> Result<Option<Target>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn remove_target(
        &self,
        _tenant: &Tenant,
        _name: &str,
        _by: &Principal,
    ) -> Result<bool, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn put_test(
        &self,
        _tenant: &Tenant,
        _name: &str,
        _by: &Principal,
    ) -> Result<Option<u64>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn deliveries(&self, _filter: DeliveryFilter) -> Result<Vec<Delivery>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn claim_deliveries(
        &self,
        _limit: usize,
        _lease: i64,
    ) -> Result<Vec<Claimed>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn next_delivery(&self) -> Result<Option<Millis>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn delivered_notice(
        &self,
        _claimed: &Delivery,
        _attempt: Attempt,
    ) -> Result<(), StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }
}
