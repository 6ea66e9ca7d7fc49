//! What servers behind us get of our own environment.

/// What `serve` passes on unasked.
const BASELINE: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];

/// Ours alone: never passed on.
fn is_ours(name: &str) -> bool {
    name.starts_with("COUNTERSIGN_")
        || name.starts_with("IR_")
        || ["AUTH_ENABLED", "APPROVAL_STORE", "REDIS_URL"].contains(&name)
}

/// Differ from one terminal, or one start, to the next without making another server. Kept from the server
/// under `wrap`, since a server's identity covers every value it gets.
const PASSING: [&str; 12] = [
    "_",
    "SHLVL",
    "PWD",
    "OLDPWD",
    "COLUMNS",
    "LINES",
    "WINDOWID",
    "SSH_TTY",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "TERM_SESSION_ID",
    "XDG_SESSION_ID",
];

fn ours() -> impl Iterator<Item = (String, String)> {
    // A value that is no text cannot be put into an identity; it stays behind.
    std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
}

/// For `wrap`: our own environment without what is ours alone and what only tells terminals apart.
#[must_use]
pub(in crate::app) fn passed_on() -> Vec<(String, String)> {
    ours().filter(|(name, _)| !is_ours(name) && !PASSING.contains(&name.as_str())).collect()
}

/// For `serve`: the baseline and what the configuration lists by name.
#[must_use]
pub(in crate::app) fn baseline(listed: &[String]) -> Vec<(String, String)> {
    ours()
        .filter(|(name, _)| {
            !is_ours(name) && (BASELINE.contains(&name.as_str()) || listed.contains(name))
        })
        .collect()
}
