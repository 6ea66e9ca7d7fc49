//! The Tasks extension: a call that waits for a yes is handed out as a task, which the client looks after.
//!
//! A task is the question by another name: its id is the approval's, its end is the row's. Whoever is not its principal finds
//! nothing. After the yes the stored call runs in the session that looks after the task, once, and only while the client of
//! that session is there; a later session of the same principal that asks for the task goes on with it.

use crate::config::OnAsk;
use crate::domain::approval::{Approval, State};
use crate::domain::id::ApprovalId;
use crate::domain::json::Node;
use crate::domain::time::Millis;
use crate::gate::road::HandOut;
use crate::gate::{OnTheWay, Patience, Reply};
use crate::journal::Passed;
use crate::mcp::answer::{Era, NONE_YET, Said, error_line, is_none_yet, result_line, typed_result};
use crate::mcp::caller::Caller;
use crate::mcp::front::Front;
use crate::mcp::ticket::Ticket;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a client is told to look, in milliseconds.
const POLL: u64 = 1_000;
/// How long a task is looked after over HTTP when nobody asks for it: there nothing else tells that its client has left.
const UNASKED_MAX: Duration = Duration::from_secs(30);

/// What a client wants of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mcp) enum Wish {
    /// To know where it stands.
    Get,
    /// To answer what it asks; it asks nothing.
    Update,
    /// To take it back.
    Cancel,
}

impl Front {
    /// What this request wants of a task; `None` for every other, and for clients that look after none.
    pub(in crate::mcp) fn task_wish(&self, method: &str, caller: &Caller) -> Option<Wish> {
        if caller.era != Era::Modern || !caller.carries.tasks || !self.forwards() {
            return None;
        }
        match method {
            "tasks/get" => Some(Wish::Get),
            "tasks/update" => Some(Wish::Update),
            "tasks/cancel" => Some(Wish::Cancel),
            _ => None,
        }
    }

    /// Hands questions of this caller out as tasks.
    pub(in crate::mcp) fn hands_out(self: &Arc<Self>, caller: &Caller) -> HandOut {
        let (front, passed) = (self.clone(), caller.passed.clone());
        Box::new(move |approval| {
            front.care_for(approval, passed.clone())?;
            let mut task = told(approval, "working", "waiting for a person's yes");
            task["resultType"] = json!("task");
            Some(task.to_string())
        })
    }

    /// Answers a request about a task.
    pub(in crate::mcp) fn look_after(
        self: &Arc<Self>,
        wish: Wish,
        params: Option<&Node<'_>>,
        caller: Caller,
        ticket: Ticket,
    ) {
        let id = params.and_then(|params| params.get("taskId")).and_then(Node::as_str);
        let Some(id) = id.and_then(ApprovalId::parse) else {
            let why = "`taskId` must be the id of a task";
            ticket.answer(error_line(Some(&caller.id), -32602, why, None));
            return;
        };
        let front = self.clone();
        self.tasks.spawn(async move {
            match front.wished(wish, id, &caller).await {
                Err((code, why)) => {
                    ticket.answer(error_line(Some(&caller.id), code, &why, None));
                }
                Ok((result, reply)) => {
                    let line = result_line(&caller.id, Era::Modern, &result);
                    if ticket.answer(line)
                        && let Some(reply) = reply
                    {
                        front.gate.handed_over(&reply).await;
                    }
                }
            }
        });
    }

    async fn wished(
        self: &Arc<Self>,
        wish: Wish,
        id: ApprovalId,
        caller: &Caller,
    ) -> Result<(String, Option<Reply>), (i64, String)> {
        let store = self.gate.desk().store().clone();
        let failed = |error| {
            tracing::error!("{error}");
            (-32603, "the store cannot be read".to_owned())
        };
        let tenant = self.gate.tenant();
        let found = store.approval(tenant, id).await.map_err(failed)?;
        let mine = |row: &Approval| row.principal == caller.principal && row.subject.is_call();
        let Some(approval) = found.filter(mine) else {
            return Err((-32602, format!("there is no task `{id}` of yours")));
        };
        let done = || (json!({ "resultType": "complete" }).to_string(), None);
        match wish {
            Wish::Update => Ok(done()),
            Wish::Cancel => {
                // One that was sent or has ended stays what it is; the next look shows it.
                let _ = store.cancel(tenant, id, &caller.principal, None).await.map_err(failed)?;
                Ok(done())
            }
            Wish::Get => Ok(self.stands(&approval, caller).await),
        }
    }

