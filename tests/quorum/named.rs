//! Who is named decides, and nobody else: yes and no, deputies, whoever was asked before the configuration changed.

use super::stage::{NAMED, Stage, voters};
use serde_json::json;

#[test]
fn two_of_three_who_are_named_let_it_run_once() {
    let stage = Stage::new(NAMED, &["anna", "ben", "carla"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    let card = stage.card(&id);
    assert!(card.contains("2 of anna, ben, carla must say yes (dora may for anna)"), "{card}");
    // Nobody else, neither way.
    let no = stage.says_yes("alice", &id);
    assert_eq!(no.code, 3, "{no:?}");
    assert!(no.stderr.contains("others are named"), "{no:?}");
    assert_eq!(stage.says_no("alice", &id).code, 3);
    assert_eq!(stage.refusals(), ["not_named", "not_named"]);
    assert_eq!(stage.shown(&id)["state"], "pending");
    let first = stage.says_yes("anna", &id);
    assert_eq!(first.code, 4, "{first:?}");
    let shown = stage.shown(&id);
    assert_eq!((&shown["state"], voters(&shown)), (&json!("pending"), vec!["anna"]));
    assert_eq!(shown["approvers"], json!(["anna", "ben", "carla"]));
    assert_eq!(shown["approvals_required"], 2);
    assert!(stage.card(&id).contains("; said yes: anna "), "{}", stage.card(&id));
    // A person counts once.
    assert_ne!(stage.says_yes("anna", &id).code, 0);
    assert!(stage.notes.calls().is_empty(), "the call ran");
    let last = stage.says_yes("carla", &id);
    assert_eq!(last.code, 0, "{last:?}");
    asker.result(call);
    assert_eq!(stage.notes.calls_of("write_note"), [json!({ "id": "a", "text": "hello" })]);
    assert_eq!(voters(&stage.shown(&id)), ["anna", "carla"]);
    assert_ne!(stage.says_yes("ben", &id).code, 0, "it is over");
    assert_eq!(stage.notes.calls().len(), 1);
    stage.home.cli(&["audit", "verify"]).ok();
}

#[test]
fn a_no_of_one_who_is_named_ends_it() {
    let stage = Stage::new(NAMED, &["anna", "ben"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    assert_eq!(stage.says_yes("anna", &id).code, 4);
    stage.says_no("ben", &id).ok();
    let told = asker.result(call).to_string();
    assert!(told.contains("not today"), "{told}");
    assert!(stage.notes.calls().is_empty());
}

#[test]
fn a_deputy_takes_a_seat_and_no_second_one() {
    let stage = Stage::new(NAMED, &["anna", "ben", "dora", "max"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    for (name, why) in [("dora", "the first"), ("anna", "the same seat")] {
        let told = stage.says_yes(name, &id);
        assert_eq!(told.code, 4, "{why}");
        assert!(told.stdout.contains("1 of 2 yeses are there"), "{why}: {told:?}");
    }
    assert_eq!(stage.says_yes("max", &id).code, 3, "a manager is not called in yet");
    assert!(stage.notes.calls().is_empty());
    assert_eq!(stage.says_yes("ben", &id).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
}

#[test]
fn what_is_asked_stays_as_it_was_asked() {
    let stage = Stage::new(NAMED, &["anna", "ben"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "before");
    // From here on anybody may, but not about what was asked before.
    stage.configure("");
    assert_eq!(stage.says_yes("alice", &id).code, 3);
    assert_eq!(stage.refusals(), ["not_named"]);
    assert!(stage.notes.calls().is_empty());
    let (after, later) = stage.asks(&mut asker, "after");
    assert_eq!(stage.says_yes("alice", &later).code, 0);
    asker.result(after);
    assert_eq!(stage.says_yes("anna", &id).code, 4);
    assert_eq!(stage.says_yes("ben", &id).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 2);
}

#[test]
fn a_yes_of_too_few_by_now_lets_nothing_run() {
    let stage = Stage::new("", &["anna", "ben"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "before");
    stage.configure(NAMED);
    // It waits as it was asked, and its yes is too little by the time it would be used.
    assert_eq!(stage.says_yes("alice", &id).code, 0);
    let result = asker.result(call);
    assert_eq!(result["_meta"]["countersign/refusal"]["code"], "quorum_rose", "{result:#}");
    assert_eq!(stage.refusals(), ["quorum_rose"]);
    assert!(stage.notes.calls().is_empty());
    // Made again it is asked anew, of those who are named now.
    let again =
        asker.start_call("notes__write_note", serde_json::json!({ "id": "a", "text": "before" }));
    let later = stage.home.the_question()["id"].as_str().expect("an id").to_owned();
    assert_eq!(stage.says_yes("anna", &later).code, 4);
    assert_eq!(stage.says_yes("ben", &later).code, 0);
    asker.result(again);
    assert_eq!(stage.notes.calls().len(), 1);
}

#[test]
fn an_edit_that_takes_a_quorum_away_waits_for_a_person() {
    let stage = Stage::new(NAMED, &["anna", "ben"]);
    let mut asker = stage.asker();
    stage.asks(&mut asker, "what it says is in force");
    stage.home.write_config(&stage.notes.toml("notes", "production"));
    let (_, id) = stage.asks(&mut asker, "hello");
    assert_eq!(stage.shown(&id)["approvals_required"], 2, "what was accepted holds");
    assert_eq!(stage.says_yes("alice", &id).code, 3);
    // Twin: accepted.
    stage.home.accept_config(stage.token("alice"));
    let (_, id) = stage.asks(&mut asker, "other");
    assert_eq!(stage.shown(&id)["approvals_required"], 1);
}

#[test]
fn a_quorum_that_nobody_can_reach_is_told() {
    let stage = Stage::new(NAMED, &["anna"]);
    let told = stage.home.cli(&["doctor"]).stdout;
    let few = "quorum 1 (`notes__*`) needs 2 people, and only 1 of them are admins here";
    assert!(told.contains(few), "{told}");
    assert!(
        told.contains(
            "quorum 1 (`notes__*`): `ben`, `carla`, `dora` (deputy of anna), no admins here"
        ),
        "{told}"
    );
    assert!(told.contains("until then nobody says enough yeses"), "{told}");
    let whole = Stage::new(NAMED, &["anna", "ben", "carla"]);
    let told = whole.home.cli(&["doctor"]).stdout;
    assert!(told.contains("quorum 1 (`notes__*`) can be reached"), "{told}");
    let broken = format!("{}\n[[quorum]]\nrequired = 0\n", whole.notes.toml("notes", "dev"));
    whole.home.write_config(&broken);
    let told = whole.home.cli(&["doctor"]);
    assert!(told.code != 0 && told.stdout.contains("`required` must be 1 or more"), "{told:?}");
}

#[test]
fn a_yes_in_anothers_place_is_none_once_he_may_not_stand_there() {
    let anna = "[[quorum]]\ntool = \"notes__*\"\napprovers = [\"anna\"]\n";
    let deputy = "[person.anna]\ndeputy = \"dora\"\n";
    let stage = Stage::new(&format!("{anna}{deputy}"), &["anna", "dora"]);
    let mut asker = stage.asker();
    let (kept, id) = stage.asks(&mut asker, "kept");
    let keep = ["approve", &id, "--yes", "--remember", "forever"];
    stage.home.cli_with_token(stage.token("dora"), &keep).ok();
    asker.result(kept);
    let (call, id) = stage.asks(&mut asker, "plain");
    stage.configure(anna);
    assert_eq!(stage.says_yes("dora", &id).code, 0, "it was asked when she could");
    let result = asker.result(call);
    assert_eq!(result["_meta"]["countersign/refusal"]["code"], "quorum_rose", "{result:#}");
    let (call, id) = stage.asks(&mut asker, "kept");
    assert_eq!(stage.notes.calls().len(), 1, "what she kept answered it");
    assert_eq!(stage.says_yes("anna", &id).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 2);
}

#[test]
fn a_yes_that_use_refuses_is_not_handed_out_again() {
    let stage = Stage::new("", &["anna", "max"]);
    let mut asker = stage.asker();
    let (call, id) = stage.asks(&mut asker, "hello");
    stage.configure(
        "[[quorum]]\ntool = \"notes__*\"\napprovers = [\"anna\"]\nescalate_before = \"5m\"\n\
         [person.anna]\nmanager = \"max\"\n",
    );
    // By now he would be called in only when time runs out.
    assert_eq!(stage.says_yes("max", &id).code, 0);
    let result = asker.result(call);
    assert_eq!(result["_meta"]["countersign/refusal"]["code"], "quorum_rose", "{result:#}");
    let (call, later) = stage.asks(&mut asker, "hello");
    assert_ne!(later, id);
    assert_eq!(stage.says_yes("anna", &later).code, 0);
    asker.result(call);
    assert_eq!(stage.notes.calls().len(), 1);
}
