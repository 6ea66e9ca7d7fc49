//! `events_since`: what happened, as events, from a place that the caller keeps.
//!
//! An event is a row of the journal that is shown: asking for it blocks nobody and changes nothing. The cursor names the
//! last place that was looked at; it grants nothing, for every page is filtered by tenant and caller anew.
//!
//! An agent sees what it did itself and what became of the questions that it asked; an approver sees the whole tenant.
//! Two types are kept from agents: they tell why an attempt to use a yes was turned away, more exactly than whoever
//! tried was told, and would let him find out step by step what fits.

use crate::config::Toolset;
use crate::domain::json::Canonical;
use crate::journal::telling::{
    LIMIT, LIMIT_MAX, NAMES_MAX, NOT_FOR_AGENTS, ROOM, cursor, place, tell, types_named,
};
use crate::mcp::front::Duty;
use crate::mcp::tools::{
    Answered, Example, Offered, OwnCall, OwnTool, arguments, object_schema, refuse, store_failed,
};
use crate::store::events::{EventFilter, EventPage};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(in crate::mcp) const TOOL: OwnTool = OwnTool {
    name: "events_since",
    title: "Read events",
    description: "Reads what happened, oldest first, as events: calls, questions, answers, plans, runs. Give the \
                  `cursor` of the answer before to go on; without one it begins with the oldest event, and `now` \
                  gives a cursor for what is yet to come. `more` says that there is more at once; a page may be \
                  empty even then. An agent sees what it did itself and what became of its own questions.",
    read_only: true,
    toolset: Toolset::Events,
    offered: Offered::Everyone,
    input,
    output: Some(output),
    refusals: &[
        (
            "invalid_arguments",
            "`cursor` is none that this tool gave, `types` names no type, or `limit` is out of bounds",
        ),
        ("not_a_decider", "the token of this approver's session was revoked"),
    ],
    examples: &[
        Example { arguments: "{}", refusal: None },
        Example {
            arguments: r#"{"types":["ir.*","approval.approved"],"limit":10}"#,
            refusal: None,
        },
        Example { arguments: r#"{"cursor":"now"}"#, refusal: None },
        Example { arguments: r#"{"cursor":"yesterday"}"#, refusal: Some("invalid_arguments") },
        Example { arguments: r#"{"types":["ir.approved"]}"#, refusal: Some("invalid_arguments") },
        Example { arguments: r#"{"limit":0}"#, refusal: Some("invalid_arguments") },
    ],
    run,
};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    cursor: Option<String>,
    types: Option<Vec<String>>,
    limit: Option<usize>,
}

fn input() -> Value {
    object_schema(
        json!({
            "cursor": {
                "type": "string",
                "description": "As the last answer gave it, or `now`. Default: the beginning.",
            },
            "types": {
                "type": "array",
                "items": { "type": "string" },
                "minItems": 1,
                "maxItems": NAMES_MAX,
                "description": "Types such as `approval.approved`, or their beginning such as `ir.*`. Default: all.",
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": LIMIT_MAX,
                "description": "Default: 100.",
            },
        }),
        &[],
    )
}

fn output() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let event = json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "type": text,
            "source": text,
            "target": maybe,
            "timestamp": { "type": "string", "format": "date-time" },
            "severity": { "enum": ["INFO", "WARNING", "ERROR", "CRITICAL"] },
            "payload": { "type": "object" },
            "meta": {
                "type": "object",
                "properties": {
                    "schema_version": { "const": "1.0" },
                    "producer": text,
                    "source_module": text,
                    "tenant_id": maybe,
                    "correlation_id": maybe,
                    "actor_id": maybe,
                    "session_id": maybe,
                    "seq": { "type": "integer", "minimum": 1 },
                    "hash": text,
                },
                "required": ["schema_version", "producer", "source_module", "tenant_id", "correlation_id", "seq"],
            },
        },
        "required": ["id", "type", "source", "target", "timestamp", "severity", "payload", "meta"],
    });
    json!({
        "type": "object",
        "properties": {
            "events": { "type": "array", "items": event },
            "cursor": { "type": "string", "description": "Give it with the next call." },
            "more": { "type": "boolean", "description": "Whether the journal goes on after the cursor." },
        },
        "required": ["events", "cursor", "more"],
    })
}

