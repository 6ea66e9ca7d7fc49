//! The words an agent reads when a call did not run: what happened, why, and what would work instead.
//!
//! They never name a command: whoever reads them may have a shell.

mod question;

use crate::domain::approval::{Approval, State};
use crate::domain::call::Call;
use crate::domain::id::{ApprovalId, RunId};
use crate::domain::ruling::{Ruling, Verdict};
use crate::journal::NoPermit;
use crate::store::{NotConsumed, StoreError};
use serde_json::{Value, json};

/// Why a call did not run, for a person to read and for a program to act on.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Stable code.
    pub code: &'static str,
    /// The whole text.
    pub text: String,
    /// Whether this is an error of the request itself (answered as a protocol error), not of the call.
    pub protocol: bool,
    /// Whether the caller no longer waits for the question.
    pub leaves: bool,
    /// The question it is about: id, state, times, tier.
    pub approval: Option<Value>,
    /// The question whose run it is the only word about: an outcome that nobody knows.
    pub of: Option<ApprovalId>,
}

/// What a waiter found.
#[derive(Debug)]
pub enum ToWaitFor {
    /// The yes is there and unused.
    Nothing(Box<Approval>),
    /// Somebody else used it; his outcome is ours.
    AnothersRun(Box<Approval>),
}

fn refusal(code: &'static str, text: impl Into<String>) -> Refusal {
    Refusal { code, text: text.into(), protocol: false, leaves: false, approval: None, of: None }
}

impl Refusal {
    /// Adds the question it is about.
    #[must_use]
    pub fn about(mut self, approval: &Approval) -> Self {
        self.approval = Some(json!({
            "id": approval.id,
            "state": approval.state,
            "tier": approval.ruling.tier,
            "asked_at": approval.asked_at.rfc3339(),
            "expires_at": approval.run_by.unwrap_or(approval.answer_by).rfc3339(),
            "call_digest": approval.call_digest.short(),
            "reason": approval.reason,
        }));
        self
    }

    /// Policy says no.
    #[must_use]
    pub fn by_policy(call: &Call, ruling: &Ruling) -> Self {
        let denying = ruling.reasons.iter().filter(|r| r.verdict == Some(Verdict::Deny));
        let why: Vec<&str> = denying.map(|r| r.message.as_str()).collect();
        refusal(
            "denied_by_policy",
            format!(
                "NOT EXECUTED. Policy denies `{}`: {}. Nothing was changed. Asking again will not help; \
                 tell the user, who can change the policy.",
                call.name(),
                why.join("; ")
            ),
        )
    }

    /// A yes is needed and this session does not ask.
    #[must_use]
    pub fn needs_a_yes(call: &Call, ruling: &Ruling) -> Self {
        refusal(
            "needs_a_yes",
            format!(
                "NOT EXECUTED. `{}` (tier {}) needs a person's yes, and this session is set not to ask. \
                 Nothing was changed.",
                call.name(),
                ruling.tier
            ),
        )
    }

    /// The client took the call back before anything was sent.
    #[must_use]
    pub fn withdrawn() -> Self {
        Self {
            leaves: true,
            ..refusal("withdrawn", "NOT EXECUTED. The call was cancelled before it was sent.")
        }
    }

    /// No such tool, prompt or resource.
    #[must_use]
    pub fn unknown(name: &str) -> Self {
        let shown = crate::domain::visible::inline(name);
        let shown = crate::domain::visible::shorten(&shown, 80);
        Self {
            protocol: true,
            ..refusal("unknown_tool", format!("there is no `{shown}` here; list what there is"))
        }
    }

    /// No such tool or prompt, but not every server has said what it has.
    #[must_use]
    pub fn not_listed(name: &str, silent: &[&str]) -> Self {
        let known = Self::unknown(name);
        let text = format!(
            "{}; the servers `{}` have not listed what they have, so it may be theirs",
            known.text,
            silent.join("`, `")
        );
        Self { text, ..known }
    }

    /// No such question of this principal.
    #[must_use]
    pub fn no_such_approval(id: ApprovalId) -> Self {
        refusal("not_found", format!("there is no approval `{id}` of yours"))
    }

    /// The server cannot take the call now. Nothing was used up.
    #[must_use]
    pub fn upstream_down(name: &str, why: &str) -> Self {
        refusal(
            "upstream_down",
            format!(
                "NOT EXECUTED. The server `{name}` cannot be reached: {why}. Nothing was sent."
            ),
        )
    }

