//! A row of the journal as an event: the envelope of Charter v1.0 around what the row says.
//!
//! An event is nothing but a row that is shown, so there is no second record that could disagree with the first, and no
//! publisher that could fail or block anybody: the row was written in the transaction that did what it tells of, and
//! an event fails only with that. Whoever reads later, or never, changes nothing. The envelope is a pure function
//! of the stored row: read twice, it is the same event with the same id, made of the row's own hash.
//!
//! The payload of an `ir.*` event is the body of its row, as it was written. That of every other event is what the row
//! is found by (who, where, with what, how it ended) and the members of its body; a member that has the name of
//! one of those is called `body.NAME`. Where retention erased body or row, `erased` is true and the rest is shown. Values
//! under guarded names are digests in the journal, and are held to that once more here.
//!
//! `correlation_id` is an id always: a plan's request id that is none leads to one (`CorrelationId::of_request`).

use crate::domain::digest::Digest;
use crate::domain::entry::{Entry, EntryType};
use crate::domain::id::made_of;
use crate::domain::json::{Limits, Node, parse_bytes};
use crate::domain::principal::Principal;
use crate::journal::guard::guarded_still;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use uuid::Uuid;

/// How much an event wants to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// As it should be.
    Info,
    /// Somebody was stopped, or something is not as usual.
    Warning,
    /// Something went wrong.
    Error,
    /// Somebody tampers.
    Critical,
}

/// An event: seven members of the charter, and how severe it is.
#[derive(Debug, Serialize)]
pub struct Envelope {
    /// Made of the row's hash: stable, and no two rows have the same.
    pub id: Uuid,
    /// The row's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who says so: `ir_governance` for plans, else `countersign`.
    pub source: &'static str,
    /// Nobody in particular; always `null`.
    pub target: Option<&'static str>,
    /// RFC 3339, UTC, with milliseconds.
    pub timestamp: String,
    /// How severe it is.
    pub severity: Severity,
    /// What happened, digits as written.
    pub payload: Box<RawValue>,
    /// Where it belongs.
    pub meta: EnvelopeMeta,
}

/// Where an event belongs.
#[derive(Debug, Serialize)]
pub struct EnvelopeMeta {
    /// Version of the envelope.
    pub schema_version: &'static str,
    /// This program.
    pub producer: &'static str,
    /// Its part that the event is about.
    pub source_module: &'static str,
    /// In which world; `null` once the row is erased.
    pub tenant_id: Option<String>,
    /// Which story.
    pub correlation_id: Option<String>,
    /// Who acted, as `role:name`.
    pub actor_id: Option<String>,
    /// Which process of ours.
    pub session_id: Option<String>,
    /// Place in the journal.
    pub seq: u64,
    /// The row's hash.
    pub hash: Digest,
}

/// What `meta` says. One that cannot be read says nothing here; verification tells why.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    tenant: Option<String>,
    correlation: Option<String>,
    session: Option<String>,
    principal: Option<Principal>,
    upstream: Option<String>,
    tool: Option<String>,
    verdict: Option<String>,
    tier: Option<u8>,
    policy: Option<u64>,
    approval: Option<String>,
    outcome: Option<String>,
    body_digest: Option<Digest>,
}

impl Envelope {
    /// The row as an event.
    #[must_use]
    pub fn of(row: &Entry) -> Self {
        Self::made(row, true)
    }

    /// The same without the body, for answers that have no room for it: `left_out` says how many bytes it has.
    #[must_use]
    pub fn without_body(row: &Entry) -> Self {
        Self::made(row, false)
    }

    fn made(row: &Entry, whole: bool) -> Self {
        let said: Said = row
            .meta
            .as_deref()
            .and_then(|meta| serde_json::from_str(meta).ok())
            .unwrap_or_default();
        let kind = EntryType::parse(&row.kind);
        let payload = payload(row, kind, &said, whole);
        Self {
            id: made_of(&row.hash),
            kind: row.kind.clone(),
            source: if kind.is_some_and(is_plan) { "ir_governance" } else { "countersign" },
            target: None,
            timestamp: row.ts.rfc3339(),
            // A type that this program does not know is one that it cannot call harmless.
            severity: kind.map_or(Severity::Error, |kind| severity(kind, said.outcome.as_deref())),
            payload: RawValue::from_string(payload).unwrap_or_else(|_| RawValue::NULL.to_owned()),
            meta: EnvelopeMeta {
                schema_version: "1.0",
                producer: "countersign",
                source_module: kind.map_or("unknown", module),
                tenant_id: said.tenant,
                correlation_id: said.correlation,
                actor_id: said.principal.as_ref().map(ToString::to_string),
                session_id: said.session,
                seq: row.seq,
                hash: row.hash,
            },
        }
    }
}

