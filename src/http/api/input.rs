//! What comes with a request, read strictly: a field nobody knows, the wrong kind of value or a key said twice is refused by
//! name. Two readers must not be able to disagree about what somebody decided.

use crate::domain::id::ApprovalId;
use crate::domain::json::{Limits, Node, parse_bytes};
use crate::domain::visible;
use crate::http::api::route::Param;
use crate::http::fields::{Fields, shown};
use crate::http::refused::Refused;
use crate::http::server::BODY_MAX;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;

/// The body of a request: bytes, bounded.
#[derive(Debug)]
pub(in crate::http::api) struct Body(Bytes);

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let what = "the body is larger than 1 MiB, or it broke off";
        let large = |_| Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", what);
        to_bytes(request.into_body(), BODY_MAX).await.map(Self).map_err(large)
    }
}

impl Body {
    /// Reads it as one object that has none but these fields.
    ///
    /// # Errors
    /// When it is none, or has another field.
    pub(in crate::http::api) fn object(&self, known: &[&str]) -> Result<Object<'_>, Refused> {
        let node = parse_bytes(&self.0, &Limits::LINE)
            .map_err(|why| Refused::wrong(format!("the body cannot be read: {why}")))?;
        let Node::Object(members) = node else {
            return Err(Refused::wrong("the body must be a JSON object"));
        };
        if let Some((other, _)) = members.iter().find(|(name, _)| !known.contains(&name.as_ref())) {
            let known = known.join("`, `");
            let what = format!("there is no field `{}`; there are `{known}`", shown(other));
            return Err(Refused::wrong(what));
        }
        Ok(Object(members))
    }

    /// Reads it as this shape, as strictly: no key twice at any depth, and no field that the shape does not know.
    ///
    /// # Errors
    /// When it does not fit.
    pub(in crate::http::api) fn shaped<T: serde::de::DeserializeOwned>(
        &self,
    ) -> Result<T, Refused> {
        let fault = |why: &dyn std::fmt::Display| {
            let why = visible::shorten(&visible::inline(&why.to_string()), 200);
            Refused::wrong(format!("the body cannot be read: {why}"))
        };
        parse_bytes(&self.0, &Limits::LINE).map_err(|why| fault(&why))?;
        serde_json::from_slice(&self.0).map_err(|why| fault(&why))
    }

    /// The same where the body may be left out.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub(in crate::http::api) fn object_or_none(
        &self,
        known: &[&str],
    ) -> Result<Object<'_>, Refused> {
        if self.0.is_empty() { Ok(Object(Vec::new())) } else { self.object(known) }
    }
}

/// The members of a body.
#[derive(Debug)]
pub(in crate::http::api) struct Object<'b>(Vec<(std::borrow::Cow<'b, str>, Node<'b>)>);

