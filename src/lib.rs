//! Nothing writes without a yes: the map of the gateway. Imports point down this list, never up.

pub mod app;
pub mod approval;
pub mod cli;
pub mod config;
pub mod domain;
pub mod journal;
pub mod policy;
pub mod store;
pub mod upstream;
