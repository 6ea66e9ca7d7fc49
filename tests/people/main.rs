//! The HTTP API through the real binary: who may ask what, how he proves it, and what he is told.

#[path = "../support/mod.rs"]
mod support;

mod closed;
mod doors;
mod floods;
mod guard;
mod headers;
mod logins;
mod policies;
mod reader;
mod rooms;
mod stream;
mod trouble;
