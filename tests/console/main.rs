//! The console in a real browser: pages, keys, live changes, and that nothing else is asked for.

#[path = "../support/mod.rs"]
mod support;

mod kept;
mod live;
mod login;
mod look;
mod policy;
mod queue;
mod rooms;
mod size;
mod tabs;
