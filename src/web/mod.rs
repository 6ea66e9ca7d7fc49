//! What every listener of ours has in common: where it may listen, whom it hears, and within which bounds.
//!
//! It knows nothing of what is asked and answers nothing by itself but refusals. `http` and `mcp` stand on it and not on
//! each other: people and agents come through the same guard, and no road of one leads to the other.

mod bearer;
pub(crate) mod guard;
pub(crate) mod listener;
pub(crate) mod refusals;
pub(crate) mod refused;

pub(crate) use bearer::token_of;

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
