//! The board of agents: who works here, how each fares, across processes.
//!
//! Two kinds stand on it. Agents register by hand and tell how they fare; who is silent for [`STALE_AFTER`] is not
//! listed any more. Every open session that serves an agent is there by itself, and how it fares is read from what
//! the store holds of it: nobody reports that.

use crate::domain::agent::{AgentAction, AgentName, AgentStatus, BoardAgent, Score};
use crate::domain::id::{AgentId, SessionId};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::MINUTE;
use crate::store::StoreError;
use async_trait::async_trait;

/// An agent that registered is forgotten when it was silent for so long.
pub const STALE_AFTER: i64 = 15 * MINUTE;

/// How many agents one principal may have registered at a time.
pub const MOST_OF_ONE: usize = 100;

/// How many agents of each kind a board shows: those that were heard of last.
pub const MOST_SHOWN: usize = 1_000;

type Result<T> = std::result::Result<T, StoreError>;

/// Who changes the board. Only what the same principal registered in the same world is his.
#[derive(Debug, Clone)]
pub struct Registrant {
    /// In which world.
    pub tenant: Tenant,
    /// Who.
    pub principal: Principal,
    /// Through which session.
    pub session: SessionId,
}

/// What an agent tells of itself. What it leaves out stays as it was.
#[derive(Debug, Clone)]
pub struct AgentNews {
    /// How it fares.
    pub status: AgentStatus,
    /// What it does.
    pub action: Option<AgentAction>,
    /// How well.
    pub score: Option<Score>,
}

/// Why an agent was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRegistered {
    /// Its principal has [`MOST_OF_ONE`] already.
    TooMany,
}

/// Verbs of this subject; each is one transaction with its journal row.
#[async_trait]
pub trait Agents {
    /// Puts an agent on the board, idle; without a name it is `Agent_` and the first eight digits of its id.
    async fn register_agent(
        &self,
        by: &Registrant,
        name: Option<AgentName>,
    ) -> Result<std::result::Result<BoardAgent, NotRegistered>>;

    /// Writes down how an agent fares. `None` when there is none of this id, or it is another's.
    async fn update_agent(
        &self,
        by: &Registrant,
        id: AgentId,
        news: AgentNews,
    ) -> Result<Option<BoardAgent>>;

    /// Takes an agent off the board and answers how it stood there last. `None` as for an update.
    async fn unregister_agent(&self, by: &Registrant, id: AgentId) -> Result<Option<BoardAgent>>;

    /// Everybody on the board of this tenant, whoever was heard of last first.
    async fn board(&self, tenant: &Tenant) -> Result<Vec<BoardAgent>>;
}
