//! `watch`: the queue live on the whole screen, answered with keys; without a screen one line an event.
//!
//! The row is the truth here too: every hint of the store makes the whole queue be read again, and an answer goes through
//! the same proof as everywhere else. It is a process of its own: nothing that serves an agent ever asks a person here.

mod deeds;
mod events;
mod keyboard;
mod layout;
mod live;
mod model;
#[cfg(test)]
mod model_tests;
mod paint;
mod prompt;
mod queue;
mod row;
mod sheet;
mod terminal;

use crate::app::App;
use crate::card::keys::{KEYS, name};
use crate::cli::output;
use crate::cli::proof::{Caller, at_terminal};
use anyhow::Result;

/// Options of `watch`.
#[derive(Debug, clap::Args)]
#[command(after_help = help())]
pub(crate) struct Args {
    /// Neither rings nor notifies when a question comes.
    #[arg(long)]
    no_bell: bool,
}

/// The table of keys, and what happens without a screen.
fn help() -> String {
    let mut text = "At a terminal the queue has the whole screen. Keys:\n".to_owned();
    for key in KEYS {
        let keys: Vec<&str> = key.keys.iter().map(|key| name(key)).collect();
        text.push_str(&format!("  {:<17} {}\n", keys.join(", "), key.does));
    }
    text.push_str(
        "What was decided, and where the journal stood then, is printed at the end.\n\n\
         On a pipe, or with TERM=dumb: one line an event, with tabs: time, event, id, tool, tier, who.",
    );
    text
}

/// Watches until told to end, or until nobody reads.
///
/// # Errors
/// When the store cannot be read at the start, or the terminal is gone.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "watch").await?;
    caller.may_read(app)?;
    if at_terminal() && output::to_terminal() && terminal::can_be_screen() {
        live::run(app, &caller, !args.no_bell).await
    } else {
        events::run(app).await
    }
}
