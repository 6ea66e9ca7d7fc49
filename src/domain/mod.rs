//! The nouns of the product: no clock, no disk, no network.
//!
//! Everything else speaks in these words, so a type here says what an idea *is* and never how it is kept.

pub mod agent;
pub mod approval;
pub mod call;
pub mod digest;
pub mod entry;
mod entry_type;
pub mod id;
pub mod json;
mod json_canonical;
mod json_read;
#[cfg(test)]
mod json_tests;
mod json_write;
pub mod missed;
pub mod money;
pub mod notice;
pub mod outcome;
pub mod pin;
pub mod policy;
pub mod principal;
pub mod quorum;
pub mod remembered;
pub mod ruling;
pub mod run;
pub mod time;
pub mod violation;
pub mod visible;
mod visible_chars;
#[cfg(test)]
mod visible_tests;
mod visible_words;
