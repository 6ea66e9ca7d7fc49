//! How grave steps are: one test a promise.

use crate::domain::principal::Tenant;
use crate::domain::ruling::Tier;
use crate::ir::check::tests::{ESCALATE, PASS, checked, plan, vocabulary};
use crate::ir::{Severity, Status, check_text, codes};
use serde_json::{Value, json};

/// Status and tier of a plan of one step in a `dev` environment.
fn one(action: &str, params: Value) -> (Status, u8) {
    let provider = match action.split('.').next() {
        Some("dns") => "dns.hetzner",
        Some("odoo") => "odoo.v17",
        Some("infra") => "infra.terraform",
        _ => "deploy.docker",
    };
    let step = json!({"action": action, "provider": provider, "params": params});
    let found = checked(&plan(json!([step]))).validation;
    assert_eq!(found.violations, [], "{action}");
    (found.status, found.tier.get())
}

#[test]
fn a_read_is_tier_0_and_a_write_is_what_its_environment_is() {
    assert_eq!(one("odoo.read", json!({"model": "account.move"})), (PASS, 0));
    assert_eq!(one("deploy.website", json!({"site": "shop"})), (PASS, 1));
    let unknown = json!({"action": "deploy.website", "provider": "deploy.kubernetes"});
    let found = checked(&plan(json!([unknown]))).validation;
    assert_eq!((found.status, found.tier), (ESCALATE, Tier::WRITE));
    assert!(found.requires_approval && found.steps[0].requires_approval);
    assert_eq!(found.steps[0].reasons[0].rule, "ir.production");
}

#[test]
fn dns_machines_and_what_destroys_need_a_yes_in_any_environment() {
    for action in ["dns.update_records", "dns.create_zone", "infra.provision", "infra.scale"] {
        assert_eq!(one(action, json!({"name": "a"})), (ESCALATE, 2), "{action}");
    }
    assert_eq!(one("odoo.install_module", json!({"name": "crm"})), (ESCALATE, 2));
    for action in
        ["dns.delete_zone", "infra.destroy", "odoo.uninstall_module", "odoo.delete_record"]
    {
        assert_eq!(one(action, json!({})), (ESCALATE, 3), "{action}");
    }
}

#[test]
fn parts_of_words_are_no_words() {
    for harmless in ["product-page", "delivery", "olive", "dropbox", "reproduction", "alive"] {
        let step = json!({"action": "deploy.website", "provider": "deploy.docker",
            "resource": harmless, "params": {"name": harmless, harmless: 1}});
        let found = checked(&plan(json!([step]))).validation;
        assert_eq!((found.status, found.tier.get()), (PASS, 1), "{harmless}");
    }
}

#[test]
fn production_named_as_a_word_raises_and_any_other_claim_lowers_nothing() {
    for word in ["prd", "prod", "production", "live", "PROD", "eu-prod-2"] {
        for part in ["environment", "env"] {
            let step = json!({"action": "deploy.website", "provider": "deploy.docker",
                "constraints": {part: word}});
            assert_eq!(checked(&plan(json!([step]))).validation.tier.get(), 2, "{word}");
        }
        assert_eq!(one("deploy.website", json!({"target": word})).1, 2, "{word}");
    }
    let claims = json!({"action": "deploy.website", "provider": "deploy.kubernetes",
        "constraints": {"environment": "dev"}, "risk_tier": 0, "requires_approval": false});
    let found = checked(&plan(json!([claims]))).validation;
    assert_eq!((found.status, found.tier.get()), (ESCALATE, 2));
    assert!(found.steps[0].reasons.iter().any(|reason| reason.rule == "ir.claim"));
}

#[test]
fn claims_of_a_step_raise_it() {
    let with = |key: &str, value: Value| {
        let mut step = json!({"action": "deploy.website", "provider": "deploy.docker"});
        step[key] = value;
        checked(&plan(json!([step]))).validation
    };
    let found = with("risk_tier", json!(3));
    assert_eq!((found.status, found.tier.get()), (ESCALATE, 3));
    let found = with("requires_approval", json!(true));
    assert_eq!((found.status, found.tier.get()), (ESCALATE, 1));
    assert_eq!(with("risk_tier", json!(4)).violations[0].code, codes::INVALID_CLAIM);
    assert_eq!(with("requires_approval", json!(1)).violations[0].code, codes::INVALID_CLAIM);
}

#[test]
fn words_that_destroy_count_in_resource_keys_and_short_values() {
    for params in [
        json!({"delete": true}),
        json!({"options": [{"forceDelete": 1}]}),
        json!({"mode": "truncate"}),
        json!({"method": "unlink"}),
        json!({"then": "site.PURGE"}),
    ] {
        assert_eq!(one("deploy.website", params.clone()), (ESCALATE, 3), "{params}");
    }
    for params in [
        json!({"delete": false}),
        json!({"include_deleted": true}),
        json!({"text": "nobody should delete anything here, they said"}),
    ] {
        assert_eq!(one("deploy.website", params.clone()), (PASS, 1), "{params}");
    }
    let step = json!({"action": "deploy.website", "provider": "deploy.docker",
        "resource": "sites/old/drop"});
    assert_eq!(checked(&plan(json!([step]))).validation.tier.get(), 3);
}

