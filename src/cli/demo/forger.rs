//! A forger for the demo: somebody with the database file and a copy of our source, who changes one row and
//! hashes everything after it anew. He stands outside the store on purpose: he would not ask it.

use crate::domain::digest::Digest;
use crate::domain::entry::chain_hash;
use anyhow::Context as _;
use rusqlite::{Connection, params};
use std::path::Path;

/// Makes one row say that another tool ran, and mends every hash from there on.
///
/// # Errors
/// When the file cannot be changed.
pub(super) fn forge(database: &Path) -> anyhow::Result<u64> {
    let db = Connection::open(database).context("cannot open the journal to forge it")?;
    let triggers: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for trigger in triggers {
        db.execute_batch(&format!("DROP TRIGGER \"{trigger}\""))?;
    }
    let rows: Vec<(i64, String, Vec<u8>)> = db
        .prepare("SELECT seq, meta, prev FROM journal WHERE meta IS NOT NULL ORDER BY seq")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let target = rows
        .iter()
        .find(|(_, meta, _)| meta.contains("call.permitted") && meta.contains("write_note"))
        .map(|(seq, ..)| *seq)
        .context("there is no write to forge")?;
    let mut prev: Option<Digest> = None;
    for (seq, meta, old_prev) in rows.into_iter().filter(|(seq, ..)| *seq >= target) {
        let meta = if seq == target { meta.replace("write_note", "read_note") } else { meta };
        let before = match prev {
            Some(prev) => prev,
            None => Digest::from_slice(&old_prev).context("a hash of a wrong length")?,
        };
        let meta_digest = Digest::sha256(&[meta.as_bytes()]);
        let hash = chain_hash(&before, &meta_digest);
        db.execute(
            "UPDATE journal SET meta = ?2, meta_digest = ?3, prev = ?4, hash = ?5 WHERE seq = ?1",
            params![seq, meta, meta_digest.0.as_slice(), before.0.as_slice(), hash.0.as_slice()],
        )?;
        prev = Some(hash);
    }
    Ok(target.unsigned_abs())
}
