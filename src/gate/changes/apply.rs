//! Applying and rejecting: by an admin whose proof is the yes, or by whoever proposed, with a yes that an admin gave.

use crate::approval::{Approver, Token};
use crate::domain::approval::{Answer, State};
use crate::domain::id::SessionId;
use crate::domain::policy::PolicyVersion;
use crate::domain::principal::Principal;
use crate::gate::changes::{Office, status};
use crate::store::StoreError;
use crate::store::policies::{Apply, ApplyBy, NotApplied, Suggestion};

/// Characters of a comment or reason that are kept.
const WORDS_MAX: usize = 500;

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
            four_eyes: self.config.governance.four_eyes,
        };
        self.store().apply(apply).await
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
        NotApplied::Paused => {
            ("paused", same("this agent was paused by a person, so it changes nothing"))
        }
    }
}
