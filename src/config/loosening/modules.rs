//! Modules of files: they deny, ask or warn, so one more is stricter, and one that goes or speaks otherwise is not.

use crate::config::loosening::Found;
use crate::domain::policy::{ModuleStatus, OnError, Scope, StoredModule};

pub(in crate::config::loosening) fn compare(
    old: &[StoredModule],
    new: &[StoredModule],
    found: &mut Found,
) {
    for was in old.iter().filter(|module| module.status == ModuleStatus::Active) {
        let key = format!("policies/{}.rego", was.name);
        let Some(becomes) = new.iter().find(|module| module.name == was.name) else {
            found.add(key, "is gone");
            continue;
        };
        let StoredModule {
            name: _,
            text,
            // For people.
            description: _,
            status,
            scope,
            scope_id,
            on_error,
            // Of a file nobody knows.
            changed_by: _,
            at: _,
            revision: _,
        } = becomes;
        if !body(text).eq(body(&was.text)) {
            found.add(key.clone(), "its text is another");
        }
        if *status != ModuleStatus::Active {
            found.add(key.clone(), "it judges nothing any more");
        }
        if *scope != Scope::Global && (*scope, scope_id) != (was.scope, &was.scope_id) {
            found.add(key.clone(), "it judges other calls than before");
        }
        if (was.on_error, *on_error) == (OnError::Deny, OnError::Allow) {
            found.add(key, "a failure of it denied, and is allowed");
        }
    }
}

/// The text without lines that are comments: what they say of how it judges is compared by itself.
fn body(text: &str) -> impl Iterator<Item = &str> {
    // Only before the package: below it a line of a raw string may look like a comment.
    let package = |line: &str| !line.is_empty() && !line.trim_start().starts_with('#');
    text.lines().skip_while(move |line| !package(line))
}
