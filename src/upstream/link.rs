//! The calls that wait on one pair of pipes, or on one session over HTTP.
//!
//! Ids are ours and never reused on a link, so an answer belongs to one call or to none. A call leaves the
//! table in exactly one way: answered, given up, or ended with the link; whoever leaves it knows whether
//! anything of it was written.

use crate::upstream::answer::{Answer, Lost, ProgressSink};
use crate::upstream::http::Http;
use crate::upstream::noise::Noise;
use crate::upstream::outbox::Outbox;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// The first id of a link is that of `initialize`, which may not be cancelled.
pub(crate) const HANDSHAKE: u64 = 1;
/// Calls that may wait at once.
const WAITING: usize = 4_096;

/// The road that lines take out.
pub(crate) enum Out {
    Pipe(Arc<Outbox>),
    Http(Arc<Http>),
}

impl Out {
    /// Sends a line, or queues it. An error means that nothing of it goes out.
    pub(crate) fn put(&self, call: Option<u64>, line: Vec<u8>) -> Result<(), &'static str> {
        match self {
            Self::Pipe(pipe) => pipe.put(call, line),
            Self::Http(http) => http.put(call, line),
        }
    }

    /// Takes a call back; whether nothing of it was written, nor will be.
    fn withdraw(&self, call: u64) -> bool {
        match self {
            Self::Pipe(pipe) => pipe.withdraw(call),
            Self::Http(http) => http.withdraw(call),
        }
    }

    /// Closes the road; answers with the calls of which nothing was written.
    fn close(&self) -> Vec<u64> {
        match self {
            Self::Pipe(pipe) => pipe.close(),
            Self::Http(http) => http.close(),
        }
    }
}

pub(crate) struct Link {
    out: Out,
    calls: Mutex<Calls>,
    pub(crate) noise: Noise,
}

#[derive(Default)]
struct Calls {
    newest: u64,
    waiting: HashMap<u64, Waiting>,
    ended: bool,
}

struct Waiting {
    answer: oneshot::Sender<Result<Answer, Lost>>,
    progress: Option<ProgressSink>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("waiting", &self.calls().waiting.len()).finish_non_exhaustive()
    }
}

impl Link {
    pub(crate) fn new(out: Out, noise: Noise) -> Self {
        Self { out, calls: Mutex::default(), noise }
    }

    pub(crate) fn outbox(&self) -> &Out {
        &self.out
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An id that was never used on this link.
    pub(crate) fn next_id(&self) -> u64 {
        let mut calls = self.calls();
        calls.newest += 1;
        calls.newest
    }

    /// Sends one request line and waits for its answer. Dropping the future gives the call up.
    pub(crate) async fn exchange(
        &self,
        id: u64,
        line: Vec<u8>,
        progress: Option<ProgressSink>,
        within: Duration,
        cancel: &CancellationToken,
    ) -> Result<Answer, Lost> {
        if cancel.is_cancelled() {
            return Err(Lost::NotSent("it was cancelled before".into()));
        }
        let (sender, receiver) = oneshot::channel();
        self.wait_for(id, Waiting { answer: sender, progress })?;
        let call = GivenUp { link: self, id };
        if let Err(why) = self.out.put(Some(id), line) {
            self.calls().waiting.remove(&id);
            return Err(Lost::NotSent(why.into()));
        }
        tokio::select! {
            biased;
            answer = receiver => answer.unwrap_or(Err(Lost::Closed)),
            () = cancel.cancelled() => Err(call.give_up("cancelled by the client", Lost::Cancelled)),
            () = tokio::time::sleep(within) => Err(call.give_up("no answer in time", Lost::TimedOut)),
        }
    }

    fn wait_for(&self, id: u64, waiting: Waiting) -> Result<(), Lost> {
        let mut calls = self.calls();
        if calls.ended {
            return Err(Lost::NotSent("the server has ended".into()));
        }
        if calls.waiting.len() >= WAITING {
            return Err(Lost::NotSent("too many calls wait for this server".into()));
        }
        calls.waiting.insert(id, waiting);
        Ok(())
    }

    /// Whether a call waits under this id.
    pub(crate) fn waits(&self, id: u64) -> bool {
        self.calls().waiting.contains_key(&id)
    }

    /// Hands a call its answer. `false` when no call waits under this id; after the end nobody does, and nobody wonders.
    pub(crate) fn answer(&self, id: u64, answer: Result<Answer, Lost>) -> bool {
        let mut calls = self.calls();
        let Some(waiting) = calls.waiting.remove(&id) else { return calls.ended };
        drop(calls);
        // Whoever waited may be gone by now; then nobody wants it.
        let _ = waiting.answer.send(answer);
        true
    }

    /// Hands a call its progress. `false` when no call waits for any under this id. Called by the reader
    /// only, so the sink can be out of the table meanwhile.
    pub(crate) fn progress(&self, id: u64, params: &str) -> bool {
        let sink = self.calls().waiting.get_mut(&id).and_then(|waiting| waiting.progress.take());
        let Some(mut sink) = sink else { return false };
        sink(params);
        if let Some(waiting) = self.calls().waiting.get_mut(&id) {
            waiting.progress = Some(sink);
        }
        true
    }

    /// Ends the link: its stdin is closed, and every call that waits is told how it was lost.
    pub(crate) fn end(&self, how: &Lost) {
        let unwritten = self.out.close();
        let mut calls = self.calls();
        calls.ended = true;
        let waiting = std::mem::take(&mut calls.waiting);
        drop(calls);
        for (id, call) in waiting {
            let lost = if unwritten.contains(&id) {
                Lost::NotSent("the server ended first".into())
            } else {
                how.clone()
            };
            let _ = call.answer.send(Err(lost));
        }
    }
}

/// A call that leaves without an answer, by a timeout, a cancel or because nobody polls it any more.
struct GivenUp<'a> {
    link: &'a Link,
    id: u64,
}

impl GivenUp<'_> {
    /// How it is lost: if nothing was written, it was not sent; else the server is told to stop.
    fn give_up(&self, reason: &str, how: Lost) -> Lost {
        if self.link.calls().waiting.remove(&self.id).is_none() {
            return how;
        }
        if self.link.out.withdraw(self.id) {
            return Lost::NotSent(format!("the server did not take it: {reason}"));
        }
        let id = self.id;
        if id == HANDSHAKE {
            return how;
        }
        let told = format!(
            "{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":{id},\"reason\":\"{reason}\"}}}}\n"
        );
        // A server that does not read cannot be told.
        let _ = self.link.out.put(None, told.into_bytes());
        how
    }
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        // Answered and given-up calls have left the table already.
        self.give_up("nobody waits any more", Lost::Cancelled);
    }
}
