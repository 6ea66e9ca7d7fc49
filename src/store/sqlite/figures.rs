//! Counts over journal and questions.

use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::figures::{Answering, Figures, OfTool, Span, Waiting};
use crate::store::sqlite::SqliteStore;
use async_trait::async_trait;

#[async_trait]
impl Figures for SqliteStore {
    async fn waiting(&self, _tenant: &Tenant) -> Result<Waiting, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn decided_over_time(
        &self,
        _tenant: &Tenant,
        _since: Millis,
        _span: i64,
    ) -> Result<Vec<Span>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn decided_by_tool(
        &self,
        _tenant: &Tenant,
        _since: Millis,
        _limit: usize,
    ) -> Result<Vec<OfTool>, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }

    async fn answering(&self, _tenant: &Tenant, _since: Millis) -> Result<Answering, StoreError> {
        Err(StoreError::Unusable("not written yet".to_owned()))
    }
}
