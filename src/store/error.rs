//! What can go wrong with the store. Each of these is a no to whatever was asked.

use crate::domain::time::Millis;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing was written.
    #[error("cannot use the store: {0}; nothing was changed")]
    Unusable(String),
    /// The commit reported an error: it may or may not have happened. Whoever meant to send must not.
    #[error("the store could not confirm a commit: {0}; what it held counts as used and unknown")]
    CommitUnknown(String),
    /// The file is of a newer version of this program.
    #[error(
        "the store `{path}` has schema version {found}, this program knows up to {known}; use the newer program"
    )]
    Newer {
        /// Which file.
        path: String,
        /// Its version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The wall clock stands far behind the newest journal row.
    #[error("the clock says {wall}, the journal already holds {newest}; set the clock, or run `countersign doctor --accept-clock`", wall = .wall.rfc3339(), newest = .newest.rfc3339())]
    ClockBehind {
        /// What the wall clock says.
        wall: Millis,
        /// Time of the newest row.
        newest: Millis,
    },
    /// Files or directories that others could read or change.
    #[error("`{path}` {what}; run `{remedy}`")]
    Unsafe {
        /// Which.
        path: String,
        /// What is wrong with it.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// A named kind of store that this program was not built with.
    #[error("the store `{0}` is not built in; use `sqlite` or `in_memory`")]
    NotBuiltIn(String),
}

impl StoreError {
    /// Stable code for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unusable(_) => "store_unusable",
            Self::CommitUnknown(_) => "commit_unknown",
            Self::Newer { .. } => "store_newer",
            Self::ClockBehind { .. } => "clock_behind",
            Self::Unsafe { .. } => "store_unsafe",
            Self::NotBuiltIn(_) => "store_not_built_in",
        }
    }
}
