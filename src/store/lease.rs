//! Who is alive: each serving process holds a locked file for as long as it runs.
//!
//! A lock dies with its process, however that dies, so "can I take it?" is the one question about another
//! process that has an honest answer. Recovery touches only rows whose lease it can take.

use crate::domain::agent::{AgentKind, BoardAgent};
use crate::domain::id::SessionId;
use crate::store::StoreError;
use rustix::fs::{FlockOperation, Mode, OFlags};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Begins the name of a lease that is being made.
const DRAFT: &str = ".";

/// A held lease; given back when dropped.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
    _file: File,
}

/// What a live lease says of its process.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Holder {
    /// The session served.
    pub session: SessionId,
    /// The process.
    pub pid: u32,
    /// The process that started it.
    pub parent_pid: u32,
}

fn unusable(what: &str, path: &Path, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unusable(format!("{what} `{}`: {error}", path.display()))
}

fn folder(home: &Path) -> PathBuf {
    home.join("leases")
}

fn listeners(home: &Path) -> PathBuf {
    home.join("listeners")
}

fn open(path: &Path, flags: OFlags) -> Result<File, rustix::io::Errno> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).map(File::from)
}

fn lock(file: &File) -> bool {
    rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

impl Lease {
    /// Takes the lease of a new session of this process.
    ///
    /// # Errors
    /// When the file cannot be made or locked; the session must then not start.
    pub fn take(home: &Path, holder: &Holder) -> Result<Self, StoreError> {
        let text = serde_json::to_string(holder)
            .map_err(|e| StoreError::Unusable(format!("cannot write a lease: {e}")))?;
        Self::make(&folder(home), &holder.session.to_string(), &text)
    }

    /// Takes the lease of a process that listens for people. It serves no client, so it is none of the [`holders`].
    ///
    /// # Errors
    /// When the file cannot be made or locked; nothing must then be listened to.
    pub fn of_listener(home: &Path, id: SessionId) -> Result<Self, StoreError> {
        Self::make(&listeners(home), &id.to_string(), "")
    }

    fn make(dir: &Path, name: &str, text: &str) -> Result<Self, StoreError> {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(|e| unusable("cannot make", dir, &e))?;
        let path = dir.join(name);
        // It gets its name locked and written: a probe in between would take the lock, or find nobody in it.
        let draft = dir.join(format!("{DRAFT}{name}"));
        let mut file = open(&draft, OFlags::CREATE | OFlags::EXCL | OFlags::RDWR)
            .map_err(|e| unusable("cannot make", &draft, &e))?;
        if !lock(&file) {
            return Err(unusable("cannot lock", &draft, &"somebody else holds it"));
        }
        file.write_all(text.as_bytes())
            .and_then(|()| std::fs::rename(&draft, &path))
            .map_err(|e| unusable("cannot write", &path, &e))?;
        Ok(Self { path, _file: file })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // A file left behind does no harm: its lock is gone, so the session counts as dead.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether nobody holds the lease of this session any more. Unsure counts as alive: recovery then waits.
#[must_use]
pub fn is_dead(home: &Path, session: SessionId) -> bool {
    is_free(&folder(home).join(session.to_string()))
}

/// Whether nobody holds the lease of this name of a listener any more. Unsure counts as alive: its address stays closed to
/// agents.
#[must_use]
pub fn is_deaf(home: &Path, listener: &str) -> bool {
    // What is no id is no name of a file of ours.
    Uuid::parse_str(listener).is_ok_and(|id| is_free(&listeners(home).join(id.to_string())))
}

fn is_free(path: &Path) -> bool {
    match open(path, OFlags::RDWR) {
        Ok(file) => {
            let dead = lock(&file);
            if dead {
                let _ = std::fs::remove_file(path);
            }
            dead
        }
        Err(error) => error == rustix::io::Errno::NOENT,
    }
}

/// Whether an agent on the board is still there. A session whose process was killed is open until somebody ends it; who
/// registered by hand leaves the board by silence.
#[must_use]
pub fn is_here(home: &Path, agent: &BoardAgent) -> bool {
    match agent.kind {
        AgentKind::Registered => true,
        AgentKind::Session => !is_dead(home, SessionId(agent.id)),
    }
}

/// Every process that serves now.
///
/// # Errors
/// When a lease cannot be read that somebody may hold: whoever asks who is there must not take that for nobody.
pub fn holders(home: &Path) -> Result<Vec<Holder>, StoreError> {
    let dir = folder(home);
    let entries = match std::fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unusable("cannot list", &dir, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| unusable("cannot list", &dir, &e))?;
        if !entry.file_name().as_encoded_bytes().starts_with(DRAFT.as_bytes()) {
            found.extend(holder(&entry.path())?);
        }
    }
    Ok(found)
}

/// Who holds this lease, if anybody does.
fn holder(path: &Path) -> Result<Option<Holder>, StoreError> {
    let mut file = match open(path, OFlags::RDWR) {
        Ok(file) => file,
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(error) => return Err(unusable("cannot open", path, &error)),
    };
    if lock(&file) {
        return Ok(None);
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|e| unusable("cannot read", path, &e))?;
    serde_json::from_str(&text).map(Some).map_err(|e| unusable("cannot read", path, &e))
}

#[cfg(test)]
mod tests {
    use crate::domain::id::SessionId;
    use crate::store::lease::{Holder, Lease, holders, is_deaf};

    #[test]
    fn a_listener_is_there_while_it_lives_and_serves_nobody() {
        let home = tempfile::tempdir().unwrap();
        let id = SessionId::new();
        let is_deaf = || is_deaf(home.path(), &id.to_string());
        assert!(is_deaf(), "never there");
        let lease = Lease::of_listener(home.path(), id).unwrap();
        assert!(!is_deaf());
        assert!(holders(home.path()).unwrap().is_empty(), "no client is served");
        drop(lease);
        assert!(is_deaf());
    }

    #[test]
    fn a_held_lease_that_nobody_can_read_is_not_nobody() {
        let home = tempfile::tempdir().unwrap();
        assert!(holders(home.path()).unwrap().is_empty(), "no folder, no lease");
        let holder = Holder { session: SessionId::new(), pid: 7, parent_pid: 5 };
        let lease = Lease::take(home.path(), &holder).unwrap();
        let path = home.path().join("leases").join(holder.session.to_string());
        assert_eq!(holders(home.path()).unwrap().len(), 1);
        for text in ["", "{}", "{\"pid\":7}"] {
            std::fs::write(&path, text).unwrap();
            assert!(holders(home.path()).is_err(), "{text}");
        }
        // Nobody holds it any more, so what it says is nothing to anybody.
        let left = home.path().join("leases").join("left");
        std::fs::write(&left, "").unwrap();
        drop(lease);
        assert!(holders(home.path()).unwrap().is_empty());
        std::fs::remove_file(&left).unwrap();
        std::os::unix::fs::symlink(home.path(), &left).unwrap();
        assert!(holders(home.path()).is_err(), "a link in its place");
    }
}
