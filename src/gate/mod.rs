//! The order of things: judge, ask, record, send, record. Every call takes this road and no other.
//!
//! ```text
//! handle ── judge ──┬─ deny ──> refused, on record
//!                   ├─ allow ─> permit from the journal ──> forward
//!                   └─ ask ─┬─> a kept answer: permit, using it, or refused
//!                           └─> desk, wait ──> judge again ──> permit, using up the yes ──> forward
//! ```
//!
//! Each failure on the way is a refusal with words an agent can act on; none of them sends.

mod asking;
pub mod changes;
mod checked;
mod claims;
mod current;
mod fleet;
mod forward;
mod given;
mod inquiry;
mod judge;
mod listing;
mod needs;
mod parts;
mod put;
mod refusal;
pub mod relief;
pub mod remember;
mod remote;
mod replay;
pub mod road;
mod spending;
mod step;
pub mod tested;
pub mod trial;
mod wait;

pub use asking::{Asking, OnTheWay, Reply, Told};
pub use checked::{Found, admission, look_over};
pub use claims::Claim;
pub use current::{
    Committed, Configured, CurrentPolicy, InForce, Look, LookError, OfHome, PolicyError, Standing,
    Status, compiles,
};
pub use fleet::{Fleet, Member, Naming, Route};
pub(crate) use forward::is_tool_error;
pub use inquiry::{Advice, Inquirer, Inquiry, inquire};
pub use refusal::{Refusal, ToWaitFor};
pub use remote::{answers, whereto};
pub use replay::{Bounds, Glance, Progress, glance, replay};
pub use road::{Asks, CameBack, Returns, Road, Said, Tasks, Way};
pub use step::{StepEnd, Target};
pub use wait::{Beat, Patience};

