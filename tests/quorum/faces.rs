//! What each face says to whoever is not named, has answered, or wishes otherwise than the others.

use super::stage::{NAMED, Stage};
use super::support::{Console, Home, Launch, Session, text};
use serde_json::{Value, json};

/// Two admins, whoever they are.
const TWO: &str = "[approvals]\nmcp_max_tier = 2\n[[quorum]]\ntool = \"notes__*\"\nrequired = 2\n";

#[track_caller]
fn approver(stage: &Stage, name: &str) -> Session {
    let launch = Launch::serve(&stage.home, &["--toolsets", "approvals"]);
    let mut session = launch.client("desk").token(stage.token(name)).start();
    session.initialize("2025-11-25");
    session
}

fn kept(stage: &Stage) -> usize {
    let listed = stage.home.cli_json(&["remembered", "list", "--json"]);
    listed["remembered"].as_array().expect("a list").len()
}

#[test]
fn the_last_voice_is_told_whether_anything_is_kept() {
    let stage = Stage::new(TWO, &["anna", "ben"]);
    let mut asker = stage.asker();
    let (mut anna, mut ben) = (approver(&stage, "anna"), approver(&stage, "ben"));
    let forever = |id: &str| json!({ "id": id, "remember": "forever" });
    let (call, id) = stage.asks(&mut asker, "one");
    let first = anna.call("pending_approve", json!({ "id": id, "remember": "session" }));
    assert!(
        text(&first).contains("1 of 2 are there, so it still waits; the answer is kept once all"),
        "{first}"
    );
    let last = ben.call("pending_approve", forever(&id));
    assert!(text(&last).contains("is approved; nothing is kept: not all"), "{last}");
    asker.result(call);
    assert_eq!(kept(&stage), 0);
    // Twin: both wish the same.
    let (call, id) = stage.asks(&mut asker, "two");
    anna.call("pending_approve", forever(&id));
    let last = ben.call("pending_approve", forever(&id));
    assert!(text(&last).contains("is approved; the answer is kept."), "{last}");
    asker.result(call);
    assert_eq!(kept(&stage), 1);
    // A no is one voice's, so what it wishes is kept.
    let (call, id) = stage.asks(&mut asker, "three");
    let no = ben.call("pending_reject", forever(&id));
    assert!(text(&no).contains("is denied; it will not run; the answer is kept."), "{no}");
    asker.result(call);
    // The same by the command line.
    let yes = |name: &str, id: &str, how: &str| {
        let args = ["approve", id, "--yes", "--remember", how];
        stage.home.cli_with_token(stage.token(name), &args).stderr
    };
    let (call, id) = stage.asks(&mut asker, "four");
    assert!(yes("anna", &id, "session").contains("once all who must agree wish the same"));
    let said = yes("ben", &id, "forever");
    assert!(said.contains("nothing is kept: not all who agreed wished the same"), "{said}");
    asker.result(call);
    let (call, id) = stage.asks(&mut asker, "five");
    yes("anna", &id, "forever");
    let said = yes("ben", &id, "forever");
    assert!(said.contains("the answer is kept as"), "{said}");
    asker.result(call);
    assert_eq!(kept(&stage), 3);
    // A session keeps just the same arguments.
    let (_, id) = stage.asks(&mut asker, "six");
    let pattern = json!({ "id": id, "remember": "session", "pattern": { "id": "a", "text": "*" } });
    let refused = anna.call("pending_approve", pattern);
    assert!(text(&refused).contains("takes no `pattern`"), "{refused}");
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn whoever_has_no_voice_is_not_asked_to_type_anything() {
    let stage = Stage::new(NAMED, &["anna", "ben"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    let typed = |name: &str, args: &[&str], typed: &[&str]| {
        let terminal = stage.home.terminal(args).env("COUNTERSIGN_TOKEN", stage.token(name));
        let told = terminal.types(typed).run();
        (told.code, told.stdout + &told.stderr)
    };
    for args in [vec!["approve", &id], vec!["deny", &id, "--reason", "no"]] {
        let (code, told) = typed("alice", &args, &[]);
        assert_eq!(code, 3, "{told}");
        assert!(told.contains("others are named") && !told.contains("type `yes`"), "{told}");
    }
    // At a terminal without a user of that name: which is wanted among several.
    let me = stage.home.terminal(&["approve", &id]).types(&[]).run();
    let told = me.stdout + &me.stderr;
    assert_eq!(me.code, 3, "{told}");
    assert!(told.contains("is no admin among the users") && !told.contains("type `yes`"), "{told}");
    assert!(told.contains("--role admin"), "{told}");
    assert_eq!(stage.refusals(), ["not_named", "not_named", "no_user"]);
    // Twin: who is named, once.
    let (code, told) = typed("anna", &["approve", &id], &["yes"]);
    assert_eq!(code, 4, "{told}");
    let (code, told) = typed("anna", &["approve", &id], &[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("you said yes already; others must join"), "{told}");
    assert_eq!(stage.refusals()[3..], ["already_voted"]);
    assert_ne!(stage.says_yes("anna", &id).code, 0);
    assert_eq!(stage.refusals()[3..], ["already_voted", "already_voted"]);
    assert!(stage.notes.calls().is_empty());
    assert_eq!(stage.says_yes("ben", &id).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
}

#[test]
fn the_page_has_a_form_for_those_whose_answer_counts() {
    let stage = Stage::new(NAMED, &["anna", "ben"]);
    let console = Console::start(&stage.home);
    let mut asker = stage.asker();
    let (_, id) = stage.asks(&mut asker, "hello");
    let card = |name: &str| {
        let login = console.login(stage.token(name));
        console.get(&format!("/ui/approvals/{id}"), &login.shows()).is(200).body
    };
    let form = format!("hx-post=\"/ui/approvals/{id}\"");
    let alice = card("alice");
    assert!(!alice.contains(&form) && alice.contains("Others are named to answer it."), "{alice}");
    let anna = card("anna");
    assert!(anna.contains(&form) && !anna.contains("Others are named"), "{anna}");
    assert_eq!(stage.says_yes("anna", &id).code, 4);
    let anna = card("anna");
    assert!(!anna.contains(&form) && anna.contains("You said yes; others must join."), "{anna}");
    assert!(card("ben").contains(&form));
}

#[test]
fn what_is_written_of_people_and_never_counts_is_told() {
    let home = Home::new();
    home.admin_token();
    let doctor = |config: &str| {
        home.write_config(config);
        let report = home.cli(&["doctor", "--json"]).json();
        let all = report["checks"].as_array().expect("checks").clone();
        let warned = all.iter().filter(|c| c["level"] == "warning").map(|c| c["what"].to_string());
        (warned.collect::<String>(), report["settings"].clone())
    };
    let people =
        "[person.anna]\ndeputy = \"dora\"\nmanager = \"max\"\n[person.zoe]\nmanager = \"max\"\n";
    let quorum = "[[quorum]]\napprovers = [\"anna\"]\n";
    let clients = "[client.robot]\nhold = \"3s\"\nanswers_up_to = 2\nusers = [\"ci\"]\n[client.cursor]\nhold = \"2s\"\n";
    let (told, settings) = doctor(&format!("{clients}{people}{quorum}"));
    assert!(told.contains("no quorum reaches `[person.zoe]`"), "{told}");
    assert!(told.contains("the manager of `[person.anna]` is never called in"), "{told}");
    let said = |name: &str| settings[name].clone();
    assert_eq!(said("client.robot.hold"), json!("3s"));
    assert_eq!(said("client.robot.answers_up_to"), json!(2));
    assert_eq!(said("client.robot.users"), json!("ci"));
    assert_eq!(said("client.cursor.hold"), json!("2s"));
    assert_eq!(said("client.cursor.answers_up_to"), Value::Null);
    assert_eq!(said("person.anna.deputy"), json!("dora"));
    assert_eq!(said("person.zoe.manager"), json!("max"));
    // Twins, each in order.
    let zoe = "[[quorum]]\napprovers = [\"anna\", \"zoe\"]\nescalate_before = \"1h\"\n";
    let (told, _) = doctor(&format!("{people}{zoe}"));
    for odd in ["no quorum reaches", "is never called in"] {
        assert!(!told.contains(odd), "{told}");
    }
    // Whoever only stands in for somebody has no manager there.
    let dora = "[person.anna]\ndeputy = \"dora\"\n[person.dora]\nmanager = \"max\"\n";
    let (told, _) = doctor(&format!("{dora}{zoe}"));
    assert!(told.contains("no quorum reaches `[person.dora]`"), "{told}");
}
