//! Programs that are harmless in one narrow use: testing, printing, listing an archive, one SQL query, a dry run.

use crate::policy::effect::shell::Verdict;
use crate::policy::effect::shell::args::Args;
use crate::policy::effect::shell::syntax::Word;
use crate::policy::effect::sql;

/// Judges by the program's own rules; `None` when it has none here.
pub fn judge(name: &str, args: &Args<'_>) -> Option<Verdict> {
    let ok = match name {
        "jobs" => args.words.is_empty() || is(args, &["-l"]) || is(args, &["-p"]),
        "wait" => args.literals().is_ok_and(|words| {
            words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
        }),
        "[" | "test" => !args.has(&["-v", "-R"]),
        "[[" => !args.words.iter().any(evaluates),
        "printf" => !args.words.first().is_some_and(|word| {
            word.may_hide_option() || word.literal().is_some_and(|text| text.starts_with('-'))
        }),
        "read" => reads_plain_names(args),
        "set" => {
            args.words.iter().all(|word| word.literal().is_some_and(|text| sets_a_mode(&text)))
        }
        "export" | "local" | "readonly" => args.words.iter().all(exports),
        "crontab" => is(args, &["-l"]),
        "mount" | "ulimit" | "umask" | "env" | "alias" => {
            args.words.is_empty() || is(args, &["-a"])
        }
        "sysctl" => {
            args.has(&["-a", "-n"])
                && args.literals().is_ok_and(|words| {
                    words.iter().all(|word| {
                        ["-a", "-n"].contains(&word.as_str())
                            || !(word.starts_with('-') || word.contains('='))
                    })
                })
        }
        "ifconfig" | "route" | "arp" => {
            args.words.is_empty() || is(args, &["-a"]) || is(args, &["-n"])
        }
        "iptables" | "ip6tables" => args.literals().is_ok_and(|words| {
            words.first().is_some_and(|word| ["-L", "-S", "--list"].contains(&word.as_str()))
                && words
                    .iter()
                    .skip(1)
                    .all(|word| ["-n", "-v", "--line-numbers"].contains(&word.as_str()))
        }),
        "ip" => ip(args),
        "tar" => lists_archive(args),
        "unzip" => args.literals().is_ok_and(|words| {
            words
                .first()
                .is_some_and(|word| ["-l", "-t", "-v", "-Z", "-lv"].contains(&word.as_str()))
        }),
        "gzip" | "xz" | "zstd" => args.literals().is_ok_and(|words| {
            words.first().is_some_and(|word| {
                ["-l", "--list", "-t", "--test", "-lv"].contains(&word.as_str())
            })
        }),
        "dpkg" => args.literals().is_ok_and(|words| {
            words.first().is_some_and(|word| {
                ["-l", "-L", "-s", "-S", "--list", "--listfiles", "--status", "--search"]
                    .contains(&word.as_str())
            })
        }),
        "rpm" => {
            args.refuse(
                "EiUFe",
                &[
                    "pipe",
                    "eval",
                    "define",
                    "rcfile",
                    "macros",
                    "load",
                    "import",
                    "install",
                    "upgrade",
                    "erase",
                    "queryformat",
                    "predefine",
                ],
            )
            .is_ok()
                && args
                    .literals()
                    .is_ok_and(|words| words.first().is_some_and(|word| word.starts_with("-q")))
        }
        "top" | "htop" => args.literals().is_ok_and(|words| {
            words.first().is_some_and(|word| word == "-b" || word == "-bn1" || word == "-l")
        }),
        "rsync" => dry_rsync(args),
        "psql" | "mysql" | "mariadb" | "sqlite3" | "duckdb" => queries(name, args),
        _ if name.starts_with("kafka-") => kafka(name, args),
        _ if asks_version(name, args) => true,
        _ => return None,
    };
    Some(if ok { Ok(()) } else { args.unknown() })
}

fn is(args: &Args<'_>, words: &[&str]) -> bool {
    args.literals().is_ok_and(|known| known == words)
}

