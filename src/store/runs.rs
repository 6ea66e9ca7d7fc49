//! Runs: made once for a key, begun by one process at a time, each step at most once.

use async_trait::async_trait;

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Runs {}
