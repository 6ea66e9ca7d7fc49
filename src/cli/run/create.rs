//! `run create`: a plan from a file, as a run.

use crate::app::{App, Globals};
use crate::cli::exit::{Code, Stop};
use crate::cli::run::refusal::{self, code_of_refusal};
use crate::cli::run::{bench, code, told};
use crate::cli::{output, read};
use crate::domain::visible;
use crate::gate::Refusal;
use crate::run::{NotMade, Unresolved, Wish, create};
use crate::store::runs::RUNS_KEPT;
use anyhow::Result;
use std::path::PathBuf;

/// Options of `run create`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 4 when it waits for a yes, 3 when it is refused. The same plan with the same keys gives the same run.

Examples:
  countersign run create plan.json --directive D3
  cat plan.json | countersign run create - --directive D4 --json")]
pub(crate) struct Args {
    /// The plan, as JSON; `-` reads it from stdin.
    file: PathBuf,
    /// The class it runs under.
    #[arg(long, value_name = "NAME")]
    directive: String,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Makes it.
///
/// # Errors
/// [`Stop`]: why there is no run.
pub(crate) async fn run(app: &mut App, globals: &Globals, args: &Args) -> Result<Code> {
    let ir = read::plan(&args.file)?;
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
        output::line(view.line())?;
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
                .map(|v| {
                    let at = match v.path.as_str() {
                        "" => String::new(),
                        path => format!(" at `{}`", visible::shorten(&visible::inline(path), 120)),
                    };
                    format!("{}{at}: {}", v.code, v.message)
                })
                .collect();
            Stop::new(Code::Denied, format!("the plan is refused: {}", lines.join("; ")))
                .help("`countersign ir validate FILE` tells the same without making a run")
                .into()
        }
        NotMade::Unresolved(Unresolved::NotMapped { step, why }) => {
            Stop::new(Code::Configuration, format!("step {} is no call here: {why}", step + 1))
                .into()
        }
        NotMade::Unresolved(Unresolved::Refused { step, refusal }) => {
            refused(step, "cannot be resolved", &refusal)
        }
        NotMade::Denied(step, refusal) => refused(step, "is denied", &refusal),
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

/// A step that stands in the way of its run.
fn refused(step: usize, how: &str, refusal: &Refusal) -> anyhow::Error {
    let (what, help) = refusal::told(refusal, None);
    let mut stop = Stop::new(code_of_refusal(refusal), format!("step {} {how}: {what}", step + 1));
    stop.help = help;
    stop.into()
}
