//! The time is nearly over: it is told once, and the manager may answer from then on.

use super::stage::{NAMED, Stage, voters};
use super::support::{DEADLINE, wait_until};
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn a_manager_is_let_in_when_time_runs_out_and_that_is_told_once() {
    let soon = NAMED.replace("required = 2\n", "required = 2\nescalate_before = \"40s\"\n");
    let config = format!("{soon}[approvals]\nanswer_within = \"50s\"\n");
    let stage = Stage::new(&config, &["ben", "max"]);
    let mut asker = stage.asker();
    let begun = Instant::now();
    let (call, id) = stage.asks(&mut asker, "hello");
    let early = stage.says_yes("max", &id);
    assert!(begun.elapsed() < Duration::from_secs(10), "too slow to tell");
    assert_eq!(early.code, 3, "{early:?}");
    assert_eq!(stage.refusals(), ["not_named"]);
    assert!(stage.card(&id).contains("max may for anna from "), "{}", stage.card(&id));
    // Nobody looks: the process that asks sees to it.
    let rows = stage.rows("approval.escalated", 1);
    assert_eq!(rows.len(), 1);
    assert!(begun.elapsed() >= Duration::from_secs(10), "before its time");
    wait_until(DEADLINE, || stage.shown(&id)["urgent"] == json!(true));
    let card = stage.card(&id);
    assert!(card.contains("its time is nearly over, so managers may answer"), "{card}");
    let listed = stage.home.cli(&["pending"]).ok().stdout;
    assert!(listed.contains("urgent"), "{listed}");
    assert_eq!(stage.says_yes("max", &id).code, 4);
    assert!(stage.notes.calls().is_empty());
    assert_eq!(stage.says_yes("ben", &id).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
    assert_eq!(voters(&stage.shown(&id)), ["max", "ben"]);
    assert_eq!(stage.rows("approval.escalated", 1).len(), 1, "once");
    stage.home.cli(&["audit", "verify"]).ok();
}
