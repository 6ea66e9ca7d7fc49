//! Who must say yes to a call by the configuration in force, and whether a kept yes was given by enough of them.

use crate::domain::approval::Approval;
use crate::domain::call::Call;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::quorum::Needs;
use crate::domain::remembered::Remembered;
use crate::domain::ruling::Ruling;
use crate::gate::{Gate, Refusal};
use crate::journal::Passed;

impl Gate {
    /// Who must say yes to this call.
    pub(in crate::gate) fn needs(&self, call: &Call, ruling: &Ruling) -> Needs {
        let parts = call.parts();
        let quorums = &self.policy.as_it_is().config.quorums;
        quorums.of_call(&parts.upstream.name, &parts.tool, ruling.tier)
    }

    /// Whether a kept yes was given by enough people for what is needed now.
    pub(in crate::gate) async fn is_enough(
        &self,
        kept: &Remembered,
        needs: &Needs,
    ) -> Result<bool, Refusal> {
        if needs.required == 1 && needs.chairs.is_empty() {
            return Ok(true);
        }
        let given = self.desk.store().approval(&self.tenant, kept.approval).await;
        let given = given.map_err(|error| Refusal::store(&error))?;
        Ok(given.is_some_and(|given| given.is_enough_for(needs)))
    }

    /// Refuses a yes that fewer people said, or others, than must now; on record, and the yes stays unused.
    pub(in crate::gate) async fn too_few(
        &self,
        approval: &Approval,
        call: &Call,
        ruling: &Ruling,
    ) -> Refusal {
        let (kind, passed) = (EntryType::ApprovalRefused, Passed::default());
        let row = self.journal.row(kind, call, ruling, approval.correlation, &passed);
        let outcome = Some("quorum_rose".to_owned());
        let row = Draft { outcome, approval: Some(approval.id), ..row };
        match self.desk.store().append(vec![row]).await {
            Ok(_) => Refusal::too_few().about(approval),
            Err(error) => Refusal::store(&error).about(approval),
        }
    }
}
