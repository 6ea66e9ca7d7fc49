//! Targets over the API and the page: an address goes in and never comes out.

use serde_json::{Value, json};

use crate::stage::{Stage, URL_CANARY};
use crate::support::Console;

const TARGETS: &str = "/api/v1/notifications/targets";

#[test]
fn an_admin_manages_targets_over_the_api_and_nobody_reads_an_address() {
    let stage = Stage::new();
    let olga = stage.home.user_token(&stage.alice, "olga", "operator");
    let console = Console::start(&stage.home);
    let by = |token: &str, method: &str, path: &str, body: &Value| {
        console.by_token(token, method, path, body)
    };
    let wish =
        json!({"name": "team", "type": "discord", "config": {"webhook_url": stage.hook_url()}});
    by(&olga, "POST", TARGETS, &wish).refused(403, "role_not_allowed");
    let added = by(&stage.alice, "POST", TARGETS, &wish).is(201);
    assert!(!added.body.contains(URL_CANARY), "{added:#?}");
    by(&stage.alice, "POST", TARGETS, &wish).refused(409, "name_taken");
    for bad in [
        json!({"name": "x", "type": "discord", "config": {"webhook_url": "https://evil.test/x"}}),
        json!({"name": "x", "type": "discord", "config": {"email": "a@b.c"}}),
        json!({"name": "x", "type": "email", "config": {"email": "a@b.c\r\nBcc: d@e.f"}}),
        json!({"name": "x y", "type": "email", "config": {"email": "a@b.c"}}),
        json!({"name": "x", "type": "email", "config": {"email": "a@b.c"}, "events": ["test"]}),
        json!({"name": "x", "type": "email", "config": {"email": "a@b.c"}, "events": []}),
    ] {
        by(&stage.alice, "POST", TARGETS, &bad).refused(400, "invalid_parameter");
    }
    let tested = by(&stage.alice, "POST", &format!("{TARGETS}/team/test"), &Value::Null).is(200);
    assert_eq!(
        tested.json(),
        json!({"success": true, "status": "sent", "message": null, "error": null})
    );
    let listed = by(&olga, "GET", TARGETS, &Value::Null).is(200);
    assert!(!listed.body.contains(URL_CANARY));
    assert_eq!(listed.json()["targets"][0]["enabled"], true);
    let off =
        by(&stage.alice, "PATCH", &format!("{TARGETS}/team"), &json!({"enabled": false})).is(200);
    assert_eq!(off.json()["enabled"], false);
    let path = "/api/v1/notifications/deliveries?target=team&status=sent";
    let told = by(&olga, "GET", path, &Value::Null).is(200).json();
    assert_eq!(told["deliveries"].as_array().map(Vec::len), Some(1), "{told}");
    assert_eq!(told["deliveries"][0]["event"], "test");
    by(&olga, "GET", "/api/v1/notifications/deliveries?status=lost", &Value::Null)
        .refused(400, "invalid_parameter");
    by(&olga, "DELETE", &format!("{TARGETS}/team"), &Value::Null).refused(403, "role_not_allowed");
    by(&stage.alice, "DELETE", &format!("{TARGETS}/team"), &Value::Null).is(200);
    by(&stage.alice, "DELETE", &format!("{TARGETS}/team"), &Value::Null).refused(404, "not_found");
}

#[test]
fn the_page_shows_targets_and_adds_one_by_its_form() {
    let stage = Stage::new();
    let console = Console::start(&stage.home);
    let login = console.login(&stage.alice);
    let page = console.get("/notifications", &login.shows()).is(200);
    assert!(page.body.contains("Nobody is told of anything yet"), "{page:#?}");
    let url = stage.hook_url().replace(':', "%3A").replace('/', "%2F");
    let form = format!("name=team&type=discord&address={url}&events=approval_asked");
    let [cookie, key] = login.headers();
    let all = [cookie, key, ("Content-Type", "application/x-www-form-urlencoded")];
    // A cookie alone shows and does not act.
    let bare = [cookie, ("Content-Type", "application/x-www-form-urlencoded")];
    assert!(console.request("POST", "/notifications", &bare, &form).status >= 400);
    let added = console.request("POST", "/notifications", &all, &form).is(200);
    assert!(
        added.body.contains("question asked") && !added.body.contains(URL_CANARY),
        "{added:#?}"
    );
    console.request("POST", "/notifications/team/test", &all, "").is(200);
    assert_eq!(stage.titles(), ["Test Notification"]);
    let page = console.get("/notifications", &login.shows()).is(200);
    assert!(page.body.contains("<td>sent</td>"), "{page:#?}");
    console.request("POST", "/notifications/team/remove", &all, "").is(200);
    let page = console.get("/notifications", &login.shows()).is(200);
    assert!(page.body.contains("Nobody is told of anything yet"), "{page:#?}");
}
