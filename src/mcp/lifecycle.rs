//! The lifecycle of both protocol eras, left to rmcp: `initialize`, `server/discover`, `ping`.
//!
//! rmcp sits behind a transport of ours: typed messages in, its answers into the front's one queue. It never
//! sees a call, a listing or a server.

use crate::mcp::front::Front;
use rmcp::model::{Implementation, JsonRpcMessage, ServerCapabilities, ServerConfig, ServerResult};
use rmcp::service::{RoleServer, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::{ServerHandler, ServiceExt as _};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::mpsc;

/// rmcp's end of the pipe.
struct Inner {
    front: Arc<Front>,
    messages: mpsc::Receiver<RxJsonRpcMessage<RoleServer>>,
}

impl Transport<RoleServer> for Inner {
    type Error = Infallible;

    // Everything happens before the future: rmcp calls `send` in order but runs the futures as tasks.
    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Infallible>> + Send + 'static {
        let id = match &message {
            JsonRpcMessage::Response(response) => {
                if let ServerResult::InitializeResult(_) = &response.result {
                    self.front.shook_hands();
                }
                serde_json::to_string(&response.id).ok()
            }
            JsonRpcMessage::Error(error) => {
                error.id.as_ref().and_then(|id| serde_json::to_string(id).ok())
            }
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
        };
        if let Ok(mut line) = serde_json::to_vec(&message) {
            line.push(b'\n');
            match id {
                // One that was taken back is answered to nobody.
                Some(id) => {
                    if let Some(out) = self.front.settle(&id) {
                        out.answer(line);
                    }
                }
                None => self.front.send(line),
            }
        }
        std::future::ready(Ok(()))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.messages.recv().await
    }

    async fn close(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// What we say of ourselves.
#[derive(Debug, Clone)]
struct Ours {
    instructions: String,
}

impl ServerHandler for Ours {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_tool_list_changed()
            .enable_prompts()
            .enable_resources()
            .enable_completions()
            .enable_tasks()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("countersign", env!("CARGO_PKG_VERSION")))
            .with_instructions(self.instructions.clone())
    }
}

/// Runs rmcp's server until its messages end. A client that only makes calls never opens it; that is an
/// end like any other.
pub(in crate::mcp) async fn run(
    front: Arc<Front>,
    messages: mpsc::Receiver<RxJsonRpcMessage<RoleServer>>,
    instructions: String,
) {
    match (Ours { instructions }).serve(Inner { front, messages }).await {
        Ok(running) => {
            if let Err(error) = running.waiting().await {
                tracing::debug!("the lifecycle server ended: {error}");
            }
        }
        Err(error) => tracing::debug!("the lifecycle server did not start: {error}"),
    }
}
