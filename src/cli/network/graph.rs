//! `network graph`: the map as a drawing.

use crate::cli::exit::Code;
use crate::cli::network::{Seen, stop};
use crate::cli::output;
use crate::network::svg;
use anyhow::Result;

/// Options of `network graph`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  countersign network graph --names services.json conntrack.txt > map.svg

The file stands by itself and follows the light or dark setting of whoever looks at it.")]
pub(crate) struct Args {
    #[command(flatten)]
    seen: Seen,
}

/// Draws.
pub(crate) fn run(args: &Args) -> Result<Code> {
    let map = args.seen.map()?;
    output::line(svg(&map).map_err(stop)?.trim_end())?;
    Ok(Code::Ok)
}
