//! Network policies that were recommended, by run and service.

use crate::domain::entry::Draft;
use crate::domain::id::{NetworkPolicyId, RunId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::network::Recommendation;
use crate::store::StoreError;
use async_trait::async_trait;
use serde::Serialize;

type Result<T> = std::result::Result<T, StoreError>;

/// How many recommendations one principal may have kept.
pub const MOST_OF_ONE: usize = 20_000;

/// Recommendations as they are kept: all of them, or none.
#[derive(Debug, Clone)]
pub struct NewNetworkPolicies {
    /// In which world.
    pub tenant: Tenant,
    /// Whose.
    pub principal: Principal,
    /// The run they belong to, which must be the same principal's.
    pub run: Option<RunId>,
    /// What is recommended.
    pub recommendations: Vec<Recommendation>,
    /// The `network.recommended` row.
    pub row: Draft,
}

/// Why nothing was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// There is no such run of this principal.
    NoSuchRun,
    /// Its principal would have more than [`MOST_OF_ONE`].
    TooMany,
}

/// Which recommendations.
#[derive(Debug, Clone)]
pub struct NetworkFilter {
    /// Of this tenant.
    pub tenant: Tenant,
    /// Kept by this principal; `None` for everybody's.
    pub principal: Option<Principal>,
    /// Of this run.
    pub run: Option<RunId>,
    /// With this service at either end: `namespace/name`, an address, or a name alone.
    pub service: Option<String>,
    /// At most this many, newest first.
    pub limit: usize,
}

/// A recommendation that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPolicy {
    /// Which one.
    pub id: NetworkPolicyId,
    /// Whose.
    pub principal: Principal,
    /// Of which run.
    pub run: Option<RunId>,
    /// When it was kept.
    pub at: Millis,
    /// What it says.
    pub recommendation: Recommendation,
}

/// A kept recommendation as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyView<'a> {
    /// Which one.
    pub id: NetworkPolicyId,
    /// Of which run.
    pub run_id: Option<RunId>,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was kept.
    pub at: String,
    /// What it says.
    #[serde(flatten)]
    pub recommendation: &'a Recommendation,
}

impl KeptPolicy {
    /// As it is shown.
    #[must_use]
    pub fn view(&self) -> PolicyView<'_> {
        PolicyView {
            id: self.id,
            run_id: self.run,
            requested_by: self.principal.to_string(),
            at: self.at.rfc3339(),
            recommendation: &self.recommendation,
        }
    }
}

/// Verbs of this subject; each is one transaction with its journal rows.
#[async_trait]
pub trait Networks {
    /// Keeps recommendations. One for the same connection, service or namespace, run and principal takes the place of the
    /// older one.
    async fn save_network_policies(
        &self,
        new: NewNetworkPolicies,
    ) -> Result<std::result::Result<usize, NotKept>>;

    /// Recommendations, newest first; those of one time in the order in which they were kept.
    async fn network_policies(&self, filter: NetworkFilter) -> Result<Vec<KeptPolicy>>;
}
