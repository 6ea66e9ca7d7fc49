//! `notify add`: a new target, which an admin proves that he wants.

use crate::app::App;
use crate::approval::targets::{self, NotAdded, Wish};
use crate::cli::exit::{Code, Stop};
use crate::cli::notify::secret;
use crate::cli::proof::{Caller, Demand, Seat};
use crate::cli::{answer, output};
use crate::config::receiver;
use crate::domain::notice::{NoticeKind, TargetType};
use crate::domain::visible;
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Options of `notify add`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The URL of a webhook is a secret: it is typed unseen, or read from a file or stdin. Webhooks
are at Discord, or at a host of `[notify] hosts` in the configuration. An address of mail
needs `[smtp]` there.

Examples:
  countersign notify add team --discord
  countersign notify add team --discord --url-file webhook.txt
  countersign notify add ann --email --to ann@example.org --events approval_asked,run_ended")]
pub(super) struct Args {
    /// 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit.
    name: String,
    /// A webhook of Discord, or of a program that takes the same.
    #[arg(long, conflicts_with_all = ["email", "to"], required_unless_present = "email")]
    discord: bool,
    /// A mailbox.
    #[arg(long, requires = "to")]
    email: bool,
    /// The file that holds the webhook's URL, or `-` for stdin.
    #[arg(long, value_name = "FILE", conflicts_with = "email")]
    url_file: Option<String>,
    /// The address of the mailbox.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// What it is told: `approval_asked` (`approval_escalated` with it), `approval_decided`, `approval_expired`, `run_ended`, `critical_violation`,
    /// `journal_trouble` [default: all].
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = event)]
    events: Vec<NoticeKind>,
    /// Confirms without typing; only with an API token.
    #[arg(long)]
    yes: bool,
    /// One JSON object: {"name", "type", "shown", "events"}.
    #[arg(long)]
    json: bool,
}

fn event(word: &str) -> Result<NoticeKind, String> {
    NoticeKind::parse(word.trim()).filter(|kind| *kind != NoticeKind::Test).ok_or_else(|| {
        let all = NoticeKind::EVENTS.map(NoticeKind::as_str).join("`, `");
        format!("it is one of `{all}`")
    })
}

#[derive(Serialize)]
struct Added<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: TargetType,
    shown: &'a str,
    events: &'a BTreeSet<NoticeKind>,
}

/// Adds it.
///
/// # Errors
/// [`Stop`] without proof, for a name that is taken, and for an address that nothing is sent to.
pub(super) async fn run(app: &mut App, args: &Args) -> Result<()> {
    if !receiver::target_name(&args.name) {
        return Err(stop(NotAdded::Name, &args.name));
    }
    let caller = Caller::of(app, "notify add").await?;
    let demand = Demand { command: "notify add", approval: None, yes: args.yes };
    let seat = Seat::take(app, &caller, demand).await?;
    let not = |why| stop(why, &args.name);
    targets::room(app.store.as_ref(), &app.tenant, &args.name).await.map_err(not)?;
    let (kind, address) = match &args.to {
        Some(to) => (TargetType::Email, Zeroizing::new(to.trim().to_owned())),
        None => {
            let question = "the webhook's URL (it is not shown): ";
            (TargetType::Discord, secret::read(args.url_file.as_deref(), question)?)
        }
    };
    let events = (!args.events.is_empty()).then(|| args.events.iter().copied().collect());
    let wish = Wish { name: args.name.clone(), kind, address, events };
    let target = targets::fit(&app.config.notify, &app.tenant, wish).map_err(not)?;
    if seat.types() {
        let told: Vec<&str> = target.events.iter().map(|kind| kind.as_str()).collect();
        output::note(format!(
            "`{}` at {} will be told of {} in tenant `{}`",
            args.name,
            target.shown,
            told.join(", "),
            app.tenant
        ));
    }
    let approver = seat.confirm("type the name of the target again: ", &[&args.name])?;
    let by = approver.principal();
    let added = targets::add(app.store.as_ref(), target, by).await.map_err(not)?;
    if kind == TargetType::Email && app.config.smtp.is_none() {
        output::note("no mail is sent yet: the configuration has no `[smtp]`");
    }
    if args.json {
        let (name, shown, events) = (&added.name, &added.shown, &added.events);
        output::json(&Added { name, kind, shown, events })?;
    } else {
        output::line(format!("added `{}` at {}; `notify test` tries it", added.name, added.shown))?;
    }
    answer::print_head(app, args.json).await
}

const HELP: &str = "webhooks go to Discord, or to a host of `[notify] hosts`; nothing was added";

fn stop(why: NotAdded, name: &str) -> anyhow::Error {
    let name = visible::inline(name).text;
    let (code, what, help) = match why {
        NotAdded::Name => (
            Code::Usage,
            format!("`{name}` is not a name for a target"),
            "take 1 to 64 of `A-Z a-z 0-9 . _ -`",
        ),
        NotAdded::Unfit(why) => (Code::Usage, why.to_string(), HELP),
        NotAdded::TooMany => (Code::Failure, why.to_string(), "remove one first"),
        NotAdded::Taken => (
            Code::Failure,
            format!("the name `{name}` is taken"),
            "take another one, or remove that target first",
        ),
        NotAdded::Store(error) => return error.into(),
    };
    Stop::new(code, what).help(help).into()
}
