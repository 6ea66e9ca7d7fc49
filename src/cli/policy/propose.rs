//! `policy propose`: makes a suggestion, for whoever may decide. Needs no proof, since nothing changes by it.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::policy::{not_taken, office, page, resting};
use crate::cli::proof::Caller;
use crate::cli::{answer, output, read};
use crate::domain::id::SessionId;
use crate::gate::changes::{Proposer, view};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Options of `policy propose`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy propose diff.json --comment 'no dropping of tables'
  countersign policy suggest --csv calls.csv --out - | countersign policy propose -
  countersign policy propose --activate cost_control
  countersign policy propose --module pii.rego --status draft
  countersign policy propose --deactivate pii --comment 'too many false alarms'")]
pub(crate) struct Args {
    /// The diff as JSON, `-` for stdin.
    #[arg(required_unless_present_any = ["activate", "deactivate", "module"])]
    file: Option<PathBuf>,
    /// Why; whoever decides reads it.
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Lets this module judge: one that is there, or the template of that name.
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    activate: Vec<String>,
    /// Lets this module rest.
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    deactivate: Vec<String>,
    /// Puts this Rego text as the module that the file is named after.
    #[arg(long, value_name = "FILE.rego", conflicts_with = "file")]
    module: Option<PathBuf>,
    /// What a module put by `--module` is.
    #[arg(long, value_enum, requires = "module", default_value_t = Status::Inactive)]
    status: Status,
    /// One JSON object: the suggestion.
    #[arg(long)]
    json: bool,
}

/// Whether a module judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Status {
    /// It judges.
    Active,
    /// It does not.
    Inactive,
    /// It does not, and need not be whole.
    Draft,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Draft => "draft",
        }
    }
}

/// Proposes.
///
/// # Errors
/// [`Stop`]: the diff is wrong, or cannot stand.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "policy propose").await?;
    caller.may_read(app)?;
    let bytes = match &args.file {
        Some(file) => read::plan(file)?,
        None => serde_json::to_vec(&diff(args)?)?,
    };
    let principal = caller.principal();
    let by = Proposer {
        principal: &principal,
        session: SessionId::new(),
        comment: args.comment.as_deref(),
    };
    let office = office(app).await?;
    let draft = office.draft(by, &bytes).await.map_err(not_taken)?;
    let rests = resting(&draft.diff, &draft.candidate);
    let proposed = office.propose(by, draft).await.map_err(not_taken)?;
    if args.json {
        output::json(&view(&proposed))?;
    } else {
        let id = proposed.approval.id;
        output::note(page::page(app, &proposed, false).await?);
        output::line(format!("suggestion {id} is proposed; nothing changes until it is applied"))?;
    }
    rests.iter().for_each(output::note);
    answer::print_head(app, true).await
}

/// The diff that the options speak of.
fn diff(args: &Args) -> Result<Value> {
    let switch = |names: &[String], status: &str| -> Vec<Value> {
        names.iter().map(|name| json!({ "name": name, "status": status })).collect()
    };
    let mut modules = switch(&args.activate, "active");
    modules.extend(switch(&args.deactivate, "inactive"));
    if let Some(file) = &args.module {
        modules.push(json!({
            "name": stem(file)?,
            "text": String::from_utf8(read::plan(file)?)
                .with_context(|| format!("`{}` is not UTF-8", file.display()))?,
            "status": args.status.as_str(),
        }));
    }
    Ok(json!({ "add": [], "remove": [], "modules": modules, "meta": {} }))
}

/// The name that a file gives its module.
fn stem(file: &Path) -> Result<&str> {
    file.file_stem().and_then(|stem| stem.to_str()).filter(|s| *s != "-").ok_or_else(|| {
        Stop::new(Code::Usage, "`--module` takes a file that is named after its module")
            .help("for instance `cost_control.rego`")
            .into()
    })
}
