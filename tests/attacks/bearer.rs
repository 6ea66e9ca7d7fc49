//! Answer tokens: minting decides, presenting redeems, once, by the asker only.

use serde_json::json;

use crate::own_yes::minted;
use crate::stage::{
    NOTE, Stage, asked, call, present, ran, refused, resume, spent, start, started, write,
};
use crate::support::is_error;

#[test]
fn a_token_works_once_for_its_asker_and_nobody_else() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let token = minted(&stage, &id);
    // Minted is not presented: nothing runs yet, by no way of running it.
    refused(&resume(&mut session, &id), "waiting");
    assert_eq!(asked(&write(&mut session)), id);
    stage.executed(&mut session, 0);
    // Another principal has the very token.
    let mut eve = started(stage.launch("pending").client("eve"));
    refused(&present(&mut eve, &id, &token), "token_invalid");
    refused(&resume(&mut eve, &id), "not_found");
    stage.executed(&mut eve, 0);

    let taken = present(&mut session, &id, &token);
    assert!(!is_error(&taken), "{taken}");
    stage.executed(&mut session, 0);
    refused(&present(&mut session, &id, &token), "already_ended");
    ran(&resume(&mut session, &id));
    stage.executed(&mut session, 1);
    refused(&present(&mut session, &id, &token), "already_ended");
    spent(&resume(&mut session, &id));
    stage.executed(&mut session, 1);

    // Nor does it open the next question for the same call.
    let next = asked(&write(&mut session));
    assert_ne!(next, id);
    refused(&present(&mut session, &next, &token), "token_invalid");
    stage.executed(&mut session, 1);
}

/// A call that is held runs as soon as its token is presented, by another request of the same client.
#[test]
fn a_held_call_runs_when_its_token_is_presented() {
    let stage = Stage::new();
    let mut session = stage.holding();
    let held = start(&mut session, "write_note", Some(NOTE));
    let id = stage.the_id();
    let token = minted(&stage, &id);
    stage.executed(&mut session, 0);
    session.no_response(held, std::time::Duration::from_millis(200));
    assert!(!is_error(&present(&mut session, &id, &token)));
    ran(&session.result(held));
    stage.executed(&mut session, 1);
}

/// A token is a yes, and ends as one.
#[test]
fn a_token_is_void_once_its_yes_is() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let token = minted(&stage, &id);
    assert!(!is_error(&session.call("cancel_approval", json!({"id": id}))));
    refused(&present(&mut session, &id, &token), "already_ended");
    refused(&resume(&mut session, &id), "cancelled");
    stage.executed(&mut session, 0);

    let twin = asked(&call(&mut session, "write_note", Some(NOTE)));
    let token = minted(&stage, &twin);
    assert!(!is_error(&present(&mut session, &twin, &token)));
    ran(&resume(&mut session, &twin));
    stage.executed(&mut session, 1);
}

/// The definition changes after the minting: the token cannot know, the run does.
#[test]
fn a_token_does_not_outlive_the_definition() {
    let stage = Stage::new();
    let mut session = stage.told();
    let id = asked(&write(&mut session));
    let twin = asked(&call(&mut session, "slow_write", Some(r#"{"id":"a","seconds":0}"#)));
    let tokens = [minted(&stage, &id), minted(&stage, &twin)];
    stage.notes.change_definitions(&[]);
    session.notification("notifications/tools/list_changed");
    for (id, token) in [&id, &twin].into_iter().zip(&tokens) {
        assert!(!is_error(&present(&mut session, id, token)));
    }
    refused(&resume(&mut session, &id), "call_changed");
    stage.executed(&mut session, 0);
    ran(&resume(&mut session, &twin));
    stage.executed(&mut session, 1);
}
