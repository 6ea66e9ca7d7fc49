//! What an agent could do to keep something from policy, through the real binary: too many files, calls too large to be
//! told, modules for others, and trials without end.

use crate::asking::{Listener, write_private};
use crate::elsewhere::Elsewhere;
use crate::stage::code;
use crate::support::{DEADLINE, Home, Launch, Recorder, Session, pending, wait_until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PAYROLL: &str = "# countersign: on_error=allow\npackage countersign.payroll\n\n\
    deny_reasons contains \"pay\" if endswith(input.resource.path, \"/payroll.xlsx\")\n\n\
    decision := {\"allow\": true, \"deny_reasons\": deny_reasons}\n";

fn session(home: &Home, options: &[&str]) -> Session {
    let mut session = Launch::serve(home, options).start();
    session.initialize("2025-11-25");
    session
}

fn put(home: &Home, name: &str, text: &str) {
    let folder = home.path().join("policies");
    std::fs::create_dir_all(&folder).expect("a folder");
    write_private(&folder.join(format!("{name}.rego")), text);
}

/// The arguments of a read that names so many files, and at the end one more.
fn files(count: usize, last: &str) -> Value {
    let mut paths: Vec<String> = (0..count).map(|at| format!("/srv/{at}.md")).collect();
    paths.push(last.to_owned());
    json!({ "id": "n1", "paths": paths })
}

#[test]
fn no_file_is_out_of_sight_behind_many_others() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    home.write_config(&notes.toml("notes", "production"));
    put(&home, "payroll", PAYROLL);
    let mut session = session(&home, &["--on-ask", "pending"]);
    let fine = session.call("notes__read_note", files(20, "/srv/x.xlsx"));
    assert_ne!(fine["isError"], true, "the twin: {fine}");
    assert_eq!(notes.calls().len(), 1);
    for count in [0, 16, 40, 200] {
        let denied = session.call("notes__read_note", files(count, "/hr/payroll.xlsx"));
        assert_eq!(
            (code(&denied), &denied["isError"]),
            ("denied_by_policy", &json!(true)),
            "{count}: {denied}"
        );
    }
    assert!(pending(&home).is_empty());
    let asked = session.call("notes__read_note", files(300, "/hr/payroll.xlsx"));
    assert_ne!(code(&asked), "(none)", "{asked}");
    let questions = pending(&home);
    assert_eq!(questions.len(), 1, "{asked}");
    assert!(questions[0].to_string().contains("payroll.too_large"), "{questions:?}");
    assert_eq!(notes.calls().len(), 1, "nothing more was sent");
    let admin = home.admin_token();
    home.approve(&admin, questions[0]["id"].as_str().expect("an id")).ok();
    let ran = session.call("notes__read_note", files(300, "/hr/payroll.xlsx"));
    assert_ne!(ran["isError"], true, "a person may say yes: {ran}");
    assert_eq!(notes.calls().len(), 2);
}

#[test]
fn what_a_server_elsewhere_was_not_shown_is_asked() {
    for (on_error, asks) in [("allow", true), ("deny", false)] {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let elsewhere = Elsewhere::start("says");
        home.write_config(&format!(
            "{}[policy.remote]\nurl = \"{}\"\ntimeout = \"5s\"\non_error = \"{on_error}\"\n",
            notes.toml("notes", "production"),
            elsewhere.url
        ));
        let mut session = session(&home, &["--on-ask", "pending"]);
        let fine = session.call("notes__list_notes", files(20, "/srv/x"));
        assert_ne!(fine["isError"], true, "the twin: {fine}");
        let long = json!({ "path": format!("/srv/{}", "a".repeat(5_000)) });
        for (number, large) in [files(100, "/srv/x"), files(300, "/srv/x"), long].iter().enumerate()
        {
            let held = session.call("notes__list_notes", large.clone());
            let questions = pending(&home);
            assert_eq!(questions.len(), if asks { number + 1 } else { 0 }, "{on_error}: {held}");
            assert_eq!(code(&held) == "denied_by_policy", !asks, "{on_error}: {held}");
        }
        assert_eq!(notes.calls().len(), 1, "nothing more was sent");
    }
}

/// A text whose trial takes all the time that a trial may.
fn wild() -> Value {
    let pairs = |name: char| {
        let first = format!("{name}0 := [1]");
        let rest = (1..=40).map(|i| format!("{name}{i} := [{name}{0}, {name}{0}]", i - 1));
        std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n\n")
    };
    let text = format!(
        "package countersign.m\n\n{}\n\n{}\n\nallow if s40 == t40\n\n\
         decision := {{\"allow\": allow, \"deny_reasons\": []}}\n",
        pairs('s'),
        pairs('t')
    );
    let inputs = json!([{ "action": "exec", "resource": {} }]);
    json!({ "policy_content": text, "test_inputs": inputs })
}

