//! `policy`: what stands, what is proposed, applying it and taking it back. One file a subcommand.
//!
//! Everybody at home sees and proposes; whatever decides wants proof and the word APPLY.

mod accept;
mod apply;
mod check;
mod collect;
mod diff;
mod history;
mod list;
mod page;
mod propose;
mod reject;
mod replay;
mod rollback;
mod show;
mod suggest;
mod suggestions;
mod test;
mod told;

pub(in crate::cli) use page::{opened, tried_of};

use crate::app::{App, Globals};
use crate::card::suggestion::seen;
use crate::cli::exit::{Code, Stop};
use crate::domain::approval::State;
use crate::domain::policy::{ModuleStatus, PolicyDiff, PolicyVersion, StoredPolicy};
use crate::gate::changes::{CONFIRM, NotTaken, Office, not_applied};
use crate::store::StoreError;
use crate::store::policies::{NotApplied, NotProposed, Suggestion};
use anyhow::Result;

/// Options of `policy`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy list                       rules, modules, and templates to switch on
  countersign policy test                       runs the tests of the modules in force
  countersign policy propose diff.json --comment 'no dropping of tables'
  countersign policy suggestions                what waits for a decision
  countersign policy apply 4f1c                 shows the card; APPLY is typed
  countersign policy reject 4f1c --reason 'too wide'
  countersign policy rollback 7                 takes version 7 back
  countersign policy diff 5 7                   what changed from version 5 to 7
  countersign policy replay --since 7d --diff diff.json     what it would have decided otherwise

A suggestion is a change of policy that somebody proposed. Its diff is one JSON object:
{\"add\": [{\"pattern\", \"tool\", \"effect\", ...}], \"remove\": [RULE_ID],
\"modules\": [{\"name\", \"status\", ...}], \"meta\": {}}.

Exit codes: 0 done, 1 a diff is wrong or something is not there, 2 the command was not
understood, 3 denied or not allowed, 4 it waits for another admin, 5 a check or a test
failed, 6 the configuration or a module of it is wrong.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the rules and modules of the policy.
    List(list::Args),
    /// Shows a rule, a module or template with its text, a suggestion or a version.
    Show(show::Args),
    /// Says what is wrong with modules and rules, each with its place.
    Check(check::Args),
    /// Runs the tests of modules.
    Test(test::Args),
    /// Makes a suggestion; nothing changes until it is applied.
    Propose(propose::Args),
    /// Learns from history what could be suggested.
    Suggest(suggest::Args),
    /// Lists suggestions.
    Suggestions(suggestions::Args),
    /// Applies a suggestion as a new version.
    Apply(apply::Args),
    /// Says no to a suggestion.
    Reject(reject::Args),
    /// Takes a version back, as a new version.
    Rollback(rollback::Args),
    /// Lists the versions of the policy.
    History(history::Args),
    /// Shows what changed between two versions.
    Diff(diff::Args),
    /// Lets an edit of the configuration count that loosens something.
    Accept(accept::Args),
    /// Says what a change would have decided otherwise.
    Replay(replay::Args),
}

/// Runs one of them.
///
/// # Errors
/// [`Stop`]: a diff is wrong, something is not there, or the caller may not.
pub(crate) async fn run(globals: impl Fn() -> Result<Globals>, args: &Args) -> Result<Code> {
    let open = async || -> Result<App> { Ok(App::open(&globals()?).await?) };
    let done = |()| Code::Ok;
    match &args.command {
        // Files are checked and tested without a home.
        Command::Check(args) => check::run(&globals, args).await,
        Command::Test(args) => test::run(&globals, args).await,
        // What is to be accepted is not in force, so it must not keep the store from being opened.
        Command::Accept(args) => {
            accept::run(&mut App::open_to_accept(&globals()?).await?, args).await.map(done)
        }
        Command::List(args) => list::run(&mut open().await?, args).await.map(done),
        Command::Show(args) => show::run(&mut open().await?, args).await.map(done),
        Command::Propose(args) => propose::run(&mut open().await?, args).await.map(done),
        Command::Suggestions(args) => suggestions::run(&mut open().await?, args).await.map(done),
        Command::Apply(args) => apply::run(&mut open().await?, args).await,
        Command::Reject(args) => reject::run(&mut open().await?, args).await,
        Command::Rollback(args) => rollback::run(&mut open().await?, args).await,
        Command::Suggest(args) => suggest::run(&mut open().await?, args).await,
        Command::History(args) => history::run(&mut open().await?, args).await.map(done),
        Command::Diff(args) => diff::run(&mut open().await?, args).await.map(done),
        Command::Replay(args) => replay::run(&mut open().await?, args).await.map(done),
    }
}

