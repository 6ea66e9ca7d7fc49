//! The terminal as a screen, and as it was before.
//!
//! However a watch ends (key, error, panic, signal), raw mode and the alternate screen end with it: whoever types next must
//! not type into a terminal that shows nothing. Lines do not wrap while the screen is ours, so that a text whose width the
//! terminal counts otherwise than we do stays on its line.

use anyhow::Result;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::crossterm::{execute, queue};
use ratatui::layout::{Position, Rect};
use std::io::{BufWriter, Stdout, Write as _};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether the terminal is a screen now.
static IS_SCREEN: AtomicBool = AtomicBool::new(false);
/// The hook that ends the screen before a panic is told.
static HOOK: Once = Once::new();
/// Bytes of one frame that are sent at once.
const FRAME: usize = 64 * 1024;

/// Enough for all threads to stop.
const SETTLE: Duration = Duration::from_millis(50);

/// What is to be seen: the cells, and where the cursor stands.
pub(in crate::cli::watch) type Painted = (Buffer, Option<Position>);

/// The terminal while it is a screen.
pub(in crate::cli::watch) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    shown: Option<Painted>,
}

impl Screen {
    /// Makes the terminal a screen.
    ///
    /// # Errors
    /// When it is none; it is then as it was.
    pub(in crate::cli::watch) fn enter() -> Result<Self> {
        HOOK.call_once(|| {
            let told = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                leave();
                told(info);
            }));
        });
        begin()?;
        let out = BufWriter::with_capacity(FRAME, std::io::stdout());
        match Terminal::new(CrosstermBackend::new(out)) {
            Ok(terminal) => Ok(Self { terminal, shown: None }),
            Err(error) => {
                leave();
                Err(error.into())
            }
        }
    }

    /// How large it is.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(in crate::cli::watch) fn area(&self) -> Result<Rect> {
        let size = self.terminal.size()?;
        Ok(Rect::new(0, 0, size.width, size.height))
    }

    /// Shows it; nothing is sent of what is seen already.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(in crate::cli::watch) fn show(&mut self, painted: Painted) -> Result<()> {
        if self.shown.as_ref() == Some(&painted) {
            return Ok(());
        }
        let (cells, cursor) = &painted;
        self.terminal.draw(|frame| {
            // The size may have changed since: the next frame has it.
            if frame.area() == cells.area {
                frame.buffer_mut().clone_from(cells);
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(*cursor);
                }
            }
        })?;
        self.shown = Some(painted);
        Ok(())
    }

    /// Sends everything anew with the next frame, for a terminal where something else was written.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(in crate::cli::watch) fn forget(&mut self) -> Result<()> {
        self.shown = None;
        let area = self.area()?;
        // Not `clear`: it asks the terminal where the cursor stands, and the answer would go to whoever reads the keys.
        Ok(self.terminal.resize(area)?)
    }

    /// Rings, and tells the terminal how many wait: a number of ours and nothing else, since it may end up anywhere.
    pub(in crate::cli::watch) fn ring(&mut self, waiting: usize) {
        let mut text = "\u{7}".to_owned();
        if tells() {
            let s = if waiting == 1 { "" } else { "s" };
            text.push_str(&format!("\u{1b}]9;countersign: {waiting} question{s}\u{7}"));
        }
        let out = self.terminal.backend_mut();
        let _ = out.write_all(text.as_bytes()).and_then(|()| std::io::Write::flush(out));
    }

    /// Gives the terminal back, stops as `^Z` does, and takes it again once we go on.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(in crate::cli::watch) fn suspend(&mut self) -> Result<()> {
        leave();
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
        // Other threads stop first: this one must not take the terminal again before it stops, too.
        std::thread::sleep(SETTLE);
        self.resume()
    }

    /// Takes the terminal again, whatever somebody else made of it meanwhile.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(in crate::cli::watch) fn resume(&mut self) -> Result<()> {
        leave();
        begin()?;
        self.forget()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Terminals that draw such a notification instead of telling it are left alone.
fn tells() -> bool {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !is_plain && std::env::var_os("TERM").is_none_or(|term| term != "linux")
}

fn begin() -> Result<()> {
    enable_raw_mode()?;
    IS_SCREEN.store(true, Ordering::SeqCst);
    let told = execute!(
        std::io::stdout(),
        EnterAlternateScreen,
        DisableLineWrap,
        EnableBracketedPaste,
        Hide
    );
    if told.is_err() {
        leave();
    }
    Ok(told?)
}

/// Once: a second time would undo what somebody else made of the terminal.
fn leave() {
    if IS_SCREEN.swap(false, Ordering::SeqCst) {
        let mut out = std::io::stdout();
        let _ = queue!(out, DisableBracketedPaste, EnableLineWrap, Show, LeaveAlternateScreen);
        let _ = out.flush();
        let _ = disable_raw_mode();
    }
}

/// Whether this terminal can be a screen.
#[must_use]
pub(in crate::cli::watch) fn can_be_screen() -> bool {
    std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}

#[cfg(test)]
mod tests {
    use crate::cli::watch::terminal::Screen;
    use std::process::Command;

    /// Runs below the test after it, in a terminal of its own.
    #[test]
    #[ignore = "takes the terminal over and panics; the test beside it runs it in one of its own"]
    fn panics_on_the_screen() {
        let _screen = Screen::enter().unwrap();
        panic!("as it was meant");
    }

    /// A panic is told on the terminal as it was before, and not on a screen that goes with it.
    #[test]
    fn a_panic_gives_the_terminal_back() {
        let script = "\
import os, pty, sys, termios
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], '--ignored', '--exact', '--nocapture', sys.argv[2]])
out = b''
while True:
    try:
        chunk = os.read(master, 65536)
    except OSError:
        break
    if not chunk:
        break
    out += chunk
    flags = termios.tcgetattr(master)[3]
    if b'as it was meant' in out:
        print('cooked' if flags & termios.ICANON and flags & termios.ECHO else 'raw')
os.waitpid(pid, 0)
on, off = out.find(b'\\x1b[?1049h'), out.find(b'\\x1b[?1049l')
print('in order' if 0 < on < off < out.find(b'as it was meant') else out)
";
        let own = std::env::current_exe().unwrap();
        let name = "cli::watch::terminal::tests::panics_on_the_screen";
        let mut python = Command::new("python3");
        let output = python.arg("-c").arg(script).arg(own).arg(name).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(told.contains("cooked") && told.contains("in order"), "{output:?}");
        assert!(!told.contains("raw"), "{output:?}");
    }
}
