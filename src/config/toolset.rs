//! Which of our own tools a process offers: an agent that is shown forty tools uses none of them well.

use std::collections::BTreeSet;

/// A group of our own tools.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Toolset {
    /// Questions and answers.
    Approvals,
    /// Plans: validate, audit, ask for a yes, redeem it.
    Ir,
    /// Executing plans, and network policies.
    Runs,
    /// The board of agents.
    Agents,
    /// What happened.
    Events,
    /// Policy: asking it, testing it, proposing changes.
    Policy,
}

impl Toolset {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Approvals, Self::Ir, Self::Policy, Self::Runs, Self::Agents, Self::Events];

    /// Its word in the configuration and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approvals => "approvals",
            Self::Ir => "ir",
            Self::Runs => "runs",
            Self::Agents => "agents",
            Self::Events => "events",
            Self::Policy => "policy",
        }
    }

    /// Reads a list such as `approvals,ir`, or `all`.
    ///
    /// # Errors
    /// The first word that is no toolset.
    pub fn parse_list(text: &str) -> Result<BTreeSet<Self>, String> {
        if text.trim() == "all" {
            return Ok(Self::ALL.into());
        }
        if text.split(',').any(|word| word.trim() == "all") {
            return Err("`all` stands alone: it is every toolset".to_owned());
        }
        let read = |word: &str| Self::ALL.into_iter().find(|set| set.as_str() == word);
        text.split(',')
            .map(|word| {
                read(word.trim()).ok_or_else(|| {
                    let known = Self::ALL.map(Self::as_str).join("`, `");
                    format!("`{word}` is no toolset; there are `{known}`, and `all`")
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_every_toolset_and_stands_alone() {
        assert_eq!(Toolset::parse_list("all"), Ok(Toolset::ALL.into()));
        assert_eq!(Toolset::parse_list("ir, runs"), Ok([Toolset::Ir, Toolset::Runs].into()));
        for list in ["all,foo", "ir,all", "all,all"] {
            let why = Toolset::parse_list(list).unwrap_err();
            assert!(why.contains("`all` stands alone"), "{list}: {why}");
        }
        assert!(Toolset::parse_list("foo").unwrap_err().contains("`approvals`"));
    }
}
