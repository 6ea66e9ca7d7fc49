//! Plans against the real binary: whoever validates, whoever says yes and whoever executes are processes of their own.
//!
//! Every refusal has a twin that differs in one thing and succeeds, and every attempt is looked up in the journal.

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod bad_input;
mod deciders;
mod leaks;
mod life;
mod once;
mod stage;
