//! Keeps the module tree honest: imports point down, files stay short, every file says why it exists.
//!
//! The compiler checks none of this inside one crate, and textual scanning is enough: a name reached
//! through `super::` or re-exported from the crate root would slip past, so both are refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lowest layer first. A module may import only from layers listed before its own.
const LAYERS: &[&[&str]] = &[
    &["domain"],
    &["config"],
    &["policy"],
    &["ir", "network"],
    &["store"],
    &["journal"],
    &["approval", "upstream"],
    &["gate"],
    &["run"],
    &["card"],
    &["web"],
    &["mcp", "http", "notify"],
    &["app"],
    &["cli"],
];
const LINES_MAX: usize = 400;

/// Tools of the servers that the tests run against. A kernel that knew them by name would pass those tests and guard nobody
/// else's server. Single everyday words (`echo`) are left out: they stand in lists of shell commands by right.
const TOOLS_OF_TEST_SERVERS: &[&str] = &[
    // @modelcontextprotocol/server-filesystem
    "read_file",
    "read_text_file",
    "read_media_file",
    "read_multiple_files",
    "write_file",
    "edit_file",
    "create_directory",
    "list_directory",
    "list_directory_with_sizes",
    "directory_tree",
    "move_file",
    "search_files",
    "get_file_info",
    "list_allowed_directories",
    // @modelcontextprotocol/server-everything
    "get-annotated-message",
    "get-env",
    "get-resource-links",
    "get-resource-reference",
    "get-roots-list",
    "get-structured-content",
    "get-sum",
    "get-tiny-image",
    "gzip-file-as-resource",
    "simulate-research-query",
    "toggle-simulated-logging",
    "toggle-subscriber-updates",
    "trigger-elicitation-request",
    "trigger-elicitation-request-async",
    "trigger-long-running-operation",
    "trigger-sampling-request",
    "trigger-sampling-request-async",
    "trigger-url-elicitation",
    // tests/support/recorder.py
    "read_note",
    "list_notes",
    "write_note",
    "delete_note",
    "slow_write",
    "progress_write",
    "get_progress",
    "run_command",
    "run_query",
    "update_anything",
];

