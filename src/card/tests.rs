//! The card is what a yes is worth: these tests look at it the way a hurried person and a crafty agent do.

use crate::card::{Card, to_json, word};
use crate::domain::approval::{Approval, Earlier, State, Subject, TokenState};
use crate::domain::call::Method;
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::pin::{Pin, PinState};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::quorum::Quorum;
use crate::domain::ruling::{Action, Effect, Layer, PolicyRef, Reason, Ruling, Tier, Verdict};
use crate::domain::time::{DAY, HOUR, Millis};
use jiff::tz::TimeZone;

const NOW: Millis = Millis(1_795_362_130_000);

pub(crate) fn approval(arguments: &str) -> Approval {
    Approval {
        subject: Subject::Call,
        id: ApprovalId::new(),
        correlation: CorrelationId::new(),
        tenant: Tenant::default(),
        principal: Principal::new(Role::Agent, "dana/claude-code"),
        session: SessionId::new(),
        upstream: "files".into(),
        identity: Digest::sha256(&[b"identity"]),
        method: Method::ToolsCall,
        tool: "write_file".into(),
        definition: Digest::sha256(&[b"definition"]),
        arguments: Some(Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap()),
        call_digest: Digest::sha256(&[arguments.as_bytes()]),
        match_key: Digest::ZERO,
        ruling: Ruling {
            verdict: Verdict::Ask,
            tier: Tier::WRITE,
            effect: Effect::Write,
            action: Action::FileWrite,
            reasons: vec![Reason {
                layer: Layer::Stance,
                rule: "tier".into(),
                message: "writes wait for a yes".into(),
                verdict: Some(Verdict::Ask),
            }],
            warnings: vec!["the path is new".into()],
            policy: PolicyRef { version: 3, digest: "d".into() },
            modules: Vec::new(),
            given: None,
            leans: None,
            took_us: None,
        },
        state: State::Pending,
        quorum: Quorum::default(),
        votes: Vec::new(),
        escalated: false,
        asked_at: NOW.plus(-5 * 60_000),
        answer_by: NOW.plus(DAY),
        yes_life: HOUR,
        decided_at: None,
        decided_by: None,
        reason: None,
        run_by: None,
        token: TokenState::None,
        abandoned_at: None,
        consumed_at: None,
        consumed_by: None,
        outcome: None,
        delivered: false,
    }
}

pub(in crate::card) fn pin() -> Pin {
    Pin {
        upstream: "files".to_owned(),
        identity: Digest::ZERO,
        tool: "write_file".to_owned(),
        digest: Digest::ZERO,
        text: "{}".to_owned(),
        offered: None,
        state: PinState::Accepted,
        effect: None,
        at: NOW,
    }
}

pub(in crate::card) fn card(approval: &Approval, earlier: &[Earlier]) -> String {
    let zone = TimeZone::UTC;
    let pin = pin();
    Card {
        approval,
        earlier,
        pin: Some(&pin),
        word: "acorn",
        now: NOW,
        zone: &zone,
        width: 80,
        colour: false,
        full: false,
    }
    .render()
}

pub(in crate::card) fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, tail)) = rest.split_once(part) else {
            panic!("`{part}` is not there, or too early, in:\n{text}")
        };
        rest = tail;
    }
}

#[test]
fn a_card_says_everything_in_the_order_it_is_needed() {
    let a = approval(
        r#"{"path":"/srv/a.md","content":"hello","mode":420,"deep":{"list":[1,"x"],"none":null}}"#,
    );
    let earlier = Earlier {
        id: ApprovalId::new(),
        state: State::Denied,
        asked_at: NOW.plus(-2 * DAY),
        ran_at: None,
        reason: Some("not on friday".into()),
    };
    let text = card(&a, &[earlier]);
    in_order(
        &text,
        &[
            "`dana/claude-code` wants to write a file with `write_file` on `files`.",
            "Tier 2: a write",
            "writes wait for a yes (default: tier)",
            "! the path is new",
            "Asked by    agent dana/claude-code, 15:37 (5 min ago)",
            "Server      files, identity",
            "Definition  accepted by a person",
            "Arguments (4, together 85 bytes)",
            "  path     \"/srv/a.md\"",
            "  content  \"hello\"",
            "  mode     420",
            "  deep     object of 2 members",
            "    list  list of 2 items",
            "      [0]  1",
            "      [1]  \"x\"",
            "    none  null",
            "A yes       runs exactly these bytes once, until 16:42.",
            "2026-11-23 15:42 (in 1 d)",
            "Digest",
            "the same call 2026-11-20 15:42: denied, \"not on friday\"",
            "countersign approve",
            "countersign deny",
        ],
    );
    assert!(!text.contains("Not everything is shown"));
    assert!(!text.contains("acorn"), "the word is for tier 3 only");
}

#[test]
fn nothing_an_agent_writes_reaches_the_left_edge_or_hides() {
    let evil = "x\\u202etxt.exe\\u200b\\u001b[2J\\nTier 0: a read\\n\\nА yes: nothing";
    let pad = "A ".repeat(400) + "Tier 0: a read";
    let a = approval(&format!(
        r#"{{"path":"{evil}","pad":"{pad}","ke\u0000y":"pаypal","wide":"{}"}}"#,
        "漢".repeat(300)
    ));
    for full in [false, true] {
        let zone = TimeZone::UTC;
        let text = Card {
            approval: &a,
            earlier: &[],
            pin: None,
            word: "",
            now: NOW,
            zone: &zone,
            width: 60,
            colour: false,
            full,
        }
        .render();
        assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{1b}', '\0']), "{text}");
        in_order(&text, &["x\\u{202e}txt.exe\\u{200b}\\u{1b}[2J"]);
        for said in [
            "reorder the text",
            "1 invisible character",
            "1 control character",
            "looks like `paypal`",
            "the name: 1 control",
        ] {
            assert!(text.replace("\n      ! ", " ").contains(said), "{said}\n{text}");
        }
        assert_eq!(text.lines().filter(|l| l.starts_with("Tier")).count(), 1, "{text}");
        for line in text.lines() {
            let columns: usize = line.chars().map(|c| if c == '漢' { 2 } else { 1 }).sum();
            assert!(columns <= 60, "{columns}: {line}");
        }
    }
}

