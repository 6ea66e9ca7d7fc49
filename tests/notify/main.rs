//! Notifications through the real binary, to a real HTTPS receiver and a real mail server.

#[path = "../support/mod.rs"]
mod support;

mod astray;
mod ended;
mod silent;
mod stage;
mod told;
mod urgent;
mod web;
