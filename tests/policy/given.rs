//! What modules are told of what happened before: counted and added up over all processes, and never what an agent says.

use serde_json::{Value, json};

use crate::stage::code;
use crate::support::{Launch, is_error, text};
use crate::templates::{Stage, chat, file};

/// The newest refusals, and what each was judged with.
fn refusals(stage: &Stage, limit: usize) -> Vec<Value> {
    let limit = limit.to_string();
    let args = ["audit", "list", "--json", "--type", "call.refused", "--limit", &limit];
    match stage.home.cli_json(&args)["entries"].take() {
        Value::Array(rows) => rows,
        other => panic!("no list of rows but {other}"),
    }
}

#[test]
fn the_calls_of_an_agent_count_together_over_its_processes() {
    for active in [true, false] {
        let stage = Stage::new("[policy.config.rate_limiting]\nmax_calls = 3\n");
        if active {
            stage.change(&["--activate", "rate_limiting"]);
        }
        let (mut one, mut two) = (stage.session(), stage.session());
        let call = chat("small", "high");
        // More than three before it are too many.
        for _ in 0..2 {
            stage.runs(&mut one, &call);
            stage.runs(&mut two, &call);
        }
        for session in [&mut one, &mut two] {
            if active {
                stage.denied(session, &call, "module `rate_limiting` denies: rate_limit_exceeded");
            } else {
                stage.runs(session, &call);
            }
        }
        if !active {
            continue;
        }
        for row in refusals(&stage, 2) {
            let given = &row["body"]["given"];
            assert_eq!(
                (&given["recent_calls"], &given["window_seconds"]),
                (&json!(4), &json!(60)),
                "{row:#}"
            );
        }
        // A process that begins only now knows of them, too; what it claims of itself counts for nothing.
        let mut claims = call.clone();
        claims.1["priority"] = json!("recent_calls: 0");
        stage.denied(&mut stage.session(), &claims, "rate_limit_exceeded");
        let mut other =
            Launch::serve(&stage.home, &["--on-ask", "pending"]).client("another").start();
        other.initialize("2025-11-25");
        stage.runs(&mut other, &call);
        assert_eq!(stage.api.calls().len(), 5, "what was denied never arrived");
    }
}

#[test]
fn what_is_left_of_a_budget_is_told_in_every_process() {
    const COST: &str = "[upstream.api.cost]\nchat = 0.4\n";
    let call = chat("small", "high");
    let budget = format!("{COST}[budget.day]\nlimit_usd = 1.0\n");
    let stage = Stage::new(&budget);
    stage.change(&["--activate", "cost_control"]);
    let (mut one, mut two) = (stage.session(), stage.session());
    stage.runs(&mut one, &call);
    stage.runs(&mut two, &call);
    assert_eq!(stage.warnings(), Vec::<String>::new());
    for session in [&mut one, &mut two] {
        stage.denied(session, &call, "module `cost_control` denies: budget_exceeded");
        stage.runs(session, &file("read_text", "/x.md"));
    }
    for row in refusals(&stage, 2) {
        assert_eq!(row["body"]["given"]["budget_micros"], 200_000, "{row:#}");
    }
    assert_eq!(stage.api.calls_of("chat").len(), 2);

    // The module off: the budget itself holds, in words of its own.
    let bare = Stage::new(&budget);
    let (mut one, mut two) = (bare.session(), bare.session());
    bare.runs(&mut one, &call);
    bare.runs(&mut two, &call);
    let over = two.call("api__chat", call.1.clone());
    assert!(is_error(&over) && code(&over) == "budget_exceeded", "{over}");
    assert!(!text(&over).contains("cost_control"), "{over}");
    assert_eq!(bare.api.calls_of("chat").len(), 2);

    // Without a budget nothing is left to compare with: the module says so and blocks nothing.
    let open = Stage::new(COST);
    open.change(&["--activate", "cost_control"]);
    let (mut one, mut two) = (open.session(), open.session());
    for _ in 0..2 {
        for session in [&mut one, &mut two] {
            open.runs(session, &call);
            assert!(open.warnings().join("; ").contains("no remaining budget"));
        }
    }
}
