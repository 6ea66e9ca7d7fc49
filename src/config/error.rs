//! Why a configuration was refused, and what mends it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a configuration was refused. Values of the environment and of arguments are never repeated here.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("cannot read `{}`: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// Somebody else could change it.
    #[error("`{}` {problem}; {help}", file.display())]
    Unsafe {
        /// The file or directory at fault.
        file: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
        /// The command that mends it.
        help: String,
    },
    /// A place in the text is wrong.
    #[error("`{}` line {line}, column {column}: {message}{}", file.display(), help_line(help.as_deref()))]
    Text {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong.
        message: String,
        /// What may have been meant.
        help: Option<String>,
    },
    /// The words are right and do not make sense together.
    #[error("`{}`: {at}: {message}", file.display())]
    Meaning {
        /// The file.
        file: PathBuf,
        /// The table or key, as a person would write it.
        at: String,
        /// What is wrong.
        message: String,
    },
    /// A rule disagrees with one of its own examples.
    #[error(
        "`{}`: {rule} {} its own `{list}` example {index}: `{example}`", file.display(),
        if *list == "match" { "does not match" } else { "matches" }
    )]
    Example {
        /// The file.
        file: PathBuf,
        /// The rule, by name or number.
        rule: String,
        /// `match` or `not_match`.
        list: &'static str,
        /// Which one, from 1.
        index: usize,
        /// The example as JSON.
        example: String,
    },
    /// What a person accepted before is not understood by this program.
    #[error(
        "the configuration that was accepted is not understood any more, so a person must accept the file: {why}"
    )]
    Accepted {
        /// What is wrong with it.
        why: String,
    },
    /// A value of the environment is wrong.
    #[error("`{name}` in the environment: {message}")]
    Environment {
        /// The variable.
        name: &'static str,
        /// What is wrong.
        message: String,
    },
}

impl ConfigError {
    /// Gives the reader's complaint its line, column and the nearest known key.
    pub(crate) fn of_toml(error: &toml::de::Error, text: &str, file: &Path) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let (message, help) = unknown_key(error.message());
        Self::Text {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message,
            help,
        }
    }

    /// A complaint about a table or key.
    pub(crate) fn meaning(file: &Path, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Meaning { file: file.to_owned(), at: at.into(), message: message.into() }
    }
}

fn help_line(help: Option<&str>) -> String {
    help.map(|text| format!("; {text}")).unwrap_or_default()
}

/// Serde lists what it knows (`unknown field x, expected one of a, b`); a person wants the one that was meant.
fn unknown_key(message: &str) -> (String, Option<String>) {
    let plain = || (message.trim_end().replace('\n', ", "), None);
    let Some((what, rest)) = ["field", "variant"].into_iter().find_map(|what| {
        message.strip_prefix(&format!("unknown {what} `")).map(|rest| (what, rest))
    }) else {
        return plain();
    };
    let Some((wrong, expected)) = rest.split_once("`, expected ") else { return plain() };
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let word = if what == "field" { "key" } else { "value" };
    let nearest = known
        .iter()
        .map(|key| (distance(wrong, key), *key))
        .min()
        .filter(|(far, key)| *far <= (key.len().max(wrong.len()) / 3).max(1));
    let help = match nearest {
        Some((_, key)) => format!("did you mean `{key}`?"),
        None => format!("known: `{}`", known.join("`, `")),
    };
    (format!("unknown {word} `{wrong}`"), Some(help))
}

/// Edit distance in characters (Levenshtein), with `-` and `_` taken as one.
fn distance(a: &str, b: &str) -> usize {
    let fold = |c: char| if c == '-' { '_' } else { c.to_ascii_lowercase() };
    let b: Vec<char> = b.chars().map(fold).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().map(fold).enumerate() {
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (pair, y) in row.windows(2).zip(&b) {
            let (diagonal, above) = (pair.first().copied(), pair.get(1).copied());
            let changed = diagonal.unwrap_or(left) + usize::from(x != *y);
            left = changed.min(above.unwrap_or(left) + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
