//! Changes of policy over HTTP: what stands is looked at, a change is suggested, and an admin applies or rejects it.
//!
//! Every change is a suggestion, whoever makes it: there is no other way to touch what stands. The order is `gate::changes`'s;
//! here it is only asked for by whoever proved that he may.

mod apply;
mod look;
mod suggest;

pub(in crate::http) use apply::{Came, Confirm, apply, reject};
pub(in crate::http) use look::{Stands, module, stands, suggestion, suggestions, versions};
pub(in crate::http) use suggest::{Switched, check, open, roll_back, suggest, switch, test};

use crate::gate::changes::{NotTaken, not_applied};
use crate::gate::tested::NotTested;
use crate::http::refused::Refused;
use crate::store::policies::{NotApplied, NotProposed};
use axum::http::StatusCode;

/// Faults that one refusal tells.
const FAULTS_TOLD: usize = 10;

impl From<NotTaken> for Refused {
    fn from(why: NotTaken) -> Self {
        let status = match &why {
            NotTaken::Faults(_) => StatusCode::BAD_REQUEST,
            NotTaken::NotAdmitted(_) => StatusCode::UNPROCESSABLE_ENTITY,
            NotTaken::NoVersion(_) => return Self::not_there("version of the policy"),
            NotTaken::TooGrave | NotTaken::Refused(NotProposed::Paused) => StatusCode::FORBIDDEN,
            NotTaken::Refused(NotProposed::TooMany | NotProposed::TooOften) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            NotTaken::Refused(
                NotProposed::StaleBase(_) | NotProposed::NoSuch(_) | NotProposed::NotReversible(_),
            ) => StatusCode::CONFLICT,
            NotTaken::Store(_) => {
                let NotTaken::Store(error) = why else {
                    return Self::new(StatusCode::INTERNAL_SERVER_ERROR, why.code(), why.text());
                };
                return error.into();
            }
        };
        let mut faults = why.faults();
        let more = faults.len().saturating_sub(FAULTS_TOLD);
        faults.truncate(FAULTS_TOLD);
        if more > 0 {
            faults.push(format!("and {more} more"));
        }
        let colon = if faults.is_empty() { "" } else { ": " };
        Self::new(status, why.code(), format!("{}{colon}{}", why.text(), faults.join("; ")))
    }
}

impl From<NotTested> for Refused {
    fn from(why: NotTested) -> Self {
        match why {
            NotTested::Inputs => Self::wrong(why.text()),
            NotTested::Text => too_long(),
            NotTested::Busy => Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", why.text()),
        }
    }
}

/// A text that is no module, whatever it says.
fn too_long() -> Refused {
    let what = "the text is longer than 256 KiB, and no module is";
    Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", what)
}

/// Why a change was not applied.
fn not_done(why: &NotApplied) -> Refused {
    let status = match why {
        NotApplied::NotThere => return Refused::not_there("suggestion"),
        NotApplied::State(_)
        | NotApplied::HashDiffers
        | NotApplied::StaleBase(_)
        | NotApplied::Token
        | NotApplied::Graver => StatusCode::CONFLICT,
        NotApplied::OwnSuggestion | NotApplied::NoDecider | NotApplied::Paused => {
            StatusCode::FORBIDDEN
        }
        NotApplied::NotAdmitted(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (code, text) = not_applied(why);
    let refused = Refused::new(status, code, text);
    match why {
        NotApplied::Token => refused.help("its yes was given as a token, whose holder applies it"),
        NotApplied::OwnSuggestion => refused.help("another admin applies it"),
        NotApplied::StaleBase(_) | NotApplied::Graver => refused.help("reject this one"),
        _ => refused,
    }
}
