//! What can go wrong with signed heads, told apart by whether it speaks against the machine or the files.

use std::path::{Path, PathBuf};

/// Why heads cannot be signed or read.
#[derive(Debug, thiserror::Error)]
pub enum HeadsError {
    /// A file could not be used.
    #[error(
        "cannot {what} `{path}`: {source}; no head was signed, and without heads the journal cannot be told from a re-hashed one"
    )]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others could read the key.
    #[error(
        "`{path}` can be used by others, who could sign a forged journal; run `chmod 600 {path}`, and tell from your copies of earlier heads whether that happened"
    )]
    Unsafe {
        /// The key.
        path: PathBuf,
    },
    /// The file holds no key.
    #[error("`{path}` is not a key of ours ({what}); put the right file back from a backup")]
    NotAKey {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The secret half is gone.
    #[error(
        "`{missing}` is gone but `{left}` is there: a new key could not be told from a forger's; put it back, or move `head.pub` and `heads.jsonl` away to begin anew"
    )]
    KeyLost {
        /// The file that should be there.
        missing: PathBuf,
        /// The one that shows it was.
        left: PathBuf,
    },
    /// The two halves are of different keys.
    #[error(
        "`{public}` is not the public half of `{secret}`: one of them was replaced; put the right file back from a backup"
    )]
    KeysDiffer {
        /// The public half.
        public: PathBuf,
        /// The secret half.
        secret: PathBuf,
    },
    /// There is no key here that could sign.
    #[error("these heads were opened for reading only; nothing was signed")]
    ReadOnly,
    /// The system gives no random numbers.
    #[error("no random numbers for a key: {0}")]
    NoRandom(String),
}

impl HeadsError {
    /// For `map_err`.
    pub(in crate::journal) fn io(
        what: &'static str,
        path: &Path,
    ) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what, path: path.to_owned(), source }
    }

    /// Whether this speaks against the files themselves and not against the machine: for whoever verifies,
    /// a failed check.
    #[must_use]
    pub fn is_evidence(&self) -> bool {
        matches!(self, Self::NotAKey { .. } | Self::KeyLost { .. } | Self::KeysDiffer { .. })
    }
}
