//! The queue of lines to the client, and what keeps it from growing without end.
//!
//! Nobody who has an answer waits to hand it over. So it is the input that waits: a client that does not read
//! is not heard either, until it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, mpsc};

/// Unread bytes from which on no further input is taken.
const UNREAD_MAX: usize = 64 * 1024 * 1024;

#[derive(Debug)]
struct Unread {
    max: usize,
    bytes: AtomicUsize,
    less: Notify,
}

/// One line to the client.
#[derive(Debug)]
pub struct Outgoing {
    /// Its bytes, the newline included.
    pub line: Vec<u8>,
    /// Whether it answers the request that its queue is for: then nothing follows it that is about that request.
    pub answers: bool,
}

/// The near end: for whoever has something to say.
#[derive(Debug, Clone)]
pub struct Queue {
    lines: mpsc::UnboundedSender<Outgoing>,
    unread: Arc<Unread>,
}

/// Tells one queue from another.
#[derive(Debug, Clone)]
pub struct Mark(Arc<Unread>);

/// The far end: what was said, in order.
#[derive(Debug)]
pub struct Queued {
    lines: mpsc::UnboundedReceiver<Outgoing>,
    unread: Arc<Unread>,
}

/// An empty queue.
#[must_use]
pub(crate) fn queue() -> (Queue, Queued) {
    queue_of(UNREAD_MAX)
}

/// An empty queue that is full above so many bytes.
#[must_use]
pub(crate) fn queue_of(max: usize) -> (Queue, Queued) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let unread = Arc::new(Unread { max, bytes: AtomicUsize::new(0), less: Notify::new() });
    (Queue { lines: sender, unread: unread.clone() }, Queued { lines: receiver, unread })
}

impl Queue {
    /// Queues a line. When the writer is gone so is the client, and nobody is left to tell.
    pub fn send(&self, line: Vec<u8>) {
        self.put(line, false);
    }

    /// Queues the line that answers the request.
    pub fn answer(&self, line: Vec<u8>) {
        self.put(line, true);
    }

    fn put(&self, line: Vec<u8>, answers: bool) {
        self.unread.bytes.fetch_add(line.len(), Ordering::Relaxed);
        let _ = self.lines.send(Outgoing { line, answers });
    }

    /// What this queue is known by, without being an end of it.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(Arc::clone(&self.unread))
    }

    /// Whether this is the queue of that mark.
    #[must_use]
    pub fn is(&self, mark: &Mark) -> bool {
        Arc::ptr_eq(&self.unread, &mark.0)
    }

    /// Queues a line that a client which does not read can do without.
    pub fn send_if_read(&self, line: Vec<u8>) {
        if !self.is_full() {
            self.send(line);
        }
    }

    fn is_full(&self) -> bool {
        self.unread.bytes.load(Ordering::Relaxed) > self.unread.max
    }

    /// Waits until the client has read of what it was sent, or is gone.
    pub async fn room(&self) {
        loop {
            let less = self.unread.less.notified();
            if !self.is_full() || self.lines.is_closed() {
                return;
            }
            less.await;
        }
    }
}

impl Queued {
    /// The next line; `None` once all near ends are gone.
    pub async fn next(&mut self) -> Option<Outgoing> {
        self.lines.recv().await
    }

    /// The next line, if there is one already.
    pub fn ready(&mut self) -> Option<Outgoing> {
        self.lines.try_recv().ok()
    }

    /// So many bytes went to the client.
    pub fn written(&self, bytes: usize) {
        self.unread.bytes.fetch_sub(bytes, Ordering::Relaxed);
        self.unread.less.notify_waiters();
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.lines.close();
        self.unread.less.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use crate::mcp::queue::{Queue, UNREAD_MAX, queue};
    use std::time::Duration;

    #[tokio::test]
    async fn input_waits_for_a_client_that_does_not_read_and_not_for_one_that_is_gone() {
        let (near, mut far) = queue();
        let waits = async |near: &Queue| {
            tokio::time::timeout(Duration::from_millis(20), near.room()).await.is_err()
        };
        near.send(vec![0; UNREAD_MAX]);
        assert!(!waits(&near).await, "full only above the limit");
        near.send(vec![0; 1]);
        near.send_if_read(vec![0; 7]);
        assert!(waits(&near).await);
        let first = far.next().await.expect("a line");
        far.written(first.line.len());
        assert!(!waits(&near).await);
        assert_eq!(far.ready().expect("a line").line.len(), 1);
        assert!(far.ready().is_none(), "what could be done without was dropped");
        near.send(vec![0; UNREAD_MAX + 1]);
        drop(far);
        assert!(!waits(&near).await, "nobody will ever read it");
    }
}
