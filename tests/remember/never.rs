//! A no that is kept: whoever calls finds no way around it, and cannot wear it out.

use crate::stage::{NOTE, SERVED, Stage, asked, code, ran, resume, write, write_as};
use crate::support::Session;

const SECRET: &str = r#"{"id":"a","text":"secret"}"#;
const SECRET_AND_MORE: &str = r#"{"id":"a","text":"secret","priority":2}"#;
/// Calls with this priority stand on other ground than those without.
const CAREFUL: &str = "[[rule]]\nname = \"careful\"\ntool = \"notes__write_note\"\nwhen = { priority = 2 }\n\
     effect = \"ask\"\n";

#[track_caller]
fn refused(session: &mut Session, arguments: &str) {
    let answer = write_as(SERVED, session, arguments);
    assert_eq!(code(&answer), "remembered_no", "{answer}");
}

/// A no to the secret, and a yes to everything.
fn taught(stage: &Stage, session: &mut Session) {
    let id = asked(&write_as(SERVED, session, SECRET));
    stage.never(&id, &["--remember", "pattern", "--where", "text=secret*"]);
    for (arguments, more) in
        [(NOTE, None), (r#"{"id":"a","text":"hello","priority":2}"#, Some("priority=2"))]
    {
        let id = asked(&write_as(SERVED, session, arguments));
        let mut how = vec!["--remember", "pattern", "--where", "id=*", "--where", "text=*"];
        how.extend(more.into_iter().flat_map(|more| ["--where", more]));
        stage.keep(&id, &how);
        resume(session, &id);
    }
}

#[test]
fn a_no_stands_whatever_the_call_leans_on() {
    let stage = Stage::new();
    let mut session = stage.served(CAREFUL);
    taught(&stage, &mut session);
    refused(&mut session, SECRET);
    refused(&mut session, SECRET_AND_MORE);
    session.close_stdin();
    session.wait_exit();
    // Nor does a change that has nothing to do with it end it.
    let elsewhere = "[[rule]]\ntool = \"other__thing\"\neffect = \"deny\"\n";
    let mut session = stage.served(&format!("{CAREFUL}{elsewhere}"));
    refused(&mut session, SECRET_AND_MORE);
    refused(&mut session, SECRET);
    assert_eq!(stage.written().len(), 2);
    // Twins: the yeses hold for all else.
    ran(&write_as(SERVED, &mut session, NOTE));
    ran(&write_as(SERVED, &mut session, r#"{"id":"b","text":"hi","priority":2}"#));
    assert!(stage.ends().is_empty());
    stage.verify();
}

#[test]
fn a_no_is_not_worn_out() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = asked(&write(&mut session, SECRET));
    let uses = ["deny", &id, "--reason", "no", "--yes", "--remember", "forever", "--uses", "5"];
    let told = stage.admin(&uses).exits(2).stderr;
    assert!(told.contains("a no is not used up"), "{told}");
    stage.never(&id, &["--remember", "pattern", "--where", "text=secret*"]);
    for _ in 0..120 {
        assert_eq!(code(&write(&mut session, SECRET)), "remembered_no");
    }
    let kept = stage.kept(&[]);
    assert_eq!((kept[0]["used"].as_u64(), kept[0]["uses"].as_u64()), (Some(120), None));
}

#[test]
fn a_rule_changed_by_a_suggestion_ends_no_no() {
    let stage = Stage::new();
    let mut session = stage.served("");
    let careful = r#"{"add":[{"name":"careful","tool":"notes__write_note","when":{"priority":2},"effect":"ask"}],"remove":[],"meta":{}}"#;
    stage.applied(careful);
    let id = asked(&write_as(SERVED, &mut session, NOTE));
    stage.keep(&id, &["--remember", "pattern", "--where", "id=*", "--where", "text=*"]);
    resume(&mut session, &id);
    // The no leans on the rule, and the yes does not.
    let id = asked(&write_as(SERVED, &mut session, SECRET_AND_MORE));
    stage.never(&id, &["--remember", "pattern", "--where", "text=secret*"]);
    refused(&mut session, SECRET);
    stage.applied(&careful.replace(r#""effect""#, r#""tier":2,"effect""#));
    refused(&mut session, SECRET);
    refused(&mut session, SECRET_AND_MORE);
    ran(&write_as(SERVED, &mut session, NOTE));
    assert_eq!(stage.written().len(), 2);
    assert!(stage.ends().is_empty());
}

#[test]
fn a_no_whose_time_is_over_hides_none_that_stands() {
    let stage = Stage::new();
    let mut session = stage.agent();
    let id = asked(&write(&mut session, SECRET));
    let other = asked(&write(&mut session, r#"{"id":"b","text":"hello"}"#));
    stage.never(&id, &["--remember", "pattern", "--where", "text=secret*"]);
    stage.never(&other, &["--remember", "pattern", "--where", "id=b", "--for", "2s"]);
    let both = r#"{"id":"b","text":"secret"}"#;
    for _ in 0..25 {
        assert_eq!(code(&write(&mut session, both)), "remembered_no");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    asked(&write(&mut session, r#"{"id":"b","text":"hello"}"#));
}
