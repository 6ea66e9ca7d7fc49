//! The HTTP API through the real binary: who may ask what, how he proves it, and what he is told.

#[path = "../support/mod.rs"]
mod support;

mod closed;
mod deciding;
mod document;
mod doors;
mod floods;
mod guard;
mod headers;
mod keeping;
mod logins;
mod openapi;
mod pending;
mod policies;
mod reader;
mod reading;
mod roles;
mod rooms;
mod signed;
mod stage;
mod stream;
mod tenants;
mod tokens;
mod trouble;
