//! Recorded decisions under other policies.
