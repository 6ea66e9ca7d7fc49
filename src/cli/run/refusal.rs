//! Why a run did not go on, in words for people: a refusal's own text speaks to an agent.

use crate::cli::exit::{Code, Stop};
use crate::domain::run::Run;
use crate::domain::visible;
use crate::gate::Refusal;
use crate::run::NotRun;
use serde_json::Value;

/// The exit code of a refusal, whichever command met it.
pub(super) fn code_of_refusal(refusal: &Refusal) -> Code {
    match refusal.code {
        "waiting" | "withdrawn" | "paused" | "budget_exceeded" => Code::Pending,
        "denied" | "expired" | "cancelled" | "denied_by_policy" => Code::Denied,
        _ => Code::Failure,
    }
}

/// Why a run did not go on, as an error of the command.
pub(super) fn not_run(why: NotRun, run: &Run) -> anyhow::Error {
    let stop = match why {
        NotRun::NotFound => {
            Stop::new(Code::Denied, "this run was made by somebody else, who alone executes it")
        }
        NotRun::Forgotten => Stop::new(
            Code::Failure,
            "the plan of this run was erased by the retention rules before it was begun",
        )
        .help("make it anew with `countersign run create`"),
        NotRun::Running => Stop::new(Code::Pending, "another process executes this run"),
        NotRun::Ended(state) => Stop::new(
            Code::Failure,
            format!(
                "nothing would be sent: this run is {} and its calls are forgotten",
                state.as_str()
            ),
        ),
        NotRun::Refused(refusal) => {
            let (what, help) = told(&refusal, Some(run));
            let mut stop = Stop::new(code_of_refusal(&refusal), what);
            stop.help = help;
            stop
        }
        NotRun::Store(error) => return error.into(),
    };
    stop.into()
}

/// What a refusal says to whoever typed the command, and what to do. `run`: the one that it stopped, if there is one.
pub(super) fn told(refusal: &Refusal, run: Option<&Run>) -> (String, Option<String>) {
    let about = |name: &str| refusal.approval.as_ref()?.get(name).and_then(Value::as_str);
    let question = about("id").unwrap_or("ID");
    // A step that is sent once more has a question of its own.
    let own = run.filter(|run| run.approval.is_some_and(|id| about("id") == Some(&id.to_string())));
    let because = about("reason")
        .map(|reason| format!(": {}", visible::inline(reason).text))
        .unwrap_or_default();
    let anew = || Some("make a run of the plan anew, under other idempotency keys".to_owned());
    match refusal.code {
        "waiting" => {
            let (what, how) = match own {
                Some(run) => ("it waits for a yes", format!("countersign run approve {}", run.id)),
                None => (
                    "a step was sent before and nobody knows whether it ran, so it waits for a yes to be sent once more",
                    format!("countersign approve {question}"),
                ),
            };
            (what.to_owned(), Some(format!("`{how}` gives it; then execute the run again")))
        }
        "denied" => (format!("a person said no{because}"), None),
        "expired" => {
            let what = "nobody answered in time, or the yes was not used in time".to_owned();
            let again = || Some("execute the run again to ask again".to_owned());
            (what, if own.is_some() { anew() } else { again() })
        }
        "cancelled" => (format!("the question about it was taken back{because}"), None),
        "denied_by_policy" => (
            happened(&refusal.text),
            Some("change the plan, or the rules of the configuration".to_owned()),
        ),
        "upstream_down" => {
            (happened(&refusal.text), Some("`countersign doctor` checks how it is started; then try again".to_owned()))
        }
        "unknown_tool" => (
            refusal.text.replace("; list what there is", ""),
            Some("`countersign tools list` lists what there is".to_owned()),
        ),
        "paused" => (
            "this agent is paused, so nothing is sent for it".to_owned(),
            Some("`countersign unpause` lets it go on".to_owned()),
        ),
        "budget_exceeded" => (
            happened(&refusal.text),
            Some("`countersign run execute` goes on once it fits, or the budget in the configuration is raised".to_owned()),
        ),
        "call_changed" => (
            "the server or the definition of a tool changed since the yes, which is for no other call".to_owned(),
            anew(),
        ),
        "tier_rose" => {
            ("it is graver under the policy of now than what was approved".to_owned(), anew())
        }
        "quorum_rose" => ("more people, or others, must say yes now than did".to_owned(), anew()),
        "needs_token" => (
            "the yes was given as an answer token, which nobody presented yet".to_owned(),
            Some("whoever has it presents it with the tool `approve_run`".to_owned()),
        ),
        "withdrawn" => (
            "it was interrupted before the next step was sent".to_owned(),
            Some("`countersign run execute` goes on with it".to_owned()),
        ),
        _ => (refusal.text.trim_start_matches("NOT EXECUTED. ").to_owned(), None),
    }
}

/// The first sentence of a refusal's text, which says what happened; the next ones tell an agent what to do.
fn happened(text: &str) -> String {
    let text = text.trim_start_matches("NOT EXECUTED. ");
    let end = [". Nothing was ", ". Asking again "].iter().filter_map(|next| text.find(next)).min();
    let first = end.and_then(|end| text.get(..end)).unwrap_or(text).trim_end_matches('.');
    let mut chars = first.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &'static str, text: &str) -> Refusal {
        Refusal { code, text: text.into(), ..Refusal::withdrawn() }
    }

    #[test]
    fn people_are_told_what_happened_and_nothing_that_agents_are_to_do() {
        let down = Refusal::upstream_down("notes", "it ended with code 1");
        assert_eq!(code_of_refusal(&down), Code::Failure);
        assert_eq!(
            told(&down, None).0,
            "the server `notes` cannot be reached: it ended with code 1"
        );
        let policy = "NOT EXECUTED. Policy denies `a.b`: a rule. Nothing was changed. Asking again will not help; \
                      tell the user, who can change the policy.";
        assert_eq!(
            told(&refused("denied_by_policy", policy), None).0,
            "policy denies `a.b`: a rule"
        );
        assert_eq!(told(&Refusal::unknown("x"), None).0, "there is no `x` here");
        let other = refused("unrecorded", "NOT EXECUTED. The journal could not be written.");
        assert_eq!(told(&other, None).0, "The journal could not be written.");
        for code in [
            "waiting",
            "denied",
            "expired",
            "cancelled",
            "denied_by_policy",
            "upstream_down",
            "paused",
            "budget_exceeded",
            "call_changed",
            "tier_rose",
            "withdrawn",
            "unrecorded",
        ] {
            let (what, help) = told(&refused(code, policy), None);
            let all = format!("{what} {}", help.unwrap_or_default());
            assert!(!all.contains("NOT EXECUTED"), "{code}: {all}");
        }
    }
}
