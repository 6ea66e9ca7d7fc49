//! Every type as an event, and what becomes of bodies that are odd, guarded or gone.

use super::*;
use crate::domain::entry::{Draft, Filed, Meta, chain_hash};
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::principal::{Role, Tenant};
use crate::domain::time::Millis;
use serde_json::{Value, json};

const SALT: &[u8] = b"0123456789abcdef";

/// A stored row, as the store makes it.
fn row(draft: &Draft) -> Entry {
    let (seq, ts) = (7, Millis(1_793_500_000_120));
    let body_digest = if draft.body.is_empty() {
        Digest::sha256(&[])
    } else {
        Digest::sha256(&[SALT, &draft.body])
    };
    let meta = serde_json::to_string(&Meta { seq, ts, draft, body_digest }).unwrap();
    let meta_digest = Digest::sha256(&[meta.as_bytes()]);
    Entry {
        seq,
        ts,
        kind: draft.kind.as_str().to_owned(),
        filed: Filed::default(),
        meta: Some(meta),
        meta_digest,
        salt: Some(SALT.to_vec()),
        body: Some(draft.body.clone()).filter(|body| !body.is_empty()),
        prev: Digest::ZERO,
        hash: chain_hash(&Digest::ZERO, &meta_digest),
    }
}

fn draft(kind: EntryType, body: &str) -> Draft {
    Draft {
        correlation: Some(CorrelationId::new()),
        session: Some(SessionId::new()),
        principal: Some(Principal::new(Role::Agent, "dana/test")),
        upstream: Some("files".to_owned()),
        tool: Some("write".to_owned()),
        tier: Some(2),
        policy: Some(3),
        approval: Some(ApprovalId::new()),
        outcome: Some("ran".to_owned()),
        body: body.as_bytes().to_vec(),
        ..Draft::new(kind, &Tenant::default())
    }
}

fn event(row: &Entry) -> Value {
    serde_json::to_value(Envelope::of(row)).unwrap()
}

