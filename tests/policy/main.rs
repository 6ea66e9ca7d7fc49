//! Policy through the real binary: what is judged by it, what changes it, what it costs.

#[path = "../support/mod.rs"]
mod support;

mod changes;
mod hostile;
mod inputs;
mod money;
mod oracle;
mod refused;
mod stage;
mod suites;
mod templates;
