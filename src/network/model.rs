//! The words: services, edges between them, and the map of both.

use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

/// The protocols that a NetworkPolicy knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// As Kubernetes writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }

    /// Reads it in any case; `tcp6` and the like are the same protocol.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        [Self::Tcp, Self::Udp, Self::Sctp]
            .into_iter()
            .find(|one| text == one.as_str() || text.strip_suffix('6') == Some(one.as_str()))
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A service by its namespace and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ServiceId {
    /// A valid Kubernetes namespace.
    pub namespace: String,
    /// Whatever the observer calls it; need not be a Kubernetes name.
    pub name: String,
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// One end of a connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// A service that we know.
    Service(ServiceId),
    /// An address without a name.
    Address(IpAddr),
}

impl Peer {
    /// The service, when it is one.
    #[must_use]
    pub fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Service(id) => Some(id),
            Self::Address(_) => None,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(id) => id.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl Serialize for Peer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A service as far as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its namespace and name.
    #[serde(flatten)]
    pub id: ServiceId,
    /// The labels that all its pods carry.
    pub labels: BTreeMap<String, String>,
    /// Nobody told us its labels: `app: NAME` stands in for them.
    pub labels_assumed: bool,
    /// Its addresses, as far as somebody told us.
    pub addresses: BTreeSet<IpAddr>,
    /// Ports that it is said to listen at.
    pub listens: BTreeSet<Listen>,
}

/// A port that something listens at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Listen {
    /// The port.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
}

/// Who reached whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edge {
    /// Who opened the connection.
    pub source: Peer,
    /// Who was reached.
    pub target: Peer,
    /// The port of the target.
    pub port: u16,
    /// The protocol.
    pub protocol: Protocol,
    /// How many different connections were seen.
    pub count: u64,
    /// Which end was the server was guessed from the port numbers, every time.
    pub guessed: bool,
}

/// A line that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The input.
    pub input: String,
    /// Its line, or its entry for formats that are one document; from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// Lines that were not understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// All of them.
    pub count: u64,
    /// The first ones.
    pub lines: Vec<Skip>,
}

/// Who talks to whom. Everything is in a fixed order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServiceMap {
    /// Every service, by namespace and name.
    pub services: Vec<Service>,
    /// Every connection that came about, by source, target, port, protocol.
    pub edges: Vec<Edge>,
    /// Connections that were tried but dropped or never answered. No policy is made from them.
    pub dropped: Vec<Edge>,
    /// Lines that were not understood.
    pub skipped: Skipped,
    /// Lines that were understood and say nothing about who reached whom, by reason.
    pub ignored: BTreeMap<String, u64>,
    /// What a reader of the map should know.
    pub notes: Vec<String>,
}

impl ServiceMap {
    /// The service of this id.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        let at = self.services.binary_search_by(|service| service.id.cmp(id)).ok()?;
        self.services.get(at)
    }
}
