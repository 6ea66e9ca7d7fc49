//! The evidence pack: what happened, with all that a third party needs to check it without us.
//!
//! A pack has the rows as they are hashed, so each row's hash can be computed from it. It also has the digests of the
//! rows in between, whoever's they are, and nothing else of those: with them the chain can be walked from the first row of
//! the pack to a signed head, and the head's signature checked. What a pack cannot show is that the signing key is
//! ours: whoever checks compares `public_key` with one that he got on another way. Where no head was signed after the last
//! row yet, `signature` is `null` and the pack says no more than its maker.
//!
//! The events in it are the rows once more, readable (`journal::envelope`). Answer tokens and API tokens are in no row, so
//! they are in no pack.
//!
//! The recipe, which `examples/check_evidence.py` follows:
//!
//! 1. `meta_digest` = SHA-256 of the bytes of `meta`; `hash` = SHA-256 of a zero byte, `prev` and `meta_digest`.
//! 2. `body_digest` inside `meta` = SHA-256 of `salt` and `body`, unless both were erased.
//! 3. From `prev` of the first row on, each next hash is the SHA-256 of a zero byte, the hash before and the next digest of
//!    `links`; at the place of a row of the pack it is that row's hash, at the end that of the head.
//! 4. `signature` is Ed25519 by `public_key` over `countersign journal head v1\n`, the head's place (8 bytes, big end
//!    first), its hash, and its time (`ts`, 8 bytes).

use crate::domain::digest::Digest;
use crate::domain::entry::Entry;
use crate::domain::id::CorrelationId;
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::journal::envelope::Envelope;
use crate::journal::heads_key::hex;
use crate::journal::verify::{PAGE, VerifyError, next_page, size, verify};
use crate::journal::{Heads, HeadsError};
use crate::store::{EntryFilter, Store, StoreError};
use serde::Serialize;
use std::io::Write;

/// The name of the format.
const FORMAT: &str = "countersign-evidence/1";
/// Links that one object may hold; a story that is further from a head is not linked to it.
const LINKS: u64 = 500_000;

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// Rows or heads could not be read.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// It could not be written.
    #[error("cannot write the pack")]
    Write(#[source] std::io::Error),
}

impl From<StoreError> for EvidenceError {
    fn from(error: StoreError) -> Self {
        Self::Verify(error.into())
    }
}

impl From<HeadsError> for EvidenceError {
    fn from(error: HeadsError) -> Self {
        Self::Verify(error.into())
    }
}

/// What was packed.
#[derive(Debug, Clone)]
pub struct Packed {
    /// How many rows.
    pub rows: u64,
    /// Whether the chain holds.
    pub holds: bool,
    /// What verification says of it.
    pub verdict: String,
    /// Whether a signed head vouches for the last row.
    pub signed: bool,
}

#[derive(Serialize)]
struct Header {
    format: &'static str,
    exported_at: String,
    tenant: Tenant,
    correlation_id: Option<CorrelationId>,
    request_id: Option<String>,
    head: PackedHead,
    chain_holds: bool,
    verdict: String,
}

#[derive(Serialize)]
struct PackedHead {
    seq: u64,
    hash: Digest,
    ts: Millis,
    key: Option<String>,
    signature: Option<String>,
    public_key: Option<String>,
}

#[derive(Serialize)]
struct Pack<'a> {
    #[serde(flatten)]
    header: Header,
    links: Option<Links>,
    events: Vec<Envelope>,
    rows: Vec<PackedRow<'a>>,
}

/// The digests of all rows from the first of a pack to its head.
#[derive(Serialize)]
struct Links {
    first: u64,
    meta_digests: Vec<Digest>,
}

#[derive(Serialize)]
struct PackedRow<'a> {
    seq: u64,
    meta: Option<&'a str>,
    meta_digest: Digest,
    salt: Option<String>,
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_hex: Option<String>,
    prev: Digest,
    hash: Digest,
}

impl<'a> PackedRow<'a> {
    fn of(row: &'a Entry) -> Self {
        let text = row.body.as_deref().map(std::str::from_utf8);
        Self {
            seq: row.seq,
            meta: row.meta.as_deref(),
            meta_digest: row.meta_digest,
            salt: row.salt.as_deref().map(hex),
            body: text.and_then(Result::ok),
            body_hex: row.body.as_deref().filter(|_| matches!(text, Some(Err(_)))).map(hex),
            prev: row.prev,
            hash: row.hash,
        }
    }
}

/// One line of a pack of a whole journal.
#[derive(Serialize)]
#[serde(untagged)]
enum PackLine<'a> {
    Row { event: Box<Envelope>, row: PackedRow<'a> },
    Link { link: Link },
}

#[derive(Serialize)]
struct Link {
    seq: u64,
    meta_digest: Digest,
}

