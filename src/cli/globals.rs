//! Options that every command takes.

use crate::app::{Globals, Wishes};
use crate::cli::output;
use crate::domain::principal::Tenant;
use anyhow::Result;
use std::path::PathBuf;
use tracing::level_filters::LevelFilter;

/// The global options.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Where configuration, database, keys and signed heads lie [default: $XDG_STATE_HOME/countersign].
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "COUNTERSIGN_HOME",
        hide_env_values = true
    )]
    home: Option<PathBuf>,
    /// The configuration file [default: HOME/countersign.toml].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The sealed world to act in; that of an API token wins [default: default].
    #[arg(long, global = true, value_name = "T", value_parser = tenant)]
    tenant: Option<Tenant>,
    /// `sqlite` (a file in the home) or `in_memory` (gone with the process) [default: sqlite].
    #[arg(
        long,
        global = true,
        value_name = "KIND",
        env = "APPROVAL_STORE",
        hide_env_values = true
    )]
    store: Option<String>,
    /// Says more on stderr; twice: everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Says only errors on stderr.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
}

fn tenant(text: &str) -> Result<Tenant, String> {
    Tenant::new(text).ok_or_else(|| "it is 1 to 64 of `A-Z a-z 0-9 . _ -`".to_owned())
}

impl GlobalArgs {
    /// Fills in the defaults.
    ///
    /// # Errors
    /// Those of [`Globals::resolve`].
    pub(crate) fn resolve(&self) -> Result<Globals> {
        Ok(Globals::resolve(Wishes {
            home: self.home.clone().filter(|home| !home.as_os_str().is_empty()),
            config: self.config.clone(),
            tenant: self.tenant.clone(),
            store: self.store.clone(),
        })?)
    }

    /// Sends the log to stderr, as loud as asked for.
    pub(crate) fn start_log(&self) {
        let level = match (self.quiet, self.verbose) {
            (true, _) => LevelFilter::ERROR,
            (false, 0) => LevelFilter::WARN,
            (false, 1) => LevelFilter::INFO,
            (false, _) => LevelFilter::DEBUG,
        };
        let coloured =
            anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        let log = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(|| output::Log)
            .with_ansi(coloured)
            .with_target(false);
        // A second start, as in tests, changes nothing.
        let _ = log.try_init();
    }
}
