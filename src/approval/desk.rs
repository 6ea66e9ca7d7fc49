//! The desk where questions are put, waited for and answered.

use crate::approval::{Token, TokenKind};
use crate::domain::approval::{Answer, Approval, Decider, State, Subject};
use crate::domain::call::Call;
use crate::domain::digest::Digest;
use crate::domain::entry::Draft;
use crate::domain::id::{ApprovalId, CorrelationId};
use crate::domain::principal::{Principal, Proof, Role, Tenant};
use crate::domain::quorum::Needs;
use crate::domain::remembered::Wish;
use crate::domain::ruling::{Ruling, Tier};
use crate::store::{Asked, Decision, NotDecided, Question, Store, StoreError, User};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long questions and answers live.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Milliseconds in which a question can be answered.
    pub answer_within: i64,
    /// Milliseconds that a yes lives.
    pub yes_life: i64,
}

/// Somebody who showed that he may decide. Made only from a proof.
#[derive(Debug, Clone)]
pub struct Approver {
    decider: Decider,
    max_tier: Tier,
    token: Option<Digest>,
}

impl Approver {
    /// A person who typed his answer at a terminal that no agent's process stands behind; the caller checked
    /// both.
    #[must_use]
    pub fn at_terminal(os_user: &str) -> Self {
        let principal = Principal::new(Role::Admin, os_user);
        Self {
            decider: Decider { principal, proof: Proof::Terminal },
            max_tier: Tier::GRAVE,
            token: None,
        }
    }

    /// The user of a presented API token; `None` when his role does not decide. `max_tier` bounds what may be
    /// answered over the channel it came by.
    #[must_use]
    pub fn by_token(user: &User, token: Digest, max_tier: Tier) -> Option<Self> {
        (user.role == Role::Admin).then(|| Self {
            decider: Decider {
                principal: Principal::new(user.role, user.name.clone()),
                proof: Proof::ApiToken,
            },
            max_tier,
            token: Some(token),
        })
    }

    /// The user who signed a request with his signing secret; `None` when his role does not decide. `token` is the hash of
    /// his API token, by which it is seen whether he counts still.
    #[must_use]
    pub fn by_signature(user: &User, token: Digest) -> Option<Self> {
        (user.role == Role::Admin).then(|| Self {
            decider: Decider {
                principal: Principal::new(user.role, user.name.clone()),
                proof: Proof::SignedRequest,
            },
            max_tier: Tier::GRAVE,
            token: Some(token),
        })
    }

    /// Whoever logged in to the console; `None` when his role does not decide. `token` is the API token that he logged in
    /// with, where it was one.
    #[must_use]
    pub fn by_login(principal: &Principal, token: Option<Digest>) -> Option<Self> {
        (principal.role == Role::Admin).then(|| Self {
            decider: Decider { principal: principal.clone(), proof: Proof::Console },
            max_tier: Tier::GRAVE,
            token,
        })
    }

    /// The asking client's own user, as the client says. Nothing proves that he is there or who he is, so his name says just
    /// that (no user can be called so), his role does not decide by itself, and he never reaches tier 3. `up_to` is what an
    /// admin allowed this client.
    #[must_use]
    pub fn by_client(up_to: Tier) -> Self {
        Self {
            decider: Decider {
                principal: Principal::new(Role::Operator, CLIENT),
                proof: Proof::Client,
            },
            max_tier: up_to.min(Tier::WRITE),
            token: None,
        }
    }

    /// Who it is.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.decider.principal
    }

    /// The hash of the API token that he proved himself with, where it was one; it must count still.
    #[must_use]
    pub fn token(&self) -> Option<Digest> {
        self.token
    }

    /// How grave a question he may answer here at most.
    #[must_use]
    pub fn max_tier(&self) -> Tier {
        self.max_tier
    }

    /// By what proof.
    #[must_use]
    pub fn proof(&self) -> Proof {
        self.decider.proof
    }

    /// His answer to one question, with everything that must hold for it.
    #[must_use]
    pub fn decision(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        answer: Answer,
        shown: Option<Digest>,
    ) -> Decision {
        Decision {
            tenant: tenant.clone(),
            id,
            answer,
            by: self.decider.clone(),
            shown,
            max_tier: self.max_tier,
            token: self.token,
            wish: None,
            state: None,
        }
    }
}

/// The name under which a client's own user decides, wherever a name is shown.
const CLIENT: &str = "client (unproven)";

/// How waiting ended.
#[derive(Debug, Clone)]
pub enum Ended {
    /// The row is pending no more.
    Decided(Box<Approval>),
    /// The time to wait is over; the row is still pending.
    StillPending(Box<Approval>),
    /// There is no such row any more.
    Gone,
}

/// Milliseconds after which a waiter looks at its row even if nothing woke it.
const LOOK: u64 = 60_000;

