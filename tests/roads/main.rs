//! Roads to a yes that lead through the asking client: its own user answers while the call is held (2025-11-25), between two
//! requests (2026-07-28), or the client looks after a task.
//!
//! Every attack has a twin that differs only in what is attacked, and the twin runs. A refusal counts only if the recording
//! server logged nothing of that call, and its code is asserted.

#[path = "../support/mod.rs"]
mod support;

mod clients;
mod forged;
mod held;
mod returning;
mod stage;
mod tasks;
mod timeouts;
mod unallowed;
