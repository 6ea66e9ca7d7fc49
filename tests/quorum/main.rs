//! Questions that several people answer, through the real binary: approvers in processes of their own, beside the one that
//! asks.

#[path = "../support/mod.rs"]
mod support;

mod faces;
mod http;
mod named;
mod plans;
mod stage;
mod urgent;
mod voices;
