//! Calls that a kept answer answers: the use of the answer and the row of the call are one transaction.
//!
//! Policy asked, as it does each time; what it denies never comes here, and what it allows needs no answer.

use crate::domain::call::Call;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::CorrelationId;
use crate::domain::money::Reservation;
use crate::domain::remembered::{Remembered, may_be_kept};
use crate::domain::ruling::{Ruling, Verdict};
use crate::journal::{Journal, NoPermit, Passed, Permit, body, spending};
use crate::store::memories::{MemoryUse, NotUsed};
use crate::store::{NotPermitted, StoreError};

/// The code on record of a call that a person said never to.
pub const REMEMBERED_NO: &str = "remembered_no";

impl Journal {
    /// Permits a call that a kept yes answers, taking what it `spends` out of its budgets in the same moment. `None` when
    /// the answer does not count, or not any more: then the question is to be put.
    ///
    /// # Errors
    /// [`NoPermit`]: the call must not be sent.
    pub async fn permit_remembered(
        &self,
        call: &Call,
        kept: &Remembered,
        ruling: &Ruling,
        correlation: CorrelationId,
        passed: &Passed,
        spends: Vec<Reservation>,
    ) -> Result<Option<Permit>, NoPermit> {
        let row = self.row(EntryType::CallPermitted, call, ruling, correlation, passed);
        let Some(request) = using(call, kept, ruling, spending(row, spends)) else {
            return Ok(None);
        };
        match self.store().use_remembered(request).await? {
            Ok(seq) => {
                let (call, passed) = (call.clone(), passed.clone());
                Ok(Some(Permit::mint(seq, call, correlation, ruling.tier, passed)))
            }
            Err(NotUsed::Over) => Ok(None),
            Err(NotUsed::NotPermitted(NotPermitted::Paused)) => Err(NoPermit::Paused),
            Err(NotUsed::NotPermitted(NotPermitted::OverBudget(over))) => {
                Err(NoPermit::OverBudget(over))
            }
        }
    }

    /// Records that a call was refused because a person said never to it. `false` when that does not count, or not any
    /// more: then the question is to be put.
    ///
    /// # Errors
    /// Those of the store; the call stays refused.
    pub async fn refused_remembered(
        &self,
        call: &Call,
        kept: &Remembered,
        ruling: &Ruling,
        correlation: CorrelationId,
    ) -> Result<bool, StoreError> {
        let row = self.row(EntryType::CallRefused, call, ruling, correlation, &Passed::default());
        let row = Draft { outcome: Some(REMEMBERED_NO.to_owned()), ..row };
        match using(call, kept, ruling, row) {
            Some(request) => Ok(self.store().use_remembered(request).await?.is_ok()),
            None => Ok(false),
        }
    }
}

/// The use of an answer to an ask that leans on what it leaned on; of nothing else.
fn using(call: &Call, kept: &Remembered, ruling: &Ruling, row: Draft) -> Option<MemoryUse> {
    let leans = ruling.leans.filter(|_| ruling.verdict == Verdict::Ask && may_be_kept(ruling))?;
    let row = Draft { body: body::of_kept(row.body, kept), ..row };
    Some(MemoryUse { id: kept.id, call: call.clone(), tier: ruling.tier, leans, row })
}
