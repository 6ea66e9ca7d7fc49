//! Programs that run another: each is as harmless as what it runs, once its own options are out of the way. `sudo` is not
//! among them: what another user may see is not ours to look at unasked.

use crate::policy::effect::shell::args::Args;
use crate::policy::effect::shell::syntax::Word;
use crate::policy::effect::shell::{Verdict, harmless, programs};

/// Options of a wrapper: those that stand alone, those that take the next word, and how many words come before the command.
struct Wrapper {
    name: &'static str,
    alone: &'static [&'static str],
    valued: &'static [&'static str],
    operands: usize,
}

const WRAPPERS: &[Wrapper] = &[
    Wrapper { name: "builtin", alone: &[], valued: &[], operands: 0 },
    Wrapper { name: "chronic", alone: &[], valued: &[], operands: 0 },
    Wrapper { name: "command", alone: &["-p"], valued: &[], operands: 0 },
    Wrapper { name: "ionice", alone: &["-t"], valued: &["-c", "-n"], operands: 0 },
    Wrapper { name: "nice", alone: &[], valued: &["-n"], operands: 0 },
    Wrapper { name: "nohup", alone: &[], valued: &[], operands: 0 },
    Wrapper { name: "setsid", alone: &["-w", "-f"], valued: &[], operands: 0 },
    Wrapper { name: "stdbuf", alone: &[], valued: &["-o", "-e", "-i"], operands: 0 },
    Wrapper {
        name: "timeout",
        alone: &["--foreground", "--preserve-status", "-v"],
        valued: &["-k", "-s"],
        operands: 1,
    },
    Wrapper { name: "unbuffer", alone: &[], valued: &[], operands: 0 },
    Wrapper {
        name: "xargs",
        alone: &["-0", "-r", "-t", "-x", "--null", "--no-run-if-empty"],
        valued: &["-n", "-L", "-P", "-d", "-s", "--max-args", "--max-procs", "--delimiter"],
        operands: 0,
    },
];

/// Shells whose language is the one that is read here.
const SHELLS: &[&str] = &["bash", "dash", "sh"];

/// Judges a wrapper by what it wraps; `None` when the program is none.
pub fn judge(name: &str, args: &Args<'_>, depth: usize) -> Option<Verdict> {
    if depth > 8 {
        return Some(args.unknown());
    }
    if SHELLS.contains(&name) {
        return Some(shell(args, depth));
    }
    match name {
        "command"
            if args
                .words
                .first()
                .and_then(Word::literal)
                .is_some_and(|first| ["-v", "-V"].contains(&first.as_str())) =>
        {
            Some(Ok(()))
        }
        "env" => Some(env(args, depth)),
        _ => WRAPPERS
            .iter()
            .find(|wrapper| wrapper.name == name)
            .map(|wrapper| wrapped(wrapper, args, depth)),
    }
}

fn wrapped(wrapper: &Wrapper, args: &Args<'_>, depth: usize) -> Verdict {
    let mut rest = args.words;
    while let Some((first, after)) = rest.split_first() {
        let option = first.literal().ok_or_else(|| args.open())?;
        if !option.starts_with('-') {
            break;
        }
        rest = if wrapper.alone.contains(&option.as_str()) || holds_value(wrapper, &option) {
            after
        } else if wrapper.valued.contains(&option.as_str()) {
            after.get(1..).unwrap_or_default()
        } else {
            return args.unknown();
        };
    }
    let command = rest.get(wrapper.operands..).unwrap_or_default();
    if rest.iter().take(wrapper.operands).any(Word::is_open) {
        return Err(args.open());
    }
    match wrapper.name {
        "xargs" if command.is_empty() => Ok(()),
        _ if command.is_empty() => args.unknown(),
        // Whatever comes down the pipe becomes words of the command.
        "xargs" => programs::harmless(&[command, &[Word::unknown()]].concat(), depth + 1),
        _ => programs::harmless(command, depth + 1),
    }
}

/// `-n5`, `--delimiter=x`, `-oL`: an option with its value in the same word; `nice -19` is one too.
fn holds_value(wrapper: &Wrapper, option: &str) -> bool {
    let number = wrapper.name == "nice"
        && option.len() > 1
        && option.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    number
        || wrapper.valued.iter().any(|valued| match option.strip_prefix(valued) {
            Some(value) if valued.starts_with("--") => value.starts_with('='),
            Some(value) => !value.is_empty(),
            None => false,
        })
}

/// `sh -c 'line'`: the line is read in turn. A shell given anything else runs what cannot be seen.
fn shell(args: &Args<'_>, depth: usize) -> Verdict {
    match args.words {
        [option, line] if option.literal().as_deref() == Some("-c") => match line.literal() {
            Some(line) => harmless(&line, depth + 1),
            None => Err(args.open()),
        },
        _ => Err(format!("'{}' runs commands that are not in this line", args.program)),
    }
}

fn env(args: &Args<'_>, depth: usize) -> Verdict {
    let mut rest = args.words;
    while let Some((first, after)) = rest.split_first() {
        let word = first.literal().ok_or_else(|| args.open())?;
        rest = match word.as_str() {
            "-i" | "-" | "--ignore-environment" => after,
            "-u" | "--unset" => after.get(1..).unwrap_or_default(),
            option if option.starts_with('-') => return args.unknown(),
            pair if pair.contains('=') => {
                let name = pair.split('=').next().unwrap_or_default();
                crate::policy::effect::shell::assignment(name, false)?;
                after
            }
            _ => return programs::harmless(rest, depth + 1),
        };
    }
    Ok(())
}
