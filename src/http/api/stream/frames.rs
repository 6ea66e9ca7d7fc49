//! Rows of the journal as frames of server-sent events, in the words of the approval API that clients know: there
//! `namespace` is the server and `action_type` the tool.
//!
//! `approval_decided` is told once for each question that comes to an end unanswered or answered; what happens to one after
//! a yes is `question_changed`. A frame is one line of JSON, so no text from outside can begin another.

use crate::card::kept::remember;
use crate::domain::entry::{Entry, EntryType};
use crate::domain::id::ApprovalId;
use crate::domain::principal::Tenant;
use crate::store::{Store, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};

/// What `meta` says, as far as frames do.
#[derive(Deserialize)]
struct Said {
    approval: Option<ApprovalId>,
    upstream: Option<String>,
    tool: Option<String>,
    tier: Option<u8>,
    outcome: Option<String>,
}

/// He fell too far behind, or nobody knows his place: what is pending must be asked for.
pub(in crate::http::api::stream) fn lagged(head: u64) -> String {
    frame(head, "lagged", &json!({ "lagged": true }))
}

/// The place alone, which dispatches nothing: from here on nothing is missed after a break.
pub(in crate::http::api::stream) fn only_place(seq: u64) -> String {
    format!("id: {seq}\n\n")
}

/// Something else changed, up to this place. It is no place to come back with: questions may be there that were not told.
pub(in crate::http::api::stream) fn changed(seq: u64) -> String {
    let data = json!({ "event": "journal_changed", "seq": seq });
    format!("event: journal_changed\ndata: {data}\n\n")
}

fn frame(seq: u64, name: &str, data: &Value) -> String {
    format!("event: {name}\nid: {seq}\ndata: {data}\n\n")
}

/// A row as a frame; `None` where there is nothing to tell.
pub(in crate::http::api::stream) async fn of(
    store: &dyn Store,
    tenant: &Tenant,
    row: &Entry,
) -> Result<Option<String>, StoreError> {
    let said = row.meta.as_deref().and_then(|meta| serde_json::from_str::<Said>(meta).ok());
    let (Some(said), Some(kind)) = (said, EntryType::parse(&row.kind)) else { return Ok(None) };
    let Some(id) = said.approval else { return Ok(None) };
    // A yes that others must join decides nothing.
    if kind == EntryType::ApprovalApproved && said.outcome.as_deref() == Some("vote") {
        return Ok(None);
    }
    let by = row.filed.principal.clone().unwrap_or_default();
    let namespace = said.upstream.unwrap_or_default();
    let data = if kind == EntryType::ApprovalAsked {
        json!({
            "event": "approval_requested",
            "pending_id": id,
            "action_type": said.tool.unwrap_or_default(),
            "namespace": namespace,
            "requested_by": by,
            "requested_at": row.ts.rfc3339(),
            "tier": said.tier,
        })
    } else {
        // Only an end may be another thing after a yes, and only a decision says who asked.
        let question = match kind {
            EntryType::ApprovalApproved
            | EntryType::ApprovalDenied
            | EntryType::ApprovalExpired
            | EntryType::ApprovalCancelled => store.approval(tenant, id).await?,
            _ => None,
        };
        let had_a_yes = question.as_ref().is_some_and(|question| question.run_by.is_some());
        let remembered = match kind {
            EntryType::ApprovalApproved | EntryType::ApprovalDenied => {
                store.remembered_by(tenant, id).await?
            }
            _ => None,
        };
        match told(kind, said.outcome.as_deref(), had_a_yes) {
            None => return Ok(None),
            Some(Told::Decided(decision)) => json!({
                "event": "approval_decided",
                "pending_id": id,
                "decision": decision,
                "decided_by": if decision == "expired" { String::new() } else { by },
                "remember": remember(remembered.as_ref().map(|kept| &kept.wish)),
                "namespace": namespace,
                "requested_by": question.map(|q| q.principal.to_string()).unwrap_or_default(),
            }),
            Some(Told::Changed(change)) => json!({
                "event": "question_changed",
                "pending_id": id,
                "change": change,
                "namespace": namespace,
            }),
        }
    };
    let name = data.get("event").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Some(frame(row.seq, &name, &data)))
}

#[derive(Debug, PartialEq, Eq)]
enum Told {
    Decided(&'static str),
    Changed(&'static str),
}

/// What a row says of its question. `had_a_yes`: it came to its end after it was approved.
fn told(kind: EntryType, outcome: Option<&str>, had_a_yes: bool) -> Option<Told> {
    use EntryType as T;
    Some(match kind {
        T::ApprovalApproved => Told::Decided("approve"),
        T::ApprovalDenied => Told::Decided("deny"),
        T::ApprovalExpired if outcome == Some("unused") => Told::Changed("expired"),
        T::ApprovalExpired => Told::Decided("expired"),
        T::ApprovalCancelled if had_a_yes => Told::Changed("cancelled"),
        T::ApprovalCancelled => Told::Decided("cancelled"),
        T::ApprovalAbandoned => Told::Changed("abandoned"),
        T::ApprovalAttached => Told::Changed("attached"),
        T::ApprovalEscalated => Told::Changed("escalated"),
        T::ApprovalConsumed | T::IrApprovalConsumed => Told::Changed("consumed"),
        T::CallOutcome => Told::Changed(match outcome {
            Some("ran") => "ran",
            Some("failed") => "failed",
            _ => "unknown",
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_decided_once() {
        use EntryType as T;
        assert_eq!(told(T::ApprovalApproved, None, true), Some(Told::Decided("approve")));
        assert_eq!(
            told(T::ApprovalExpired, Some("unanswered"), false),
            Some(Told::Decided("expired"))
        );
        assert_eq!(told(T::ApprovalExpired, Some("unused"), true), Some(Told::Changed("expired")));
        assert_eq!(told(T::ApprovalCancelled, None, false), Some(Told::Decided("cancelled")));
        assert_eq!(told(T::ApprovalCancelled, None, true), Some(Told::Changed("cancelled")));
        assert_eq!(told(T::CallOutcome, None, true), Some(Told::Changed("unknown")));
    }

    #[test]
    fn no_text_begins_a_frame_of_its_own() {
        let text = frame(1, "x", &json!({ "tool": "a\n\nevent: lagged\r\ndata: {}" }));
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(!text.contains('\r') && text.ends_with("}\n\n"));
    }
}