use crate::approval::Desk;
use crate::domain::approval::Approval;
use crate::domain::call::{Call, CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::money::Reservation;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::{Ruling, Verdict};
use crate::gate::given::Known;
use crate::journal::{Journal, NoPermit};
use crate::store::{NotConsumed, StoreError};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A server that was ready is so within this time; whoever had to wait longer is judged again.
const AT_ONCE: Duration = Duration::from_millis(20);

/// The gate of one session.
#[derive(Debug)]
pub struct Gate {
    journal: Journal,
    desk: Desk,
    policy: Arc<CurrentPolicy>,
    fleet: Arc<Fleet>,
    tenant: Tenant,
    session: SessionId,
    /// Cancelled when the client has left. From then on nothing that needed a yes is sent; what needed none
    /// and was asked for before is still answered.
    left: CancellationToken,
    /// Outcomes that are still being recorded; awaited before the process ends.
    recording: TaskTracker,
    /// The home whose leases tell which processes live; `None` where there are no others.
    leases: Option<PathBuf>,
    /// The runs that are executed here.
    claims: claims::Claims,
    /// The tasks that are looked after here.
    tasks: Arc<Tasks>,
    /// What whoever sends here showed; `None` where nothing is shown.
    token: Option<parts::Shown>,
}

impl Gate {
    /// A gate over these parts.
    #[must_use]
    pub fn new(
        journal: Journal,
        desk: Desk,
        policy: Arc<CurrentPolicy>,
        fleet: Arc<Fleet>,
        tenant: Tenant,
        session: SessionId,
    ) -> Self {
        let (left, recording) = (CancellationToken::new(), TaskTracker::new());
        let (leases, claims) = (None, claims::Claims::default());
        let tasks = Arc::default();
        Self {
            journal,
            desk,
            policy,
            fleet,
            tenant,
            session,
            left,
            recording,
            leases,
            claims,
            tasks,
            token: None,
        }
    }

    /// The refusal of a name that nobody offers: it may be a name of a server that did not come up.
    #[must_use]
    pub fn nobody_has(&self, name: &str) -> Refusal {
        let silent: Vec<&str> =
            self.fleet.members().filter(|m| !m.has_spoken()).map(|m| m.server.name()).collect();
        if silent.is_empty() { Refusal::unknown(name) } else { Refusal::not_listed(name, &silent) }
    }

    /// An answer was handed to a live client: from here on an equal call is a new question. Ask for this as soon
    /// as the answer is queued; whatever the client asks after having read it comes to the store later.
    pub async fn handed_over(&self, reply: &Reply) {
        let of = match reply {
            Reply::Result(told) | Reply::Error(told) => told.of,
            Reply::Refused(refusal) => refusal.of,
        };
        let Some(id) = of else { return };
        if let Err(error) = self.desk.store().delivered(&self.tenant, id).await {
            tracing::warn!("{error}");
        }
    }

    /// Waits until every outcome is on record.
    pub async fn drain(&self) {
        self.recording.close();
        self.recording.wait().await;
    }

    /// Takes one request through the whole journey.
    pub async fn handle(&self, asking: Asking) -> Reply {
        let correlation = CorrelationId::new();
        let heard = self.heard(&asking.upstream, asking.method, &asking.principal).await;
        if let Err(refusal) = heard {
            return refusal.into();
        }
        let upstream = match self.fleet.get(&asking.upstream) {
            Some(member) => member.server.id().clone(),
            None => return Refusal::unknown(&asking.tool).into(),
        };
        let ((call, ruling, spends), kept) = loop {
            let parts = CallParts {
                tenant: self.tenant.clone(),
                principal: asking.principal.clone(),
                session: self.session,
                upstream: upstream.clone(),
                method: asking.method,
                tool: asking.tool.clone(),
                definition: Digest::ZERO,
                arguments: asking.arguments.clone(),
            };
            let judged = self.judge(parts, Known::default()).await;
            let judged = match self.priced(judged, correlation).await {
                Ok(judged) => judged,
                Err(refusal) => return refusal.into(),
            };
            let kept = match judged.1.verdict {
                Verdict::Ask => match self.remembered(&judged.0, &judged.1).await {
                    Ok(kept) => kept,
                    Err(refusal) => return refusal.into(),
                },
                Verdict::Allow | Verdict::Deny => None,
            };
            let runs = kept.as_ref().map_or(judged.1.verdict == Verdict::Allow, |k| k.allows);
            if !runs {
                break (judged, kept);
            }
            let began = Instant::now();
            if let Err(refusal) = self.ready(&asking.upstream).await {
                return refusal.into();
            }
            // While its server came up what holds may have changed, and what holds when it is sent is what counts.
            if began.elapsed() < AT_ONCE {
                break (judged, kept);
            }
        };
        // A tool that nobody listed.
        if asking.method == Method::ToolsCall && call.parts().definition == Digest::ZERO {
            return Refusal::unknown(&asking.tool).into();
        }
        let road = asking.patience.road.as_ref();
        let back = match self.came_back(road, &call, &ruling, correlation).await {
            Ok(back) => back,
            Err(refusal) => return refusal.into(),
        };
        // Whatever lets it go meanwhile, nothing is sent after its own user said no.
        let back = match back {
            Some(no) if no.is_no() && (kept.is_some() || ruling.verdict == Verdict::Allow) => {
                return self.declined(no, asking).await;
            }
            back => back,
        };
        match ruling.verdict {
            Verdict::Deny => self.refuse_by_policy(&call, &ruling, correlation).await,
            Verdict::Allow => self.run_allowed((call, spends), &ruling, correlation, asking).await,
            Verdict::Ask => match (kept, back) {
                (Some(kept), _) => {
                    self.answer_kept(kept, (call, spends), ruling, correlation, asking).await
                }
                (None, Some(back)) => self.go_on(back, asking).await,
                (None, None) => self.ask(call, ruling, correlation, asking).await,
            },
        }
    }

    /// Waits again for a question of the same principal and, after the yes, runs the stored bytes.
    pub async fn resume(
        &self,
        id: ApprovalId,
        principal: &Principal,
        patience: Patience,
        on_the_way: OnTheWay,
    ) -> Reply {
        let store = self.desk.store();
        let approval = match store.approval(&self.tenant, id).await {
            Ok(Some(approval)) if approval.principal == *principal => approval,
            Ok(_) => return Refusal::no_such_approval(id).into(),
            Err(error) => return Refusal::store(&error).into(),
        };
        if let Err(error) = store.attach(&self.tenant, id, self.session).await {
            return Refusal::store(&error).into();
        }
        self.wait_and_run(approval, patience, on_the_way).await
    }

    async fn refuse_by_policy(
        &self,
        call: &Call,
        ruling: &Ruling,
        correlation: CorrelationId,
    ) -> Reply {
        // The refusal stands even if it cannot be recorded; but then say that, since the journal must hold it.
        match self.journal.refused(call, ruling, correlation, "denied_by_policy").await {
            Ok(()) => Refusal::by_policy(call, ruling).into(),
            Err(error) => Refusal::store(&error).into(),
        }
    }

    async fn run_allowed(
        &self,
        (call, spends): (Call, Vec<Reservation>),
        ruling: &Ruling,
        correlation: CorrelationId,
        asking: Asking,
    ) -> Reply {
        let Asking { upstream, on_the_way: OnTheWay { passed, progress, cancel, gone }, .. } =
            asking;
        let member = match self.ready(&upstream).await {
            Ok(member) => member,
            Err(refusal) => return refusal.into(),
        };
        if gone.is_cancelled() {
            return Refusal::withdrawn().into();
        }
        match self.journal.permit_allowed(call, ruling, correlation, passed, spends).await {
            Ok(permit) => self.forward(permit, &member, progress, &cancel).await,
            Err(why) => Refusal::no_permit(&why).into(),
        }
    }

    async fn wait_and_run(
        &self,
        approval: Approval,
        patience: Patience,
        on_the_way: OnTheWay,
    ) -> Reply {
        let id = approval.id;
        match self.wait_for_yes(approval, patience, &on_the_way.gone).await {
            Ok(ToWaitFor::Nothing(approval)) => self.run_approved(*approval, on_the_way).await,
            Ok(ToWaitFor::AnothersRun(approval)) => {
                self.share_outcome(*approval, &on_the_way.gone).await
            }
            Err(refusal) => {
                if refusal.leaves {
                    // Best effort: the end of the session leaves whatever is still waited for.
                    let _ = self.desk.store().leave(&self.tenant, id, self.session).await;
                }
                refusal.into()
            }
        }
    }

    /// Runs the stored bytes of an approved row, if everything still is as it was approved.
    async fn run_approved(&self, approval: Approval, on_the_way: OnTheWay) -> Reply {
        let OnTheWay { passed, progress, cancel, gone } = on_the_way;
        // A yes to a plan or a run is used by another verb; it never lets a call go.
        if !approval.subject.is_call() {
            return Refusal::not_a_call(&approval).into();
        }
        let member = match self.ready(&approval.upstream).await {
            Ok(member) => member,
            Err(refusal) => return refusal.about(&approval).into(),
        };
        let heard = self.heard(&approval.upstream, approval.method, &approval.principal).await;
        if let Err(refusal) = heard {
            return refusal.about(&approval).into();
        }
        let parts = CallParts {
            tenant: approval.tenant.clone(),
            principal: approval.principal.clone(),
            session: self.session,
            upstream: member.server.id().clone(),
            method: approval.method,
            tool: approval.tool.clone(),
            definition: Digest::ZERO,
            arguments: approval.arguments.clone(),
        };
        let judged = self.judge(parts, Known::of_yes(&approval)).await;
        let (call, ruling, spends) = match self.priced(judged, approval.correlation).await {
            Ok(judged) => judged,
            Err(refusal) => return refusal.about(&approval).into(),
        };
        if ruling.verdict == Verdict::Deny {
            return match self
                .journal
                .refused(&call, &ruling, approval.correlation, "denied_by_policy")
                .await
            {
                Ok(()) => Refusal::by_policy(&call, &ruling).about(&approval).into(),
                Err(error) => Refusal::store(&error).into(),
            };
        }
        if !approval.is_enough_for(&self.needs(&call, &ruling)) {
            return self.too_few(&approval, &call, &ruling).await.into();
        }
        // The last moment at which a client that left can stop it: from the commit on it is on its way.
        if self.has_left(&gone).await {
            return Refusal::withdrawn().about(&approval).into();
        }
        match self.journal.permit_approved(call, &approval, &ruling, passed, spends).await {
            Ok(permit) => self.forward(permit, &member, progress, &cancel).await,
            Err(NoPermit::NotConsumed(NotConsumed::State(
                crate::domain::approval::State::Consumed,
            ))) => self.share_outcome(approval, &cancel).await,
            Err(NoPermit::Store(error @ StoreError::CommitUnknown(_))) => {
                Refusal::store(&error).about(&approval).into()
            }
            Err(why) => Refusal::no_permit(&why).about(&approval).into(),
        }
    }
}
