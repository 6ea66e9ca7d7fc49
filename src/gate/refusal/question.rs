//! The words about a question: that it still waits, that it is not about a call, that it ended without a yes.
//!
//! They never name a command, and they say what an agent may do next so that it neither polls nor looks for a way around.

use crate::domain::approval::{Approval, State, Subject};
use crate::domain::id::RunId;
use crate::gate::refusal::{Refusal, refusal};

impl Refusal {
    /// What a call came back with is nothing that we gave for it.
    #[must_use]
    pub fn foreign_state() -> Self {
        let text = "`requestState` was not given for this call, or its time is over; nothing was executed: make the \
                    call without it";
        Self { protocol: true, ..refusal("state_invalid", text) }
    }

    /// What a call came back with was used before.
    #[must_use]
    pub fn used_state() -> Self {
        let text = "`requestState` was used before; nothing was executed";
        Self { protocol: true, ..refusal("state_used", text) }
    }

    /// The question is still open.
    #[must_use]
    pub fn pending(approval: &Approval, durable: bool) -> Self {
        let minutes = |until: crate::domain::time::Millis| until.rfc3339();
        let memory = if durable {
            ""
        } else {
            " This gateway keeps its questions in memory only: they end with this process."
        };
        if !approval.subject.is_call() {
            return Self::pending_own(approval, memory);
        }
        let asleep = if approval.state == State::Approved {
            " It was approved with an answer token; it runs once the token is presented."
        } else {
            ""
        };
        let waiting = refusal(
            "waiting",
            format!(
                "NOT EXECUTED, waiting for a yes. `{}.{}` (tier {}) needs a person to say yes. Approval {} can \
                 be answered until {}. Nothing was changed.{asleep} Tell the user that it waits; then call \
                 `resume_call` with this id once (it waits by itself), or repeat exactly this call after the \
                 yes. Do not poll, and do not try another tool to get the same effect.{memory}",
                approval.upstream,
                approval.tool,
                approval.ruling.tier,
                approval.id,
                minutes(approval.answer_by)
            ),
        );
        match approval.subject {
            Subject::Step(run, step) => waiting.of_step(run, step),
            Subject::Call | Subject::Plan(_) | Subject::Run(_) | Subject::Policy(_) => waiting,
        }
        .about(approval)
    }

    /// The question about a plan or a run is still open.
    fn pending_own(approval: &Approval, memory: &str) -> Self {
        let what = approval.subject.kind();
        let (state, then) = if approval.state == State::Approved {
            let then = match approval.subject {
                Subject::Plan(_) => {
                    "whoever holds the token uses it with `consume_approval`".into()
                }
                Subject::Run(run) => {
                    format!("present the token with `approve_run` and the run's id {run}")
                }
                Subject::Policy(_) => "present the token with `apply_policy_suggestion`".to_owned(),
                Subject::Call | Subject::Step(..) => {
                    "present the token with `pending_approve`".to_owned()
                }
            };
            ("It was approved with an answer token", then)
        } else {
            let then = match approval.subject {
                Subject::Run(run) => {
                    format!("call `execute_run` with the run's id {run} once (it waits by itself)")
                }
                Subject::Policy(_) => {
                    "apply it with `apply_policy_suggestion` once there is a yes".to_owned()
                }
                Subject::Call | Subject::Plan(_) | Subject::Step(..) => {
                    "call `resume_call` with this id once (it waits by itself)".to_owned()
                }
            };
            ("A person must say yes", then)
        };
        refusal(
            "waiting",
            format!(
                "NOT EXECUTED, waiting for a yes to the {what} (tier {}), approval {}, which can be answered until \
                 {}. Nothing was changed. {state}; tell the user, then {then}. Do not poll, and do not try another \
                 tool to get the same effect.{memory}",
                approval.ruling.tier,
                approval.id,
                approval.answer_by.rfc3339()
            ),
        )
        .about(approval)
    }

    /// The same, for the question whether a step of a run may be sent once more.
    fn of_step(mut self, run: RunId, step: u32) -> Self {
        self.text.push_str(&format!(
            " It is step {} of the run {run}, which was sent before without an answer: go on with `execute_run` \
             and the run's id, not by repeating the call.",
            step.saturating_add(1)
        ));
        self
    }

    /// There is a yes, but to a plan or a run: nothing can be sent by it.
    #[must_use]
    pub fn not_a_call(approval: &Approval) -> Self {
        let text = match approval.subject {
            Subject::Plan(hash) => format!(
                "APPROVED. A person said yes to the plan {}; nothing was executed here. Use the yes with \
                 `consume_approval`, with the id {} and this `ir_hash`, right before the plan is executed; it counts \
                 once.",
                crate::ir::show_hash(&hash),
                approval.id
            ),
            Subject::Run(run) => format!(
                "APPROVED. A person said yes to the run {run}; nothing was executed here. Go on with `execute_run`."
            ),
            Subject::Policy(_) => {
                "APPROVED. A person said yes to this policy suggestion. Apply it with \
                 `apply_policy_suggestion`."
                    .to_owned()
            }
            Subject::Call | Subject::Step(..) => {
                "NOT EXECUTED. This is the approval of a call.".to_owned()
            }
        };
        refusal("not_a_call", text).about(approval)
    }

    /// The yes that there is was said by fewer people, or others, than must say it now.
    #[must_use]
    pub fn too_few() -> Self {
        refusal(
            "quorum_rose",
            "NOT EXECUTED. More people, or others, must say yes to this call now than did. Nothing was changed. Make \
             the call again to ask anew.",
        )
    }

    /// The client's own user said no to a call that needs no yes any more.
    #[must_use]
    pub fn declined(approval: &Approval) -> Self {
        refusal(
            "denied",
            format!(
                "NOT EXECUTED. The client's user said no to `{}.{}`. Nothing was changed. Do not repeat the call or \
                 look for another way to the same effect.",
                approval.upstream, approval.tool
            ),
        )
        .about(approval)
    }

    /// The question ended without a yes.
    #[must_use]
    pub fn ended(approval: &Approval) -> Self {
        let said = approval.reason.as_deref().unwrap_or("no reason was given");
        let name = format!("{}.{}", approval.upstream, approval.tool);
        match approval.state {
            State::Denied => refusal(
                "denied",
                format!(
                    "NOT EXECUTED. A person said no to `{name}`: {said}. Nothing was changed. This is final: do \
                     not repeat the call or look for another way to the same effect."
                ),
            ),
            State::Expired => refusal(
                "expired",
                format!(
                    "NOT EXECUTED. Nobody answered the question about `{name}` in time, or the yes was not used \
                     in time. Nothing was changed. Ask the user before you make the call again."
                ),
            ),
            State::Cancelled => refusal(
                "cancelled",
                format!("NOT EXECUTED. The question about `{name}` was taken back: {said}. Nothing was changed."),
            ),
            State::Pending | State::Approved | State::Consumed => refusal(
                "already_used",
                format!("NOT EXECUTED again. The yes for `{name}` was already used; it runs once."),
            ),
        }
        .about(approval)
    }
}
