//! What holds for sending: by which configuration, and where links lead to.
//!
//! Whoever starts a process chooses its `--config`. So where the home's own configuration says anything of notifications,
//! everybody sends by that: nobody leads the mails of others to a server of his own.

use crate::config::{Config, Notify, Smtp};
use crate::gate::{Configured, OfHome};
use crate::store::{Store, StoreError, lease};
use std::sync::Arc;

/// The configuration to send by; `None` when none is understood.
pub(in crate::notify) async fn config(
    store: &Arc<dyn Store>,
    configured: &Configured,
) -> Result<Option<Config>, StoreError> {
    let of_home = OfHome::look(store, configured.tenant()).await?.config;
    if let Some(config) = of_home.filter(|config| tells(&config.notify, config.smtp.as_ref())) {
        return Ok(Some(config));
    }
    let look = configured.look().await;
    Ok(look.ok().and_then(|look| look.in_force().ok()))
}

fn tells(notify: &Notify, smtp: Option<&Smtp>) -> bool {
    smtp.is_some() || *notify != Notify::default()
}

/// What links begin with: what `[console] url` says, else where a console of this home listens now, else where one would.
pub(in crate::notify) async fn base(
    store: &dyn Store,
    config: &Config,
) -> Result<String, StoreError> {
    let usual = config.console.base();
    if config.console.url.is_some() {
        return Ok(usual);
    }
    let told = store.listeners().await?;
    let alive = |name: &str| store.home().is_none_or(|home| !lease::is_deaf(home, name));
    let told: Vec<_> = told.into_iter().filter(|(_, name)| alive(name)).collect();
    Ok(listening(&told, &config.console.listen.to_string())
        .map_or(usual, |address| format!("http://{address}")))
}

/// The address of pages among these, each with the name of its process. Of a process with two of them one answers programs, and
/// nobody can tell which.
fn listening<'a>(told: &'a [(String, String)], usual: &str) -> Option<&'a str> {
    let alone = |name: &str| told.iter().filter(|(_, other)| other == name).count() == 1;
    let there = told.iter().find(|(address, _)| address == usual);
    there.or_else(|| told.iter().find(|(_, name)| alone(name))).map(|(address, _)| address.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_console_that_listens() {
        let told = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(at, name)| ((*at).to_owned(), (*name).to_owned())).collect()
        };
        let usual = "127.0.0.1:7878";
        assert_eq!(listening(&[], usual), None);
        let two = told(&[("127.0.0.1:1", "a"), ("127.0.0.1:2", "a")]);
        assert_eq!(listening(&two, usual), None, "which of them has pages?");
        let one = told(&[("127.0.0.1:1", "a"), ("127.0.0.1:2", "a"), ("127.0.0.1:3", "b")]);
        assert_eq!(listening(&one, usual), Some("127.0.0.1:3"));
        let both = told(&[("127.0.0.1:3", "b"), ("127.0.0.1:7878", "a"), ("127.0.0.1:9", "a")]);
        assert_eq!(listening(&both, usual), Some(usual));
    }

    #[test]
    fn a_home_that_says_nothing_of_notifications_leaves_them_to_each_process() {
        assert!(!tells(&Notify::default(), None));
        let notify = Notify { hosts: vec!["h.test".to_owned()], ..Notify::default() };
        assert!(tells(&notify, None));
    }
}
