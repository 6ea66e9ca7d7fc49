//! The screen as long as it lives: keys, changes, time and signals, one after the other.
//!
//! It draws at most ten times a second and sends nothing while nothing changes.

use crate::app::App;
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::watch::deeds::{Chair, in_a_line};
use crate::cli::watch::keyboard::{self, Press, Pressed};
use crate::cli::watch::layout::Layout;
use crate::cli::watch::model::{Deed, Model};
use crate::cli::watch::paint::paint;
use crate::cli::watch::queue::{self, Numbers};
use crate::cli::watch::row::ascii;
use crate::cli::watch::terminal::Screen;
use crate::domain::approval::State;
use crate::domain::time::Millis;
use crate::store::Changes;
use anyhow::Result;
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::UnboundedReceiver;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(100);
/// The shortest time between two readings of the store that nobody asked for.
const BETWEEN: Duration = Duration::from_millis(200);
/// The queue is read again after this time even if nothing was heard.
const LONGEST: Duration = Duration::from_secs(60);
/// Times that are shown move on this often.
const TICK: Duration = Duration::from_secs(1);
/// A card counts as seen once it could be seen so long.
const SEEN: Duration = Duration::from_secs(1);
/// It rings no more often than this.
const QUIET: Duration = Duration::from_secs(2);

/// Shows the queue until told to end; what was decided is printed when the screen is gone.
///
/// # Errors
/// When the terminal is gone.
pub(in crate::cli::watch) async fn run(app: &App, caller: &Caller, rings: bool) -> Result<()> {
    let mut signals = Signals::listen()?;
    let changes = app.store.changes();
    let screen = Screen::enter()?;
    output::hold_log();
    let mut live = Live {
        chair: Chair { app, caller, record: Vec::new() },
        model: model(app, caller),
        numbers: Numbers::default(),
        screen,
        changes,
        keys: keyboard::listen(),
        is_stale: true,
        read: Instant::now().checked_sub(LONGEST),
        drawn: None,
        is_dirty: true,
        rang: None,
        rings,
        is_first: true,
    };
    let ended = live.turn(&mut signals).await;
    let Live { screen, chair, .. } = live;
    drop(screen);
    output::release_log();
    for line in &chair.record {
        output::line(line)?;
    }
    ended
}