/// Where this process makes changes.
async fn office(app: &App) -> Result<Office<'_>, StoreError> {
    Office::open(&app.desk, &app.tenant, &app.config).await
}

/// Whoever puts a module and does not switch it on learns that nothing judges by it yet.
fn resting(diff: &PolicyDiff, stands: &StoredPolicy) -> Vec<String> {
    let put =
        |name: &str| diff.modules.iter().any(|change| change.name == name && change.text.is_some());
    let rests = stands.modules.iter().filter(|module| module.status != ModuleStatus::Active);
    rests
        .filter(|module| put(&module.name))
        .map(|module| {
            let (name, status) = (seen(&module.name, 40), module.status.as_str());
            format!(
                "module `{name}` is {status}: it does not judge until `countersign policy propose --activate {name}` \
                 is applied"
            )
        })
        .collect()
}

/// Why nothing was proposed, in words; every fault of a diff in a line of its own.
fn not_taken(why: NotTaken) -> anyhow::Error {
    let code = match why {
        NotTaken::Store(error) => return error.into(),
        NotTaken::TooGrave | NotTaken::Refused(NotProposed::Paused) => Code::Denied,
        _ => Code::Failure,
    };
    let faults: Vec<String> = why.faults().iter().map(|fault| format!("\n  - {fault}")).collect();
    let colon = if faults.is_empty() { "" } else { ":" };
    Stop::new(code, format!("{}{colon}{}", why.text(), faults.concat())).into()
}

/// Why a change was not applied, in words.
fn refused(of: &Suggestion, why: &NotApplied) -> Stop {
    let (_, text) = match why {
        // An admin presents none.
        NotApplied::Token => (
            "",
            "its yes was given as an answer token, and whoever holds that applies it".to_owned(),
        ),
        NotApplied::State(State::Pending) if of.approval.quorum.required > 1 => (
            "",
            format!(
                "pending, 1 of {}: your yes counts, and nothing changes until another admin says yes, too",
                of.approval.quorum.required
            ),
        ),
        why => not_applied(why),
    };
    let (code, help) = match why {
        NotApplied::State(State::Pending) | NotApplied::OwnSuggestion => {
            (Code::Pending, Some(format!("another admin applies {}", of.approval.id.short())))
        }
        NotApplied::State(State::Denied)
        | NotApplied::HashDiffers
        | NotApplied::NoDecider
        | NotApplied::Token
        | NotApplied::Graver
        | NotApplied::Paused => (Code::Denied, None),
        NotApplied::NotAdmitted(_)
        | NotApplied::NotThere
        | NotApplied::State(_)
        | NotApplied::StaleBase(_) => (Code::Failure, None),
    };
    let stop = Stop::new(code, text);
    match help {
        Some(help) => stop.help(help),
        None => stop,
    }
}

/// A version of this world.
async fn version(app: &App, number: u64) -> Result<PolicyVersion> {
    let found = app.store.policy_version_of(&app.tenant, number).await?;
    found.ok_or_else(|| no_version(number).into())
}

fn no_version(number: u64) -> Stop {
    Stop::new(Code::Failure, format!("there is no version {number} of the policy here"))
        .help("`countersign policy history` lists them")
}
