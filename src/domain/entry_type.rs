//! The types of the journal's rows, each with its word, in one list.
//!
//! The words are a contract: they stand in hashed rows, in filters and in events. The nine that begin with `ir.` are
//! exactly those of the events of plans (the page that defines them counts eight and lists nine); everything that
//! is ours alone has another first part.

use serde::{Deserialize, Serialize};

macro_rules! entry_types {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// What a row records.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EntryType {
            $($(#[doc = $doc])* #[serde(rename = $word)] $name,)*
        }

        impl EntryType {
            /// All of them, in the order of this list.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word in the store and on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

entry_types! {
    /// A client's process of ours began.
    SessionOpened = "session.opened",
    /// It ended, or was found dead.
    SessionClosed = "session.closed",
    /// A call may be sent: the intent, written before sending.
    CallPermitted = "call.permitted",
    /// A call was refused; nothing was sent.
    CallRefused = "call.refused",
    /// How a permitted call ended.
    CallOutcome = "call.outcome",
    /// A question was put.
    ApprovalAsked = "approval.asked",
    /// Another caller waits for the same question.
    ApprovalAttached = "approval.attached",
    /// Yes.
    ApprovalApproved = "approval.approved",
    /// No.
    ApprovalDenied = "approval.denied",
    /// Nobody answered, or nobody used the yes, in time.
    ApprovalExpired = "approval.expired",
    /// Taken back.
    ApprovalCancelled = "approval.cancelled",
    /// The last waiter left.
    ApprovalAbandoned = "approval.abandoned",
    /// The yes was used. The `call.permitted` row of the same transaction is its intent.
    ApprovalConsumed = "approval.consumed",
    /// Somebody tried to decide, redeem or run and may not.
    ApprovalRefused = "approval.refused",
    /// An answer token was minted.
    TokenMinted = "token.minted",
    /// An answer token was presented and taken.
    TokenRedeemed = "token.redeemed",
    /// A user was added.
    UserAdded = "user.added",
    /// A user was revoked.
    UserRevoked = "user.revoked",
    /// A definition was pinned at first sight.
    ToolPinned = "tool.pinned",
    /// A server tells another definition than the pinned one.
    ToolChanged = "tool.changed",
    /// A person accepted a definition.
    ToolAccepted = "tool.accepted",
    /// An agent, or all, were stopped.
    AgentPaused = "agent.paused",
    /// And let go on.
    AgentUnpaused = "agent.unpaused",
    /// A policy was met that this store had not seen.
    PolicyLoaded = "policy.loaded",
    /// A change of policy was proposed; the question about it is asked in the same transaction.
    PolicyProposed = "policy.proposed",
    /// A change was applied.
    PolicyApplied = "policy.applied",
    /// A version was taken back.
    PolicyRolledBack = "policy.rolled_back",
    /// A change was refused by a person.
    PolicyRejected = "policy.rejected",
    /// Somebody tried to change policy and may not, or too late.
    PolicyRefused = "policy.refused",
    /// An edit of the configuration that loosens waits for a person.
    PolicyWaiting = "policy.waiting",
    /// A person accepted it, or it was the first, or loosens nothing.
    PolicyAccepted = "policy.accepted",
    /// The layer of modules is switched off, or on again, in a process.
    PolicyEnforcement = "policy.enforcement",
    /// Policy was asked about something that is no call of ours.
    PolicyChecked = "policy.checked",
    /// A person says that a call was safe or unsafe.
    CallLabelled = "call.labelled",
    /// The clock was accepted although it stands behind the journal.
    ClockAccepted = "clock.accepted",
    /// Bodies or rows were erased by the retention rules.
    JournalPruned = "journal.pruned",
    /// A plan was validated and needs nobody.
    IrValidatedPass = "ir.validated_pass",
    /// A plan was validated and needs a yes.
    IrValidatedEscalate = "ir.validated_escalate",
    /// A plan was refused.
    IrValidatedReject = "ir.validated_reject",
    /// A yes to a plan was asked for.
    IrApprovalCreated = "ir.approval_created",
    /// The yes to a plan was redeemed.
    IrApprovalConsumed = "ir.approval_consumed",
    /// Somebody came with a yes to a plan after its time.
    IrApprovalExpired = "ir.approval_expired",
    /// Somebody came with what is no yes to this plan.
    IrApprovalInvalid = "ir.approval_invalid",
    /// What is to be executed is the plan.
    IrDagDiffOk = "ir.dag_diff_ok",
    /// What is to be executed is not the plan.
    IrDagDiffFailed = "ir.dag_diff_failed",
    /// A run was wanted and not made.
    RunRefused = "run.refused",
    /// A plan was resolved to calls.
    RunCreated = "run.created",
    /// Its execution began, or went on after an interruption.
    RunStarted = "run.started",
    /// Its execution paused or its process is gone; it may go on.
    RunInterrupted = "run.interrupted",
    /// A step could not go on as it was approved; nothing after it ran.
    RunStopped = "run.stopped",
    /// Every step ran.
    RunCompleted = "run.completed",
    /// A step failed; nothing after it ran.
    RunFailed = "run.failed",
    /// A person is asked whether a step of unknown outcome may go once more.
    RunStepAsked = "run.step_asked",
    /// The outcome of such a step became known, by the call that went after the yes.
    RunStepResolved = "run.step_resolved",
    /// An answer is kept from now on.
    RememberedGiven = "remembered.given",
    /// A kept answer answered a call; the row beside it says what became of the call.
    RememberedUsed = "remembered.used",
    /// A kept answer does not count any more.
    RememberedEnded = "remembered.ended",
    /// Nobody answered a question for long: managers were called in.
    ApprovalEscalated = "approval.escalated",
    /// A client was asked to put a question to its user.
    ClientAsked = "client.asked",
    /// A person was shown a question for the first time.
    ApprovalSeen = "approval.seen",
    /// Somebody logged in to the console.
    ConsoleOpened = "console.opened",
    /// He logged out.
    ConsoleClosed = "console.closed",
    /// A request over HTTP had no proof, or a wrong one. Many of them share a row.
    HttpRefused = "http.refused",
    /// A target of notifications was added.
    NotifyAdded = "notify.added",
    /// It was switched on or off.
    NotifySwitched = "notify.switched",
    /// It was removed.
    NotifyRemoved = "notify.removed",
    /// An admin tries a target.
    NotifyTested = "notify.tested",
    /// A notification was taken by its receiver.
    NotifySent = "notify.sent",
    /// A notification was given up.
    NotifyFailed = "notify.failed",
    /// Somebody found the journal broken.
    JournalTrouble = "journal.trouble",
    /// An agent put itself on the board.
    AgentRegistered = "agent.registered",
    /// It told how it fares.
    AgentUpdated = "agent.updated",
    /// It left the board.
    AgentUnregistered = "agent.unregistered",
    /// Network policies were derived from observed connections.
    NetworkRecommended = "network.recommended",
}

impl EntryType {
    /// Reads a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// The types that a person or a program names: one word, or a beginning such as `ir.*`. None for a name that fits
    /// nothing, which is a mistake to be told, not a filter that finds nothing.
    #[must_use]
    pub fn named(name: &str) -> Vec<Self> {
        let fits = |kind: &Self| match name.strip_suffix('*') {
            Some(beginning) => kind.as_str().starts_with(beginning),
            None => kind.as_str() == name,
        };
        Self::ALL.iter().copied().filter(fits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_back_from_its_word() {
        for kind in EntryType::ALL {
            assert_eq!(EntryType::parse(kind.as_str()), Some(*kind));
            assert_eq!(EntryType::named(kind.as_str()), [*kind]);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(EntryType::parse("ir.approved"), None);
    }

    #[test]
    fn the_events_of_plans_are_exactly_nine() {
        let words: Vec<&str> =
            EntryType::named("ir.*").into_iter().map(EntryType::as_str).collect();
        assert_eq!(
            words,
            [
                "ir.validated_pass",
                "ir.validated_escalate",
                "ir.validated_reject",
                "ir.approval_created",
                "ir.approval_consumed",
                "ir.approval_expired",
                "ir.approval_invalid",
                "ir.dag_diff_ok",
                "ir.dag_diff_failed",
            ]
        );
        assert_eq!(EntryType::named("ir.validated_*").len(), 3);
        assert!(EntryType::named("irx.*").is_empty() && EntryType::named("ir.").is_empty());
        assert_eq!(EntryType::named("*").len(), EntryType::ALL.len());
    }
}
