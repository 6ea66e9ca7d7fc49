//! What people see and type: one file a subcommand. The only part that writes to a terminal.

pub mod audit;
mod audit_row;
pub mod card;
pub mod when;
