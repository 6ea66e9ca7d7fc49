//! How much people are asked, how fast they say yes, and what would spare them most of it; and the answers that are kept.

use crate::app::App;
use crate::card::relief::{command, conditions, headline, tested};
use crate::cli::doctor::check::Checks;
use crate::cli::doctor::one_line;
use crate::cli::output;
use crate::cli::when;
use crate::domain::remembered::{Ended, Remembered};
use crate::domain::time::{DAY, Millis};
use crate::domain::visible;
use crate::gate::relief::{Relief, relief};
use crate::policy::relief::{Counted, OfTool};
use anyhow::Result;
use jiff::tz::TimeZone;
use serde::Serialize;

/// So many yeses say something, and such a share of quick ones is warned of, in percent.
const ANSWERS: usize = 5;
const SHARE: usize = 30;
/// Kept answers looked at.
const KEPT: usize = 1_000;
/// An answer that was not used for so long is told of.
const IDLE: i64 = 30 * DAY;

/// The short section among all checks.
pub(crate) async fn look(app: &App, checks: &mut Checks) {
    match relief(app.store.as_ref(), &app.tenant, None).await {
        Ok(found) => told(&found, checks),
        Err(error) => checks.error("answering", one_line(error), "see the store"),
    }
    match kept(app).await {
        Ok(kept) => kept.check(checks),
        Err(error) => checks.error("kept answers", one_line(error), "see the store"),
    }
}

fn told(found: &Relief, checks: &mut Checks) {
    let counted = &found.counted;
    let yes = &counted.yes;
    if counted.asked == 0 {
        checks.ok("answering", "nobody was asked anything in the last 7 days");
    } else {
        checks.note("answering", asked(counted));
    }
    if let Some(share) = yes.quick_percent.filter(|s| yes.people >= ANSWERS && *s >= SHARE) {
        let what = format!(
            "{share} % of the yeses came within 2 seconds, which is no time to read a question"
        );
        checks.warn(
            "answering",
            what,
            "`countersign doctor --questions` says what would spare them",
        );
    }
    if let Some(first) = found.suggestions.first() {
        let many = found.suggestions.len();
        let of =
            format!("{} of them would be spared: {}", first.backtest.answered, headline(first));
        checks.note(
            "answering",
            match many {
                1 => of,
                _ => format!("{of}; and {} more: `countersign doctor --questions`", many - 1),
            },
        );
    }
}

/// How much was asked, in a sentence.
fn asked(counted: &Counted) -> String {
    let zone = TimeZone::system();
    let most = counted.busiest.map_or_else(String::new, |most| {
        format!(
            ", at most {} in one ({})",
            most.asked,
            when::clock(most.hour, counted.until, &zone)
        )
    });
    let cut = if counted.is_cut { "the newest " } else { "" };
    format!(
        "{cut}{} in {}: {} an hour{most}; {} calls went by a kept answer",
        crate::card::count::count(counted.asked, "question", "questions"),
        when::span(counted.until.since(counted.since)),
        counted.per_hour,
        counted.kept_answers_used
    )
}

/// The whole of it.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    relief: &'a Relief,
    kept_answers: &'a Kept,
}

/// Prints all of it.
///
/// # Errors
/// Those of the store, and a `--since` that is no time.
pub(crate) async fn print(app: &App, since: Option<&str>, json: bool) -> Result<()> {
    let zone = TimeZone::system();
    let since = when::option(since, app.store.now().await?, &zone)?;
    let found = relief(app.store.as_ref(), &app.tenant, since).await?;
    let kept = kept(app).await?;
    if json {
        return output::json(&Report { relief: &found, kept_answers: &kept });
    }
    let counted = &found.counted;
    output::line(asked(counted))?;
    let yes = &counted.yes;
    let quick = yes
        .quick_percent
        .map_or_else(String::new, |share| format!(", {} within 2 seconds ({share} %)", yes.quick));
    output::line(format!(
        "{} yeses of people{quick}; {} of clients' own users, unproven, {} of them within 2 seconds; {} changes of policy that \
         their own author confirmed",
        yes.people, yes.client, yes.client_quick, yes.self_confirmed
    ))?;
    output::line(format!(
        "{} denied, {} not answered in time, {} taken back, {} wait; of all, {} were left by their client",
        counted.denied, counted.expired, counted.cancelled, counted.pending, counted.abandoned
    ))?;
    if !counted.tools.is_empty() {
        let rows = counted.tools.iter().map(row).collect();
        output::line(output::table(&["tool", "asked", "approved", "denied"], rows))?;
    }
    if found.suggestions.is_empty() {
        output::line("nothing stands out that would spare questions safely")?;
    }
    for (at, one) in found.suggestions.iter().enumerate() {
        output::line(format!("{}. {}", at + 1, headline(one)))?;
        if let Some(when) = conditions(one) {
            output::line(format!("   when {when}"))?;
        }
        output::line(format!("   {}; {}", visible::inline(&one.why).text, tested(&one.backtest)))?;
        output::line(format!("   {}", command(one)))?;
    }
    output::line(kept.sentence())
}