#[test]
fn every_type_is_an_event_with_all_members_of_the_charter() {
    for kind in EntryType::ALL {
        let row = row(&draft(*kind, r#"{"ir_hash":"sha256:ab","n":9007199254740993}"#));
        let event = event(&row);
        let names: Vec<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected =
            ["id", "type", "source", "target", "timestamp", "severity", "payload", "meta"];
        expected.sort_unstable();
        assert_eq!(names, expected);
        let id = Uuid::try_parse(event["id"].as_str().unwrap()).unwrap();
        assert_eq!((id.get_version_num(), event["type"].as_str()), (8, Some(kind.as_str())));
        assert_eq!(event["timestamp"], "2026-11-01T02:26:40.120Z");
        assert!(event["target"].is_null());
        let severity = event["severity"].as_str().unwrap();
        assert!(["INFO", "WARNING", "ERROR", "CRITICAL"].contains(&severity), "{severity}");
        let meta = &event["meta"];
        assert_eq!(meta["schema_version"], "1.0");
        assert_eq!(meta["producer"], "countersign");
        assert_eq!(meta["tenant_id"], "default");
        assert!(CorrelationId::parse(meta["correlation_id"].as_str().unwrap()).is_some());
        assert_eq!((&meta["seq"], &meta["actor_id"]), (&json!(7), &json!("agent:dana/test")));
        assert_eq!(meta["hash"].as_str().unwrap(), row.hash.to_string());
        let plan = kind.as_str().starts_with("ir.");
        assert_eq!(event["source"], if plan { "ir_governance" } else { "countersign" });
        assert_eq!(meta["source_module"] == "ir_governance", plan, "{}", kind.as_str());
        let payload = event["payload"].as_object().unwrap();
        assert_eq!(payload["n"], 9_007_199_254_740_993_u64);
        if plan {
            assert_eq!(payload.len(), 2, "the payload of a plan's event is its body");
        } else {
            assert_eq!(payload["principal"], "agent:dana/test");
            assert_eq!(payload["server"], "files");
        }
    }
}

#[test]
fn the_severity_of_plans_is_that_of_their_own_page() {
    let of = |word: &str| severity(EntryType::parse(word).unwrap(), None);
    for (word, expected) in [
        ("ir.approval_created", Severity::Info),
        ("ir.approval_consumed", Severity::Info),
        ("ir.approval_expired", Severity::Warning),
        ("ir.approval_invalid", Severity::Warning),
        ("ir.validated_pass", Severity::Info),
        ("ir.validated_escalate", Severity::Warning),
        ("ir.validated_reject", Severity::Error),
        ("ir.dag_diff_ok", Severity::Info),
        ("ir.dag_diff_failed", Severity::Critical),
    ] {
        assert_eq!(of(word), expected, "{word}");
    }
    let outcome = |outcome| severity(EntryType::CallOutcome, outcome);
    assert_eq!(outcome(Some("ran")), Severity::Info);
    assert_eq!(outcome(Some("failed")), Severity::Warning);
    assert_eq!((outcome(Some("unknown")), outcome(None)), (Severity::Error, Severity::Error));
}

#[test]
fn one_row_is_one_event_and_two_rows_are_two() {
    let first = row(&draft(EntryType::CallOutcome, "{}"));
    let second = row(&draft(EntryType::CallOutcome, "{}"));
    assert_eq!(event(&first), event(&first));
    assert_ne!(event(&first)["id"], event(&second)["id"]);
}

#[test]
fn what_retention_erased_is_told_and_the_rest_is_shown() {
    for kind in [EntryType::CallOutcome, EntryType::IrValidatedPass] {
        let mut row = row(&draft(kind, r#"{"secret":"canary"}"#));
        (row.body, row.salt) = (None, None);
        let told = event(&row);
        assert_eq!(
            (&told["payload"]["erased"], &told["payload"]["tool"]),
            (&json!(true), &json!("write"))
        );
        row.meta = None;
        let told = event(&row);
        assert_eq!(told["payload"], json!({ "erased": true }));
        assert!(told["meta"]["tenant_id"].is_null() && told["meta"]["seq"] == 7);
    }
    let empty = event(&row(&draft(EntryType::SessionClosed, "")));
    assert!(empty["payload"].get("erased").is_none(), "an empty body is not an erased one");
}

#[test]
fn odd_bodies_stay_events() {
    let clash = event(&row(&draft(EntryType::RunCreated, r#"{"tool":"mine","x":1.50}"#)));
    assert_eq!(
        (&clash["payload"]["tool"], &clash["payload"]["body.tool"]),
        (&json!("write"), &json!("mine"))
    );
    let text =
        serde_json::to_string(&Envelope::of(&row(&draft(EntryType::RunCreated, r#"{"x":1.50}"#))))
            .unwrap();
    assert!(text.contains(r#""x":1.50"#), "digits stay as written: {text}");
    assert_eq!(
        event(&row(&draft(EntryType::IrDagDiffOk, "not json")))["payload"]["body"],
        "not json"
    );
    assert_eq!(event(&row(&draft(EntryType::IrDagDiffOk, "[1]")))["payload"]["body"], json!([1]));
    let mut unknown = row(&draft(EntryType::RunCreated, "{}"));
    unknown.kind = "later.invented".to_owned();
    let told = event(&unknown);
    assert_eq!(
        (&told["severity"], &told["meta"]["source_module"]),
        (&json!("ERROR"), &json!("unknown"))
    );
    let short = Envelope::without_body(&row(&draft(EntryType::CallPermitted, r#"{"big":1}"#)));
    let short: Value = serde_json::from_str(short.payload.get()).unwrap();
    assert_eq!((&short["left_out"]["bytes"], short.get("big")), (&json!(9), None));
}

#[test]
fn guarded_values_are_digests_even_if_a_body_was_written_without_care() {
    let body = r#"{"arguments":{"prompt":"canary","messages":[{"x":"canary"}]},"note":"kept"}"#;
    for kind in [EntryType::CallPermitted, EntryType::IrValidatedPass] {
        let text = event(&row(&draft(kind, body))).to_string();
        assert!(!text.contains("canary") && text.contains("kept"), "{text}");
    }
}
