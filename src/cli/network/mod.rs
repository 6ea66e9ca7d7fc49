//! `network`: who talks to whom, the network policies that allow no more, and what is applied already.
//!
//! All but `list` need no home and no store: they read files and print.

mod compare;
mod graph;
mod list;
mod map;
mod recommend;

use crate::app::{App, Globals};
use crate::card::count::count;
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::domain::visible;
use crate::network::{Format, Input, NetworkError, Options, ServiceMap, observe};
use anyhow::{Context as _, Result};
use std::io::Read as _;
use std::path::PathBuf;

/// The longest file that is read.
const BYTES_MAX: u64 = 64 << 20;
/// How many bad lines are told on stderr.
const SKIPS_TOLD: usize = 5;

/// Options of `network`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Formats, told by the text unless `--format` says:
  hubble      hubble observe -o jsonpb
  conntrack   conntrack -L, on a node or a router; sees through translated addresses
  ss          ss -tunap, one file a host
  docker      docker inspect $(docker ps -q): names and addresses, no connections
  json        {\"services\": [{name, namespace?, labels?, addresses?}],
               \"connections\": [{source, target, port, protocol?}]}

Examples:
  countersign network map --names services.json conntrack.txt
  countersign network recommend flows.jsonl > policies.yaml
  kubectl get networkpolicy -A -o json | countersign network compare --applied - flows.jsonl
  countersign network graph flows.jsonl > map.svg
  countersign network list --service shop/api

Exit codes: 0 done, 1 nothing was seen or a file cannot be used, 5 `compare`
found connections that would be cut.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Shows who talks to whom.
    Map(map::Args),
    /// Prints the policies that allow what was seen and nothing else.
    Recommend(recommend::Args),
    /// Says what applied policies would cut, leave open, and allow for nothing.
    Compare(compare::Args),
    /// Draws the map as SVG.
    Graph(graph::Args),
    /// Lists the policies that were recommended to agents.
    List(list::Args),
}

/// Runs one of them.
///
/// # Errors
/// [`Stop`] or a file that cannot be read.
pub(crate) async fn run(globals: impl Fn() -> Result<Globals>, args: &Args) -> Result<Code> {
    match &args.command {
        Command::Map(args) => map::run(args),
        Command::Recommend(args) => recommend::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Graph(args) => graph::run(args),
        Command::List(args) => list::run(&mut App::open(&globals()?).await?, args).await,
    }
}

/// What was seen.
#[derive(Debug, clap::Args)]
pub(crate) struct Seen {
    /// Observations; `-` is standard input. Several make one map.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What all of them are written in [default: told by the text].
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Names of addresses: plain JSON with `services`, or what `docker inspect` prints.
    #[arg(long, value_name = "FILE")]
    names: Vec<PathBuf>,
    /// The namespace of services that come without one.
    #[arg(long, value_name = "NS", default_value = "default")]
    namespace: String,
}

fn format(text: &str) -> Result<Format, String> {
    let found = Format::ALL.into_iter().find(|format| format.as_str() == text);
    found.ok_or_else(|| "it is one of hubble, conntrack, ss, docker, json".to_owned())
}

impl Seen {
    /// Standard input can be read once; who reads it again finds it empty.
    ///
    /// # Errors
    /// [`Stop`] when more than one of the files and these others is `-`.
    fn one_stdin(&self, others: &[PathBuf]) -> Result<()> {
        let all = self.files.iter().chain(&self.names).chain(others);
        if all.filter(|path| path.as_os_str() == "-").count() < 2 {
            return Ok(());
        }
        Err(Stop::new(Code::Usage, "`-` is given more than once, and standard input is read once")
            .help("give the others as files")
            .into())
    }

    /// Reads everything into one map and tells on stderr what was not understood.
    ///
    /// # Errors
    /// A file that cannot be read, or is none of ours.
    pub(crate) fn map(&self) -> Result<ServiceMap> {
        self.one_stdin(&[])?;
        let read = |path: &PathBuf| Ok((path.display().to_string(), text_of(path)?));
        let names = self.names.iter().map(read).collect::<Result<Vec<_>>>()?;
        let files = self.files.iter().map(read).collect::<Result<Vec<_>>>()?;
        let named = names.iter().map(|(name, text)| Input { name, format: None, text });
        let seen = files.iter().map(|(name, text)| Input { name, format: self.format, text });
        let inputs: Vec<Input<'_>> = named.chain(seen).collect();
        let options = Options { namespace: self.namespace.clone(), ..Options::default() };
        let map = observe(&inputs, &options).map_err(stop)?;
        for skip in map.skipped.lines.iter().take(SKIPS_TOLD) {
            output::note(format!("{}:{}: {}", skip.input, skip.line, skip.reason));
        }
        let untold =
            usize::try_from(map.skipped.count).unwrap_or(usize::MAX).saturating_sub(SKIPS_TOLD);
        if untold > 0 {
            output::note(format!(
                "and {} not understood; `network map --json` lists them",
                count(untold, "more line that was", "more lines that were")
            ));
        }
        Ok(map)
    }
}

/// Without a connection every policy would deny everything and no policy would cut anything, which nobody who gave the
/// wrong file wants to hear.
fn need_connections(map: &ServiceMap, done: &str) -> Result<()> {
    if !map.edges.is_empty() {
        return Ok(());
    }
    let what = format!("no connection between services was seen, so nothing can be {done}");
    Err(Stop::new(Code::Failure, what)
        .help("give flows, a connection table or sockets, and `--names` for addresses")
        .into())
}

/// The error with what to do about it.
fn stop(fault: NetworkError) -> anyhow::Error {
    let code = match &fault {
        NetworkError::Namespace(_) => Code::Usage,
        _ => Code::Failure,
    };
    let help = match &fault {
        NetworkError::UnknownFormat { .. } | NetworkError::Unreadable { .. } => {
            Some("`countersign network --help` lists the formats")
        }
        NetworkError::Applied(_) => {
            Some("give policies as YAML, or what `kubectl get networkpolicy -A -o json` prints")
        }
        _ => None,
    };
    let stop = Stop::new(code, fault.to_string());
    help.map_or_else(|| Stop::new(code, fault.to_string()), |help| stop.help(help)).into()
}

/// A file's text; `-` is standard input.
fn text_of(path: &PathBuf) -> Result<String> {
    let mut bytes = Vec::new();
    let shown = || visible::inline(&path.display().to_string()).text;
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
    }
    .with_context(|| format!("cannot read `{}`", shown()))?;
    if bytes.len() as u64 > BYTES_MAX {
        let what = format!("`{}` has more than {}", shown(), visible::size(BYTES_MAX as usize));
        return Err(Stop::new(Code::Failure, what)
            .help("give a shorter time or one namespace")
            .into());
    }
    // A listing may quote a program's name in any bytes; the numbers beside it are still good.
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned()))
}

/// Notes on stderr.
fn tell(notes: &[String]) {
    for note in notes {
        output::note(format!("note: {note}"));
    }
}
