//! stub map
pub mod approval;
pub mod cli;
pub mod domain;
pub mod journal;
pub mod store;
