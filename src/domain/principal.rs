//! Who acts, in which tenant, and by what proof.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A sealed world of its own: "not yours" and "not there" are the same answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tenant(String);

impl Tenant {
    /// Takes a name of 1 to 64 characters out of `A-Z a-z 0-9 . _ -`.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
        ((1..=64).contains(&name.len()) && name.bytes().all(plain)).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether it can be the name of a user, or of a place where people are told: that of a tenant which begins with a letter or
/// digit. It stands in paths, where `.` and `..` could not be reached.
#[must_use]
pub fn is_name(text: &str) -> bool {
    Tenant::new(text).is_some() && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

impl Default for Tenant {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a principal may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Calls tools and asks.
    Agent,
    /// Sees and proposes.
    Operator,
    /// Decides.
    Admin,
}

impl Role {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Agent, Self::Operator, Self::Admin].into_iter().find(|r| r.as_str() == word)
    }
}

/// Who acts: a role and a name. Two principals are the same when both are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// What it may do.
    pub role: Role,
    /// Its name; for an agent `<os user>/<client name>`.
    pub name: String,
}

impl Principal {
    /// A principal of this role and name.
    pub fn new(role: Role, name: impl Into<String>) -> Self {
        Self { role, name: name.into() }
    }

    /// Reads `role:name`, as `Display` writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (role, name) = text.split_once(':')?;
        Some(Self::new(Role::parse(role)?, name))
    }
}

/// The longest name of an agent that is taken, in bytes: none has a longer one.
const AGENT_MAX: usize = 512;

/// The name by which an agent is stopped, out of what people type: `USER/CLIENT`, or `USER/*` for every client of that user
/// and whoever acts by that user's token alone, which `USER/` is as well. `agent:` before it, as journals write it, is
/// dropped. `None` for what no agent is called, since to stop that stops nobody.
#[must_use]
pub fn agent_named(text: &str) -> Option<String> {
    let text = text.trim();
    let (user, client) = text.strip_prefix("agent:").unwrap_or(text).split_once('/')?;
    let client = if client.is_empty() { ALL } else { client };
    let is_one = |part: &str| !part.is_empty() && part.trim() == part && !part.contains(['*', '/']);
    let names = is_one(user) && (client == ALL || is_one(client));
    (names && user.len() + client.len() < AGENT_MAX).then(|| format!("{user}/{client}"))
}

/// Whether this agent is stopped by a pause of that name; without one it is everybody's.
#[must_use]
pub fn is_stopped_by(agent: &str, pause: Option<&str>) -> bool {
    let user = agent.split_once('/').map_or(agent, |(user, _)| user);
    pause.is_none_or(|name| name == agent || name.split_once('/') == Some((user, ALL)))
}

/// Where a client's name would stand: every client.
const ALL: &str = "*";

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.role.as_str(), self.name)
    }
}

/// How a decider showed that he may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A person typed the answer at a terminal.
    Terminal,
    /// An API token was presented.
    ApiToken,
    /// An HTTP request was signed with the signing secret of a user.
    SignedRequest,
    /// A page of the console, after a login that one of the others opened.
    Console,
    /// The client's own user, as the client says. Nothing proves that it was a person.
    Client,
}

impl Proof {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::ApiToken => "api_token",
            Self::SignedRequest => "signed_request",
            Self::Console => "console",
            Self::Client => "client",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Terminal, Self::ApiToken, Self::SignedRequest, Self::Console, Self::Client]
            .into_iter()
            .find(|p| p.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::principal::{agent_named, is_stopped_by};

    #[test]
    fn only_what_an_agent_can_be_called_is_a_name_of_one() {
        let named = |text: &str| agent_named(text);
        for (text, name) in [
            ("ann/claude-code", "ann/claude-code"),
            ("agent:ann/claude code", "ann/claude code"),
            ("ann/*", "ann/*"),
            ("ann/", "ann/*"),
            (" ann/one ", "ann/one"),
        ] {
            assert_eq!(named(text).as_deref(), Some(name), "{text}");
        }
        for odd in [
            "", "*", "agent:", "ann", "/", "/x", "/*", "*/*", "*/x", "ann/cl*", "ann /x", "a/b/c",
            "a/b/*",
        ] {
            assert_eq!(named(odd), None, "{odd}");
        }
        assert_eq!(named(&format!("ann/{}", "x".repeat(600))), None);
    }

    #[test]
    fn a_pause_of_a_user_stops_his_clients_and_nobody_elses() {
        let stops = |pause: Option<&str>| is_stopped_by("ann/one", pause);
        assert!(stops(None) && stops(Some("ann/one")) && stops(Some("ann/*")));
        assert!(!stops(Some("ann/two")) && !stops(Some("an/*")) && !stops(Some("")));
        assert!(
            is_stopped_by("ann/a/b", Some("ann/*")) && !is_stopped_by("ann/a/b", Some("ann/a"))
        );
    }
}
