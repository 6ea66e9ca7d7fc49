//! `tools review`: one sitting over everything that nobody accepted yet.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{self, Caller, Demand, Seat};
use crate::cli::tools::accept::{self, Pinned};
use crate::cli::tools::{Known, known, page};
use crate::cli::{answer, output};
use crate::domain::pin::PinState;
use crate::domain::ruling::Effect;
use anyhow::Result;

/// Options of `tools review`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only the tools of this server.
    server: Option<String>,
}

/// What was typed at one tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    AcceptAs(Effect),
    Skip,
    Quit,
}

/// Walks through them.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    let caller = Caller::of(app, "tools review").await?;
    caller.may_read(app)?;
    let mut open: Vec<Known> = known(app)
        .await?
        .into_iter()
        .filter(|tool| tool.current && tool.pin.state != PinState::Accepted)
        .filter(|tool| args.server.as_ref().is_none_or(|server| *server == tool.pin.upstream))
        .collect();
    // Gravest first: a server that changed its words, then what came later, then what nobody looked at.
    open.sort_by_key(|tool| match tool.pin.state {
        PinState::Changed => 0,
        PinState::New => 1,
        PinState::Unreviewed | PinState::Accepted => 2,
    });
    if open.is_empty() {
        output::note("every tool that was met is accepted");
        return Ok(());
    }
    if !proof::at_terminal() {
        return Err(Stop::new(Code::Denied, "a review needs a person at a terminal")
            .help("`countersign tools diff` shows what there is to review")
            .into());
    }
    let (count, mut accepted) = (open.len(), 0_usize);
    for (at, tool) in open.iter().enumerate() {
        let demand = Demand { command: "tools review", approval: None, yes: false };
        let seat = Seat::take(app, &caller, demand).await?;
        output::note(format!("\n{} of {count}\n{}", at + 1, page::render(tool)));
        match ask()? {
            Answer::Quit => break,
            Answer::Skip => {}
            Answer::Accept => {
                let approver = seat.confirmed_by("accept", &["accept"])?;
                accept::save(app, tool, None, approver.principal()).await?;
                output::line(accept::said(tool, None))?;
                accepted += 1;
            }
            Answer::AcceptAs(effect) => {
                let approver = seat.confirmed_by("accept", &["accept"])?;
                let effect = Some(Pinned(Some(effect)));
                accept::save(app, tool, effect, approver.principal()).await?;
                output::line(accept::said(tool, effect))?;
                accepted += 1;
            }
        }
    }
    output::line(format!("accepted {accepted} of {count}"))?;
    if accepted > 0 {
        answer::print_head(app, false).await?;
    }
    Ok(())
}

fn ask() -> Result<Answer> {
    loop {
        let typed = proof::ask("[a]ccept, accept as a [r]ead, accept as EFFECT, [s]kip, [q]uit: ")?;
        match read(&typed) {
            Some(answer) => return Ok(answer),
            None => output::note(
                "type `a`, `r`, `s`, `q`, or one of `write`, `sends_out`, `destructive`, `executes`, `pays`",
            ),
        }
    }
}

fn read(typed: &str) -> Option<Answer> {
    match typed.to_ascii_lowercase().as_str() {
        "a" | "accept" | "yes" | "y" => Some(Answer::Accept),
        "r" => Some(Answer::AcceptAs(Effect::Read)),
        "s" | "skip" | "n" | "no" => Some(Answer::Skip),
        "q" | "quit" => Some(Answer::Quit),
        word => {
            Effect::parse(word.strip_prefix("accept as ").unwrap_or(word)).map(Answer::AcceptAs)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::tools::review::{Answer, read};
    use crate::domain::ruling::Effect;

    #[test]
    fn nothing_but_a_clear_word_accepts() {
        assert_eq!(read("a"), Some(Answer::Accept));
        assert_eq!(read("R"), Some(Answer::AcceptAs(Effect::Read)));
        assert_eq!(read("pays"), Some(Answer::AcceptAs(Effect::Pays)));
        assert_eq!(read(""), None);
        assert_eq!(read("ok"), None);
    }
}
