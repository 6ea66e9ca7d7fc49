//! What makes a connection one that may be trusted: secrets and certificates out of files, and TLS's own beginnings.
//!
//! A secret that somebody else could read is none, and is refused rather than sent.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use zeroize::Zeroizing;

/// A secret larger than this is none.
const SECRET_MAX: u64 = 4_096;
/// A file of certificates larger than this is none.
const BUNDLE_MAX: u64 = 1024 * 1024;

/// Makes sure that TLS has its cryptography before a client is built: one provider for the process.
pub fn ready_tls() {
    // Somebody was first: the same one stands.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A secret, out of a file that is ours and nobody else's to read: its text without the line's end.
///
/// # Errors
/// Why there is none, in words that go on after the file's name.
pub fn secret(path: &Path) -> Result<Zeroizing<String>, String> {
    let unread = |error: std::io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(unread)?;
    let meta = file.metadata().map_err(unread)?;
    let mode = meta.mode() & 0o777;
    if !meta.is_file() {
        return Err("is no file".to_owned());
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err("belongs to another user".to_owned());
    }
    if mode & 0o077 != 0 {
        return Err(format!(
            "is open to others (mode {mode:04o}): `chmod 600` makes it ours alone"
        ));
    }
    if meta.len() > SECRET_MAX {
        return Err(format!("is longer than {SECRET_MAX} bytes"));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(SECRET_MAX).read_to_string(&mut text).map_err(unread)?;
    let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    if secret.is_empty() { Err("is empty".to_owned()) } else { Ok(secret) }
}

/// A file of certificates. `None` when it cannot be read or is too large.
#[must_use]
pub fn bundle(file: &Path) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    let file = File::open(file).ok()?;
    let read = file.take(BUNDLE_MAX + 1).read_to_end(&mut bundle).ok()?;
    (read as u64 <= BUNDLE_MAX).then_some(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "s3cret\n").unwrap();
        let mode =
            |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o600);
        assert_eq!(secret(&file).unwrap().as_str(), "s3cret");
        for open in [0o640, 0o604, 0o660] {
            mode(open);
            let why = format!("(mode {open:04o}): `chmod 600`");
            assert!(secret(&file).unwrap_err().contains(&why));
        }
        mode(0o600);
        std::fs::write(&file, "\n").unwrap();
        assert_eq!(secret(&file).unwrap_err(), "is empty");
        assert_eq!(secret(folder.path()).unwrap_err(), "is no file");
        assert!(secret(&folder.path().join("none")).unwrap_err().starts_with("cannot be read: "));
    }
}
