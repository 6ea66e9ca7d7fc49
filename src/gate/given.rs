//! What is looked up around a call before it is judged: of what modules want, and nothing else.
//!
//! Where no module wants anything nothing is looked up, and nothing is waited for. What a module is told comes from
//! the store and the configuration, never from the caller. A count of calls is of the moment: of calls made at the same
//! time each may see the others or not. Only a budget is a limit, since it is kept where calls are let go.

use crate::domain::approval::Approval;
use crate::domain::call::CallParts;
use crate::domain::id::{ApprovalId, RunId};
use crate::domain::ruling::Given;
use crate::gate::spending::purses;
use crate::gate::{Gate, InForce};
use crate::policy::Needs;
use crate::store::StoreError;
use crate::store::budgets::Around;

/// What the gate knows of a call by itself when it has it judged.
#[derive(Debug, Clone, Default)]
pub(in crate::gate) struct Known {
    approval: Option<(ApprovalId, String)>,
    run: Option<(RunId, u32)>,
}

impl Known {
    /// Of a call that a person said yes to: it is judged again before it goes.
    pub(in crate::gate) fn of_yes(approval: &Approval) -> Self {
        let by = approval.decided_by.as_ref();
        Self {
            approval: by.map(|by| (approval.id, by.principal.name.clone())),
            run: approval.subject.step(),
        }
    }

    /// Of a step whose turn in its run has come.
    pub(in crate::gate) fn of_step(run: RunId, step: u32) -> Self {
        Self { approval: None, run: Some((run, step)) }
    }
}

impl Gate {
    /// Looks up what the modules of this policy want.
    pub(in crate::gate) async fn given(
        &self,
        in_force: &InForce,
        parts: &CallParts,
        known: Known,
    ) -> Result<Given, StoreError> {
        let Known { approval, run } = known;
        let given = Given { approval, run, ..Given::default() };
        let Needs { clock, recent_calls, budget } = in_force.needs();
        if !(clock || recent_calls || budget) {
            return Ok(given);
        }
        let window = in_force.config.governance.window;
        let around = Around {
            tenant: parts.tenant.clone(),
            principal: parts.principal.clone(),
            recent_ms: recent_calls.then(|| i64::try_from(window.as_millis()).unwrap_or(i64::MAX)),
            purses: if budget { purses(&in_force.config.budgets, parts) } else { Vec::new() },
        };
        let seen = self.desk.store().look_around(around).await?;
        Ok(Given {
            now: clock.then_some(seen.now),
            recent_calls: seen.recent_calls,
            window_seconds: recent_calls.then_some(window.as_secs()),
            budget_micros: seen.left.iter().min().map(|left| left.0),
            ..given
        })
    }
}
