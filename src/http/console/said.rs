//! What a query or a form says. Read strictly: a name that is unknown or stands twice is refused, not guessed at.

use crate::http::refused::Refused;
use std::fmt::Write as _;

/// The fields of a query or a form; empty ones are left out, as forms send all they have.
#[derive(Debug, Clone, Default)]
pub(in crate::http::console) struct Said(Vec<(String, String)>);

impl Said {
    /// Reads `a=b&c=d`; only these names may stand there.
    ///
    /// # Errors
    /// When something else does, a name stands twice, or it is no such text.
    pub(in crate::http::console) fn read(text: &str, known: &[&str]) -> Result<Self, Refused> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
                return Err(Refused::wrong("what was asked is not readable"));
            };
            if !known.contains(&name.as_str()) || fields.iter().any(|(other, _)| *other == name) {
                let known = known.join("`, `");
                return Err(Refused::wrong(format!(
                    "each of `{known}` may stand once, and nothing else"
                )));
            }
            if !value.trim().is_empty() {
                fields.push((name, value.trim().to_owned()));
            }
        }
        Ok(Self(fields))
    }

    /// The value of a field.
    pub(in crate::http::console) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that is a whole number.
    ///
    /// # Errors
    /// When it is none.
    pub(in crate::http::console) fn number(&self, name: &str) -> Result<Option<u64>, Refused> {
        let read = |text: &str| {
            text.parse().map_err(|_| Refused::wrong(format!("`{name}` must be a whole number")))
        };
        self.get(name).map(read).transpose()
    }

    /// The same fields behind a path, without some and with one more.
    pub(in crate::http::console) fn link(
        &self,
        path: &str,
        without: &[&str],
        also: Option<(&str, String)>,
    ) -> String {
        let kept = self.0.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        let kept = kept.map(|(name, value)| (name.as_str(), value.clone()));
        link(path, kept.chain(also))
    }
}

/// A path with a query.
pub(in crate::http::console) fn link<'a>(
    path: &str,
    fields: impl IntoIterator<Item = (&'a str, String)>,
) -> String {
    let mut out = path.to_owned();
    for (at, (name, value)) in fields.into_iter().enumerate() {
        let _ = write!(out, "{}{name}=", if at == 0 { '?' } else { '&' });
        for byte in value.bytes() {
            match byte {
                b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => out.push(char::from(b)),
                b => {
                    let _ = write!(out, "%{b:02X}");
                }
            }
        }
    }
    out
}

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

    #[test]
    fn a_query_is_read_strictly_and_written_back() {
        let said = Said::read("a=x+y%2Fz&b=&c=7", &["a", "b", "c"]).unwrap();
        assert_eq!((said.get("a"), said.get("b")), (Some("x y/z"), None));
        assert_eq!(said.number("c").unwrap(), Some(7));
        assert!(said.number("a").is_err());
        assert_eq!(said.link("/p", &["c"], Some(("d", "é".to_owned()))), "/p?a=x%20y%2Fz&d=%C3%A9");
        for bad in ["x=1", "a=1&a=2", "a=%zz", "a=%f", "a=%ff"] {
            assert!(Said::read(bad, &["a"]).is_err(), "{bad}");
        }
    }
}
