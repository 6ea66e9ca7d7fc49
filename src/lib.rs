//! stub map
pub mod domain;
pub mod store;
pub mod journal;
pub mod upstream;
