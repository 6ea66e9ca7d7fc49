//! What servers say of their own accord, carried to the client where the configuration lets it.
//!
//! Our requests to the client have ids of a name space of their own (`countersign-N`), so an answer can be
//! told from everything else on the pipe.

use crate::domain::json::{Limits, Node, parse};
use crate::domain::principal::{Principal, Role};
use crate::mcp::front::Front;
use crate::mcp::request::text_of;
use crate::upstream::{ListKind, Relay};
use async_trait::async_trait;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a client may take to answer what a server asks it.
const ANSWER_WITHIN: Duration = Duration::from_secs(10 * 60);

/// The pause between two looks at a list that a server keeps changing.
const BETWEEN_CHANGES: Duration = Duration::from_secs(1);

/// What the client said: a result, or an error's code and message.
type Said = Result<String, (i64, String)>;
type Waiting = Mutex<HashMap<String, oneshot::Sender<Said>>>;

/// Requests of ours that the client has not answered.
#[derive(Debug, Default)]
pub(super) struct Asked {
    next: AtomicU64,
    waiting: Waiting,
}

impl Asked {
    fn open(&self) -> (String, oneshot::Receiver<Said>) {
        let id = format!("\"countersign-{}\"", self.next.fetch_add(1, Ordering::Relaxed));
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), answer);
        (id, answered)
    }

    fn close(&self, id: &str) -> Option<oneshot::Sender<Said>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }

    /// Whether the message answers a request of ours; takes it if so.
    pub(in crate::mcp) fn take(&self, id: &str, tree: &Node<'_>) -> bool {
        let Some(answer) = self.close(id) else { return false };
        let said = match (tree.get("result"), tree.get("error")) {
            (Some(result), None) => Ok(text_of(result)),
            (None, Some(error)) => Err((
                error.get("code").and_then(Node::as_i64).unwrap_or(-32603),
                error.get("message").and_then(Node::as_str).unwrap_or("refused").to_owned(),
            )),
            _ => Err((-32603, "the client's answer is malformed".to_owned())),
        };
        // The server gave up waiting: nobody needs the answer.
        let _ = answer.send(said);
        true
    }
}

/// Changed lists that are being looked at; `true` where the server spoke again meanwhile. However often a server says that
/// a list changed, one task looks at it, with pauses: each look is a call on record and a line to the client.
#[derive(Debug, Default)]
pub(crate) struct Changed(Mutex<HashMap<(String, ListKind), bool>>);

impl Changed {
    /// Whether nobody looks at this list yet; else whoever does looks again.
    fn is_first(&self, server: &str, what: ListKind) -> bool {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (server.to_owned(), what);
        match lists.get_mut(&key) {
            Some(again) => {
                *again = true;
                false
            }
            None => lists.insert(key, false).is_none(),
        }
    }

    /// Whether to look again; else this list is done with.
    fn is_again(&self, server: &str, what: ListKind) -> bool {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (server.to_owned(), what);
        let again = lists.remove(&key).unwrap_or_default();
        if again {
            lists.insert(key, false);
        }
        again
    }
}

/// The fronts of sessions over HTTP, which are told of changes by that of their process. A server's own request is carried
/// to none of them: it belongs to no one of many clients.
#[derive(Debug, Default)]
pub(crate) struct Kin(Mutex<Vec<Weak<Front>>>);

impl Kin {
    /// One more, for as long as it lives.
    pub(in crate::mcp) fn add(&self, front: &Arc<Front>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|front| front.strong_count() > 0);
        all.push(Arc::downgrade(front));
    }

    /// Tells all of them.
    pub(in crate::mcp) fn notify(&self, method: &str) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.iter().filter_map(Weak::upgrade).for_each(|front| front.notify(method));
    }
}

/// Carries what servers say to the front of their session, once there is one.
#[derive(Debug, Default)]
pub struct ToClient {
    front: OnceLock<Weak<Front>>,
}

impl ToClient {
    /// From now on there is a client to talk to.
    pub fn attach(&self, front: &Arc<Front>) {
        let _ = self.front.set(Arc::downgrade(front));
    }

    fn front(&self) -> Option<Arc<Front>> {
        self.front.get().and_then(Weak::upgrade)
    }
}

#[async_trait]
impl Relay for ToClient {
    async fn request(
        &self,
        server: &str,
        method: &str,
        params: Option<&RawValue>,
    ) -> Result<Box<RawValue>, (i64, String)> {
        let none = || (-32601, format!("the client cannot answer `{method}`"));
        let front = self.front().ok_or_else(none)?;
        if !front.client_takes(method) {
            return Err(none());
        }
        let params = named_params(server, params).ok_or((-32602, "malformed params".to_owned()))?;
        let (id, answered) = front.asked.open();
        front.send(
            format!(
                "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}\n"
            )
            .into_bytes(),
        );
        let answer = tokio::time::timeout(ANSWER_WITHIN, answered).await;
        front.asked.close(&id);
        match answer {
            Ok(Ok(Ok(text))) => {
                RawValue::from_string(text).map_err(|e| (-32603, format!("malformed answer: {e}")))
            }
            Ok(Ok(Err(error))) => Err(error),
            Ok(Err(_)) | Err(_) => Err((-32603, "the client gave no answer".to_owned())),
        }
    }

    fn list_changed(&self, server: &str, what: ListKind) {
        let Some(front) = self.front() else { return };
        if !front.changed.is_first(server, what) {
            return;
        }
        let (task, server) = (front.clone(), server.to_owned());
        front.tasks.spawn(async move {
            loop {
                match what {
                    ListKind::Tools => {
                        let principal = Principal::new(Role::Agent, "countersign");
                        task.relearn(&server, &principal).await;
                    }
                    ListKind::Prompts => task.notify("notifications/prompts/list_changed"),
                    ListKind::Resources => task.notify("notifications/resources/list_changed"),
                }
                let rest = tokio::time::sleep(BETWEEN_CHANGES);
                let left = task.gate.left().run_until_cancelled(rest).await.is_none();
                if left || !task.changed.is_again(&server, what) {
                    break;
                }
            }
        });
    }

    fn notification(&self, server: &str, method: &str, _params: Option<&RawValue>) {
        // Log messages and resource updates were never asked for by this client; they end here.
        tracing::debug!("`{server}` sent `{method}`, which is not passed on");
    }
}

/// The server's params with its name before the text that a person will read.
fn named_params(server: &str, params: Option<&RawValue>) -> Option<String> {
    let Some(params) = params else { return Some("{}".to_owned()) };
    let mut tree = parse(params.get(), &Limits::ARGUMENTS).ok()?;
    if let Node::Object(members) = &mut tree {
        for (key, value) in members.iter_mut().filter(|(key, _)| key == "message") {
            let said = value.as_str().unwrap_or_default();
            let named = format!("[server `{server}` asks] {said}");
            debug_assert_eq!(key, "message");
            *value = Node::String(named.into());
        }
    }
    Some(text_of(&tree))
}
