//! Whatever is told: its keys are on a list, and each of its texts is an enum, a count, an id, a time or a label.

use crate::domain::approval::State;
use crate::domain::notice::{Label, Notice};
use crate::domain::ruling::Tier;
use crate::domain::run::RunState;
use crate::domain::time::Millis;
use crate::notify::discord::payload;
use crate::notify::facts::facts;
use crate::notify::mail::text;
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;
use uuid::Uuid;

const BASE: &str = "http://127.0.0.1:7878";
const KEYS: [&str; 12] = [
    "embeds",
    "title",
    "description",
    "url",
    "color",
    "fields",
    "timestamp",
    "name",
    "value",
    "inline",
    "allowed_mentions",
    "parse",
];

/// All texts that there may be. A label's own text is replaced by `LABEL` before.
fn forms() -> Regex {
    let state = "(waiting|urgent|approved|consumed|denied|expired|cancelled|created|executing|running|completed|failed|stopped)";
    let uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    let time = r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z";
    let name = "(Status|Tier|Waiting|Answer by|Jobs|LLM Tokens|Started|Ended|Severity|Objections|First broken row|At)";
    let value = format!("({state}|critical|[0-9]+(/[0-9]+ completed)?|{time})");
    let title = format!(
        "((Approval|Run) #[0-9a-f]{{12}} - (?i:{state})|Policy violation - CRITICAL|Journal - BROKEN|Test Notification)"
    );
    let about = "(Directive: LABEL|Test from countersign)";
    let link =
        format!("http://127\\.0\\.0\\.1:7878/((approvals|runs)/{uuid}|journal|notifications)");
    let mail = format!("({name}: {value}|-- |countersign|)");
    Regex::new(&format!("^({title}|{about}|{link}|{name}|{value}|{mail})$")).unwrap()
}

fn time() -> impl Strategy<Value = Millis> {
    (0..4_000_000_000_000_i64).prop_map(Millis)
}

fn notice() -> impl Strategy<Value = Notice> {
    let id = any::<u128>().prop_map(Uuid::from_u128);
    let states = [
        State::Pending,
        State::Approved,
        State::Consumed,
        State::Denied,
        State::Expired,
        State::Cancelled,
    ];
    let ends = [RunState::Completed, RunState::Failed, RunState::Stopped];
    let tier = || (0_u8..4).prop_map(|tier| Tier::try_from(tier).unwrap());
    let label = "[A-Za-z0-9 ._-]{1,40}".prop_map(|text| Label::new(&text).unwrap());
    let asked =
        (id.clone(), prop::sample::select(states.to_vec()), tier(), time(), any::<(u64, bool)>())
            .prop_map(|(id, state, tier, answer_by, (waiting, urgent))| Notice::Approval {
                urgent,
                id,
                state,
                tier,
                answer_by,
                waiting,
            });
    let counts = (any::<u64>(), any::<u64>(), any::<u64>());
    let times = (prop::option::of(time()), prop::option::of(time()));
    let run = (id, prop::sample::select(ends.to_vec()), label, counts, times).prop_map(
        |(id, state, directive, (done, total, tokens), (started_at, ended_at))| Notice::Run {
            id,
            state,
            directive,
            done,
            total,
            tokens,
            started_at,
            ended_at,
        },
    );
    let violation = (any::<u64>(), tier())
        .prop_map(|(objections, tier)| Notice::Violation { objections, tier });
    let journal = prop::option::of(any::<u64>()).prop_map(|row| Notice::Journal { row });
    prop_oneof![asked, run, violation, journal, Just(Notice::Test)]
}

/// All keys and texts below.
fn walk(value: &Value, keys: &mut Vec<String>, texts: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                keys.push(key.clone());
                walk(value, keys, texts);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, keys, texts)),
        Value::String(text) => texts.push(text.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_forms_let_no_words_through() {
    let forms = forms();
    for other in ["hello", "Directive: rm -rf", "Status: step_failed", "http://evil.test/runs/1"] {
        assert!(!forms.is_match(other), "{other}");
    }
}

proptest! {
    #[test]
    fn nothing_is_told_but_enums_counts_ids_times_and_labels(notice in notice(), at in time()) {
        let forms = forms();
        let mut told = facts(&notice, at, BASE);
        if let Notice::Run { directive, .. } = &notice {
            let about = told.about.take().unwrap();
            prop_assert_eq!(&about, &format!("Directive: {}", directive.as_str()));
            prop_assert_eq!(told.label.as_deref(), Some(directive.as_str()));
            told.about = Some("Directive: LABEL".to_owned());
        } else {
            prop_assert!(told.label.is_none());
        }
        let sent = serde_json::to_value(payload(&told)).unwrap();
        let (mut keys, mut texts) = (Vec::new(), Vec::new());
        walk(&sent, &mut keys, &mut texts);
        prop_assert!(keys.iter().all(|key| KEYS.contains(&key.as_str())), "{:?}", keys);
        texts.extend(text(&told).lines().map(str::to_owned));
        for text in texts {
            prop_assert!(forms.is_match(&text), "`{}`", text);
        }
    }
}