#[test]
fn sql_in_parameters_is_read_as_sql() {
    for sql in [
        "DROP TABLE users",
        "dRoP  tAbLe users; --",
        "x'; DROP TABLE users; --",
        "DELETE FROM users WHERE 1=1",
        "SELECT 1; INSERT INTO t VALUES (1); TRUNCATE t",
        "insert into t values (1); drop/**/table t",
    ] {
        assert_eq!(one("deploy.database", json!({"note": sql})), (ESCALATE, 3), "{sql}");
        assert_eq!(one("odoo.read", json!({"note": sql})), (ESCALATE, 3), "{sql}");
    }
    assert_eq!(one("deploy.database", json!({"sql": "UPDATE t SET a = 1 WHERE b = 2"})), (PASS, 1));
    assert_eq!(one("odoo.read", json!({"sql": "UPDATE t SET a = 1 WHERE b = 2"})), (PASS, 1));
    assert_eq!(one("odoo.read", json!({"sql": "SELECT a FROM t"})), (PASS, 0));
    let prose =
        "We call this the drop-in table of contents; copy it and delete from it what you like";
    assert_eq!(one("deploy.website", json!({"intro": prose})), (PASS, 1));
}

#[test]
fn sql_behind_more_text_than_is_read_as_sql_is_not_taken_for_harmless() {
    let long = |sql: &str| json!({ "note": format!("{sql} -- {}", "x ".repeat(9_000)) });
    let short = json!({"note": "DELETE FROM users"});
    assert_eq!(one("deploy.database", short), (ESCALATE, 3));
    assert_eq!(one("deploy.database", long("DELETE FROM users")), (ESCALATE, 3));
    assert_eq!(one("odoo.read", long("DELETE FROM users")), (ESCALATE, 3));
    assert_eq!(one("deploy.website", long("a page about gardens")), (PASS, 1));
}

#[test]
fn books_orders_and_payments_are_tier_3_when_they_are_changed() {
    for model in [
        "account.move",
        "account.move.line",
        "account.payment",
        "account.invoice",
        "payment.transaction",
        "hr.payslip",
        "hr.payslip.run",
        "hr.payroll.structure",
        "sale.order",
        "sale.order.line",
        "purchase.order",
        "pos.payment.method",
    ] {
        for action in ["odoo.create_record", "odoo.update_record", "odoo.update"] {
            let found = one(action, json!({"model": model, "values": {"state": "posted"}}));
            assert_eq!(found, (ESCALATE, 3), "{action} {model}");
        }
        assert_eq!(one("odoo.read", json!({"model": model})), (PASS, 0), "{model}");
    }
    assert_eq!(one("odoo.update", json!({"model": "res.partner"})), (PASS, 1));
}

#[test]
fn more_than_100_records_are_bulk_in_one_step_or_in_many() {
    let ids = |from: usize, to: usize| (from..to).collect::<Vec<_>>();
    let write = |ids: Vec<usize>| one("odoo.update", json!({"model": "res.partner", "ids": ids}));
    assert_eq!(write(ids(0, 100)), (PASS, 1));
    assert_eq!(write(ids(0, 101)), (ESCALATE, 3));
    assert_eq!(one("odoo.update", json!({"limit": 500})), (ESCALATE, 3));
    assert_eq!(one("odoo.update", json!({"bulk": true})), (ESCALATE, 3));
    assert_eq!(one("odoo.read", json!({"ids": ids(0, 500)})), (PASS, 0));
    let step = |from, to| {
        json!({"action": "odoo.update", "provider": "odoo.v17",
            "params": {"model": "res.partner", "ids": ids(from, to)}})
    };
    let found = checked(&plan(json!([step(0, 60), step(60, 120)]))).validation;
    assert_eq!((found.status, found.tier.get()), (ESCALATE, 3));
    assert_eq!(found.violations[0].code, codes::BULK_IN_TOTAL);
    assert_eq!(found.violations[0].severity, Severity::Warning);
}

#[test]
fn from_which_tier_a_yes_is_needed_is_the_callers_to_say() {
    let dev = plan(json!([{"action": "deploy.api", "provider": "deploy.docker"}])).to_string();
    let from = |tier: u8| {
        let ask_from = Tier::try_from(tier).unwrap();
        let tenant = Tenant::default();
        check_text(dev.as_bytes(), &vocabulary(), None, &tenant, ask_from).validation.status
    };
    assert_eq!([from(1), from(2), from(3)], [ESCALATE, PASS, PASS]);
}
