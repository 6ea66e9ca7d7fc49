//! A journal that is broken is written down once, whoever finds it.

use super::support::{Console, DEADLINE, Home, wait_for, wait_until};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;

fn troubles(home: &Home) -> Vec<Value> {
    let list = ["audit", "list", "--json", "--type", "journal.trouble"];
    home.cli_json(&list)["entries"].as_array().expect("rows").clone()
}

/// A home with an admin and an operator, so with rows and signed heads.
fn peopled() -> (Home, String, String) {
    let home = Home::new();
    let alice = home.admin_token();
    let olga = home.user_token(&alice, "olga", "operator");
    home.cli(&["audit", "verify"]).ok();
    (home, alice, olga)
}

/// Changes rows behind our back.
fn forge(home: &Home, sql: &str) {
    let conn = Connection::open(home.path().join("countersign.db")).expect("the database opens");
    conn.busy_timeout(DEADLINE).expect("a timeout can be set");
    conn.execute_batch(
        "DROP TRIGGER IF EXISTS journal_stays; DROP TRIGGER IF EXISTS journal_holds;",
    )
    .expect("triggers can be dropped");
    conn.execute_batch(sql).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
}

/// A row that says another tool than was written, as it was again, and another such row.
const EDIT: &str = "UPDATE journal SET tool = 'harmless' WHERE seq = 1";
const MEND: &str = "UPDATE journal SET tool = NULL WHERE seq = 1";
const OTHER: &str = "UPDATE journal SET tool = 'harmless' WHERE seq = 2";

#[test]
fn a_fault_is_written_down_once_and_another_one_again() {
    let (home, ..) = peopled();
    assert_eq!(troubles(&home), [] as [Value; 0], "an honest journal is no trouble");
    forge(&home, EDIT);
    for _ in 0..2 {
        home.cli(&["audit", "verify"]).exits(5);
        let rows = troubles(&home);
        assert_eq!(rows.len(), 1, "{rows:#?}");
        let body = &rows[0]["body"];
        assert_eq!(
            (&body["kind"], &body["first_bad_row"], &body["faults"]),
            (&json!("edited"), &json!(1), &json!(1))
        );
        assert_eq!(
            (&rows[0]["outcome"], &rows[0]["tenant"]),
            (&json!("edited"), &json!("default"))
        );
    }
    // Mended, and another fault: that is news.
    forge(&home, MEND);
    forge(&home, OTHER);
    home.cli(&["audit", "verify"]).exits(5);
    assert_eq!(troubles(&home).len(), 2);
    // One more beside it is news, too: an old fault must not cover a new one.
    forge(&home, EDIT);
    home.cli(&["audit", "verify"]).exits(5);
    home.cli(&["audit", "verify"]).exits(5);
    assert_eq!(troubles(&home).len(), 3);
}

/// Anybody can type a wrong head: that alone calls nobody.
#[test]
fn a_head_that_somebody_brings_is_no_trouble_of_the_journal() {
    let (home, ..) = peopled();
    let wrong = format!("1:{}", "0".repeat(64));
    let told = home.cli(&["audit", "verify", "--head", &wrong]).exits(5);
    assert!(told.stdout.contains("not ok"), "{told:?}");
    assert_eq!(troubles(&home), [] as [Value; 0]);
    forge(&home, EDIT);
    home.cli(&["audit", "verify", "--head", &wrong]).exits(5);
    assert_eq!(troubles(&home).len(), 1, "what speaks without the head is written down with it");
}

#[test]
fn keys_that_were_lost_are_trouble_too() {
    let (home, ..) = peopled();
    fs::remove_file(home.path().join("head.key")).expect("the key can be taken away");
    fs::write(home.path().join("head.pub"), "nonsense").expect("a file can be written");
    for _ in 0..2 {
        home.cli(&["audit", "verify"]).exits(5);
        let conn =
            Connection::open(home.path().join("countersign.db")).expect("the database opens");
        let sql = "SELECT CAST(body AS TEXT) FROM journal WHERE type = 'journal.trouble'";
        let mut found = conn.prepare(sql).expect("sql");
        let rows: Vec<String> = found
            .query_map([], |row| row.get(0))
            .expect("rows")
            .map(|row| row.expect("a row"))
            .collect();
        let rows: Vec<Value> =
            rows.iter().map(|row| serde_json::from_str(row).expect("JSON")).collect();
        assert_eq!(rows, [json!({"kind": "head_keys"})]);
    }
}

/// The console looks by itself when it begins, and when somebody presses the button; an operator may.
#[test]
fn the_console_finds_it_too() {
    let (home, _, olga) = peopled();
    let console = Console::start(&home);
    let login = console.login(&olga);
    let looked = || {
        let page = console.get("/journal/verification", &login.shows()).is(200).body;
        (!page.contains("Verifying:") && page.contains("verified")).then_some(page)
    };
    let first = wait_for(DEADLINE, looked);
    assert!(first.contains("<strong>ok") && !first.contains("not ok"), "{first}");
    forge(&home, EDIT);
    let pressed =
        |headers: &[(&str, &str)]| console.request("POST", "/journal/verification", headers, "");
    pressed(&login.shows()).refused(401, "no_proof");
    assert_eq!(troubles(&home).len(), 0, "nobody looked yet");
    pressed(&login.headers()).is(200);
    let found = wait_for(DEADLINE, || looked().filter(|page| page.contains("not ok")));
    assert!(found.contains("row 1 was edited") && found.contains("class=\"alert\""), "{found}");
    assert!(console.get("/journal", &login.shows()).is(200).body.contains("row 1 was edited"));
    home.cli(&["audit", "verify"]).exits(5);
    assert_eq!(troubles(&home).len(), 1, "the page and the command found the same");
    drop(console);

    // A console that begins later, over another fault: nobody presses anything.
    forge(&home, MEND);
    forge(&home, OTHER);
    let _console = Console::start(&home);
    wait_until(DEADLINE, || troubles(&home).len() == 2);
}
