//! Waiting for a person, no longer than the client can bear, and telling the client meanwhile.

use crate::approval::Ended;
use crate::config::OnAsk;
use crate::domain::approval::{Approval, State, TokenState};
use crate::domain::outcome::OutcomeKind;
use crate::gate::{Gate, Refusal, Reply, Road, ToWaitFor};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Called about every five seconds while a call is held, with what to tell.
pub type Beat = Box<dyn FnMut(u32, &str) + Send>;

/// How long to wait for a person, and how the client hears of it.
pub struct Patience {
    /// What to do with a call that needs a yes.
    pub on_ask: OnAsk,
    /// The longest wait.
    pub hold: Duration,
    /// Tells the client that we still wait.
    pub beat: Option<Beat>,
    /// How the client itself can carry the question, where it can.
    pub road: Option<Road>,
}

impl std::fmt::Debug for Patience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Patience({:?}, {:?})", self.on_ask, self.hold)
    }
}

const BEAT: Duration = Duration::from_secs(5);

/// How long a waiter stays for the outcome of somebody else's run, beyond what the upstream may take.
const SHARED_RUN: Duration = Duration::from_secs(15 * 60);

/// Whether a waiter has nothing more to wait for: a yes that sleeps until its token comes is waited for.
fn is_settled(approval: &Approval) -> bool {
    match approval.state {
        State::Pending => false,
        State::Approved => approval.token != TokenState::Minted,
        State::Consumed | State::Denied | State::Expired | State::Cancelled => true,
    }
}

impl Gate {
    pub(in crate::gate) async fn wait_for_yes(
        &self,
        approval: Approval,
        patience: Patience,
        cancel: &CancellationToken,
    ) -> Result<ToWaitFor, Refusal> {
        let Patience { on_ask, hold, mut beat, road } = patience;
        let hold = if on_ask == OnAsk::Hold { hold } else { Duration::ZERO };
        // There is no use in a question that is withdrawn at once.
        let road = road.filter(|_| !hold.is_zero());
        let until = Instant::now() + hold;
        let wait = self.desk.wait(&self.tenant, approval.id, until, is_settled);
        // Whatever ends the wait drops this, and so takes the question off the client's screen.
        let asked = self.ask_client(road.as_ref(), on_ask, &approval);
        tokio::pin!(wait, asked);
        let mut is_heard = false;
        let mut beats = tokio::time::interval(BEAT);
        let mut count = 0_u32;
        let ended = loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Refusal::withdrawn().about(&approval)),
                // A script that closed its input still reads: tell it what waits, but wait no more.
                () = self.left.cancelled() => {
                    let pending = Refusal::pending(&approval, self.desk.store().is_durable());
                    return Err(Refusal { leaves: true, ..pending });
                }
                ended = &mut wait => break ended,
                () = &mut asked, if !is_heard => is_heard = true,
                _ = beats.tick(), if beat.is_some() && !hold.is_zero() => {
                    count += 1;
                    let left = until.saturating_duration_since(Instant::now()).as_secs();
                    let text = format!(
                        "Waiting for a person's yes: {}.{} ({}:{:02} left)",
                        approval.upstream, approval.tool, left / 60, left % 60,
                    );
                    if let Some(beat) = beat.as_mut() {
                        beat(count, &text);
                    }
                }
            }
        };
        match ended {
            Err(error) => Err(Refusal::store(&error).about(&approval)),
            Ok(Ended::Gone) => Err(Refusal::no_such_approval(approval.id)),
            Ok(Ended::StillPending(row)) => {
                Err(Refusal::pending(&row, self.desk.store().is_durable()))
            }
            Ok(Ended::Decided(row)) => match row.state {
                State::Approved => Ok(ToWaitFor::Nothing(row)),
                State::Consumed => Ok(ToWaitFor::AnothersRun(row)),
                State::Pending | State::Denied | State::Expired | State::Cancelled => {
                    Err(Refusal::ended(&row))
                }
            },
        }
    }

    /// Waits for the outcome of a run that another waiter began, and hands on what it left.
    pub(in crate::gate) async fn share_outcome(
        &self,
        approval: Approval,
        cancel: &CancellationToken,
    ) -> Reply {
        if !approval.subject.is_call() {
            // Whoever used it knows how it went on; there is no answer of a server to share.
            return Refusal::ended(&approval).into();
        }
        let name = format!("{}.{}", approval.upstream, approval.tool);
        let until = Instant::now() + SHARED_RUN;
        let wait = self.desk.wait(&self.tenant, approval.id, until, |row| {
            row.outcome.is_some() || row.state != State::Consumed && is_settled(row)
        });
        let ended = tokio::select! {
            biased;
            () = cancel.cancelled() => return Refusal::withdrawn().about(&approval).into(),
            ended = wait => ended,
        };
        match ended {
            // It was used, so "not executed" would be a guess.
            Err(error) => {
                tracing::error!("{error}");
                Refusal::unknown_outcome(&name, error.code()).about(&approval).into()
            }
            Ok(Ended::Decided(row)) if row.state == State::Consumed => self.kept(*row).await,
            Ok(Ended::Decided(row) | Ended::StillPending(row)) => Refusal::ended(&row).into(),
            Ok(Ended::Gone) => Refusal::no_such_approval(approval.id).into(),
        }
    }

    async fn kept(&self, row: Approval) -> Reply {
        let store = self.desk.store();
        let name = format!("{}.{}", row.upstream, row.tool);
        match store.kept_answer(&self.tenant, row.id).await {
            Err(error) => {
                tracing::error!("{error}");
                Refusal::unknown_outcome(&name, error.code()).about(&row).into()
            }
            Ok(None) if row.outcome == Some(OutcomeKind::Unknown) => {
                let unknown = Refusal::unknown_outcome(&name, "nobody knows how it ended");
                Refusal { of: Some(row.id), ..unknown.about(&row) }.into()
            }
            Ok(None) => Refusal::ended(&row).into(),
            Ok(Some(bytes)) => match String::from_utf8(bytes) {
                Err(_) => Refusal::unknown_outcome(&name, "unreadable").about(&row).into(),
                Ok(text) => crate::gate::forward::kept_reply(text, row.id),
            },
        }
    }
}
