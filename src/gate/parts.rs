//! What a gate is made of, for whoever stands around it.

use crate::approval::Desk;
use crate::domain::digest::Digest;
use crate::domain::id::SessionId;
use crate::domain::principal::{Role, Tenant};
use crate::gate::{Fleet, Gate, InForce, Tasks};
use crate::journal::Journal;
use crate::store::StoreError;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A token, and whose it is.
#[derive(Debug, Clone)]
pub(in crate::gate) struct Shown {
    token: Digest,
    user: Arc<str>,
}

impl Gate {
    /// The same gate, which finds by the leases in this home that a process is gone.
    #[must_use]
    pub fn with_leases(mut self, home: PathBuf) -> Self {
        self.leases = Some(home);
        self
    }

    /// The same gate for another session of this process. It has left when this one has.
    #[must_use]
    pub fn for_session(&self, session: SessionId) -> Self {
        let (recording, tasks) = (TaskTracker::new(), Arc::default());
        Self { session, recording, tasks, ..self.for_request() }
    }

    /// The same gate and session for one request of many, which may be left alone.
    #[must_use]
    pub fn for_request(&self) -> Self {
        Self {
            journal: self.journal.clone(),
            desk: self.desk.clone(),
            policy: Arc::clone(&self.policy),
            fleet: Arc::clone(&self.fleet),
            tenant: self.tenant.clone(),
            session: self.session,
            left: self.left.child_token(),
            recording: self.recording.clone(),
            leases: self.leases.clone(),
            claims: Arc::clone(&self.claims),
            tasks: Arc::clone(&self.tasks),
            token: self.token.clone(),
        }
    }

    /// The same gate for whoever shows this token, which is this user's, with the tasks of all its sessions.
    #[must_use]
    pub fn for_token(mut self, token: Digest, user: &str, tasks: Arc<Tasks>) -> Self {
        self.tasks = tasks;
        self.token = Some(Shown { token, user: user.into() });
        self
    }

    /// The user of the token that whoever sends here shows; `None` where none is shown.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.token.as_ref().map(|shown| &*shown.user)
    }

    /// Whether whoever sends here still may: a token can be taken away while a call of its waits.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn may_send(&self) -> Result<bool, StoreError> {
        let Some(&Shown { token, .. }) = self.token.as_ref() else { return Ok(true) };
        let user = self.desk.store().user_by_token(token).await?;
        // A user of another world is nobody in this one.
        Ok(user.is_some_and(|user| user.role == Role::Agent && user.tenant == self.tenant))
    }

    /// Whether what waited for a yes must not be sent any more: looked at right before it would be.
    pub(in crate::gate) async fn has_left(&self, gone: &CancellationToken) -> bool {
        let may_send = self.may_send().await.unwrap_or_else(|error| {
            tracing::error!("{error}");
            false
        });
        !may_send || gone.is_cancelled() || self.left.is_cancelled()
    }

    /// Cancelled by the front when the client has left.
    #[must_use]
    pub fn left(&self) -> &CancellationToken {
        &self.left
    }

    /// The desk, for the tools that show and cancel questions.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The journal, for tools that write down what they found.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The configuration in force and what was compiled of it.
    ///
    /// # Errors
    /// Those of the store; whatever was to be done must then be refused.
    pub async fn in_force(&self) -> Result<Arc<InForce>, StoreError> {
        self.policy.in_force().await
    }

    /// The servers behind us.
    #[must_use]
    pub fn fleet(&self) -> &Arc<Fleet> {
        &self.fleet
    }

    /// The sealed world this gate works in.
    #[must_use]
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The session this gate serves.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.session
    }
}
