//! One row of the journal and the hash that ties it to the row before.
//!
//! Format (ours): `meta` is the compact JSON of [`Meta`] with its keys in the order of the struct,
//! `body_digest = SHA-256(salt || body)`, `hash = SHA-256(0x00 || prev || SHA-256(meta))`. The body stands
//! outside the hash of the row, so erasing it (with its salt) leaves the chain whole; so does erasing
//! `meta`, whose digest stays.

pub use crate::domain::entry_type::EntryType;

use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::money::Reservation;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::domain::violation::Violation;
use serde::Serialize;

/// What the caller of the store says of a row; the store adds time, place in the chain and salt.
#[derive(Debug, Clone, Serialize)]
pub struct Draft {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// In which world.
    pub tenant: Tenant,
    /// Which story it belongs to.
    pub correlation: Option<CorrelationId>,
    /// Which process of ours.
    pub session: Option<SessionId>,
    /// Who acted.
    pub principal: Option<Principal>,
    /// On which server.
    pub upstream: Option<String>,
    /// With which tool, prompt or URI.
    pub tool: Option<String>,
    /// What policy said: `allow`, `ask` or `deny`.
    pub verdict: Option<String>,
    /// How grave it was.
    pub tier: Option<u8>,
    /// Under which policy.
    pub policy: Option<u64>,
    /// Which question.
    pub approval: Option<ApprovalId>,
    /// How a call ended (`ran`, `failed`, `unknown`), or the code of a refusal.
    pub outcome: Option<String>,
    /// Everything else, as JSON; guarded values are already digests in it. May be erased later.
    #[serde(skip)]
    pub body: Vec<u8>,
    /// What the call takes out of budgets when this row lets it go. No part of the row; its body says it, too.
    #[serde(skip)]
    pub spends: Vec<Reservation>,
    /// What policy objected to: kept beside the row, in its transaction, and gone with its body.
    #[serde(skip)]
    pub violations: Vec<Violation>,
}

impl Draft {
    /// A row of this type in this world, all else empty.
    #[must_use]
    pub fn new(kind: EntryType, tenant: &Tenant) -> Self {
        Self {
            kind,
            tenant: tenant.clone(),
            correlation: None,
            session: None,
            principal: None,
            upstream: None,
            tool: None,
            verdict: None,
            tier: None,
            policy: None,
            approval: None,
            outcome: None,
            body: Vec::new(),
            spends: Vec::new(),
            violations: Vec::new(),
        }
    }
}

/// What the hash of a row covers. Its compact JSON is stored as written and hashed as stored.
#[derive(Debug, Serialize)]
pub struct Meta<'a> {
    /// Place in the chain, from 1.
    pub seq: u64,
    /// When.
    pub ts: Millis,
    /// The caller's part.
    #[serde(flatten)]
    pub draft: &'a Draft,
    /// SHA-256 over salt and body.
    pub body_digest: Digest,
}

/// A row's hash from the hash before it and the digest of its `meta`.
#[must_use]
pub fn chain_hash(prev: &Digest, meta_digest: &Digest) -> Digest {
    Digest::sha256(&[&[0], &prev.0, &meta_digest.0])
}

/// Where the chain stands: the newest row and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place, 0 for an empty journal.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Its time.
    pub ts: Millis,
}

/// The columns of a row that listings search by, as they are stored. Each repeats what `meta` says, or is
/// gone with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filed {
    /// In which world.
    pub tenant: Option<String>,
    /// Which story.
    pub correlation: Option<String>,
    /// Which process of ours.
    pub session: Option<String>,
    /// Who acted, as `role:name`.
    pub principal: Option<String>,
    /// With which tool.
    pub tool: Option<String>,
    /// What policy said.
    pub verdict: Option<String>,
    /// How grave it was.
    pub tier: Option<i64>,
    /// Which question.
    pub approval: Option<String>,
}

/// The types of rows that say what policy decided.
pub const DECISIONS: [EntryType; 5] = [
    EntryType::CallPermitted,
    EntryType::CallRefused,
    EntryType::ApprovalAsked,
    EntryType::ApprovalAttached,
    EntryType::PolicyChecked,
];

/// One stored row. `meta` is `None` once erased, `body` once erased or when it was empty.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Place in the chain.
    pub seq: u64,
    /// When.
    pub ts: Millis,
    /// Its type's word.
    pub kind: String,
    /// What it is found by.
    pub filed: Filed,
    /// The hashed text, as stored.
    pub meta: Option<String>,
    /// SHA-256 of `meta`.
    pub meta_digest: Digest,
    /// Random bytes before the body.
    pub salt: Option<Vec<u8>>,
    /// The erasable part.
    pub body: Option<Vec<u8>>,
    /// Hash of the row before.
    pub prev: Digest,
    /// Its own hash.
    pub hash: Digest,
}
