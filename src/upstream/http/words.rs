//! What went wrong on the way to a server, in words that hold no secret: no token, no part of the address behind `?`.

use crate::domain::visible::{inline, shorten};
use crate::upstream::http::Http;
use reqwest::StatusCode;
use std::error::Error as _;

/// Why a request failed. The library's own words name the address; its causes do not.
pub(crate) fn failure(error: &reqwest::Error) -> String {
    if error.is_connect() && error.is_timeout() {
        return "it cannot be reached: no connection in time".to_owned();
    }
    let mut cause = error.source();
    let mut last = None;
    while let Some(error) = cause {
        last = Some(error.to_string());
        cause = error.source();
    }
    let what = if error.is_connect() { "it cannot be reached" } else { "its connection failed" };
    match last {
        Some(why) => format!("{what}: {}", shorten(&inline(&why), 200)),
        None => what.to_owned(),
    }
}

impl Http {
    /// What a status means that is no answer.
    pub(crate) fn status(&self, status: StatusCode) -> String {
        let (code, name) = (status.as_u16(), &self.server);
        let key = format!("`upstream.{name}.token_file`");
        match code {
            300..=399 => format!("it points elsewhere (HTTP {code}), which is not followed"),
            401 | 403 if self.has_token => {
                format!("it does not accept us (HTTP {code}): look at the token in {key}")
            }
            401 | 403 => format!("it does not accept us (HTTP {code}): it may want a token, {key}"),
            404 => "there is nothing at its address (HTTP 404)".to_owned(),
            _ => format!("it answered with HTTP {code}"),
        }
    }
}
