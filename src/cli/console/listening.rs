//! Where consoles of this home listen: told in the store, and true only while the process that told it holds its lease.

use crate::app::App;
use crate::domain::id::SessionId;
use crate::store::Store;
use crate::store::lease::{self, Holder, Lease};
use anyhow::Result;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A console that is known to listen, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    store: Arc<dyn Store>,
    at: String,
    _lease: Lease,
}

impl Listening {
    /// Tells it.
    ///
    /// # Errors
    /// When the lease cannot be taken, and those of the store.
    pub(crate) async fn tell(app: &App, at: SocketAddr) -> Result<Self> {
        let id = SessionId::new();
        let holder = Holder {
            session: id,
            pid: std::process::id(),
            parent_pid: std::os::unix::process::parent_id(),
        };
        let lease = Lease::take(&folder(&app.home), &holder)?;
        let at = at.to_string();
        app.store.listens(&at, &id.to_string()).await?;
        Ok(Self { store: Arc::clone(&app.store), at, _lease: lease })
    }

    /// Takes it back.
    pub(crate) async fn end(self) {
        if let Err(error) = self.store.deaf(&self.at).await {
            tracing::warn!("that the console listens no more could not be kept: {error}");
        }
    }
}

/// Whether a console of this home listens there now.
///
/// # Errors
/// Those of the store.
pub(crate) async fn is_ours(app: &App, at: SocketAddr) -> Result<bool> {
    let (at, folder) = (at.to_string(), folder(&app.home));
    let told = app.store.listeners().await?;
    let lease = told.into_iter().find(|(address, _)| *address == at).map(|(_, lease)| lease);
    let id = lease.and_then(|lease| SessionId::parse(&lease));
    Ok(id.is_some_and(|id| !lease::is_dead(&folder, id)))
}

/// Not among the leases of gateways: those stand for agents, and nobody below their parents decides at a terminal.
fn folder(home: &Path) -> PathBuf {
    home.join("console")
}