fn row(of: &OfTool) -> Vec<String> {
    let name = match of.server.as_str() {
        "" => of.tool.clone(),
        server => format!("{server}__{}", of.tool),
    };
    let name = visible::shorten(&visible::inline(&name), 80);
    vec![name, of.asked.to_string(), of.approved.to_string(), of.denied.to_string()]
}

/// Answers that are kept, as far as something is to be said of them.
#[derive(Debug, Default, Serialize)]
struct Kept {
    /// Those that count.
    active: usize,
    /// Whether there are more than were looked at.
    more: bool,
    /// The oldest of them.
    oldest: Option<Of>,
    /// Those that were never used, or not for 30 days.
    unused: Vec<Of>,
    /// Those that ended in the last 7 days because what they leaned on changed.
    policy_changed: Vec<Of>,
}

#[derive(Debug, Clone, Serialize)]
struct Of {
    id: String,
    server: String,
    tool: String,
    given_at: String,
    used: u32,
    #[serde(skip)]
    age: i64,
}

impl Of {
    fn at(one: &Remembered, now: Millis) -> Self {
        Self {
            id: one.id.to_string(),
            server: one.upstream.clone(),
            tool: one.tool.clone(),
            given_at: one.given_at.rfc3339(),
            used: one.used,
            age: now.since(one.given_at),
        }
    }

    fn shown(&self) -> String {
        let name = format!("{}__{}", self.server, self.tool);
        format!("`{}` for `{}`", self.id, visible::shorten(&visible::inline(&name), 80))
    }
}

async fn kept(app: &App) -> Result<Kept> {
    let now = app.store.now().await?;
    let all = app.store.remembered(&app.tenant, true, KEPT + 1).await?;
    let mut kept = Kept { more: all.len() > KEPT, ..Kept::default() };
    for one in &all {
        match one.ended {
            None => {
                kept.active += 1;
                if now.since(one.used_at.unwrap_or(one.given_at)) > IDLE {
                    kept.unused.push(Of::at(one, now));
                }
            }
            Some((Ended::PolicyChanged, at)) if now.since(at) <= 7 * DAY => {
                kept.policy_changed.push(Of::at(one, now));
            }
            Some(_) => {}
        }
    }
    let oldest = all.iter().filter(|one| one.ended.is_none()).min_by_key(|one| one.given_at);
    kept.oldest = oldest.map(|one| Of::at(one, now));
    Ok(kept)
}

impl Kept {
    fn sentence(&self) -> String {
        let Some(oldest) = &self.oldest else { return "no answer is kept".to_owned() };
        let more = if self.more { "at least " } else { "" };
        format!(
            "{more}{}; the oldest, {}, since {}",
            crate::card::count::count(self.active, "answer is kept", "answers are kept"),
            oldest.shown(),
            when::span(oldest.age)
        )
    }

    fn check(&self, checks: &mut Checks) {
        if self.active == 0 {
            checks.ok("kept answers", self.sentence());
        } else {
            checks.note("kept answers", self.sentence());
        }
        if let Some(first) = self.unused.first() {
            checks.warn(
                "kept answers",
                format!("{} not used for 30 days, {} among them", self.unused.len(), first.shown()),
                "`countersign remembered list` shows them, `countersign remembered revoke ID` ends one",
            );
        }
        if let Some(first) = self.policy_changed.first() {
            let what = format!(
                "{} ended in the last 7 days since what they leaned on changed, {} among them",
                self.policy_changed.len(),
                first.shown()
            );
            checks.note("kept answers", what);
        }
    }
}