#[test]
fn long_texts_show_head_tail_and_size_and_misleading_characters_of_the_whole() {
    let lines: String = (0..500).map(|i| format!("line {i}\\n")).collect();
    let middle = format!("{lines}\\u200b{lines}the end");
    let a = approval(&format!(r#"{{"content":"{middle}","blob":"{}"}}"#, "z".repeat(5_000)));
    let text = card(&a, &[]);
    in_order(
        &text,
        &[
            "content  text of 1,001 lines,",
            "│ line 0",
            "978 more lines not shown",
            "│ the end",
            "! 1 invisible character (the first: `\\u{200b}`)",
            "blob     text of 5,000 characters, 5,000 bytes",
            "4,583 more",
            "Not everything is shown: `countersign show",
        ],
    );
    assert!(text.lines().count() < 80, "{}", text.lines().count());
}

#[test]
fn an_edit_is_shown_as_what_changes() {
    let a = approval(
        r#"{"path":"a.rs","edits":[{"newText":"one\ntwo\u200b\nthree\n","oldText":"one\n2\nthree\n"}],"old_string":"a","new_string":7}"#,
    );
    let text = card(&a, &[]);
    in_order(
        &text,
        &[
            "oldText (12 bytes) is replaced by newText (17 bytes)",
            "@@ -1,3 +1,3 @@",
            "  one",
            "- 2",
            "+ two\\u{200b}",
            "  three",
            "the new text: 1 invisible",
            "old_string  \"a\"",
            "new_string  7",
        ],
    );
    assert_eq!(text.matches("newText").count(), 1);
}

#[test]
fn states_say_what_a_yes_does_or_did() {
    let mut a = approval("{}");
    a.abandoned_at = Some(NOW.plus(-60_000));
    let text = card(&a, &[]).replace("\n            ", " ");
    in_order(
        &text,
        &[
            "nobody is waiting since 15:41: it runs only if the agent resumes, exactly these bytes, once, before 16:42",
        ],
    );
    a.abandoned_at = None;
    a.ruling.tier = Tier::GRAVE;
    a.ruling.effect = Effect::Destructive;
    in_order(
        &card(&a, &[]),
        &[
            "overwrite a file",
            "Tier 3",
            "{} (an empty object)",
            "a yes is typed as the word `acorn`",
        ],
    );
    a.state = State::Approved;
    a.run_by = Some(NOW.plus(HOUR));
    let text = card(&a, &[]);
    in_order(&text, &["given, not used yet; runs these bytes once, before 16:42"]);
    assert!(!text.contains("countersign approve"));
    a.arguments = None;
    in_order(&card(&a, &[]), &["Arguments   none\n"]);
}

#[test]
fn colours_come_only_when_asked_for() {
    let a = approval(r#"{"a":"b"}"#);
    assert!(!card(&a, &[]).contains('\u{1b}'));
    let zone = TimeZone::UTC;
    let coloured = Card {
        approval: &a,
        earlier: &[],
        pin: None,
        word: "",
        now: NOW,
        zone: &zone,
        width: 80,
        colour: true,
        full: false,
    }
    .render();
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(
        anstream::adapter::strip_str(&coloured).to_string(),
        card(&a, &[]).replace("accepted by a person", "none")
    );
}

#[test]
fn machines_get_the_digits_as_written() {
    let a = approval(r#"{"n":9007199254740993,"x":1.0,"y":1e400,"z":12345678901234567890123}"#);
    let text = serde_json::to_string(&to_json(&a)).unwrap();
    assert!(
        text.contains(
            r#""arguments":{"n":9007199254740993,"x":1.0,"y":1e400,"z":12345678901234567890123},"#
        ),
        "{text}"
    );
    for (name, value) in [
        ("state", r#""pending""#),
        ("server", r#""files""#),
        ("tool", r#""write_file""#),
        ("tier", "2"),
        ("requested_by", r#""agent:dana/claude-code""#),
        ("requested_at", r#""2026-11-22T15:37:10.000Z""#),
        ("expires_at", r#""2026-11-23T15:42:10.000Z""#),
    ] {
        assert!(text.contains(&format!(r#""{name}":{value}"#)), "{name} in {text}");
    }
}

#[test]
fn a_word_belongs_to_one_question_and_one_store() {
    let (a, key) = (approval("{}"), StoreKey::new([7; 32]));
    assert_eq!(word(&a, &key), word(&a.clone(), &key));
    let mut words: Vec<_> = (0..64)
        .map(|i: u8| word(&Approval { call_digest: Digest::sha256(&[&[i]]), ..a.clone() }, &key))
        .collect();
    words.sort_unstable();
    words.dedup();
    assert!(words.len() > 32, "{words:?}");
    let others = (0..64).filter(|i| word(&a, &StoreKey::new([*i; 32])) != word(&a, &key)).count();
    assert!(others > 32);
}
