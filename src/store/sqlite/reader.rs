//! A thread that only reads, on a connection that cannot write, so that no question waits for a commit.

use crate::store::StoreError;
use rusqlite::Connection;
use std::sync::mpsc;
use tokio::sync::oneshot;

type Result<T> = std::result::Result<T, StoreError>;
type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Hands questions to the thread. Dropped, it ends it.
pub(crate) struct Reader {
    sender: Option<mpsc::Sender<Job>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    /// Starts the thread.
    pub(crate) fn start(conn: Connection) -> Result<Self> {
        let (sender, inbox) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("store-reader".to_owned())
            .spawn(move || inbox.into_iter().for_each(|job| job(&conn)))
            .map_err(|e| StoreError::Unusable(format!("cannot start a thread: {e}")))?;
        Ok(Self { sender: Some(sender), thread: Some(thread) })
    }

    /// Asks, in one read transaction: all that `work` reads is of one moment.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let gone = || StoreError::Unusable("the reader has stopped".to_owned());
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            if !reply.is_closed() {
                // Whoever stopped waiting does not get it.
                let _ = reply.send(snapshot(conn, work));
            }
        });
        self.sender.as_ref().and_then(|sender| sender.send(job).ok()).ok_or_else(gone)?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to close.
            let _ = thread.join();
        }
    }
}

fn snapshot<T>(conn: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    conn.prepare_cached("BEGIN")?.execute([])?;
    let read = work(conn);
    conn.prepare_cached("COMMIT")?.execute([])?;
    read
}
