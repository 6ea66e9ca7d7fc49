//! `watch`: the queue live, answered in place at a terminal; on a pipe one line an event.
//!
//! The row is the truth here too: every hint of the store makes the whole queue be read again, and an answer goes
//! through the same proof as everywhere else.

mod line;

use crate::app::App;
use crate::cli::answer::{self, Way};
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::watch::line::Line;
use crate::cli::{exit, output, policy, view};
use crate::domain::approval::{Approval, State};
use crate::domain::time::Millis;
use crate::store::ApprovalFilter;
use anyhow::Result;
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;
use tokio::sync::mpsc;

/// Questions that are watched at once.
const AT_ONCE: usize = 1_000;
/// The queue is read again after this time even if nothing was heard.
const LONGEST: i64 = 60_000;

/// Options of `watch`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
At a terminal every question is shown as it comes, with a number. Then type:
  y 3               yes to number 3; tier 3 wants the word on its card: y 3 WORD
  n 3 use staging   no, with a reason for the agent
  s 3               its card again, with nothing left out
  l                 what waits
  q                 ends

On a pipe: one line an event, with tabs: time, event, id, tool, tier, who.")]
pub(crate) struct Args {}

/// What is on the screen.
#[derive(Debug)]
struct Queue {
    waiting: BTreeMap<u32, Approval>,
    last: u32,
    live: bool,
}

/// Watches until told to end, or until nobody reads.
pub(crate) async fn run(app: &mut App, _: &Args) -> Result<()> {
    let caller = Caller::of(app, "watch").await?;
    caller.may_read(app)?;
    let live =
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && output::to_terminal();
    let mut typed = typed_lines(live);
    let mut changes = app.store.changes();
    let mut queue = Queue { waiting: BTreeMap::new(), last: 0, live };
    if live {
        output::line(
            "watching; `y N` says yes, `n N REASON` says no, `s N` shows all of it, `q` ends",
        )?;
    }
    loop {
        queue.look(app).await?;
        let now = app.store.now().await?;
        let due =
            queue.waiting.values().map(|a| a.answer_by.since(now) + 5).min().unwrap_or(LONGEST);
        let pause = Duration::from_millis(due.clamp(5, LONGEST).unsigned_abs());
        tokio::select! {
            () = changes.changed() => {}
            () = tokio::time::sleep(pause) => {}
            line = typed.recv(), if live => match line.as_deref().map(line::parse) {
                None | Some(Line::Quit) => return Ok(()),
                Some(line) => {
                    if let Err(error) = queue.obey(app, &caller, line).await {
                        // A refused answer is told and the watch goes on; an output that closed ends it.
                        if exit::code_of(&error) == Code::Ok {
                            return Err(error);
                        }
                        output::line(exit::report(&error).trim_end())?;
                    }
                }
            },
        }
    }
}

