//! The road into a server's stdin.
//!
//! Two things matter here. A line is never torn: once its first byte is in the pipe the rest follows, or the
//! link ends. And it is always known whether a call has begun to be written, because only then can its
//! outcome be unknown. A line that the pipe takes at once is written by the caller itself; only what does not
//! fit waits for the writer task.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::unix::pipe;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Bytes of calls that may wait for a server that does not read.
const CALLS: usize = 64 * 1024 * 1024;
/// The same for the link's own lines: answers to pings, cancellations.
const OWN: usize = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    wake: Notify,
}

#[derive(Debug)]
struct Queue {
    /// `None` once the link has ended.
    pipe: Option<Arc<pipe::Sender>>,
    lines: VecDeque<Line>,
    bytes: usize,
}

#[derive(Debug)]
struct Line {
    /// Whose it is; `None` for the link's own.
    call: Option<u64>,
    bytes: Vec<u8>,
    written: usize,
}

impl Outbox {
    pub(crate) fn new(pipe: pipe::Sender) -> Self {
        let queue = Queue { pipe: Some(Arc::new(pipe)), lines: VecDeque::new(), bytes: 0 };
        Self { queue: Mutex::new(queue), wake: Notify::new() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line, or queues what the pipe does not take. An error means that nothing was written.
    pub(crate) fn put(&self, call: Option<u64>, bytes: Vec<u8>) -> Result<(), &'static str> {
        let mut queue = self.queue();
        if queue.pipe.is_none() {
            return Err("the server has closed its input");
        }
        let limit = if call.is_some() { CALLS } else { OWN };
        if !queue.lines.is_empty() && queue.bytes.saturating_add(bytes.len()) > limit {
            return Err("the server does not read its input");
        }
        let alone = queue.lines.is_empty();
        queue.bytes += bytes.len();
        queue.lines.push_back(Line { call, bytes, written: 0 });
        if !alone {
            return Ok(());
        }
        let broken = queue.write().is_err();
        let refused = broken && queue.lines.front().is_some_and(|line| line.written == 0);
        if refused {
            queue.lines.clear();
        }
        let rest = broken || !queue.lines.is_empty();
        drop(queue);
        if rest {
            self.wake.notify_one();
        }
        if refused { Err("the server has closed its input") } else { Ok(()) }
    }

    /// Takes a call back of which nothing was written.
    pub(crate) fn withdraw(&self, call: u64) -> bool {
        let mut queue = self.queue();
        let found = queue.lines.iter().position(|l| l.call == Some(call) && l.written == 0);
        let Some(line) = found.and_then(|at| queue.lines.remove(at)) else { return false };
        queue.bytes = queue.bytes.saturating_sub(line.bytes.len());
        true
    }

    /// Closes the server's stdin; answers with the calls of which nothing was written.
    pub(crate) fn close(&self) -> Vec<u64> {
        let mut queue = self.queue();
        queue.pipe = None;
        queue.bytes = 0;
        let left = std::mem::take(&mut queue.lines);
        drop(queue);
        self.wake.notify_one();
        left.into_iter().filter(|line| line.written == 0).filter_map(|line| line.call).collect()
    }

    /// Writes what had to wait, until the pipe breaks or nothing fits into it for `stall`. Answers why.
    pub(crate) async fn run(&self, stall: Duration) -> &'static str {
        loop {
            let pipe = {
                let queue = self.queue();
                match &queue.pipe {
                    None => return "it closed its input",
                    Some(pipe) if !queue.lines.is_empty() => Some(Arc::clone(pipe)),
                    Some(_) => None,
                }
            };
            let Some(pipe) = pipe else {
                self.wake.notified().await;
                continue;
            };
            match timeout(stall, pipe.writable()).await {
                Err(_) => return "it stopped reading its input",
                Ok(Err(_)) => return "it closed its input",
                // An error has emptied `pipe`, which the next turn sees.
                Ok(Ok(())) => drop(self.queue().write()),
            }
        }
    }
}

impl Queue {
    /// Writes until the pipe is full or nothing is left. On an error the pipe is given up.
    fn write(&mut self) -> io::Result<()> {
        let Some(pipe) = self.pipe.clone() else { return Ok(()) };
        while let Some(line) = self.lines.front_mut() {
            let rest = line.bytes.get(line.written..).unwrap_or_default();
            if rest.is_empty() {
                self.bytes = self.bytes.saturating_sub(line.bytes.len());
                self.lines.pop_front();
                continue;
            }
            match pipe.try_write(rest) {
                Ok(0) => return self.broken(io::ErrorKind::WriteZero.into()),
                Ok(written) => line.written += written,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return self.broken(e),
            }
        }
        Ok(())
    }

    fn broken(&mut self, error: io::Error) -> io::Result<()> {
        self.pipe = None;
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use crate::upstream::outbox::Outbox;
    use std::time::Duration;
    use tokio::io::AsyncReadExt as _;
    use tokio::net::unix::pipe;

    const STALL: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn what_does_not_fit_follows_in_order() {
        let (sender, mut receiver) = pipe::pipe().expect("a pipe");
        let outbox = Outbox::new(sender);
        let big = vec![b'x'; 300_000];
        assert_eq!(outbox.put(Some(1), big.clone()), Ok(()));
        assert_eq!(outbox.put(Some(2), b"second\n".to_vec()), Ok(()));
        let mut read = Vec::new();
        let reading = async {
            while read.len() < big.len() + 7 {
                receiver.read_buf(&mut read).await.expect("bytes");
            }
        };
        tokio::select! {
            why = outbox.run(STALL) => panic!("{why}"),
            () = reading => {}
        }
        assert!(read.starts_with(&big) && read.ends_with(b"second\n"));
    }

    #[tokio::test]
    async fn a_server_that_does_not_read_is_noticed_and_waiting_calls_can_be_taken_back() {
        let (sender, _receiver) = pipe::pipe().expect("a pipe");
        let outbox = Outbox::new(sender);
        assert_eq!(outbox.put(Some(1), vec![b'x'; 300_000]), Ok(()));
        assert_eq!(outbox.put(Some(2), b"second\n".to_vec()), Ok(()));
        assert_eq!(outbox.put(Some(3), b"third\n".to_vec()), Ok(()));
        assert_eq!(outbox.run(STALL).await, "it stopped reading its input");
        assert!(!outbox.withdraw(1), "its first bytes are in the pipe");
        assert!(outbox.withdraw(2));
        assert!(outbox.put(None, vec![0; 2_000_000]).is_err(), "own lines are bounded");
        assert_eq!(outbox.close(), [3]);
        assert!(outbox.put(Some(4), b"late\n".to_vec()).is_err());
    }

    #[tokio::test]
    async fn a_broken_pipe_is_certain_not_to_have_taken_anything() {
        let (sender, receiver) = pipe::pipe().expect("a pipe");
        drop(receiver);
        sender.writable().await.expect("ready");
        let outbox = Outbox::new(sender);
        assert!(outbox.put(Some(1), b"line\n".to_vec()).is_err());
        assert_eq!(outbox.run(STALL).await, "it closed its input");
    }
}
