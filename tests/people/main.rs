//! The HTTP API through the real binary: who may ask what, how he proves it, and what he is told.

#[path = "../support/mod.rs"]
mod support;

mod deciding;
mod doors;
mod logins;
mod openapi;
mod pending;
mod reading;
mod roles;
mod stage;
mod tenants;
mod rooms;
mod trouble;