    /// Where a task stands, and the answer of its call where it has one.
    async fn stands(
        self: &Arc<Self>,
        approval: &Approval,
        caller: &Caller,
    ) -> (String, Option<Reply>) {
        let working = |text: &str| (told(approval, "working", text).to_string(), None);
        if approval.state == State::Cancelled {
            return (told(approval, "cancelled", "taken back").to_string(), None);
        }
        // What the row says ended is so, whatever kept somebody from it before.
        let is_live = matches!(approval.state, State::Pending | State::Approved);
        if let Some(refusal) = self.gate.tasks().ended(approval.id).filter(|_| is_live) {
            return ended(approval, refusal.into());
        }
        let reply = match approval.state {
            State::Pending | State::Approved => {
                // Where there are too many the row still stands, and the next look tries again.
                let _ = self.care_for(approval, caller.passed.clone());
                return working(match approval.state {
                    State::Pending => "waiting for a person's yes",
                    _ => "there is a yes; the call is on its way",
                });
            }
            State::Consumed if approval.outcome.is_none() => return working("the call is running"),
            State::Consumed | State::Denied | State::Expired | State::Cancelled => {
                let (patience, on_the_way) = (patience(Duration::ZERO), self.on_the_way(caller));
                self.gate.resume(approval.id, &caller.principal, patience, on_the_way).await
            }
        };
        ended(approval, reply)
    }

    /// Waits for the yes and runs the stored call, beside everything else; ends with the session, and over HTTP when nobody asks
    /// for the task any more. The question stays, and whoever asks later goes on with it.
    fn care_for(self: &Arc<Self>, approval: &Approval, passed: Passed) -> Option<()> {
        if !self.gate.tasks().begin(approval.id)? {
            return Some(());
        }
        let (front, id) = (self.clone(), approval.id);
        let (principal, hold) = (approval.principal.clone(), lifetime(approval));
        self.tasks.spawn(async move {
            let (cancel, gone) = (CancellationToken::new(), CancellationToken::new());
            let on_the_way = OnTheWay { passed, progress: None, cancel, gone: gone.clone() };
            let is_remote = front.gate.user().is_some();
            let unasked = front.gate.tasks().unasked(id, UNASKED_MAX);
            let resumed = front.gate.resume(id, &principal, patience(hold), on_the_way);
            tokio::pin!(unasked, resumed);
            let reply = loop {
                tokio::select! {
                    biased;
                    // What was sent is heard to its end.
                    () = &mut unasked, if is_remote && !gone.is_cancelled() => gone.cancel(),
                    reply = &mut resumed => break reply,
                }
            };
            front.gate.tasks().end(id, reply);
        });
        Some(())
    }
}

/// Whoever looks after a task waits as long as there is something to wait for.
fn patience(hold: Duration) -> Patience {
    Patience { on_ask: OnAsk::Hold, hold, beat: None, road: None }
}

/// From the question to the end of a yes that is given at the last moment.
fn lifetime(approval: &Approval) -> Duration {
    let life = approval.answer_by.since(approval.asked_at).saturating_add(approval.yes_life);
    Duration::from_millis(life.max(0).unsigned_abs())
}

/// The task that a question is.
fn told(approval: &Approval, status: &str, text: &str) -> Value {
    let news = [approval.consumed_at, approval.decided_at, Some(approval.asked_at)];
    let latest = news.into_iter().flatten().max().unwrap_or(Millis(0));
    json!({
        "resultType": "complete",
        "taskId": approval.id,
        "status": status,
        "statusMessage": text,
        "createdAt": approval.asked_at.rfc3339(),
        "lastUpdatedAt": latest.rfc3339(),
        "ttlMs": u64::try_from(lifetime(approval).as_millis()).unwrap_or(u64::MAX),
        "pollIntervalMs": POLL,
    })
}

/// A task that ended, with what came of its call in the bytes that came.
fn ended(approval: &Approval, reply: Reply) -> (String, Option<Reply>) {
    let (status, key, text) = match &reply {
        Reply::Result(told) if is_none_yet(told) => {
            let error = json!({ "code": -32603, "message": NONE_YET });
            ("failed", "error", error.to_string().into_bytes())
        }
        Reply::Result(told) => ("completed", "result", typed_result(Era::Modern, &told.text)),
        Reply::Error(told) => ("failed", "error", told.text.as_bytes().to_vec()),
        Reply::Refused(refusal) if refusal.protocol => {
            let error = json!({ "code": -32602, "message": refusal.text });
            ("failed", "error", error.to_string().into_bytes())
        }
        // As the call itself would have been answered.
        Reply::Refused(refusal) => {
            let result = Said::from(&**refusal).result();
            ("completed", "result", typed_result(Era::Modern, &result))
        }
    };
    let mut whole = told(approval, status, "ended").to_string();
    // The object's own last brace.
    whole.pop();
    whole.push_str(&format!(",\"{key}\":"));
    whole.push_str(&String::from_utf8_lossy(&text));
    whole.push('}');
    (whole, Some(reply))
}
