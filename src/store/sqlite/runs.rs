//! Runs and their steps.

use crate::store::runs::Runs;
use crate::store::sqlite::SqliteStore;
use async_trait::async_trait;

#[async_trait]
impl Runs for SqliteStore {}
