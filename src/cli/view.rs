//! Questions on a screen: the card with everything it is made of, and the short forms for lists.

use crate::app::App;
use crate::card::Facts;
use crate::cli::when;
use crate::domain::approval::Approval;
use crate::domain::time::Millis;
use crate::domain::visible;
use anyhow::Result;
use jiff::tz::TimeZone;

/// Columns where no terminal says how many there are.
const WIDTH: usize = 100;
/// Characters of one name in a list.
const NAME: usize = 60;

/// The card of a question. `full` leaves nothing out, however long. Its colours are taken away where none are wanted.
pub(crate) async fn render(app: &App, approval: &Approval, full: bool) -> Result<String> {
    let facts = Facts::gather(app.store.as_ref(), approval).await?;
    let text = facts.card(&TimeZone::system(), width(), true, full).render();
    Ok(text.trim_end().to_owned())
}

/// `server__tool`, safe to show, short enough for a list.
pub(crate) fn name(approval: &Approval) -> String {
    short(&format!("{}__{}", approval.upstream, approval.tool))
}

/// Who asks, safe to show, short enough for a list.
pub(crate) fn asker(approval: &Approval) -> String {
    short(&approval.principal.name)
}

fn short(text: &str) -> String {
    visible::shorten(&visible::inline(text), NAME)
}

/// A time of day in the reader's zone.
pub(crate) fn clock(at: Millis, now: Millis) -> String {
    when::clock(at, now, &TimeZone::system())
}

/// Columns of the terminal, wherever one is.
pub(crate) fn width() -> usize {
    let told = |columns: Result<rustix::termios::Winsize, _>| {
        columns.ok().map(|size| usize::from(size.ws_col))
    };
    told(rustix::termios::tcgetwinsize(std::io::stderr()))
        .or_else(|| told(rustix::termios::tcgetwinsize(std::io::stdout())))
        .filter(|columns| *columns > 0)
        .unwrap_or(WIDTH)
}
