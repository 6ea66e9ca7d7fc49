//! Whose calls a module judges.

use crate::domain::policy::{Scope, StoredModule};

/// Whose call or question it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeOf {
    /// The session, by its whole id.
    pub session: Option<String>,
    /// The user of the operating system.
    pub user: Option<String>,
}

/// The user of the operating system: what stands before the `/` in the name of an agent.
pub(crate) fn user_of(agent: &str) -> &str {
    agent.split_once('/').map_or(agent, |(user, _)| user)
}

/// Whether a module judges that call. One that should have an id and has none judges everybody's.
pub(crate) fn judges(module: &StoredModule, of: &ScopeOf, project: Option<&str>) -> bool {
    let Some(id) = module.scope_id.as_deref() else { return true };
    match module.scope {
        Scope::Global => true,
        Scope::Session => of.session.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(id)),
        Scope::Project => project == Some(id),
        Scope::User => of.user.as_deref() == Some(id),
    }
}
