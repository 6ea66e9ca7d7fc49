//! What the API and the pages both do: one function a deed, so that a button and a program cannot come to mean two things.

pub(in crate::http) mod agents;
pub(in crate::http) mod decide;
pub(in crate::http) mod keep;
pub(in crate::http) mod policy;
pub(in crate::http) mod targets;
pub(in crate::http) mod users;
