//! What can be seen of a change of modules without what stands. Whether its text compiles is not looked at here.

use crate::domain::policy::{ModuleChange, Scope};
use crate::policy::diff::fault::Fault;

/// The longest text of a module, in bytes.
const TEXT_MAX: usize = 256 << 10;
const DESCRIPTION_MAX: usize = 4_096;
const SCOPE_ID_MAX: usize = 200;

/// What is wrong with one change.
pub(crate) fn faults(change: &ModuleChange, at: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wrong = |code, member: &str, message: &str, help: &str| {
        faults.push(Fault::new(code, format!("{at}{member}"), message, help));
    };
    if !is_name(&change.name) {
        let help = "write `[a-z][a-z0-9_]{0,39}`, `cost_control` for instance";
        wrong("name", "/name", "no module can have this name", help);
    }
    let says = change.text.is_some()
        || change.description.is_some()
        || change.status.is_some()
        || change.scope.is_some()
        || change.scope_id.is_some()
        || change.on_error.is_some();
    if change.remove && says {
        wrong(
            "remove",
            "/remove",
            "a module that is taken away is not changed, too",
            "leave the rest out",
        );
    }
    if !change.remove && !says {
        wrong("empty", "", "it changes nothing", "name what changes: `status` for instance");
    }
    match &change.text {
        Some(text) if text.len() > TEXT_MAX => {
            wrong("too_large", "/text", "over 256 KiB", "split the module");
        }
        Some(text) if text.trim().is_empty() => {
            wrong("empty", "/text", "the text is empty", "write the module, or leave `text` out");
        }
        _ => {}
    }
    if change.description.as_ref().is_some_and(|text| text.len() > DESCRIPTION_MAX) {
        wrong("too_large", "/description", "over 4,096 bytes", "say it in a sentence");
    }
    match (change.scope, change.scope_id.as_deref()) {
        (Some(Scope::Global), Some(_)) => {
            wrong("scope", "/scope_id", "everybody has no id", "leave `scope_id` out");
        }
        (Some(Scope::Session | Scope::Project | Scope::User), None) => {
            wrong("scope", "/scope", "it does not say whose", "name it in `scope_id`");
        }
        (_, Some(id)) if id.is_empty() || id.len() > SCOPE_ID_MAX => {
            wrong(
                "scope",
                "/scope_id",
                "an id has 1 to 200 bytes",
                "name one session, project or user",
            );
        }
        _ => {}
    }
    faults
}

/// Whether this may name a module.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
