//! An agent on the board: what it may say of itself, and how people and agents are told of it.

use crate::domain::principal::Principal;
use crate::domain::time::Millis;
use crate::domain::visible_chars::{Class, class};
use serde::Serialize;
use uuid::Uuid;

/// How an agent fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentStatus {
    /// It does nothing.
    Idle,
    /// It works.
    Running,
    /// It waits for a person.
    Blocked,
}

impl AgentStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Idle, Self::Running, Self::Blocked];

    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Blocked => "blocked",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// The name of an agent on the board: 1 to 64 characters that a person can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentName(String);

impl AgentName {
    /// The most characters.
    pub const LONGEST: usize = 64;

    /// Takes a name of printable characters that neither begins nor ends with a space.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let seen = name.chars().all(|c| matches!(class(c), Class::Plain | Class::Mark));
        let count = name.chars().take(Self::LONGEST + 1).count();
        let fits = (1..=Self::LONGEST).contains(&count) && seen && name.trim() == name;
        fits.then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an agent says that it does: 1 to 200 characters, none of them a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentAction(String);

impl AgentAction {
    /// The most characters.
    pub const LONGEST: usize = 200;

    /// Takes a short text in one line.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let count = text.chars().take(Self::LONGEST + 1).count();
        let fits = (1..=Self::LONGEST).contains(&count) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How well an agent fares by its own word, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score(u8);

impl Score {
    /// Takes a whole number of 0 to 100.
    #[must_use]
    pub fn new(score: i64) -> Option<Self> {
        u8::try_from(score).ok().filter(|score| *score <= 100).map(Self)
    }

    /// The score of a ruling, for whoever reports none: 100 for `allow`, 50 for `ask`, 0 for `deny`.
    #[must_use]
    pub fn of_verdict(verdict: &str) -> Option<Self> {
        match verdict {
            "allow" => Some(Self(100)),
            "ask" => Some(Self(50)),
            "deny" => Some(Self(0)),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

/// How an agent came onto the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// It put itself there and tells how it fares.
    Registered,
    /// A process of ours serves it; how it fares is read from the store.
    Session,
}

/// One agent on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardAgent {
    /// An agent's id, or that of the session.
    pub id: Uuid,
    /// How it came there.
    pub kind: AgentKind,
    /// Its name; of a session that of its principal.
    pub name: String,
    /// Whose it is.
    pub principal: Principal,
    /// How it fares.
    pub status: AgentStatus,
    /// Whether a person stopped it: nothing more is sent for it.
    pub paused: bool,
    /// What it did last: its own words, or `server.tool` of its newest call.
    pub last_action: Option<String>,
    /// When that was.
    pub last_action_at: Option<Millis>,
    /// What it reported; of a session what [`Score::of_verdict`] makes of its newest ruling.
    pub last_score: Option<u8>,
    /// When it was heard of last.
    pub seen_at: Millis,
}

/// One agent as lists tell of it.
#[derive(Debug, Clone, Serialize)]
pub struct AgentView {
    /// Its id.
    pub id: Uuid,
    /// How it came onto the board.
    pub kind: AgentKind,
    /// Its name.
    pub name: String,
    /// The name of its principal.
    pub principal: String,
    /// How it fares.
    pub status: AgentStatus,
    /// Whether a person stopped it.
    pub paused: bool,
    /// What it did last.
    pub last_action: Option<String>,
    /// When that was.
    pub last_action_at: Option<String>,
    /// How well it fares.
    pub last_score: Option<u8>,
    /// When it was heard of last.
    pub seen_at: String,
}

impl From<&BoardAgent> for AgentView {
    fn from(agent: &BoardAgent) -> Self {
        Self {
            id: agent.id,
            kind: agent.kind,
            name: agent.name.clone(),
            principal: agent.principal.name.clone(),
            status: agent.status,
            paused: agent.paused,
            last_action: agent.last_action.clone(),
            last_action_at: agent.last_action_at.map(Millis::rfc3339),
            last_score: agent.last_score,
            seen_at: agent.seen_at.rfc3339(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_person_sees() {
        for name in ["a", "Agent_0f3a", "Zoë the reviewer", "审查", &"x".repeat(64)] {
            assert!(AgentName::new(name).is_some(), "{name}");
        }
        let unseen = ["", " ", " a", "a ", "a\n", "a\u{0}", "a\u{200b}b", "\u{202e}a", "a\u{a0}b"];
        for name in unseen.into_iter().chain([&*"x".repeat(65), &*"é".repeat(1_000_000)]) {
            assert!(AgentName::new(name).is_none(), "{}", name.escape_debug());
        }
    }

    #[test]
    fn an_action_is_one_short_line() {
        assert!(AgentAction::new("reads C:\\notes").is_some());
        assert!(AgentAction::new(&"ü".repeat(200)).is_some());
        for text in ["", "a\nb", "\u{1b}[2J", "\u{85}", &"x".repeat(201)] {
            assert!(AgentAction::new(text).is_none(), "{}", text.escape_debug());
        }
    }

    #[test]
    fn a_score_is_a_percentage() {
        let taken = [-1, 0, 100, 101, 256, i64::MIN].map(|n| Score::new(n).map(Score::get));
        assert_eq!(taken, [None, Some(0), Some(100), None, None, None]);
        let ruled = ["allow", "ask", "deny", "x"].map(|v| Score::of_verdict(v).map(Score::get));
        assert_eq!(ruled, [Some(100), Some(50), Some(0), None]);
    }
}