impl<'b> Object<'b> {
    /// The field as it was written; `null` is as if it were not there.
    pub(in crate::http::api) fn get(&self, name: &str) -> Option<&Node<'b>> {
        let found = self.0.iter().find(|(key, _)| key == name).map(|(_, node)| node);
        found.filter(|node| **node != Node::Null)
    }

    /// A text.
    ///
    /// # Errors
    /// When it is something else.
    pub(in crate::http::api) fn text(&self, name: &str) -> Result<Option<&str>, Refused> {
        match self.get(name) {
            None => Ok(None),
            Some(Node::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refused::wrong(format!("`{name}` must be a string"))),
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// When it is not, or is something else.
    pub(in crate::http::api) fn needed(&self, name: &str) -> Result<&str, Refused> {
        self.text(name)?.ok_or_else(|| Refused::wrong(format!("`{name}` is missing")))
    }
}

/// What stands in the query.
#[derive(Debug)]
pub(in crate::http::api) struct Query(Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        Fields::read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

impl Query {
    /// Takes it as the query of a route that knows these.
    ///
    /// # Errors
    /// When it has another, or one twice.
    pub(in crate::http::api) fn of(self, known: &'static [Param]) -> Result<Self, Refused> {
        let names: Vec<&str> = known.iter().map(|param| param.name).collect();
        self.0.only(&names).map(Self)
    }

    /// A parameter as it was written.
    pub(in crate::http::api) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// How many, from 1 on.
    ///
    /// # Errors
    /// When it is no whole number from 1 to `most`.
    pub(in crate::http::api) fn limit(
        &self,
        default: usize,
        most: usize,
    ) -> Result<usize, Refused> {
        let Some(text) = self.text("limit") else { return Ok(default) };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        let what = || Refused::wrong(format!("`limit` must be a whole number from 1 to {most}"));
        number.ok_or_else(what)
    }

    /// What a parser makes of a parameter.
    ///
    /// # Errors
    /// When it makes nothing of it; `wants` says what it takes.
    pub(in crate::http::api) fn read<T>(
        &self,
        name: &str,
        wants: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refused> {
        let wrong = || Refused::wrong(format!("`{name}` must be {wants}"));
        self.text(name).map(|text| parse(text).ok_or_else(wrong)).transpose()
    }
}

/// The id in the path, whole. What is no id names nothing, so the answer is the one for ids of nothing.
#[derive(Debug, Clone, Copy)]
pub(in crate::http::api) struct Named<I>(pub(in crate::http::api) I);

/// What a path may name.
pub(in crate::http::api) trait Nameable: Sized {
    /// Its word in a refusal.
    const WHAT: &'static str;
    /// Reads a whole id.
    fn named(text: &str) -> Option<Self>;
}

impl Nameable for ApprovalId {
    const WHAT: &'static str = "question";
    fn named(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Nameable for crate::domain::id::RunId {
    const WHAT: &'static str = "run";
    fn named(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl<I: Nameable, S: Sync + Send> FromRequestParts<S> for Named<I> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let nothing = || Refused::not_there(I::WHAT);
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_| nothing())?;
        I::named(&text).map(Self).ok_or_else(nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> String {
        let body = Body(Bytes::copy_from_slice(body.as_bytes()));
        let read = body.object(&["decision", "reason"]);
        read.and_then(|object| object.needed("decision").map(str::to_owned)).unwrap_err().message
    }

    #[test]
    fn a_body_is_read_in_one_way_or_not_at_all() {
        let body = Body(Bytes::from_static(br#"{"decision":"deny","reason":null}"#));
        let object = body.object(&["decision", "reason"]).unwrap();
        assert_eq!(object.needed("decision").unwrap(), "deny");
        assert_eq!(object.text("reason").unwrap(), None);
        for (body, why) in [
            ("", "cannot be read"),
            ("[]", "must be a JSON object"),
            (r#"{"decision":"deny","decision":"approve"}"#, "`decision` twice"),
            (r#"{"decision":"deny","decisions":1}"#, "no field `decisions`"),
            (r#"{"decision":1}"#, "`decision` must be a string"),
            (r#"{"decision":null}"#, "`decision` is missing"),
            (r#"{"decision":"deny"} {}"#, "cannot be read"),
        ] {
            assert!(refused(body).contains(why), "{body}: {}", refused(body));
        }
    }

    #[test]
    fn a_query_is_bounded() {
        const KNOWN: &[Param] = &[Param { name: "limit", kind: "integer", means: "How many." }];
        let query = |text: &str| Query(Fields::read(text).unwrap()).of(KNOWN);
        assert_eq!(query("limit=5").unwrap().limit(1, 10).unwrap(), 5);
        for bad in ["0", "11", "-1", "", "1e1"] {
            assert!(query(&format!("limit={bad}")).unwrap().limit(1, 10).is_err(), "{bad}");
        }
        assert!(query("limit=5&limit=6").is_err());
        assert!(query("limits=5").is_err());
    }
}
