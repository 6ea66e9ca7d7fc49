//! One journal row as people and machines read it.

use crate::cli::audit::Look;
use crate::cli::audit_violations::ViolationJson;
use crate::cli::when;
use crate::domain::digest::Digest;
use crate::domain::entry::Entry;
use crate::domain::json::{Limits, parse_bytes};
use crate::domain::visible;
use crate::store::decisions::Violated;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::Write;

/// What `meta` says of a row; all empty once erased.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::cli) struct Shown {
    pub(in crate::cli) tenant: Option<String>,
    pub(in crate::cli) correlation: Option<String>,
    pub(in crate::cli) session: Option<String>,
    pub(in crate::cli) principal: Option<Who>,
    pub(in crate::cli) upstream: Option<String>,
    pub(in crate::cli) tool: Option<String>,
    pub(in crate::cli) verdict: Option<String>,
    pub(in crate::cli) tier: Option<u8>,
    pub(in crate::cli) policy: Option<u64>,
    pub(in crate::cli) approval: Option<String>,
    pub(in crate::cli) outcome: Option<String>,
    pub(in crate::cli) body_digest: Option<Digest>,
}

/// Who acted.
#[derive(Debug, Deserialize)]
pub(in crate::cli) struct Who {
    role: String,
    name: String,
}

impl Shown {
    /// What the row says. A `meta` that cannot be read says nothing here; `audit verify` tells why.
    pub(in crate::cli) fn of(row: &Entry) -> Self {
        row.meta.as_deref().and_then(|meta| serde_json::from_str(meta).ok()).unwrap_or_default()
    }

    fn who(&self) -> Option<String> {
        self.principal.as_ref().map(|who| format!("{}:{}", who.role, who.name))
    }

    /// The whole row for a person.
    pub(in crate::cli) fn write(
        &self,
        row: &Entry,
        violations: &[Violated],
        look: &Look,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        let mut line = |name: &str, value: Option<String>| match value {
            Some(value) => writeln!(out, "{name:<12}{}", visible::inline(&value).text),
            None => Ok(()),
        };
        line("seq", Some(row.seq.to_string()))?;
        line("time", Some(format!("{} ({})", when::stamp(row.ts, &look.zone), row.ts.rfc3339())))?;
        line("type", Some(row.kind.clone()))?;
        line("tenant", self.tenant.clone())?;
        line("who", self.who())?;
        line("session", self.session.clone())?;
        line("correlation", self.correlation.clone())?;
        line("approval", self.approval.clone())?;
        line("server", self.upstream.clone())?;
        line("tool", self.tool.clone())?;
        line("verdict", self.verdict.clone())?;
        line("tier", self.tier.map(|t| t.to_string()))?;
        line("policy", self.policy.map(|p| p.to_string()))?;
        line("outcome", self.outcome.clone())?;
        for Violated { violation, .. } in violations {
            let (severity, taken) = (violation.severity.as_str(), violation.action_taken.as_str());
            line("violation", Some(format!("{} ({severity}, {taken})", violation.kind)))?;
        }
        line("hash", Some(row.hash.to_string()))?;
        line("after", Some(row.prev.to_string()))?;
        if row.meta.is_none() {
            line("erased", Some("everything but the hashes, by retention".into()))?;
        } else if row.body.is_none() && self.body_digest != Some(Digest::sha256(&[])) {
            line("body", Some("erased by retention".into()))?;
        }
        if let Some(body) = &row.body {
            writeln!(out, "body")?;
            write!(out, "{}", pretty(body))?;
        }
        Ok(())
    }
}

/// A body with its members one a line; one that is not JSON as a single line.
fn pretty(body: &[u8]) -> String {
    match parse_bytes(body, &Limits::LINE) {
        Ok(node) => crate::card::tree(&node),
        Err(_) => format!("  {}\n", visible::inline(&String::from_utf8_lossy(body)).text),
    }
}

/// The same for machines: one object, `null` where a row says nothing.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct RowJson<'a> {
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
    pub(in crate::cli) fn of(row: &'a Entry) -> Self {
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
    pub(in crate::cli) fn with(self, violations: &'a [Violated]) -> Self {
        Self { violations: Some(violations.iter().map(ViolationJson::of).collect()), ..self }
    }
}
