//! What is written down when the journal is found broken, and the state of a verification that others may look at.
//!
//! A fault is told once, as a row `journal.trouble`, and again only when it is another one: people are called by that row,
//! and whoever is called every hour for the same stops listening. A head that somebody brought along convicts nobody in the
//! journal's own record, since anybody could bring a wrong one; what it contradicts is told to whoever brought it.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::journal::{Heads, Report, VerifyError, verify, verify_watched};
use crate::store::{Store, StoreError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The kind of fault that is no row's: a key of the heads that was lost or exchanged.
const KEYS: &str = "head_keys";

/// What verification came to.
#[derive(Debug, Clone)]
pub enum Found {
    /// The rows were read.
    Report(Box<Report>),
    /// The keys of the heads were lost or exchanged, which speaks against the files as a bad row would.
    Keys(String),
}

impl Found {
    /// Whether nothing speaks against the journal.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Report(report) if report.is_ok())
    }

    /// The verdict in a few words.
    #[must_use]
    pub fn verdict(&self) -> String {
        match self {
            Self::Report(report) => report.verdict(),
            Self::Keys(why) => format!("not ok: {why}"),
        }
    }
}

/// Verifies, and writes a fault down where it is news. `expect` is a head that somebody noted down elsewhere.
///
/// # Errors
/// When rows or heads cannot be read. A fault that cannot be written down is logged and told all the same.
pub async fn look(
    store: &dyn Store,
    heads: &Heads,
    expect: Option<(u64, Digest)>,
    tenant: &Tenant,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Found, VerifyError> {
    let report = match verify_watched(store, heads, expect, progress).await {
        Ok(report) => report,
        Err(VerifyError::Heads(why)) if why.is_evidence() => {
            tell_of_keys(store, tenant).await;
            return Ok(Found::Keys(why.to_string()));
        }
        Err(error) => return Err(error),
    };
    if report.is_ok() {
        return Ok(Found::Report(Box::new(report)));
    }
    // What stands against the journal without what was brought along.
    let own = if expect.is_some() { verify(store, heads, None).await? } else { report.clone() };
    if let Some(first) = own.faults.first() {
        tell(store, tenant, first.kind.as_str(), first.seq).await;
    }
    Ok(Found::Report(Box::new(report)))
}

/// Writes down that the keys of the heads were lost or exchanged: for whoever could not even open them.
pub async fn tell_of_keys(store: &dyn Store, tenant: &Tenant) {
    tell(store, tenant, KEYS, None).await;
}

/// Appends the row, unless the newest such row says the same. What cannot be written changes nothing about the fault.
async fn tell(store: &dyn Store, tenant: &Tenant, kind: &str, first: Option<u64>) {
    let row = Draft {
        outcome: Some(kind.to_owned()),
        body: serde_json::json!({ "kind": kind, "first_bad_row": first }).to_string().into_bytes(),
        ..Draft::new(EntryType::JournalTrouble, tenant)
    };
    if let Err(error) = store.append_news(row).await {
        tracing::error!("that the journal is broken could not be written down: {error}");
    }
}

/// Where verification of this journal stands in this process: one at a time.
#[derive(Debug, Default)]
pub struct Lookout {
    state: Mutex<Seen>,
}

/// What a look at a lookout shows.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Rows done and rows in all, of the verification that is under way.
    pub under_way: Option<(u64, u64)>,
    /// What the last one that ended came to.
    pub last: Option<Looked>,
}

/// A verification that ended.
#[derive(Debug, Clone)]
pub struct Looked {
    /// When it was begun, as the store reckons it.
    pub at: Millis,
    /// What it came to; else why it could not be done, for the person who asked.
    pub found: Result<Found, String>,
}

/// The right to verify; given back when dropped, however that comes about.
#[derive(Debug)]
pub struct Looking {
    lookout: Arc<Lookout>,
}

impl Lookout {
    /// Where it stands.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.state().clone()
    }

    /// Takes the right to verify; `None` while somebody has it.
    #[must_use]
    pub fn begin(self: &Arc<Self>) -> Option<Looking> {
        let mut state = self.state();
        if state.under_way.is_some() {
            return None;
        }
        state.under_way = Some((0, 0));
        Some(Looking { lookout: Arc::clone(self) })
    }

    fn state(&self) -> MutexGuard<'_, Seen> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Looking {
    /// Verifies all of it and leaves the result where others look. The heads of a store in a folder are opened anew: a key
    /// that was exchanged since we began is what this is there to find.
    pub async fn run(self, store: &dyn Store, heads: &Heads, tenant: &Tenant) {
        let looked = async {
            let at = store.now().await?;
            let mut progress = |done, total| self.lookout.state().under_way = Some((done, total));
            let found = match store.home().map(Heads::reading) {
                None => look(store, heads, None, tenant, &mut progress).await,
                Some(Ok(fresh)) => look(store, &fresh, None, tenant, &mut progress).await,
                Some(Err(why)) if why.is_evidence() => {
                    tell_of_keys(store, tenant).await;
                    Ok(Found::Keys(why.to_string()))
                }
                Some(Err(why)) => Err(VerifyError::Heads(why)),
            };
            Ok::<_, StoreError>(Looked { at, found: found.map_err(|error| unread(&error)) })
        };
        match looked.await {
            Ok(looked) => self.lookout.state().last = Some(looked),
            Err(error) => tracing::error!("the journal could not be verified: {error}"),
        }
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.lookout.state().under_way = None;
    }
}

/// What the store says is for the log.
fn unread(error: &VerifyError) -> String {
    tracing::error!("the journal could not be verified: {error}");
    match error {
        VerifyError::Store(_) => "its rows could not be read".to_owned(),
        VerifyError::Heads(why) => why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_verification_at_a_time_and_its_right_comes_back() {
        let lookout = Arc::new(Lookout::default());
        let first = lookout.begin().expect("nobody verifies yet");
        assert!(lookout.begin().is_none() && lookout.seen().under_way.is_some());
        drop(first);
        assert!(lookout.seen().under_way.is_none() && lookout.begin().is_some());
    }
}
