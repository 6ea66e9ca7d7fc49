//! Signed heads: witnesses of the journal that stand outside it.
//!
//! A hash chain alone convicts nobody who can rewrite all of it. So now and then its head (place and hash
//! of the newest row) is signed and appended to `heads.jsonl` beside the database. Whoever changes a row
//! and re-hashes everything after it no longer agrees with the heads signed since; whoever cuts the tail
//! leaves heads that point past the end.
//!
//! What it does not stop: who can also read `head.key` can sign whatever he wrote, and who can write the
//! home can drop the newest heads together with the newest rows, or all of them (verification then says
//! that the tail is unwitnessed). Against him only a head that he cannot reach helps: the ones printed
//! after every decision, or a copy of `heads.jsonl` and `head.pub` elsewhere. Rows younger than the newest
//! head are witnessed by nobody yet: at most 1,000 rows or a minute of them.

use crate::domain::digest::Digest;
use crate::domain::entry::Head;
use crate::domain::time::Millis;
use crate::journal::heads_error::HeadsError;
use crate::journal::heads_file::HeadsFile;
use crate::journal::heads_key;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Rows after which a head is due.
const ROWS: u64 = 1_000;
/// Time after which a head is due, if there are new rows at all.
const PAUSE: Duration = Duration::from_secs(60);
/// What is signed begins so: a signature over anything else never passes for a head.
const DOMAIN: &[u8] = b"countersign journal head v1\n";

/// One line of `heads.jsonl`: where the chain stood, and a signature over that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// Place of the newest row.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Its time.
    pub ts: Millis,
    /// Short id of the public key.
    pub key: String,
    /// Ed25519 over place, hash and time: 128 hex digits.
    pub sig: String,
}

impl SignedHead {
    /// The head without its signature.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash, ts: self.ts }
    }
}

/// What `heads.jsonl` holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// The heads in the order of the file. Not yet checked: see [`Heads::holds`].
    pub heads: Vec<SignedHead>,
    /// The last line is cut, as a crash or a full disk leaves it. The next head mends that.
    pub cut: bool,
    /// Numbers of other lines that are not heads. We never write such.
    pub foreign: Vec<usize>,
}

/// The heads of one journal and the key that signs them. Several processes may share one home.
#[derive(Debug)]
pub struct Heads {
    key: Option<SigningKey>,
    public: Option<VerifyingKey>,
    kept: Kept,
    last: Mutex<Last>,
}

#[derive(Debug)]
enum Kept {
    File(HeadsFile),
    Memory(Mutex<Vec<SignedHead>>),
}

/// What this process knows to be signed.
#[derive(Debug)]
struct Last {
    seq: u64,
    at: Instant,
}

impl Heads {
    /// Opens the heads of this home for signing. Makes the key at first use.
    ///
    /// # Errors
    /// [`HeadsError`]: files that cannot be used, are open to others, or do not belong together.
    pub fn open(home: &Path) -> Result<Self, HeadsError> {
        let (key, public) = heads_key::load_or_make(home)?;
        Ok(Self::of(Some(key), Some(public), Kept::File(HeadsFile::of(home))))
    }

    /// Opens them for checking only: nothing is made, and the public half is enough. For an auditor, copies
    /// of `heads.jsonl` and `head.pub` in a directory of their own will do.
    ///
    /// # Errors
    /// [`HeadsError`], as for [`Heads::open`].
    pub fn reading(home: &Path) -> Result<Self, HeadsError> {
        let public = heads_key::load_public(home)?;
        Ok(Self::of(None, public, Kept::File(HeadsFile::of(home))))
    }

    /// Heads of a memory store: they end with the process.
    ///
    /// # Errors
    /// [`HeadsError::NoRandom`].
    pub fn memory() -> Result<Self, HeadsError> {
        let key = heads_key::random()?;
        let public = key.verifying_key();
        Ok(Self::of(Some(key), Some(public), Kept::Memory(Mutex::default())))
    }

    fn of(key: Option<SigningKey>, public: Option<VerifyingKey>, kept: Kept) -> Self {
        Self { key, public, kept, last: Mutex::new(Last { seq: 0, at: Instant::now() }) }
    }

    /// Short id of the public key; `None` where no key was ever made.
    #[must_use]
    pub fn key_id(&self) -> Option<String> {
        self.public.as_ref().map(heads_key::id)
    }

