//! What the environment says of us: the only place that reads our own variables.

use crate::app::AppError;
use std::ffi::OsString;
use std::path::PathBuf;

/// A variable as text; unset, empty and not UTF-8 count as unset.
fn text(name: &str) -> Option<String> {
    std::env::var_os(name)
        .and_then(|value| value.into_string().ok())
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn folder(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from)
}

/// The API token that the caller presents (`COUNTERSIGN_TOKEN`).
#[must_use]
pub fn token() -> Option<String> {
    text("COUNTERSIGN_TOKEN")
}

/// The home folder of the user.
#[must_use]
pub fn user_home() -> Option<PathBuf> {
    folder("HOME").filter(|path| path.is_absolute())
}

/// The folders that programs are looked up in.
#[must_use]
pub fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// Where programs of the user keep their configuration: `$XDG_CONFIG_HOME`, else `~/.config`.
#[must_use]
pub fn user_config() -> Option<PathBuf> {
    folder("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| user_home().map(|home| home.join(".config")))
}

/// Our home when nobody names one: `$XDG_STATE_HOME/countersign`, else `~/.local/state/countersign`.
pub(in crate::app) fn default_home() -> Option<PathBuf> {
    folder("XDG_STATE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| user_home().map(|home| home.join(".local/state")))
        .map(|state| state.join("countersign"))
}

/// Whether the environment asks for a Redis.
pub(in crate::app) fn names_redis() -> bool {
    text("REDIS_URL").is_some()
}

/// What `IR_APPROVAL_TTL_SECONDS` says, if anything.
pub(in crate::app) fn yes_life() -> Option<String> {
    text("IR_APPROVAL_TTL_SECONDS")
}

/// What `AUTH_ENABLED` says, if anything.
pub(in crate::app) fn auth_enabled() -> Result<Option<bool>, AppError> {
    switch("AUTH_ENABLED")
}

/// What `POLICY_ENFORCEMENT_ENABLED` says, if anything.
pub(in crate::app) fn enforcement() -> Result<Option<bool>, AppError> {
    switch("POLICY_ENFORCEMENT_ENABLED")
}

/// A variable that is on or off. A word that is neither stops the start: nothing is guessed.
fn switch(name: &'static str) -> Result<Option<bool>, AppError> {
    let Some(value) = text(name) else { return Ok(None) };
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(Some(true)),
        "false" | "0" | "no" | "off" => Ok(Some(false)),
        _ => Err(AppError::Environment { name, value, expected: "`true` or `false`" }),
    }
}

/// The name of the user this process runs as, by its user id: a variable such as `USER` is whatever somebody sets, and he
/// would sit in another's seat by it. `uid-N` where no name is known.
#[must_use]
pub fn os_user() -> String {
    let table = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    named(&table, rustix::process::getuid().as_raw())
}

fn named(table: &str, uid: u32) -> String {
    name_of(table, uid).unwrap_or_else(|| format!("uid-{uid}"))
}

fn name_of(table: &str, uid: u32) -> Option<String> {
    table.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let id = fields.nth(1)?;
        (id.parse() == Ok(uid) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use crate::app::env::{name_of, named};

    #[test]
    fn a_user_is_found_by_id_and_not_by_place() {
        let table =
            "root:x:0:0:root:/root:/bin/sh\n# junk\nbroken\nann:x:1000:1000::/home/ann:/bin/sh\n";
        assert_eq!(name_of(table, 1000).as_deref(), Some("ann"));
        assert_eq!(name_of(table, 0).as_deref(), Some("root"));
        assert_eq!(name_of(table, 7), None);
        // Whoever has no name there is told apart by number; no variable is asked.
        assert_eq!(named(table, 7), "uid-7");
        assert_eq!(named("", 1000), "uid-1000");
    }
}
