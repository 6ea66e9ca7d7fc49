//! What is lifted from where, case by case: first place first, null absent, times without a zone in UTC.

use crate::policy::rego::flat_input;
use serde_json::{Value, json};

#[test]
fn every_field_is_lifted_from_each_of_its_places_in_order() {
    let places: &[(&str, &[&str])] = &[
        (
            "estimated_cost_usd",
            &[
                "/estimated_cost_usd",
                "/context/estimated_cost_usd",
                "/context/estimated_cost",
                "/resource/estimated_cost",
            ],
        ),
        (
            "budget_remaining_usd",
            &["/budget_remaining_usd", "/budget/remaining_usd", "/context/budget/remaining_usd"],
        ),
        ("model", &["/model", "/resource/model", "/context/model"]),
        ("task_priority", &["/task_priority", "/context/task_priority"]),
        ("agent", &["/agent", "/context/agent"]),
        ("recent_calls", &["/recent_calls", "/context/recent_calls"]),
        (
            "data_classification",
            &[
                "/data_classification",
                "/context/data_classification",
                "/resource/data_classification",
            ],
        ),
        ("approval", &["/approval", "/context/approval"]),
    ];
    for (name, from) in places {
        for (at, place) in from.iter().enumerate() {
            // Null before it, another value behind it.
            let mut given = json!({});
            for (i, other) in from.iter().enumerate() {
                let value = if i < at { Value::Null } else { json!(format!("v{i}")) };
                put(&mut given, other, value);
            }
            assert_eq!(flat_input(&given)[*name], format!("v{at}"), "{name} from {place}");
            let mut alone = json!({});
            put(&mut alone, place, json!(0));
            assert_eq!(flat_input(&alone)[*name], 0, "{name} from {place} alone");
        }
        assert_eq!(flat_input(&json!({})).get(*name), None);
    }
}

fn put(root: &mut Value, pointer: &str, value: Value) {
    let mut at = root;
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    for step in &steps[..steps.len() - 1] {
        at = at.as_object_mut().unwrap().entry(*step).or_insert_with(|| json!({}));
    }
    at.as_object_mut().unwrap().insert((*steps.last().unwrap()).to_owned(), value);
}

#[test]
fn the_rest_is_kept_and_null_is_absent_everywhere() {
    let given = json!({
        "action": "file_read", "agent": null, "user": null, "context": {"x": 1}, "budget": {"y": 2},
        "resource": {"path": "/a", "url": null, "deep": {"z": null}}, "timestamp": null, "extra": [null, {"n": null}],
    });
    let flat = json!({
        "action": "file_read", "resource": {"path": "/a", "deep": {}}, "extra": [null, {}],
    });
    assert_eq!(flat_input(&given), flat);
    assert_eq!(flat_input(&flat), flat, "flattening twice changes nothing");
    for odd in
        [json!(null), json!([]), json!("x"), json!({"context": 7, "resource": "x", "budget": []})]
    {
        assert!(flat_input(&odd).is_object(), "{odd}");
    }
}

#[test]
fn the_time_is_read_with_and_without_a_zone() {
    let noon = 1_768_392_000_000_000_000_i64;
    for stamp in [
        "2026-01-14T12:00:00Z",
        "2026-01-14T12:00:00",
        "2026-01-14T13:00:00+01:00",
        "2026-01-14T12:00:00.000000",
    ] {
        let flat = flat_input(&json!({"timestamp": stamp}));
        assert_eq!((&flat["now_ns"], flat.get("timestamp")), (&json!(noon), None), "{stamp}");
    }
    assert_eq!(flat_input(&json!({"timestamp": "2026-01-14T12:00:00Z", "now_ns": 5}))["now_ns"], 5);
    for odd in ["yesterday", "", "12:00"] {
        assert_eq!(flat_input(&json!({"timestamp": odd})).get("now_ns"), None, "{odd}");
    }
}
