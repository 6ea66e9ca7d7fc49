//! What a filter of a page says, whose empty fields do not limit, and links that say it again.

use crate::http::fields::{Fields, encoded};
use crate::http::refused::Refused;

/// The fields of a query or a form; empty ones are left out, as forms send all they have.
#[derive(Debug, Clone, Default)]
pub(in crate::http::console) struct Said(Vec<(String, String)>);

impl Said {
    /// Reads `a=b&c=d`; only these names may stand there.
    ///
    /// # Errors
    /// When something else does, a name stands twice, or it is no such text.
    pub(in crate::http::console) fn read(text: &str, known: &[&str]) -> Result<Self, Refused> {
        let fields = Fields::read(text)?.only(known)?;
        let given = fields.pairs().map(|(name, value)| (name, value.trim()));
        let fields = given.filter(|(_, value)| !value.is_empty());
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
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
        let sign = if at == 0 { '?' } else { '&' };
        out.push_str(&format!("{sign}{name}={}", encoded(&value, b"")));
    }
    out
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
