//! What is spoken over HTTP, on loopback only: the API and the console for people, and OPA's data API for programs.
//!
//! A request passes `web::guard` (which host, from which page), then `proof` (who sends it), then its handler, which takes a `Who`
//! and asks it. What both the API and the pages do is one function in `act`.

mod act;
mod api;
mod console;
mod fields;
mod house;
pub mod opa;
mod proof;
mod server;
mod who;

pub use house::House;
pub use proof::Proofs;
pub use server::serve;

use crate::web::refused;
