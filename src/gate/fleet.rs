//! The servers behind us with what they offer: who answers to which name.

use crate::config::Environment;
use crate::upstream::{Listed, Server};
use arc_swap::ArcSwap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What one server offers, as far as we know it.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// Its tools in its own order, pinned.
    pub tools: Vec<Listed>,
    /// The URIs it lists.
    pub uris: BTreeSet<String>,
    /// Which start of the server told `tools`; 0 for what was pinned before and is only recalled.
    pub told_by: u64,
    /// The store's version of the pins in `tools`.
    pub pins: u64,
}

/// One server and what it offers.
#[derive(Debug)]
pub struct Member {
    /// The link.
    pub server: Arc<Server>,
    /// What kind of world it writes to.
    pub environment: Environment,
    /// Whether an unlisted resource may be read without asking.
    pub resources_read: bool,
    /// What it offers.
    pub offer: ArcSwap<Offer>,
    /// Only one refresh at a time.
    pub refreshing: tokio::sync::Mutex<()>,
}

impl Member {
    /// A member that has offered nothing yet.
    #[must_use]
    pub fn new(server: Arc<Server>, environment: Environment, resources_read: bool) -> Self {
        Self {
            server,
            environment,
            resources_read,
            offer: ArcSwap::default(),
            refreshing: tokio::sync::Mutex::new(()),
        }
    }

    /// Whether the server that runs now told what it offers. One that was started again may be another.
    #[must_use]
    pub fn has_spoken(&self) -> bool {
        let told_by = self.offer.load().told_by;
        told_by != 0 && told_by == self.server.starts()
    }
}

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The server's configured name.
    pub upstream: String,
    /// Its own name of the thing.
    pub own: String,
}

/// How the names of servers' things appear to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// One server, its own names.
    Own,
    /// `server__name`.
    Prefixed,
}

/// All servers of this process.
#[derive(Debug)]
pub struct Fleet {
    members: BTreeMap<String, Arc<Member>>,
    naming: Naming,
    patience: Duration,
}

impl Fleet {
    /// A fleet of these members. `patience` bounds how long a call waits for its server to come up.
    #[must_use]
    pub fn new(members: Vec<Member>, naming: Naming, patience: Duration) -> Self {
        let members =
            members.into_iter().map(|m| (m.server.id().name.clone(), Arc::new(m))).collect();
        Self { members, naming, patience }
    }

    /// The member of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<Member>> {
        self.members.get(name).cloned()
    }

    /// All members in the order of their names.
    pub fn members(&self) -> impl Iterator<Item = &Arc<Member>> {
        self.members.values()
    }

    /// How long a call waits for its server to come up.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// How names appear to the client.
    #[must_use]
    pub fn naming(&self) -> Naming {
        self.naming
    }

    /// The name under which the client sees a tool.
    #[must_use]
    pub fn shown_tool(&self, listed: &Listed) -> String {
        match self.naming {
            Naming::Own => listed.own.clone(),
            Naming::Prefixed => listed.exposed.clone(),
        }
    }

    /// Where the client's name of a tool leads. Only what was listed has a way.
    #[must_use]
    pub fn tool(&self, shown: &str) -> Option<Route> {
        self.members.values().find_map(|member| {
            let offer = member.offer.load();
            let listed = offer.tools.iter().find(|l| match self.naming {
                Naming::Own => l.own == shown,
                Naming::Prefixed => l.exposed == shown,
            })?;
            Some(Route { upstream: member.server.id().name.clone(), own: listed.own.clone() })
        })
    }

    /// The name under which the client sees a prompt.
    #[must_use]
    pub fn shown_prompt(&self, upstream: &str, own: &str) -> String {
        match self.naming {
            Naming::Own => own.to_owned(),
            Naming::Prefixed => format!("{upstream}__{own}"),
        }
    }

    /// Where the client's name of a prompt leads.
    #[must_use]
    pub fn prompt(&self, shown: &str) -> Option<Route> {
        match self.naming {
            Naming::Own => self.only().map(|upstream| Route { upstream, own: shown.to_owned() }),
            Naming::Prefixed => {
                let (upstream, own) = shown.split_once("__")?;
                self.members
                    .contains_key(upstream)
                    .then(|| Route { upstream: upstream.to_owned(), own: own.to_owned() })
            }
        }
    }

    /// Where a URI leads: to the server that lists it, else to the only server there is.
    #[must_use]
    pub fn resource(&self, uri: &str) -> Option<Route> {
        let lists = |m: &&Arc<Member>| m.offer.load().uris.contains(uri);
        let upstream = self
            .members
            .values()
            .find(lists)
            .map(|m| m.server.id().name.clone())
            .or_else(|| self.only())?;
        Some(Route { upstream, own: uri.to_owned() })
    }

    fn only(&self) -> Option<String> {
        let mut names = self.members.keys();
        names.next().filter(|_| names.next().is_none()).cloned()
    }
}