/// Lines as they are typed. Reading blocks, so it has a thread of its own, which ends with the process.
fn typed_lines(live: bool) -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    if live {
        std::thread::spawn(move || {
            for line in std::io::stdin().lines() {
                let Ok(line) = line else { break };
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

impl Queue {
    /// Reads what waits and says what came and what went.
    async fn look(&mut self, app: &App) -> Result<()> {
        let filter = ApprovalFilter {
            tenant: app.tenant.clone(),
            states: vec![State::Pending],
            principal: None,
            limit: AT_ONCE,
        };
        let mut pending = app.store.approvals(filter).await?;
        pending.reverse();
        let now = app.store.now().await?;
        let gone: Vec<u32> = self
            .waiting
            .iter()
            .filter(|(_, known)| pending.iter().all(|p| p.id != known.id))
            .map(|(number, _)| *number)
            .collect();
        for number in gone {
            if let Some(known) = self.waiting.remove(&number) {
                let ended = app.store.approval(&app.tenant, known.id).await?.unwrap_or(known);
                self.say_gone(number, &ended, now)?;
            }
        }
        for approval in pending {
            match self.waiting.iter_mut().find(|(_, known)| known.id == approval.id) {
                Some((number, known)) => {
                    let number = *number;
                    let left = known.abandoned_at.is_none() && approval.abandoned_at.is_some();
                    known.clone_from(&approval);
                    if left {
                        self.say(
                            number,
                            &approval,
                            "abandoned",
                            "nobody waits for it any more",
                            now,
                        )?;
                    }
                }
                None => {
                    self.last += 1;
                    self.say_new(app, self.last, &approval, now).await?;
                    self.waiting.insert(self.last, approval);
                }
            }
        }
        Ok(())
    }

    async fn say_new(
        &self,
        app: &App,
        number: u32,
        approval: &Approval,
        now: Millis,
    ) -> Result<()> {
        if self.live {
            // The bell: whoever looks elsewhere hears it.
            let card = view::render(app, approval, false).await?;
            return output::line(format!("\u{7}\n-- number {number} --\n{card}"));
        }
        self.say(number, approval, "asked", "", now)
    }

    fn say_gone(&self, number: u32, approval: &Approval, now: Millis) -> Result<()> {
        let by = approval.decided_by.as_ref().map_or_else(String::new, |by| {
            format!("by {}", crate::domain::visible::inline(&by.principal.name).text)
        });
        self.say(number, approval, approval.state.as_str(), &by, now)
    }

    fn say(
        &self,
        number: u32,
        approval: &Approval,
        event: &str,
        more: &str,
        now: Millis,
    ) -> Result<()> {
        let name = view::name(approval);
        if self.live {
            return output::line(
                format!("-- number {number}, `{name}`: {event} {more}").trim_end(),
            );
        }
        let (id, tier) = (approval.id, approval.ruling.tier);
        let who = view::asker(approval);
        output::line(format!("{}\t{event}\t{id}\t{name}\t{tier}\t{who}", now.rfc3339()))
    }

    fn at(&self, number: u32) -> Result<&Approval> {
        self.waiting.get(&number).ok_or_else(|| {
            Stop::new(Code::Failure, format!("no question with the number {number} waits"))
                .help("`l` lists what waits")
                .into()
        })
    }

    /// Does what was typed.
    async fn obey(&self, app: &App, caller: &Caller, line: Line) -> Result<()> {
        match line {
            Line::Nothing | Line::Quit => Ok(()),
            Line::Unknown => output::line("type `y N`, `n N REASON`, `s N`, `l` or `q`"),
            Line::List => {
                for (number, approval) in &self.waiting {
                    let tier = approval.ruling.tier;
                    output::line(format!(
                        "{number}: `{}`, tier {tier}, {}",
                        view::name(approval),
                        view::asker(approval)
                    ))?;
                }
                if self.waiting.is_empty() { output::line("nothing waits") } else { Ok(()) }
            }
            Line::Show(number) => output::line(policy::opened(app, self.at(number)?, true).await?),
            Line::Yes(number, word) => {
                let approval = self.at(number)?;
                self.answer(
                    app,
                    caller,
                    approval,
                    Way::Approve,
                    word.as_deref().unwrap_or("yes"),
                    None,
                )
                .await
            }
            Line::No(number, reason) => {
                let approval = self.at(number)?;
                self.answer(app, caller, approval, Way::Deny, "no", reason).await
            }
        }
    }

    async fn answer(
        &self,
        app: &App,
        caller: &Caller,
        approval: &Approval,
        way: Way,
        typed: &str,
        reason: Option<String>,
    ) -> Result<()> {
        let demand = Demand { command: "watch", approval: Some(approval.id), yes: false };
        let seat = Seat::take(app, caller, demand).await?;
        if way == Way::Approve {
            answer::may_only_be_approved(approval)?;
        }
        let words = answer::words(app, approval, way);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let approver = seat.confirmed_by(typed, &words)?;
        let (tenant, id) = (&app.tenant, approval.id);
        let decided = match way {
            Way::Approve => {
                app.desk.approve(tenant, id, &approver, None, Some(approval.call_digest)).await?
            }
            Way::Deny => app.desk.deny(tenant, id, &approver, reason).await?,
        };
        let decided = decided.map_err(|why| answer::not_decided(&why))?;
        output::line(answer::outlook(app, &decided).await?)?;
        answer::print_head(app, false).await
    }
}
