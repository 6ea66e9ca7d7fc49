//! Who sends a request: the name a client gives itself, made into a principal.

use crate::domain::principal::{Principal, Role};
use crate::journal::Passed;
use crate::mcp::answer::Era;
use crate::mcp::front::Duty;
use crate::mcp::queue::Queue;
use tokio_util::sync::CancellationToken;

/// Who sent one request, and how he is to be answered.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The request's id as JSON text.
    pub id: String,
    /// The era it belongs to.
    pub era: Era,
    /// Who asks.
    pub principal: Principal,
    /// The client's name as it gave it.
    pub client: String,
    /// The token for its progress, as JSON text.
    pub progress: Option<String>,
    /// What goes on of its `_meta`.
    pub passed: Passed,
    /// Cancelled when the client takes the request back.
    pub cancel: CancellationToken,
    /// Cancelled with it, and when nobody listens to the answer any more.
    pub gone: CancellationToken,
    /// Where everything goes that belongs to the request.
    pub out: Queue,
}

/// The principal of a client: `<os user>/<client name>`, told plainly. Nothing proves the name: it tells clients apart
/// that mean well, and whoever starts a session on this user's behalf can give another's. Inside one session the first name
/// stays (`front.rs`).
pub(in crate::mcp) fn principal(duty: &Duty, os_user: &str, client: &str) -> Principal {
    if let Duty::Approver(approver) = duty {
        return approver.principal().clone();
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "._- ".contains(c);
    let name: String = client.chars().take(64).map(|c| if plain(c) { c } else { '_' }).collect();
    let name = if name.trim().is_empty() { "unnamed" } else { name.trim() };
    Principal::new(Role::Agent, format!("{os_user}/{name}"))
}
