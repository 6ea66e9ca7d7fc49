//! Tells people elsewhere that something waits or happened: counts, enums and opaque ids, nothing else.
//!
//! The outbox in the store is the truth: a delivery is written with its event and claimed before it is sent. Whatever process
//! of ours lives long enough sends what is due; delivering never fails anyone.
