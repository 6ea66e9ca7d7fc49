//! Answers that are kept.

pub(crate) mod end;
pub(crate) mod give;
mod past;
mod row;
mod take;

use crate::domain::call::Call;
use crate::domain::id::{ApprovalId, RememberedId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::remembered::{Ended, Remembered};
use crate::domain::time::Millis;
use crate::store::memories::{Memories, MemoryUse, NotUsed, Past, PastFilter};
use crate::store::sqlite::{Result, SqliteStore};
use async_trait::async_trait;
use std::result::Result as Either;

#[async_trait]
impl Memories for SqliteStore {
    async fn remembered_for(&self, call: &Call) -> Result<Vec<Remembered>> {
        let parts = call.parts().clone();
        self.read(move |conn| row::of_call(conn, &parts)).await
    }

    async fn use_remembered(&self, request: MemoryUse) -> Result<Either<u64, NotUsed>> {
        let key = self.key.clone();
        self.write_if_awaited(move |tx| take::take(tx, &key, request)).await
    }

    async fn end_remembered(
        &self,
        tenant: &Tenant,
        id: RememberedId,
        by: Option<&Principal>,
        why: Ended,
    ) -> Result<bool> {
        let (tenant, by) = (tenant.clone(), by.cloned());
        self.write(move |tx| match row::find(tx.conn, &tenant, id)? {
            Some(kept) => end::end(tx, &kept, why, by.as_ref()),
            None => Ok(false),
        })
        .await
    }

    async fn remembered(
        &self,
        tenant: &Tenant,
        all: bool,
        limit: usize,
    ) -> Result<Vec<Remembered>> {
        self.expire_due().await?;
        let tenant = tenant.clone();
        self.read(move |conn| {
            row::all(
                conn,
                "SELECT * FROM remembered WHERE tenant = ?1 AND (?2 OR ended IS NULL)
                 ORDER BY given_at DESC, id DESC LIMIT ?3",
                &[&tenant.as_str(), &all, &limit],
            )
        })
        .await
    }

    async fn oldest_remembered(&self, tenant: &Tenant, limit: usize) -> Result<Vec<Remembered>> {
        self.expire_due().await?;
        let tenant = tenant.clone();
        self.read(move |conn| {
            row::all(
                conn,
                "SELECT * FROM remembered WHERE tenant = ?1 AND ended IS NULL
                 ORDER BY given_at, id LIMIT ?2",
                &[&tenant.as_str(), &limit],
            )
        })
        .await
    }

    async fn ended_remembered(
        &self,
        tenant: &Tenant,
        why: Ended,
        since: Millis,
        limit: usize,
    ) -> Result<Vec<Remembered>> {
        let tenant = tenant.clone();
        self.read(move |conn| {
            row::all(
                conn,
                "SELECT * FROM remembered WHERE tenant = ?1 AND ended = ?2 AND ended_at >= ?3
                 ORDER BY ended_at DESC, id DESC LIMIT ?4",
                &[&tenant.as_str(), &why.as_str(), &since.0, &limit],
            )
        })
        .await
    }

    async fn remembered_by(
        &self,
        tenant: &Tenant,
        approval: ApprovalId,
    ) -> Result<Option<Remembered>> {
        let tenant = tenant.clone();
        self.read(move |conn| {
            let sql = "SELECT * FROM remembered WHERE approval = ?1 AND tenant = ?2";
            let values: [&dyn rusqlite::ToSql; 2] = [&approval.0.as_bytes(), &tenant.as_str()];
            Ok(row::all(conn, sql, &values)?.into_iter().next())
        })
        .await
    }

    async fn past_questions(&self, filter: PastFilter) -> Result<Past> {
        self.expire_due().await?;
        self.read(move |conn| past::questions(conn, &filter)).await
    }
}
