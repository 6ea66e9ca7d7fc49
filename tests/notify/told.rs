//! What people are told, once an event, with the right counts, and nothing that anybody said.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Stage, URL_CANARY, embed, field};
use crate::support::{DEADLINE, wait_for, wait_until};

#[test]
fn a_question_and_its_answer_arrive_once_each_by_webhook_and_by_mail() {
    let stage = Stage::new();
    let added = stage.add_hook("team", &[]);
    stage.add_mail("ann");
    assert_eq!(added["shown"], format!("localhost:{}/...mnop", stage.ports["hook"]));
    // Three processes that could all send.
    let mut asker = stage.session("asker");
    let (_b, _c) = (stage.session("b"), stage.session("c"));
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    let asked = stage.wait_hooked(1);
    let question = stage.home.the_question();
    let id = question["id"].as_str().expect("an id").to_owned();
    let first = embed(&asked[0]);
    let short: String = id.replace('-', "").chars().skip(20).collect();
    assert_eq!(first["title"], format!("Approval #{short} - WAITING"));
    assert_eq!((field(&first, "Tier"), field(&first, "Waiting")), ("2".to_owned(), "1".to_owned()));
    assert!(field(&first, "Answer by").ends_with('Z'));
    assert_eq!(first["url"], format!("http://127.0.0.1:7878/approvals/{id}"));
    let body: Value =
        serde_json::from_str(asked[0]["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
    stage.home.approve(&stage.alice, &id);
    stage.wait_hooked(2);
    wait_until(DEADLINE, || stage.mails("mail").len() >= 2);
    // Nobody sends it again: longer than any look of any of them.
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(
        stage.titles(),
        [format!("Approval #{short} - WAITING"), format!("Approval #{short} - APPROVED")]
    );
    let mails = stage.mails("mail");
    assert_eq!(mails.len(), 2, "{mails:#?}");
    for mail in &mails {
        assert_eq!((&mail["tls"], &mail["auth"]), (&json!(true), &json!(true)), "{mail}");
        assert_eq!(mail["to"], json!(["ann@example.org"]));
    }
    let text = mails[0]["text"].as_str().expect("a text");
    assert!(text.contains(&format!("Subject: Approval #{short} - WAITING\r\n")), "{text}");
    assert!(text.contains("\r\nTier: 2\r\n") && text.contains("\r\nWaiting: 1\r\n"), "{text}");
    let sent = "SELECT group_concat(attempts || status) FROM deliveries";
    assert_eq!(stage.one(sent).as_deref(), Some("1sent,1sent,1sent,1sent"));
    let rows = "SELECT CAST(count(*) AS TEXT) FROM journal WHERE type = 'notify.sent'";
    assert_eq!(stage.one(rows).as_deref(), Some("4"));
}

#[test]
fn a_denied_question_a_grave_violation_and_a_broken_journal_are_told() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    let mut asker = stage.session("asker");
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    let id = stage.home.the_question()["id"].as_str().expect("an id").to_owned();
    stage.home.deny(&stage.alice, &id, "no");
    wait_until(DEADLINE, || stage.titles().iter().any(|title| title.ends_with("- DENIED")));
    // The second call does not fit the budget: it is refused, and that is a critical violation.
    for id in ["b", "c"] {
        asker.call("drafts__write_note", json!({"id": id, "text": "x"}));
    }
    wait_until(DEADLINE, || {
        stage.titles().iter().any(|title| title.starts_with("Policy violation"))
    });
    let notified = "SELECT group_concat(notified || action_taken) FROM policy_violations";
    stage.wait_one(notified, "1blocked");
    drop(asker);
    let conn =
        rusqlite::Connection::open(stage.home.path().join("countersign.db")).expect("it opens");
    conn.busy_timeout(DEADLINE).expect("a timeout");
    let triggers: Vec<String> = {
        let mut found = conn
            .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .expect("triggers");
        found
            .query_map([], |row| row.get(0))
            .expect("rows")
            .map(|row| row.expect("a name"))
            .collect()
    };
    for trigger in triggers {
        conn.execute_batch(&format!("DROP TRIGGER \"{trigger}\"")).expect("dropped");
    }
    conn.execute("UPDATE journal SET meta = replace(meta, 'a', 'b') WHERE seq = 3", [])
        .expect("edited");
    drop(conn);
    stage.home.cli(&["audit", "verify"]).exits(5);
    let _sender = stage.session("later");
    wait_until(DEADLINE, || stage.titles().iter().any(|title| title == "Journal - BROKEN"));
}

#[test]
fn nothing_that_anybody_says_leaves_and_no_address_is_anywhere_but_in_its_column() {
    let stage = Stage::new();
    stage.add_hook("TARGETCANARY", &[]);
    stage.add_mail("MAILCANARY");
    let mut asker = stage.session("AGENTCANARY");
    asker.call("notes__write_note", json!({"id": "IDCANARY", "text": "ARGCANARY"}));
    let id = stage.home.the_question()["id"].as_str().expect("an id").to_owned();
    stage.home.deny(&stage.alice, &id, "REASONCANARY");
    stage.wait_hooked(2);
    wait_until(DEADLINE, || stage.mails("mail").len() >= 2);
    stage.behave("404");
    stage.notify(&["test", "TARGETCANARY"]).exits(1);
    let out: String = [stage.hooked(), stage.mails("mail")]
        .concat()
        .iter()
        .map(|one| one["body"].to_string() + &one["text"].to_string())
        .collect();
    assert!(out.contains("WAITING") && out.contains("DENIED"), "{out}");
    assert!(
        !out.contains("CANARY") && !out.contains("write_note") && !out.contains("alice"),
        "{out}"
    );
    // The canary does reach the journal, or the test proves nothing.
    let bodies = "SELECT group_concat(CAST(body AS TEXT) || meta) FROM journal";
    let journal = stage.one(bodies).expect("rows");
    assert!(journal.contains("REASONCANARY"));
    assert!(!journal.contains(URL_CANARY) && !journal.contains("ann@example.org"), "{journal}");
    let column =
        "SELECT CAST(count(*) AS TEXT) FROM notify_targets WHERE instr(address, 'u4l-c4n4ry') > 0";
    assert_eq!(stage.one(column).as_deref(), Some("1"));
    let rest = "SELECT group_concat(name || shown || events || added_by) FROM notify_targets";
    let rest = stage.one(rest).expect("rows");
    assert!(!rest.contains("u4l-c4n4ry") && !rest.contains("ann@"), "{rest}");
    let errors = "SELECT group_concat(coalesce(error, '-')) FROM deliveries";
    assert!(stage.one(errors).expect("rows").contains("http_404"));
    let listed = stage.home.cli(&["notify", "list"]).ok().stdout;
    assert!(!listed.contains("c4n4ry") && !listed.contains("ann@"), "{listed}");
}

#[test]
fn a_target_that_is_off_is_told_nothing_and_one_that_is_removed_is_forgotten() {
    let stage = Stage::new();
    stage.add_hook("on", &[]);
    stage.add_hook("off", &[]);
    stage.add_hook("other", &["--events", "run_ended"]);
    stage.notify(&["disable", "off"]).ok();
    let mut asker = stage.session("asker");
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    stage.wait_hooked(1);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(stage.hooked().len(), 1, "only `on` wants it");
    stage.notify(&["remove", "on"]).ok();
    let address = "SELECT coalesce(address, 'none') FROM notify_targets WHERE name = 'on'";
    assert_eq!(stage.one(address).as_deref(), Some("none"));
    stage.notify(&["test", "on"]).exits(1);
    // The twin: switched on again it is told of the next.
    stage.notify(&["enable", "off"]).ok();
    asker.call("notes__write_note", json!({"id": "b", "text": "two"}));
    stage.wait_hooked(2);
}

#[test]
fn a_script_that_asks_and_leaves_is_told_of_before_it_ends() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    let mut asker = stage.session("asker");
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    asker.close_stdin();
    let told = wait_for(Duration::from_secs(8), || Some(stage.titles()).filter(|t| !t.is_empty()));
    assert_eq!(told.len(), 1);
}

