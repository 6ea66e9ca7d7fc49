//! stub map
pub mod app;
pub mod approval;
pub mod cli;
<<<<<<< .merge_file_Z9SqIP
pub mod config;
=======
>>>>>>> .merge_file_yr2hO6
pub mod domain;
pub mod gate;
pub mod journal;
pub mod mcp;
pub mod policy;
pub mod store;
pub mod upstream;
