//! A question whose time is nearly over: told once by each way, in numbers, and marked on the console.

use std::time::Duration;

use serde_json::json;

use crate::stage::{Stage, embed, field};
use crate::support::{Console, DEADLINE, wait_until};

/// Answered by alice alone, and by max once it is urgent.
const SOON: &str = "[[quorum]]\ntool = \"notes__*\"\nrequired = 1\napprovers = [\"alice\"]\nescalate_before = \"15s\"\n\
     [person.alice]\nmanager = \"max\"\n[approvals]\nanswer_within = \"25s\"";

#[test]
fn what_becomes_urgent_is_told_once_in_numbers_and_marked_for_whoever_answers() {
    let stage = Stage::new();
    let max = stage.home.user_token(&stage.alice, "max", "admin");
    stage.configure_more(SOON);
    stage.add_hook("team", &[]);
    stage.add_mail("ann");
    let console = Console::start(&stage.home);
    let login = console.login(&stage.alice);
    // Several that could all see to it, beside the console.
    let mut asker = stage.session("AGENTCANARY");
    let _another = stage.session("another");
    asker.call("notes__write_note", json!({"id": "IDCANARY", "text": "ARGCANARY"}));
    let question = stage.home.the_question();
    let id = question["id"].as_str().expect("an id").to_owned();
    let marked = |path: &str| {
        let page = console.get(path, &login.shows()).is(200).body;
        assert!(page.contains(&id), "{path} does not show it: {page}");
        page.contains(r#"<span class="tone-grave">urgent</span>"#)
    };
    let pages = ["/".to_owned(), "/ui/queue".to_owned(), format!("/approvals/{id}")];
    assert!(pages.iter().all(|page| !marked(page)), "marked before its time");
    stage.wait_hooked(2);
    wait_until(DEADLINE, || stage.mails("mail").len() >= 2);
    for page in &pages {
        assert!(marked(page), "{page} does not mark it");
    }
    // Longer than any look of any of them, and over before nobody answered.
    std::thread::sleep(Duration::from_secs(5));
    let short: String = id.replace('-', "").chars().skip(20).collect();
    assert_eq!(
        stage.titles(),
        [format!("Approval #{short} - WAITING"), format!("Approval #{short} - URGENT")]
    );
    let requests = stage.hooked();
    let told = embed(&requests[1]);
    assert_eq!((field(&told, "Tier"), field(&told, "Waiting")), ("2".to_owned(), "1".to_owned()));
    assert!(field(&told, "Answer by").ends_with('Z'));
    assert_eq!(told["url"], embed(&requests[0])["url"]);
    let mails = stage.mails("mail");
    assert_eq!(mails.len(), 2, "{mails:#?}");
    let out = requests[1]["body"].to_string() + &mails[1]["text"].to_string();
    assert!(out.contains("URGENT"), "{out}");
    for word in ["CANARY", "write_note", "notes", "alice", "max", "tester"] {
        assert!(!out.contains(word), "`{word}` is told: {out}");
    }
    let events = "SELECT group_concat(kind) FROM (SELECT kind FROM deliveries ORDER BY seq, kind)";
    let both = "approval_asked,approval_asked,approval_escalated,approval_escalated";
    assert_eq!(stage.one(events).as_deref(), Some(both));
    // Whoever was called in answers, and the mark is gone with the question.
    stage.home.approve(&max, &id);
    let page = console.get(&pages[2], &login.shows()).is(200).body;
    assert!(!page.contains(">urgent<"), "{page}");
    let page = console.get("/", &login.shows()).is(200).body;
    assert!(!page.contains(&id) && !page.contains(">urgent<"), "{page}");
}
