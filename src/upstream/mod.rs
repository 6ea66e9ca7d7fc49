//! Servers behind us: their processes and pipes, or their addresses, and the one road on which a call reaches them.
//!
//! What a server sends is text to this module, never a tree: it is passed on as it was written, and whoever
//! judges any of it reads it strictly. What a server is sent comes out of a [`crate::journal::Permit`];
//! besides that the link writes only its own frames: the handshake, answers to pings and to relayed requests,
//! and `notifications/cancelled`.

mod answer;
mod catalog;
mod handshake;
mod http;
mod identity;
mod inbox;
mod link;
mod live;
pub mod names;
mod noise;
mod outbox;
mod pages;
mod process;
mod raw;
mod relay;
mod server;
mod sse;
mod stderr;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trust;

pub use answer::{Answer, Lost, ProgressSink, Sent};
pub use catalog::{Listed, definition_digest, reconcile, renamed};
pub use handshake::Handshake;
pub use http::usable;
pub use identity::{Place, Program, Spec};
pub use pages::{BadPage, LeftOut, MAX_BYTES, MAX_ITEMS, MAX_PAGES, Page, Tools, items};
pub use process::seal_descriptors;
pub use raw::{member, member_text, with_member};
pub use relay::{ListKind, Relay};
pub use server::{NotReady, Server};
pub use trust::{bundle, ready_tls, secret};
