//! The stage: one home without servers, one admin, and clients by their names.

use serde_json::{Value, json};

use crate::support::{Home, Launch, Output, Session, is_error, pending};

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) home: Home,
    /// The API token of `alice`, an admin.
    pub(crate) alice: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        home.write_config("[approvals]\nmcp_max_tier = 2\n");
        let alice = home.admin_token();
        Self { home, alice }
    }

    pub(crate) fn launch(&self, client: &str) -> Launch<'_> {
        Launch::serve(&self.home, &["--toolsets", "all", "-vv"]).client(client)
    }

    /// The agent that validates and asks.
    pub(crate) fn agent(&self) -> Session {
        started(self.launch("planner"))
    }

    /// Another client: what executes plans.
    pub(crate) fn orchestrator(&self) -> Session {
        started(self.launch("orchestrator"))
    }

    /// An agent of another tenant.
    pub(crate) fn foreigner(&self) -> Session {
        let options = ["--tenant", "other", "--toolsets", "all"];
        started(Launch::serve(&self.home, &options).client("planner"))
    }

    /// An approver's own session.
    pub(crate) fn approver(&self) -> Session {
        started(self.launch("console").token(&self.alice))
    }

    /// Rows of one type, oldest first.
    pub(crate) fn journal(&self, kind: &str) -> Vec<Value> {
        self.journal_of("default", kind)
    }

    pub(crate) fn journal_of(&self, tenant: &str, kind: &str) -> Vec<Value> {
        let args =
            ["--tenant", tenant, "audit", "list", "--json", "--type", kind, "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// The payload of the newest event of this type.
    #[track_caller]
    pub(crate) fn event(&self, kind: &str) -> Value {
        self.journal(kind).pop().unwrap_or_else(|| panic!("no `{kind}` on record"))["body"].take()
    }

    /// The newest reason of `ir.approval_invalid`.
    #[track_caller]
    pub(crate) fn invalid(&self, reason: &str) {
        assert_eq!(self.event("ir.approval_invalid")["reason"], reason);
    }

    /// Decides yes by a token.
    #[track_caller]
    pub(crate) fn mint(&self, id: &str) -> String {
        let args = ["token", id, "--json", "--yes"];
        let minted = self.home.cli_with_token(&self.alice, &args).ok().json();
        minted["token"].as_str().expect("a token").to_owned()
    }

    pub(crate) fn approve(&self, id: &str) -> Output {
        self.home.approve(&self.alice, id)
    }

    /// Nothing waits, and nothing of plans is on record.
    #[track_caller]
    pub(crate) fn nothing_happened(&self) {
        assert!(pending(&self.home).is_empty());
        for kind in EVENTS {
            assert!(self.journal(kind).is_empty(), "{kind}");
        }
    }
}

const EVENTS: [&str; 9] = [
    "ir.validated_pass",
    "ir.validated_escalate",
    "ir.validated_reject",
    "ir.approval_created",
    "ir.approval_consumed",
    "ir.approval_expired",
    "ir.approval_invalid",
    "ir.dag_diff_ok",
    "ir.dag_diff_failed",
];

#[track_caller]
pub(crate) fn started(launch: Launch<'_>) -> Session {
    let mut session = launch.start();
    session.initialize("2025-11-25");
    session
}

/// A plan of one step that needs a yes (tier 2).
pub(crate) fn dns(zone: &str) -> Value {
    plan(zone, "dns.update_records", "dns.hetzner")
}

/// A plan of one step that cannot be undone (tier 3).
pub(crate) fn grave(zone: &str) -> Value {
    plan(zone, "dns.delete_zone", "dns.hetzner")
}

/// A plan that only reads.
pub(crate) fn reading() -> Value {
    plan("res.partner", "odoo.read", "odoo.v17")
}

fn plan(resource: &str, action: &str, provider: &str) -> Value {
    json!({
        "tenant_id": "default",
        "request_id": format!("req-{resource}"),
        "steps": [{
            "action": action,
            "provider": provider,
            "resource": resource,
            "params": {"type": "A", "value": "192.0.2.7"},
            "idempotency_key": format!("key-{resource}"),
        }],
    })
}

/// The same plan as another tenant would write it.
pub(crate) fn of_other(mut ir: Value) -> Value {
    ir["tenant_id"] = json!("other");
    ir
}

/// Validates, and gives the structured result.
#[track_caller]
pub(crate) fn validated(session: &mut Session, ir: &Value, status: &str) -> Value {
    let result = session.call("validate_ir", json!({"ir": ir}));
    assert!(!is_error(&result), "{result}");
    let told = result["structuredContent"].clone();
    assert_eq!(told["status"], status, "{told}");
    told
}

/// Validates a plan that needs a yes; its hash.
#[track_caller]
pub(crate) fn hash_of(session: &mut Session, ir: &Value) -> String {
    let told = validated(session, ir, "ESCALATE");
    told["ir_hash"].as_str().expect("a hash").to_owned()
}

/// Asks for a yes; the structured result.
#[track_caller]
pub(crate) fn create(session: &mut Session, hash: &str) -> Value {
    let result = session.call("create_approval", json!({"ir_hash": hash}));
    assert!(!is_error(&result), "{result}");
    result["structuredContent"].clone()
}

/// Validates and asks; hash and id.
#[track_caller]
pub(crate) fn asked(session: &mut Session, ir: &Value) -> (String, String) {
    let hash = hash_of(session, ir);
    let created = create(session, &hash);
    assert_eq!(created["status"], "pending", "{created}");
    (hash, created["approval_id"].as_str().expect("an id").to_owned())
}

pub(crate) fn consume(session: &mut Session, token: &str, hash: &str) -> Value {
    session.call("consume_approval", json!({"token": token, "ir_hash": hash}))
}

pub(crate) fn consume_own(session: &mut Session, id: &str, hash: &str) -> Value {
    session.call("consume_approval", json!({"id": id, "ir_hash": hash}))
}

pub(crate) fn code(result: &Value) -> &str {
    result["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

#[track_caller]
pub(crate) fn refused(result: &Value, expected: &str) {
    assert!(is_error(result), "not refused: {result}");
    assert_eq!(code(result), expected, "refused for another reason: {result}");
}

/// The yes was used up by this.
#[track_caller]
pub(crate) fn used(result: &Value) {
    assert!(!is_error(result), "{result}");
    let told = &result["structuredContent"];
    assert_eq!((&told["success"], &told["status"]), (&json!(true), &json!("consumed")), "{told}");
    assert!(told["consumed_at"].is_string() && told["correlation_id"].is_string(), "{told}");
}
