//! A decision's row as it is judged again: what it says of the call, with a place where something is not kept.

use crate::config::Environment;
use crate::domain::call::{Call, CallParts, Method, OWN, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Entry, EntryType};
use crate::domain::id::SessionId;
use crate::domain::json::{Limits, Node, parse};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::{Action, Effect, Given, Reason, Tier, Verdict};
use crate::domain::time::Millis;
use crate::journal::guarded_places;
use crate::policy::Snapshot;
use crate::policy::replay::{Recorded, Rejudged, Why};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use uuid::Uuid;

/// A call that was decided about.
pub(in crate::gate::replay) struct Row<'e> {
    /// What it is grouped by.
    pub tool: String,
    /// What was decided.
    pub verdict: Verdict,
    /// What it is of a call whose yes was asked for.
    pub part: Part<'e>,
    /// The rest, or why it cannot be judged.
    pub body: Result<Kept<'e>, Why>,
}

/// What a row is of a call. A question and the use of its yes are one call.
#[derive(Debug, Clone, Copy)]
pub(in crate::gate::replay) enum Part<'e> {
    /// All of it.
    Whole,
    /// The question of this id.
    Asks(&'e str),
    /// The use of the yes to it.
    Uses(&'e str),
}

/// What the row says of the call.
pub(in crate::gate::replay) struct Kept<'e> {
    said: Body<'e>,
    call: Call,
    verdict: Verdict,
    tier: Tier,
    at: Millis,
}

#[derive(Deserialize)]
struct Meta<'e> {
    #[serde(borrow)]
    upstream: Option<Cow<'e, str>>,
    principal: Option<Principal>,
}

#[derive(Deserialize)]
struct Body<'e> {
    method: Method,
    effect: Effect,
    action: Action,
    reasons: Vec<Reason>,
    environment: Option<Cow<'e, str>>,
    #[serde(default)]
    given: Given,
    #[serde(default)]
    erased: Vec<String>,
    #[serde(borrow)]
    arguments: Option<&'e RawValue>,
}

/// Reads a row; `None` when it is no call: a question about our own doing, or a check that somebody asked for.
pub(in crate::gate::replay) fn read(entry: &Entry) -> Option<Row<'_>> {
    let kind = EntryType::parse(&entry.kind)?;
    let meta: Meta<'_> = serde_json::from_str(entry.meta.as_deref()?).ok()?;
    let (server, tool) = (meta.upstream.as_deref()?, entry.filed.tool.as_deref()?);
    if kind == EntryType::PolicyChecked || server == OWN {
        return None;
    }
    let part = match (entry.filed.approval.as_deref(), kind) {
        (Some(id), EntryType::ApprovalAsked) => Part::Asks(id),
        (Some(id), EntryType::CallPermitted) => Part::Uses(id),
        _ => Part::Whole,
    };
    let verdict = entry.filed.verdict.as_deref().and_then(Verdict::parse)?;
    let said = entry.body.as_deref().map(serde_json::from_slice::<Body<'_>>);
    let is_tool = |said: &Body<'_>| said.method == Method::ToolsCall;
    let named = match &said {
        // A resource's address is another each time.
        Some(Ok(said)) if !is_tool(said) => format!("{server} ({})", said.method.as_str()),
        _ => format!("{server}__{tool}"),
    };
    let body = match said {
        None => Err(Why::Erased),
        Some(Err(_)) => Err(Why::Unreadable),
        Some(Ok(said)) => kept(entry, said, meta.principal, server, verdict),
    };
    Some(Row { tool: named, verdict, part, body })
}

fn kept<'e>(
    entry: &Entry,
    said: Body<'e>,
    principal: Option<Principal>,
    server: &str,
    verdict: Verdict,
) -> Result<Kept<'e>, Why> {
    let tier = entry.filed.tier.and_then(|tier| u8::try_from(tier).ok());
    let tier = tier.and_then(|tier| Tier::try_from(tier).ok()).ok_or(Why::Unreadable)?;
    let tenant = entry.filed.tenant.as_deref().and_then(Tenant::new);
    let parts = CallParts {
        tenant: tenant.ok_or(Why::Unreadable)?,
        principal: principal.ok_or(Why::Unreadable)?,
        session: entry
            .filed
            .session
            .as_deref()
            .and_then(SessionId::parse)
            .unwrap_or(SessionId(Uuid::nil())),
        upstream: UpstreamId { name: server.to_owned(), digest: Digest::ZERO },
        method: said.method,
        tool: entry.filed.tool.clone().unwrap_or_default(),
        definition: Digest::ZERO,
        arguments: None,
    };
    // Nothing is sent, so no digest of it must be right.
    let call = Call::seal(parts, &StoreKey::new([0; 32]));
    Ok(Kept { said, call, verdict, tier, at: entry.ts })
}

impl Kept<'_> {
    /// Judges it under a candidate.
    pub(in crate::gate::replay) fn judge(&self, candidate: &Snapshot) -> Rejudged {
        let unreadable = Rejudged::Not(Why::Unreadable);
        let written = self.said.arguments.map(|raw| parse(raw.get(), &Limits::LINE));
        let Ok(mut arguments) = written.transpose() else { return unreadable };
        let mut unknown = arguments.as_ref().map(guarded_places).unwrap_or_default();
        for pointer in &self.said.erased {
            let Some(place) = pointer.strip_prefix("/arguments") else { return unreadable };
            if place.is_empty() {
                arguments = Some(Node::Null);
            } else if !arguments.as_mut().is_some_and(|node| plant(node, place)) {
                return unreadable;
            }
            unknown.push(place.to_owned());
        }
        let environment = match self.said.environment.as_deref() {
            Some("dev") => Environment::Dev,
            Some("test") => Environment::Test,
            // Rows of before it was written down: the kernel's tier says what came of it.
            Some(_) | None => Environment::Production,
        };
        candidate.rejudge(&Recorded {
            call: &self.call,
            arguments: arguments.as_ref(),
            unknown: &unknown,
            verdict: self.verdict,
            tier: self.tier,
            effect: self.said.effect,
            action: self.said.action,
            reasons: &self.said.reasons,
            environment,
            given: &self.said.given,
            at: self.at,
        })
    }
}

/// Puts something where a value was taken out; `false` when the way to it is not there.
fn plant(node: &mut Node<'_>, place: &str) -> bool {
    let Some(rest) = place.strip_prefix('/') else { return false };
    let (token, further) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let token = token.replace("~1", "/").replace("~0", "~");
    match node {
        Node::Object(members) => {
            let found = members.iter_mut().find(|(name, _)| *name == token);
            match (found, further.is_empty()) {
                (Some((_, value)), false) => plant(value, further),
                (Some(_), true) => true,
                (None, true) => {
                    members.push((Cow::Owned(token), Node::Null));
                    true
                }
                (None, false) => false,
            }
        }
        Node::Array(items) => {
            let item = token.parse::<usize>().ok().and_then(|at| items.get_mut(at));
            item.is_some_and(|item| further.is_empty() || plant(item, further))
        }
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => false,
    }
}
