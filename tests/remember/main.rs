//! Answers that are kept, against the real binary: asker, decider and server are processes of their own.
//!
//! What ran without a question is counted where it ran, by the recording server; what asks is asked, by its code; and
//! each thing that makes a kept answer not count has a twin that differs in nothing else and is answered.

#[path = "../support/mod.rs"]
mod support;

mod bounds;
mod elsewhere;
mod faces;
mod ground;
mod lives;
mod never;
mod stage;
