//! Recommended network policies.

use crate::store::networks::Networks;
use crate::store::sqlite::SqliteStore;
use async_trait::async_trait;

#[async_trait]
impl Networks for SqliteStore {}
