//! Reads the file only if nobody but its owner can have written it.
//!
//! Whoever can write the configuration starts programs and answers questions, so a file or directory open to others is
//! refused before a byte of it counts. Root may own it: root could do all of this anyway.

use crate::config::error::ConfigError;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The text of the file, `None` when it is not there.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<String>, ConfigError> {
    let unreadable = |source: std::io::Error| ConfigError::Unreadable {
        file: path.to_owned(),
        source: source.into(),
    };
    let link = match std::fs::symlink_metadata(path) {
        Ok(metadata) => metadata.is_symlink(),
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(unreadable(e)),
    };
    if link {
        check_directory_of(path)?;
    }
    // What the link leads to is what is read, so that is what must be safe.
    let real = path.canonicalize().map_err(unreadable)?;
    check_directory_of(&real)?;
    if !real.metadata().map_err(unreadable)?.is_file() {
        return Err(unreadable(std::io::Error::other("not a regular file")));
    }
    let file = File::open(&real).map_err(unreadable)?;
    check(&real, &file.metadata().map_err(unreadable)?)?;
    let mut text = String::new();
    file.take(limit + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > limit {
        return Err(unreadable(std::io::Error::other(format!("larger than {limit} bytes"))));
    }
    Ok(Some(text))
}

/// Whether this folder is there; it, and the one it lies in, must be nobody else's to change.
pub(crate) fn folder(path: &Path) -> Result<bool, ConfigError> {
    let unreadable = |source: std::io::Error| ConfigError::Unreadable {
        file: path.to_owned(),
        source: source.into(),
    };
    match std::fs::symlink_metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
        Err(e) => return Err(unreadable(e)),
        Ok(_) => check_directory_of(path)?,
    }
    let real = path.canonicalize().map_err(unreadable)?;
    check_directory_of(&real)?;
    let metadata = real.metadata().map_err(unreadable)?;
    if !metadata.is_dir() {
        return Err(unreadable(std::io::Error::other("not a folder")));
    }
    check(&real, &metadata)?;
    Ok(true)
}

fn check_directory_of(path: &Path) -> Result<(), ConfigError> {
    let directory = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    };
    let metadata = directory.metadata();
    let source = |source: std::io::Error| ConfigError::Unreadable {
        file: directory.to_owned(),
        source: source.into(),
    };
    check(directory, &metadata.map_err(source)?)
}

#[cfg(unix)]
fn check(path: &Path, metadata: &Metadata) -> Result<(), ConfigError> {
    use std::os::unix::fs::MetadataExt as _;
    const OTHERS_WRITE: u32 = 0o022;
    const ROOT: u32 = 0;
    let refuse =
        |problem, help| Err(ConfigError::Unsafe { file: PathBuf::from(path), problem, help });
    let quoted = path.display().to_string().replace('\'', r"'\''");
    if metadata.uid() != ROOT && metadata.uid() != rustix::process::geteuid().as_raw() {
        return refuse(
            "belongs to another user",
            format!("mend it with: sudo chown \"$(id -u)\" '{quoted}'"),
        );
    }
    if metadata.mode() & OTHERS_WRITE != 0 {
        return refuse("can be written by others", format!("mend it with: chmod go-w '{quoted}'"));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata) -> Result<(), ConfigError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use crate::config::{ConfigError, load};
    use std::fs::{Permissions, create_dir, set_permissions, write};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn what_others_could_write_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("home");
        create_dir(&dir).unwrap();
        let mode = |path: &std::path::Path, mode| {
            set_permissions(path, Permissions::from_mode(mode)).unwrap()
        };
        mode(&dir, 0o700);
        let file = dir.join("countersign.toml");
        assert_eq!(load(&file).unwrap().digest(), crate::domain::digest::Digest::sha256(&[]));
        write(&file, "stance = \"deny\"").unwrap();
        mode(&file, 0o600);
        assert_eq!(load(&file).unwrap().stance, crate::config::Stance::Deny);

        let link = root.path().join("link.toml");
        symlink(&file, &link).unwrap();
        assert!(load(&link).is_ok());
        mode(&file, 0o620);
        for path in [&file, &link] {
            let error = load(path).unwrap_err();
            assert!(
                matches!(&error, ConfigError::Unsafe { .. })
                    && error.to_string().contains("chmod go-w"),
                "{error}"
            );
        }
        mode(&file, 0o600);
        mode(&dir, 0o770);
        assert!(matches!(load(&file), Err(ConfigError::Unsafe { .. })));
        assert!(matches!(load(&link), Err(ConfigError::Unsafe { .. })));
        mode(&dir, 0o700);
        mode(root.path(), 0o777);
        assert!(load(&file).is_ok() && matches!(load(&link), Err(ConfigError::Unsafe { .. })));
        mode(root.path(), 0o700);
    }
}
