//! What a confirmed question does: proof is taken, what was shown is compared with what stands, and then it is decided.
//!
//! Every refusal is said and leaves everything as it was. A yes to several is checked as a whole before the first counts.

use crate::app::App;
use crate::approval::Approver;
use crate::card::Facts;
use crate::card::page::Tone;
use crate::cli::answer;
use crate::cli::exit::{self, Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::watch::model::Model;
use crate::cli::watch::prompt::{Ask, Batch, Prompt};
use crate::cli::watch::queue;
use crate::cli::watch::sheet::together;
use crate::domain::approval::{Approval, State};
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::ruling::Tier;
use crate::store::NotDecided;
use anyhow::Result;

/// Who watches, and what his decisions left.
#[derive(Debug)]
pub(in crate::cli::watch) struct Chair<'a> {
    pub(in crate::cli::watch) app: &'a App,
    pub(in crate::cli::watch) caller: &'a Caller,
    /// What was decided and where the journal stood then: printed once the screen is gone.
    pub(in crate::cli::watch) record: Vec<String>,
}

/// What stands differs from what was shown.
#[derive(Debug)]
struct Changed(Box<Facts>);

impl Chair<'_> {
    /// Does what was confirmed and says how it went.
    pub(in crate::cli::watch) async fn confirmed(&mut self, model: &mut Model, width: usize) {
        let Some(prompt) = model.prompt.take() else { return };
        let Prompt { ask, about, typed, .. } = prompt;
        let done = match (ask, about) {
            (Ask::Yes | Ask::Word, Some(about)) => self.one(about, Some(&typed), None).await,
            (Ask::No, Some(about)) => {
                let reason = Some(typed.trim().to_owned()).filter(|reason| !reason.is_empty());
                self.one(about, None, reason).await
            }
            (Ask::Batch(batch), _) => self.several(&batch, model).await,
            (Ask::Pause(on), _) => self.pause(on, &typed).await,
            (Ask::Yes | Ask::Word | Ask::No, None) => return,
        };
        match done {
            Ok(Ok(told)) => model.say(told, Tone::Added),
            Ok(Err(Changed(facts))) => {
                model.selected = Some(facts.approval.id);
                queue::show(model, *facts, width);
                let text = "NOT decided: it is not what was shown any more; this is how it stands";
                model.say(text, Tone::Grave);
            }
            Err(error) => model.say(in_a_line(&error), Tone::Grave),
        }
    }

    /// The question as it stands, if it is what was shown.
    async fn same(&self, id: ApprovalId, seal: Digest) -> Result<Result<Facts, Changed>> {
        let Some(approval) = self.app.store.approval(&self.app.tenant, id).await? else {
            return Err(answer::not_decided(&NotDecided::NotThere).into());
        };
        if approval.state != State::Pending {
            return Err(answer::not_decided(&NotDecided::Already(approval.state)).into());
        }
        let facts = Facts::gather(self.app.store.as_ref(), &approval).await?;
        Ok(if facts.seal().same(&seal) { Ok(facts) } else { Err(Changed(Box::new(facts))) })
    }

    async fn seat(&self, command: &'static str, approval: Option<ApprovalId>) -> Result<Seat> {
        Seat::take(self.app, self.caller, Demand { command, approval, yes: false }).await
    }

    /// One answer: a yes with what was typed for it, or a no with a reason.
    async fn one(
        &mut self,
        (id, seal): (ApprovalId, Digest),
        yes: Option<&str>,
        reason: Option<String>,
    ) -> Result<Result<String, Changed>> {
        let seat = self.seat("watch", Some(id)).await?;
        let facts = match self.same(id, seal).await? {
            Ok(facts) => facts,
            Err(changed) => return Ok(Err(changed)),
        };
        let tier = facts.approval.ruling.tier;
        let told = match yes {
            Some(typed) => {
                answer::may_only_be_approved(&facts.approval)?;
                let approver = if tier >= Tier::GRAVE {
                    seat.confirmed_by(typed, &[facts.word])?
                } else {
                    seat.pressed(Some(tier))?
                };
                self.yes(&facts, &approver).await?
            }
            None => {
                let approver = seat.pressed(None)?;
                let tenant = &self.app.tenant;
                let decided = self.app.desk.deny(tenant, id, &approver, reason).await?;
                self.decided(&decided.map_err(|why| answer::not_decided(&why))?).await?
            }
        };
        self.signed(told).await.map(Ok)
    }

    async fn yes(&mut self, facts: &Facts, approver: &Approver) -> Result<String> {
        let (app, a) = (self.app, &facts.approval);
        let decided =
            app.desk.approve(&app.tenant, a.id, approver, None, Some(a.call_digest)).await?;
        self.decided(&decided.map_err(|why| answer::not_decided(&why))?).await
    }

    async fn decided(&mut self, approval: &Approval) -> Result<String> {
        let told = answer::outlook(self.app, approval).await?;
        self.record.push(told.clone());
        Ok(told)
    }

    /// Where the journal stands after it.
    async fn signed(&mut self, told: String) -> Result<String> {
        let head = answer::head(self.app).await?;
        self.record.push(head.clone());
        Ok(format!("{told} ({head})"))
    }

    /// Gathers what is marked, to be shown together.
    ///
    /// # Errors
    /// Those of the store.
    pub(in crate::cli::watch) async fn gather(
        &self,
        model: &mut Model,
        width: usize,
    ) -> Result<()> {
        let rows = model.rows.iter().filter(|row| model.marked.contains(&row.id));
        let found: Vec<_> =
            rows.filter(|row| row.may_be_marked()).map(|r| (r.number, r.id)).collect();
        let mut of = Vec::new();
        for (number, id) in found {
            let approval = self.app.store.approval(&self.app.tenant, id).await?;
            if let Some(approval) = approval.filter(|approval| approval.state == State::Pending) {
                of.push((number, Facts::gather(self.app.store.as_ref(), &approval).await?));
            }
        }
        if of.is_empty() {
            model.say("nothing of what was marked waits any more", Tone::Warn);
            return Ok(());
        }
        let lines = together(&of, width);
        let text = format!("yes to all {} of these, each exactly so, once?", of.len());
        model.prompt = Some(Prompt::new(Ask::Batch(Batch { of, lines, scroll: 0 }), None, text));
        Ok(())
    }

    /// A yes to each of them; all must be as they were shown.
    async fn several(
        &mut self,
        batch: &Batch,
        model: &mut Model,
    ) -> Result<Result<String, Changed>> {
        let mut given = Vec::new();
        for (_, shown) in &batch.of {
            let a = &shown.approval;
            if a.ruling.tier >= Tier::GRAVE || !a.subject.is_call() {
                let what = "only calls below tier 3 are answered together";
                return Err(Stop::new(Code::Denied, what).into());
            }
            let seat = self.seat("watch", Some(a.id)).await?;
            match self.same(a.id, shown.seal()).await? {
                Ok(facts) => given.push((seat.pressed(Some(a.ruling.tier))?, facts)),
                Err(changed) => return Ok(Err(changed)),
            }
        }
        model.marked.clear();
        let count = given.len();
        for (done, (approver, facts)) in given.into_iter().enumerate() {
            if let Err(error) = self.yes(&facts, &approver).await {
                let why = in_a_line(&error);
                let told = format!("{done} of {count} approved, then it stopped: {why}");
                return self.signed(told).await.map(Ok);
            }
        }
        self.signed(format!("approved {count}; each runs once")).await.map(Ok)
    }

    /// Stops every agent, or lets all go on.
    async fn pause(&mut self, on: bool, typed: &str) -> Result<Result<String, Changed>> {
        let app = self.app;
        let seat = self.seat(if on { "pause" } else { "unpause" }, None).await?;
        let approver = seat.confirmed_by(typed, &["yes"])?;
        let told = if on {
            app.store.pause(&app.tenant, None, approver.principal()).await?;
            "paused every agent; nothing more is sent"
        } else {
            app.store.unpause(&app.tenant, None, approver.principal()).await?;
            "every agent may go on"
        };
        self.record.push(told.to_owned());
        self.signed(told.to_owned()).await.map(Ok)
    }
}

/// An error and what to do about it, in one line.
pub(in crate::cli::watch) fn in_a_line(error: &anyhow::Error) -> String {
    let text = exit::report(error);
    text.trim_end().replace("\nhelp: ", "; ").replace('\n', " ")
}
