//! What stands in the query of a request: known names, each once, percent escapes decoded.

use crate::http::api::route::Param;
use crate::http::refused::Refused;
use axum::http::Uri;

/// The query of one request.
#[derive(Debug)]
pub(in crate::http::api) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads it; only these names may stand there.
    ///
    /// # Errors
    /// When one is unknown, there twice, or no text.
    pub(in crate::http::api) fn of(uri: &Uri, known: &[Param]) -> Result<Self, Refused> {
        let mut found: Vec<(String, String)> = Vec::new();
        for part in uri.query().unwrap_or_default().split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let text = |part: &str| {
                decoded(part).ok_or_else(|| Refused::wrong("the query is no text in UTF-8"))
            };
            let (name, value) = (text(name)?, text(value)?);
            if !known.iter().any(|param| param.name == name) {
                let name: String = name.chars().filter(|c| c.is_alphanumeric()).take(40).collect();
                return Err(Refused::wrong(format!("there is no parameter `{name}` here")));
            }
            if found.iter().any(|(before, _)| *before == name) {
                return Err(Refused::wrong(format!("`{name}` stands there twice")));
            }
            found.push((name, value));
        }
        Ok(Self(found))
    }

    /// A value, where there is one.
    pub(in crate::http::api) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(found.1.as_str())
    }

    /// A number within bounds; `default` where there is none.
    ///
    /// # Errors
    /// When it is no such number.
    pub(in crate::http::api) fn number(
        &self,
        name: &str,
        default: usize,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Result<usize, Refused> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| digits && bounds.contains(number)).ok_or_else(|| {
            let (least, most) = (bounds.start(), bounds.end());
            Refused::wrong(format!("`{name}` must be {least} to {most}"))
        })
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (char::from(rest.next()?), char::from(rest.next()?));
                u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Param] = &[
        Param { name: "after", kind: "string", means: "" },
        Param { name: "limit", kind: "integer", means: "" },
    ];

    #[test]
    fn known_names_once_and_nothing_else() {
        let of = |query: &str| Query::of(&format!("/x{query}").parse().unwrap(), KNOWN);
        let query = of("?after=e1%2D2+a&limit=7&").unwrap();
        assert_eq!((query.get("after"), query.number("limit", 1, 1..=9)), (Some("e1-2 a"), Ok(7)));
        assert_eq!(of("").unwrap().number("limit", 3, 1..=9), Ok(3));
        for wrong in
            ["?other=1", "?limit=1&limit=2", "?after=%", "?after=%f", "?after=%ff", "?Limit=1"]
        {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        for wrong in ["0", "10", "", "+1", "1e1", "-1", "99999999999999999999"] {
            let query = of(&format!("?limit={}", wrong.replace('+', "%2B"))).unwrap();
            assert!(query.number("limit", 3, 1..=9).is_err(), "{wrong}");
        }
    }
}
