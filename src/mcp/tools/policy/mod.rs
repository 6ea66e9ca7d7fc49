//! Tools about policy: what stands, what is suggested, applying and taking back.
//!
//! A session that can send proposes and, with a person's yes, applies what it proposed; it never decides. What an agent
//! reads here names no way to decide.

pub(in crate::mcp) mod apply_policy_suggestion;
mod asking;
pub(in crate::mcp) mod check_permission;
pub(in crate::mcp) mod check_permissions;
pub(in crate::mcp) mod list_policy_rules;
pub(in crate::mcp) mod list_policy_suggestions;
pub(in crate::mcp) mod propose_policy_diff;
pub(in crate::mcp) mod reject_policy_suggestion;
pub(in crate::mcp) mod rollback_policy;
pub(in crate::mcp) mod test_policy;

use crate::domain::approval::State;
use crate::domain::id::ApprovalId;
use crate::domain::policy::PolicyVersion;
use crate::domain::visible;
use crate::gate::changes::{
    CONFIRM, Hand, NotTaken, Proposer, applied_view, not_applied, status, view,
};
use crate::mcp::answer::{META_KEY, Said};
use crate::mcp::front::Duty;
use crate::mcp::tools::{Answered, OwnCall, refuse, say, store_failed};
use crate::store::policies::{NotApplied, Suggestion};
use serde_json::{Value, json};

/// Characters of one item of a summary, and how many faults are told.
const ITEM_MAX: usize = 400;
const FAULTS_MAX: usize = 50;

/// An example id that no suggestion has, with everything else right.
const NOBODYS_CHANGE: &str =
    r#"{"id":"00000000-0000-7000-8000-000000000000","comment":"as agreed","confirm":"APPLY"}"#;

fn proposer<'a>(call: &OwnCall<'a>, comment: Option<&'a str>) -> Proposer<'a> {
    let session = call.front.gate.session();
    Proposer { principal: &call.caller.principal, session, comment }
}

/// Whose hand applies: an approver's own, or that of an agent with a yes that somebody gave.
fn hand<'a>(call: &OwnCall<'a>, token: Option<&'a str>) -> Hand<'a> {
    match &call.front.duty {
        Duty::Approver(approver) => Hand::Admin(approver),
        Duty::Agent => Hand::Asker {
            principal: &call.caller.principal,
            session: call.front.gate.session(),
            token,
        },
    }
}

/// A suggestion of the caller; an approver sees those of everybody in his tenant.
async fn suggestion(call: &OwnCall<'_>, id: ApprovalId) -> Result<Suggestion, Answered> {
    let gate = &call.front.gate;
    let found = gate.desk().store().suggestion(gate.tenant(), id).await;
    let sees_all = !call.front.forwards();
    found
        .map_err(|e| store_failed(&e))?
        .filter(|s| sees_all || s.approval.principal == call.caller.principal)
        .ok_or_else(no_suggestion)
}

fn no_suggestion() -> Answered {
    refuse("not_found", "there is no such suggestion here")
}

fn value(suggestion: &Suggestion) -> Value {
    serde_json::to_value(view(suggestion)).unwrap_or_default()
}

/// The items of what it does, made visible.
fn items(suggestion: &Suggestion) -> String {
    let reasons = suggestion.approval.ruling.reasons.iter();
    let line = |text: &str| format!("- {}", visible::shorten(&visible::inline(text), ITEM_MAX));
    reasons.map(|r| line(&r.message)).collect::<Vec<_>>().join("\n")
}

/// Why nothing was proposed.
fn not_taken(why: &NotTaken) -> Answered {
    if let NotTaken::Store(error) = why {
        return store_failed(error);
    }
    let mut faults = why.faults();
    let more = faults.len().saturating_sub(FAULTS_MAX);
    faults.truncate(FAULTS_MAX);
    let mut text = format!("NOT PROPOSED: {}.", why.text());
    for fault in &faults {
        text.push_str(&format!("\n- {fault}"));
    }
    if more > 0 {
        text.push_str(&format!("\n- and {more} more"));
    }
    let told = match why {
        NotTaken::Faults(all) => json!(all.iter().take(FAULTS_MAX).collect::<Vec<_>>()),
        _ => json!(faults),
    };
    Answered::Said(Said {
        text,
        structured: None,
        meta: Some(json!({ META_KEY: { "code": why.code(), "approval": null, "faults": told } })),
        is_error: true,
    })
}

