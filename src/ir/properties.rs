//! What holds of every plan: the hash follows what was written and nothing else, a check changes nothing, and nothing
//! that is added makes a plan milder.

use crate::domain::json::{Canonical, Limits};
use crate::domain::principal::Tenant;
use crate::domain::ruling::Tier;
use crate::ir::{Checked, Vocabulary, check, check_text};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn checked(plan: &Value) -> Checked {
    let (tenant, vocabulary) = (Tenant::default(), Vocabulary::default());
    check_text(plan.to_string().as_bytes(), &vocabulary, None, &tenant, Tier::WRITE)
}

/// A text with another order of keys: backwards, at every level.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut parts: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.clone()), backwards(value)))
                .collect();
            parts.sort_unstable_by(|a, b| b.cmp(a));
            format!("{{ {} }}", parts.join(" , "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(backwards).collect::<Vec<_>>().join("\n,"))
        }
        other => other.to_string(),
    }
}

/// How many leaves a value has.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(leaves).sum(),
        Value::Array(items) => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

/// Changes the leaf of this number.
fn change(value: &mut Value, at: &mut usize) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|value| change(value, at)),
        Value::Array(items) => items.iter_mut().for_each(|value| change(value, at)),
        leaf => {
            if *at == 0 {
                *leaf = json!(format!("{leaf} and something else"));
            }
            *at = at.wrapping_sub(1);
        }
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zA-Z0-9 ._/ü😀-]{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["delete", "prod", "account.move", "DROP TABLE t"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_ü😀]{1,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn step() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        ("odoo.read", "odoo"),
        ("odoo.update", "odoo.v17"),
        ("deploy.website", "deploy.docker"),
        ("dns.update_records", "dns.hetzner"),
        ("infra.destroy", "infra.terraform"),
        ("deploy.moon", "deploy.docker"),
    ]);
    let params = prop::collection::hash_map("[a-z]{1,6}", anything(), 0..4);
    (words, params, prop::option::of(0_u8..4)).prop_map(|((action, provider), params, claim)| {
        let params: Map<String, Value> = params.into_iter().collect();
        let mut step = json!({"action": action, "provider": provider, "params": params});
        if let Some(claim) = claim {
            step["risk_tier"] = json!(claim);
        }
        step
    })
}

fn plan() -> impl Strategy<Value = Value> {
    prop::collection::vec(step(), 1..5)
        .prop_map(|steps| json!({"tenant_id": "default", "idempotency_key": "k", "steps": steps}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_keys_and_white_space_never_change_a_hash(plan in plan()) {
        let (tenant, vocabulary) = (Tenant::default(), Vocabulary::default());
        let turned = backwards(&plan);
        let turned = check_text(turned.as_bytes(), &vocabulary, None, &tenant, Tier::WRITE);
        let (one, other) = (checked(&plan).validation, turned.validation);
        // Which of two words is told of may differ; what follows may not.
        prop_assert_eq!((one.status, one.tier, one.ir_hash), (other.status, other.tier, other.ir_hash));
        for (one, other) in one.steps.iter().zip(&other.steps) {
            prop_assert_eq!((one.tier, one.hash), (other.tier, other.hash));
        }
    }

    #[test]
    fn any_leaf_changes_the_hash(plan in plan(), pick in any::<prop::sample::Index>()) {
        let mut other = plan.clone();
        change(&mut other, &mut pick.index(leaves(&plan)));
        prop_assert_ne!(
            checked(&plan).validation.ir_hash.unwrap(),
            checked(&other).validation.ir_hash.unwrap()
        );
    }

    #[test]
    fn checking_twice_says_the_same_and_changes_nothing(plan in plan()) {
        let ir = Canonical::read(plan.to_string().as_bytes(), &Limits::ARGUMENTS).unwrap();
        let before = ir.as_str().to_owned();
        let (tenant, vocabulary) = (Tenant::default(), Vocabulary::default());
        let look = || check(&ir, &vocabulary, None, &tenant, Tier::WRITE);
        let (first, second) = (look(), look());
        prop_assert_eq!(&first.validation, &second.validation);
        prop_assert_eq!(ir.as_str(), before);
        if let Some(plan) = first.plan {
            prop_assert_eq!(plan.canonical(), &ir);
            let again = check(plan.canonical(), &vocabulary, None, &tenant, Tier::WRITE);
            prop_assert_eq!(again.plan.unwrap().hash(), plan.hash());
        }
    }

    #[test]
    fn a_step_more_never_makes_a_plan_milder(plan in plan(), more in step()) {
        let before = checked(&plan).validation;
        let mut longer = plan.clone();
        longer["steps"].as_array_mut().unwrap().push(more);
        let after = checked(&longer).validation;
        prop_assert!(after.tier >= before.tier);
        prop_assert!(after.status >= before.status);
        for (then, now) in before.steps.iter().zip(&after.steps) {
            prop_assert_eq!(then, now);
        }
    }

    #[test]
    fn no_text_makes_a_check_fail(text in "\\PC{0,40}") {
        let (tenant, vocabulary) = (Tenant::default(), Vocabulary::default());
        let found = check_text(text.as_bytes(), &vocabulary, None, &tenant, Tier::WRITE);
        prop_assert!(found.plan.is_none());
        prop_assert_ne!(found.validation.violations[0].code, "CHECK_FAILED");
    }
}
