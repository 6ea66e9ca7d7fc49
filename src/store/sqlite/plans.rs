//! Plans: what was validated, and the use of a yes to one.

use crate::store::plans::Plans;
use crate::store::sqlite::SqliteStore;
use async_trait::async_trait;

#[async_trait]
impl Plans for SqliteStore {}