    /// It was sent, or may have been, and no answer came.
    #[must_use]
    pub fn unknown_outcome(name: &str, why: &str) -> Self {
        refusal(
            "outcome_unknown",
            format!(
                "OUTCOME UNKNOWN. `{name}` was sent and no result came ({why}). It may have run. It will not be \
                 sent again; look at the state of things before you decide what to do."
            ),
        )
    }

    /// The store could not do what must be done before a call may run.
    #[must_use]
    pub fn store(error: &StoreError) -> Self {
        // The details may name files; they belong to the operator's log.
        tracing::error!("{error}");
        match error {
            StoreError::ClockBehind { .. } => refusal(
                "clock_behind",
                "NOT EXECUTED. This machine's clock stands behind the journal, and nothing is asked or decided by \
                 such a clock. Tell the user; the gateway's log says more.",
            ),
            // A commit that may have happened: still nothing was sent, and now nothing will be.
            StoreError::CommitUnknown(_)
            | StoreError::Unusable(_)
            | StoreError::Newer { .. }
            | StoreError::Unsafe { .. }
            | StoreError::NotBuiltIn(_) => refusal(
                "unrecorded",
                "NOT EXECUTED. The journal could not be written, and nothing runs without a record. Tell the user; \
                 the gateway's log says why.",
            ),
        }
    }

    /// The store failed while a run was executed.
    #[must_use]
    pub fn unrecorded_run(run: RunId) -> Self {
        refusal(
            "unrecorded_run",
            format!(
                "INTERRUPTED. The journal could not be written while the run {run} was executed, so how far it came is \
                 not on record; steps may have run. Tell the user; the gateway's log says why. `run_status` tells what \
                 is known, and `execute_run` goes on once the journal can be written: no step is sent twice without a \
                 person's yes."
            ),
        )
    }

    /// A run cannot begin, or go on, under the configuration of this session; it stays as it is.
    #[must_use]
    pub fn not_now(run: RunId, code: &'static str, why: &str) -> Self {
        refusal(
            code,
            format!(
                "NOT EXECUTED. {why}. The run {run} stays as it is, and its yes is not used: tell the user, who can \
                 change the configuration, and then call `execute_run` again; or take its question back with \
                 `cancel_approval`, which gives its keys back, and make the run anew."
            ),
        )
    }

    /// A step's server is not one of this session's.
    #[must_use]
    pub fn upstream_unknown(name: &str) -> Self {
        let name = crate::domain::visible::inline(name);
        let name = crate::domain::visible::shorten(&name, 80);
        refusal(
            "upstream_unknown",
            format!(
                "NOT EXECUTED. This session has no server `{name}`. Nothing was sent. Go on from a session that has."
            ),
        )
    }

    /// There is no permit.
    #[must_use]
    pub fn no_permit(why: &NoPermit) -> Self {
        match why {
            NoPermit::Paused => refusal(
                "paused",
                "NOT EXECUTED. This agent was paused by the user. Stop, and tell the user that you did.",
            ),
            NoPermit::NotAllowed => {
                refusal("denied_by_policy", "NOT EXECUTED. Policy does not allow it.")
            }
            NoPermit::Store(error) => Self::store(error),
            NoPermit::NotConsumed(NotConsumed::CallDiffers) => refusal(
                "call_changed",
                "NOT EXECUTED. The server or the tool's definition changed since the yes was given, so the yes \
                 is not for this call any more. Make the call again to ask anew.",
            ),
            NoPermit::NotConsumed(NotConsumed::TierRose) => refusal(
                "tier_rose",
                "NOT EXECUTED. The call is graver under the policy of now than what was approved. Make the call \
                 again to ask anew.",
            ),
            NoPermit::NotConsumed(NotConsumed::NeedsToken) => refusal(
                "needs_token",
                "NOT EXECUTED. The yes needs its answer token; present it with `pending_approve`.",
            ),
            NoPermit::NotConsumed(NotConsumed::State(State::Expired)) => refusal(
                "expired",
                "NOT EXECUTED. The time in which the yes could be used is over. Ask the user before you ask anew.",
            ),
            NoPermit::NotConsumed(NotConsumed::State(state)) => refusal(
                "not_usable",
                format!("NOT EXECUTED. The approval is {} and cannot be used.", state.as_str()),
            ),
            NoPermit::NotConsumed(NotConsumed::NotThere) => {
                refusal("not_found", "NOT EXECUTED. There is no such approval of yours.")
            }
            NoPermit::NotConsumed(NotConsumed::Paused) => Self::no_permit(&NoPermit::Paused),
            NoPermit::OverBudget(over) | NoPermit::NotConsumed(NotConsumed::OverBudget(over)) => {
                Self::over_budget(over)
            }
        }
    }
}
