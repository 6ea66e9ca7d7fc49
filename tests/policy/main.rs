//! Policy as code, through the real binary and against the real OPA.

#[path = "../support/mod.rs"]
mod support;

mod inputs;
mod oracle;
