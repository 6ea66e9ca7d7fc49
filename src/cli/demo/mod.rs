//! `demo`: the whole story in a few seconds, with real processes on a temporary store.
//!
//! An MCP client (rmcp's) starts `wrap` over pipes in front of the bundled notes server; the person's part is
//! played by `approve`, `deny` and `audit verify`, each a process of its own with an admin's token.

mod forger;
mod notes;
mod stage;

use crate::cli::demo::stage::Stage;
use crate::cli::exit::{Code, Stop};
use anyhow::Result;
use std::path::PathBuf;
use std::time::Instant;

/// `demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign demo")]
pub(crate) struct Args {
    /// Serves the bundled notes on stdin and stdout instead, logging executed calls to this file.
    #[arg(long, hide = true, value_name = "FILE")]
    notes: Option<PathBuf>,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    if let Some(log) = &args.notes {
        notes::serve(log.clone()).await?;
        return Ok(Code::Ok);
    }
    let started = Instant::now();
    let stage = Stage::set().await?;
    let told = tell(&stage).await;
    let ended = stage.clear().await;
    told.and(ended)?;
    stage::line(&format!(
        "\nDone in {:.1} s. Everything above ran in real processes; nothing is left behind.",
        started.elapsed().as_secs_f64()
    ))?;
    stage::line("Put it in front of a server of yours:  countersign wrap -- CMD ...")?;
    Ok(Code::Ok)
}

fn holds(fact: bool, what: &str) -> Result<()> {
    if fact {
        Ok(())
    } else {
        Err(Stop::new(Code::Failure, format!("the demo went wrong: {what}")).into())
    }
}

async fn tell(stage: &Stage) -> Result<()> {
    stage::title("1  a read passes")?;
    let read = stage.call("read_note", r#"{"id":"welcome"}"#).await?;
    stage::line(&format!("   agent  read_note welcome     -> {}", read.text))?;
    holds(!read.is_error && stage.executed()? == 1, "the read did not pass")?;

    stage::title("2  a write waits, a person says yes, it runs once")?;
    let write = r#"{"id":"plan","text":"ship on friday"}"#;
    let waiting = stage.start("write_note", write);
    let id = stage.waits_for(1).await?;
    stage::line("   agent  write_note plan       ... held; this is what the person sees:")?;
    stage.show_card(&id).await?;
    holds(stage.executed()? == 1, "the write ran without a yes")?;
    stage.approve(&id).await?;
    let ran = waiting.await??;
    stage::line(&format!("   person approve {}   -> agent gets: {}", stage::short(&id), ran.text))?;
    holds(!ran.is_error && stage.executed()? == 2, "the approved write did not run once")?;

    stage::title("3  the same call again asks anew, and so does a changed one")?;
    let replay = stage.start("write_note", write);
    let replay_id = stage.waits_for(1).await?;
    holds(replay_id != id && stage.executed()? == 2, "the yes was used twice")?;
    stage::line(&format!(
        "   agent  write_note plan       ... a new question ({})",
        stage::short(&replay_id)
    ))?;
    let changed = stage.start("write_note", r#"{"id":"plan","text":"ship on fridaY"}"#);
    stage.waits_for(2).await?;
    stage::line("   agent  one letter changed    ... another new question")?;
    holds(stage.executed()? == 2, "a changed call ran on an old yes")?;

    stage::title("4  a no reaches the agent with its reason")?;
    for id in stage.pending().await? {
        stage.deny(&id, "not on a friday").await?;
    }
    let (replay, changed) = (replay.await??, changed.await??);
    stage::line(&format!("   agent gets: {}", replay.text))?;
    holds(
        replay.is_error
            && changed.is_error
            && replay.text.contains("not on a friday")
            && stage.executed()? == 2,
        "the denial did not reach the agent",
    )?;

    stage::title("5  the journal shows tampering")?;
    stage.leave().await?;
    let honest = stage.verify().await?;
    stage::line(&format!("   audit verify                 -> {}", honest.first_line()))?;
    holds(honest.code == 0, "an honest journal does not verify")?;
    let seq = forger::forge(&stage.database())?;
    stage::line(&format!("   a forger rewrites row {seq} and re-hashes every row after it"))?;
    let forged = stage.verify().await?;
    stage::line(&format!("   audit verify                 -> {}", forged.first_line()))?;
    holds(forged.code == 5, "the forged row was not found")
}
