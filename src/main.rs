//! The program: reads the command line, runs the command, and turns its end into an exit code.

use clap::{CommandFactory as _, Parser as _};
use countersign::cli::{self, Cli};
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Everything we make is ours alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    if std::env::args_os().len() < 2 {
        // An environment variable that sets an option makes clap believe that something was asked.
        let _ = anstream::stderr()
            .write_all(Cli::command().render_help().ansi().to_string().as_bytes());
        return cli::exit::Code::Usage.into();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => {
            // Help and version come this way too, with code 0.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    match cli::run(cli) {
        Ok(code) => code.into(),
        Err(error) => {
            let text = cli::exit::report(&error);
            let _ = anstream::stderr().write_all(text.as_bytes());
            cli::exit::code_of(&error).into()
        }
    }
}
