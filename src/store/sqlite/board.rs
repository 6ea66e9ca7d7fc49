//! The board of agents.

use crate::store::agents::Agents;
use crate::store::sqlite::SqliteStore;
use async_trait::async_trait;

#[async_trait]
impl Agents for SqliteStore {}
