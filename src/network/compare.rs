//! What was seen against what is applied: what would be cut, what is open, what is allowed and never used.

use crate::network::applied::Applied;
use crate::network::build::too_many;
use crate::network::error::NetworkError;
use crate::network::evaluate::{Direction, World, isolates, rules};
use crate::network::model::{Edge, Peer, ServiceId, ServiceMap};
use crate::network::selector::Fit;
use crate::network::unused::{Unused, unused};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use serde::Serialize;
use std::collections::BTreeMap;

/// More steps than this take longer than anybody waits.
const WORK_MAX: usize = 50_000_000;

/// The comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Connections that were seen and that the applied policies block.
    pub cut: Vec<Cut>,
    /// What the applied policies allow and nobody used.
    pub unused: Vec<Unused>,
    /// Services that no policy holds in a direction.
    pub open: Vec<Open>,
    /// How many policies were compared with.
    pub policies: usize,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A connection that would be cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// The connection.
    #[serde(flatten)]
    pub edge: Edge,
    /// Which end blocks it, and by which policies.
    pub blocked_by: Vec<Blocked>,
    /// It may get through: labels, a named port or the network plugin decide, and nobody told.
    pub uncertain: bool,
}

/// One end that blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// `egress` at the source, `ingress` at the target.
    pub direction: Direction,
    /// The policies that select that end, none of which allows it.
    pub policies: Vec<String>,
}

/// A service that is not held by any policy in some direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Open {
    /// `namespace/name`.
    pub service: Peer,
    /// The directions.
    pub directions: Vec<Direction>,
    /// A policy may hold it: its labels are not known.
    pub uncertain: bool,
}

/// Compares.
///
/// # Errors
/// When it would take too long.
pub fn compare(map: &ServiceMap, applied: &Applied) -> Result<Comparison, NetworkError> {
    let world = World::new(map, applied);
    too_many(work(&world), WORK_MAX, "steps to compare")?;
    let mut comparison = Comparison {
        cut: map.edges.iter().filter_map(|edge| cut(&world, edge)).collect(),
        unused: unused(&world),
        open: open(&world),
        policies: applied.policies.len(),
        notes: Vec::new(),
    };
    if applied.policies.is_empty() {
        comparison.notes.push("no policy is applied, so nothing is held back".to_owned());
    }
    if applied.others > 0 {
        comparison.notes.push(format!("{} documents of other kinds were passed over; policies of a network plugin's own kind may block more", applied.others));
    }
    if map.services.iter().any(|service| service.labels_assumed) {
        comparison.notes.push("the labels of some services are not known; `app: NAME` stands in for them, and answers that hang on other labels are marked as uncertain".to_owned());
    }
    Ok(comparison)
}

/// How many times a rule is held against a connection or a service.
fn work(world: &World<'_>) -> usize {
    let entries = |policy: &NetworkPolicy| {
        let both = [Direction::Ingress, Direction::Egress].into_iter();
        both.flat_map(|direction| rules(policy, direction))
            .map(|rule| rule.peers.len().max(1).saturating_mul(rule.ports.len().max(1)))
            .fold(0, usize::saturating_add)
    };
    let mut degrees: BTreeMap<&ServiceId, usize> = BTreeMap::new();
    let ends = world.map.edges.iter().flat_map(|edge| [&edge.source, &edge.target]);
    for id in ends.filter_map(Peer::service) {
        *degrees.entry(id).or_default() += 1;
    }
    let of_edges = world.map.services.iter().flat_map(|service| {
        let degree = degrees.get(&service.id).copied().unwrap_or_default();
        world.selecting(service).map(move |(policy, _)| entries(policy).saturating_mul(degree))
    });
    let of_policies = world.applied.policies.iter().map(|policy| {
        let services = entries(policy).saturating_mul(world.map.services.len());
        services.saturating_add(world.map.edges.len())
    });
    of_edges.chain(of_policies).fold(0, usize::saturating_add)
}

fn cut(world: &World<'_>, edge: &Edge) -> Option<Cut> {
    let ends = [
        (Direction::Egress, &edge.source, &edge.target),
        (Direction::Ingress, &edge.target, &edge.source),
    ];
    let (mut blocked_by, mut certain) = (Vec::new(), false);
    for (direction, pod, other) in ends {
        let Some(service) = pod.service().and_then(|id| world.map.service(id)) else { continue };
        let said = world.says(direction, service, other, edge.port, edge.protocol);
        if said.blocked {
            certain |= !said.uncertain;
            blocked_by.push(Blocked { direction, policies: said.by });
        }
    }
    (!blocked_by.is_empty()).then(|| Cut { edge: edge.clone(), blocked_by, uncertain: !certain })
}

fn open(world: &World<'_>) -> Vec<Open> {
    let mut all = Vec::new();
    for service in &world.map.services {
        let held = |direction| {
            let holding =
                world.selecting(service).filter(|(policy, _)| isolates(policy, direction));
            holding.map(|(_, fit)| fit).max().unwrap_or(Fit::No)
        };
        let both = [Direction::Ingress, Direction::Egress].map(|d| (d, held(d)));
        let directions: Vec<_> =
            both.iter().filter(|(_, fit)| *fit != Fit::Yes).map(|(d, _)| *d).collect();
        if !directions.is_empty() {
            all.push(Open {
                service: Peer::Service(service.id.clone()),
                directions,
                uncertain: both.iter().any(|(_, fit)| *fit == Fit::Unknown),
            });
        }
    }
    all
}
