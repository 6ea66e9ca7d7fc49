//! `run create`: a plan from a file, as a run.

use crate::app::{App, Globals};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::run::{bench, code, line, told};
use crate::domain::visible;
use crate::run::{NotMade, Unresolved, Wish, create};
use crate::store::runs::RUNS_KEPT;
use anyhow::{Context as _, Result};
use std::io::Read as _;

/// Options of `run create`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 4 when it waits for a yes, 3 when it is refused. The same plan with the same keys gives the same run.

Examples:
  countersign run create plan.json --directive D3
  cat plan.json | countersign run create - --directive D4 --json")]
pub(crate) struct Args {
    /// The plan, as JSON; `-` reads it from stdin.
    file: String,
    /// The class it runs under.
    #[arg(long, value_name = "NAME")]
    directive: String,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// More than a line of the protocol may hold is no plan.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Makes it.
///
/// # Errors
/// [`Stop`]: why there is no run.
pub(crate) async fn run(app: &mut App, globals: &Globals, args: &Args) -> Result<Code> {
    let mut ir = Vec::new();
    if args.file == "-" {
        std::io::stdin().lock().take(LARGEST).read_to_end(&mut ir).context("cannot read stdin")?;
    } else {
        let file = std::fs::File::open(&args.file)
            .with_context(|| format!("cannot open `{}`", args.file))?;
        file.take(LARGEST)
            .read_to_end(&mut ir)
            .with_context(|| format!("cannot read `{}`", args.file))?;
    }
    let bench = bench(app, globals).await?;
    let wish = Wish {
        principal: &bench.principal,
        directive: &args.directive,
        ir: &ir,
        on_ask: app.config.approvals.on_ask,
    };
    let made = create(&bench.gate, wish).await;
    bench.gate.drain().await;
    bench.closing.close(app).await?;
    let made = made.map_err(not_made)?;
    let view = told(app, &made.run).await?;
    if args.json {
        output::json(&view)?;
    } else {
        output::line(line(&view))?;
    }
    Ok(code(&made.run, &view))
}

fn not_made(why: NotMade) -> anyhow::Error {
    match why {
        NotMade::UnknownDirective(known) => Stop::new(Code::Usage, "no such directive is configured")
            .help(format!("there are `{}`", known.join("`, `")))
            .into(),
        NotMade::Rejected(validation) => {
            let lines: Vec<String> = validation
                .violations
                .iter()
                .map(|v| format!("{} at `{}`: {}", v.code, v.path, v.message))
                .collect();
            Stop::new(Code::Denied, format!("the plan is refused: {}", lines.join("; ")))
                .help("`countersign ir validate FILE` tells the same without making a run")
                .into()
        }
        NotMade::Unresolved(Unresolved::NotMapped { step, why }) => {
            Stop::new(Code::Configuration, format!("step {} is no call here: {why}", step + 1))
                .into()
        }
        NotMade::Unresolved(Unresolved::Refused { step, refusal }) => Stop::new(
            Code::Failure,
            format!("step {} cannot be resolved: {}", step + 1, refusal.text),
        )
        .into(),
        NotMade::Denied(step, refusal) => {
            Stop::new(Code::Denied, format!("step {} is denied: {}", step + 1, refusal.text)).into()
        }
        NotMade::NeedsAYes(tier) => Stop::new(
            Code::Denied,
            format!("it is of tier {tier} and needs a yes, and `approvals.on_ask` is `deny`"),
        )
        .into(),
        NotMade::TooLarge => {
            Stop::new(Code::Failure, "its plan or its calls are more than a question may hold (4 MiB, 100,000 keys)")
                .help("split the plan")
                .into()
        }
        NotMade::KeyTaken(taken) => Stop::new(
            Code::Denied,
            format!(
                "the idempotency key `{}` was used before, by run {}, for another plan or under another directive",
                visible::inline(&taken.key).text,
                taken.run
            ),
        )
        .into(),
        NotMade::Paused => Stop::new(Code::Pending, "this agent is paused, so it asks nothing")
            .help("`countersign unpause` lets it go on")
            .into(),
        NotMade::TooMany => Stop::new(
            Code::Failure,
            format!("{RUNS_KEPT} runs of this agent are neither ended nor forgotten"),
        )
        .help("execute some, or cancel their questions with `countersign cancel`")
        .into(),
        NotMade::Store(error) => error.into(),
    }
}