fn payload(row: &Entry, kind: Option<EntryType>, said: &Said, whole: bool) -> String {
    let erased =
        row.meta.is_none() || row.body.is_none() && said.body_digest != Some(Digest::sha256(&[]));
    let body = row.body.as_deref().filter(|_| whole);
    let parsed = body.map(|body| {
        parse_bytes(body, &Limits::LINE)
            .unwrap_or_else(|_| Node::String(String::from_utf8_lossy(body)))
    });
    let as_written = kind.is_some_and(is_plan) && matches!(parsed, Some(Node::Object(_)));
    let mut members: Vec<(Cow<'_, str>, Node<'_>)> = Vec::new();
    let (tier, policy) = (said.tier.map(|n| n.to_string()), said.policy.map(|n| n.to_string()));
    if !as_written {
        members.extend(parts(said, tier.as_deref(), policy.as_deref()));
    }
    match parsed {
        None => {}
        Some(Node::Object(told)) => {
            for (name, value) in told {
                let taken = members.iter().any(|(part, _)| *part == name);
                let name = if taken { Cow::Owned(format!("body.{name}")) } else { name };
                members.push((name, value));
            }
        }
        Some(other) => members.push(("body".into(), other)),
    }
    let left_out = row.body.as_ref().filter(|_| !whole).map(|body| body.len().to_string());
    if let Some(bytes) = &left_out {
        let bytes = Node::Number(bytes);
        members.push(("left_out".into(), Node::Object(vec![("bytes".into(), bytes)])));
    }
    if erased {
        members.push(("erased".into(), Node::Bool(true)));
    }
    let mut out = Vec::new();
    guarded_still(&Node::Object(members), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// What a row is found by, as far as it says so.
fn parts<'a>(
    said: &'a Said,
    tier: Option<&'a str>,
    policy: Option<&'a str>,
) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
    let text = |value: &'a Option<String>| {
        value.as_deref().map(|value| Node::String(Cow::Borrowed(value)))
    };
    let principal = said.principal.as_ref().map(|who| Node::String(who.to_string().into()));
    [
        ("principal", principal),
        ("session", text(&said.session)),
        ("server", text(&said.upstream)),
        ("tool", text(&said.tool)),
        ("verdict", text(&said.verdict)),
        ("tier", tier.map(Node::Number)),
        ("policy_version", policy.map(Node::Number)),
        ("approval", text(&said.approval)),
        ("outcome", text(&said.outcome)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.into(), value?)))
}

fn is_plan(kind: EntryType) -> bool {
    module(kind) == "ir_governance"
}

/// The part of this program that a type is about.
fn module(kind: EntryType) -> &'static str {
    use EntryType as T;
    match kind {
        T::IrValidatedPass | T::IrValidatedEscalate | T::IrValidatedReject => "ir_governance",
        T::IrApprovalCreated | T::IrApprovalConsumed | T::IrApprovalExpired => "ir_governance",
        T::IrApprovalInvalid | T::IrDagDiffOk | T::IrDagDiffFailed => "ir_governance",
        T::ApprovalAsked | T::ApprovalAttached | T::ApprovalApproved | T::ApprovalDenied => {
            "approvals"
        }
        T::ApprovalExpired | T::ApprovalCancelled | T::ApprovalAbandoned => "approvals",
        T::ApprovalConsumed | T::ApprovalRefused => "approvals",
        T::TokenMinted | T::TokenRedeemed => "approvals",
        T::CallPermitted | T::CallRefused | T::CallOutcome => "calls",
        T::RunRefused | T::RunCreated | T::RunStarted | T::RunInterrupted => "runs",
        T::RunStopped | T::RunCompleted | T::RunFailed => "runs",
        T::RunStepAsked | T::RunStepResolved => "runs",
        T::AgentPaused | T::AgentUnpaused => "agents",
        T::AgentRegistered | T::AgentUpdated | T::AgentUnregistered => "agents",
        T::SessionOpened | T::SessionClosed => "sessions",
        T::ToolPinned | T::ToolChanged | T::ToolAccepted => "tools",
        T::PolicyLoaded | T::PolicyProposed | T::PolicyApplied | T::PolicyRolledBack => "policy",
        T::PolicyRejected | T::PolicyRefused | T::PolicyWaiting | T::PolicyAccepted => "policy",
        T::PolicyEnforcement | T::PolicyChecked => "policy",
        T::CallLabelled => "calls",
        T::UserAdded | T::UserRevoked => "users",
        T::ClockAccepted | T::JournalPruned => "journal",
        T::NetworkRecommended => "networks",
        T::ApprovalSeen | T::ApprovalEscalated | T::ClientAsked => "approvals",
        T::RememberedGiven | T::RememberedUsed | T::RememberedEnded => "approvals",
        T::ConsoleOpened | T::ConsoleClosed | T::HttpRefused => "console",
        T::NotifyAdded | T::NotifySwitched | T::NotifyRemoved => "notifications",
        T::NotifyTested | T::NotifySent | T::NotifyFailed => "notifications",
        T::JournalTrouble => "journal",
    }
}

