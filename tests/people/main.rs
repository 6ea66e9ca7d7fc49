//! The HTTP API through the real binary: who may ask what, how he proves it, and what he is told.

#[path = "../support/mod.rs"]
mod support;

mod deciding;
mod closed;
mod doors;
mod floods;
mod guard;
mod headers;
mod logins;
mod openapi;
mod pending;
mod reading;
mod roles;
mod stage;
mod tenants;
mod reader;
mod rooms;
mod stream;
mod trouble;
