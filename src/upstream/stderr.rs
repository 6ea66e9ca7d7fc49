//! A server's stderr goes into our log: line by line, marked with its name, harmless to a terminal.
//!
//! Never to our own stdout, which belongs to the client. Lines are bounded, and so is their number in a
//! time, so that a server cannot fill the log or a screen with its own words.

use crate::domain::visible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::Instant;

/// Bytes of a line that are read.
const LINE: usize = 4 * 1024;
/// Characters of a line that are shown.
const SHOWN: usize = 2_000;
/// Lines in one window; what comes on top is counted.
const BURST: u32 = 500;
const WINDOW: Duration = Duration::from_secs(10);

/// The newest line, for saying why a server did not start.
#[derive(Debug, Clone, Default)]
pub(crate) struct LastWords(Arc<Mutex<String>>);

impl LastWords {
    /// The newest line, escaped and short.
    pub(crate) fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, line: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = line.to_owned();
    }
}

/// Re-logs until the pipe ends.
pub(crate) async fn relog(server: Arc<str>, mut stderr: impl AsyncRead + Unpin, last: LastWords) {
    let mut lines = Lines::default();
    let mut budget = Budget { began: Instant::now(), used: 0, left_out: 0 };
    let mut buffer = [0_u8; 8 * 1024];
    loop {
        let read = match stderr.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(read) => read,
        };
        lines.feed(buffer.get(..read).unwrap_or_default(), |line| budget.log(&server, line, &last));
        tokio::task::yield_now().await;
    }
    lines.finish(|line| budget.log(&server, line, &last));
}

struct Budget {
    began: Instant,
    used: u32,
    left_out: u64,
}

impl Budget {
    fn log(&mut self, server: &str, line: &str, last: &LastWords) {
        if self.began.elapsed() >= WINDOW {
            if self.left_out > 0 {
                tracing::info!(server, lines = self.left_out, "stderr lines left out");
            }
            *self = Self { began: Instant::now(), used: 0, left_out: 0 };
        }
        last.set(&visible::shorten(&visible::inline(line), 200));
        if self.used >= BURST {
            self.left_out += 1;
            return;
        }
        self.used += 1;
        let text = visible::shorten(&visible::inline(line), SHOWN);
        tracing::info!(server, "stderr: {text}");
    }
}

/// Cuts bytes into lines of at most [`LINE`] bytes.
#[derive(Default)]
struct Lines {
    line: Vec<u8>,
    dropped: usize,
}

impl Lines {
    fn feed(&mut self, mut bytes: &[u8], mut line: impl FnMut(&str)) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (head, tail) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            self.keep(head);
            self.finish(&mut line);
            bytes = tail.get(1..).unwrap_or_default();
        }
        self.keep(bytes);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LINE.saturating_sub(self.line.len()).min(bytes.len());
        self.line.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.dropped += bytes.len() - room;
    }

    fn finish(&mut self, mut line: impl FnMut(&str)) {
        let text = String::from_utf8_lossy(&self.line);
        let text = text.trim_end();
        match self.dropped {
            0 if text.is_empty() => {}
            0 => line(text),
            more => line(&format!("{text} … {more} more bytes")),
        }
        self.line.clear();
        self.dropped = 0;
    }
}

#[cfg(test)]
mod tests {
    use crate::upstream::stderr::{LINE, LastWords, Lines, relog};

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let mut all = Vec::new();
        let mut lines = Lines::default();
        for piece in pieces {
            lines.feed(piece, |line| all.push(line.to_owned()));
        }
        lines.finish(|line| all.push(line.to_owned()));
        all
    }

    #[test]
    fn lines_are_put_together_and_bounded() {
        assert_eq!(lines(&[b"a", b"b\n\nc\r\n", b"d"]), ["ab", "c", "d"]);
        let long = lines(&[&[b'x'; LINE], &[b'x'; LINE], b"\nnext\n"]);
        assert_eq!(long.len(), 2);
        assert!(long.first().is_some_and(|line| line.ends_with(&format!(" … {LINE} more bytes"))));
    }

    #[tokio::test]
    async fn controls_are_escaped_before_anything_is_said() {
        let last = LastWords::default();
        relog("s".into(), &b"\x1b[2J\x07evil \xff\xe2\x80\xae\n"[..], last.clone()).await;
        assert_eq!(last.get(), "\\u{1b}[2J\\u{7}evil \u{fffd}\\u{202e}");
    }
}
