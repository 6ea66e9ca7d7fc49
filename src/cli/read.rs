//! Plans as files: every command reads them alike, and none reads a part of one as the whole.

use anyhow::{Context as _, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A file is read so far, one byte more than a plan may have: what is cut here is refused by the check.
const READ_MAX: u64 = 16 * 1024 * 1024 + 1;

/// The bytes of a file, or of stdin for `-`.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn plan(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut take = |from: &mut dyn Read| from.take(READ_MAX).read_to_end(&mut bytes);
    let done = if path == Path::new("-") {
        take(&mut std::io::stdin().lock())
    } else {
        File::open(path).and_then(|mut file| take(&mut file))
    };
    done.with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(bytes)
}
