//! Tells people elsewhere that something waits or happened: counts, enums and opaque ids, nothing else.
//!
//! The outbox in the store is the truth: a delivery is written with its event and claimed before it is sent. Whatever process
//! of ours lives long enough sends what is due; delivering never fails anyone. What is sent is made of a [`Notice`], which
//! has no room for what an agent, a server or a model says. At least once, not exactly once: a process that dies between
//! sending and writing it down is one whose notification comes twice.
//!
//! [`Notice`]: crate::domain::notice::Notice

mod backoff;
mod discord;
mod facts;
mod guard;
mod mail;
#[cfg(test)]
mod property;
mod reach;
mod said;
mod tell;
mod worker;

pub use mail::usable as smtp_usable;
pub use worker::Worker;

use crate::domain::notice::Failure;

/// Why an attempt failed, and how long the receiver wants to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Missed {
    why: Failure,
    /// Milliseconds, as the receiver said.
    rest: Option<i64>,
}

impl From<Failure> for Missed {
    fn from(why: Failure) -> Self {
        Self { why, rest: None }
    }
}

/// Whether this failure, or what it was caused by, is one of TLS.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut at = Some(error);
    while let Some(error) = at {
        if error.is::<rustls::Error>() {
            return true;
        }
        // An error of input and output hides what it wraps from `source`.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.is_some_and(|inner| is_tls(inner)) {
            return true;
        }
        at = error.source();
    }
    false
}
