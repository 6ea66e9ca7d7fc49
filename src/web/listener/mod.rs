//! Connections and requests within bounds: how many, how large, how slow; and answers that are finished when we end.

mod accept;
mod body;
mod limits;
mod seats;
mod serving;
mod stall;

pub(crate) use accept::run;
pub(crate) use limits::sound;
pub(crate) use serving::{Serving, Stream};
