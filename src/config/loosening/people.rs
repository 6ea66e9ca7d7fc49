//! `[notify]` and `[smtp]`: where notifications, and the password of the mail server, may go.

use crate::config::clients::Client;
use crate::config::loosening::Found;
use crate::config::{Console, Notify, Smtp};
use crate::domain::ruling::Tier;
use std::collections::{BTreeMap, BTreeSet};

/// How long calls are held before they are told "not yet" means nothing for what may happen; who answers does.
pub(in crate::config::loosening) fn compare_clients(
    old: &BTreeMap<String, Client>,
    new: &BTreeMap<String, Client>,
    found: &mut Found,
) {
    let word = |tier: Option<Tier>| tier.map_or("off".to_owned(), |tier| format!("`{tier}`"));
    for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let of = |all: &BTreeMap<String, Client>| all.get(name).and_then(|c| c.answers_up_to);
        let (was, is) = (of(old), of(new));
        found.note(is > was, &format!("client.{name}.answers_up_to"), word(was), word(is));
        let users = |all: &BTreeMap<String, Client>| {
            all.get(name).map(|c| c.users.clone()).unwrap_or_default()
        };
        let named = users(old);
        if users(new).iter().any(|user| !named.contains(user)) {
            let what = "others may answer through this client over HTTP";
            found.add(format!("client.{name}.users"), what);
        }
    }
}

/// Where it listens is the command line's to say, and always this machine; where links lead, people who are called go.
pub(in crate::config::loosening) fn compare_links(old: &Console, new: &Console, found: &mut Found) {
    let Console { listen: _, url } = new;
    if url.is_some() && *url != old.url {
        found.add("console.url", "links in notifications lead elsewhere");
    }
}

pub(in crate::config::loosening) fn compare(old: &Notify, new: &Notify, found: &mut Found) {
    let Notify { hosts, allow_private, ca_file } = new;
    found.note(
        *allow_private && !old.allow_private,
        "notify.allow_private",
        "off",
        "on: programs on this machine may be receivers",
    );
    if hosts.iter().any(|host| !old.hosts.contains(host)) {
        found.add("notify.hosts", "notifications may go to other hosts");
    }
    if ca_file.is_some() && *ca_file != old.ca_file {
        found.add("notify.ca_file", "receivers may show other certificates");
    }
}

pub(in crate::config::loosening) fn compare_smtp(
    old: Option<&Smtp>,
    new: Option<&Smtp>,
    found: &mut Found,
) {
    // The sender's name and nobody's password: nothing else of a first one could be looser than none.
    let Some(new) = new else { return };
    match old {
        None => found.add("smtp", "mail is sent by a server that was not named before"),
        Some(old) if old != new => found.add("smtp", "mail is sent in another way"),
        Some(_) => {}
    }
}
