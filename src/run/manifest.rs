//! The manifest: every step of a plan as the call it will be. What a person says yes to are these bytes.

use crate::domain::call::Call;
use crate::domain::id::RunId;
use crate::domain::json::{Canonical, Limits, Node};
use crate::domain::principal::Principal;
use crate::domain::ruling::Ruling;
use crate::gate::{Gate, InForce, Refusal, Target};
use crate::ir::{Plan, Step, Vocabulary, audit, show_hash};
use serde_json::json;
use std::borrow::Cow;

/// One step and the call it is.
#[derive(Debug)]
pub(in crate::run) struct Resolved {
    /// Its place in the plan.
    pub step: u32,
    /// Which server and tool, with which arguments.
    pub target: Target,
    /// Whether its resource is among the arguments; else nobody is told that it were.
    pub on_resource: bool,
    /// The call, sealed.
    pub call: Call,
    /// What policy says of it now.
    pub ruling: Ruling,
}

/// Why a plan is not a list of calls here.
#[derive(Debug)]
pub enum Unresolved {
    /// The configuration does not say which tool does this.
    NotMapped {
        /// The step, from 0.
        step: usize,
        /// What is missing, safe to show.
        why: String,
    },
    /// The server or tool is not there, or the store failed.
    Refused {
        /// The step, from 0.
        step: usize,
        /// Why.
        refusal: Box<Refusal>,
    },
}

/// Resolves and judges every step, in the order of the plan.
pub(in crate::run) async fn resolve(
    gate: &Gate,
    in_force: &InForce,
    principal: &Principal,
    plan: &Plan,
) -> Result<Vec<Resolved>, Unresolved> {
    let mut resolved = Vec::with_capacity(plan.steps().len());
    for step in plan.steps() {
        resolved.push(resolve_step(gate, &in_force.vocabulary, principal, step).await?);
    }
    Ok(resolved)
}

/// One step as the call it is now.
pub(in crate::run) async fn resolve_step(
    gate: &Gate,
    vocabulary: &Vocabulary,
    principal: &Principal,
    step: &Step,
) -> Result<Resolved, Unresolved> {
    let (target, on_resource) =
        target(vocabulary, step).map_err(|why| Unresolved::NotMapped { step: step.index, why })?;
    let (call, ruling) = gate
        .weigh(principal, &target)
        .await
        .map_err(|refusal| Unresolved::Refused { step: step.index, refusal: Box::new(refusal) })?;
    let step = u32::try_from(step.index).unwrap_or(u32::MAX);
    Ok(Resolved { step, target, on_resource, call, ruling })
}

/// Where a step goes: its parameters are the arguments, with the resource and the idempotency key where the
/// configuration wants them. And whether the resource is among them.
pub(in crate::run) fn target(
    vocabulary: &Vocabulary,
    step: &Step,
) -> Result<(Target, bool), String> {
    let provider = vocabulary
        .provider(&step.provider)
        .ok_or_else(|| format!("the provider `{}` is not known any more", step.provider))?;
    let table = format!("`[ir.provider.\"{}\"]`", step.provider);
    let upstream = provider
        .upstream
        .clone()
        .ok_or_else(|| format!("{table} names no `upstream` that its steps could be sent to"))?;
    let map = provider.tools.get(&step.action).ok_or_else(|| {
        format!("{table} maps no tool to `{}`; its table `tool` would", step.action)
    })?;
    let unreadable = |_| "its parameters cannot be read".to_owned();
    let params = step.params.node().map_err(unreadable)?;
    let Node::Object(mut members) = params else {
        return Err("its parameters are no object".to_owned());
    };
    // What a person reads on the card must be part of the call.
    if map.resource.is_none() && step.resource.is_some() {
        return Err(format!(
            "its resource would be shown and not sent: {table} must say `resource` for `{}`, the argument that it \
             becomes, or `resource = \"\"` to leave it out",
            step.action
        ));
    }
    let wanted = [
        (&map.resource, step.resource.as_deref()),
        (&map.idempotency_key, Some(step.idempotency_key.as_str())),
    ];
    for (name, value) in wanted {
        let (Some(name), Some(value)) = (name, value) else { continue };
        if name.is_empty() {
            continue;
        }
        if members.iter().any(|(key, _)| key == name) {
            return Err(format!("its parameters hold `{name}`, which the configuration fills in"));
        }
        members.push((Cow::Borrowed(name), Node::String(Cow::Borrowed(value))));
    }
    let arguments = Canonical::of(&Node::Object(members)).map_err(unreadable)?;
    let target = Target { upstream, tool: map.tool.clone(), arguments };
    Ok((
        target,
        step.resource.is_some() && map.resource.as_ref().is_some_and(|name| !name.is_empty()),
    ))
}

/// The bytes that a person is shown and says yes to; `None` when they are more than a question may hold.
pub(in crate::run) fn manifest(
    id: RunId,
    directive: (&str, &str),
    plan: &Plan,
    resolved: &[Resolved],
) -> Option<Canonical> {
    let mut text = json!({
        "run": id,
        "directive": directive.0,
        "label": directive.1,
        "ir_hash": show_hash(&plan.hash()),
        "order": plan.order(),
    })
    .to_string();
    text.pop();
    text.push_str(",\"steps\":[");
    for (at, (step, resolved)) in plan.steps().iter().zip(resolved).enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&line(step, resolved));
    }
    text.push_str("]}");
    // One reading of our own writing: from here on only its bytes count.
    let manifest = Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).ok()?;
    (manifest.len() <= ARGUMENTS_MAX).then_some(manifest)
}

/// What a question may hold, in bytes: as much as the arguments of a call.
const ARGUMENTS_MAX: usize = 4 * 1024 * 1024;

/// One step. Its arguments go in as they were written, digit for digit.
fn line(step: &Step, resolved: &Resolved) -> String {
    let parts = resolved.call.parts();
    let mut line = json!({
        "step": step.index,
        "id": step.id,
        "step_hash": show_hash(&step.hash),
        "action": step.action,
        "provider": step.provider,
        "resource": step.resource.as_ref().filter(|_| resolved.on_resource),
        "server": parts.upstream.name,
        "tool": parts.tool,
        "definition": parts.definition,
        "call_digest": resolved.call.digest(),
        "tier": resolved.ruling.tier.max(step.tier),
        "verdict": resolved.ruling.verdict,
    })
    .to_string();
    line.pop();
    line.push_str(",\"arguments\":");
    line.push_str(resolved.target.arguments.as_str());
    line.push('}');
    line
}

/// The nodes of a manifest, for the audit against its plan.
pub(in crate::run) fn nodes(manifest: &Canonical) -> Vec<audit::Node> {
    let Ok(tree) = manifest.node() else { return Vec::new() };
    let text = |step: &Node<'_>, key: &str| step.get(key)?.as_str().map(str::to_owned);
    let node = |step: &Node<'_>| {
        Some(audit::Node { ir_step_id: text(step, "id")?, ir_step_hash: text(step, "step_hash")? })
    };
    // A step that cannot be read is missing, which the audit says.
    tree.get("steps").and_then(Node::array).unwrap_or_default().iter().filter_map(node).collect()
}
