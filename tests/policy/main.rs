//! Policy through the real binary: what is judged by it, what changes it, what it costs, and what is told of it.

#[path = "../support/mod.rs"]
mod support;

mod accept;
mod asking;
mod changes;
mod decisions;
mod eyes;
mod hostile;
mod inputs;
mod money;
mod oracle;
mod refused;
mod replay;
mod stage;
mod suites;
mod templates;
