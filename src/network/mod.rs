//! From connections that were seen to network policies that allow no others.
//!
//! Observations (Hubble flows, connection tables, sockets, containers, plain JSON) become one [`ServiceMap`]: who talks to
//! whom, at which port. From it follow least-privilege Kubernetes NetworkPolicies, a comparison with those that are
//! applied, and a drawing. All of it is pure: the same text gives the same bytes, and nothing here opens a connection.
//!
//! Wrong input is told line by line and never believed in part where that would loosen a policy: a connection whose
//! direction cannot be told is marked as a guess, a selector that cannot be decided counts as not matching.

mod again;
mod applied;
mod build;
mod compare;
mod draw;
mod error;
mod evaluate;
mod model;
mod names;
mod policies;
mod read;
mod recommend;
mod selector;
mod unused;
mod yaml;

#[cfg(test)]
mod tests;

pub use again::map_of;
pub use applied::Applied;
pub use build::{Limits, Options};
pub use compare::{Comparison, Cut, Open, compare};
pub use draw::{svg, svg_in_page};
pub use error::NetworkError;
pub use model::{Edge, Peer, Protocol, Service, ServiceId, ServiceMap, Skip, Skipped};
pub use policies::{PolicySet, policies};
pub use read::{Format, Input, observe};
pub use recommend::{Kind, Recommendation, recommend};
pub use unused::Unused;
pub use yaml::documents;
