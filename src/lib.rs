//! stub map
pub mod approval;
pub mod domain;
pub mod journal;
pub mod store;
