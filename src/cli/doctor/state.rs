//! What the store holds: does it open, is the journal whole, what waits.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::cli::tools;
use crate::cli::when;
use crate::domain::approval::State;
use crate::domain::pin::PinState;
use crate::domain::visible;
use crate::journal;
use crate::store::{ApprovalFilter, StoreError, lease};
use crate::upstream::names;

/// Journals longer than this are not read whole here.
const QUICK: u64 = 200_000;

/// Looks at everything; what cannot be looked at is an error of its own and stops nothing else.
pub(crate) async fn look(app: &App, checks: &mut Checks) {
    let durable = app.store.is_durable();
    if durable {
        checks.ok("store", "opens; its schema is of this program's version");
    } else {
        checks.warn(
            "store",
            "keeps nothing: it is gone with each process",
            "use `--store sqlite` for anything but a trial",
        );
    }
    if let Err(error) = journal_of(app, checks).await {
        checks.error(
            "journal",
            crate::cli::doctor::one_line(error),
            "nothing is decided until this is mended",
        );
    }
    match app.store.now().await {
        Ok(_) => checks.ok("clock", "not behind the journal"),
        Err(error @ StoreError::ClockBehind { .. }) => checks.error(
            "clock",
            error.to_string(),
            "set the clock; or accept it, if it is the journal that was ahead",
        ),
        Err(error) => checks.error("clock", error.to_string(), "see the store"),
    }
    if let Err(error) = people(app, checks).await {
        checks.error("store", crate::cli::doctor::one_line(error), "see above");
    }
    if let Err(error) = tools_of(app, checks).await {
        checks.error("tools", crate::cli::doctor::one_line(error), "see above");
    }
}

async fn journal_of(app: &App, checks: &mut Checks) -> anyhow::Result<()> {
    let head = app.store.head().await?;
    if head.seq > QUICK {
        checks.note(
            "journal",
            format!("{} rows; `countersign audit verify` reads all of them", head.seq),
        );
        return Ok(());
    }
    let report = journal::verify(app.store.as_ref(), &app.heads, None).await?;
    if report.is_ok() {
        checks.ok("journal", format!("{} rows: {}", report.rows, report.verdict()));
    } else {
        checks.error(
            "journal",
            format!("{} rows: {}", report.rows, report.verdict()),
            "`countersign audit verify` lists every fault; keep a copy of the home before anything else",
        );
    }
    Ok(())
}

async fn people(app: &App, checks: &mut Checks) -> anyhow::Result<()> {
    let users =
        app.store.users().await?.into_iter().filter(|user| user.tenant == app.tenant).count();
    checks.note("users", format!("{users} with an API token"));
    let (dead, live): (Vec<_>, Vec<_>) = app
        .store
        .open_sessions()
        .await?
        .into_iter()
        .partition(|session| lease::is_dead(&app.home, session.id));
    let over_http = live.iter().filter(|session| session.kind == "http").count();
    if over_http > 0 {
        checks.note("sessions", format!("{over_http} of agents over HTTP (`http`)"));
    }
    let dead = dead.len();
    if dead > 0 {
        checks.note(
            "sessions",
            format!("{dead} ended without a word; the next server to start tidies up after them"),
        );
    }
    for who in app.store.paused(&app.tenant).await? {
        let whom = crate::cli::pause::whom(who.as_deref());
        let help = match who {
            None => "`countersign unpause` lets them go on".to_owned(),
            Some(name) => {
                let name = visible::inline(&name).text;
                format!("`countersign unpause --agent '{name}'` lets it go on")
            }
        };
        checks.warn("agents", format!("{whom} is paused"), help);
    }
    let filter = ApprovalFilter {
        tenant: app.tenant.clone(),
        states: vec![State::Pending],
        principal: None,
        limit: 10_000,
    };
    let pending = app.store.approvals(filter).await?;
    match pending.iter().min_by_key(|approval| approval.asked_at) {
        None => checks.ok("questions", "nothing waits for an answer"),
        Some(oldest) => {
            let age = when::span(app.store.now().await?.since(oldest.asked_at));
            let id = oldest.id.short();
            checks.note(
                "questions",
                format!("{} wait for an answer, the oldest (`{id}`) since {age}", pending.len()),
            );
        }
    }
    Ok(())
}

async fn tools_of(app: &App, checks: &mut Checks) -> anyhow::Result<()> {
    let known: Vec<_> = tools::known(app).await?.into_iter().filter(|tool| tool.current).collect();
    let count = |state| known.iter().filter(|tool| tool.pin.state == state).count();
    let (changed, new, unreviewed) =
        (count(PinState::Changed), count(PinState::New), count(PinState::Unreviewed));
    if changed + new + unreviewed > 0 {
        checks.warn(
            "tools",
            format!(
                "{changed} changed, {new} new, {unreviewed} never reviewed, of {}",
                known.len()
            ),
            "`countersign tools review` goes through them",
        );
    } else {
        checks.ok("tools", format!("{} met, all accepted", known.len()));
    }
    let cut: Vec<String> = known
        .iter()
        .filter(|tool| {
            tool.name != format!("{}{}{}", tool.pin.upstream, names::BETWEEN, tool.pin.tool)
        })
        .map(tools::Known::shown)
        .collect();
    if !cut.is_empty() {
        let what = format!(
            "longer than {} characters, so shown shortened: `{}`",
            names::LONGEST,
            cut.join("`, `")
        );
        checks.note("tools", what);
    }
    for tool in known.iter().filter(|tool| names::acceptable(&tool.pin.tool).is_err()) {
        checks.warn(
            "tools",
            format!("`{}` has a name that no client is shown", tool.shown()),
            "its server must rename it",
        );
    }
    Ok(())
}
