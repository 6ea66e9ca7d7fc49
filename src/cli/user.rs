//! `user`: people and programs with an API token.

use crate::app::App;
use crate::approval::Token;
use crate::approval::users::{self, NewUser};
use crate::card::count::count;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::domain::principal::Role;
use crate::domain::visible;
use anyhow::Result;
use serde::Serialize;

/// Options of `user`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Adds a user and prints his API token, once.
    #[command(after_help = "\
The very first user is added by typing his name again at a terminal; later ones by any admin.

Examples:
  countersign user add ann --role admin
  countersign user add ci --role agent --json
  countersign user add robot --role operator --signing")]
    Add(Add),
    /// Lists the users.
    List(List),
    /// Ends a user and his token.
    Revoke(Revoke),
}

#[derive(Debug, clap::Args)]
struct Add {
    /// 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit.
    name: String,
    /// What he may do: `agent` asks, `operator` sees and proposes, `admin` decides.
    #[arg(long, value_name = "R", value_parser = role)]
    role: Role,
    /// Prints a signing secret too, for requests to the HTTP API that hold no secret.
    #[arg(long)]
    signing: bool,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: {"name", "role", "token"}, and "signing_secret" if one was wanted.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct List {
    /// One JSON object: {"users": [...]}.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    /// The user.
    name: String,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "it is one of `agent`, `operator`, `admin`".to_owned())
}

/// Adds, lists or revokes.
///
/// # Errors
/// [`Stop`] without proof, and for names that are taken or unknown.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    match &args.command {
        Command::Add(args) => add(app, args).await,
        Command::List(args) => list(app, args).await,
        Command::Revoke(args) => revoke(app, args).await,
    }
}

#[derive(Serialize)]
struct Added<'a> {
    name: &'a str,
    role: Role,
    token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<&'a str>,
}

async fn add(app: &mut App, args: &Add) -> Result<()> {
    if !users::is_name(&args.name) {
        let what = format!("`{}` is not a user name", visible::inline(&args.name).text);
        return Err(Stop::new(Code::Usage, what).help(format!("take {}", users::NAMES)).into());
    }
    let caller = Caller::of(app, "user add").await?;
    let demand = Demand { command: "user add", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    if seat.types() {
        output::note(format!(
            "`{}` will have the role `{}` in tenant `{}`: {}",
            args.name,
            args.role.as_str(),
            app.tenant,
            match args.role {
                Role::Agent => "asks, never decides",
                Role::Operator => "sees everything and proposes",
                Role::Admin => "says yes to what agents ask, and adds users",
            }
        ));
    }
    let approver = seat.confirm("type the name of the user again: ", &[&args.name])?;
    let new = NewUser {
        name: args.name.clone(),
        role: args.role,
        tenant: app.tenant.clone(),
        signs: args.signing,
    };
    let given = users::add(app.store.as_ref(), new, approver.principal()).await?;
    let Some(given) = given else {
        return Err(Stop::new(Code::Failure, format!("the name `{}` is taken", args.name))
            .help("take another one, or revoke that user first")
            .into());
    };
    let (token, secret) = (given.token.reveal(), given.secret.as_ref().map(Token::reveal));
    let shown = if args.json {
        let (name, role) = (&args.name, args.role);
        output::json(&Added { name, role, token, signing_secret: secret })
    } else {
        show(token, secret)
    };
    shown.map_err(|_| {
        Stop::new(Code::Failure, "what he needs could not be printed, and is not kept anywhere")
            .help("revoke the user and add him again")
    })?;
    answer::print_head(app, true).await
}

fn show(token: &str, secret: Option<&str>) -> Result<()> {
    output::note(
        "the API token, which is not shown again; programs read it from `COUNTERSIGN_TOKEN`:",
    );
    output::line(token)?;
    let Some(secret) = secret else { return Ok(()) };
    output::note(
        "the signing secret, which is not shown again either; requests are signed with it:",
    );
    output::line(secret)
}

#[derive(Serialize)]
struct Listed {
    users: Vec<One>,
}

#[derive(Serialize)]
struct One {
    name: String,
    role: Role,
    added_at: String,
}

async fn list(app: &mut App, args: &List) -> Result<()> {
    Caller::of(app, "user list").await?.may_read(app)?;
    let users: Vec<One> = app
        .store
        .users()
        .await?
        .into_iter()
        .filter(|user| user.tenant == app.tenant)
        .map(|user| One { name: user.name, role: user.role, added_at: user.added_at.rfc3339() })
        .collect();
    if args.json {
        return output::json(&Listed { users });
    }
    if users.is_empty() {
        output::note("there are no users yet");
        return Ok(());
    }
    let rows =
        users.into_iter().map(|u| vec![u.name, u.role.as_str().to_owned(), u.added_at]).collect();
    output::line(output::table(&["name", "role", "added"], rows))
}

async fn revoke(app: &mut App, args: &Revoke) -> Result<()> {
    let caller = Caller::of(app, "user revoke").await?;
    let demand = Demand { command: "user revoke", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    if !users::is_there(app.store.as_ref(), &app.tenant, &args.name).await? {
        return Err(nobody(&args.name).into());
    }
    let question = format!("type `yes` to end `{}` and his token: ", args.name);
    let approver = seat.confirm(&question, &["yes", &args.name])?;
    let (store, by) = (app.store.as_ref(), approver.principal());
    let kept = async || store.remembered(&app.tenant, false, usize::MAX >> 1).await;
    let before = kept().await?.len();
    if !users::revoke(store, &app.tenant, &args.name, by).await? {
        return Err(nobody(&args.name).into());
    }
    output::line(format!("revoked `{}`; his token no longer counts", args.name))?;
    let ended = before.saturating_sub(kept().await?.len());
    if ended > 0 {
        let answers = count(ended, "kept yes", "kept yeses");
        output::note(format!("{answers} that he had said ended with him; such calls ask again"));
    }
    answer::print_head(app, false).await
}

fn nobody(name: &str) -> Stop {
    Stop::new(Code::Failure, format!("there is no user `{}`", visible::inline(name).text))
        .help("`countersign user list` lists them")
}
