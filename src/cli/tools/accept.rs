//! `tools accept`: pins what a server tells now, and what the tool does.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::tools::{Known, find, known, page};
use crate::cli::{answer, output};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::pin::{Pin, PinState};
use crate::domain::principal::Principal;
use crate::domain::ruling::Effect;
use crate::store::PinUpdate;
use anyhow::Result;

/// Options of `tools accept`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign tools accept files__write_file
  countersign tools accept files__list_directory --effect read    it only reads: stop asking")]
pub(crate) struct Args {
    /// `server__tool`, `server.tool`, or the tool's own name where that is enough.
    name: String,
    /// What it does: `read`, `write`, `sends_out`, `destructive`, `executes` or `pays`; `auto` leaves it to the kernel.
    /// Without it, what was pinned before stays.
    #[arg(long, value_name = "EFFECT", value_parser = effect)]
    effect: Option<Pinned>,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
}

/// An effect to pin, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pinned(pub(crate) Option<Effect>);

fn effect(text: &str) -> Result<Pinned, String> {
    if text == "auto" {
        return Ok(Pinned(None));
    }
    Effect::parse(text).map(|effect| Pinned(Some(effect))).ok_or_else(|| {
        "it is one of `read`, `write`, `sends_out`, `destructive`, `executes`, `pays`, `auto`"
            .to_owned()
    })
}

/// Accepts.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "tools accept").await?;
    caller.may_read(app)?;
    let tool = find(known(app).await?, &args.name)?;
    let demand = Demand { command: "tools accept", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    if seat.types() {
        output::note(page::render(&tool));
    }
    let what = match args.effect.map_or(tool.pin.effect, |Pinned(effect)| effect) {
        Some(Effect::Read) => " as a read, which is not asked about",
        _ => "",
    };
    let question = format!("type `yes` to accept `{}`{what}: ", tool.shown());
    let approver = seat.confirm(&question, &["yes"])?;
    save(app, &tool, args.effect, approver.principal()).await?;
    output::line(said(&tool, args.effect))?;
    answer::print_head(app, false).await
}

/// Pins what was shown, by whoever proved that he may.
pub(crate) async fn save(
    app: &App,
    tool: &Known,
    effect: Option<Pinned>,
    by: &Principal,
) -> Result<()> {
    let text = tool.pin.offered.clone().unwrap_or_else(|| tool.pin.text.clone());
    let pin = Pin {
        digest: Digest::sha256(&[text.as_bytes()]),
        text,
        offered: None,
        state: PinState::Accepted,
        effect: effect.map_or(tool.pin.effect, |Pinned(effect)| effect),
        at: app.store.now().await?,
        ..tool.pin.clone()
    };
    let mut row = Draft::new(EntryType::ToolAccepted, &app.tenant);
    row.principal = Some(by.clone());
    row.upstream = Some(pin.upstream.clone());
    row.tool = Some(pin.tool.clone());
    row.body = serde_json::to_vec(&serde_json::json!({
        "identity": pin.identity,
        "digest": pin.digest,
        "before": tool.pin.digest,
        "state_before": tool.pin.state,
        "effect": pin.effect,
        "effect_before": tool.pin.effect,
    }))?;
    // Between showing and saving the server may have told something else again; what was shown is what is pinned.
    let update = PinUpdate { pin, was: Some(tool.pin.clone()), row };
    if !app.store.save_pins(&app.tenant, vec![update]).await? {
        return Err(Stop::new(
            Code::Failure,
            format!("`{}` has changed since it was shown", tool.shown()),
        )
        .help("look at it again, then accept")
        .into());
    }
    Ok(())
}

/// What was accepted, for people.
pub(crate) fn said(tool: &Known, effect: Option<Pinned>) -> String {
    let name = tool.shown();
    match effect.map_or(tool.pin.effect, |Pinned(effect)| effect) {
        Some(Effect::Read) => format!("accepted `{name}` as a read; its calls are not asked about"),
        Some(effect) => format!("accepted `{name}` with the effect `{}`", effect.as_str()),
        None => format!("accepted `{name}`; what its calls do is judged by the kernel"),
    }
}
