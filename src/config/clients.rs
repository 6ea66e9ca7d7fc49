//! How long the clients of the field let a call wait, as they were observed.
//!
//! A client that gives up while we hold its call leaves its user with an error instead of an answer, so each value ends
//! 10 s or more before the client's limit: Claude Code puts a call into the background at 120 s, Codex ends it at 300 s, goose
//! at 300 s, Cursor at 300 s, Gemini at 600 s. Of VS Code no limit was seen, so it counts as one of these. Other clients
//! whose limit is 60 s or unknown are not listed; the default of 50 s is theirs.

use crate::domain::ruling::Tier;
use std::collections::BTreeSet;
use std::time::Duration;

/// What the configuration says of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Client {
    /// How long its calls are held.
    pub hold: Option<Duration>,
    /// Up to which tier its own user may answer through it.
    pub answers_up_to: Option<Tier>,
    /// Under the tokens of which users it may, over HTTP.
    pub users: Vec<String>,
}

/// A client as the configuration names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family {
    /// Its name in `[client.NAME]`.
    pub name: &'static str,
    /// How long its calls are held.
    pub hold: Duration,
}

/// What `clientInfo.name` begins with, lower case; the family; the seconds.
const FAMILIES: [(&str, &str, u64); 7] = [
    ("claude-code", "claude-code", 110),
    ("codex", "codex", 270),
    ("goose", "goose", 240),
    ("visual studio code", "vscode", 240),
    ("vscode", "vscode", 240),
    ("cursor", "cursor", 240),
    ("gemini", "gemini", 540),
];

/// The family of a client by its `clientInfo.name`; `None` when we do not know it.
pub(crate) fn family(client: &str) -> Option<Family> {
    let client = client.to_lowercase();
    FAMILIES
        .iter()
        .find(|(begin, _, _)| client.starts_with(begin))
        .map(|(_, name, seconds)| Family { name, hold: Duration::from_secs(*seconds) })
}

/// The families, by name.
pub(crate) fn families() -> BTreeSet<&'static str> {
    FAMILIES.iter().map(|(_, name, _)| *name).collect()
}

/// Whether this is the name of a family and no known client of it is called exactly so: they call themselves
/// `codex-mcp-client`, `Visual Studio Code`, `gemini-cli-mcp-client`.
pub(crate) fn is_family_alone(name: &str) -> bool {
    ["codex", "gemini", "vscode"].contains(&name)
}
