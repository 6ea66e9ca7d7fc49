//! Links that log in to the console, for whoever proved himself here: a person at the terminal who presses Enter, or an
//! admin's API token with `--yes`.
//!
//! The code stands behind the `#`, which browsers keep to themselves. It is handed out only for an address at which a console
//! of this home listens: on any other port somebody else could listen and take it.

use crate::app::App;
use crate::approval::{Approver, Token, TokenKind};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::{Caller, Demand, Seat, at_terminal};
use crate::domain::principal::Tenant;
use crate::domain::time::{MINUTE, Millis};
use crate::store::doors::NewLink;
use crate::store::{Store, lease};
use anyhow::{Result, anyhow};
use rustix::io::ioctl_fionread;
use serde::Serialize;
use std::net::SocketAddr;
use std::time::Duration;

/// How long a link lives, in milliseconds.
const LIFE: i64 = 2 * MINUTE;
/// How often it is looked whether Enter was pressed.
const LOOK: Duration = Duration::from_millis(100);
/// What must be typed for one: nothing but Enter.
const ENTER: &str = "";

/// The console that a link logs in to.
#[derive(Debug, Clone)]
pub(crate) struct To {
    /// Where it listens.
    pub(crate) at: SocketAddr,
    /// Its lease: at no other console is the link worth anything.
    pub(crate) lease: String,
}

#[derive(Serialize)]
struct Minted {
    url: String,
    expires_at: String,
}

/// A link for a console that runs already.
///
/// # Errors
/// [`Stop`] without proof, and where none of our consoles listens.
pub(crate) async fn only(
    app: &mut App,
    caller: &Caller,
    at: SocketAddr,
    yes: bool,
    json: bool,
) -> Result<Code> {
    let seat = Seat::take(app, caller, demand(yes)).await?;
    let Some(to) = ours(app, at).await? else {
        let what = format!("no console of this home listens on `{at}`, so no link is given for it");
        return Err(Stop::new(Code::Failure, what)
            .help("start it first; `--listen` names another address")
            .into());
    };
    let question =
        format!("press Enter for a link that logs in as `{}` once: ", seat.principal().name);
    let approver = seat.confirm(&question, &[ENTER])?;
    let (url, until) = mint(app.store.as_ref(), &app.tenant, &approver, &to).await?;
    if json {
        output::json(&Minted { url, expires_at: until.rfc3339() })?;
    } else {
        output::note("it works once, within two minutes:");
        output::line(url)?;
    }
    Ok(Code::Ok)
}

/// Ends every login of this world.
///
/// # Errors
/// [`Stop`] without proof.
pub(crate) async fn log_out_all(app: &App, caller: &Caller, yes: bool) -> Result<Code> {
    let seat = Seat::take(app, caller, demand(yes)).await?;
    let question = format!("press Enter to end every login of tenant `{}`: ", app.tenant);
    let approver = seat.confirm(&question, &[ENTER])?;
    let ended = app.store.close_logins(&app.tenant, approver.principal()).await?;
    output::line(format!("logins ended: {ended}"))?;
    Ok(Code::Ok)
}

/// The console of this home that listens there now: one that told so and is alive.
async fn ours(app: &App, at: SocketAddr) -> Result<Option<To>> {
    let (told, text) = (app.store.listeners().await?, at.to_string());
    let mut alive = told.into_iter().filter(|(_, lease)| !lease::is_deaf(&app.home, lease));
    Ok(alive.find(|(address, _)| *address == text).map(|(_, lease)| To { at, lease }))
}

/// Gives out links for the console of this process: one for each Enter, each with the proof looked
/// at again, since an agent may have been started from this terminal meanwhile. Without a person and without a token there is
/// none, and pages are logged in to with an API token.
pub(crate) async fn serve(app: &App, caller: &Caller, to: To, yes: bool) {
    if yes {
        give(app, caller, &to, true).await;
        return;
    }
    if !at_terminal() {
        output::note("nobody is at this terminal, so no link is given: log in with an API token");
        return;
    }
    output::note("press Enter for a link that logs in once, within two minutes");
    if let Err(error) = enters(async || give(app, caller, &to, false).await).await {
        output::note(format!("the terminal cannot be read, so no link is given: {error}"));
    }
}

async fn give(app: &App, caller: &Caller, to: &To, yes: bool) {
    let given = async {
        let seat = Seat::take(app, caller, demand(yes)).await?;
        // It was typed already: the Enter that brought us here.
        let approver = seat.confirmed_by(ENTER, &[ENTER])?;
        let name = approver.principal().name.clone();
        let (url, _) = mint(app.store.as_ref(), &app.tenant, &approver, to).await?;
        anyhow::Ok((name, url))
    };
    match given.await {
        Ok((name, url)) => output::note(format!("logs in as `{name}`:\n\n  {url}\n")),
        Err(error) => output::note(format!("no link is given: {error}")),
    }
}

fn demand(yes: bool) -> Demand {
    Demand { command: "console", approval: None, yes }
}

async fn mint(
    store: &dyn Store,
    tenant: &Tenant,
    by: &Approver,
    to: &To,
) -> Result<(String, Millis)> {
    let code = Token::generate(TokenKind::Link)
        .map_err(|error| anyhow!("no randomness for a link: {error}"))?;
    let link = NewLink {
        code: code.hash(),
        tenant: tenant.clone(),
        principal: by.principal().clone(),
        proof: by.proof(),
        token: by.token(),
        lease: to.lease.clone(),
        life: LIFE,
    };
    let until = store.now().await?.plus(LIFE);
    store.add_link(link).await?;
    Ok((format!("http://{}/login#{}", to.at, code.reveal()), until))
}

/// Does something for each Enter. Nothing is read while the terminal is somebody else's: a job in the background that reads is
/// stopped by the system, pages and all. So it is asked now and then whether there is something to read, for us.
async fn enters(done: impl AsyncFn()) -> std::io::Result<()> {
    let terminal = std::io::stdin();
    loop {
        // A terminal tells whole lines, so none of these reads waits.
        while in_front() && ioctl_fionread(&terminal)? > 0 {
            let mut typed = String::new();
            terminal.read_line(&mut typed)?;
            if typed.trim().is_empty() {
                done().await;
            } else {
                output::note("press Enter alone for a link");
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Whether what is typed at the terminal is for us.
fn in_front() -> bool {
    let front = rustix::termios::tcgetpgrp(std::io::stdin());
    front.is_ok_and(|group| group == rustix::process::getpgrp())
}
