//! Answers that are kept, where they are used: before a question is put, and never instead of policy.

mod answer;
mod foreseen;

pub use foreseen::{BACK, Foreseen, foreseen, is_over};
