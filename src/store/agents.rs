//! The board of agents: who works here, how each fares, across processes.

use async_trait::async_trait;

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Agents {}
