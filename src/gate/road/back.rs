//! A call that comes back with what its client's user said.
//!
//! It was judged again like any call before this is asked. What it brings must be what we gave, to this principal, for this
//! very call, in time and for the first time; anything else is refused as malformed, on record, and nothing runs.

use crate::approval::Approver;
use crate::domain::approval::{Approval, State};
use crate::domain::call::Call;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::CorrelationId;
use crate::domain::ruling::Ruling;
use crate::gate::road::seal::{Bound, Read};
use crate::gate::{Asking, Gate, Patience, Refusal, Reply, Road, Said, Way};
use crate::journal::Passed;
use crate::store::{NotDecided, StoreError};

/// Writes the result that asks, given the question and what to come back with.
type Form = Box<dyn Fn(&Approval, &str) -> String + Send + Sync>;

/// A client whose user is asked between two requests.
pub struct Returns {
    form: Form,
    came: Option<CameBack>,
}

impl std::fmt::Debug for Returns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Returns")
    }
}

/// What a client came back with.
#[derive(Debug, Clone)]
pub struct CameBack {
    /// The `requestState`, as it came.
    pub state: String,
    /// What its user said.
    pub said: Said,
}

impl Returns {
    /// `form` writes the result that asks, given the question and what to come back with.
    pub fn new(
        form: impl Fn(&Approval, &str) -> String + Send + Sync + 'static,
        came: Option<CameBack>,
    ) -> Self {
        Self { form: Box::new(form), came }
    }

    pub(in crate::gate) fn form(&self, approval: &Approval, state: &str) -> String {
        (self.form)(approval, state)
    }
}

/// A question that somebody came back to, with what he brought.
pub(in crate::gate) struct Back {
    approval: Approval,
    state: Digest,
    said: Said,
}

impl Back {
    /// Whether it is a no.
    pub(in crate::gate) fn is_no(&self) -> bool {
        matches!(self.said, Said::No(_))
    }
}

impl Gate {
    /// The question that a call came back to; `None` for a call that is made for the first time.
    pub(in crate::gate) async fn came_back(
        &self,
        road: Option<&Road>,
        call: &Call,
        ruling: &Ruling,
        correlation: CorrelationId,
    ) -> Result<Option<Back>, Refusal> {
        let came = road.and_then(|road| match &road.way {
            Way::Returns(returns) => returns.came.as_ref(),
            Way::Held(_) | Way::Task(_) => None,
        });
        let Some(CameBack { state, said }) = came else { return Ok(None) };
        let failed = |error: StoreError| Refusal::store(&error);
        if let Some(read) = Read::parse(state) {
            let store = self.desk.store();
            let found = store.approval(&self.tenant, read.id).await.map_err(failed)?;
            let principal = &call.parts().principal;
            let holds = |approval: &Approval| {
                approval.principal == *principal
                    && approval.match_key.same(&call.match_key())
                    && read.holds(
                        store.key(),
                        &Bound {
                            tenant: &self.tenant,
                            principal,
                            id: approval.id,
                            call: approval.call_digest,
                        },
                    )
            };
            if let Some(approval) = found.filter(holds)
                && store.now().await.map_err(failed)? < read.until
            {
                let (state, said) = (read.digest(), said.clone());
                return Ok(Some(Back { approval, state, said }));
            }
        }
        let row = self.journal.row(
            EntryType::ApprovalRefused,
            call,
            ruling,
            correlation,
            &Passed::default(),
        );
        let row = Draft { outcome: Some("state_invalid".to_owned()), ..row };
        self.desk.store().append(vec![row]).await.map_err(failed)?;
        Err(Refusal::foreign_state())
    }

    /// Takes the answer that came back, and then waits as for any question: what was decided elsewhere counts.
    pub(in crate::gate) async fn go_on(&self, back: Back, asking: Asking) -> Reply {
        let Asking { mut patience, on_the_way, .. } = asking;
        // From here on the call is held: nobody is asked twice about one call.
        let approval = match self.take_back(back, &mut patience).await {
            Ok(approval) => approval,
            Err(refusal) => return refusal.into(),
        };
        let attached = self.desk.store().attach(&self.tenant, approval.id, self.session).await;
        if let Err(error) = attached {
            return Refusal::store(&error).into();
        }
        self.wait_and_run(approval, patience, on_the_way).await
    }

    /// Takes a no to a call that needs no question any more: its user does not want it, so it is not sent.
    pub(in crate::gate) async fn declined(&self, back: Back, asking: Asking) -> Reply {
        let Asking { mut patience, .. } = asking;
        let approval = match self.take_back(back, &mut patience).await {
            Ok(approval) => approval,
            Err(refusal) => return refusal.into(),
        };
        match self.desk.store().approval(&self.tenant, approval.id).await {
            Ok(Some(now)) if now.state == State::Denied => Refusal::ended(&now).into(),
            Ok(_) => Refusal::declined(&approval).into(),
            Err(error) => Refusal::store(&error).about(&approval).into(),
        }
    }

    /// Writes down what came back, where this client may answer by now.
    async fn take_back(&self, back: Back, patience: &mut Patience) -> Result<Approval, Refusal> {
        let Back { approval, state, said } = back;
        let client = patience.road.take().map(|road| road.client).unwrap_or_default();
        let up_to = self.answers_up_to(&client, patience.on_ask).await;
        let taken = match up_to.map_err(|error| Refusal::store(&error))?.map(Approver::by_client) {
            Some(by) => self.said_by_client(&approval, &by, said, Some(state)).await,
            None if approval.state == State::Pending => {
                self.road_closed(&approval).await.map(|()| None)
            }
            None => Ok(None),
        };
        match taken {
            Err(error) => Err(Refusal::store(&error).about(&approval)),
            Ok(Some(Err(NotDecided::StateUsed))) => Err(Refusal::used_state()),
            Ok(None | Some(Ok(_) | Err(_))) => Ok(approval),
        }
    }
}
