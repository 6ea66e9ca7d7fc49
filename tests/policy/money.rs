//! Budgets through the real binary: several sessions spend out of one, and what does not fit never reaches a server.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{DEADLINE, Home, Launch, Recorder, Session, is_error, text, wait_until};

const COSTS: &str = "\
[upstream.drafts.cost]\nwrite_note = 0.4\nslow_write = { pointer = \"/seconds\" }\n\
[upstream.notes.cost]\n\"*\" = 0.7\n";

const PLANS: &str = r#"
[ir.action."notes.write"]
tier = 1
[ir.provider."drafts.v1"]
family = "notes"
environment = "dev"
upstream = "drafts"
tool."notes.write" = { tool = "write_note", resource = "id" }
"#;

/// One home, an admin, a server whose writes need nobody and one whose writes need a yes.
struct Stage {
    home: Home,
    drafts: Recorder,
    notes: Recorder,
    alice: String,
}

impl Stage {
    fn new(budgets: &str) -> Self {
        let home = Home::new();
        let (drafts, notes) = (Recorder::new(&home, "drafts"), Recorder::new(&home, "notes"));
        let alice = home.admin_token();
        let stage = Self { home, drafts, notes, alice };
        stage.configure(budgets);
        stage
    }

    fn configure(&self, budgets: &str) {
        let servers = [self.drafts.toml("drafts", "dev"), self.notes.toml("notes", "production")];
        self.home.write_config(&[&servers.concat(), COSTS, PLANS, budgets].join("\n"));
        // More to spend is an edit that loosens.
        self.home.accept_config(&self.alice);
    }

    /// Raising a limit loosens, so an admin accepts it.
    fn raise(&self, budgets: &str) {
        self.configure(budgets);
        self.home.accept_config(&self.alice);
    }

    fn session(&self, client: &str) -> Session {
        let options = ["--toolsets", "all", "--on-ask", "pending"];
        let mut session = Launch::serve(&self.home, &options).client(client).start();
        session.initialize("2025-11-25");
        session
    }

    fn refusals(&self) -> Vec<Value> {
        let args = ["audit", "list", "--json", "--type", "call.refused", "--limit", "1000"];
        match self.home.cli_json(&args)["entries"].take() {
            Value::Array(rows) => rows,
            other => panic!("no list of rows but {other}"),
        }
    }