fn run(call: OwnCall<'_>, bytes: Canonical) -> BoxFuture<'_, Answered> {
    async move { since(call, &bytes).await.unwrap_or_else(|refused| refused) }.boxed()
}

async fn since(call: OwnCall<'_>, bytes: &Canonical) -> Result<Answered, Answered> {
    let Arguments { cursor: from, types, limit } = arguments(bytes)?;
    let wrong = |what: String| refuse("invalid_arguments", what);
    let limit = limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(wrong(format!("`limit` must be 1 to {LIMIT_MAX}")));
    }
    let gate = &call.front.gate;
    let store = gate.desk().store();
    let head = store.head().await.map_err(|e| store_failed(&e))?.seq;
    let after = place(from.as_deref(), head, "cursor").map_err(wrong)?;
    let agent = match call.front.duty {
        Duty::Agent => true,
        Duty::Approver(_) => false,
    };
    let mut types = types_named(types.as_deref()).map_err(wrong)?;
    types.retain(|kind| !agent || !NOT_FOR_AGENTS.contains(kind));
    let page = store
        .events_after(EventFilter {
            tenant: gate.tenant().clone(),
            after,
            types,
            concerns: agent.then(|| call.caller.principal.clone()),
            of_questions: false,
            limit,
            bytes: ROOM,
        })
        .await
        .map_err(|e| store_failed(&e))?;
    answer(&page).map_err(|e| refuse("invalid_arguments", format!("no event can be told: {e}")))
}

/// The page as an answer: text for a reader, and the events.
fn answer(page: &EventPage) -> Result<Answered, serde_json::Error> {
    let told = tell(page)?;
    let (events, mut lines, more) = (told.events, told.lines, told.more);
    let _ = match (told.count, more) {
        (0, false) => write!(lines, "Nothing happened since."),
        (0, true) => write!(lines, "Nothing for you up to here; call again with the cursor."),
        (_, false) => write!(lines, "That is all up to now."),
        (_, true) => write!(lines, "There may be more: call again with the cursor."),
    };
    let (cursor, text) = (json!(cursor(told.to)), json!(lines));
    Ok(Answered::Whole(format!(
        r#"{{"content":[{{"type":"text","text":{text}}}],"isError":false,"structuredContent":{{"events":[{events}],"cursor":{cursor},"more":{more}}}}}"#
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Digest;
    use crate::domain::entry::{Entry, Filed};
    use crate::domain::time::Millis;

    fn row(seq: u64, body: String) -> Entry {
        Entry {
            seq,
            ts: Millis(1),
            kind: "call.permitted".to_owned(),
            filed: Filed::default(),
            meta: Some("{}".to_owned()),
            meta_digest: Digest::ZERO,
            salt: None,
            body: Some(body.into_bytes()),
            prev: Digest::ZERO,
            hash: Digest::sha256(&[&seq.to_be_bytes()]),
        }
    }

    fn told(page: &EventPage) -> (Value, usize) {
        let Ok(Answered::Whole(text)) = answer(page) else { panic!("no answer") };
        (serde_json::from_str(&text).unwrap(), text.len())
    }

    #[test]
    fn an_answer_keeps_to_its_room_and_goes_on_where_it_stopped() {
        let body = format!(r#"{{"arguments":"{}"}}"#, "x".repeat(300_000));
        let rows = (1..=6).map(|seq| row(seq, body.clone())).collect();
        let (answer, size) = told(&EventPage { rows, to: 6, head: 6 });
        let structured = &answer["structuredContent"];
        assert_eq!(structured["events"].as_array().unwrap().len(), 3);
        assert_eq!((&structured["cursor"], &structured["more"]), (&json!("e1-3"), &json!(true)));
        assert!(size <= ROOM, "{size}");
    }

    #[test]
    fn an_event_that_alone_has_no_room_is_told_without_its_body() {
        let body = format!(r#"{{"arguments":"{}"}}"#, "x".repeat(4_000_000));
        let (answer, size) = told(&EventPage { rows: vec![row(1, body)], to: 1, head: 1 });
        let event = &answer["structuredContent"]["events"][0];
        assert_eq!(event["payload"]["left_out"]["bytes"], 4_000_016);
        assert!(size < 10_000 && answer["structuredContent"]["more"] == json!(false));
    }
}
