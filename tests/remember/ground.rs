//! What an answer leaned on: when it changes, such calls ask again, and changing it back brings nothing back.

use crate::stage::{NOTE, SERVED, Stage, asked, ran, taught_served, write_as};
use crate::support::Session;

const CAREFUL: &str =
    "[[rule]]\nname = \"careful\"\ntool = \"notes__write_note\"\neffect = \"ask\"\n";

fn over(mut session: Session) {
    session.close_stdin();
    session.wait_exit();
}

#[test]
fn a_rule_changed_in_the_configuration_ends_it_for_good() {
    let stage = Stage::new();
    let mut session = stage.served(CAREFUL);
    taught_served(&stage, &mut session);
    ran(&write_as(SERVED, &mut session, NOTE));
    over(session);
    // A rule that has nothing to do with it, and another reason for the same rule, change nothing.
    let elsewhere = "[[rule]]\ntool = \"notes__update_anything\"\neffect = \"deny\"\n";
    let told = CAREFUL.replace("effect", "reason = \"we look first\"\neffect");
    let mut session = stage.served(&format!("{elsewhere}{told}"));
    ran(&write_as(SERVED, &mut session, NOTE));
    over(session);
    let changed = CAREFUL.replace("effect", "tier = 2\neffect");
    let mut session = stage.served(&changed);
    asked(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.ends(), ["policy_changed"]);
    over(session);
    let mut session = stage.served(CAREFUL);
    asked(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.written().len(), 3);
    stage.verify();
}

#[test]
fn a_rule_changed_by_a_suggestion_ends_it_at_once_and_for_good() {
    let stage = Stage::new();
    let mut session = stage.served("");
    let diff = |text: &str| stage.applied(text);
    let careful = r#"{"add":[{"name":"careful","tool":"notes__write_note","effect":"ask"}],"remove":[],"meta":{}}"#;
    diff(careful);
    taught_served(&stage, &mut session);
    ran(&write_as(SERVED, &mut session, NOTE));
    let other = r#"{"add":[{"name":"other","tool":"notes__delete_note","effect":"deny"}],"remove":[],"meta":{}}"#;
    diff(other);
    ran(&write_as(SERVED, &mut session, NOTE));
    let version = diff(&careful.replace(r#""effect""#, r#""tier":2,"effect""#));
    assert_eq!(stage.ends(), ["policy_changed"]);
    let back = version.to_string();
    stage.admin(&["policy", "rollback", &back, "--confirm", "APPLY", "--yes"]).ok();
    asked(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.written().len(), 3);
    stage.verify();
}

#[test]
fn what_policy_denies_stays_denied() {
    let stage = Stage::new();
    let mut session = stage.served("");
    taught_served(&stage, &mut session);
    over(session);
    let deny = "[[rule]]\ntool = \"notes__write_note\"\neffect = \"deny\"\n";
    let mut session = stage.served(deny);
    let answer = write_as(SERVED, &mut session, NOTE);
    assert_eq!(crate::stage::code(&answer), "denied_by_policy", "{answer}");
    assert_eq!(stage.written().len(), 1);
}
