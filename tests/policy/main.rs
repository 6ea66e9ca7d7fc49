//! Policy as something that changes, through the real binary: proposed by one process, decided in another, felt by a third.

#[path = "../support/mod.rs"]
mod support;

mod changes;
mod refused;
mod stage;
