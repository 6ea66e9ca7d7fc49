//! Why a request was not done: a status, a code that stays, a sentence, and what can be done about it.
//!
//! On the API it is `{"error": {"code", "message", "help"}}`; pages show the same sentence. What the store says is for the log.

use crate::store::{NotDecided, StoreError};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The status of HTTP.
    pub(crate) status: StatusCode,
    /// A word that programs can lean on.
    pub(crate) code: &'static str,
    /// What happened and why: lower case, without a full stop.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// There is no such thing, or it is not yours: one answer.
    pub(crate) fn not_there(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {what}"))
    }

    /// Something about the request is wrong.
    pub(crate) fn wrong(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_parameter", message)
    }

    /// His role does not do this; `what` says whose it is.
    pub(crate) fn role(what: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "role_not_allowed", what)
            .help("show the proof of somebody with that role")
    }

    /// No proof, or a wrong one: one answer, so that nobody learns which part was right.
    pub(crate) fn no_proof() -> Self {
        let message = "this needs proof of who you are, and what was shown is none";
        Self::new(StatusCode::UNAUTHORIZED, "no_proof", message)
            .help("log in to the console, show an API token, or sign the request")
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!("a request could not be answered: {error}");
        let message = "the store cannot be used";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
            .help("`countersign doctor` says more")
    }
}

impl From<NotDecided> for Refused {
    fn from(why: NotDecided) -> Self {
        let (status, code, message, help) = match why {
            NotDecided::NotThere => return Self::not_there("question"),
            NotDecided::Already(state) => {
                let text = format!("it is not pending any more but `{}`", state.as_str());
                return Self::new(StatusCode::CONFLICT, "already_decided", text)
                    .help("look at it again: it tells what became of it");
            }
            NotDecided::OwnQuestion => (
                StatusCode::FORBIDDEN,
                "own_question",
                "whoever asks does not answer",
                "another admin answers it",
            ),
            NotDecided::ShownDiffers => (
                StatusCode::CONFLICT,
                "shown_differs",
                "what you were shown is not what the question is now",
                "look at it again, and send `shown` of what you see then",
            ),
            NotDecided::TierTooHigh => (
                StatusCode::FORBIDDEN,
                "tier_too_high",
                "its tier is above what may be answered here",
                "an admin answers it at a terminal of this machine",
            ),
            NotDecided::NotNamed => (
                StatusCode::FORBIDDEN,
                "not_named",
                "others are named to answer this question",
                "the question tells who",
            ),
            NotDecided::ClientMayNot | NotDecided::StateUsed => (
                StatusCode::FORBIDDEN,
                "client_may_not",
                "a client's own user may not answer this",
                "an admin answers it",
            ),
            NotDecided::CannotKeep => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "remember_not_available",
                "the answer to such a question counts once and is never kept",
                "leave `remember` out, or send `once`",
            ),
            NotDecided::NoUser => (
                StatusCode::FORBIDDEN,
                "no_user",
                "several people answer this, and you are no admin among the users",
                "an admin adds you as a user",
            ),
            NotDecided::SessionOver => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "remember_not_available",
                "the session that asked has ended, so nothing can be kept for it",
                "send `forever`, or leave `remember` out",
            ),
            NotDecided::NoDecider => (
                StatusCode::UNAUTHORIZED,
                "no_proof",
                "your API token does not decide any more",
                "log in anew, or show the API token of an admin that counts",
            ),
        };
        Self::new(status, code, message).help(help)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(help) = &self.help {
            error["help"] = json!(help);
        }
        let mut response = (self.status, Json(json!({ "error": error }))).into_response();
        // Pages show the same sentence in their own way.
        response.extensions_mut().insert(self);
        response
    }
}
