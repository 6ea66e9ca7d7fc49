//! The decision log: rows of the journal read by type, violations beside them, labels of people.

mod label;
mod page;
mod violations;

pub(crate) use violations::{forget, forget_rows, objected};

use crate::store::decisions::{
    DecisionFilter, DecisionPage, Decisions, NewLabel, NotLabelled, Violated, ViolationFilter,
};
use crate::store::sqlite::{Result, SqliteStore};
use async_trait::async_trait;
use std::result::Result as Either;

#[async_trait]
impl Decisions for SqliteStore {
    async fn decisions(&self, filter: DecisionFilter) -> Result<DecisionPage> {
        self.read(move |conn| page::page(conn, &filter)).await
    }

    async fn violations(&self, filter: ViolationFilter) -> Result<Vec<Violated>> {
        self.read(move |conn| violations::list(conn, &filter)).await
    }

    async fn label(&self, new: NewLabel) -> Result<Either<(), NotLabelled>> {
        self.write(move |tx| label::label(tx, &new)).await
    }

    async fn policy_digests(&self) -> Result<Vec<(u64, String)>> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT version, digest FROM policies")?;
            let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(found.collect::<Either<Vec<_>, _>>()?)
        })
        .await
    }
}
