//! `head.key` and `head.pub`: the key that signs heads, made once for a home and never replaced by us.
//!
//! The key appears under its name whole or not at all (written aside, then linked), so of several processes
//! that start together exactly one makes it. A lost key is not made anew: verification could not tell the
//! new one from a forger's.

use crate::domain::digest::Digest;
use crate::journal::heads_error::HeadsError;
use crate::journal::heads_file::{NAME, sync_dir};
use ed25519_dalek::{SigningKey, VerifyingKey};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use zeroize::Zeroizing;

const SECRET: &str = "head.key";
const PUBLIC: &str = "head.pub";

/// A new key.
pub(in crate::journal) fn random() -> Result<SigningKey, HeadsError> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *bytes).map_err(|e| HeadsError::NoRandom(e.to_string()))?;
    Ok(SigningKey::from_bytes(&bytes))
}

/// The key of this home with its published half; makes both at first use.
pub(in crate::journal) fn load_or_make(
    home: &Path,
) -> Result<(SigningKey, VerifyingKey), HeadsError> {
    let secret = home.join(SECRET);
    let public = home.join(PUBLIC);
    let key = match load(&secret)? {
        Some(key) => key,
        None => {
            for left in [public.clone(), home.join(NAME)] {
                // Another process may be making the key right now: then it is there by now.
                if left.exists() && !secret.exists() {
                    return Err(HeadsError::KeyLost { missing: secret, left });
                }
            }
            publish(&secret, &*Zeroizing::new(random()?.to_bytes()), 0o600)?;
            load(&secret)?
                .ok_or_else(|| HeadsError::NotAKey { path: secret.clone(), what: "it vanished" })?
        }
    };
    let ours = key.verifying_key();
    publish(&public, format!("{}\n", hex(ours.as_bytes())).as_bytes(), 0o644)?;
    match load_public_half(&public)? {
        Some(found) if found == ours => Ok((key, ours)),
        _ => Err(HeadsError::KeysDiffer { public, secret }),
    }
}

/// The published half alone; `None` in a home without heads. Where the secret half can be read, they must
/// belong together.
pub(in crate::journal) fn load_public(home: &Path) -> Result<Option<VerifyingKey>, HeadsError> {
    let (secret, public) = (home.join(SECRET), home.join(PUBLIC));
    let found = load_public_half(&public)?;
    let ours = match load(&secret) {
        Ok(key) => key.map(|k| k.verifying_key()),
        Err(HeadsError::Io { source, .. }) if source.kind() == ErrorKind::PermissionDenied => None,
        Err(e) => return Err(e),
    };
    match (found, ours) {
        (Some(a), Some(b)) if a != b => Err(HeadsError::KeysDiffer { public, secret }),
        (None, None) => {
            let left = home.join(NAME);
            if left.exists() {
                Err(HeadsError::KeyLost { missing: public, left })
            } else {
                Ok(None)
            }
        }
        (a, b) => Ok(a.or(b)),
    }
}

/// Short id of a public key.
pub(in crate::journal) fn id(public: &VerifyingKey) -> String {
    Digest::sha256(&[public.as_bytes()]).to_string().chars().take(16).collect()
}

/// Lower-case hex.
pub(in crate::journal) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Exactly `N` bytes of lower-case hex: one text for one value.
pub(in crate::journal) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let nibble = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut out = [0_u8; N];
    for (slot, [high, low]) in out.iter_mut().zip(pairs) {
        *slot = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(out)
}

fn load(path: &Path) -> Result<Option<SigningKey>, HeadsError> {
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(HeadsError::io("open", path)(e)),
    };
    let meta = file.metadata().map_err(HeadsError::io("look at", path))?;
    if !meta.is_file() || meta.len() != 32 {
        return Err(HeadsError::NotAKey { path: path.to_owned(), what: "not a file of 32 bytes" });
    }
    if meta.mode() & 0o077 != 0 {
        return Err(HeadsError::Unsafe { path: path.to_owned() });
    }
    let mut bytes = Zeroizing::new([0_u8; 32]);
    file.read_exact(&mut *bytes).map_err(HeadsError::io("read", path))?;
    Ok(Some(SigningKey::from_bytes(&bytes)))
}

fn load_public_half(path: &Path) -> Result<Option<VerifyingKey>, HeadsError> {
    let text = match fs::read(path) {
        Ok(text) => String::from_utf8(text).unwrap_or_default(),
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(HeadsError::io("read", path)(e)),
    };
    unhex::<32>(text.trim_end())
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .filter(|key| !key.is_weak())
        .map(Some)
        .ok_or_else(|| HeadsError::NotAKey {
            path: path.to_owned(),
            what: "not 64 hex digits of an ed25519 key",
        })
}

/// Puts a file under its name whole, unless that name is taken.
fn publish(path: &Path, bytes: &[u8], mode: u32) -> Result<(), HeadsError> {
    if path.exists() {
        return Ok(());
    }
    let aside = path.with_extension(format!("{}.new", uuid::Uuid::now_v7().simple()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&aside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(HeadsError::io("write", &aside));
    let linked = written.and_then(|()| match fs::hard_link(&aside, path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(HeadsError::io("make", path)(e)),
        _ => Ok(()),
    });
    let _ = fs::remove_file(&aside);
    linked?;
    sync_dir(path)
}
