//! What one of the judges found, before it becomes an assessment; the stricter of two wins.

use crate::domain::ruling::Effect;

/// An effect, the rule that saw it and why, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What the call does, as far as this judge can tell.
    pub effect: Effect,
    /// A stable code.
    pub rule: &'static str,
    /// One plain lower-case sentence.
    pub message: String,
}

impl Finding {
    /// A finding of any effect.
    pub fn new(effect: Effect, rule: &'static str, message: impl Into<String>) -> Self {
        Self { effect, rule, message: message.into() }
    }

    /// A finding that the call only looks.
    pub fn read(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(Effect::Read, rule, message)
    }

    /// True when it was shown to be a read.
    pub fn is_read(&self) -> bool {
        self.effect == Effect::Read
    }

    /// The stricter of two findings; the first when they are equal.
    pub fn or_stricter(self, other: Self) -> Self {
        if other.effect > self.effect { other } else { self }
    }
}
