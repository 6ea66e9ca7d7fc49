//! The front: owns the pipe's ids, routes every line, and lets nothing through that it did not read.
//!
//! ```text
//! stdin ─> line ─> read once ─┬─ calls, listings, reads ─> a task each ─> gate ─┐
//!                             ├─ lifecycle ─> rmcp ────────────────────────────>├─> one queue ─> stdout
//!                             └─ anything else: an error, or dropped            ┘
//! ```

use crate::approval::Approver;
use crate::config::{Config, OnAsk};
use crate::gate::Gate;
use crate::mcp::answer::{Era, error_line};
use crate::mcp::caller::{Caller, principal};
use crate::mcp::queue::Queue;
use crate::mcp::relay::{Asked, Changed, Kin};
use crate::mcp::request::{self, LEGACY, MODERN, Message, NotAMessage};
use crate::mcp::roads::Carries;
use crate::mcp::ticket::Ticket;
use crate::mcp::under_way::{Open, Owner, Table};
use rmcp::model::{ClientCapabilities, ClientRequest, JsonRpcMessage};
use rmcp::service::{RoleServer, RxJsonRpcMessage};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{SetOnce, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Requests that may be under way at once.
const IN_FLIGHT_MAX: usize = 1_024;
/// How long a handshake may take; it needs no server.
const HANDSHAKE_MAX: Duration = Duration::from_secs(5);
/// Tells that the list of tools changed.
pub(in crate::mcp) const TOOLS_CHANGED: &str = "notifications/tools/list_changed";

/// What a session is for.
#[derive(Debug)]
pub enum Duty {
    /// Serves an agent: calls go through the gate, nothing is decided here.
    Agent,
    /// Serves an approver who came with a token: decides, forwards nothing.
    Approver(Box<Approver>),
}

/// What the legacy handshake settled.
#[derive(Debug, Clone)]
struct Handshake {
    client: String,
    offered: ClientCapabilities,
}

/// The front of one session.
#[derive(Debug)]
pub struct Front {
    pub(in crate::mcp) gate: Gate,
    pub(in crate::mcp) config: Arc<Config>,
    pub(in crate::mcp) duty: Duty,
    pub(in crate::mcp) on_ask: OnAsk,
    os_user: String,
    out: Queue,
    /// The first name that a client gave on this pipe; it stays everybody's name here.
    client: OnceLock<String>,
    pub(in crate::mcp) table: Mutex<Table>,
    offered: Mutex<Option<Handshake>>,
    handshake: SetOnce<Handshake>,
    opened: AtomicBool,
    pub(in crate::mcp) tasks: TaskTracker,
    pub(in crate::mcp) asked: Asked,
    pub(in crate::mcp) changed: Changed,
    pub(in crate::mcp) kin: Kin,
    /// Marked when the list of tools changed, for modern clients that want to know.
    pub(in crate::mcp) tools_changed: watch::Sender<()>,
}

impl Front {
    /// A front that writes its lines to `out`.
    #[must_use]
    pub fn new(
        gate: Gate,
        config: impl Into<Arc<Config>>,
        duty: Duty,
        on_ask: OnAsk,
        os_user: String,
        out: Queue,
    ) -> Self {
        Self {
            gate,
            config: config.into(),
            duty,
            on_ask,
            os_user,
            out,
            client: OnceLock::new(),
            table: Mutex::default(),
            offered: Mutex::default(),
            handshake: SetOnce::new(),
            opened: AtomicBool::new(false),
            tasks: TaskTracker::new(),
            asked: Asked::default(),
            changed: Changed::default(),
            kin: Kin::default(),
            tools_changed: watch::Sender::default(),
        }
    }

    /// The same front, whose tasks are tracked together with those of others.
    #[must_use]
    pub(in crate::mcp) fn with_tasks(mut self, tasks: TaskTracker) -> Self {
        self.tasks = tasks;
        self
    }

    /// Whether the legacy handshake is done.
    pub(in crate::mcp) fn has_shaken_hands(&self) -> bool {
        self.handshake.get().is_some()
    }

    /// Queues a line that belongs to no request. When the writer is gone so is the client, and nobody is left to tell.
    pub(in crate::mcp) fn send(&self, line: Vec<u8>) {
        self.out.send(line);
    }

    /// Waits while the client leaves too much unread.
    pub(in crate::mcp) async fn room(&self) {
        self.out.room().await;
    }

    /// Tells a legacy client of a change; a modern one must not be told what it did not ask to hear (`subscription.rs`).
    pub(in crate::mcp) fn notify(&self, method: &str) {
        if self.has_shaken_hands() {
            let line = format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\"}}\n");
            self.out.send_if_read(line.into_bytes());
        }
        if method == TOOLS_CHANGED {
            self.tools_changed.send_replace(());
        }
        self.kin.notify(method);
    }

    /// Whether the client said at its handshake that it answers this request.
    pub(in crate::mcp) fn client_takes(&self, method: &str) -> bool {
        self.handshake.get().is_some_and(|handshake| match method {
            "elicitation/create" => handshake.offered.elicitation.is_some(),
            "roots/list" => handshake.offered.roots.is_some(),
            _ => false,
        })
    }

    /// rmcp answered `initialize`: what the client said then holds from before it can know.
    pub(in crate::mcp) fn shook_hands(&self) {
        let offered = self.offered.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(offered) = offered {
            let _ = self.handshake.set(offered);
        }
    }

    /// Waits for the end of a handshake that began. Clients may send their first requests without waiting for
    /// its answer, and those must find it settled.
    pub(in crate::mcp) async fn settled(&self) {
        let offered = self.offered.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        if offered && tokio::time::timeout(HANDSHAKE_MAX, self.handshake.wait()).await.is_err() {
            tracing::warn!("the handshake did not end");
        }
    }

    /// One line from the client: handled here, or a message for rmcp. What answers it, and whatever else belongs to it,
    /// goes to `out`: a pipe has one queue for all, a request over HTTP one of its own.
    pub fn take(
        self: &Arc<Self>,
        line: &[u8],
        out: &Queue,
    ) -> Option<RxJsonRpcMessage<RoleServer>> {
        match self.route(line, out) {
            Ok(message) => message,
            Err(NotAMessage { code, why }) => {
                out.answer(error_line(None, code, &why, None));
                None
            }
        }
    }

    fn route(
        self: &Arc<Self>,
        line: &[u8],
        out: &Queue,
    ) -> Result<Option<RxJsonRpcMessage<RoleServer>>, NotAMessage> {
        let tree = request::read(line)?;
        let message = request::envelope(&tree)?;
        match (&message.id, message.method) {
            (Some(id), Some(method)) => self.request(line, id, method, &message, out),
            (Some(id), None) if self.asked.take(id, &tree) => Ok(None),
            (None, Some("notifications/cancelled")) => Ok(self.cancelled(line, &message)),
            (None, Some(method)) if !method.starts_with("notifications/") => {
                Err(NotAMessage { code: -32600, why: "a request needs an `id`".to_owned() })
            }
            // Notifications, and answers to rmcp's own requests; before a session either would end rmcp's server.
            (None, Some(_)) | (_, None) => {
                Ok(if self.opened.load(Ordering::Relaxed) { typed(line) } else { None })
            }
        }
    }

    fn request(
        self: &Arc<Self>,
        line: &[u8],
        id: &str,
        method: &str,
        message: &Message<'_>,
        out: &Queue,
    ) -> Result<Option<RxJsonRpcMessage<RoleServer>>, NotAMessage> {
        let cancel = CancellationToken::new();
        let gone = cancel.child_token();
        {
            let mut table = self.table();
            if table.open.contains_key(id) || table.refused.iter().any(|refused| refused == id) {
                // With the id it would be read as the answer to the first.
                let why = "a request with this `id` is already in flight".to_owned();
                return Err(NotAMessage { code: -32600, why });
            }
            if table.open.len() >= IN_FLIGHT_MAX {
                drop(table);
                let why = "too many requests in flight; wait for answers";
                out.answer(error_line(Some(id), -32000, why, None));
                return Ok(None);
            }
            let owner = Owner::Ours { cancel: cancel.clone(), gone: gone.clone() };
            let open = Open { owner, out: out.clone() };
            table.open.insert(id.to_owned(), open);
        }
        let ticket = Ticket::new(self.clone(), id);
        if matches!(method, "initialize" | "server/discover" | "ping") {
            return Ok(self.lifecycle(line, method, ticket));
        }
        let said = match request::said(message.params) {
            Ok(said) => said,
            Err(why) => {
                ticket.answer(error_line(Some(id), -32602, &why, None));
                return Ok(None);
            }
        };
        let (era, client) = match self.era(said.version.as_deref(), said.client.as_deref()) {
            Ok(known) => known,
            Err((code, why, data)) => {
                ticket.answer(error_line(Some(id), code, &why, data.as_ref()));
                return Ok(None);
            }
        };
        let caller = Caller {
            id: id.to_owned(),
            era,
            principal: principal(&self.duty, &self.os_user, &client),
            client,
            progress: said.progress,
            passed: said.passed,
            cancel,
            gone,
            carries: match (era, self.handshake.get()) {
                (Era::Legacy, Some(handshake)) => Carries::at_handshake(&handshake.offered),
                _ => said.carries,
            },
            out: out.clone(),
        };
        self.dispatch(method, message.params, caller, ticket);
        Ok(None)
    }

    fn lifecycle(
        self: &Arc<Self>,
        line: &[u8],
        method: &str,
        ticket: Ticket,
    ) -> Option<RxJsonRpcMessage<RoleServer>> {
        let id = ticket.id().to_owned();
        let Some(message) = typed(line) else {
            ticket.answer(error_line(Some(&id), -32602, "invalid params", None));
            return None;
        };
        let JsonRpcMessage::Request(request) = &message else {
            ticket.answer(error_line(Some(&id), -32602, "invalid params", None));
            return None;
        };
        match &request.request {
            // rmcp's catch-all: the typed reading failed.
            ClientRequest::CustomRequest(_) => {
                let why = format!("the params of `{method}` are malformed");
                ticket.answer(error_line(Some(&id), -32602, &why, None));
                return None;
            }
            ClientRequest::InitializeRequest(initialize) => {
                if self.opened.load(Ordering::Relaxed) {
                    let why = "this session is initialized already";
                    ticket.answer(error_line(Some(&id), -32600, why, None));
                    return None;
                }
                let client = match self.belongs_to(&initialize.params.client_info.name) {
                    Ok(client) => client,
                    Err(why) => {
                        ticket.answer(error_line(Some(&id), -32602, &why, None));
                        return None;
                    }
                };
                self.opened.store(true, Ordering::Relaxed);
                let offered = initialize.params.capabilities.clone();
                let handshake = Handshake { client, offered };
                *self.offered.lock().unwrap_or_else(PoisonError::into_inner) = Some(handshake);
            }
            _ => {}
        }
        ticket.hand_over();
        Some(message)
    }

    /// Binds the pipe to the first name that is heard on it; any other is refused from then on. A pipe is one
    /// process of one client, so a second name could only be there to see, or to stop being, somebody else.
    fn belongs_to(&self, name: &str) -> Result<String, String> {
        let first = self.client.get_or_init(|| name.to_owned());
        if first == name {
            return Ok(name.to_owned());
        }
        Err(format!(
            "this session belongs to the client `{}`; start a session of its own for another",
            crate::domain::visible::inline(first).text
        ))
    }

    /// The era of a request and the name of its client.
    fn era(
        &self,
        version: Option<&str>,
        client: Option<&str>,
    ) -> Result<(Era, String), (i64, String, Option<serde_json::Value>)> {
        match (version, self.handshake.get()) {
            (Some(MODERN), _) => {
                // Who says no name is whoever spoke before on this pipe.
                let known = self.client.get().map_or("unnamed", String::as_str);
                let client = self.belongs_to(client.unwrap_or(known));
                client.map(|client| (Era::Modern, client)).map_err(|why| (-32602, why, None))
            }
            (Some(other), _) => {
                let mut supported = vec![MODERN];
                supported.extend(LEGACY);
                let shown = crate::domain::visible::inline(other).text;
                let data = serde_json::json!({ "supported": supported, "requested": shown });
                Err((-32022, "unsupported protocol version".to_owned(), Some(data)))
            }
            (None, Some(handshake)) => Ok((Era::Legacy, handshake.client.clone())),
            (None, None) => Err((
                -32602,
                "initialize first, or say the protocol version in `_meta` of each request"
                    .to_owned(),
                None,
            )),
        }
    }
}

/// What rmcp makes of a line that the strict reader took.
pub(in crate::mcp) fn typed(line: &[u8]) -> Option<RxJsonRpcMessage<RoleServer>> {
    serde_json::from_slice(line).ok()
}
