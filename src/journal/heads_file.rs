//! `heads.jsonl`: one signed head a line, appended by many processes, each line whole or mended.
//!
//! A lock on the file orders the writers. A line that a crash or a full disk left half is taken away by the
//! next writer, so lines that are not heads never come from us.

use crate::journal::heads::{Lines, SignedHead};
use crate::journal::heads_error::HeadsError;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Its name in the home.
pub const NAME: &str = "heads.jsonl";

/// More than any line of ours.
const LINE: u64 = 1_024;

/// The file; opened anew for every use, so that moving it away works while processes live.
#[derive(Debug)]
pub(in crate::journal) struct HeadsFile {
    path: PathBuf,
}

impl HeadsFile {
    pub(in crate::journal) fn of(home: &Path) -> Self {
        Self { path: home.join(NAME) }
    }

    /// Appends one line and waits until it is on disk, unless the newest line is already `covered`.
    pub(in crate::journal) fn append(
        &self,
        head: &SignedHead,
        covered: impl FnOnce(&SignedHead) -> bool,
    ) -> Result<(), HeadsError> {
        let fresh = !self.path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.path)
            .map_err(HeadsError::io("open", &self.path))?;
        file.lock().map_err(HeadsError::io("lock", &self.path))?;
        let io = || HeadsError::io("append to", &self.path);
        let end = file.metadata().map_err(io())?.len();
        let tail = tail(&mut file, end).map_err(io())?;
        let mut line = serde_json::to_vec(head).map_err(|e| io()(e.into()))?;
        line.push(b'\n');
        match tail {
            Tail::Head(newest, whole) => {
                if covered(&newest) {
                    return Ok(());
                }
                if !whole {
                    line.insert(0, b'\n');
                }
            }
            Tail::Cut(at) => file.set_len(at).map_err(io())?,
            Tail::Other => {}
        }
        let start = file.metadata().map_err(io())?.len();
        let written = match file.write(&line) {
            Ok(n) if n == line.len() => file.sync_data(),
            Ok(_) => Err(std::io::ErrorKind::StorageFull.into()),
            Err(e) => Err(e),
        };
        if let Err(e) = written {
            // Half a line is no head; whoever comes next would take it away too.
            let _ = file.set_len(start);
            return Err(io()(e));
        }
        if fresh {
            sync_dir(&self.path)?;
        }
        Ok(())
    }

    /// All lines. A file that is not there has none.
    pub(in crate::journal) fn read(&self) -> Result<Lines, HeadsError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Lines::default()),
            Err(e) => return Err(HeadsError::io("open", &self.path)(e)),
        };
        // Waits for a writer in the middle of a line. On a file system without locks the cut line shows.
        let _ = file.lock_shared();
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(HeadsError::io("read", &self.path))?;
        Ok(parse(&text))
    }
}

fn parse(text: &[u8]) -> Lines {
    let mut lines = Lines::default();
    for (i, line) in text.split_inclusive(|b| *b == b'\n').enumerate() {
        match serde_json::from_slice::<SignedHead>(line) {
            Ok(head) => lines.heads.push(head),
            Err(_) if !line.ends_with(b"\n") => lines.cut = true,
            Err(_) => lines.foreign.push(i + 1),
        }
    }
    lines
}

/// How the file ends.
enum Tail {
    /// With a head; `false` when only its line break is missing.
    Head(SignedHead, bool),
    /// With half a line, which begins here.
    Cut(u64),
    /// Empty, or with a line that is no head.
    Other,
}

fn tail(file: &mut File, end: u64) -> std::io::Result<Tail> {
    let from = end.saturating_sub(LINE);
    file.seek(SeekFrom::Start(from))?;
    let mut text = Vec::new();
    file.take(LINE).read_to_end(&mut text)?;
    let whole = text.ends_with(b"\n");
    let body = text.strip_suffix(b"\n").unwrap_or(&text);
    let begin = body.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let last = body.get(begin..).unwrap_or_default();
    Ok(match serde_json::from_slice(last) {
        Ok(head) => Tail::Head(head, whole),
        // Longer than any half line of ours: not ours to take away.
        Err(_) if whole || (begin == 0 && from > 0) => Tail::Other,
        Err(_) => Tail::Cut(from + begin as u64),
    })
}

/// A new name in a directory lasts only once the directory is on disk.
pub(in crate::journal) fn sync_dir(path: &Path) -> Result<(), HeadsError> {
    let dir = path.parent().unwrap_or(path);
    File::open(dir).and_then(|d| d.sync_all()).map_err(HeadsError::io("sync", dir))
}
