//! Runs: a plan resolved to calls, asked about as a whole, then executed call by call through the gate.
//!
//! ```text
//! create ── check ── resolve ── judge each call ── one question for the whole manifest
//! execute ─ wait ─── audit ──── resolve again ──── begin (uses the yes) ── step by step: gate::run_step
//! ```
//!
//! A step's call is put together from the plan and the configuration alone: nothing is taken from earlier results, so
//! what a person saw is what is sent. Whatever is stricter when a step's turn comes stops the run there.

mod again;
mod create;
mod dry;
mod execute;
mod manifest;
mod question;
mod standing;
mod view;

pub use create::{Made, NotMade, Wish, create};
pub use dry::{DryStep, dry_run};
pub use execute::{Beats, Execution, NotRun, execute, looked_after};
pub use manifest::Unresolved;
pub use view::{RunView, StepView, told, view};
