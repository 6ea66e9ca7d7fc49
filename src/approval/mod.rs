//! Asks people: puts the question, waits for the answer, takes the answer from whoever may give it.
//!
//! A question always ends: answered, expired or cancelled. Whoever waits has a deadline of his own, and a
//! waiter that is gone leaves the row behind, since the row is the truth and the waiter only looks at it.

mod desk;
pub mod targets;
mod token;
pub mod users;
pub mod wish;

pub use desk::{Approver, Desk, Ended, Terms};
pub use token::{Token, TokenKind};