    /// What stands beside the refusals of one code, as `type severity action`.
    fn violations(&self, code: &str) -> Vec<String> {
        let conn = Connection::open(self.home.path().join("countersign.db")).expect("the store");
        let mut statement = conn
            .prepare(
                "SELECT v.type || ' ' || v.severity || ' ' || v.action_taken FROM policy_violations v
                 JOIN journal j ON j.seq = v.seq AND j.type = 'call.refused'
                 WHERE j.meta ->> '$.outcome' = ?1 ORDER BY v.seq, v.type",
            )
            .expect("violations");
        let rows = statement.query_map([code], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    fn budgets(&self) -> Vec<String> {
        let report: Value =
            serde_json::from_str(&self.home.cli(&["doctor", "--json"]).stdout).expect("JSON");
        let checks = report["checks"].as_array().expect("checks").iter();
        let of = checks.filter(|check| check["area"] == "budgets");
        of.map(|check| check["what"].as_str().expect("text").to_owned()).collect()
    }
}

fn note(id: &str) -> Value {
    json!({"id": id, "text": "x"})
}

fn draft(session: &mut Session, id: &str) -> Value {
    session.call("drafts__write_note", note(id))
}

fn code(answer: &Value) -> &str {
    answer["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

#[track_caller]
fn ran(result: &Value) {
    assert!(!is_error(result) && code(result) == "(none)", "it did not run: {result}");
}

#[track_caller]
fn refused(result: &Value, expected: &str) {
    assert!(is_error(result), "not refused: {result}");
    assert_eq!(code(result), expected, "refused for another reason: {result}");
}

#[test]
fn sessions_of_all_agents_spend_out_of_one_budget() {
    let stage = Stage::new("[budget.day]\nlimit_usd = 1.0\n");
    let (mut one, mut two) = (stage.session("claude"), stage.session("codex"));
    ran(&draft(&mut one, "a"));
    ran(&draft(&mut two, "b"));
    for session in [&mut one, &mut two] {
        let over = draft(session, "c");
        refused(&over, "budget_exceeded");
        let told = text(&over);
        for part in [
            "NOT EXECUTED",
            "`day`",
            "$1.00 in 24h",
            "$0.20 is left",
            "costs $0.40",
            "It fits from",
        ] {
            assert!(told.contains(part), "no `{part}` in {told}");
        }
        assert!(!told.contains("countersign "), "it names a command: {told}");
    }
    // What costs nothing, and what fits, still goes.
    ran(&one.call("drafts__read_note", json!({"id": "a"})));
    ran(&two.call("drafts__slow_write", json!({"id": "d", "seconds": 0.2})));
    refused(
        &two.call("drafts__slow_write", json!({"id": "d", "seconds": 0.000001})),
        "budget_exceeded",
    );
    assert_eq!(stage.drafts.calls_of("write_note"), [note("a"), note("b")]);
    assert_eq!(stage.drafts.calls_of("slow_write").len(), 1);
    let rows = stage.refusals();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["outcome"] == "budget_exceeded"), "{rows:#?}");
    assert_eq!(rows[0]["body"]["spends"][0], json!({"budget": "day", "cost_usd": 0.4}));
    assert_eq!(stage.violations("budget_exceeded"), ["budget.day critical blocked"; 3]);
    assert_eq!(stage.budgets(), ["`day`: $0.00 of $1.00 in 24h is left"]);
}

#[test]
fn a_scope_says_whose_spending_counts_together() {
    for (scope, same_agent, other_agent) in
        [("session", true, true), ("agent", false, true), ("upstream", false, false)]
    {
        let stage = Stage::new(&format!(
            "[budget.b]\nlimit_usd = 0.5\nscope = \"{scope}\"\nwindow = \"2h\"\n"
        ));
        let mut first = stage.session("claude");
        ran(&draft(&mut first, "a"));
        refused(&draft(&mut first, "b"), "budget_exceeded");
        for (client, passes) in [("claude", same_agent), ("codex", other_agent)] {
            let mut session = stage.session(client);
            let result = draft(&mut session, client);
            if passes { ran(&result) } else { refused(&result, "budget_exceeded") }
        }
        let expected = 1 + usize::from(same_agent) + usize::from(other_agent);
        assert_eq!(stage.drafts.calls_of("write_note").len(), expected, "{scope}");
        assert_eq!(stage.budgets().len(), expected, "{scope}: {:?}", stage.budgets());
    }
}

#[test]
fn what_was_reserved_stays_so_when_the_gateway_dies_before_the_outcome() {
    let stage = Stage::new("[budget.day]\nlimit_usd = 0.5\n");
    stage.drafts.control(&json!({"on_call": "hang"}));
    let mut session = stage.session("claude");
    session.start_call("drafts__write_note", note("a"));
    wait_until(DEADLINE, || stage.drafts.calls_of("write_note").len() == 1);
    session.kill9();
    stage.drafts.control(&json!({}));
    let mut next = stage.session("claude");
    refused(&draft(&mut next, "b"), "budget_exceeded");
    assert_eq!(stage.drafts.calls_of("write_note").len(), 1);
    stage.raise("[budget.day]\nlimit_usd = 0.8\n");
    ran(&draft(&mut next, "b"));
}

#[test]
fn a_yes_that_does_not_fit_at_its_use_is_not_used_up() {
    let stage = Stage::new("[budget.day]\nlimit_usd = 1.0\n");
    let mut session = stage.session("claude");
    let waiting = session.call("notes__write_note", note("a"));
    refused(&waiting, "waiting");
    let id = waiting["_meta"]["countersign/refusal"]["approval"]["id"].as_str().expect("an id");
    stage.home.approve(&stage.alice, id);
    ran(&draft(&mut session, "spends"));
    let resume = |session: &mut Session| session.call("resume_call", json!({"id": id}));
    for _ in 0..2 {
        refused(&resume(&mut session), "budget_exceeded");
    }
    assert!(stage.notes.raw_calls().is_empty(), "{:?}", stage.notes.raw_calls());
    assert_eq!(stage.home.cli_json(&["show", id, "--json"])["state"], "approved");
    assert_eq!(stage.violations("budget_exceeded"), ["budget.day critical blocked"; 2]);
    stage.raise("[budget.day]\nlimit_usd = 1.2\n");
    ran(&resume(&mut session));
    assert_eq!(stage.notes.calls_of("write_note"), [note("a")]);
    assert_eq!(stage.home.cli_json(&["show", id, "--json"])["state"], "consumed");
    assert_eq!(stage.budgets(), ["`day`: $0.10 of $1.20 in 24h is left"]);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn a_call_that_does_not_say_what_it_costs_does_not_fit() {
    let week = "[budget.week]\nlimit_usd = 900000000\nwindow = \"7d\"\n";
    let stage = Stage::new(&format!("[budget.day]\nlimit_usd = 1000\n{week}"));
    let mut session = stage.session("claude");
    session.tools_with("drafts__slow_write");
    for (amiss, expected) in [
        (r#"{"id":"a"}"#, "cost_unknown"),
        (r#"{"id":"a","seconds":-1}"#, "cost_unknown"),
        (r#"{"id":"a","seconds":-0.0}"#, "cost_unknown"),
        (r#"{"id":"a","seconds":1e300}"#, "cost_unknown"),
        (r#"{"id":"a","seconds":1e9}"#, "cost_unknown"),
        (r#"{"id":"a","seconds":999999999.9999999}"#, "budget_exceeded"),
        (r#"{"id":"a","seconds":1000.0000001}"#, "budget_exceeded"),
    ] {
        let call = session.start_raw_call("drafts__slow_write", amiss);
        refused(&session.result(call), expected);
    }
    // What policy denies it denies whatever it costs.
    let wrong = session.call("drafts__slow_write", json!({"id": "a", "seconds": "1"}));
    refused(&wrong, "denied_by_policy");
    assert!(stage.drafts.raw_calls().is_empty(), "{:?}", stage.drafts.raw_calls());
    let said = stage.refusals().iter().filter(|row| row["outcome"] == "cost_unknown").count();
    assert_eq!(said, 5);
    // Nobody can tell of any budget whether it would have been enough.
    let each = ["budget.day critical blocked", "budget.week critical blocked"];
    assert_eq!(stage.violations("cost_unknown"), each.repeat(5));
    assert_eq!(stage.violations("budget_exceeded"), [each[0]; 2]);
    ran(&session.call("drafts__slow_write", json!({"id": "a", "seconds": 0.1})));
    // Without a budget nothing needs to be told.
    stage.raise("");
    ran(&session.call("drafts__slow_write", json!({"id": "b"})));
    assert_eq!(stage.drafts.calls_of("slow_write").len(), 2);
}

#[test]
fn of_fifty_calls_at_once_in_two_processes_so_many_run_as_fit() {
    let stage = Stage::new("[budget.day]\nlimit_usd = 4.0\n");
    let mut sessions = [stage.session("claude"), stage.session("codex")];
    let calls = sessions.each_mut().map(|session| {
        session.tools_with("drafts__write_note");
        (0..25)
            .map(|at| session.start_call("drafts__write_note", note(&format!("n{at}"))))
            .collect::<Vec<_>>()
    });
    let mut codes = Vec::new();
    for (session, calls) in sessions.iter_mut().zip(calls) {
        codes.extend(calls.into_iter().map(|call| code(&session.result(call)).to_owned()));
    }
    assert_eq!(codes.iter().filter(|code| *code == "(none)").count(), 10, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "budget_exceeded").count(), 40, "{codes:?}");
    assert_eq!(stage.drafts.calls_of("write_note").len(), 10);
    assert_eq!(stage.budgets(), ["`day`: $0.00 of $4.00 in 24h is left"]);
}

#[test]
fn a_run_pauses_at_a_step_that_does_not_fit_and_goes_on_later() {
    let stage = Stage::new("[budget.day]\nlimit_usd = 0.5\n");
    let mut session = stage.session("claude");
    let step = |id: &str| {
        let params = json!({"text": "x"});
        json!({"action": "notes.write", "provider": "drafts.v1", "resource": id, "params": params})
    };
    let plan = json!({"tenant_id": "default", "request_id": "r", "idempotency_key": "k",
        "steps": [step("a"), step("b")]});
    let made = session.call("create_run", json!({"directive": "D3", "ir": plan}));
    let run = &made["structuredContent"];
    stage.home.approve(&stage.alice, run["approval_id"].as_str().expect("a question"));
    let execute = |session: &mut Session| session.call("execute_run", json!({"run_id": run["id"]}));
    for _ in 0..2 {
        refused(&execute(&mut session), "budget_exceeded");
        assert_eq!(stage.drafts.calls_of("write_note"), [note("a")]);
    }
    assert_eq!(stage.violations("budget_exceeded"), ["budget.day critical blocked"; 2]);
    stage.raise("[budget.day]\nlimit_usd = 0.8\n");
    ran(&execute(&mut session));
    assert_eq!(stage.drafts.calls_of("write_note"), [note("a"), note("b")]);
}
