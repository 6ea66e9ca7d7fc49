//! `wrap`: stands in front of one server that is named on the command line; no configuration needed.

use crate::app::{App, Globals};
use crate::cli::exit::{Code, Stop};
use crate::cli::serve::{OnAskArg, Options, Toolsets, listener, start};
use crate::config::Toolset;
use crate::domain::call::OWN;
use anyhow::Result;
use std::net::SocketAddr;

/// `wrap`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign wrap -- npx -y @modelcontextprotocol/server-filesystem /srv/data
  countersign wrap --name files --on-ask pending -- ./my-server --stdio
  countersign wrap --http 127.0.0.1:7879 -- ./my-server   for agents over HTTP")]
pub(crate) struct Args {
    /// The server's name in rules, cards and journal [default: made from the command].
    #[arg(long, value_name = "N", value_parser = name)]
    name: Option<String>,
    /// What a call that needs a yes does [default: what the configuration says, `hold`].
    #[arg(long, value_name = "M")]
    on_ask: Option<OnAskArg>,
    /// Which of our own tools are offered, such as `approvals,ir`, or `all` [default: what the configuration says,
    /// `approvals`].
    #[arg(long, value_name = "LIST", value_parser = Toolset::parse_list)]
    toolsets: Option<Toolsets>,
    /// Serves agents over HTTP on this loopback address, at `/mcp`, each with its API token.
    #[arg(long, value_name = "ADDRESS", value_parser = listener)]
    http: Option<SocketAddr>,
    /// The server's command, run without a shell.
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<String>,
}

fn name(text: &str) -> Result<String, String> {
    if crate::config::upstream_name(text) {
        Ok(text.to_owned())
    } else if text == OWN {
        Err(format!("`{OWN}` is kept for questions about plans and runs; choose another name"))
    } else {
        Err("it is 1 to 20 of `a-z 0-9 - _`, begins with a letter, and holds no `__`".to_owned())
    }
}

pub(crate) async fn run(app: App, globals: &Globals, args: &Args) -> Result<Code> {
    if crate::app::env::token().is_some() {
        return Err(Stop::new(
            Code::Denied,
            "`COUNTERSIGN_TOKEN` is set: a session with an approver's token forwards nothing",
        )
        .help("unset it for the agent's session; an approver's own session is `countersign serve`")
        .into());
    }
    let name = args.name.clone().unwrap_or_else(|| name_from(&args.command));
    let options = Options { on_ask: args.on_ask, toolsets: args.toolsets.clone(), http: args.http };
    start(app, globals, "wrap", Some((name, args.command.clone())), options).await
}

/// Programs that only run another one, which then names the server better.
const RUNNERS: [&str; 13] = [
    "npx", "uvx", "node", "bun", "bunx", "deno", "python", "python3", "uv", "pipx", "env", "npm",
    "docker",
];

/// A name for the server of this command: its program, or what a runner runs, without scope, ending and the
/// words that all servers have in common.
fn name_from(command: &[String]) -> String {
    let base = |word: &String| {
        let last = word.rsplit(['/', '\\']).next().unwrap_or(word);
        let last = last.split('@').find(|part| !part.is_empty()).unwrap_or(last);
        last.rsplit_once('.').map_or(last, |(stem, _)| stem).to_lowercase()
    };
    let skipped = |word: &&String| {
        word.starts_with('-')
            || RUNNERS.contains(&base(word).as_str())
            || ["run", "exec", "tool"].contains(&word.as_str())
    };
    let word = command.iter().find(|word| !skipped(word)).map(base).unwrap_or_default();
    let parts = |c: char| !c.is_ascii_alphanumeric();
    let telling: Vec<&str> =
        word.split(parts).filter(|part| !["", "mcp", "server"].contains(part)).collect();
    let short = telling.join("-");
    let name: String = short.chars().take(20).collect();
    let name = name.trim_matches('-').to_owned();
    if crate::config::upstream_name(&name) { name } else { "wrapped".to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::cli::wrap::{name, name_from};
    use crate::domain::call::OWN;

    #[test]
    fn a_server_is_named_after_what_runs() {
        let name =
            |words: &str| name_from(&words.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(name("npx -y @modelcontextprotocol/server-filesystem /srv"), "filesystem");
        assert_eq!(name("uvx mcp-server-git"), "git");
        assert_eq!(name("/usr/bin/python3 -I ./tests/recorder.py log"), "recorder");
        assert_eq!(name("./My_Server"), "my");
        assert_eq!(name("-- 7"), "wrapped");
    }
    #[test]
    fn no_server_takes_the_name_of_our_own_questions() {
        assert!(name(OWN).is_err_and(|why| why.contains("is kept for")));
        assert_eq!(name_from(&[format!("/usr/bin/{OWN}"), "demo".to_owned()]), "wrapped");
        assert_eq!(name("countersigned").as_deref(), Ok("countersigned"));
    }
}
