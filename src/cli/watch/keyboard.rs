//! What is pressed, with the moment at which it was read: a key counts only for what stood on the screen before it.
//!
//! Reading blocks, so it has a thread of its own, which ends with the process.

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::time::Instant;
use tokio::sync::mpsc;

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli::watch) enum Press {
    /// A character.
    Char(char),
    /// A key with a name, as browsers name it.
    Named(&'static str),
    /// A character, with Ctrl.
    Ctrl(char),
    /// Text that was not typed.
    Paste(String),
    /// The terminal has another size.
    Resized,
    /// Nobody types any more.
    Gone,
}

/// A press and when it was read.
pub(in crate::cli::watch) type Pressed = (Instant, Press);

/// Everything that is pressed from now on.
pub(in crate::cli::watch) fn listen() -> mpsc::UnboundedReceiver<Pressed> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        loop {
            let press = match event::read() {
                Ok(event) => press(event),
                Err(_) => Some(Press::Gone),
            };
            let Some(press) = press else { continue };
            let ends = press == Press::Gone;
            if sender.send((Instant::now(), press)).is_err() || ends {
                break;
            }
        }
    });
    receiver
}

/// Drops what was typed and not read yet.
pub(in crate::cli::watch) fn flush() {
    let _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
}

fn press(event: Event) -> Option<Press> {
    match event {
        Event::Key(KeyEvent { kind: KeyEventKind::Release, .. })
        | Event::FocusGained
        | Event::FocusLost
        | Event::Mouse(_) => None,
        Event::Key(key) => of_key(key),
        Event::Paste(text) => Some(Press::Paste(text)),
        Event::Resize(..) => Some(Press::Resized),
    }
}

fn of_key(key: KeyEvent) -> Option<Press> {
    let with = |modifier| key.modifiers.contains(modifier);
    Some(match key.code {
        KeyCode::Char(c) if with(KeyModifiers::CONTROL) => Press::Ctrl(c.to_ascii_lowercase()),
        // Alt and its like: what was meant is not known.
        KeyCode::Char(_) if !key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => {
            return None;
        }
        KeyCode::Char(c) => Press::Char(c),
        KeyCode::Enter => Press::Named("Enter"),
        KeyCode::Esc => Press::Named("Escape"),
        KeyCode::Backspace => Press::Named("Backspace"),
        KeyCode::Up => Press::Named("ArrowUp"),
        KeyCode::Down => Press::Named("ArrowDown"),
        KeyCode::PageUp => Press::Named("PageUp"),
        KeyCode::PageDown => Press::Named("PageDown"),
        KeyCode::Home => Press::Named("Home"),
        KeyCode::End => Press::Named("End"),
        _ => return None,
    })
}
