//! The check of a plan: reads what was written, collects all that is wrong with it, and says how grave each step is.

use crate::domain::json::Canonical;
use crate::domain::principal::Tenant;
use crate::domain::ruling::Tier;
use crate::ir::report::{Severity, Status, Validation, Violation};
use crate::ir::{Checked, StepJudge, Vocabulary, codes};

/// Checks a plan that the strict reader has read.
#[must_use]
pub fn check(
    ir: &Canonical,
    vocabulary: &Vocabulary,
    judge: Option<&dyn StepJudge>,
    tenant: &Tenant,
    ask_from: Tier,
) -> Checked {
    let _ = (ir, vocabulary, judge, tenant, ask_from);
    unreadable(codes::CHECK_FAILED, "not built yet".to_owned())
}

/// Checks a text. What cannot be read is a plan that is refused, with a code, never an error.
#[must_use]
pub fn check_text(
    bytes: &[u8],
    vocabulary: &Vocabulary,
    judge: Option<&dyn StepJudge>,
    tenant: &Tenant,
    ask_from: Tier,
) -> Checked {
    let _ = (bytes, vocabulary, judge, tenant, ask_from);
    unreadable(codes::CHECK_FAILED, "not built yet".to_owned())
}

fn unreadable(code: &'static str, message: String) -> Checked {
    let path = String::new();
    let severity = Severity::Error;
    Checked {
        validation: Validation {
            status: Status::Reject,
            tier: Tier::GRAVE,
            requires_approval: true,
            violations: vec![Violation { step_index: None, code, path, message, severity }],
            steps: Vec::new(),
            ir_hash: None,
            tenant_id: None,
            request_id: None,
            step_count: 0,
        },
        plan: None,
    }
}
