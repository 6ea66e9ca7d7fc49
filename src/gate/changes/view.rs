//! Suggestions, versions and lists as programs read them: one shape each, on the command line and over MCP.
//!
//! Names stay; new ones may come. A word that people and programs read of a suggestion comes from here alone.

use crate::domain::approval::State;
use crate::domain::id::ApprovalId;
use crate::domain::policy::{PolicyDiff, PolicyVersion, VersionKind};
use crate::domain::ruling::Tier;
use crate::gate::changes::rows::{ModuleRow, RuleRow};
use crate::store::policies::Suggestion;
use serde::Serialize;

/// The word for where a suggestion stands. What a question calls consumed and denied is here applied and rejected.
#[must_use]
pub fn status(state: State) -> &'static str {
    match state {
        State::Consumed => "applied",
        State::Denied => "rejected",
        state => state.as_str(),
    }
}

/// The state that a word names; a question's own words count, too.
#[must_use]
pub fn status_named(word: &str) -> Option<State> {
    State::ALL.into_iter().find(|state| status(*state) == word).or_else(|| State::parse(word))
}

/// One suggestion.
#[derive(Debug, Clone, Serialize)]
pub struct SuggestionView {
    /// Its id; also that of the question about it.
    pub suggestion_id: ApprovalId,
    /// Where it stands: [`status`].
    pub status: &'static str,
    /// The version of the policy that it is made against.
    pub base_version: u64,
    /// SHA-256 over base version and canonical diff.
    pub diff_hash: String,
    /// 2 if it only tightens, else 3.
    pub tier: Tier,
    /// What it does, the gravest first.
    pub summary: Vec<String>,
    /// What a person should know beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: String,
    /// When it can no longer be decided, or, once approved, applied.
    pub expires_at: String,
    /// Who decided.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<String>,
    /// In his words.
    pub reason: Option<String>,
    /// The version that it takes back.
    pub rolls_back: Option<u64>,
    /// The version that applying it made.
    pub applied_version: Option<u64>,
    /// The change itself.
    pub diff: PolicyDiff,
}

/// Makes the object.
#[must_use]
pub fn view(suggestion: &Suggestion) -> SuggestionView {
    let approval = &suggestion.approval;
    let ruling = &approval.ruling;
    SuggestionView {
        suggestion_id: approval.id,
        status: status(approval.state),
        base_version: suggestion.base,
        diff_hash: suggestion.hash.to_string(),
        tier: ruling.tier,
        summary: ruling.reasons.iter().map(|r| r.message.clone()).collect(),
        warnings: ruling.warnings.clone(),
        proposed_by: approval.principal.to_string(),
        proposed_at: approval.asked_at.rfc3339(),
        expires_at: approval.run_by.unwrap_or(approval.answer_by).rfc3339(),
        reviewed_by: approval.decided_by.as_ref().map(|by| by.principal.to_string()),
        reviewed_at: approval.decided_at.map(|at| at.rfc3339()),
        reason: approval.reason.clone(),
        rolls_back: suggestion.rolls_back,
        applied_version: suggestion.applied,
        diff: suggestion.diff.clone(),
    }
}

/// One version of the policy.
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    /// Its number; rulings name it.
    pub version: u64,
    /// What made it.
    pub kind: VersionKind,
    /// SHA-256 over everything that judges since then.
    pub digest: String,
    /// When.
    pub at: String,
    /// Who decided; `None` of one that was only loaded.
    pub by: Option<String>,
    /// Whether he proposed it himself.
    pub self_confirmed: bool,
    /// In his words.
    pub comment: Option<String>,
    /// The version that changed the store before.
    pub parent: Option<u64>,
    /// The version that it takes back.
    pub rolls_back: Option<u64>,
    /// What was applied.
    pub diff: Option<PolicyDiff>,
    /// The suggestion that made it, where it was just applied.
    #[serde(flatten)]
    pub made_of: Option<MadeOf>,
}

/// What a version was made of.
#[derive(Debug, Clone, Serialize)]
pub struct MadeOf {
    /// The suggestion.
    pub suggestion_id: ApprovalId,
    /// Where it stands: `applied`.
    pub status: &'static str,
    /// SHA-256 over base version and canonical diff.
    pub diff_hash: String,
}

/// Makes the object of a version.
#[must_use]
pub fn version_view(version: &PolicyVersion) -> VersionView {
    VersionView {
        version: version.version,
        kind: version.kind,
        digest: version.digest.clone(),
        at: version.at.rfc3339(),
        by: version.by.as_ref().map(ToString::to_string),
        self_confirmed: version.self_confirmed,
        comment: version.comment.clone(),
        parent: version.parent,
        rolls_back: version.rolls_back,
        diff: version.diff.clone(),
        made_of: None,
    }
}

/// The same for the version that applying a suggestion just made.
#[must_use]
pub fn applied_view(suggestion: &Suggestion, version: &PolicyVersion) -> VersionView {
    let made_of = MadeOf {
        suggestion_id: suggestion.approval.id,
        status: status(State::Consumed),
        diff_hash: suggestion.hash.to_string(),
    };
    VersionView { made_of: Some(made_of), ..version_view(version) }
}

/// What stands.
#[derive(Debug, Clone, Serialize)]
pub struct ListView {
    /// The version that changed the store last; 0 before the first.
    pub version: u64,
    /// The policy in force, as rulings name it; `None` where nothing judged by it yet.
    pub policy_version: Option<u64>,
    /// Rules.
    pub rules: Vec<RuleRow>,
    /// Modules.
    pub modules: Vec<ModuleRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_one_word_and_both_words_are_read() {
        let words = State::ALL.map(status);
        assert_eq!(words, ["pending", "approved", "applied", "rejected", "expired", "cancelled"]);
        for state in State::ALL {
            assert_eq!(status_named(status(state)), Some(state));
            assert_eq!(status_named(state.as_str()), Some(state));
        }
        assert_eq!(status_named("perhaps"), None);
    }
}