fn model(app: &App, caller: &Caller) -> Model {
    let place = format!("{} in {}", app.tenant.as_str(), app.home.display());
    Model {
        place: ascii(&place),
        who: ascii(&caller.told()),
        is_paused: false,
        trouble: None,
        rows: Vec::new(),
        has_more: false,
        selected: None,
        marked: Vec::new(),
        sheet: None,
        alone: false,
        help: false,
        prompt: None,
        said: None,
        page: 0,
        clock: (Millis(0), Instant::now()),
        colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

struct Live<'a> {
    chair: Chair<'a>,
    model: Model,
    numbers: Numbers,
    screen: Screen,
    changes: Changes,
    keys: UnboundedReceiver<Pressed>,
    /// Whether the store may hold something else than what is shown.
    is_stale: bool,
    read: Option<Instant>,
    drawn: Option<Instant>,
    /// Whether there may be something else to see than the last frame shows.
    is_dirty: bool,
    rang: Option<Instant>,
    rings: bool,
    /// Whether nothing was read yet: what waited before does not ring.
    is_first: bool,
}

/// What wakes the screen.
enum Woke {
    Key(Option<Pressed>),
    Changed,
    Time,
    Ended,
    Suspend,
    Resumed,
}

impl Live<'_> {
    async fn turn(&mut self, signals: &mut Signals) -> Result<()> {
        loop {
            self.read().await;
            self.draw().await?;
            let pause = self.pause();
            let woke = tokio::select! {
                woke = signals.next() => woke,
                key = self.keys.recv() => Woke::Key(key),
                () = self.changes.changed() => Woke::Changed,
                () = tokio::time::sleep(pause) => Woke::Time,
            };
            match woke {
                Woke::Ended | Woke::Key(None) => return Ok(()),
                Woke::Changed => self.is_stale = true,
                Woke::Time => self.is_dirty = true,
                Woke::Suspend => self.suspend()?,
                Woke::Resumed => {
                    self.screen.resume()?;
                    self.is_dirty = true;
                }
                Woke::Key(Some((at, press))) => {
                    self.is_dirty = true;
                    // All that was pressed meanwhile, so that held keys do not queue up behind frames.
                    let mut next = Some((at, press));
                    while let Some((at, press)) = next {
                        if !self.press(at, &press).await? {
                            return Ok(());
                        }
                        next = self.keys.try_recv().ok();
                    }
                }
            }
        }
    }

    /// Whether the store is read, and what is shown brought up to it.
    async fn read(&mut self) {
        queue::tidy(&mut self.model);
        self.model.hush();
        let since = self.read.map_or(LONGEST, |read| read.elapsed());
        let due = self.model.rows.iter().filter(|row| row.waits()).map(|row| row.answer_by).min();
        let expires = due.is_some_and(|due| due.since(self.model.now()) < 0);
        if !(since >= LONGEST || (since >= BETWEEN && (self.is_stale || expires))) {
            let shown = self.model.sheet.as_ref().map(|sheet| sheet.facts.approval.id);
            if shown != self.model.selected {
                self.is_dirty = true;
                self.told(Self::look).await;
            }
            return;
        }
        (self.is_stale, self.is_dirty) = (false, true);
        let read = self.refresh().await;
        self.read = Some(Instant::now());
        self.model.trouble = read.err().map(|error| in_a_line(&error));
    }

    async fn refresh(&mut self) -> Result<()> {
        let new = queue::read(self.chair.app, &mut self.model, &mut self.numbers).await?;
        if new > 0
            && self.rings
            && !self.is_first
            && self.rang.is_none_or(|at| at.elapsed() > QUIET)
        {
            self.screen.ring(self.model.waiting());
            self.rang = Some(Instant::now());
        }
        self.is_first = false;
        self.look().await
    }

    async fn look(&mut self) -> Result<()> {
        let width = self.width()?;
        queue::look(self.chair.app, &mut self.model, width).await
    }

    /// Columns of the card.
    fn width(&self) -> Result<usize> {
        let layout = Layout::of(&self.model, self.screen.area()?);
        Ok(usize::from(layout.card.unwrap_or(layout.body).width))
    }

    /// How long nothing has to be done.
    fn pause(&self) -> Duration {
        let stale = self.is_stale.then(|| {
            let since = self.read.map_or(BETWEEN, |read| read.elapsed());
            BETWEEN.saturating_sub(since)
        });
        let since = self.drawn.map_or(FRAME, |drawn| drawn.elapsed());
        let frame = self.is_dirty.then(|| FRAME.saturating_sub(since));
        stale.into_iter().chain(frame).min().unwrap_or(TICK)
    }

    /// Draws what there is to see, if the last frame is old enough, and notes what can be seen since now.
    async fn draw(&mut self) -> Result<()> {
        if !self.is_dirty || self.drawn.is_some_and(|drawn| drawn.elapsed() < FRAME) {
            return Ok(());
        }
        self.is_dirty = false;
        // The card of another row is not shown beside this one.
        let id = self.model.selected;
        if self.model.sheet.as_ref().is_some_and(|sheet| Some(sheet.facts.approval.id) != id) {
            self.model.sheet = None;
        }
        let area = self.screen.area()?;
        let layout = Layout::of(&self.model, area);
        self.model.page = layout.page(&self.model);
        let width = usize::from(layout.card.unwrap_or(layout.body).width);
        if let Some(sheet) = &mut self.model.sheet {
            sheet.fit(width);
            sheet.scroll_by(false, 0, self.model.page);
        }
        self.screen.show(paint(&self.model, area))?;
        let now = Instant::now();
        self.drawn = Some(now);
        let shows = layout.shows_card(&self.model);
        if let Some(sheet) = &mut self.model.sheet {
            sheet.drawn = if shows { sheet.drawn.or(Some(now)) } else { None };
        }
        if let Some(prompt) = &mut self.model.prompt
            && prompt.shown.is_none()
        {
            // What was typed before the question was seen is no answer to it.
            keyboard::flush();
            prompt.shown = Some(Instant::now());
        }
        self.saw().await;
        Ok(())
    }

    /// Tells that the card was seen.
    async fn saw(&mut self) {
        let Some(sheet) = &mut self.model.sheet else { return };
        let waits = sheet.facts.approval.state == State::Pending;
        if !waits || sheet.told || sheet.drawn.is_none_or(|drawn| drawn.elapsed() < SEEN) {
            return;
        }
        sheet.told = true;
        let (app, id) = (self.chair.app, sheet.facts.approval.id);
        if let Err(error) = app.store.saw(&app.tenant, id, &self.chair.caller.principal()).await {
            tracing::warn!("that a question was seen could not be written down: {error}");
        }
    }

    /// Does what a press means; `false` to end.
    async fn press(&mut self, at: Instant, press: &Press) -> Result<bool> {
        match self.model.press(press, at) {
            Deed::None => {}
            Deed::Quit => return Ok(false),
            Deed::Suspend => self.suspend()?,
            Deed::Redraw => self.screen.forget()?,
            Deed::Reload => {
                (self.is_stale, self.read) = (true, None);
                self.model.sheet = None;
            }
            Deed::Look => self.told(Self::look).await,
            Deed::Gather => {
                let width = usize::from(self.screen.area()?.width);
                let gathered = self.chair.gather(&mut self.model, width).await;
                self.model.trouble = gathered.err().map(|error| in_a_line(&error));
            }
            Deed::Confirmed => {
                let width = self.width()?;
                self.chair.confirmed(&mut self.model, width).await;
                (self.is_stale, self.read) = (true, None);
            }
        }
        Ok(true)
    }

    /// Stops as `^Z` does. What is asked is asked anew afterwards: nobody knows what was typed meanwhile.
    fn suspend(&mut self) -> Result<()> {
        self.screen.suspend()?;
        keyboard::flush();
        self.model.prompt = None;
        self.is_dirty = true;
        Ok(())
    }

    async fn told(&mut self, what: impl AsyncFnOnce(&mut Self) -> Result<()>) {
        self.model.trouble = what(self).await.err().map(|error| in_a_line(&error));
    }
}

/// The signals that concern a screen.
struct Signals {
    ends: [Signal; 3],
    suspends: Signal,
    resumes: Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        Ok(Self {
            ends: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::hangup())?,
            ],
            suspends: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            resumes: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    async fn next(&mut self) -> Woke {
        let [term, int, hup] = &mut self.ends;
        tokio::select! {
            _ = term.recv() => Woke::Ended,
            _ = int.recv() => Woke::Ended,
            _ = hup.recv() => Woke::Ended,
            _ = self.suspends.recv() => Woke::Suspend,
            _ = self.resumes.recv() => Woke::Resumed,
        }
    }
}