#[test]
fn many_questions_of_one_asker_are_folded_and_those_of_others_are_not() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    let mut asker = stage.session("asker");
    for index in 0..23 {
        asker.call("notes__write_note", json!({"id": format!("n{index}"), "text": "x"}));
    }
    let asked = "SELECT CAST(count(*) AS TEXT) FROM approvals";
    let told = "SELECT CAST(count(*) AS TEXT) FROM deliveries";
    assert_eq!((stage.one(asked).as_deref(), stage.one(told).as_deref()), (Some("23"), Some("20")));
    // The twin: somebody else's question is told, and says how many wait.
    stage.session("other").call("notes__write_note", json!({"id": "m", "text": "y"}));
    assert_eq!(stage.one(told).as_deref(), Some("21"));
    let last = stage.wait_hooked(21);
    assert_eq!(field(&embed(&last[20]), "Waiting"), "24");
}

#[test]
fn help_and_doctor_say_what_is_told_to_whom() {
    let stage = Stage::new();
    let help = stage.home.cli(&["notify", "add", "--help"]).ok().stdout;
    for said in ["--discord", "--email", "--url-file", "approval_asked", "[notify] hosts", "--yes"]
    {
        assert!(help.contains(said), "`{said}` is not in {help}");
    }
    let help = stage.home.cli(&["notify", "list", "--help"]).ok().stdout;
    assert!(help.contains("--json") && help.contains("the last notification of each"), "{help}");
    stage.add_hook("team", &[]);
    let doctor = || {
        let told = stage.home.cli(&["doctor"]);
        told.stdout + &told.stderr
    };
    let told = doctor();
    assert!(told.contains("`team` at ") && !told.contains("no mail can be sent"), "{told}");
    assert!(!told.contains(URL_CANARY), "{told}");
    let password = stage.home.user().join("mail-password");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(password, open).expect("a mode");
    let told = doctor();
    assert!(told.contains("no mail can be sent"), "{told}");
}