    /// The public key as 64 hex digits; `None` where no key was ever made.
    #[must_use]
    pub fn public_key(&self) -> Option<String> {
        self.public.as_ref().map(|key| heads_key::hex(key.as_bytes()))
    }

    /// Whether a head is due, going by the place of the newest row that the caller knows. Cheap: for the
    /// path of every call, before [`Heads::note`].
    #[must_use]
    pub fn due(&self, seq: u64) -> bool {
        let last = self.last();
        seq > last.seq && (seq - last.seq >= ROWS || last.at.elapsed() >= PAUSE)
    }

    /// Signs this head if one is due: 1,000 rows or a minute after the one before. Answers whether it did.
    /// Blocks for the time of an fsync.
    ///
    /// # Errors
    /// [`HeadsError`]; then it stays due.
    pub fn note(&self, head: &Head) -> Result<bool, HeadsError> {
        if self.due(head.seq) { self.sign(head).map(|()| true) } else { Ok(false) }
    }

    /// Signs this head now: at close, and when a person wants to take one with him. An empty journal has
    /// none, and one that another process signed already is not signed again. Blocks for the time of an fsync.
    ///
    /// # Errors
    /// [`HeadsError`].
    pub fn sign(&self, head: &Head) -> Result<(), HeadsError> {
        if head.seq == 0 {
            return Ok(());
        }
        let key = self.key.as_ref().ok_or(HeadsError::ReadOnly)?;
        let signature = key.sign(&message(head));
        let signed = SignedHead {
            seq: head.seq,
            hash: head.hash,
            ts: head.ts,
            key: heads_key::id(&key.verifying_key()),
            sig: heads_key::hex(&signature.to_bytes()),
        };
        match &self.kept {
            Kept::Memory(heads) => {
                let mut heads = lock(heads);
                if heads.last() != Some(&signed) {
                    heads.push(signed);
                }
            }
            Kept::File(file) => file.append(&signed, |newest| newest == &signed)?,
        }
        let mut last = self.last();
        last.seq = last.seq.max(head.seq);
        last.at = Instant::now();
        Ok(())
    }

    /// Every head on record, none of them checked yet.
    ///
    /// # Errors
    /// [`HeadsError`] when the file is there and cannot be read.
    pub fn read(&self) -> Result<Lines, HeadsError> {
        match &self.kept {
            Kept::Memory(heads) => Ok(Lines { heads: lock(heads).clone(), ..Lines::default() }),
            Kept::File(file) => file.read(),
        }
    }

    /// Whether our key signed exactly this.
    #[must_use]
    pub fn holds(&self, signed: &SignedHead) -> bool {
        let Some(public) = &self.public else { return false };
        let Some(bytes) = heads_key::unhex::<64>(&signed.sig) else { return false };
        // The key id is not signed: it only says which key to look for.
        signed.key == heads_key::id(public)
            && public
                .verify_strict(&message(&signed.head()), &Signature::from_bytes(&bytes))
                .is_ok()
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        lock(&self.last)
    }
}

/// Fixed lengths, so no two heads give the same message.
fn message(head: &Head) -> Vec<u8> {
    let mut out = Vec::with_capacity(DOMAIN.len() + 48);
    out.extend_from_slice(DOMAIN);
    out.extend_from_slice(&head.seq.to_be_bytes());
    out.extend_from_slice(&head.hash.0);
    out.extend_from_slice(&head.ts.0.to_be_bytes());
    out
}

