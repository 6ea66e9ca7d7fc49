//! The same over the HTTP API: the same refusals, and many at once.

use super::stage::{NAMED, Stage, voters};
use super::support::{Answer, Console};
use serde_json::{Value, json};

fn decide(console: &Console, token: &str, id: &str, decision: &str) -> Answer {
    let path = format!("/api/v1/approvals/{id}");
    console.by_token(token, "POST", &path, &json!({ "decision": decision }))
}

#[test]
fn over_http_only_those_who_are_named_decide() {
    let stage = Stage::new(NAMED, &["anna", "ben", "carla"]);
    let console = Console::start(&stage.home);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    for word in ["approve", "deny"] {
        decide(&console, stage.token("alice"), &id, word).refused(403, "not_named");
    }
    assert_eq!(stage.refusals(), ["not_named", "not_named"]);
    let first = decide(&console, stage.token("ben"), &id, "approve").is(200).json();
    assert_eq!(
        (&first["status"], &first["votes"], &first["quorum"]),
        (&json!("pending"), &json!(1), &json!(2))
    );
    decide(&console, stage.token("ben"), &id, "approve").refused(409, "already_decided");
    let path = format!("/api/v1/pending/{id}");
    let row = console.by_token(stage.token("alice"), "GET", &path, &Value::Null).is(200).json();
    assert_eq!((voters(&row), &row["approvals"][0]["agent_id"]), (vec!["ben"], &json!("ben")));
    assert_eq!(row["approvers"], json!(["anna", "ben", "carla"]));
    assert!(stage.notes.calls().is_empty());
    // The other one by the command line: another process, the same question.
    assert_eq!(stage.says_yes("carla", &id).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
}

/// Fifty people at once, each in a connection of his own: three are enough, once, and it runs once.
#[test]
fn of_fifty_at_once_three_are_enough_exactly_once() {
    let names: Vec<String> = (0..50).map(|n| format!("p{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let listed = serde_json::to_string(&names).expect("a list");
    let config = format!("[[quorum]]\ntool = \"notes__*\"\nrequired = 3\napprovers = {listed}\n");
    let stage = Stage::new(&config, &names);
    let console = Console::start(&stage.home);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = |name: &&str| {
            let (console, id, token) = (&console, &id, stage.token(name));
            scope.spawn(move || decide(console, token, id, "approve"))
        };
        let all: Vec<_> = names.iter().map(ask).collect();
        all.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let count = |fits: &dyn Fn(&Answer) -> bool| answers.iter().filter(|a| fits(a)).count();
    let is_partial = |a: &Answer| a.status == 200 && a.json()["approved"] == json!(false);
    let is_last = |a: &Answer| a.status == 200 && a.json()["approved"] == json!(true);
    let is_late = |a: &Answer| a.status == 409 && a.code() == "already_decided";
    assert_eq!((count(&is_partial), count(&is_last), count(&is_late)), (2, 1, 47));
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
    assert_eq!(voters(&stage.shown(&id)).len(), 3);
    let rows = stage.rows("approval.approved", 3);
    let partial = rows.iter().filter(|row| row["outcome"] == json!("vote")).count();
    assert_eq!((rows.len(), partial), (3, 2));
    assert_eq!(stage.rows("approval.consumed", 1).len(), 1);
    stage.home.cli(&["audit", "verify"]).ok();
}

/// Whoever logs in from a terminal has the name of this machine's user, and with a user of another name he would be two.
#[test]
fn a_login_from_a_terminal_is_no_second_voice() {
    let two = "[[quorum]]\nrequired = 2\n";
    let stage = Stage::new(two, &["anna"]);
    let console = Console::start(&stage.home);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(stage.says_yes("anna", &id).code, 4);
    let at = console.host();
    let link = ["console", "--link", "--listen", &at, "--json"];
    let login = || {
        let url = stage.home.tty_cli(&link, &[""]).ok().json()["url"].clone();
        let (_, code) = url.as_str().and_then(|url| url.split_once('#')).expect("a code");
        console.login_by_code(code)
    };
    let person = login();
    let path = format!("/api/v1/approvals/{id}");
    for word in ["approve", "deny"] {
        let answer = console.post(&path, &person.headers(), &json!({ "decision": word }));
        answer.refused(403, "no_user");
    }
    assert_eq!(stage.refusals(), ["no_user", "no_user"]);
    assert!(stage.notes.calls().is_empty());
    // Twin: an admin of that name.
    let name = stage.rows("approval.refused", 2)[0]["principal"].clone();
    let name = name.as_str().and_then(|name| name.split_once(':')).expect("a name").1.to_owned();
    stage.home.user_token(stage.token("alice"), &name, "admin");
    let card = console.get(&format!("/api/v1/pending/{id}"), &person.headers()).is(200).json();
    let yes = json!({ "decision": "approve", "shown": card["shown"] });
    let answer = console.post(&path, &person.headers(), &yes).is(200);
    assert_eq!(answer.json()["approved"], json!(true), "{answer:#?}");
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
}
