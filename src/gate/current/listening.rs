//! Where people are listened to: addresses that no call may name, since whoever sends there may be taken for a person.

use crate::config::{Config, Console};
use crate::policy::Protected;
use crate::store::{Store, StoreError, lease};

/// The addresses that consoles of this home listen on now. One that died without a word is none, and somebody else may
/// have its port by now; one of which nobody can tell counts as alive.
pub(in crate::gate) async fn live(store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let told = store.listeners().await?;
    let alive = |name: &str| store.home().is_none_or(|home| !lease::is_deaf(home, name));
    Ok(told.into_iter().filter(|(_, name)| alive(name)).map(|(address, _)| address).collect())
}

/// These, and where a console of this configuration would listen, beside what is protected anyway.
pub(in crate::gate) fn closed(
    protected: &Protected,
    config: &Config,
    listening: &[String],
) -> Protected {
    let mut closed = protected.clone();
    let usual = [Console::default().listen, config.console.listen].map(|at| at.to_string());
    closed.extra.extend(usual.iter().chain(listening).map(Into::into));
    closed
}
