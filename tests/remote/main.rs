//! MCP over streamable HTTP, by clients that nobody here wrote and by raw sockets, against the real binary.

#[path = "../support/mod.rs"]
mod support;

mod inbound;
mod inbound_door;
mod inbound_gone;
mod inbound_kept;
mod inbound_places;
mod inbound_roads;
mod inbound_sessions;
mod inbound_stage;
mod inbound_told;
mod outbound;
mod outbound_tls;
mod site;
