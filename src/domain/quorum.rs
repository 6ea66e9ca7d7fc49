//! How many, and who, must say yes to a question; kept with the question as it was when it was put.

use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};

/// A place among those that must say yes, and who may take it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The person it belongs to.
    pub name: String,
    /// Others who may take it: deputies at once, managers from a time on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Stand>,
}

/// Somebody who may take a seat that is another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// Who.
    pub name: String,
    /// From when on; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Millis>,
}

/// Who must say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// How many different people.
    pub required: u32,
    /// Whose seats; empty where any admin counts.
    pub seats: Vec<Seat>,
    /// When managers are called in, and people are told that it is urgent.
    pub escalate_at: Option<Millis>,
}

impl Default for Quorum {
    /// Any one admin.
    fn default() -> Self {
        Self { required: 1, seats: Vec::new(), escalate_at: None }
    }
}

impl Quorum {
    /// Whether one answer of any admin is all that it takes.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.required == 1 && self.seats.is_empty()
    }
}
