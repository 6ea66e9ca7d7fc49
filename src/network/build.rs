//! Gathers what the readers find, under limits, and settles it into one map.
//!
//! Addresses are turned into services at the end only: a table of names may come after the connections that it names.

use crate::network::error::{NetworkError, shown};
use crate::network::model::{
    Edge, Listen, Peer, Protocol, Service, ServiceId, ServiceMap, Skip, Skipped,
};
use crate::network::names;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;

/// How many bad lines are kept word for word.
const SKIPS_KEPT: usize = 100;
/// The longest name of a service that is taken as one.
const NAME_MAX: usize = 512;

/// What is too much. More is an error, never cut in silence: a policy from half a map would block the other half.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of all inputs.
    pub bytes: usize,
    /// Lines of all inputs.
    pub lines: usize,
    /// Different services.
    pub services: usize,
    /// Different edges.
    pub edges: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, lines: 1_000_000, services: 2_000, edges: 20_000 }
    }
}

/// How to read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The namespace of services that come without one.
    pub namespace: String,
    /// What is too much.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { namespace: "default".to_owned(), limits: Limits::default() }
    }
}

/// One connection as a reader found it.
#[derive(Debug, Clone)]
pub(crate) struct Sighting {
    pub(crate) source: Peer,
    pub(crate) source_port: Option<u16>,
    pub(crate) target: Peer,
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
    pub(crate) guessed: bool,
    pub(crate) dropped: bool,
    /// For formats that count for themselves.
    pub(crate) count: u64,
}

/// What a reader tells of a service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// `None`: nobody knows.
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) listens: Vec<Listen>,
}

type Link = (Peer, Peer, u16, Protocol);

#[derive(Debug)]
pub(crate) struct Builder {
    pub(crate) options: Options,
    input: String,
    services: BTreeMap<ServiceId, Known>,
    seen: HashSet<(Peer, u16, Peer, u16, Protocol)>,
    edges: BTreeMap<Link, (u64, bool)>,
    dropped: BTreeMap<Link, (u64, bool)>,
    skipped: Skipped,
    ignored: BTreeMap<String, u64>,
    notes: BTreeSet<String>,
    understood: u64,
}

#[derive(Debug, Default)]
struct Known {
    labels: Option<BTreeMap<String, String>>,
    addresses: BTreeSet<IpAddr>,
    listens: BTreeSet<Listen>,
}

impl Builder {
    pub(crate) fn new(options: &Options) -> Result<Self, NetworkError> {
        if !names::is_dns_label(&options.namespace) {
            return Err(NetworkError::Namespace(shown(&options.namespace)));
        }
        Ok(Self {
            options: options.clone(),
            input: String::new(),
            services: BTreeMap::new(),
            seen: HashSet::new(),
            edges: BTreeMap::new(),
            dropped: BTreeMap::new(),
            skipped: Skipped::default(),
            ignored: BTreeMap::new(),
            notes: BTreeSet::new(),
            understood: 0,
        })
    }

    /// From here on, this input is read.
    pub(crate) fn enter(&mut self, input: &str) {
        self.input = shown(input);
        self.understood = 0;
    }

    /// Whether something of the current input was understood.
    pub(crate) fn understood_any(&self) -> bool {
        self.understood > 0
    }

    /// The reason of the last bad line of the current input.
    pub(crate) fn first_skip(&self) -> Option<String> {
        let skip = self.skipped.lines.iter().find(|skip| skip.input == self.input)?;
        Some(format!("line {}: {}", skip.line, skip.reason))
    }

    pub(crate) fn skip(&mut self, line: usize, reason: impl Into<String>) {
        self.skipped.count += 1;
        if self.skipped.lines.len() < SKIPS_KEPT {
            let skip = Skip { input: self.input.clone(), line, reason: reason.into() };
            self.skipped.lines.push(skip);
        }
    }

    pub(crate) fn ignore(&mut self, reason: &str) {
        self.understood += 1;
        *self.ignored.entry(reason.to_owned()).or_default() += 1;
    }

    /// A line was understood that speaks later.
    pub(crate) fn understood_one(&mut self) {
        self.understood += 1;
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.insert(text.into());
    }

