//! `tools`: the definitions that servers tell of their tools, and which of them a person accepted.

mod accept;
mod diff;
mod list;
mod page;
mod review;

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::domain::digest::Digest;
use crate::domain::pin::Pin;
use crate::domain::visible;
use crate::upstream::names;
use anyhow::Result;
use std::collections::BTreeMap;

/// Options of `tools`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Lists the tools that were met, with what was made of them.
    List(list::Args),
    /// Walks through what is new, changed or was never looked at; for a person at a terminal.
    Review(review::Args),
    /// Shows what a server tells now against what was accepted.
    Diff(diff::Args),
    /// Accepts what a server tells now, and what the tool does.
    Accept(accept::Args),
}

/// Runs one of them.
///
/// # Errors
/// [`Stop`]: no such tool, or not proven.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    match &args.command {
        Command::List(args) => list::run(app, args).await,
        Command::Review(args) => review::run(app, args).await,
        Command::Diff(args) => diff::run(app, args).await,
        Command::Accept(args) => accept::run(app, args).await,
    }
}

/// A pinned tool with the name that a client of `serve` sees.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// The pin.
    pub(crate) pin: Pin,
    /// `server__tool`, cut and with a hash where it is too long.
    pub(crate) name: String,
    /// Whether its server is the newest of that name. Another program, directory or environment makes another
    /// server; what was accepted for the older one stays with that one.
    pub(crate) current: bool,
}

impl Known {
    /// The name, safe to show.
    pub(crate) fn shown(&self) -> String {
        visible::inline(&self.name).text
    }
}

/// Every pinned tool of this tenant, by name.
pub(crate) async fn known(app: &App) -> Result<Vec<Known>> {
    let mut servers: BTreeMap<(String, Digest), Vec<Pin>> = BTreeMap::new();
    for pin in app.store.all_pins(&app.tenant).await? {
        servers.entry((pin.upstream.clone(), pin.identity)).or_default().push(pin);
    }
    let mut newest = BTreeMap::new();
    for ((server, identity), pins) in &servers {
        let at = pins.iter().map(|pin| pin.at).max().unwrap_or_default();
        let best = newest.entry(server.clone()).or_insert((at, *identity));
        *best = (*best).max((at, *identity));
    }
    let mut out = Vec::new();
    for ((server, identity), pins) in servers {
        let own: Vec<&str> = pins.iter().map(|pin| pin.tool.as_str()).collect();
        let shown = names::expose(&server, &own);
        let current = newest.get(&server).is_some_and(|(_, best)| *best == identity);
        for (pin, shown) in pins.into_iter().zip(shown) {
            let name = shown.unwrap_or_else(|_| format!("{server}__{}", pin.tool));
            out.push(Known { pin, name, current });
        }
    }
    out.sort_by(|a, b| (&a.name, !a.current).cmp(&(&b.name, !b.current)));
    Ok(out)
}

/// The one tool that this text names: `server__tool`, `server.tool`, the tool's own name, each with `@IDENTITY` behind it
/// for another than the newest server of that name.
///
/// # Errors
/// [`Stop`] when it names none, or several.
pub(crate) fn find(all: Vec<Known>, text: &str) -> Result<Known> {
    let (name, identity) = match text.rsplit_once('@') {
        Some((name, hex)) if hex.len() >= 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
            (name, Some(hex.to_ascii_lowercase()))
        }
        _ => (text, None),
    };
    let fits = |known: &Known| match &identity {
        Some(hex) => known.pin.identity.to_string().starts_with(hex),
        None => known.current,
    };
    let whole = |known: &Known| {
        let (server, tool) = (&known.pin.upstream, &known.pin.tool);
        known.name == name
            || *name == format!("{server}__{tool}")
            || *name == format!("{server}.{tool}")
    };
    let there: Vec<Known> = all.into_iter().filter(fits).collect();
    let mut found: Vec<Known> = there.iter().filter(|k| whole(k)).cloned().collect();
    if found.is_empty() {
        found = there.into_iter().filter(|known| known.pin.tool == name).collect();
    }
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (Some(one), more) => {
            found.push(one);
            let names: Vec<String> = found.iter().map(Known::shown).collect();
            let what = format!("`{}` names {} tools", visible::inline(text).text, more + 1);
            Err(Stop::new(Code::Failure, what)
                .help(format!("give one of `{}`", names.join("`, `")))
                .into())
        }
        (None, _) => {
            let what = format!("no tool `{}` was met yet", visible::inline(text).text);
            Err(Stop::new(Code::Failure, what)
                .help("`countersign tools list` lists them; a server's tools are met when it is first used")
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::tools::{Known, find};
    use crate::domain::digest::Digest;
    use crate::domain::pin::{Pin, PinState};
    use crate::domain::time::Millis;

    fn known(server: &str, tool: &str, identity: u8, current: bool) -> Known {
        let pin = Pin {
            upstream: server.to_owned(),
            identity: Digest([identity; 32]),
            tool: tool.to_owned(),
            digest: Digest::sha256(&[b"{}"]),
            text: "{}".to_owned(),
            offered: None,
            state: PinState::Unreviewed,
            effect: None,
            at: Millis(1),
        };
        Known { pin, name: format!("{server}__{tool}"), current }
    }

    #[test]
    fn a_tool_is_found_by_what_people_call_it_and_never_guessed() {
        let all = || {
            vec![
                known("files", "read", 1, true),
                known("files", "read", 2, false),
                known("mail", "read", 3, true),
                known("mail", "send", 3, true),
            ]
        };
        assert_eq!(find(all(), "files__read").unwrap().pin.identity, Digest([1; 32]));
        assert_eq!(find(all(), "mail.read").unwrap().pin.upstream, "mail");
        assert_eq!(find(all(), "send").unwrap().pin.upstream, "mail");
        assert_eq!(find(all(), "files__read@020202").unwrap().pin.identity, Digest([2; 32]));
        assert!(find(all(), "read").unwrap_err().to_string().contains("2 tools"));
        assert!(find(all(), "write").is_err());
    }
}
