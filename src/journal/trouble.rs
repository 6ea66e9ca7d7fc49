//! What is written down when the journal is found broken, and the state of a verification that others may look at.
//!
//! A fault is told once, as a row `journal.trouble`, and again only when it is another one: people are called by that row,
//! and whoever is called every hour for the same stops listening. A head that somebody brought along convicts nobody in the
//! journal's own record, since anybody could bring a wrong one; what it contradicts is told to whoever brought it.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType, Head};
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::journal::{Fault, FaultKind, Heads, Report, VerifyError, verify, verify_watched};
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

/// A head that is to be found in the journal.
#[derive(Debug, Clone, Copy)]
pub enum Noted {
    /// By somebody who brought it along: it convicts nobody in the journal's own record.
    Brought(u64, Digest),
    /// By this very process, when it last verified: nobody else could have changed it.
    Own(u64, Digest),
}

/// Verifies, and writes a fault down where it is news.
///
/// # Errors
/// When rows or heads cannot be read. A fault that cannot be written down is logged and told all the same.
pub async fn look(
    store: &dyn Store,
    heads: &Heads,
    noted: Option<Noted>,
    tenant: &Tenant,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Found, VerifyError> {
    let expect = noted.map(|noted| match noted {
        Noted::Brought(seq, hash) | Noted::Own(seq, hash) => (seq, hash),
    });
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
    let own = match noted {
        Some(Noted::Brought(..)) => verify(store, heads, None).await?,
        Some(Noted::Own(..)) | None => report.clone(),
    };
    tell_of(store, tenant, &own).await;
    Ok(Found::Report(Box::new(report)))
}

/// Writes down that the keys of the heads were lost or exchanged: for whoever could not even open them.
pub async fn tell_of_keys(store: &dyn Store, tenant: &Tenant) {
    tell(store, tenant, KEYS, &serde_json::json!({ "kind": KEYS })).await;
}

/// The digest of all that was found stands in the row: one more fault is news, and the same ones are none.
async fn tell_of(store: &dyn Store, tenant: &Tenant, report: &Report) {
    let Some(first) = report.faults.first() else { return };
    let mut all = Vec::new();
    for fault in &report.faults {
        all.extend_from_slice(fault.kind.as_str().as_bytes());
        all.extend_from_slice(&fault.seq.unwrap_or_default().to_be_bytes());
    }
    let listed = u64::try_from(report.faults.len()).unwrap_or(u64::MAX);
    let faults = listed.saturating_add(report.more_faults);
    let body = serde_json::json!({
        "kind": first.kind.as_str(),
        "first_bad_row": first.seq,
        "faults": faults,
        "digest": Digest::sha256(&[&all]),
    });
    tell(store, tenant, first.kind.as_str(), &body).await;
}

/// Appends the row, unless the newest such row says the same. What cannot be written changes nothing about the fault.
async fn tell(store: &dyn Store, tenant: &Tenant, kind: &str, body: &serde_json::Value) {
    let row = Draft {
        outcome: Some(kind.to_owned()),
        body: body.to_string().into_bytes(),
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
    /// The newest row when nothing spoke against the journal last, and how many signed heads there were: what only this
    /// process knows, and what nobody takes back by taking files away.
    noted: Option<(Head, u64)>,
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
            let before = self.lookout.seen().noted;
            let own = before.map(|(head, _)| Noted::Own(head.seq, head.hash));
            let found = match store.home().map(Heads::reading) {
                None => look(store, heads, own, tenant, &mut progress).await,
                Some(Ok(fresh)) => look(store, &fresh, own, tenant, &mut progress).await,
                Some(Err(why)) if why.is_evidence() => {
                    tell_of_keys(store, tenant).await;
                    Ok(Found::Keys(why.to_string()))
                }
                Some(Err(why)) => Err(VerifyError::Heads(why)),
            };
            let found = match found {
                Ok(Found::Report(mut report)) => {
                    if let Some((_, heads)) = before.filter(|(_, heads)| report.heads < *heads) {
                        report.faults.push(fewer(heads, report.heads));
                        tell_of(store, tenant, &report).await;
                    }
                    if report.is_ok() {
                        self.lookout.state().noted = Some((report.head, report.heads));
                    }
                    Ok(Found::Report(report))
                }
                found => found,
            };
            Ok::<_, StoreError>(Looked { at, found: found.map_err(|error| unread(&error)) })
        };
        match looked.await {
            Ok(looked) => self.lookout.state().last = Some(looked),
            Err(error) => tracing::error!("the journal could not be verified: {error}"),
        }
    }
}

/// Witnesses do not become fewer by themselves.
fn fewer(were: u64, are: u64) -> Fault {
    Fault {
        kind: FaultKind::ForgedHead,
        seq: None,
        what: format!("signed heads are gone: there were {were} of them, and now there are {are}"),
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

    #[tokio::test]
    async fn witnesses_that_vanish_between_two_looks_are_a_fault_and_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        let store = crate::store::sqlite::open(&home).unwrap();
        let heads = Heads::open(&home).unwrap();
        let tenant = Tenant::default();
        store.append(vec![Draft::new(EntryType::SessionOpened, &tenant)]).await.unwrap();
        heads.sign(&store.head().await.unwrap()).unwrap();
        let lookout = Arc::new(Lookout::default());
        let again = async || {
            lookout.begin().unwrap().run(store.as_ref(), &heads, &tenant).await;
            lookout.seen().last.unwrap().found.unwrap()
        };
        assert!(again().await.is_ok());
        std::fs::write(home.join(crate::journal::HEADS_FILE), "").unwrap();
        let found = again().await;
        assert!(!found.is_ok() && found.verdict().contains("signed heads are gone"), "{found:?}");
        again().await;
        let filter = crate::store::EntryFilter {
            types: vec!["journal.trouble".to_owned()],
            limit: 9,
            ..Default::default()
        };
        assert_eq!(store.entries(filter).await.unwrap().len(), 1);
    }
}
