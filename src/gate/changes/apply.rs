//! Applying and rejecting: by an admin whose proof is the yes, or by whoever proposed, with a yes that an admin gave.

use crate::approval::{Approver, Token};
use crate::domain::approval::{Answer, State};
use crate::domain::entry::{Draft as Row, EntryType};
use crate::domain::id::SessionId;
use crate::domain::policy::{PolicyVersion, StoredPolicy};
use crate::domain::principal::Principal;
use crate::domain::visible;
use crate::gate::changes::{NotTaken, Office, read, status};
use crate::policy::diff::{summary, take_back, tier};
use crate::store::StoreError;
use crate::store::policies::{Apply, ApplyBy, NotApplied, Suggestion};

/// Characters of a comment or reason that are kept.
const WORDS_MAX: usize = 500;
/// Faults that are told of what cannot stand.
const FAULTS_TOLD: usize = 5;

/// Whose hand applies a change.
#[derive(Debug, Clone, Copy)]
pub enum Hand<'a> {
    /// An admin's: what he decides is the yes.
    Admin(&'a Approver),
    /// That of whoever proposed it, after a yes.
    Asker {
        /// Who he is.
        principal: &'a Principal,
        /// His session.
        session: SessionId,
        /// The answer token that a person gave him.
        token: Option<&'a str>,
    },
}

impl Office<'_> {
    /// Applies a change as it was shown.
    ///
    /// # Errors
    /// Those of the store. A refusal is `Ok(Err(_))`.
    pub async fn apply(
        &self,
        shown: &Suggestion,
        hand: Hand<'_>,
        comment: Option<&str>,
    ) -> Result<Result<PolicyVersion, NotApplied>, StoreError> {
        // Of what waits for others, ended or was made against another policy, the store tells.
        let state = shown.approval.state;
        let decides = match hand {
            Hand::Admin(_) => matches!(state, State::Pending | State::Approved),
            Hand::Asker { .. } => state == State::Approved,
        };
        if decides
            && shown.base == self.stored.version
            && let Some(why) = self.against(shown).await?
        {
            self.refused(shown, hand, &why).await?;
            return Ok(Err(why));
        }
        let comment = words(comment);
        let id = shown.approval.id;
        let by = match hand {
            Hand::Admin(approver) => {
                let answer = Answer::Approve { reason: comment.clone(), token: None };
                let digest = Some(shown.approval.call_digest);
                ApplyBy::Admin(Box::new(approver.decision(self.tenant, id, answer, digest)))
            }
            Hand::Asker { principal, session, token } => ApplyBy::Asker {
                by: principal.clone(),
                session,
                token: token.map(|text| Token::presented(text).hash()),
            },
        };
        let apply = Apply {
            tenant: self.tenant.clone(),
            id,
            hash: shown.hash,
            by,
            comment,
            config: self.config.digest(),
        };
        self.store().apply(apply).await
    }

    /// What speaks against it now although it did not when it was proposed: another configuration is in force, or this
    /// process was started with another.
    async fn against(&self, shown: &Suggestion) -> Result<Option<NotApplied>, StoreError> {
        let of_home = self.of_home().await?;
        let two = of_home.four_eyes || self.config.governance.four_eyes;
        let graver = tier(&summary(&self.stored, &shown.diff, of_home.stance(self.config)));
        if graver > shown.approval.ruling.tier || (two && shown.approval.quorum.required < 2) {
            return Ok(Some(NotApplied::Graver));
        }
        let candidate = match self.would_stand(shown).await? {
            Ok(candidate) => candidate,
            Err(why) => return Ok(Some(NotApplied::NotAdmitted(why.faults()))),
        };
        let faults = self.cannot_stand(&of_home, &candidate).await?;
        Ok((!faults.is_empty()).then_some(NotApplied::NotAdmitted(faults)))
    }

    async fn would_stand(
        &self,
        shown: &Suggestion,
    ) -> Result<Result<StoredPolicy, NotTaken>, StoreError> {
        let Some(back) = shown.rolls_back else {
            let by = &shown.approval.principal;
            return Ok(read::candidate(&self.stored, &shown.diff, by));
        };
        let found = self.store().policy_version_of(self.tenant, back).await?;
        let next = self.stored.version.saturating_add(1);
        Ok(found
            .and_then(|found| found.inverse)
            .map(|inverse| take_back(&self.stored, &inverse, next))
            .ok_or(NotTaken::NoVersion(back)))
    }

    /// The row of a change that was not applied before the store was asked.
    async fn refused(
        &self,
        shown: &Suggestion,
        hand: Hand<'_>,
        why: &NotApplied,
    ) -> Result<(), StoreError> {
        let (by, session) = match hand {
            Hand::Admin(approver) => (approver.principal(), None),
            Hand::Asker { principal, session, .. } => (principal, Some(session)),
        };
        let row = Row {
            correlation: Some(shown.approval.correlation),
            approval: Some(shown.approval.id),
            principal: Some(by.clone()),
            session,
            tier: Some(shown.approval.ruling.tier.get()),
            outcome: Some(not_applied(why).0.to_owned()),
            ..Row::new(EntryType::PolicyRefused, self.tenant)
        };
        self.store().append(vec![row]).await?;
        Ok(())
    }
}

/// What somebody says along with it, in bounds; nothing where nothing was said.
pub(in crate::gate::changes) fn words(text: Option<&str>) -> Option<String> {
    let text: String = text?.trim().chars().take(WORDS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

/// Code and sentence of a refusal to apply.
#[must_use]
pub fn not_applied(why: &NotApplied) -> (&'static str, String) {
    let same = |text: &str| text.to_owned();
    match why {
        NotApplied::NotThere => ("not_found", same("there is no such suggestion here")),
        NotApplied::State(State::Pending) => {
            ("waiting", same("no person said yes to this suggestion yet; nothing was changed"))
        }
        NotApplied::State(State::Consumed) => {
            ("already_ended", same("it was applied before; a suggestion is applied once"))
        }
        NotApplied::State(state) => {
            ("already_ended", format!("the suggestion is {}; nothing was changed", status(*state)))
        }
        NotApplied::HashDiffers => {
            ("diff_changed", same("the suggestion that was shown is not the one that stands"))
        }
        NotApplied::StaleBase(now) => (
            "stale_base",
            format!(
                "the policy changed since this was proposed and is at version {now}; propose it again"
            ),
        ),
        NotApplied::OwnSuggestion => (
            "own_suggestion",
            same("whoever proposed it does not decide about it here; another admin does"),
        ),
        NotApplied::NoDecider => (
            "not_a_decider",
            same("the proof that was shown does not decide about this suggestion"),
        ),
        NotApplied::Token => ("token_invalid", same("this is not the token of this suggestion")),
        NotApplied::Graver => (
            "graver_now",
            same(
                "it is graver now: the configuration in force asks for more than was asked about; reject it and propose \
                 it anew",
            ),
        ),
        NotApplied::NotAdmitted(faults) => {
            let told = faults.iter().take(FAULTS_TOLD);
            let told: Vec<String> =
                told.map(|fault| visible::shorten(&visible::inline(fault), WORDS_MAX)).collect();
            ("not_admitted", format!("what it would make cannot stand: {}", told.join("; ")))
        }
        NotApplied::Paused => {
            ("paused", same("this agent was paused by a person, so it changes nothing"))
        }
    }
}
