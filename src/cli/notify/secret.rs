//! Reads what must not stand on a command line, where every program of this machine could read it.

use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::at_terminal;
use anyhow::{Context as _, Result};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{BufRead as _, Read, Stdin};
use zeroize::Zeroizing;

/// No address is longer than this, in bytes.
const MAX: u64 = 4_096;

/// The one line of a file, of stdin (`-`), or typed unseen where neither is named.
///
/// # Errors
/// When it cannot be read, or nobody is there to type it.
pub(super) fn read(file: Option<&str>, question: &str) -> Result<Zeroizing<String>> {
    let text = match file {
        Some("-") => of(std::io::stdin().lock()).context("cannot read stdin")?,
        Some(path) => {
            let file =
                std::fs::File::open(path).with_context(|| format!("cannot open `{path}`"))?;
            of(file).with_context(|| format!("cannot read `{path}`"))?
        }
        None if at_terminal() => typed(question)?,
        None => {
            return Err(Stop::new(
                Code::Usage,
                "nobody is at a terminal to type the webhook's URL",
            )
            .help("name a file that holds it with `--url-file FILE`, or `-` for stdin")
            .into());
        }
    };
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn of(reader: impl Read) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    reader.take(MAX).read_to_string(&mut text)?;
    Ok(text)
}

/// The terminal as it was, put back whatever happens.
struct Unseen<'a> {
    stdin: &'a Stdin,
    before: Termios,
}

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.stdin, OptionalActions::Flush, &self.before);
    }
}

fn typed(question: &str) -> Result<Zeroizing<String>> {
    let stdin = std::io::stdin();
    let before = tcgetattr(&stdin).context("cannot ask the terminal")?;
    let mut unseen = before.clone();
    unseen.local_modes.remove(LocalModes::ECHO);
    let back = Unseen { stdin: &stdin, before };
    tcsetattr(&stdin, OptionalActions::Flush, &unseen).context("cannot hide what is typed")?;
    output::prompt(question);
    let mut text = Zeroizing::new(String::new());
    let read = stdin.lock().take(MAX).read_line(&mut text);
    drop(back);
    output::note("");
    read.context("cannot read the terminal")?;
    Ok(text)
}
