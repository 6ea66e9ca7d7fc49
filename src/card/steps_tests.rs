//! Cards of plans, runs and steps.

use crate::card::tests::{approval, card, in_order};
use crate::domain::approval::Subject;
use crate::domain::digest::Digest;
use crate::domain::id::RunId;
use crate::domain::ruling::{Reason, Tier};

/// A plan is read step by step; what is hashed is on the card, and the tiers are those that were judged.
#[test]
fn a_plan_is_shown_by_its_steps() {
    let ir = r#"{"tenant_id":"default","intent_summary":"move\u202e it","steps":[
        {"action":"dns.update_records","provider":"dns.hetzner","resource":"example.com","params":{"type":"A"},
         "idempotency_key":"k-1","risk_tier":0},
        {"action":"odoo.read","provider":"odoo.v17","resource":"r\nYes: approved","params":{},"idempotency_key":"k-2"}]}"#;
    let hash = Digest::sha256(&[b"plan"]);
    let mut a = approval(&format!(r#"{{"ir_hash":"sha256:{hash}","ir":{ir}}}"#));
    a.subject = Subject::Plan(hash);
    a.ruling.reasons.push(Reason::of_step(
        0,
        Tier::WRITE,
        "ir.production",
        "it changes production",
    ));
    a.ruling.reasons.push(Reason::of_step(1, Tier::READ, "ir.read", "it only reads"));
    let text = card(&a, &[]);
    in_order(
        &text,
        &[
            "`dana/claude-code` wants a yes to a plan that others will execute.",
            "writes wait for a yes",
            &format!("Plan  sha256:{hash}"),
            "Steps (2, together",
            "1. dns.update_records, with `dns.hetzner`, on `example.com` (tier 2)",
            "- it changes production (ir.production)",
            r#"params  {"type":"A"}"#,
            "idempotency_key  \"k-1\"",
            "risk_tier        0",
            "2. odoo.read, with `odoo.v17`",
            "(tier 0)",
            "beside the steps",
            "intent_summary",
            "counts once, for exactly this plan",
            "countersign token",
        ],
    );
    assert!(!text.contains('\u{202e}') && !text.contains("\nYes: approved"), "{text}");
    assert!(!text.contains("identity"), "no server is named: {text}");
}

#[test]
fn a_run_is_shown_by_its_steps() {
    let manifest = r#"{"run":"r-1","directive":"D3","label":"Code Write","ir_hash":"sha256:00","steps":[
        {"step":4,"action":"deploy.api","provider":"deploy.docker","resource":"shop","server":"box","tool":"deploy",
         "tier":3,"verdict":"ask","arguments":{"image":"shop:2"}}]}"#;
    let mut a = approval(manifest);
    a.subject = Subject::Run(RunId::new());
    let text = card(&a, &[]);
    in_order(
        &text,
        &[
            "executed.",
            "Run         ",
            "Steps (1, together",
            "5. deploy.api, as `deploy` on `box`, with `deploy.docker`, on `shop` (tier 3)",
            r#"arguments  {"image":"shop:2"}"#,
            "verdict  \"ask\"",
            "directive",
            "lets exactly these steps run, each once",
        ],
    );
}

/// However many steps there are, what is not shown is said.
#[test]
fn a_long_plan_says_that_not_everything_is_shown() {
    let step = r#"{"action":"a.b","provider":"a.c","params":{},"idempotency_key":"k"}"#;
    let steps = vec![step; 900].join(",");
    let mut a = approval(&format!(r#"{{"ir_hash":"x","ir":{{"steps":[{steps}]}}}}"#));
    a.subject = Subject::Plan(Digest::ZERO);
    let text = card(&a, &[]);
    assert!(text.contains("Not everything is shown"), "{text}");
    assert!(text.lines().count() < 500);
}

#[test]
fn a_step_that_would_go_once_more_says_so() {
    let mut a = approval(r#"{"id":"a"}"#);
    a.subject = Subject::Step(RunId::new(), 1);
    let text = card(&a, &[]).replace('\n', " ");
    in_order(&text, &["once more: step 2 of the run", "sent before", ", step 2"]);
}
