//! What is spoken over HTTP: on loopback only, to programs of this machine that say which host they mean.
//!
//! A page in a browser can make it send requests to any address; it cannot make it leave out `Origin` or lie in `Host`. So
//! whatever names another host than ours, or comes from a page, is refused before it is read.

mod guard;
pub mod opa;

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
