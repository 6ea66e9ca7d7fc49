//! Answers that are kept.

mod past;

use crate::domain::call::Call;
use crate::domain::id::{ApprovalId, RememberedId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::remembered::{Ended, Remembered};
use crate::store::memories::{Memories, MemoryUse, NotUsed, Past, PastFilter};
use crate::store::sqlite::{Result, SqliteStore};
use async_trait::async_trait;
use std::result::Result as Either;

#[async_trait]
impl Memories for SqliteStore {
    async fn remembered_for(&self, _call: &Call) -> Result<Vec<Remembered>> {
        Ok(Vec::new())
    }

    async fn use_remembered(&self, _request: MemoryUse) -> Result<Either<u64, NotUsed>> {
        Ok(Err(NotUsed::Over))
    }

    async fn end_remembered(
        &self,
        _tenant: &Tenant,
        _id: RememberedId,
        _by: Option<&Principal>,
        _why: Ended,
    ) -> Result<bool> {
        Ok(false)
    }

    async fn remembered(
        &self,
        _tenant: &Tenant,
        _all: bool,
        _limit: usize,
    ) -> Result<Vec<Remembered>> {
        Ok(Vec::new())
    }

    async fn remembered_by(
        &self,
        _tenant: &Tenant,
        _approval: ApprovalId,
    ) -> Result<Option<Remembered>> {
        Ok(None)
    }

    async fn past_questions(&self, filter: PastFilter) -> Result<Past> {
        self.expire_due().await?;
        self.read(move |conn| past::questions(conn, &filter)).await
    }
}
