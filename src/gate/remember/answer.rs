//! A kept answer in the place of a question: looked for once policy asked, used in one transaction, or not at all.
//!
//! A no beats a yes, whatever it was given for. A yes whose ground is another one now ends where it is met; whatever is
//! doubtful is asked.

use crate::domain::call::{Call, Method, arguments_digest};
use crate::domain::digest::Digest;
use crate::domain::id::{CorrelationId, RememberedId};
use crate::domain::json::Canonical;
use crate::domain::money::Reservation;
use crate::domain::remembered::{Ended, Pattern, Remembered, may_be_kept};
use crate::domain::ruling::{Ruling, Verdict};
use crate::gate::{Asking, Gate, OnTheWay, Refusal, Reply};
use crate::journal::REMEMBERED_NO;
use crate::policy::speaks_of;
use crate::store::StoreError;

impl Gate {
    /// The kept answer to what policy asks about this call, if there is one.
    pub(in crate::gate) async fn remembered(
        &self,
        call: &Call,
        ruling: &Ruling,
    ) -> Result<Option<Remembered>, Refusal> {
        let Some(leans) = ruling.leans.filter(|_| may_be_asked(call, ruling)) else {
            return Ok(None);
        };
        let failed = |error: StoreError| Refusal::store(&error);
        let store = self.desk.store();
        let found = store.remembered_for(call).await.map_err(failed)?;
        if found.is_empty() {
            return Ok(None);
        }
        let now = store.now().await.map_err(failed)?;
        let arguments = arguments_digest(call.parts().arguments.as_ref(), store.key());
        let fitting = fitting(found, call, arguments).await;
        // A no needs no ground: whatever the call stands on by now, somebody said never to it.
        let stands = |kept: &&Remembered| !kept.allows && kept.ends_at.is_none_or(|at| at > now);
        if let Some(no) = fitting.iter().find(stands) {
            return Ok(Some(no.clone()));
        }
        let needs = self.needs(call, ruling);
        for kept in fitting.into_iter().filter(|kept| kept.allows) {
            if !kept.leans.same(&leans) {
                // Under the same policy it is only not used: the call may stand where it does for a reason that whoever
                // calls brought about.
                if kept.policy != ruling.policy.digest {
                    let why = Ended::PolicyChanged;
                    store.end_remembered(&self.tenant, kept.id, None, why).await.map_err(failed)?;
                }
                continue;
            }
            if ruling.tier <= kept.tier && self.is_enough(&kept, &needs).await? {
                return Ok(Some(kept));
            }
        }
        Ok(None)
    }

    /// Answers a call by a kept answer; one that does not count any more leads to the question.
    pub(in crate::gate) async fn answer_kept(
        &self,
        kept: Remembered,
        (call, spends): (Call, Vec<Reservation>),
        ruling: Ruling,
        correlation: CorrelationId,
        asking: Asking,
    ) -> Reply {
        if !kept.allows {
            return match self.journal.refused_remembered(&call, &kept, &ruling, correlation).await {
                Ok(true) => Refusal::remembered_no(&call, &kept).into(),
                Ok(false) => self.refuse_or_ask(kept.id, (call, ruling), correlation, asking).await,
                Err(error) => Refusal::store(&error).into(),
            };
        }
        let member = match self.ready(&asking.upstream).await {
            Ok(member) => member,
            Err(refusal) => return refusal.into(),
        };
        // It needed a yes, so a client that left can stop it until the commit.
        if self.has_left(&asking.on_the_way.gone).await {
            return Refusal::withdrawn().into();
        }
        let passed = &asking.on_the_way.passed;
        let permit =
            self.journal.permit_remembered(&call, &kept, &ruling, correlation, passed, spends);
        match permit.await {
            Ok(Some(permit)) => {
                let OnTheWay { progress, cancel, .. } = asking.on_the_way;
                self.forward(permit, &member, progress, &cancel).await
            }
            Ok(None) => self.refuse_or_ask(kept.id, (call, ruling), correlation, asking).await,
            Err(why) => Refusal::no_permit(&why).into(),
        }
    }

    /// What was found does not count any more, or somebody said never a moment ago: another no refuses, else people are asked.
    async fn refuse_or_ask(
        &self,
        found: RememberedId,
        (call, ruling): (Call, Ruling),
        correlation: CorrelationId,
        asking: Asking,
    ) -> Reply {
        match self.remembered(&call, &ruling).await {
            Ok(Some(no)) if !no.allows && no.id != found => {
                let call = (call, Vec::new());
                Box::pin(self.answer_kept(no, call, ruling, correlation, asking)).await
            }
            Ok(_) => self.ask(call, ruling, correlation, asking).await,
            Err(refusal) => refusal.into(),
        }
    }
}

/// Whether a kept answer can answer it at all.
fn may_be_asked(call: &Call, ruling: &Ruling) -> bool {
    let parts = call.parts();
    ruling.verdict == Verdict::Ask
        && parts.method == Method::ToolsCall
        && parts.definition != Digest::ZERO
        && may_be_kept(ruling)
}

/// Those that speak of these arguments, in their order.
async fn fitting(found: Vec<Remembered>, call: &Call, arguments: Digest) -> Vec<Remembered> {
    let given = call.parts().arguments.clone();
    let fit = move || {
        let Ok(node) = given.as_ref().map(Canonical::node).transpose() else { return Vec::new() };
        let fits = |kept: &Remembered| speaks_of(kept, node.as_ref(), arguments);
        found.into_iter().filter(fits).collect()
    };
    // Many patterns take longer to compile than the one thread that serves can wait. Where that fails there is none, and
    // the question is put.
    tokio::task::spawn_blocking(fit).await.unwrap_or_default()
}

impl Refusal {
    /// A person said never to it.
    fn remembered_no(call: &Call, kept: &Remembered) -> Self {
        let what = match kept.wish.pattern {
            Pattern::Same => "exactly this call",
            Pattern::When(_) => "calls like this one",
        };
        Self {
            code: REMEMBERED_NO,
            text: format!(
                "NOT EXECUTED. A person said no to {what} of `{}` on {} and wants that kept, so nobody was asked. \
                 Nothing was changed. Asking again will not help; tell the user, who can take it back.",
                call.name(),
                kept.given_at.rfc3339()
            ),
            protocol: false,
            leaves: false,
            approval: None,
            of: None,
        }
    }
}
