//! Users added and ended over HTTP: as on the command line, and each secret is seen once.

use super::doors::{names, other_admin};
use super::support::{Console, Home};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/tokens";

#[test]
fn a_user_is_added_and_ended_and_his_token_counts_in_between() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let add = |body: &Value| console.by_token(&alice, "POST", PATH, body);
    let given = add(&json!({ "name": "olga", "role": "operator" })).is(201).json();
    assert_eq!((&given["name"], &given["role"]), (&json!("olga"), &json!("operator")));
    assert!(given["signing_secret"].is_null(), "{given}");
    let olga = given["token"].as_str().expect("a token").to_owned();
    assert!(olga.starts_with("csapi_") && olga.len() == 70);
    console.by_token(&olga, "GET", "/api/v1/policies", &Value::Null).is(200);
    home.cli_with_token(&olga, &["pending", "--json"]).ok();
    add(&json!({ "name": "olga", "role": "admin" })).refused(409, "name_taken");
    let end =
        |name: &str| console.by_token(&alice, "DELETE", &format!("{PATH}/{name}"), &Value::Null);
    let login = console.login(&olga);
    console.get("/api/v1/policies", &login.headers()).is(200);
    assert_eq!(end("olga").is(200).json(), json!({ "removed": true }));
    console.by_token(&olga, "GET", "/api/v1/policies", &Value::Null).refused(401, "no_proof");
    console.get("/api/v1/policies", &login.headers()).refused(401, "no_proof");
    home.cli_with_token(&olga, &["pending", "--json"]).exits(3);
    end("olga").refused(404, "not_found");
    end("nobody").refused(404, "not_found");
    let again = add(&json!({ "name": "olga", "role": "agent" })).is(201).json();
    assert_ne!(again["token"], given["token"]);
    console.get("/api/v1/policies", &login.headers()).refused(401, "no_proof");
}

#[test]
fn what_cannot_be_a_user_is_refused_and_nobody_is_added() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    for body in [
        json!({}),
        json!([]),
        json!({ "name": "new" }),
        json!({ "role": "agent" }),
        json!({ "name": "", "role": "agent" }),
        json!({ "name": "a b", "role": "agent" }),
        json!({ "name": ".", "role": "agent" }),
        json!({ "name": "..", "role": "agent" }),
        json!({ "name": "-a", "role": "agent" }),
        json!({ "name": "\u{430}lice", "role": "agent" }),
        json!({ "name": "a".repeat(65), "role": "agent" }),
        json!({ "name": "new", "role": "root" }),
        json!({ "name": "new", "role": "agent", "signing": "yes" }),
        json!({ "name": "new", "role": "agent", "tenant": "other" }),
    ] {
        console.by_token(&alice, "POST", PATH, &body).refused(400, "invalid_parameter");
    }
    let bearer = format!("Bearer {alice}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    for name in [".", "..", "_a"] {
        home.cli_with_token(&alice, &["user", "add", name, "--role", "agent", "--yes"]).exits(2);
    }
    let twice = r#"{"name": "new", "role": "agent", "role": "admin"}"#;
    console.request("POST", PATH, &headers, twice).refused(400, "invalid_parameter");
    assert_eq!(names(&home), ["alice"]);
}

#[test]
fn users_of_another_world_are_not_there_and_their_names_are_free() {
    let home = Home::new();
    let alice = home.admin_token();
    let zoe = other_admin(&home);
    let console = Console::start(&home);
    let end = console.by_token(&alice, "DELETE", &format!("{PATH}/zoe"), &Value::Null);
    end.refused(404, "not_found");
    // Nobody learns what names others have, and each ends his own.
    let zoe_here = json!({ "name": "zoe", "role": "agent" });
    console.by_token(&alice, "POST", PATH, &zoe_here).is(201);
    console.by_token(&alice, "POST", PATH, &zoe_here).refused(409, "name_taken");
    console.by_token(&alice, "DELETE", &format!("{PATH}/zoe"), &Value::Null).is(200);
    let theirs = Console::start_with(&home, &["--tenant", "other", "--listen", "127.0.0.1:0"]);
    theirs.by_token(&zoe, "GET", "/api/v1/policies", &Value::Null).is(200);
    theirs.by_token(&alice, "GET", "/api/v1/policies", &Value::Null).refused(401, "no_proof");
    // A login is of its world too.
    let login = console.login(&alice);
    let cookie = login.cookie.replace(
        &format!("countersign_{}", console.at().port()),
        &format!("countersign_{}", theirs.at().port()),
    );
    theirs.get("/history", &[("Cookie", &cookie)]).refused(401, "no_proof");
    console.get("/history", &login.shows()).is(200);
}

#[test]
fn no_secret_stands_in_the_store_or_its_files() {
    let home = Home::new();
    let alice = home.admin_token();
    let console = Console::start(&home);
    let body = json!({ "name": "robot", "role": "admin", "signing": true });
    let given = console.by_token(&alice, "POST", PATH, &body).is(201).json();
    let login = console.login(&alice);
    let secrets: Vec<String> = [given["token"].as_str(), given["signing_secret"].as_str()]
        .into_iter()
        .map(|secret| secret.expect("a secret").to_owned())
        .chain([alice, login.key.clone(), login.cookie.split_once('=').expect("one").1.to_owned()])
        .collect();
    let said = console.end();
    let mut looked_at = 0;
    for entry in std::fs::read_dir(home.path()).expect("the home") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            looked_at += 1;
            let bytes = std::fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&bytes);
            for secret in &secrets {
                let (_, digits) = secret.split_once('_').expect("a prefix");
                assert!(!text.contains(digits), "a secret in {}", path.display());
                assert!(!said.contains(digits), "a secret in the log: {said}");
            }
        }
    }
    assert!(looked_at >= 2);
}
