//! What every page has: its frame, and how a template becomes an answer.

use crate::card::keys;
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::response::{Html, IntoResponse, Response};

/// The tabs, in order; `path` is where each stands.
pub(in crate::http::console) const TABS: &[(&str, &str)] = &[
    ("Queue", "/"),
    ("History", "/history"),
    ("Policy", "/policy"),
    ("Journal", "/journal"),
    ("Runs", "/runs"),
    ("Agents", "/agents"),
    ("Kept answers", "/remembered"),
    ("Network", "/network"),
    ("Notifications", "/notifications"),
    ("Insight", "/insight"),
];

/// What stands around a page. Templates extend `frame.html` and have one as `frame`.
#[derive(Debug, Clone)]
pub(in crate::http::console) struct Frame {
    /// The title of the window.
    pub(in crate::http::console) title: String,
    /// The path of the tab that it belongs to.
    pub(in crate::http::console) tab: &'static str,
    /// Who is logged in.
    pub(in crate::http::console) name: String,
    /// His role.
    pub(in crate::http::console) role: &'static str,
    /// The world, where it is not the default one.
    pub(in crate::http::console) tenant: Option<String>,
    /// Questions that wait.
    pub(in crate::http::console) waiting: u64,
}

impl Frame {
    /// The frame of a page for somebody.
    ///
    /// # Errors
    /// Those of the store.
    pub(in crate::http::console) async fn of(
        house: &House,
        who: &Who,
        tab: &'static str,
        title: impl Into<String>,
    ) -> Result<Self, Refused> {
        let waiting = house.store.waiting(&house.tenant).await?;
        let tenant = house.tenant.as_str();
        Ok(Self {
            title: title.into(),
            tab,
            name: who.principal().name.clone(),
            role: who.principal().role.as_str(),
            tenant: (tenant != "default").then(|| tenant.to_owned()),
            waiting: waiting.by_tier.iter().sum(),
        })
    }

    /// Milliseconds in which what appears cannot be pressed.
    pub(in crate::http::console) fn guard(&self) -> u128 {
        keys::DEAD.as_millis()
    }

    /// The words of the keys, as a JSON object.
    pub(in crate::http::console) fn keys(&self) -> String {
        let words: serde_json::Map<_, _> =
            keys::words().map(|(key, word)| (key.to_owned(), word.into())).collect();
        serde_json::Value::Object(words).to_string()
    }

    /// The tabs of the navigation.
    pub(in crate::http::console) fn tabs(&self) -> &'static [(&'static str, &'static str)] {
        TABS
    }
}

/// A template as an answer.
pub(in crate::http::console) fn show(template: &impl askama::Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!("a page could not be made: {error}");
            let what = "the page could not be made";
            Refused::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "internal_error", what)
                .into_response()
        }
    }
}
