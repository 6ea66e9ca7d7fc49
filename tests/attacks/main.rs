//! Attacks on approvals, each against the real binary: asker, approver and server are processes of their own.
//!
//! Every attack has a twin that differs only in what is attacked, and the twin succeeds: a gate that refuses everything
//! passes nothing here. A refusal counts only if the recording server logged nothing of that call, and its code is
//! asserted, since a refusal for another reason is an accident.

#[path = "../support/mod.rs"]
mod support;

mod arguments;
mod bearer;
mod deciders;
mod drift;
mod forgery;
mod identity;
mod leaks;
mod malformed;
mod once;
mod own_yes;
mod reads;
mod stage;
mod waiting;