/// Packs one story as one object. `None` when this tenant has no row of it; then nothing was written.
///
/// # Errors
/// [`EvidenceError`].
pub async fn pack_story(
    store: &dyn Store,
    heads: &Heads,
    tenant: &Tenant,
    story: (CorrelationId, Option<String>),
    out: &mut dyn Write,
) -> Result<Option<Packed>, EvidenceError> {
    let (correlation, request_id) = story;
    let mut rows = Vec::new();
    let filter = EntryFilter {
        tenant: Some(tenant.clone()),
        correlation: Some(correlation),
        ..EntryFilter::default()
    };
    walk(store, filter, &mut |row| {
        rows.push(row.clone());
        Ok(())
    })
    .await?;
    let (Some(first), Some(last)) = (rows.first().map(|r| r.seq), rows.last().map(|r| r.seq))
    else {
        return Ok(None);
    };
    let request_id = request_id.or_else(|| rows.iter().find_map(request_of));
    let mut header = header(store, heads, tenant, last).await?;
    header.correlation_id = Some(correlation);
    header.request_id = request_id;
    let end = header.head.seq;
    let mut meta_digests = Vec::new();
    if end - first < LINKS {
        let filter = EntryFilter { after: first - 1, ..EntryFilter::default() };
        walk(store, filter, &mut |row| {
            if row.seq <= end {
                meta_digests.push(row.meta_digest);
            }
            Ok(())
        })
        .await?;
    }
    let links = (!meta_digests.is_empty()).then_some(Links { first, meta_digests });
    let packed = packed(&header, rows.len() as u64);
    let events = rows.iter().map(Envelope::of).collect();
    let rows = rows.iter().map(PackedRow::of).collect();
    line(out, &Pack { header, links, events, rows })?;
    Ok(Some(packed))
}

/// Packs the whole journal of a tenant, or a stretch of time, one JSON object a line: first what the pack is, then
/// `{"event", "row"}` for each row and `{"link"}` for each row in between, up to the head.
///
/// # Errors
/// [`EvidenceError`].
pub async fn pack_journal(
    store: &dyn Store,
    heads: &Heads,
    tenant: &Tenant,
    (since, before): (Option<Millis>, Option<Millis>),
    out: &mut dyn Write,
) -> Result<Option<Packed>, EvidenceError> {
    let all = EntryFilter { tenant: Some(tenant.clone()), since, before, ..EntryFilter::default() };
    let one = EntryFilter { limit: 1, ..all.clone() };
    let last = store.entries(EntryFilter { newest: true, ..one.clone() }).await?;
    let first = store.entries(one).await?;
    let (Some(first), Some(last)) = (first.first().map(|r| r.seq), last.first().map(|r| r.seq))
    else {
        return Ok(None);
    };
    let header = header(store, heads, tenant, last).await?;
    let end = header.head.seq;
    line(out, &header)?;
    let mut rows = 0;
    let filter = EntryFilter { after: first - 1, ..EntryFilter::default() };
    walk(store, filter, &mut |row| {
        if row.seq > end {
            return Ok(());
        }
        let ours = row.seq <= last && row.filed.tenant.as_deref() == Some(tenant.as_str());
        let told = if ours {
            rows += 1;
            PackLine::Row { event: Box::new(Envelope::of(row)), row: PackedRow::of(row) }
        } else {
            PackLine::Link { link: Link { seq: row.seq, meta_digest: row.meta_digest } }
        };
        line(out, &told)
    })
    .await?;
    Ok(Some(packed(&header, rows)))
}

fn packed(header: &Header, rows: u64) -> Packed {
    Packed {
        rows,
        holds: header.chain_holds,
        verdict: header.verdict.clone(),
        signed: header.head.signature.is_some(),
    }
}

/// What a pack says of itself: the earliest signed head after its last row, or else where the chain stands.
async fn header(
    store: &dyn Store,
    heads: &Heads,
    tenant: &Tenant,
    last: u64,
) -> Result<Header, EvidenceError> {
    let signed = heads.read()?.heads.into_iter().filter(|h| h.seq >= last && heads.holds(h));
    let head = match signed.min_by_key(|h| h.seq) {
        Some(signed) => PackedHead {
            seq: signed.seq,
            hash: signed.hash,
            ts: signed.ts,
            key: Some(signed.key),
            signature: Some(signed.sig),
            public_key: heads.public_key(),
        },
        None => {
            let head = store.head().await?;
            PackedHead {
                seq: head.seq,
                hash: head.hash,
                ts: head.ts,
                key: None,
                signature: None,
                public_key: heads.public_key(),
            }
        }
    };
    let report = verify(store, heads, None).await?;
    Ok(Header {
        format: FORMAT,
        exported_at: store.now().await?.rfc3339(),
        tenant: tenant.clone(),
        correlation_id: None,
        request_id: None,
        head,
        chain_holds: report.is_ok(),
        verdict: report.verdict(),
    })
}

/// The request id that a row of a plan tells.
fn request_of(row: &Entry) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Told {
        request_id: String,
    }
    let body = row.body.as_deref().filter(|_| row.kind.starts_with("ir."))?;
    serde_json::from_slice::<Told>(body).ok().map(|told| told.request_id)
}

/// Takes every row that fits, page by page.
async fn walk(
    store: &dyn Store,
    filter: EntryFilter,
    take: &mut dyn FnMut(&Entry) -> Result<(), EvidenceError>,
) -> Result<(), EvidenceError> {
    let (mut after, mut page) = (filter.after, PAGE);
    loop {
        let rows = store.entries(EntryFilter { after, limit: page, ..filter.clone() }).await?;
        for row in &rows {
            take(row)?;
        }
        let Some(last) = rows.last().filter(|_| rows.len() >= page) else { return Ok(()) };
        after = last.seq;
        page = next_page(page, rows.iter().map(size).sum());
    }
}

/// Written straight from the types: a tree in between would read numbers and lose digits.
fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), EvidenceError> {
    let text = serde_json::to_string(value).map_err(|e| EvidenceError::Write(e.into()))?;
    writeln!(out, "{text}").map_err(EvidenceError::Write)
}
