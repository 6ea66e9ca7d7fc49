//! Network policies over MCP: made from what an agent observed, kept, and listed.
//!
//! Nothing is applied: what comes of it is text and rows in our own store, so these tools sit outside the gate.

pub(in crate::mcp) mod list_network_policies;
pub(in crate::mcp) mod recommend_network_policies;