/// A change was applied, or why not; `presented` says whether an answer token came along.
fn applied(
    call: &OwnCall<'_>,
    of: &Suggestion,
    presented: bool,
    outcome: Result<PolicyVersion, NotApplied>,
) -> Result<Answered, Answered> {
    match outcome {
        Ok(version) => {
            let what = match version.rolls_back {
                Some(back) => format!("Version {back} is taken back"),
                None => "The suggestion is applied".to_owned(),
            };
            let text = format!(
                "{what}; the policy is at version {} and in force for every session.",
                version.version
            );
            Ok(say(text, json!(applied_view(of, &version))))
        }
        Err(NotApplied::State(State::Pending)) => Err(waiting(of)),
        Err(NotApplied::Token) if !presented => Err(waiting(of)),
        Err(why) => {
            let (code, text) = not_applied(&why);
            let grave = match (&call.front.duty, &why) {
                (Duty::Approver(approver), NotApplied::NoDecider) => {
                    of.approval.ruling.tier > approver.max_tier()
                }
                _ => false,
            };
            if grave {
                return Err(refuse(
                    "tier_too_high",
                    "NOT APPLIED. This suggestion is graver than what may be decided here; a person decides about it at a \
                     terminal.",
                ));
            }
            Err(refuse(code, format!("NOT APPLIED: {text}.")))
        }
    }
}

/// It waits for a person; nothing was changed.
fn waiting(suggestion: &Suggestion) -> Answered {
    let approval = &suggestion.approval;
    let then = match suggestion.rolls_back {
        Some(version) => format!("call `rollback_policy` with version {version}"),
        None => "call `apply_policy_suggestion`".to_owned(),
    };
    let asleep = if approval.state == State::Approved {
        " A person said yes with an answer token, which was not presented."
    } else {
        ""
    };
    let text = format!(
        "NOT APPLIED, waiting for a person's yes to the suggestion {} (tier {}). Nothing was changed.{asleep} Tell the user \
         that it waits; if he gives an answer token, {then} with it. It can be decided until {}.",
        approval.id,
        approval.ruling.tier,
        approval.answer_by.rfc3339()
    );
    Answered::Said(Said {
        text,
        structured: None,
        meta: Some(json!({ META_KEY: {
            "code": "waiting",
            "approval": { "id": approval.id, "state": approval.state },
        } })),
        is_error: true,
    })
}

fn version_schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "properties": {
            "suggestion_id": text,
            "status": { "const": status(State::Consumed) },
            "version": { "type": "integer", "minimum": 1 },
            "kind": { "enum": ["applied", "rolled_back"] },
            "digest": text,
            "rolls_back": { "type": ["integer", "null"] },
            "self_confirmed": { "type": "boolean" },
            "by": maybe,
            "at": text,
            "comment": maybe,
            "parent": { "type": ["integer", "null"], "description": "The version that changed the policy before." },
            "diff": { "type": ["object", "null"] },
            "diff_hash": text,
        },
        "required": ["suggestion_id", "status", "version", "kind", "digest"],
    })
}

fn suggestion_schema() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let number = json!({ "type": ["integer", "null"] });
    json!({
        "type": "object",
        "properties": {
            "suggestion_id": text,
            "status": { "enum": State::ALL.map(status) },
            "base_version": { "type": "integer", "minimum": 0 },
            "diff_hash": text,
            "tier": { "type": "integer", "minimum": 0, "maximum": 3 },
            "summary": { "type": "array", "items": text },
            "warnings": { "type": "array", "items": text },
            "proposed_by": text,
            "proposed_at": text,
            "expires_at": text,
            "reviewed_by": maybe,
            "reviewed_at": maybe,
            "reason": maybe,
            "rolls_back": number,
            "applied_version": number,
            "diff": { "type": "object" },
        },
        "required": ["suggestion_id", "status", "base_version", "diff_hash", "tier", "summary"],
    })
}

fn suggestion_id_schema() -> Value {
    json!({ "type": "string", "format": "uuid", "description": "The suggestion's id, whole." })
}

fn token_schema() -> Value {
    json!({ "type": "string", "description": "The answer token, as the person gave it." })
}

fn words_schema(description: &str) -> Value {
    json!({ "type": "string", "maxLength": 500, "description": description })
}
