//! A proposal as programs read it, the same on the command line and over MCP.

use crate::domain::approval::State;
use crate::domain::id::ApprovalId;
use crate::domain::policy::PolicyDiff;
use crate::domain::ruling::Tier;
use crate::store::policies::Suggestion;
use serde::Serialize;

/// One proposal. Names stay; new ones may come.
#[derive(Debug, Clone, Serialize)]
pub struct SuggestionView {
    /// Its id; also that of the question about it.
    pub suggestion_id: ApprovalId,
    /// Where it stands; `consumed` is applied.
    pub status: State,
    /// The version of the store that it is made against.
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
        status: approval.state,
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
