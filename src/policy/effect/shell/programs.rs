//! One command: finds the rules of its program and asks them. A program nobody here knows is not harmless.

use crate::policy::effect::shell::args::Args;
use crate::policy::effect::shell::syntax::Word;
use crate::policy::effect::shell::{
    Verdict, cli, filters, git, network, readers, special, wrappers,
};

/// Folders whose programs are the system's own.
const SYSTEM: &[&str] =
    &["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/"];

/// Programs known to answer `--help` and `--version` and do nothing else then, though most of what they do is more.
const ANSWERS: &[&str] = &[
    "apt", "apt-get", "bash", "bun", "bundle", "chmod", "chown", "clang", "cmake", "cp", "dd",
    "deno", "dotnet", "gcc", "go", "gzip", "java", "javac", "kill", "ln", "make", "mkdir", "mv",
    "node", "perl", "php", "pkill", "pytest", "python", "python3", "rm", "rmdir", "rsync", "ruby",
    "rustc", "rustup", "scp", "ssh", "tar", "tee", "touch", "truncate", "tsc", "unzip", "uv",
    "vim", "zip",
];

/// True for programs about which something is known.
pub fn knows(name: &str) -> bool {
    name.len() > 1 && (name == "git" || cli::knows(name))
}

/// True for what the shell computes itself.
pub fn is_builtin(name: &str) -> bool {
    readers::is_builtin(name)
}

/// Proves one command.
pub fn harmless(words: &[Word], depth: usize) -> Verdict {
    let Some((first, rest)) = words.split_first() else { return Ok(()) };
    let Some(name) = first.literal() else {
        return Err("the program is known only when it runs".to_owned());
    };
    let name = in_system(&name).ok_or_else(|| format!("'{name}' may be any program"))?;
    let args = Args { program: name, words: rest };
    if asks_for_help(name, &args) {
        return Ok(());
    }
    if let Some(verdict) = wrappers::judge(name, &args, depth) {
        return verdict;
    }
    if readers::is_plain(name) {
        return Ok(());
    }
    if let Some(reader) = readers::guarded(name) {
        return looks(reader, &args);
    }
    match name {
        "awk" | "gawk" | "mawk" | "nawk" => filters::awk(&args),
        "curl" => network::curl(&args),
        "find" => filters::find(&args, depth),
        "git" => git::judge(&args),
        "less" | "more" | "most" | "zless" | "zmore" => filters::pager(&args),
        "sed" | "gsed" => filters::sed(&args),
        "wget" => network::wget(&args),
        _ => special::judge(name, &args)
            .or_else(|| cli::judge(name, &args))
            .unwrap_or_else(|| Err(format!("'{name}' is not known to only look"))),
    }
}

/// The name without its folder, when the folder is one of the system's or there is none.
fn in_system(path: &str) -> Option<&str> {
    if !path.contains('/') {
        return Some(path);
    }
    let name = SYSTEM.iter().find_map(|folder| path.strip_prefix(folder))?;
    (!name.contains('/') && !name.is_empty()).then_some(name)
}

/// `--help` or `--version` alone, of a program known to answer it; of a command-line client also behind its subcommands.
fn asks_for_help(name: &str, args: &Args<'_>) -> bool {
    let Ok(words) = args.literals() else { return false };
    let Some((last, before)) = words.split_last() else { return false };
    let asked = ["--help", "--version"].contains(&last.as_str());
    let subcommands = before.iter().all(|word| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && !word.starts_with('-')
    });
    // What hands its arguments on hands this one on too.
    let hands_on = ["exec", "run", "x", "ssh", "debug", "dlx"]
        .iter()
        .any(|verb| before.iter().any(|word| word == verb));
    let answers =
        ANSWERS.contains(&name) || readers::is_plain(name) || readers::guarded(name).is_some();
    asked
        && ((before.is_empty() && (answers || knows(name)))
            || (knows(name) && subcommands && !hands_on))
}

fn looks(reader: &readers::Reader, args: &Args<'_>) -> Verdict {
    let open =
        reader.letters.is_empty() && reader.names.is_empty() && reader.operands == usize::MAX;
    if open {
        return Ok(());
    }
    args.no_hidden_options()?;
    if readers::asks_others(args.program) {
        args.literals()?;
    }
    args.refuse(reader.letters, reader.names)?;
    // A format is no operand of `date`, and anything else would set the clock.
    let operands = args.operands();
    let fits = operands.len() <= reader.operands
        && (args.program != "date"
            || operands.iter().all(|operand| operand.starts_with('+'))
            || args.has(&["-d", "-r", "-j"]));
    if fits { Ok(()) } else { args.unknown() }
}
