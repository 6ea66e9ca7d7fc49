//! The map behind recommendations that were kept, as far as they tell of it: for looking at, never for making policies.

use crate::network::model::{Edge, Peer, Service, ServiceId, ServiceMap};
use crate::network::recommend::{Kind, Recommendation};
use std::collections::{BTreeMap, BTreeSet};

/// Who reaches whom by these recommendations. How often it was seen, labels and addresses are not in them.
pub fn map_of<'a>(kept: impl IntoIterator<Item = &'a Recommendation>) -> ServiceMap {
    let mut services: BTreeSet<ServiceId> = BTreeSet::new();
    let mut edges: BTreeSet<Edge> = BTreeSet::new();
    for one in kept {
        let ends = [&one.source_service, &one.target_service];
        let [source, target] = ends.map(|end| end.as_deref().map(peer));
        services
            .extend([&source, &target].into_iter().flatten().filter_map(Peer::service).cloned());
        let (Kind::Edge, Some(source), Some(target), Some(port), Some(protocol)) =
            (one.kind, source, target, one.port, one.protocol)
        else {
            continue;
        };
        edges.insert(Edge { source, target, port, protocol, count: 1, guessed: false });
    }
    let service = |id| Service {
        id,
        labels: BTreeMap::new(),
        labels_assumed: true,
        addresses: BTreeSet::new(),
        listens: BTreeSet::new(),
    };
    ServiceMap {
        services: services.into_iter().map(service).collect(),
        edges: edges.into_iter().collect(),
        ..ServiceMap::default()
    }
}

/// An end as recommendations write it.
fn peer(text: &str) -> Peer {
    if let Ok(address) = text.parse() {
        return Peer::Address(address);
    }
    let (namespace, name) = text.split_once('/').unwrap_or(("", text));
    Peer::Service(ServiceId { namespace: namespace.to_owned(), name: name.to_owned() })
}
