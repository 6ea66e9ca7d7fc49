//! Network policies that were recommended, by run and service.

use async_trait::async_trait;

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Networks {}
