//! Changes of policy: read strictly, checked against what stands, shown to a decider, made into what would stand.
//!
//! Whoever decides about a change decides about exactly what is shown, so nothing in it is guessed: a member that is not
//! known, a rule that does not compile, an id that is not there are faults, and all of them are told at once. What is
//! read here is not applied here: the store does that, in one transaction, after a yes. No clock and no disk: ids and
//! times are the caller's.

mod apply;
#[cfg(test)]
mod apply_tests;
mod check;
mod fault;
mod meaning;
mod members;
mod modules;
mod names;
mod read;
#[cfg(test)]
mod shown_tests;
mod summary;
#[cfg(test)]
mod tests;

pub use crate::policy::diff::apply::{Applied, Applying, Template, apply, canonical, take_back};
pub use crate::policy::diff::check::{Standing, against};
pub use crate::policy::diff::fault::Fault;
pub(crate) use crate::policy::diff::meaning::meaning;
pub use crate::policy::diff::read::{Author, Read, read};
pub use crate::policy::diff::summary::{Item, Kind, Summary, rule_words, summary, tier};

/// Rules that may stand in one store.
pub const STORED_MAX: usize = 10_000;
/// What all stored rules may take once compiled, in bytes, as it is estimated.
pub const STORED_COST_MAX: usize = 256 << 20;
