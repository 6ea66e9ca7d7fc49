//! What a notice says, in words of ours: the one text that every way of telling shares.
//!
//! Made of a [`Notice`] and of the address of the console, nothing else, so that whatever is sent holds only what those can.

use crate::domain::approval::State;
use crate::domain::notice::Notice;
use crate::domain::run::RunState;
use crate::domain::time::Millis;
use uuid::Uuid;

/// A notice in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::notify) struct Facts {
    /// What it is about and how that stands.
    pub(in crate::notify) title: String,
    /// The label of the directive, of a run.
    pub(in crate::notify) label: Option<String>,
    /// A line below the title.
    pub(in crate::notify) about: Option<String>,
    /// Names and values.
    pub(in crate::notify) fields: Vec<(&'static str, String)>,
    /// Where it can be read and answered.
    pub(in crate::notify) link: String,
    /// How it ended, as a colour.
    pub(in crate::notify) colour: u32,
    /// When it happened.
    pub(in crate::notify) at: Millis,
}

const GREEN: u32 = 3_066_993;
const RED: u32 = 15_158_332;
const BLUE: u32 = 3_447_003;
const AMBER: u32 = 15_844_367;

/// Says it. `at` is the time of the event, `base` where the console is.
pub(in crate::notify) fn facts(notice: &Notice, at: Millis, base: &str) -> Facts {
    let plain = |title: &str, colour, fields, page: &str| Facts {
        title: title.to_owned(),
        label: None,
        about: None,
        fields,
        link: format!("{base}{page}"),
        colour,
        at,
    };
    match notice {
        Notice::Approval { id, state, tier, answer_by, waiting, urgent } => {
            let (word, colour) = if *urgent { ("URGENT", RED) } else { stands(*state) };
            let mut fields = vec![
                ("Status", word.to_lowercase()),
                ("Tier", tier.get().to_string()),
                ("Waiting", waiting.to_string()),
            ];
            if *state == State::Pending {
                fields.push(("Answer by", answer_by.rfc3339()));
            }
            let title = format!("Approval #{} - {word}", short(id));
            plain(&title, colour, fields, &format!("/approvals/{id}"))
        }
        Notice::Run { id, state, directive, done, total, tokens, started_at, ended_at } => {
            let mut fields = vec![
                ("Status", state.as_str().to_owned()),
                ("Jobs", format!("{done}/{total} completed")),
                ("LLM Tokens", tokens.to_string()),
            ];
            let times = [("Started", started_at), ("Ended", ended_at)];
            fields.extend(
                times.iter().filter_map(|(name, at)| Some((*name, at.as_ref()?.rfc3339()))),
            );
            let colour = if *state == RunState::Completed { GREEN } else { RED };
            let word = state.as_str().to_uppercase();
            let title = format!("Run #{} - {word}", short(id));
            Facts {
                label: Some(directive.as_str().to_owned()),
                about: Some(format!("Directive: {}", directive.as_str())),
                at: ended_at.unwrap_or(at),
                ..plain(&title, colour, fields, &format!("/runs/{id}"))
            }
        }
        Notice::Violation { objections, tier } => {
            let fields = vec![
                ("Severity", "critical".to_owned()),
                ("Objections", objections.to_string()),
                ("Tier", tier.get().to_string()),
            ];
            plain("Policy violation - CRITICAL", RED, fields, "/journal")
        }
        Notice::Journal { row } => {
            let fields = row.iter().map(|row| ("First broken row", row.to_string())).collect();
            plain("Journal - BROKEN", RED, fields, "/journal")
        }
        Notice::Test => {
            let mut facts = plain("Test Notification", BLUE, Vec::new(), "/notifications");
            facts.about = Some("Test from countersign".to_owned());
            facts
        }
    }
}

fn stands(state: State) -> (&'static str, u32) {
    match state {
        State::Pending => ("WAITING", AMBER),
        State::Approved => ("APPROVED", GREEN),
        State::Consumed => ("CONSUMED", GREEN),
        State::Denied => ("DENIED", RED),
        State::Expired => ("EXPIRED", RED),
        State::Cancelled => ("CANCELLED", RED),
    }
}

/// The last twelve digits: the part made at random, by which the command line finds it, too.
fn short(id: &Uuid) -> String {
    id.simple().to_string().chars().skip(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::Label;
    use crate::domain::ruling::Tier;

    #[test]
    fn a_run_is_told_as_title_directive_jobs_and_tokens() {
        let id = Uuid::parse_str("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        let notice = Notice::Run {
            id,
            state: RunState::Completed,
            directive: Label::new("Code Write").unwrap(),
            done: 2,
            total: 3,
            tokens: 1234,
            started_at: None,
            ended_at: Some(Millis(1_700_000_000_000)),
        };
        let told = facts(&notice, Millis(0), "http://127.0.0.1:7878");
        assert_eq!(told.title, "Run #b302099a8057 - COMPLETED");
        assert_eq!(told.about.as_deref(), Some("Directive: Code Write"));
        assert_eq!(told.colour, 3_066_993);
        assert_eq!(told.link, format!("http://127.0.0.1:7878/runs/{id}"));
        assert_eq!(told.at.rfc3339(), "2023-11-14T22:13:20.000Z");
        assert!(told.fields.contains(&("Jobs", "2/3 completed".to_owned())));
        assert!(told.fields.contains(&("LLM Tokens", "1234".to_owned())));
    }

    #[test]
    fn a_question_is_told_with_where_it_stands_and_until_when() {
        let tier = Tier::try_from(3).unwrap();
        let of = |state| {
            let (id, answer_by, urgent) = (Uuid::nil(), Millis(0), false);
            let notice = Notice::Approval { id, state, tier, answer_by, waiting: 4, urgent };
            facts(&notice, Millis(0), "https://c.test")
        };
        let (id, answer_by, state) = (Uuid::nil(), Millis(0), State::Pending);
        let urgent = Notice::Approval { id, state, tier, answer_by, waiting: 4, urgent: true };
        let urgent = facts(&urgent, Millis(0), "https://c.test");
        assert_eq!(urgent.title, "Approval #000000000000 - URGENT");
        assert!(urgent.fields.iter().any(|(name, _)| *name == "Answer by"));
        let asked = of(State::Pending);
        assert_eq!(asked.title, "Approval #000000000000 - WAITING");
        let names: Vec<_> = asked.fields.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["Status", "Tier", "Waiting", "Answer by"]);
        assert_eq!(of(State::Denied).title, "Approval #000000000000 - DENIED");
        assert_eq!(of(State::Expired).colour, 15_158_332);
        assert_eq!(of(State::Approved).fields.len(), 3);
    }
}
