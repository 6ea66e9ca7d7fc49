//! Policy through the real binary: what is judged by it, what changes it, what it costs, and what is told of it.

#[path = "../support/mod.rs"]
mod support;

mod accept;
mod again;
mod asking;
mod changes;
mod decisions;
mod elsewhere;
mod eyes;
mod given;
mod hidden;
mod hostile;
mod inputs;
mod money;
mod oracle;
mod page;
mod real_client;
mod refused;
mod replay;
mod shown;
mod stage;
mod suggest;
mod suites;
mod templates;
mod words;
