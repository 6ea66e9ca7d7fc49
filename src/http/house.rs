//! What requests are answered from: one world, its store, and the policy in force there.

use crate::approval::Desk;
use crate::domain::principal::Tenant;
use crate::gate::CurrentPolicy;
use crate::http::Proofs;
use crate::journal::{Heads, Journal, Lookout};
use crate::store::Store;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Everything that the pages and the API work with; built once by whoever serves.
#[derive(Debug)]
pub struct House {
    /// What must survive.
    pub store: Arc<dyn Store>,
    /// The record.
    pub journal: Journal,
    /// Where questions are answered.
    pub desk: Desk,
    /// Signs where the record stands.
    pub heads: Heads,
    /// Where verification of the record stands.
    pub lookout: Arc<Lookout>,
    /// The policy in force.
    pub policy: CurrentPolicy,
    /// In which world. Users of others are nobody here.
    pub tenant: Tenant,
    /// Our home, for what lies beside the store.
    pub home: PathBuf,
    /// Where we listen.
    pub at: SocketAddr,
    /// The lease of our listening: logins and links count at the console of their lease alone.
    pub lease: String,
    /// What finding out who asks keeps in memory.
    pub proofs: Proofs,
}

impl House {
    /// Signs where the journal stands after something was decided. What was decided stays so when it cannot be signed.
    pub(in crate::http) async fn sign_head(&self) {
        let signed = match self.store.head().await {
            Ok(head) => self.heads.sign(&head).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = signed {
            tracing::error!("the journal's head could not be signed: {error}");
        }
    }
}
