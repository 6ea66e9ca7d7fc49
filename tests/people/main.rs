//! The HTTP API through the real binary: who may ask what, how he proves it, and what he is told.

#[path = "../support/mod.rs"]
mod support;

mod doors;
mod logins;
mod rooms;
mod signed;
mod tokens;
mod trouble;
