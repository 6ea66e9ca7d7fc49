//! Clients of clusters, clouds, registries and package stores, which share a grammar: `PROGRAM [NOUN...] VERB [ARGS]`.
//! The verb is judged by the same lexicon as the names of tools, once the program's nouns are out of the way.

use crate::domain::ruling::Effect;
use crate::policy::effect::shell::Verdict;
use crate::policy::effect::shell::args::Args;
use crate::policy::effect::shell::clients::{CLIENTS, Client};
use crate::policy::effect::words::lexicon::{self, Sense};
use crate::policy::effect::words::tokens;

/// Options before the verb that take the next word, which only says where to look.
const WHERE: &[&str] = &[
    "--cluster",
    "--context",
    "--host",
    "--hostname",
    "--namespace",
    "--org",
    "--profile",
    "--project",
    "--region",
    "--repo",
    "--repository",
    "--resource-group",
    "--server",
    "--subscription",
    "--url",
    "-H",
    "-R",
    "-c",
    "-g",
    "-h",
    "-n",
    "-p",
    "-r",
    "-s",
    "-u",
];

/// Options before the verb that stand alone.
const HOW: &[&str] = &[
    "--debug",
    "--json",
    "--no-cli-pager",
    "--no-color",
    "--no-pager",
    "--quiet",
    "--verbose",
    "-q",
    "-v",
];

/// Words in an option's name by which a client runs a program, writes a file, changes what it finds or opens a window.
const OPTION_WORDS: &[&str] = &[
    "bootstrap",
    "browser",
    "command",
    "download",
    "editor",
    "exec",
    "file",
    "fix",
    "hook",
    "interactive",
    "kubeconfig",
    "out",
    "outfile",
    "pager",
    "path",
    "plugin",
    "post",
    "program",
    "rcfile",
    "renderer",
    "repair",
    "rsh",
    "save",
    "script",
    "shell",
    "ssh",
    "web",
    "write",
    "dump",
    "method",
    "ask",
];

/// Words that act though the lexicon has no verb for them: never a noun on the way to the verb.
const ACTORS: &[&str] = &[
    "attach",
    "connect",
    "console",
    "cp",
    "daemon",
    "debug",
    "down",
    "init",
    "login",
    "logout",
    "mv",
    "new",
    "port-forward",
    "presign",
    "proxy",
    "rdp",
    "rest",
    "rsync",
    "scp",
    "serve",
    "ssh",
    "sync",
    "tunnel",
    "up",
    "use",
];

/// True for a client with rules here.
pub fn knows(name: &str) -> bool {
    CLIENTS.iter().any(|client| client.name == name)
}

/// Judges a client by its verb; `None` when it is none of these.
pub fn judge(name: &str, args: &Args<'_>) -> Option<Verdict> {
    let client = CLIENTS.iter().find(|client| client.name == name)?;
    Some(looks(client, args))
}

fn looks(client: &Client, args: &Args<'_>) -> Verdict {
    args.no_hidden_options()?;
    let words = args.known();
    if let Some(option) = args.options().into_iter().find(|option| does_more(option)) {
        return Err(format!("'{option}' may make '{}' do more than look", client.name));
    }
    if !formats(&words) {
        return args.unknown();
    }
    let (at, verb, first) = verb(client, &words).ok_or_else(|| {
        format!("'{}' is not told to do something known to only look", client.name)
    })?;
    let rest: Vec<&String> =
        words.iter().skip(at + 1).filter(|word| !word.starts_with('-')).collect();
    let after = rest.first().and_then(|word| lexicon::sense(word));
    let acts_after = matches!(after, Some(Sense::Verb(effect)) if effect != Effect::Read);
    if is_dry(client, &words, verb) {
        return Ok(());
    }
    if !is_read(client, verb) || acts_after {
        return Err(format!("'{} {verb}' may do more than look", client.name));
    }
    match client.name {
        // A further word of an operation is the file that its answer is written to.
        "aws"
            if first != Some("s3")
                && words.iter().skip(at + 1).take(1).any(|word| !word.starts_with('-')) =>
        {
            args.unknown()
        }
        "aws" if verb.starts_with("get-object") || verb.starts_with("select-object") => {
            args.unknown()
        }
        // A remote written out in the command may name a program to run.
        "rclone" if words.iter().any(|word| word.starts_with(':') || word.contains(',')) => {
            args.unknown()
        }
        _ => Ok(()),
    }
}

