//! What a query or a form says: the one reader of both, for the API and for pages.
//!
//! Read strictly, or not at all: a name that nobody knows, a name that stands twice and a text that no two readers must read
//! alike are refused by name, never guessed at.

use crate::domain::visible;
use crate::http::refused::Refused;
use crate::http::server::BODY_MAX;
use axum::Form;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::fmt::Write as _;

/// Characters of a name that a refusal repeats.
const SHOWN: usize = 60;
/// Characters of a reader's fault that a refusal repeats.
const WHY: usize = 200;

/// Names with their values, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `a=b&c=d`.
    ///
    /// # Errors
    /// When a percent sign is followed by no two digits, or something is no text.
    pub(in crate::http) fn read(text: &str) -> Result<Self, Refused> {
        let mut fields = Vec::new();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let Some(name) = decoded(name) else {
                return Err(Refused::wrong("the name of a field cannot be read"));
            };
            let Some(value) = decoded(value) else {
                return Err(Refused::wrong(format!(
                    "the value of `{}` cannot be read",
                    shown(&name)
                )));
            };
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// Takes them where only these may stand, each once.
    ///
    /// # Errors
    /// When there is another, or one twice.
    pub(in crate::http) fn only(self, known: &[&str]) -> Result<Self, Refused> {
        for (at, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let what = format!("there is no field `{}` here", shown(name));
                let help = match known {
                    [] => "leave it out: there is none".to_owned(),
                    known => format!("there are `{}`", known.join("`, `")),
                };
                return Err(Refused::wrong(what).help(help));
            }
            if self.0.iter().take(at).any(|(other, _)| other == name) {
                return Err(Refused::wrong(format!("`{}` is given twice", shown(name))));
            }
        }
        Ok(self)
    }

    /// A value as it was written.
    pub(in crate::http) fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All of them.
    pub(in crate::http) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A query of this shape, which should deny unknown fields.
#[derive(Debug)]
pub(in crate::http) struct Asked<T>(pub(in crate::http) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        Fields::read(parts.uri.query().unwrap_or_default())?;
        let read = Query::<T>::try_from_uri(&parts.uri);
        read.map(|Query(shape)| Self(shape)).map_err(|why| unfit("query", &why.body_text()))
    }
}

/// A form of this shape, which should deny unknown fields.
#[derive(Debug)]
pub(in crate::http) struct Posted<T>(pub(in crate::http) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Posted<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let what = "the form is larger than 1 MiB, or it broke off";
        let large = |_| Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", what);
        let bytes = to_bytes(body, BODY_MAX).await.map_err(large)?;
        Fields::read(std::str::from_utf8(&bytes).map_err(|_| unfit("form", "it is no text"))?)?;
        let request = Request::from_parts(parts, Body::from(bytes));
        let read = Form::<T>::from_request(request, &()).await;
        read.map(|Form(shape)| Self(shape)).map_err(|why| unfit("form", &why.body_text()))
    }
}

fn unfit(what: &str, why: &str) -> Refused {
    let why = visible::shorten(&visible::inline(why), WHY);
    Refused::wrong(format!("the {what} cannot be read: {why}"))
}

/// A name from outside, as a refusal may repeat it.
pub(in crate::http) fn shown(text: &str) -> String {
    visible::shorten(&visible::inline(text), SHOWN)
}

/// A text as it may stand in a query; `plain` are bytes that need no percent sign beside those that never do.
pub(in crate::http) fn encoded(text: &str, plain: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent signs and pluses decoded; `None` for what is no text then.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    let digit =
        |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|d| u8::try_from(d).ok());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next())? << 4 | digit(bytes.next())?,
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why<T>(read: Result<T, Refused>) -> String {
        let refused = read.err().expect("a refusal");
        assert_eq!(refused.code, "invalid_parameter");
        refused.message
    }

    #[test]
    fn fields_are_decoded_once_and_written_back() {
        assert_eq!(decoded("a%20b+c%C3%A4").as_deref(), Some("a b cä"));
        for bad in ["%", "%2", "%zz", "%+1", "%ff"] {
            assert_eq!(decoded(bad), None, "{bad}");
            assert!(why(Fields::read(&format!("a={bad}"))).contains("`a`"), "{bad}");
        }
        assert_eq!(encoded("é /&~", b""), "%C3%A9%20%2F%26~");
        assert_eq!(encoded("/a?b", b"/"), "/a%3Fb");
    }

    #[test]
    fn a_name_that_is_unknown_or_stands_twice_is_refused_by_name() {
        let only = |text: &str| Fields::read(text)?.only(&["a", "b"]);
        assert_eq!(only("a=1&b=&").unwrap().get("b"), Some(""));
        assert!(why(only("a=1&c=2")).contains("`c`"));
        assert!(why(only("a=1&b=2&a=1")).contains("`a` is given twice"));
    }

    #[tokio::test]
    async fn shapes_are_read_as_strictly() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Shape {
            n: Option<u8>,
        }
        let asked = async |query: &str| {
            let request = Request::builder().uri(format!("/x?{query}")).body(()).unwrap();
            let (mut parts, ()) = request.into_parts();
            Asked::<Shape>::from_request_parts(&mut parts, &()).await.map(|Asked(shape)| shape.n)
        };
        let posted = async |kind: &str, form: &str| {
            let request = Request::builder().method("POST").header("content-type", kind);
            let request = request.body(Body::from(form.to_owned())).unwrap();
            Posted::<Shape>::from_request(request, &()).await.map(|Posted(shape)| shape.n)
        };
        let form = "application/x-www-form-urlencoded";
        assert_eq!(asked("n=7").await.unwrap(), Some(7));
        assert_eq!(posted(form, "n=7").await.unwrap(), Some(7));
        for (bad, named) in [("n=x", "n"), ("m=1", "`m`"), ("n=1&n=1", "`n`"), ("n=%zz", "`n`")] {
            assert!(why(asked(bad).await).contains(named), "{bad}");
            assert!(why(posted(form, bad).await).contains(named), "{bad}");
        }
        why(posted("application/json", "{}").await);
    }
}