/// How severe a type is. Of plans it is the table of the page that defines their events; of ours: refused, denied, expired
/// or changed behind our back is a warning, what failed or may have run without anybody knowing is an error.
fn severity(kind: EntryType, outcome: Option<&str>) -> Severity {
    use EntryType as T;
    match kind {
        T::IrApprovalCreated | T::IrApprovalConsumed => Severity::Info,
        T::IrApprovalExpired | T::IrApprovalInvalid => Severity::Warning,
        T::IrValidatedPass | T::IrDagDiffOk => Severity::Info,
        T::IrValidatedEscalate => Severity::Warning,
        T::IrValidatedReject => Severity::Error,
        T::IrDagDiffFailed => Severity::Critical,
        T::CallOutcome => match outcome {
            Some("ran") => Severity::Info,
            Some("failed") => Severity::Warning,
            // `unknown`, or nothing: it may have run.
            Some(_) | None => Severity::Error,
        },
        T::CallPermitted | T::SessionOpened | T::SessionClosed => Severity::Info,
        T::CallRefused => Severity::Warning,
        T::ApprovalAsked | T::ApprovalAttached | T::ApprovalApproved => Severity::Info,
        T::ApprovalCancelled | T::ApprovalAbandoned | T::ApprovalConsumed => Severity::Info,
        T::ApprovalDenied | T::ApprovalExpired | T::ApprovalRefused => Severity::Warning,
        T::TokenMinted | T::TokenRedeemed => Severity::Info,
        T::UserAdded | T::UserRevoked => Severity::Info,
        T::ToolPinned | T::ToolAccepted => Severity::Info,
        T::ToolChanged => Severity::Warning,
        T::AgentPaused => Severity::Warning,
        T::AgentUnpaused | T::AgentRegistered | T::AgentUpdated | T::AgentUnregistered => {
            Severity::Info
        }
        T::PolicyLoaded | T::JournalPruned => Severity::Info,
        T::PolicyProposed | T::PolicyChecked | T::CallLabelled => Severity::Info,
        T::PolicyApplied | T::PolicyRolledBack | T::PolicyAccepted => Severity::Warning,
        T::PolicyRejected | T::PolicyRefused | T::PolicyWaiting => Severity::Warning,
        T::PolicyEnforcement => Severity::Warning,
        T::ClockAccepted => Severity::Warning,
        T::RunCreated | T::RunStarted | T::RunCompleted => Severity::Info,
        T::RunStopped | T::RunRefused | T::RunStepAsked => Severity::Warning,
        T::RunStepResolved => match outcome {
            Some("ran") => Severity::Info,
            Some(_) | None => Severity::Warning,
        },
        T::RunInterrupted | T::RunFailed => Severity::Error,
        T::NetworkRecommended => Severity::Info,
        T::RememberedGiven | T::ApprovalEscalated => Severity::Warning,
        T::RememberedUsed | T::RememberedEnded | T::ClientAsked => Severity::Info,
        T::ApprovalSeen | T::ConsoleOpened | T::ConsoleClosed => Severity::Info,
        T::HttpRefused | T::NotifyAdded | T::NotifySwitched | T::NotifyRemoved => Severity::Warning,
        T::NotifyTested | T::NotifySent => Severity::Info,
        T::NotifyFailed => Severity::Error,
        T::JournalTrouble => Severity::Critical,
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
