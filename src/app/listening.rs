//! A process that listens for people says where, for as long as it lives, so that no agent can send anything there.

use crate::app::App;
use crate::domain::id::SessionId;
use crate::store::lease::{self, Lease};
use crate::store::{Store, StoreError};
use std::net::SocketAddr;
use std::sync::Arc;

/// Told addresses; taken back by [`Listening::end`], or void when the process dies.
#[derive(Debug)]
pub struct Listening {
    store: Arc<dyn Store>,
    id: SessionId,
    addresses: Vec<String>,
    _lease: Option<Lease>,
}

impl Listening {
    /// Tells them, and forgets those of processes that died.
    ///
    /// # Errors
    /// Those of the store; nobody must be answered then.
    pub async fn tell(app: &App, addresses: &[SocketAddr]) -> Result<Self, StoreError> {
        let (store, id) = (Arc::clone(&app.store), SessionId::new());
        let durable = store.is_durable();
        let lease = durable.then(|| Lease::of_listener(&app.home, id)).transpose()?;
        for (address, other) in store.listeners().await? {
            if durable && lease::is_deaf(&app.home, &other) {
                store.deaf(&address, &other).await?;
            }
        }
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        for address in &addresses {
            store.listens(address, &id.to_string()).await?;
        }
        Ok(Self { store, id, addresses, _lease: lease })
    }

    /// The name of our lease: what is bound to it is worth nothing once we have ended.
    #[must_use]
    pub fn lease(&self) -> String {
        self.id.to_string()
    }

    /// Nobody is answered there any more, and no login to what was there counts.
    ///
    /// # Errors
    /// Those of the store; with the end of the process the addresses are void all the same.
    pub async fn end(self) -> Result<(), StoreError> {
        for address in &self.addresses {
            self.store.deaf(address, &self.id.to_string()).await?;
        }
        Ok(())
    }
}
