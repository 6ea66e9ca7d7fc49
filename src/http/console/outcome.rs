//! What became of an answer, in one sentence, and whether there is more to come.

use crate::card::kept::{became, ended, meaning};
use crate::card::when::clock;
use crate::domain::approval::{Approval, State, Subject};
use crate::domain::outcome::OutcomeKind;
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::http::House;
use crate::http::refused::Refused;
use jiff::tz::TimeZone;

/// What became of one question.
pub(in crate::http::console) struct OutcomeView {
    pub(in crate::http::console) id: String,
    pub(in crate::http::console) what: String,
    pub(in crate::http::console) state: &'static str,
    pub(in crate::http::console) said: String,
    /// Whether something went wrong.
    pub(in crate::http::console) is_bad: bool,
    /// What was kept of the answer, where something was.
    pub(in crate::http::console) kept: Option<String>,
    /// Whether it is to change by itself, so that the page looks again.
    pub(in crate::http::console) is_moving: bool,
}

/// Says what became of a question.
pub(in crate::http::console) fn said(a: &Approval, now: Millis) -> OutcomeView {
    let zone = TimeZone::system();
    let by = a.run_by.map_or_else(String::new, |at| format!(" before {}", clock(at, now, &zone)));
    let does = match a.subject {
        Subject::Call | Subject::Step(..) => "runs once",
        Subject::Plan(_) => "counts once",
        Subject::Run(_) => "runs its steps",
        Subject::Policy(_) => "can be applied once",
    };
    let (said, is_bad) = match (a.state, a.outcome) {
        (State::Pending, _) => (
            format!("your answer counts; {} of {} yeses are there", a.ayes(), a.quorum.required),
            false,
        ),
        (State::Approved, _) if a.abandoned_at.is_some() => {
            (format!("approved; nobody is waiting: {does} only if the agent resumes{by}"), false)
        }
        (State::Approved, _) => (format!("approved; {does}{by}"), false),
        (State::Consumed, None) if a.subject.is_call() => {
            ("approved; it is running".to_owned(), false)
        }
        (State::Consumed, None) => ("approved, and used".to_owned(), false),
        (State::Consumed, Some(OutcomeKind::Ran)) => ("approved; it ran".to_owned(), false),
        (State::Consumed, Some(OutcomeKind::Failed)) => {
            ("approved; it was sent, and the server says that it failed".to_owned(), true)
        }
        (State::Consumed, Some(OutcomeKind::Unknown)) => {
            ("approved; it was sent, and nobody knows whether it ran".to_owned(), true)
        }
        (State::Denied, _) => match &a.reason {
            Some(reason) => {
                let reason = visible::shorten(&visible::inline(reason), 200);
                (format!("denied; the agent is told: \"{reason}\""), false)
            }
            None => ("denied; the agent is told so, without a reason".to_owned(), false),
        },
        (State::Expired, _) => ("its time ran out; nothing ran".to_owned(), true),
        (State::Cancelled, _) => ("it was taken back; nothing ran".to_owned(), false),
    };
    let is_open = a.state == State::Consumed && a.outcome.is_none() && a.subject.is_call();
    OutcomeView {
        id: a.id.to_string(),
        what: name(&a.upstream, &a.tool),
        state: a.state.as_str(),
        said,
        is_bad,
        kept: None,
        is_moving: a.state == State::Approved || is_open,
    }
}

/// What was kept of the answer to a question, in a sentence; where it was `wished` just now, also that nothing was.
///
/// # Errors
/// Those of the store.
pub(in crate::http::console) async fn kept(
    house: &House,
    a: &Approval,
    wished: bool,
) -> Result<Option<String>, Refused> {
    if (a.decided_at.is_none() && !wished) || a.subject != Subject::Call {
        return Ok(None);
    }
    let kept = house.store.remembered_by(&house.tenant, a.id).await?;
    Ok(match kept {
        Some(kept) => Some(match kept.ended {
            None => meaning(&kept.wish, kept.allows),
            Some((why, _)) => {
                format!("Its answer was kept, and counts no more: {}.", ended(why))
            }
        }),
        None => wished.then(|| {
            let (first, rest) = became(a, false).split_at(1);
            format!("{}{rest}.", first.to_uppercase())
        }),
    })
}

/// `server: tool`, short and safe to show.
pub(in crate::http::console) fn name(upstream: &str, tool: &str) -> String {
    let shown = |text: &str| visible::shorten(&visible::inline(text), 80);
    if upstream.is_empty() { shown(tool) } else { format!("{}: {}", shown(upstream), shown(tool)) }
}
