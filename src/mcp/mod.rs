//! What an MCP client sees: one session over stdio from its first line to its last, or many over HTTP ([`remote`]).
//!
//! stdout carries messages and nothing else. rmcp keeps the lifecycle of both protocol eras; calls, listings
//! and reads take the road of [`front`] into the gate.

mod answer;
mod caller;
mod dispatch;
pub mod front;
mod lifecycle;
mod lists;
mod queue;
mod relay;
pub mod remote;
mod request;
mod roads;
pub mod stdio;
mod subscription;
mod ticket;
pub mod tools;
mod under_way;

pub use front::{Duty, Front};
pub use relay::ToClient;

use crate::domain::principal::Principal;
use crate::mcp::answer::error_line;
use crate::mcp::queue::{Queue, Queued, queue};
use crate::mcp::stdio::{Input, LINE_MAX, Line, Lines, Output};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long calls that were already sent may still bring their answers once the client has left.
const GRACE: Duration = Duration::from_secs(5);

/// What agents are told at the start.
pub const INSTRUCTIONS: &str = "Calls that change something wait for a person's yes before they run. A call that \
     waits answers `NOT EXECUTED, waiting for a yes` with an approval id: tell the user, then call `resume_call` \
     with that id once. A refusal is final; do not look for another way to the same effect.";

/// The queue of lines to the client, made before the front that writes to it.
#[derive(Debug)]
pub struct Pipe {
    /// The near end.
    pub out: Queue,
    lines: Queued,
}

impl Default for Pipe {
    fn default() -> Self {
        let (out, lines) = queue();
        Self { out, lines }
    }
}

/// Serves one client until its input ends, then brings what is under way to its end.
pub async fn serve(front: Arc<Front>, lines: Pipe, input: Input, output: Output) {
    let Pipe { out, lines: queue } = lines;
    let writer = tokio::spawn(stdio::write(output, queue));
    let (to_rmcp, messages) = mpsc::channel(64);
    let lifecycle = tokio::spawn(lifecycle::run(front.clone(), messages, INSTRUCTIONS.to_owned()));
    let mut lines = Lines::new(input);
    loop {
        front.room().await;
        match lines.next().await {
            Ok(Some(Line::Text(line))) => {
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                if let Some(message) = front.take(line, &out) {
                    if to_rmcp.send(message).await.is_err() {
                        tracing::debug!("the lifecycle server is gone; its messages are dropped");
                    }
                    front.settled().await;
                }
            }
            Ok(Some(Line::TooLong)) => {
                let why = format!("a line may have at most {LINE_MAX} bytes");
                front.send(error_line(None, -32600, &why, None));
            }
            Ok(None) => break,
            Err(error) => {
                tracing::warn!("the client's pipe broke: {error}");
                break;
            }
        }
    }
    front.gate.left().cancel();
    front.tasks.close();
    if tokio::time::timeout(GRACE, front.tasks.wait()).await.is_err() {
        tracing::warn!("calls under way did not end in time; their outcomes count as unknown");
    }
    drop(to_rmcp);
    let _ = tokio::time::timeout(GRACE, lifecycle).await;
    let _ = tokio::time::timeout(GRACE, front.gate.drain()).await;
    // The writer ends when the last sender is gone; a client that does not read must not keep us.
    drop((front, out));
    let _ = tokio::time::timeout(GRACE, writer).await;
}

impl Front {
    /// Learns what the servers offer, beside everything else.
    pub async fn learn(self: &Arc<Self>, principal: &Principal) {
        for member in self.gate.fleet().members() {
            self.gate.recall(member).await;
        }
        let all = self.gate.fleet().members().map(|member| async move {
            if let Err(refusal) = self.gate.refresh(member, principal).await {
                tracing::warn!("{}", refusal.text);
            }
        });
        futures_util::future::join_all(all).await;
    }

    /// A server said that its tools changed: asks again and tells the client.
    pub async fn relearn(self: &Arc<Self>, server: &str, principal: &Principal) {
        let Some(member) = self.gate.fleet().get(server) else { return };
        match self.gate.refresh(&member, principal).await {
            Ok(()) => self.notify(front::TOOLS_CHANGED),
            Err(refusal) => tracing::warn!("{}", refusal.text),
        }
    }
}
