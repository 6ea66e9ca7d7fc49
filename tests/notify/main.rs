//! Notifications through the real binary to real receivers: who is told what, how often, and what never leaves.

#[path = "../support/mod.rs"]
mod support;
