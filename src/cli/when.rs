//! Points in time as options name them.

use crate::card::when::parse;
use crate::cli::exit::{Code, Stop};
use crate::domain::time::Millis;
use anyhow::Result;
use jiff::tz::TimeZone;

pub(crate) use crate::card::when::{clock, span, stamp};

/// A point in time that an option names.
///
/// # Errors
/// [`Stop`] with the code of bad usage.
pub(crate) fn option(text: Option<&str>, now: Millis, zone: &TimeZone) -> Result<Option<Millis>> {
    let read = |text| parse(text, now, zone).map_err(|why| Stop::new(Code::Usage, why).into());
    text.map(read).transpose()
}
