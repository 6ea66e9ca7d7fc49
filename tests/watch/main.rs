//! `watch` on a real terminal: what is seen, what keys do, and what they must not do.

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod bounds;
mod screen;
mod surroundings;
