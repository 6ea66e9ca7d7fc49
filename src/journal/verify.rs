//! Whether the journal is still the one that was written.
//!
//! The forger to be caught has our source and writes to the database as he likes. If he edits, deletes or
//! swaps rows, the chain shows the place. If he re-hashes everything after his change, the chain is whole
//! again, but the heads signed before his change name hashes that are gone. If he cuts the tail, heads point
//! past the end.
//!
//! He wins when he also has `head.key`: then he signs whatever he wrote. He wins over rows that no head was
//! signed for yet; so those are reported as an unwitnessed tail and never as ok. And he turns older rows
//! into such a tail by taking away heads; so a person who noted a head down brings it along (`--head`). That
//! a row was not changed does not make it true: who can write to the database can also append. What retention
//! erased leaves its digests in the chain; `check.rs` says what can still be told of it.

use crate::domain::digest::Digest;
use crate::domain::entry::Entry;
use crate::journal::check::Check;
use crate::journal::heads::Heads;
use crate::journal::heads_error::HeadsError;
use crate::journal::heads_file::NAME;
use crate::journal::report::{FaultKind, Report};
use crate::store::{EntryFilter, Store, StoreError};

/// Rows read at once, and bytes of bodies after which fewer are.
pub(in crate::journal) const PAGE: usize = 128;
const BYTES: usize = 16 * 1024 * 1024;

/// Why the journal could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The rows could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The heads could not be read.
    #[error(transparent)]
    Heads(#[from] HeadsError),
}

/// Reads every row of every tenant and holds it to the chain, to the signed heads and to `expect`, a head
/// that somebody noted down elsewhere.
///
/// # Errors
/// [`VerifyError`] when rows or heads cannot be read. What is wrong with them is in the report.
pub async fn verify(
    store: &dyn Store,
    heads: &Heads,
    expect: Option<(u64, Digest)>,
) -> Result<Report, VerifyError> {
    verify_watched(store, heads, expect, &mut |_, _| {}).await
}

/// The same, telling after every page how many of how many rows are done.
///
/// # Errors
/// Those of [`verify`].
pub async fn verify_watched(
    store: &dyn Store,
    heads: &Heads,
    expect: Option<(u64, Digest)>,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Report, VerifyError> {
    // First the heads, then the rows: a head signed meanwhile must not point past rows read before.
    let lines = heads.read()?;
    let total = store.head().await?.seq;
    let (good, forged): (Vec<_>, Vec<_>) = lines.heads.into_iter().partition(|h| heads.holds(h));
    let mut check = Check::new(good, expect);
    for line in lines.foreign {
        check.fault(FaultKind::ForgedHead, None, format!("line {line} of `{NAME}` is not a head"));
    }
    for head in forged {
        let what = format!("a head in `{NAME}` for row {} is not signed by our key", head.seq);
        check.fault(FaultKind::ForgedHead, Some(head.seq), what);
    }
    let mut page = PAGE;
    loop {
        let filter = EntryFilter { after: check.at(), limit: page, ..EntryFilter::default() };
        let rows = store.entries(filter).await?;
        let before = check.at();
        rows.iter().for_each(|row| check.row(row));
        progress(check.at(), total.max(check.at()));
        if rows.len() < page || check.at() == before {
            break;
        }
        page = next_page(page, rows.iter().map(size).sum());
    }
    let mut report = check.finish();
    report.cut_line = lines.cut;
    Ok(report)
}

pub(in crate::journal) fn size(row: &Entry) -> usize {
    row.body.as_ref().map_or(0, Vec::len) + row.meta.as_ref().map_or(0, String::len)
}

/// Arguments may be megabytes: read fewer rows at once after a heavy page, more again after a light one.
pub(in crate::journal) fn next_page(page: usize, bytes: usize) -> usize {
    if bytes > BYTES { (page / 4).max(8) } else { (page * 2).min(PAGE) }
}