/// Puts questions and takes answers.
#[derive(Debug, Clone)]
pub struct Desk {
    store: Arc<dyn Store>,
    terms: Terms,
}

impl Desk {
    /// A desk over this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, terms: Terms) -> Self {
        Self { store, terms }
    }

    /// The store it works on.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// How long questions and answers live here.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Puts a question, or finds the live row of an equal one.
    ///
    /// # Errors
    /// Those of the store; the call must then be refused.
    pub async fn ask(
        &self,
        call: Call,
        subject: Subject,
        ruling: Ruling,
        correlation: CorrelationId,
        row: Draft,
        needs: Needs,
    ) -> Result<Asked, StoreError> {
        self.store.ask(self.question(call, subject, ruling, correlation, row, needs)).await
    }

    /// A question under the terms of this desk.
    #[must_use]
    pub fn question(
        &self,
        call: Call,
        subject: Subject,
        ruling: Ruling,
        correlation: CorrelationId,
        row: Draft,
        needs: Needs,
    ) -> Question {
        Question {
            call,
            subject,
            ruling,
            answer_within: self.terms.answer_within,
            yes_life: self.terms.yes_life,
            needs,
            correlation,
            row,
            also: Vec::new(),
        }
    }

    /// Waits until the row fits `done`, but no longer than `until`. The row decides, hints only wake.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn wait(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        until: Instant,
        done: impl Fn(&Approval) -> bool + Send,
    ) -> Result<Ended, StoreError> {
        let mut changes = self.store.changes();
        loop {
            let Some(approval) = self.store.approval(tenant, id).await? else {
                return Ok(Ended::Gone);
            };
            if done(&approval) {
                return Ok(Ended::Decided(Box::new(approval)));
            }
            let now = Instant::now();
            if now >= until {
                return Ok(Ended::StillPending(Box::new(approval)));
            }
            // A deadline passes without any commit, so look at least when it is due.
            let due = match approval.state {
                State::Pending => Some(approval.answer_by),
                State::Approved => approval.run_by,
                State::Consumed | State::Denied | State::Expired | State::Cancelled => None,
            };
            let left = match due {
                Some(due) => due.since(self.store.now().await?).max(0).unsigned_abs(),
                None => LOOK,
            };
            let look = until.min(now + Duration::from_millis(left.saturating_add(5).min(LOOK)));
            tokio::select! {
                () = changes.changed() => {}
                () = tokio::time::sleep_until(look) => {}
            }
        }
    }

    /// Whether he may decide now: a token may have been revoked since he showed it. Deciding looks again, in its own
    /// transaction; this is for what he is shown.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn still_decides(&self, tenant: &Tenant, by: &Approver) -> Result<bool, StoreError> {
        let Some(token) = by.token else { return Ok(true) };
        let user = self.store.user_by_token(token).await?;
        Ok(user.is_some_and(|user| user.role == Role::Admin && user.tenant == *tenant))
    }

    /// Says yes, to exactly this call, once.
    ///
    /// # Errors
    /// Those of the store. A refusal is `Ok(Err(_))`.
    pub async fn approve(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Approver,
        reason: Option<String>,
        shown: Option<Digest>,
    ) -> Result<Result<Approval, NotDecided>, StoreError> {
        self.decide(tenant, id, by, Answer::Approve { reason, token: None }, shown, None).await
    }

    /// Says no.
    ///
    /// # Errors
    /// Those of the store. A refusal is `Ok(Err(_))`.
    pub async fn deny(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Approver,
        reason: Option<String>,
    ) -> Result<Result<Approval, NotDecided>, StoreError> {
        self.decide(tenant, id, by, Answer::Deny { reason }, None, None).await
    }

    /// Says yes and gives the bearer token that must be presented before it counts.
    ///
    /// # Errors
    /// Those of the store, and a system without randomness. A refusal is `Ok(Err(_))`.
    pub async fn mint(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Approver,
        reason: Option<String>,
    ) -> Result<Result<(Approval, Token), NotDecided>, StoreError> {
        let token = Token::generate(TokenKind::Answer)
            .map_err(|e| StoreError::Unusable(format!("no randomness for a token: {e}")))?;
        let answer = Answer::Approve { reason, token: Some(token.hash()) };
        let decided = self.decide(tenant, id, by, answer, None, None).await?;
        Ok(decided.map(|approval| (approval, token)))
    }

    /// Says yes or no, and keeps the answer if all who had to say so wish the same.
    ///
    /// # Errors
    /// Those of the store. A refusal is `Ok(Err(_))`.
    pub async fn decide(
        &self,
        tenant: &Tenant,
        id: ApprovalId,
        by: &Approver,
        answer: Answer,
        shown: Option<Digest>,
        wish: Option<Wish>,
    ) -> Result<Result<Approval, NotDecided>, StoreError> {
        let decision = by.decision(tenant, id, answer, shown);
        self.store.decide(Decision { wish, ..decision }).await
    }
}