#[test]
fn imports_point_down() {
    let mut faults = Vec::new();
    for file in rust_files(Path::new("src")) {
        let Some(importer) = top_module(&file) else {
            continue;
        };
        let Some(importer_layer) = layer_of(&importer) else {
            faults.push(format!("{}: `{importer}` is in no layer", file.display()));
            continue;
        };
        let code = code_only(&read(&file));
        if code.replace("use super::*;", "").contains("super::") {
            faults.push(format!("{}: write `crate::` instead of `super::`", file.display()));
        }
        for imported in imported_modules(&code) {
            let allowed = imported == importer
                || layer_of(&imported).is_some_and(|layer| layer < importer_layer);
            if !allowed {
                faults
                    .push(format!("{}: `{importer}` may not import `{imported}`", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn files_are_short_and_say_why() {
    let mut faults = Vec::new();
    for file in rust_files(Path::new("src")) {
        let text = read(&file);
        if text.lines().count() > LINES_MAX {
            faults.push(format!("{}: over {LINES_MAX} lines", file.display()));
        }
        if !text.starts_with("//!") {
            faults.push(format!("{}: no module doc on the first line", file.display()));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// On stdio, stdout is the protocol; clippy says so, too, but can be told to look away.
#[test]
fn only_the_command_line_prints() {
    let mut faults = Vec::new();
    for file in rust_files(Path::new("src")) {
        if file.starts_with("src/cli") || file == Path::new("src/main.rs") {
            continue;
        }
        for (number, line) in read(&file).lines().enumerate() {
            let code = line.trim_start();
            // `println!`, `eprintln!` and `eprint!` end so, too.
            if !code.starts_with("//") && (code.contains("print!(") || code.contains("println!(")) {
                faults.push(format!("{}:{}: {code}", file.display(), number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What is a read must be judged by sense, not by a list of the servers that we happen to test with.
#[test]
fn the_kernel_knows_no_test_server() {
    let kernel = Path::new("src/policy");
    assert!(kernel.is_dir(), "src/policy is where the kernel lives");
    let mut faults = Vec::new();
    for file in rust_files(kernel) {
        let text = read(&file);
        // Unit tests at a file's end may name whatever they like.
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for literal in string_literals(code) {
            let words: BTreeSet<&str> = literal
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
                .collect();
            for tool in TOOLS_OF_TEST_SERVERS.iter().filter(|tool| words.contains(**tool)) {
                faults.push(format!("{}: names the tool `{tool}`: {literal:?}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn string_literals_are_found() {
    let code = r####"
        // "a comment"
        /* "another" */ let x = 'a'; let y: &'static str = "one"; let z = '"'; let q = '\'';
        let r = r#"two "quoted""#; let e = "thr\"ee"; let b = b"four"; let c = br"five"; for_r("six");
    "####;
    let found = string_literals(code);
    assert_eq!(found, ["one", "two \"quoted\"", "thr\\\"ee", "four", "five", "six"]);
}

/// The insides of all string literals, escapes left as written; comments and character literals are passed over.
fn string_literals(code: &str) -> Vec<String> {
    let (mut found, mut rest, mut before) = (Vec::new(), code, ' ');
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        if rest.starts_with("//") {
            taken = rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            taken = rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if first == '\'' {
            taken = character_literal(rest).unwrap_or(1);
        } else if first == '"' {
            let end = closing_quote(&rest[1..]);
            found.push(rest[1..1 + end].to_owned());
            taken = (end + 2).min(rest.len());
        } else if first == 'r' && (before == 'b' || !(before.is_alphanumeric() || before == '_')) {
            let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
            if rest[1 + hashes..].starts_with('"') {
                let (inside, end) = (&rest[2 + hashes..], format!("\"{}", "#".repeat(hashes)));
                let length = inside.find(&end).unwrap_or(inside.len());
                found.push(inside[..length].to_owned());
                taken = (2 + hashes + length + end.len()).min(rest.len());
            }
        }
        before = first;
        rest = &rest[taken..];
    }
    found
}

/// The length of the character literal at the start, `None` for a lifetime.
fn character_literal(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first == '\\' {
        letters.next()?;
        return letters.find(|(_, letter)| *letter == '\'').map(|(at, _)| at + 1);
    }
    let (at, second) = letters.next()?;
    (second == '\'').then_some(at + 1)
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// `src/gate/refusal.rs` and `src/gate.rs` both belong to `gate`; `src/lib.rs` belongs to none.
fn top_module(file: &Path) -> Option<String> {
    let first = file.strip_prefix("src").ok()?.components().next()?;
    let name = Path::new(first.as_os_str()).file_stem()?.to_str()?;
    (!["lib", "main"].contains(&name)).then(|| name.to_owned())
}

fn layer_of(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn code_only(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The `x` of every `crate::x` and of every `crate::{x, y::Z}`.
fn imported_modules(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for tail in code.split("crate::").skip(1) {
        match tail.strip_prefix('{') {
            None => found.extend(leading_name(tail)),
            Some(group) => found.extend(top_level_names(group)),
        }
    }
    found
}

fn top_level_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut item) = (0, Vec::new(), String::new());
    for letter in group.chars() {
        match letter {
            '}' if depth == 0 => break,
            ',' if depth == 0 => names.extend(leading_name(&std::mem::take(&mut item))),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => item.push(letter),
            _ => {}
        }
    }
    names.extend(leading_name(&item));
    names
}

fn leading_name(text: &str) -> Option<String> {
    let name: String =
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("source folder is readable") {
        let path = entry.expect("folder entry is readable").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("source file is readable")
}
