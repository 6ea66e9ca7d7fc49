//! The store's directory and files: ours alone, no links, or the store is not opened.
//!
//! Whoever can write them can approve for everybody, and whoever can read them has all arguments.

use crate::domain::digest::StoreKey;
use crate::store::StoreError;
use rustix::fs::{Mode, OFlags};
use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where everything of one store lies.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    /// The database.
    pub(crate) database: PathBuf,
    key: PathBuf,
    home: PathBuf,
}

impl Files {
    /// Makes the directory and the empty database if they are missing, and refuses what others could touch.
    pub(crate) fn prepare(home: &Path) -> Result<(Self, StoreKey), StoreError> {
        make_home(home)?;
        check(home, true)?;
        local(home)?;
        // SQLite is told to follow no link at all; links above our directory are the machine's affair.
        let home = fs::canonicalize(home).map_err(|e| broken(home, &e))?;
        let files =
            Self { database: home.join("countersign.db"), key: home.join("store.key"), home };
        for name in ["countersign.db", "countersign.db-wal", "countersign.db-shm", "store.key"] {
            check(&files.home.join(name), false)?;
        }
        let key = files.key()?;
        files.make_database()?;
        Ok((files, key))
    }

    /// The path for messages.
    pub(crate) fn shown(&self) -> String {
        self.database.display().to_string()
    }

    /// Reads the key, or makes it for a store that holds nothing yet. It is there before the database is, so a
    /// database without a key has lost it.
    fn key(&self) -> Result<StoreKey, StoreError> {
        if let Some(key) = self.read_key()? {
            return Ok(key);
        }
        if fs::metadata(&self.database).is_ok_and(|m| m.len() > 0) {
            return Err(StoreError::Unusable(format!(
                "`{}` is missing, and `{}` is nothing without it",
                self.key.display(),
                self.database.display()
            )));
        }
        self.make_key()?;
        self.read_key()?
            .ok_or_else(|| StoreError::Unusable(format!("`{}` is gone again", self.key.display())))
    }

    fn read_key(&self) -> Result<Option<StoreKey>, StoreError> {
        let file = match open(&self.key, OFlags::RDONLY) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(broken(&self.key, &e)),
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        file.take(64).read_to_end(&mut bytes).map_err(|e| broken(&self.key, &e))?;
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| {
            StoreError::Unusable(format!("`{}` does not hold 32 bytes", self.key.display()))
        })?;
        Ok(Some(StoreKey::new(key)))
    }

    /// Written whole under another name first, then linked: whoever comes second finds the first one's key,
    /// never half of it.
    fn make_key(&self) -> Result<(), StoreError> {
        let bytes = random_key()?;
        let mut tag = [0_u8; 8];
        getrandom::fill(&mut tag).map_err(|e| no_random(&e))?;
        let draft = self.home.join(format!("store.key.{:016x}", u64::from_ne_bytes(tag)));
        let written = open(&draft, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)
            .and_then(|mut file| file.write_all(&*bytes).and_then(|()| file.sync_all()))
            .and_then(|()| match fs::hard_link(&draft, &self.key) {
                Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
                linked => linked,
            });
        let removed = fs::remove_file(&draft);
        written.and(removed).map_err(|e| broken(&self.key, &e))?;
        File::open(&self.home).and_then(|home| home.sync_all()).map_err(|e| broken(&self.home, &e))
    }

    /// SQLite gives its other files the mode of the database, whatever the umask.
    fn make_database(&self) -> Result<(), StoreError> {
        match open(&self.database, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL) {
            Ok(_) => Ok(()),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(e) => Err(broken(&self.database, &e)),
        }
    }
}

/// 32 secret bytes.
pub(crate) fn random_key() -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes).map_err(|e| no_random(&e))?;
    Ok(bytes)
}

fn no_random(e: &getrandom::Error) -> StoreError {
    StoreError::Unusable(format!("no random numbers: {e}"))
}

fn broken(path: &Path, e: &std::io::Error) -> StoreError {
    StoreError::Unusable(format!("`{}`: {e}", path.display()))
}

fn open(path: &Path, flags: OFlags) -> std::io::Result<File> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?))
}

fn make_home(home: &Path) -> Result<(), StoreError> {
    if fs::symlink_metadata(home).is_ok() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(home).map_err(|e| broken(home, &e))
}

/// On a network file system the locks that SQLite lives by do not hold between machines.
#[cfg(target_os = "linux")]
fn local(home: &Path) -> Result<(), StoreError> {
    const REMOTE: [(u64, &str); 4] =
        [(0x6969, "NFS"), (0x517b, "SMB"), (0xff53_4d42, "CIFS"), (0xfe53_4d42, "SMB")];
    let found = rustix::fs::statfs(home).map_err(|e| broken(home, &e.into()))?;
    // The kernel fills in 32 bits; their sign is an accident of the type.
    let kind = found.f_type.to_ne_bytes();
    let kind = u64::from_ne_bytes(kind) & 0xffff_ffff;
    match REMOTE.iter().find(|(magic, _)| *magic == kind) {
        None => Ok(()),
        Some((_, name)) => Err(StoreError::Unusable(format!(
            "`{}` lies on a network file system ({name}); name a local directory with `--home`",
            home.display()
        ))),
    }
}

#[cfg(not(target_os = "linux"))]
fn local(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Refuses a path that is not what it should be, not ours, or open to others. What is missing passes.
fn check(path: &Path, directory: bool) -> Result<(), StoreError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(broken(path, &e)),
    };
    match fault(&found, directory) {
        None => Ok(()),
        Some((what, remedy)) => Err(StoreError::Unsafe {
            path: path.display().to_string(),
            what,
            remedy: format!("{remedy} {}", quoted(path)),
        }),
    }
}

fn fault(found: &Metadata, directory: bool) -> Option<(String, String)> {
    let us = rustix::process::geteuid().as_raw();
    let mode = found.mode() & 0o7777;
    if found.is_symlink() {
        let what = "is a symbolic link; name the place itself with `--home`";
        return Some((what.to_owned(), "readlink -f".to_owned()));
    }
    if directory && !found.is_dir() {
        return Some(("is not a directory".to_owned(), "ls -ld".to_owned()));
    }
    if !directory && !found.is_file() {
        return Some(("is not a plain file".to_owned(), "ls -ld".to_owned()));
    }
    if found.uid() != us {
        let what = format!("belongs to user {}, not to user {us}", found.uid());
        return Some((what, format!("sudo chown {us}")));
    }
    if mode & 0o077 != 0 {
        let wanted = if directory { "700" } else { "600" };
        let what = format!("can be read or changed by others (mode {mode:o})");
        return Some((what, format!("chmod {wanted}")));
    }
    None
}

fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-".contains(&b);
    if text.bytes().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
