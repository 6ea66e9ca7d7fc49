//! Putting a question: who must answer it, and on which road the asker waits. A question that nobody could answer in time, or
//! whose agent is stopped, is not put.

use crate::config::OnAsk;
use crate::domain::approval::{Approval, Subject};
use crate::domain::call::Call;
use crate::domain::entry::EntryType;
use crate::domain::id::CorrelationId;
use crate::domain::principal::is_stopped_by;
use crate::domain::ruling::Ruling;
use crate::gate::{Asking, Gate, Refusal, Reply};
use crate::journal::{NoPermit, Passed};
use crate::store::StoreError;

impl Gate {
    /// Puts the question about a call, and waits for its answer on whatever road the client offers.
    pub(in crate::gate) async fn ask(
        &self,
        call: Call,
        ruling: Ruling,
        correlation: CorrelationId,
        asking: Asking,
    ) -> Reply {
        let Asking { patience, on_the_way, .. } = asking;
        let on_ask = patience.on_ask;
        let approval = match self.put(call, Subject::Call, ruling, correlation, on_ask).await {
            Ok(approval) => approval,
            Err(refusal) => return refusal.into(),
        };
        match self.hand_out(&approval, patience.road.as_ref(), on_ask).await {
            Some(reply) => reply,
            None => self.wait_and_run(approval, patience, on_the_way).await,
        }
    }

    /// Puts a question, or finds the one that was put before for the same.
    pub(in crate::gate) async fn put(
        &self,
        call: Call,
        subject: Subject,
        ruling: Ruling,
        correlation: CorrelationId,
        on_ask: OnAsk,
    ) -> Result<Approval, Refusal> {
        let failed = |error: StoreError| Refusal::store(&error);
        if on_ask == OnAsk::Deny {
            let written = self.journal.refused(&call, &ruling, correlation, "needs_a_yes").await;
            return Err(written.map_or_else(failed, |()| Refusal::needs_a_yes(&call, &ruling)));
        }
        let paused = self.desk.store().paused(&self.tenant).await.map_err(failed)?;
        let name = &call.parts().principal.name;
        if paused.iter().any(|who| is_stopped_by(name, who.as_deref())) {
            return Err(Refusal::no_permit(&NoPermit::Paused));
        }
        let row = self.journal.row(
            EntryType::ApprovalAsked,
            &call,
            &ruling,
            correlation,
            &Passed::default(),
        );
        let needs = self.needs(&call, &ruling);
        let asked = self.desk.ask(call, subject, ruling, correlation, row, needs).await;
        Ok(asked.map_err(failed)?.approval)
    }
}
