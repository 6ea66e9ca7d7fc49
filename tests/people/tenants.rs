//! Two worlds in one home: what is another's and what is not there are the same answer on every route.

use super::roles::{Operation, filled, operations};
use super::stage::{Asker, NOBODYS, People, foreign_admin};
use super::support::{Console, Home, Recorder};
use serde_json::{Value, json};

#[test]
fn what_is_another_worlds_is_not_there() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "notes");
    let people = People::of(&home);
    let olga = foreign_admin(&home);
    let here = Console::start(&home);
    let there = Console::start_with(&home, &["--tenant", "other", "--listen", "127.0.0.1:0"]);
    let mut asker = Asker::of(&home, &recorder);
    let (_, id) = asker.asks("write_note", json!({ "id": "a", "text": "canary-tenant" }));
    let before =
        here.by_token(&people.admin, "GET", &format!("/api/v1/pending/{id}"), &Value::Null);
    let mut with_ids = 0;
    for Operation { method, path, told } in operations(&there, &olga) {
        if told["responses"]["200"]["content"]["text/event-stream"].is_object() {
            continue;
        }
        let bodies = match method.as_str() {
            "GET" => vec![Value::Null],
            _ => vec![
                Value::Null,
                json!({}),
                json!({ "decision": "approve" }),
                json!({ "decision": "deny" }),
            ],
        };
        for body in bodies {
            let ask = |with: &str| there.by_token(&olga, &method, &filled(&path, with), &body);
            let (theirs, none) = (ask(&id), ask(NOBODYS));
            assert!(!theirs.body.contains("canary-tenant"), "{method} {path}: {theirs:#?}");
            if path.contains('{') {
                with_ids += 1;
                assert_eq!(
                    (theirs.status, &theirs.body.replace(&id, NOBODYS)),
                    (none.status, &none.body),
                    "{method} {path}"
                );
                assert!(theirs.status >= 400, "{method} {path}: {theirs:#?}");
            } else {
                assert!(!theirs.body.contains(&id), "{method} {path}: {theirs:#?}");
            }
        }
    }
    assert!(with_ids > 5, "{with_ids}");
    // And nothing of it was felt here; the twin decides.
    let after = here.by_token(&people.admin, "GET", &format!("/api/v1/pending/{id}"), &Value::Null);
    assert_eq!(before.json(), after.json());
    let path = format!("/api/v1/approvals/{id}");
    here.by_token(&people.admin, "POST", &path, &json!({ "decision": "deny" })).is(200);
}
