//! MCP over streamable HTTP, by clients that nobody here wrote and by raw sockets, against the real binary.

#[path = "../support/mod.rs"]
mod support;

mod inbound;
mod outbound;
mod site;