/// What the locks guard stays whole whatever panics, so a poisoned one is taken as it is.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::HEADS_FILE;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt;

    fn head(seq: u64) -> Head {
        Head { seq, hash: Digest::sha256(&[&seq.to_be_bytes()]), ts: Millis(seq as i64) }
    }

    fn append(home: &Path, text: &[u8]) {
        let path = home.join(HEADS_FILE);
        std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(text).unwrap();
    }

    #[test]
    fn what_one_process_signs_another_believes_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let heads = Heads::open(home.path()).unwrap();
        heads.sign(&head(7)).unwrap();
        heads.sign(&head(7)).unwrap();
        heads.sign(&head(0)).unwrap();
        let reader = Heads::reading(home.path()).unwrap();
        let lines = reader.read().unwrap();
        assert_eq!(lines.heads.len(), 1, "the same head twice, or one of an empty journal");
        let good = lines.heads[0].clone();
        assert!(reader.holds(&good) && Heads::open(home.path()).unwrap().holds(&good));
        assert!(!Heads::memory().unwrap().holds(&good), "another key");
        for bad in [
            SignedHead { seq: 8, ..good.clone() },
            SignedHead { ts: Millis(8), ..good.clone() },
            SignedHead { hash: Digest::ZERO, ..good.clone() },
            SignedHead { key: "0".repeat(16), ..good.clone() },
            SignedHead { sig: good.sig.to_uppercase(), ..good.clone() },
        ] {
            assert!(!reader.holds(&bad), "{bad:?}");
        }
        assert!(matches!(reader.sign(&head(9)), Err(HeadsError::ReadOnly)));
    }

    #[test]
    fn a_head_is_due_after_a_thousand_rows() {
        let heads = Heads::memory().unwrap();
        assert!(!heads.note(&head(999)).unwrap());
        assert!(heads.note(&head(1_000)).unwrap());
        assert!(!heads.note(&head(1_000)).unwrap() && !heads.note(&head(1_999)).unwrap());
        assert!(heads.note(&head(2_000)).unwrap());
        heads.last().at -= PAUSE;
        assert!(!heads.due(2_000), "no new row, no head");
        assert!(heads.due(2_001), "a minute passed");
    }

    #[test]
    fn a_cut_line_is_told_and_mended_by_the_next_head() {
        let home = tempfile::tempdir().unwrap();
        let heads = Heads::open(home.path()).unwrap();
        heads.sign(&head(1)).unwrap();
        append(home.path(), br#"{"seq":2,"ha"#);
        let lines = heads.read().unwrap();
        assert!(lines.cut && lines.heads.len() == 1 && lines.foreign.is_empty());
        heads.sign(&head(3)).unwrap();
        let lines = heads.read().unwrap();
        assert_eq!((lines.heads.len(), lines.cut, lines.foreign.len()), (2, false, 0));
        append(home.path(), b"not a head\n");
        heads.sign(&head(4)).unwrap();
        assert_eq!(heads.read().unwrap().foreign, [3]);
        // Only the line break is lost: the head is not.
        let path = home.path().join(HEADS_FILE);
        let text = std::fs::read(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - 1]).unwrap();
        heads.sign(&head(5)).unwrap();
        assert_eq!(heads.read().unwrap().heads.len(), 4);
    }

    #[test]
    fn many_writers_leave_whole_lines_and_one_key() {
        let home = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for n in 0..8_u64 {
                let path = home.path();
                scope.spawn(move || {
                    let heads = Heads::open(path).unwrap();
                    for i in 1..=20 {
                        heads.sign(&head(n * 100 + i)).unwrap();
                    }
                });
            }
        });
        let heads = Heads::reading(home.path()).unwrap();
        let lines = heads.read().unwrap();
        assert_eq!(lines.heads.len(), 160);
        assert!(lines.heads.iter().all(|h| heads.holds(h)));
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 3, "nothing is left aside");
    }

    #[test]
    fn keys_that_are_open_lost_or_exchanged_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        assert!(Heads::reading(home.path()).unwrap().key_id().is_none());
        Heads::open(home.path()).unwrap().sign(&head(1)).unwrap();
        let mode = std::fs::metadata(at("head.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(at("head.key"), PermissionsExt::from_mode(0o640)).unwrap();
        assert!(matches!(Heads::open(home.path()), Err(HeadsError::Unsafe { .. })));
        std::fs::remove_file(at("head.key")).unwrap();
        assert!(matches!(Heads::open(home.path()), Err(HeadsError::KeyLost { .. })));
        assert!(Heads::reading(home.path()).is_ok(), "the public half is enough to check");
        let other = tempfile::tempdir().unwrap();
        Heads::open(other.path()).unwrap();
        std::fs::copy(other.path().join("head.key"), at("head.key")).unwrap();
        assert!(matches!(Heads::open(home.path()), Err(HeadsError::KeysDiffer { .. })));
        let error = Heads::reading(home.path()).unwrap_err();
        assert!(error.is_evidence() && error.to_string().contains("head.pub"));
    }
}
