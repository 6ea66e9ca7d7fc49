//! Plans as runs, through the real binary: asked about once, executed step by step, each step at most once.
//!
//! Two recording servers stand behind the gateway: `notes` in production, `drafts` in development. A refusal counts only
//! if neither logged anything of that step.

#[path = "../support/mod.rs"]
mod support;

mod again;
mod bad_input;
mod changed;
mod cli;
mod killed;
mod once;
#[path = "../kill/random.rs"]
mod random;
mod sealed;
mod secrets;
mod stage;
mod standing;
mod steps;
mod story;
mod unrecorded;