    /// A service's id, checked. `namespace` defaults.
    pub(crate) fn id(&self, namespace: Option<&str>, name: &str) -> Result<ServiceId, String> {
        let namespace = match namespace {
            None | Some("") => self.options.namespace.as_str(),
            Some(namespace) => namespace,
        };
        if !names::is_dns_label(namespace) {
            return Err(format!("`{}` is no Kubernetes namespace", shown(namespace)));
        }
        if name.trim().is_empty() {
            return Err("a service has an empty name".to_owned());
        }
        if name.len() > NAME_MAX {
            return Err(format!("a service's name has more than {NAME_MAX} bytes"));
        }
        Ok(ServiceId { namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// Adds what is told of a service. Labels told twice are cut down to what both say: a selector must fit every pod.
    pub(crate) fn service(&mut self, id: ServiceId, told: Told) -> Result<(), NetworkError> {
        self.understood += 1;
        let known = self.services.entry(id).or_default();
        if let Some(new) = told.labels {
            match &mut known.labels {
                None => known.labels = Some(new),
                Some(old) => old.retain(|key, value| new.get(key) == Some(value)),
            }
        }
        known.addresses.extend(told.addresses);
        known.listens.extend(told.listens);
        too_many(self.services.len(), self.options.limits.services, "services")
    }

    /// Ports that the service at this address, or any other, is said to listen at.
    pub(crate) fn listening(&self) -> BTreeSet<(IpAddr, Listen)> {
        let all = self.services.values();
        all.flat_map(|known| {
            known.addresses.iter().flat_map(|address| known.listens.iter().map(|l| (*address, *l)))
        })
        .collect()
    }

    /// Adds one connection. One that was seen already, from the other end or earlier, counts once.
    pub(crate) fn saw(&mut self, sighting: Sighting) -> Result<(), NetworkError> {
        self.understood += 1;
        let Sighting { source, source_port, target, port, protocol, guessed, dropped, count } =
            sighting;
        let whole = source_port
            .map(|source_port| (source.clone(), source_port, target.clone(), port, protocol));
        let again = whole.is_some_and(|whole| !self.seen.insert(whole));
        let links = if dropped { &mut self.dropped } else { &mut self.edges };
        let entry = links.entry((source, target, port, protocol)).or_insert((0, true));
        entry.0 = entry.0.saturating_add(if again && entry.0 > 0 { 0 } else { count });
        entry.1 &= guessed;
        too_many(links.len(), self.options.limits.edges, "edges")
    }

    /// Turns addresses into services and everything into a map.
    pub(crate) fn finish(mut self) -> Result<ServiceMap, NetworkError> {
        let named = self.directory()?;
        let resolve = |peer: Peer| match peer {
            Peer::Address(address) => {
                named.get(&address).cloned().map_or(Peer::Address(address), Peer::Service)
            }
            Peer::Service(id) => Peer::Service(id),
        };
        let mut nameless = 0_u64;
        let mut settle = |links: BTreeMap<Link, (u64, bool)>| {
            let mut out: BTreeMap<Link, (u64, bool)> = BTreeMap::new();
            for ((source, target, port, protocol), (count, guessed)) in links {
                let (source, target) = (resolve(source), resolve(target));
                if source.service().is_none() && target.service().is_none() {
                    nameless += count;
                    continue;
                }
                let entry = out.entry((source, target, port, protocol)).or_insert((0, true));
                entry.0 = entry.0.saturating_add(count);
                entry.1 &= guessed;
            }
            out
        };
        let edges = settle(std::mem::take(&mut self.edges));
        let dropped = settle(std::mem::take(&mut self.dropped));
        if nameless > 0 {
            self.ignore_many("between two addresses without a name", nameless);
            self.note("some connections run between two addresses that no name is known for; a table of names makes services of them");
        }
        for (source, target, ..) in edges.keys().chain(dropped.keys()) {
            for id in [source, target].into_iter().filter_map(Peer::service) {
                self.services.entry(id.clone()).or_default();
            }
        }
        too_many(self.services.len(), self.options.limits.services, "services")?;
        let services = self.services.into_iter().map(|(id, known)| {
            let stands_in = || BTreeMap::from([("app".to_owned(), names::label_value(&id.name))]);
            let told = known.labels.filter(|labels| !labels.is_empty());
            Service {
                labels_assumed: told.is_none(),
                labels: told.unwrap_or_else(stands_in),
                addresses: known.addresses,
                listens: known.listens,
                id,
            }
        });
        Ok(ServiceMap {
            services: services.collect(),
            edges: edges.into_iter().map(edge).collect(),
            dropped: dropped.into_iter().map(edge).collect(),
            skipped: self.skipped,
            ignored: self.ignored,
            notes: self.notes.into_iter().collect(),
        })
    }

    fn ignore_many(&mut self, reason: &str, count: u64) {
        *self.ignored.entry(reason.to_owned()).or_default() += count;
    }

    fn directory(&self) -> Result<BTreeMap<IpAddr, ServiceId>, NetworkError> {
        let mut named: BTreeMap<IpAddr, ServiceId> = BTreeMap::new();
        for (id, known) in &self.services {
            for address in &known.addresses {
                if let Some(first) = named.insert(*address, id.clone()) {
                    return Err(NetworkError::AddressTwice {
                        address: *address,
                        first: shown(&first.to_string()),
                        second: shown(&id.to_string()),
                    });
                }
            }
        }
        Ok(named)
    }
}

fn edge(((source, target, port, protocol), (count, guessed)): (Link, (u64, bool))) -> Edge {
    Edge { source, target, port, protocol, count, guessed }
}

pub(crate) fn too_many(there: usize, most: usize, what: &'static str) -> Result<(), NetworkError> {
    if there > most { Err(NetworkError::TooMany { what, most }) } else { Ok(()) }
}