/// Where the verb stands, the verb, and the first noun if there is one.
fn verb<'w>(client: &Client, words: &'w [String]) -> Option<(usize, &'w str, Option<&'w str>)> {
    let mut nouns = 0;
    let mut first = None;
    let mut at = 0;
    while let Some(word) = words.get(at).map(String::as_str) {
        if word.starts_with('-') {
            let known = HOW.contains(&word) || (word.starts_with("--") && word.contains('='));
            at += if known {
                1
            } else if WHERE.contains(&word) {
                2
            } else {
                return None;
            };
            continue;
        }
        let noun = nouns < client.depth && is_noun(client, word);
        if !noun {
            return Some((at, word, first));
        }
        first = first.or(Some(word));
        nouns += 1;
        at += 1;
    }
    None
}

fn is_noun(client: &Client, word: &str) -> bool {
    if !client.nouns.is_empty() {
        return lexicon::lists(client.nouns, word);
    }
    // The service always comes first with some clients, whatever it is called.
    let first = tokens(word).into_iter().next().unwrap_or_default();
    !ACTORS.contains(&word)
        && !lexicon::lists(client.reads, word)
        && lexicon::sense(&first).is_none()
        && lexicon::sense(word).is_none()
}

fn is_read(client: &Client, verb: &str) -> bool {
    let folded =
        if client.name == "redis-cli" { verb.to_ascii_lowercase() } else { verb.to_owned() };
    if client
        .reads
        .split_whitespace()
        .any(|read| folded == read || (!client.own && folded.starts_with(&format!("{read}-"))))
    {
        return true;
    }
    let tokens = tokens(verb);
    let leads = tokens.first().and_then(|first| lexicon::sense(first));
    let acts = tokens.iter().skip(1).any(
        |word| matches!(lexicon::sense(word), Some(Sense::Verb(effect)) if effect != Effect::Read),
    );
    !client.own
        && !acts
        && matches!(leads, Some(Sense::Verb(Effect::Read) | Sense::Either(Effect::Read)))
}

fn is_dry(client: &Client, words: &[String], verb: &str) -> bool {
    let (options, verbs) = client.dry;
    lexicon::lists(verbs, verb)
        && words.iter().take_while(|word| *word != "--").any(|word| lexicon::lists(options, word))
        && (client.name != "aws" || words.first().is_some_and(|word| word == "s3"))
        && (client.name != "rclone"
            || !words.iter().any(|word| word.starts_with(':') || word.contains(',')))
}

/// True for an option whose name says that more is done than looking.
fn does_more(option: &str) -> bool {
    let name = option.split('=').next().unwrap_or_default();
    if !name.starts_with("--") || name.starts_with("--no-") || name.starts_with("--dry") {
        return false;
    }
    tokens(name).iter().any(|word| {
        OPTION_WORDS.contains(&word.as_str())
            || matches!(
                lexicon::sense(word),
                Some(Sense::Verb(Effect::Destructive | Effect::Executes))
            )
    })
}

/// `-o` and `--output` choose a format in most clients, and a file in some: only plain formats are accepted.
fn formats(words: &[String]) -> bool {
    let known = [
        "json", "yaml", "wide", "name", "text", "table", "tsv", "csv", "jsonc", "yamlc", "none",
        "short", "pretty", "cat", "verbose",
    ];
    let plain = |value: &str| {
        known.contains(&value)
            || value.starts_with("jsonpath=")
            || value.starts_with("custom-columns=")
            || value.starts_with("go-template=")
    };
    words.iter().enumerate().all(|(at, word)| match word.as_str() {
        "-o" | "--output" => words.get(at + 1).is_some_and(|value| plain(value)),
        _ => word
            .strip_prefix("--output=")
            .or_else(|| word.strip_prefix("-o").filter(|_| !word.starts_with("--")))
            .is_none_or(|value| plain(value.trim_start_matches('='))),
    })
}
