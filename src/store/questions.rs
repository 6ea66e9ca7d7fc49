//! Questions a page at a time.

use crate::domain::approval::{Approval, State};
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use async_trait::async_trait;

/// Which questions, newest first.
#[derive(Debug, Clone)]
pub struct PageFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// In these states; empty for all.
    pub states: Vec<State>,
    /// Asked by this principal.
    pub principal: Option<Principal>,
    /// Only those asked before this one, which must be one of `tenant` and `principal`: else there are none.
    pub before: Option<ApprovalId>,
    /// At most this many.
    pub limit: usize,
    /// No further question once the arguments of those read have this many bytes; one is given however long it is.
    pub bytes: usize,
}

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The questions, newest first.
    pub rows: Vec<Approval>,
    /// Whether there are more after it.
    pub more: bool,
}

/// Verbs of this subject.
#[async_trait]
pub trait Questions {
    /// A page of questions; due rows are seen as expired (and made so).
    async fn questions(&self, filter: PageFilter) -> Result<Page, StoreError>;
}
