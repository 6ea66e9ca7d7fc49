//! Recommendations as they are kept and asked for: one an edge, one a service, one a namespace.

use crate::network::error::{NetworkError, shown};
use crate::network::model::{Edge, Protocol, ServiceId, ServiceMap};
use crate::network::policies::{DEFAULT_DENY, for_edge, is_system, policies};
use crate::network::yaml::documents;
use k8s_openapi::api::networking::v1::NetworkPolicy;
use serde::{Deserialize, Serialize};

/// What a recommendation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Everything that one service needs: apply these.
    Service,
    /// One connection by itself, for looking at and for applying step by step.
    Edge,
    /// The rest of one namespace, denied.
    DefaultDeny,
}

impl Kind {
    /// As it is stored and written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Edge => "edge",
            Self::DefaultDeny => "default_deny",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Service, Self::Edge, Self::DefaultDeny].into_iter().find(|k| k.as_str() == text)
    }
}

/// One recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// What it is about.
    pub kind: Kind,
    /// Who opens the connection: `namespace/name` or an address; for [`Kind::Service`] the service.
    pub source_service: Option<String>,
    /// Who is reached; for [`Kind::Service`] the service.
    pub target_service: Option<String>,
    /// The port of an edge.
    pub port: Option<u16>,
    /// The protocol of an edge.
    pub protocol: Option<Protocol>,
    /// In words, safe to show.
    pub recommendation: String,
    /// The namespace of the policy.
    pub namespace: String,
    /// The name of the first policy in the YAML.
    pub policy_name: String,
    /// One or two documents.
    pub policy_yaml: String,
}

/// All recommendations for a map: services first, then edges, then what denies the rest.
///
/// # Errors
/// Those of [`policies`] and [`documents`].
pub fn recommend(map: &ServiceMap) -> Result<Vec<Recommendation>, NetworkError> {
    let set = policies(map)?;
    let mut all = Vec::new();
    for (id, policy) in &set.services {
        all.push(Recommendation {
            kind: Kind::Service,
            source_service: Some(id.to_string()),
            target_service: Some(id.to_string()),
            port: None,
            protocol: None,
            recommendation: of_service(map, id),
            namespace: id.namespace.clone(),
            policy_name: name(policy),
            policy_yaml: documents([policy])?,
        });
    }
    for edge in &map.edges {
        let both = for_edge(map, edge);
        // An edge between the cluster's own services: nothing is recommended.
        let Some(first) = both.first() else { continue };
        all.push(Recommendation {
            kind: Kind::Edge,
            source_service: Some(edge.source.to_string()),
            target_service: Some(edge.target.to_string()),
            port: Some(edge.port),
            protocol: Some(edge.protocol),
            recommendation: of_edge(edge),
            namespace: first.metadata.namespace.clone().unwrap_or_default(),
            policy_name: name(first),
            policy_yaml: documents(&both)?,
        });
    }
    for (namespace, policy) in &set.default_deny {
        all.push(Recommendation {
            kind: Kind::DefaultDeny,
            source_service: None,
            target_service: None,
            port: None,
            protocol: None,
            recommendation: format!(
                "deny what no other policy allows in `{namespace}`; apply it last (`{DEFAULT_DENY}`)"
            ),
            namespace: namespace.clone(),
            policy_name: name(policy),
            policy_yaml: documents([policy])?,
        });
    }
    Ok(all)
}

fn name(policy: &NetworkPolicy) -> String {
    policy.metadata.name.clone().unwrap_or_default()
}

fn of_edge(edge: &Edge) -> String {
    let seen = match edge.count {
        0 | 1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    };
    let guess = if edge.guessed { "; which end is the server was guessed" } else { "" };
    let system = [&edge.source, &edge.target]
        .into_iter()
        .filter_map(|peer| peer.service())
        .any(|id| is_system(&id.namespace));
    let half = if system { "; the cluster's own end gets no policy" } else { "" };
    format!(
        "let `{}` reach `{}` at {} {}, and nobody else for it (seen {seen}{guess}{half})",
        shown(&edge.source.to_string()),
        shown(&edge.target.to_string()),
        edge.protocol,
        edge.port
    )
}

fn of_service(map: &ServiceMap, id: &ServiceId) -> String {
    let count =
        |edges: usize| if edges == 1 { "1 way".to_owned() } else { format!("{edges} ways") };
    let to_it = map.edges.iter().filter(|edge| edge.target.service() == Some(id)).count();
    let from_it = map.edges.iter().filter(|edge| edge.source.service() == Some(id)).count();
    format!(
        "let `{}` be reached in {} and reach others in {}, those that were seen, and in no other",
        shown(&id.to_string()),
        count(to_it),
        count(from_it)
    )
}