/// The trials that this process runs now.
fn trials(parent: u32) -> usize {
    let processes = std::fs::read_dir("/proc").expect("/proc").flatten();
    let is_trial = |process: &std::fs::DirEntry| {
        let read =
            |file: &str| std::fs::read_to_string(process.path().join(file)).unwrap_or_default();
        let stat = read("stat");
        let mut after = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        let (state, of) = (after.next(), after.next());
        state != Some("Z")
            && of.and_then(|of| of.parse().ok()) == Some(parent)
            && read("cmdline").contains("policy-trial")
    };
    processes.filter(is_trial).count()
}

#[test]
fn trials_are_few_at_a_time_and_end_with_their_question() {
    let home = Home::new();
    let mut session = session(&home, &["--toolsets", "approvals,policy"]);
    let parent = session.pid();
    let ask = |session: &mut Session| {
        session.request("tools/call", json!({ "name": "test_policy", "arguments": wild() }))
    };
    let asked: Vec<i64> = (0..12).map(|_| ask(&mut session)).collect();
    let begun = Instant::now();
    // Those that are refused are so at once, while the others run or wait.
    let mut waiting = asked.clone();
    while waiting.len() > 6 {
        let refused = session.recv(DEADLINE);
        let Some(id) = refused["id"].as_i64().filter(|id| waiting.contains(id)) else { continue };
        assert_eq!(code(&refused["result"]), "busy", "{refused}");
        waiting.retain(|other| *other != id);
    }
    let mut most = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        most = most.max(trials(parent));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(most, 2);
    for id in &waiting {
        session.cancel(*id, "enough");
    }
    // A trial that nobody waits for ends at once, not when its time is over.
    wait_until(Duration::from_secs(2), || trials(parent) == 0);
    let id = ask(&mut session);
    wait_until(DEADLINE, || trials(parent) == 1);
    let begun = Instant::now();
    session.cancel(id, "enough");
    wait_until(DEADLINE, || trials(parent) == 0);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let fine = json!({
        "policy_content": PAYROLL,
        "test_inputs": [{ "action": "file_read", "resource": { "path": "/hr/payroll.xlsx" }, "expected_decision": "deny" }],
    });
    let fine = session.call("test_policy", fine);
    assert_eq!(fine["structuredContent"]["passed"], 1, "the twin: {fine}");
}

#[test]
fn a_text_that_is_tried_sees_its_own_configuration_and_not_ours() {
    let home = Home::new();
    home.write_config("[policy.config.secrets]\nname = \"orchid\"\n");
    let mut session = session(&home, &["--toolsets", "approvals,policy"]);
    let text = "package countersign.m\n\nwarnings contains sprintf(\"%v\", [data.config])\n\n\
        decision := {\"allow\": true, \"deny_reasons\": [], \"warnings\": warnings}\n";
    let mut seen = |config: Value| {
        let inputs = json!([{ "action": "exec", "resource": {} }]);
        let mut arguments = json!({ "policy_content": text, "test_inputs": inputs });
        if !config.is_null() {
            arguments["config"] = config;
        }
        session.call("test_policy", arguments)
    };
    let none = seen(Value::Null);
    assert_eq!(none["structuredContent"]["test_results"][0]["warnings"], json!(["{}"]), "{none}");
    assert!(!none.to_string().contains("orchid"), "{none}");
    let own = seen(json!({ "a": 1 }));
    let told = &own["structuredContent"]["test_results"][0]["warnings"][0];
    assert!(told.as_str().is_some_and(|told| told.contains('a') && told.contains('1')), "{own}");
    assert_eq!(code(&seen(json!([1]))), "invalid_arguments");
}

#[test]
fn a_package_for_others_does_not_look_like_one_that_agrees() {
    let home = Home::new();
    home.write_config("");
    let others = PAYROLL.replace("on_error=allow", "on_error=allow scope=user scope_id=somebody");
    put(&home, "payroll", &others);
    let question = json!({
        "action": "file_read", "resource": { "path": "/hr/payroll.xlsx" }, "package": "countersign.payroll",
    });
    let mut session = session(&home, &["--toolsets", "approvals,policy"]);
    let said = session.call("check_permission", question.clone());
    let said = &said["structuredContent"];
    assert_eq!(said["error"], true, "{said}");
    assert!(said["reason"].as_str().is_some_and(|why| why.contains("scope")), "{said}");
    let listener = Listener::start(&home);
    let ask = |user: &str| {
        let mut input = question.clone();
        input["user"] = json!(user);
        listener.data("countersign/payroll", &input)["result"].clone()
    };
    let other = ask("else");
    assert_eq!((&other["error"], &other["allow"]), (&json!(true), &json!(true)), "{other}");
    let own = ask("somebody");
    assert_eq!((&own["error"], &own["allow"]), (&Value::Null, &json!(false)), "{own}");
    assert_eq!(own["deny_reasons"], json!(["pay"]));
}
