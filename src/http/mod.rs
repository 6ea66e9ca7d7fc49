//! What is spoken over HTTP, on loopback only: the API and the console for people, and OPA's data API for programs.
//!
//! A request passes `guard` (which host, from which page), then `proof` (who sends it), then its handler, which takes a `Who`
//! and asks it. What both the API and the pages do is one function in `act`.

mod act;
mod api;
mod console;
mod fields;
mod guard;
mod house;
pub mod opa;
mod proof;
mod refused;
mod server;
mod who;

pub use house::House;
pub use proof::Proofs;
pub use server::serve;

use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Why nothing listens.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Everybody on the network could ask.
    #[error("`{0}` is not a loopback address; the listener is for programs of this machine only")]
    NotLoopback(SocketAddr),
    /// The system does not let us.
    #[error("cannot listen on `{0}`: {1}")]
    Bind(SocketAddr, std::io::Error),
}

/// Opens a listener on a loopback address; port 0 takes any that is free.
///
/// # Errors
/// [`ListenError`]
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ListenError> {
    if !address.ip().is_loopback() {
        return Err(ListenError::NotLoopback(address));
    }
    TcpListener::bind(address).await.map_err(|error| ListenError::Bind(address, error))
}
