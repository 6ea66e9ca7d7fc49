//! Roads to an answer that lead through the asking client itself: its own user is asked while the call is held, or between
//! two requests, or the client is given a task to look after.
//!
//! Nothing proves that a person is behind a client's answer. So none of this decides unless the configuration in force allows
//! that client by name and tier (and, where clients show tokens, the token's user), the answer says of itself that it is unproven, and the store looks at all of it again when
//! it decides. Whatever fails here leaves the question to the other roads: a terminal, the console, an approver's program.

mod back;
mod seal;
mod tasks;

pub use back::{CameBack, Returns};
pub use tasks::Tasks;

use crate::approval::Approver;
use crate::config::OnAsk;
use crate::domain::approval::{Answer, Approval, State, Subject};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::ruling::Tier;
use crate::gate::{Gate, Reply, Told};
use crate::store::{NotDecided, StoreError};
use async_trait::async_trait;
use serde_json::json;

/// A client that can carry a question.
#[derive(Debug)]
pub struct Road {
    /// What it calls itself: the name by which the configuration allows it.
    pub client: String,
    /// How it carries.
    pub way: Way,
}

/// Writes the result that hands a question out as a task; `None` where no more can be looked after.
pub type HandOut = Box<dyn Fn(&Approval) -> Option<String> + Send + Sync>;

/// How a client carries a question.
pub enum Way {
    /// Its user is asked while the call is held.
    Held(Box<dyn Asks>),
    /// Its user is asked between two requests.
    Returns(Returns),
    /// It is given a task.
    Task(HandOut),
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Held(_) => "Held",
            Self::Returns(_) => "Returns",
            Self::Task(_) => "Task",
        })
    }
}

/// Asks the client's own user.
#[async_trait]
pub trait Asks: Send + Sync {
    /// What he says. Whoever drops this takes the question off his screen.
    async fn ask(&self, approval: &Approval) -> Said;
}

/// What a client's user said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Yes.
    Yes(Option<String>),
    /// No.
    No(Option<String>),
    /// Neither, or nothing that can be read: the question stays open.
    Nothing,
}

impl Gate {
    /// Up to which tier this client's own user may answer, by the configuration in force.
    async fn answers_up_to(&self, client: &str, on_ask: OnAsk) -> Result<Option<Tier>, StoreError> {
        if on_ask != OnAsk::Hold {
            return Ok(None);
        }
        Ok(self.policy.in_force().await?.config.answers_up_to(client, self.user()))
    }

    /// As whom the client's own user may be asked this question; `None` where he may not.
    async fn by_client(
        &self,
        client: &str,
        on_ask: OnAsk,
        approval: &Approval,
    ) -> Option<Approver> {
        let is_open = approval.state == State::Pending
            && approval.subject == Subject::Call
            && approval.quorum.is_plain();
        if !is_open {
            return None;
        }
        match self.answers_up_to(client, on_ask).await {
            Ok(up_to) => {
                up_to.map(Approver::by_client).filter(|by| approval.ruling.tier <= by.max_tier())
            }
            Err(error) => {
                tracing::error!("{error}");
                None
            }
        }
    }

    /// Asks the client's own user while the call is held, and takes his answer. Ends when there is nothing more to hear.
    pub(in crate::gate) async fn ask_client(
        &self,
        road: Option<&Road>,
        on_ask: OnAsk,
        approval: &Approval,
    ) {
        let Some(Road { client, way: Way::Held(asks) }) = road else { return };
        if self.by_client(client, on_ask, approval).await.is_none()
            || !self.asked_client(client, approval).await
        {
            return;
        }
        let said = asks.ask(approval).await;
        // A person takes his time, and an admin may have closed the road meanwhile.
        let taken = match self.by_client(client, on_ask, approval).await {
            Some(by) => self.said_by_client(approval, &by, said, None).await,
            None => self.road_closed(approval).await.map(|()| None),
        };
        match taken {
            Ok(None | Some(Ok(_))) => {}
            // It is on record; the question is another's, or was answered already.
            Ok(Some(Err(why))) => tracing::info!("the client's answer did not count: {why:?}"),
            Err(error) => tracing::error!("the client's answer is lost: {error}"),
        }
    }

    /// Takes an answer of the client's user; `None` when he gave none.
    async fn said_by_client(
        &self,
        approval: &Approval,
        by: &Approver,
        said: Said,
        state: Option<Digest>,
    ) -> Result<Option<Result<Approval, NotDecided>>, StoreError> {
        let answer = match said {
            Said::Yes(reason) => Answer::Approve { reason, token: None },
            Said::No(reason) => Answer::Deny { reason },
            Said::Nothing => return Ok(None),
        };
        let shown = Some(approval.call_digest);
        let mut decision = by.decision(&self.tenant, approval.id, answer, shown);
        decision.state = state;
        self.desk.store().decide(decision).await.map(Some)
    }

    /// Writes down that a client is asked. What is not on record is not asked.
    async fn asked_client(&self, client: &str, approval: &Approval) -> bool {
        let row = Draft {
            body: json!({ "client": client }).to_string().into_bytes(),
            ..self.of_question(EntryType::ClientAsked, approval)
        };
        match self.desk.store().append(vec![row]).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!("the client is not asked: {error}");
                false
            }
        }
    }

    /// Writes down that an answer came by a road that an admin closed; the question stays with the others.
    async fn road_closed(&self, approval: &Approval) -> Result<(), StoreError> {
        let outcome = Some("client_may_not".to_owned());
        let row = self.of_question(EntryType::ApprovalRefused, approval);
        self.desk.store().append(vec![Draft { outcome, ..row }]).await.map(|_| ())
    }

    fn of_question(&self, kind: EntryType, approval: &Approval) -> Draft {
        Draft {
            correlation: Some(approval.correlation),
            session: Some(self.session),
            principal: Some(approval.principal.clone()),
            upstream: Some(approval.upstream.clone()),
            tool: Some(approval.tool.clone()),
            tier: Some(approval.ruling.tier.get()),
            approval: Some(approval.id),
            ..Draft::new(kind, &self.tenant)
        }
    }

    /// Hands a question that was just put to the client instead of holding the call; `None` where it is held as ever.
    pub(in crate::gate) async fn hand_out(
        &self,
        approval: &Approval,
        road: Option<&Road>,
        on_ask: OnAsk,
    ) -> Option<Reply> {
        if approval.state != State::Pending {
            return None;
        }
        let told = |text: String| Reply::Result(Told { text: text.into(), of: None, ours: true });
        let Road { client, way } = road?;
        match way {
            Way::Held(_) => None,
            Way::Task(hand_out) => hand_out(approval).map(told),
            Way::Returns(returns) => {
                self.by_client(client, on_ask, approval).await?;
                let state = self.sealed(approval).await?;
                self.asked_client(client, approval)
                    .await
                    .then(|| told(returns.form(approval, &state)))
            }
        }
    }
}
