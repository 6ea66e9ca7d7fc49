//! One row of the journal as people and machines read it, on whatever screen.

use crate::card::tree;
use crate::card::when::stamp;
use crate::domain::digest::Digest;
use crate::domain::entry::Entry;
use crate::domain::json::{Limits, parse_bytes};
use crate::domain::visible;
use crate::store::decisions::Violated;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What `meta` says of a row; all empty once erased.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    pub(crate) tenant: Option<String>,
    pub(crate) correlation: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) principal: Option<Who>,
    pub(crate) upstream: Option<String>,
    pub(crate) tool: Option<String>,
    pub(crate) verdict: Option<String>,
    pub(crate) tier: Option<u8>,
    pub(crate) policy: Option<u64>,
    pub(crate) approval: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) body_digest: Option<Digest>,
}

/// Who acted.
#[derive(Debug, Deserialize)]
pub(crate) struct Who {
    role: String,
    name: String,
}

impl Shown {
    /// What the row says. A `meta` that cannot be read says nothing here; `audit verify` tells why.
    pub(crate) fn of(row: &Entry) -> Self {
        row.meta.as_deref().and_then(|meta| serde_json::from_str(meta).ok()).unwrap_or_default()
    }

    /// Who acted, as `role:name`.
    pub(crate) fn who(&self) -> Option<String> {
        self.principal.as_ref().map(|who| format!("{}:{}", who.role, who.name))
    }

    /// Everything that the row says but its body, name by name and safe to show.
    pub(crate) fn facts(
        &self,
        row: &Entry,
        violations: &[Violated],
        zone: &TimeZone,
    ) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let mut fact = |name: &'static str, value: Option<String>| {
            facts.extend(value.map(|value| (name, visible::inline(&value).text)));
        };
        fact("seq", Some(row.seq.to_string()));
        fact("time", Some(format!("{} ({})", stamp(row.ts, zone), row.ts.rfc3339())));
        fact("type", Some(row.kind.clone()));
        fact("tenant", self.tenant.clone());
        fact("who", self.who());
        fact("session", self.session.clone());
        fact("correlation", self.correlation.clone());
        fact("approval", self.approval.clone());
        fact("server", self.upstream.clone());
        fact("tool", self.tool.clone());
        fact("verdict", self.verdict.clone());
        fact("tier", self.tier.map(|t| t.to_string()));
        fact("policy", self.policy.map(|p| p.to_string()));
        fact("outcome", self.outcome.clone());
        for Violated { violation, .. } in violations {
            let (severity, taken) = (violation.severity.as_str(), violation.action_taken.as_str());
            fact("violation", Some(format!("{} ({severity}, {taken})", violation.kind)));
        }
        fact("hash", Some(row.hash.to_string()));
        fact("after", Some(row.prev.to_string()));
        if row.meta.is_none() {
            fact("erased", Some("everything but the hashes, by retention".into()));
        } else if row.body.is_none() && self.body_digest != Some(Digest::sha256(&[])) {
            fact("body", Some("erased by retention".into()));
        }
        facts
    }
}

/// A body with its members one a line; one that is not JSON as a single line.
pub(crate) fn pretty(body: &[u8]) -> String {
    match parse_bytes(body, &Limits::LINE) {
        Ok(node) => tree(&node),
        Err(_) => format!("  {}\n", visible::inline(&String::from_utf8_lossy(body)).text),
    }
}

/// The same for machines: one object, `null` where a row says nothing.
#[derive(Debug, Serialize)]
pub(crate) struct RowJson<'a> {
    seq: u64,
    ts: String,
    #[serde(rename = "type")]
    kind: &'a str,
    tenant: Option<String>,
    correlation_id: Option<String>,
    session: Option<String>,
    principal: Option<String>,
    server: Option<String>,
    tool: Option<String>,
    verdict: Option<String>,
    tier: Option<u8>,
    policy_version: Option<u64>,
    approval: Option<String>,
    outcome: Option<String>,
    body: Option<&'a RawValue>,
    /// The body where it is no JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_text: Option<String>,
    body_digest: Option<Digest>,
    erased: bool,
    prev: Digest,
    hash: Digest,
    /// What policy objected to it, where that was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    violations: Option<Vec<ViolationJson<'a>>>,
}

impl<'a> RowJson<'a> {
    /// The row as an object.
    pub(crate) fn of(row: &'a Entry) -> Self {
        let shown = Shown::of(row);
        let body: Option<&RawValue> =
            row.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
        Self {
            seq: row.seq,
            ts: row.ts.rfc3339(),
            kind: &row.kind,
            principal: shown.who(),
            tenant: shown.tenant,
            correlation_id: shown.correlation,
            session: shown.session,
            server: shown.upstream,
            tool: shown.tool,
            verdict: shown.verdict,
            tier: shown.tier,
            policy_version: shown.policy,
            approval: shown.approval,
            outcome: shown.outcome,
            body_text: match (&row.body, body) {
                (Some(text), None) => Some(String::from_utf8_lossy(text).into_owned()),
                _ => None,
            },
            body,
            erased: row.meta.is_none()
                || row.body.is_none() && shown.body_digest != Some(Digest::sha256(&[])),
            body_digest: shown.body_digest,
            prev: row.prev,
            hash: row.hash,
            violations: None,
        }
    }

    /// With what policy objected to it.
    pub(crate) fn with(self, violations: &'a [Violated]) -> Self {
        Self { violations: Some(violations.iter().map(ViolationJson::of).collect()), ..self }
    }
}

/// One violation for machines.
#[derive(Debug, Serialize)]
pub(crate) struct ViolationJson<'a> {
    seq: u64,
    ts: String,
    #[serde(rename = "type")]
    kind: &'a str,
    severity: &'static str,
    action_taken: &'static str,
    notified: bool,
    tool: Option<&'a str>,
}

impl<'a> ViolationJson<'a> {
    /// The violation as an object.
    pub(crate) fn of(violated: &'a Violated) -> Self {
        Self {
            seq: violated.seq,
            ts: violated.at.rfc3339(),
            kind: &violated.violation.kind,
            severity: violated.violation.severity.as_str(),
            action_taken: violated.violation.action_taken.as_str(),
            notified: violated.notified,
            tool: violated.tool.as_deref(),
        }
    }
}
