//! Plans that were validated, and the use of a yes to one.

use async_trait::async_trait;

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Plans {}
