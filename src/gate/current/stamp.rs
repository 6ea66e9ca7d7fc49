//! What tells one writing of the configuration from the next without reading it: the file, and the modules beside it.

use crate::config;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What tells one writing of one file from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct One {
    /// The time of the last change of content or attributes, which nobody can set back as he can the modification's.
    changed: (i64, i64),
    len: u64,
    inode: u64,
}

/// What was there at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) struct Stamp {
    file: Option<One>,
    /// Another one whenever a module comes, goes or is exchanged.
    folder: Option<One>,
    modules: Vec<(PathBuf, Option<One>)>,
}

impl Stamp {
    /// Looks.
    pub(in crate::gate) fn take(file: &Path) -> Self {
        let folder = one(&file.with_file_name(config::MODULES));
        let modules = match folder {
            Some(_) => config::module_files(file),
            None => Vec::new(),
        };
        let modules = modules.into_iter().map(|path| (path.clone(), one(&path))).collect();
        Self { file: one(file), folder, modules }
    }

    /// Whether everything still is as it was; this is looked at before every call.
    pub(in crate::gate) fn holds(&self, file: &Path) -> bool {
        self.file == one(file)
            && self.folder == one(&file.with_file_name(config::MODULES))
            && self.modules.iter().all(|(path, was)| *was == one(path))
    }
}

fn one(path: &Path) -> Option<One> {
    let meta = std::fs::metadata(path).ok()?;
    Some(One { changed: (meta.ctime(), meta.ctime_nsec()), len: meta.len(), inode: meta.ino() })
}
