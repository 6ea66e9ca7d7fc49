//! The pipe to the client: lines in, lines out, never blocking the one thread that serves everything.
//!
//! Hosts hand over pipes (Python) or sockets (Node); both are used non-blocking. Anything else (a terminal,
//! a file) goes through tokio's blocking threads.

use crate::mcp::queue::{Outgoing, Queued};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};

/// The longest line taken from a client, in bytes.
pub const LINE_MAX: usize = 16 * 1024 * 1024;

/// Where lines come from.
pub type Input = Box<dyn AsyncRead + Send + Unpin>;
/// Where lines go.
pub type Output = Box<dyn AsyncWrite + Send + Unpin>;

/// Our own stdin and stdout.
#[must_use]
pub fn open() -> (Input, Output) {
    if let (Ok(input), Ok(output)) = (socket(io::stdin().as_fd()), socket(io::stdout().as_fd())) {
        return (Box::new(input), Box::new(output));
    }
    let (input, output) = rmcp::transport::io::stdio_pipes();
    (Box::new(input), Box::new(output))
}

fn socket(fd: BorrowedFd<'_>) -> io::Result<tokio::net::UnixStream> {
    let stream = std::os::unix::net::UnixStream::from(fd.try_clone_to_owned()?);
    // Fails for anything that is no socket.
    stream.local_addr()?;
    stream.set_nonblocking(true)?;
    tokio::net::UnixStream::from_std(stream)
}

/// One line of input.
#[derive(Debug)]
pub enum Line<'a> {
    /// Its bytes without the newline.
    Text(&'a [u8]),
    /// It was longer than [`LINE_MAX`] and is thrown away.
    TooLong,
}

/// Reads lines of bounded length.
pub struct Lines {
    input: BufReader<Input>,
    line: Vec<u8>,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines")
    }
}

impl Lines {
    /// Lines of this input.
    #[must_use]
    pub fn new(input: Input) -> Self {
        Self { input: BufReader::with_capacity(64 * 1024, input), line: Vec::new() }
    }

    /// The next line; `None` at the end. Text after the last newline is a line too: scripts forget it.
    ///
    /// # Errors
    /// Those of the input.
    pub async fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        // A line of megabytes must not keep its memory for the rest of the session.
        if self.line.capacity() > 1024 * 1024 {
            self.line = Vec::new();
        }
        self.line.clear();
        let mut too_long = false;
        loop {
            let chunk = self.input.fill_buf().await?;
            if chunk.is_empty() {
                let ended = self.line.is_empty() && !too_long;
                if ended {
                    return Ok(None);
                }
                break;
            }
            let end = memchr::memchr(b'\n', chunk);
            let part = end.map_or(chunk, |at| chunk.get(..at).unwrap_or_default());
            if self.line.len() + part.len() > LINE_MAX {
                too_long = true;
                self.line.clear();
            }
            if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = end.map_or(chunk.len(), |at| at + 1);
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(Some(if too_long { Line::TooLong } else { Line::Text(trimmed(&self.line)) }))
    }
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Writes queued lines in order until the queue ends or the client is gone.
pub async fn write(mut output: Output, mut lines: Queued) {
    let mut batch = Vec::new();
    while let Some(first) = lines.next().await {
        // One write for what is queued already; big lines are not copied.
        batch.clear();
        let mut written = 0;
        let mut next = Some(first);
        while let Some(Outgoing { line, .. }) = next.take() {
            written += line.len();
            if line.len() > 64 * 1024 {
                if output.write_all(&batch).await.is_err() || output.write_all(&line).await.is_err()
                {
                    return;
                }
                batch.clear();
            } else {
                batch.extend_from_slice(&line);
            }
            if batch.len() < 64 * 1024 {
                next = lines.ready();
            }
        }
        if output.write_all(&batch).await.is_err() || output.flush().await.is_err() {
            return;
        }
        lines.written(written);
    }
}