/// `-v NAME` and numeric comparisons of `[[` evaluate what they are given, subscripts and the commands in them included.
fn evaluates(word: &Word) -> bool {
    word.literal().is_some_and(|text| {
        ["-v", "-R", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"].contains(&text.as_str())
    })
}

/// `read` into variables that steer nothing.
fn reads_plain_names(args: &Args<'_>) -> bool {
    args.literals().is_ok_and(|words| {
        words.iter().all(|word| {
            word == "-r"
                || (!word.starts_with('-')
                    && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                    && !["path", "ifs"].contains(&word.as_str()))
        })
    })
}

/// `set -euo pipefail`: modes of the shell that run nothing.
fn sets_a_mode(text: &str) -> bool {
    text == "pipefail"
        || (text.len() > 1
            && text.starts_with(['-', '+'])
            && text.chars().skip(1).all(|c| "euxofC".contains(c)))
}

/// An exported variable reaches every program that follows.
fn exports(word: &Word) -> bool {
    let text = match word.pieces.first() {
        Some(crate::policy::effect::shell::syntax::Piece::Text(text)) => text,
        _ => return false,
    };
    text.split_once('=')
        .is_some_and(|(name, _)| crate::policy::effect::shell::assignment(name, false).is_ok())
}

fn ip(args: &Args<'_>) -> bool {
    let Ok(words) = args.literals() else { return false };
    let mut words = words.iter().map(String::as_str).skip_while(|word| {
        ["-4", "-6", "-br", "-brief", "-c", "-color", "-j", "-json", "-p", "-s", "-d", "-o"]
            .contains(word)
    });
    let object =
        ["a", "addr", "address", "l", "link", "r", "route", "n", "neigh", "rule", "maddr", "netns"]
            .contains(&words.next().unwrap_or_default());
    object && words.next().is_none_or(|verb| ["show", "list", "ls", "get", "s"].contains(&verb))
}

/// `tar` whose first word is a cluster with `t`, and nothing but names after it. A name with a colon is another machine.
fn lists_archive(args: &Args<'_>) -> bool {
    let Ok(words) = args.literals() else { return false };
    let Some((first, rest)) = words.split_first() else { return false };
    let cluster = first.trim_start_matches('-');
    let lists = first == "--list"
        || (!first.starts_with("--")
            && cluster.contains('t')
            && cluster.chars().all(|c| "tvzjJfap".contains(c)));
    lists
        && rest.iter().all(|word| {
            !word.contains(':')
                && (!word.starts_with('-') || ["-v", "-z", "-j", "-f"].contains(&word.as_str()))
        })
}

/// `rsync` that only says what it would do, over no connection of its own making.
fn dry_rsync(args: &Args<'_>) -> bool {
    let dry = args
        .options()
        .iter()
        .any(|option| option == "--dry-run" || (!option.starts_with("--") && option.contains('n')));
    let refused = args.refuse(
        "eMT",
        &[
            "remote-option",
            "rsh",
            "rsync-path",
            "log-file",
            "write-batch",
            "only-write-batch",
            "temp-dir",
            "early-input",
            "password-file",
        ],
    );
    dry && args.no_hidden_options().is_ok() && refused.is_ok()
}

/// Options of database clients that take the next word and only say where to connect or how to print.
const CONNECTION: &[&str] = &[
    "-h",
    "-p",
    "-P",
    "-U",
    "-u",
    "-d",
    "-D",
    "--host",
    "--port",
    "--user",
    "--username",
    "--dbname",
    "--database",
    "-F",
    "--field-separator",
    "-separator",
];

/// Options of database clients that stand alone.
const PRINTING: &[&str] = &[
    "-t",
    "-A",
    "-x",
    "-q",
    "-w",
    "-X",
    "-At",
    "-tA",
    "-qAt",
    "-N",
    "-B",
    "-s",
    "-ss",
    "-json",
    "-csv",
    "-header",
    "-readonly",
    "-markdown",
    "-table",
    "-box",
    "-column",
    "-line",
    "-list",
    "--csv",
    "--tuples-only",
    "--no-align",
    "--quiet",
    "--no-psqlrc",
    "--batch",
    "--table",
    "--skip-column-names",
    "--no-password",
];

/// A database client given one SQL text that is proven to read. A backslash could begin a command of the client itself.
fn queries(name: &str, args: &Args<'_>) -> bool {
    let Ok(words) = args.literals() else { return false };
    let flags: &[&str] = if name == "psql" || name == "duckdb" {
        &["-c", "--command"]
    } else {
        &["-e", "--execute"]
    };
    let proven = |text: &str| {
        !text.contains('\\') && !text.trim_start().starts_with('.') && sql::judge(text).is_read()
    };
    let mut found = 0;
    let mut operands = 0;
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let assigned = flags
            .iter()
            .filter(|flag| flag.starts_with("--"))
            .find_map(|flag| word.strip_prefix(flag)?.strip_prefix('='));
        if flags.contains(&word) || assigned.is_some() {
            let Some(text) = assigned.or_else(|| words.next()) else { return false };
            if !proven(text) {
                return false;
            }
            found += 1;
        } else if CONNECTION.contains(&word) {
            words.next();
        } else if PRINTING.contains(&word)
            || (word.starts_with("--")
                && CONNECTION.iter().any(|option| word.split('=').next() == Some(option)))
        {
        } else if word.starts_with('-') {
            return false;
        } else {
            operands += 1;
            // The second operand of the file databases is the query.
            if operands > 1 {
                if !["sqlite3", "duckdb"].contains(&name) || !proven(word) {
                    return false;
                }
                found += 1;
            }
        }
    }
    found > 0
}

/// Kafka's tools say what they do by an option.
fn kafka(name: &str, args: &Args<'_>) -> bool {
    let looks = ["--list", "--describe", "--version", "--help"];
    let connects = [
        "--bootstrap-server",
        "--topic",
        "--group",
        "--entity-type",
        "--entity-name",
        "--topics-with-overrides",
        "--all-groups",
        "--all",
        "--members",
        "--offsets",
        "--state",
        "--verbose",
        "--unavailable-partitions",
        "--under-replicated-partitions",
        "--all-topics",
        "--timeout",
    ];
    let options = args.options();
    let known = options.iter().all(|option| {
        let option = option.split('=').next().unwrap_or_default();
        looks.contains(&option) || connects.contains(&option)
    });
    let asked = options.iter().any(|option| looks.contains(&option.as_str()))
        || name.trim_end_matches(".sh") == "kafka-broker-api-versions";
    args.literals().is_ok() && known && asked
}

/// Interpreters and compilers asked for their version.
fn asks_version(name: &str, args: &Args<'_>) -> bool {
    let known = [
        "go", "java", "node", "python", "python3", "ruby", "perl", "php", "rustc", "gcc", "clang",
        "javac", "deno", "bun", "uv",
    ];
    known.contains(&name)
        && [&["-v"][..], &["-V"], &["-version"], &["version"]].iter().any(|words| is(args, words))
        && !(name == "java" && is(args, &["-v"]))
}
