//! When a delivery that failed is tried again, and when it is given up.

use crate::domain::notice::{ATTEMPTS, Failure};
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND};
use crate::notify::Missed;
use crate::store::notices::Attempt;

/// Milliseconds after each attempt but the last.
const REST: [i64; 5] = [10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR];
/// No receiver is left alone for longer than this because it says so.
const ASKED_MAX: i64 = HOUR;

/// How long what our configuration does not say is waited for: another process of ours may have one that does, and an admin
/// may mend it.
const MENDED_WITHIN: i64 = DAY;

/// What follows from the attempt of this number, from 1, at an event that is so many milliseconds old.
pub(in crate::notify) fn next(attempt: u32, age: i64, ended: Result<(), Missed>) -> Attempt {
    let Err(Missed { why, rest }) = ended else { return Attempt::Sent };
    if why == Failure::Config && age < MENDED_WITHIN && attempt < ATTEMPTS {
        return Attempt::Again { error: why, after: MINUTE };
    }
    let after = REST.get(attempt.saturating_sub(1) as usize);
    match after {
        Some(after) if attempt < ATTEMPTS && may_mend(why) => {
            let after = rest.map_or(*after, |rest| rest.clamp(SECOND, ASKED_MAX));
            Attempt::Again { error: why, after }
        }
        _ => Attempt::GivenUp { error: why },
    }
}

/// Whether another attempt could end otherwise. A receiver that says no is not asked again.
fn may_mend(why: Failure) -> bool {
    match why {
        Failure::Http(408 | 429) => true,
        Failure::Http(status) => !(300..500).contains(&status),
        Failure::Smtp(code) => code < 500,
        Failure::Timeout | Failure::Dns | Failure::Connect | Failure::Tls => true,
        Failure::Config | Failure::AddressNotAllowed | Failure::Removed | Failure::Disabled => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missed(why: Failure) -> Result<(), Missed> {
        Err(why.into())
    }

    #[test]
    fn it_is_tried_six_times_with_growing_rests() {
        let rests: Vec<i64> = (1..=5)
            .map(|attempt| match next(attempt, 0, missed(Failure::Http(500))) {
                Attempt::Again { error: Failure::Http(500), after } => after,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(rests, [10_000, 60_000, 300_000, 1_800_000, 7_200_000]);
        for late in [6, 7, u32::MAX] {
            let ended = next(late, 0, missed(Failure::Timeout));
            assert_eq!(ended, Attempt::GivenUp { error: Failure::Timeout });
        }
        assert_eq!(next(1, 0, Ok(())), Attempt::Sent);
    }

    #[test]
    fn what_cannot_mend_is_given_up_at_once() {
        for why in [
            Failure::Http(301),
            Failure::Http(400),
            Failure::Http(401),
            Failure::Http(404),
            Failure::Smtp(550),
            Failure::AddressNotAllowed,
        ] {
            assert_eq!(next(1, 0, missed(why)), Attempt::GivenUp { error: why });
        }
        for why in [
            Failure::Http(408),
            Failure::Http(429),
            Failure::Http(503),
            Failure::Smtp(451),
            Failure::Timeout,
            Failure::Dns,
            Failure::Connect,
            Failure::Tls,
        ] {
            assert_eq!(next(1, 0, missed(why)), Attempt::Again { error: why, after: 10_000 });
        }
    }

    #[test]
    fn what_the_configuration_does_not_say_is_waited_for_a_day() {
        let error = Failure::Config;
        let at = |attempt, age| next(attempt, age, missed(error));
        for attempt in 1..ATTEMPTS {
            assert_eq!(at(attempt, DAY - 1), Attempt::Again { error, after: 60_000 });
        }
        assert_eq!(at(1, DAY), Attempt::GivenUp { error });
        assert_eq!(at(ATTEMPTS, 0), Attempt::GivenUp { error }, "somebody waits for a test");
    }

    #[test]
    fn a_receiver_may_ask_for_an_hour_and_no_more() {
        for (asked, after) in [(0, 1_000), (90_000, 90_000), (i64::MAX, 3_600_000)] {
            let why = Failure::Http(429);
            let ended = next(1, 0, Err(Missed { why, rest: Some(asked) }));
            assert_eq!(ended, Attempt::Again { error: why, after });
        }
    }
}
