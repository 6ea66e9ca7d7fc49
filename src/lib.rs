//! countersign: nothing writes without a yes.
//!
//! An MCP client starts this program over stdio. It stands in front of other MCP servers: what is shown to be a
//! read passes, on record; everything else waits until a person said yes to exactly that call, runs once, and
//! is on record too.
//!
//! ```text
//! client ──line──> mcp::front ──> gate ──1──> policy     judges; pure
//!                     │            ├───2──> approval   asks; people answer at a terminal or a page
//!                     │            ├───3──> journal    records, uses the yes up, mints a Permit
//!                     │            ├───4──> upstream   sends the line in the Permit: the very bytes judged
//!                     │            └───5──> journal    records the outcome
//!                     └─lifecycle─> rmcp
//! ```
//!
//! # Map, in reading order
//!
//! * [`domain`]: the words. `json` is the strict reader, `call` what is judged, `entry` a row of the journal.
//! * [`gate`]: the one function that knows the order, [`gate::Gate::handle`], and the one place that sends.
//! * [`ir`] and [`run`]: plans of steps, checked and hashed as written; executed through the gate, call by call.
//! * [`network`]: observed connections as a service map, network policies, a comparison and a drawing.
//! * [`policy`] and [`config`]: kernel, rules, stance; what the file says and what it means.
//! * [`approval`]: the desk where questions are put, waited for and answered.
//! * [`journal`]: permits, signed heads, verification.
//! * [`store`]: the verbs that survive, each one transaction; `sqlite` is the engine.
//! * [`upstream`]: the servers behind us.
//! * [`card`]: what people are shown of a question, on whatever screen.
//! * [`web`]: what listeners have in common.
//! * [`mcp`]: what a client sees. [`http`]: what people and their programs see. [`notify`]: what people elsewhere are told.
//! * [`app`] and [`cli`]: everything is built once; one file a subcommand.
//!
//! Imports point down this ladder (`tests/architecture.rs` holds it):
//! `cli > app > mcp, http, notify > web > card > run > gate > approval, upstream > journal > store > ir, network > policy, config > domain`.

pub mod app;
pub mod approval;
pub mod card;
pub mod cli;
pub mod config;
pub mod domain;
pub mod gate;
pub mod http;
pub mod ir;
pub mod journal;
pub mod mcp;
pub mod network;
pub mod notify;
pub mod policy;
pub mod run;
pub mod store;
pub mod upstream;
pub mod web;
