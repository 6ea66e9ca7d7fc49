//! The pages of a listing: each item kept as the text it came in.
//!
//! Listings are written by servers and read by models, so they are bounded in every direction, and an item
//! about which two readers could disagree is left out rather than shown.

use crate::domain::json::{Limits, Node, parse};
use crate::upstream::names;
use crate::upstream::raw::{Found, elements, find, member};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// At most this many pages of one listing.
pub const MAX_PAGES: usize = 100;
/// At most this many items of one listing.
pub const MAX_ITEMS: usize = 10_000;
/// At most this many bytes of definitions.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its items, byte for byte.
    pub items: Vec<String>,
    /// What to ask the next page with; `None` after the last.
    pub next: Option<String>,
}

/// Why a page cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPage {
    /// The result holds no such list.
    #[error("the result holds no clear list `{0}`")]
    NoList(&'static str),
    /// `nextCursor` is no string, or is there twice.
    #[error("`nextCursor` is not a string")]
    Cursor,
    /// A cursor came back a second time: the listing would never end.
    #[error("`nextCursor` repeats itself")]
    Loop,
    /// Over [`MAX_PAGES`], [`MAX_ITEMS`] or [`MAX_BYTES`].
    #[error("more than {MAX_PAGES} pages, {MAX_ITEMS} items or {MAX_BYTES} bytes")]
    TooMany,
}

/// The items of one page of `tools/list`, `prompts/list`, `resources/list` or `resources/templates/list`;
/// `list` is `tools`, `prompts`, `resources` or `resourceTemplates`.
///
/// # Errors
/// [`BadPage`]: the listing ends here.
pub fn items(result: &RawValue, list: &'static str) -> Result<Page, BadPage> {
    let found = member(result.get(), list).ok_or(BadPage::NoList(list))?;
    if !found.get().starts_with('[') {
        return Err(BadPage::NoList(list));
    }
    let items = elements(found.get(), MAX_ITEMS).ok_or(BadPage::TooMany)?;
    let next = match find(result.get(), "nextCursor") {
        Found::Nowhere => None,
        Found::Once(value) if value.get() == "null" => None,
        Found::Once(value) => Some(serde_json::from_str(value.get()).map_err(|_| BadPage::Cursor)?),
        Found::Twice | Found::NoObject => return Err(BadPage::Cursor),
    };
    Ok(Page { items: items.into_iter().map(|item| item.get().to_owned()).collect(), next })
}

/// Something that was listed and is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name, escaped, if it has one.
    pub name: String,
    /// Why.
    pub why: String,
}

/// Tools gathered page by page.
#[derive(Debug, Default)]
pub struct Tools {
    /// Own name to text; `None` where two definitions claim the name.
    found: BTreeMap<String, Option<String>>,
    order: Vec<String>,
    left_out: Vec<LeftOut>,
    cursors: Vec<String>,
    items: usize,
    bytes: usize,
}

impl Tools {
    /// Takes a page; answers with the cursor of the next one.
    ///
    /// # Errors
    /// [`BadPage`]: what was taken so far stays.
    pub fn add(&mut self, result: &RawValue) -> Result<Option<String>, BadPage> {
        let page = items(result, "tools")?;
        self.items = self.items.saturating_add(page.items.len());
        let bytes: usize = page.items.iter().map(String::len).sum();
        self.bytes = self.bytes.saturating_add(bytes);
        let over = self.items > MAX_ITEMS || self.bytes > MAX_BYTES;
        if over || self.cursors.len() >= MAX_PAGES {
            return Err(BadPage::TooMany);
        }
        for text in page.items {
            self.take(text);
        }
        if let Some(next) = &page.next {
            if self.cursors.contains(next) {
                return Err(BadPage::Loop);
            }
            self.cursors.push(next.clone());
        }
        Ok(page.next)
    }

    fn take(&mut self, text: String) {
        let name = match own_name(&text) {
            Ok(name) => name,
            Err(left_out) => return self.left_out.push(left_out),
        };
        match self.found.get_mut(&name) {
            None => {
                self.order.push(name.clone());
                self.found.insert(name, Some(text));
            }
            Some(Some(first)) if *first == text => {}
            Some(definition) => *definition = None,
        }
    }

    /// Own name and text of each tool in the order listed, and what was left out.
    #[must_use]
    pub fn finish(mut self) -> (Vec<(String, String)>, Vec<LeftOut>) {
        let mut tools = Vec::with_capacity(self.order.len());
        for name in self.order {
            match self.found.remove(&name).flatten() {
                Some(text) => tools.push((name, text)),
                None => self
                    .left_out
                    .push(LeftOut { name, why: "two definitions have this name".into() }),
            }
        }
        (tools, self.left_out)
    }
}

/// The name by the strict reader, which refuses what two readers could read differently.
fn own_name(text: &str) -> Result<String, LeftOut> {
    let nameless = |why: String| LeftOut { name: String::new(), why };
    let tool = parse(text, &Limits::ARGUMENTS).map_err(|e| nameless(e.to_string()))?;
    let name =
        tool.get("name").and_then(Node::as_str).ok_or_else(|| nameless("it has no name".into()))?;
    names::acceptable(name).map_err(|why| LeftOut {
        name: crate::domain::visible::shorten(&crate::domain::visible::inline(name), 80),
        why: why.to_string(),
    })?;
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::upstream::pages::{BadPage, MAX_ITEMS, Page, Tools, items};
    use serde_json::value::RawValue;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("JSON")
    }

    #[test]
    fn items_keep_their_bytes() {
        let page = items(&raw(r#"{"prompts":[ {"a" : 1.0} ,{}],"nextCursor":"c\n"}"#), "prompts");
        let want =
            Page { items: vec![r#"{"a" : 1.0}"#.into(), "{}".into()], next: Some("c\n".into()) };
        assert_eq!(page, Ok(want));
    }

    #[test]
    fn pages_that_are_not_clear_are_refused() {
        for (text, why) in [
            (r#"{"x":[]}"#, BadPage::NoList("tools")),
            (r#"{"tools":{}}"#, BadPage::NoList("tools")),
            (r#"{"tools":[],"tools":[]}"#, BadPage::NoList("tools")),
            (r#"{"tools":[],"nextCursor":1}"#, BadPage::Cursor),
            (r#"{"tools":[],"nextCursor":"a","nextCursor":"b"}"#, BadPage::Cursor),
        ] {
            assert_eq!(items(&raw(text), "tools"), Err(why), "{text}");
        }
        assert_eq!(
            items(&raw(r#"{"tools":[],"nextCursor":null}"#), "tools").map(|p| p.next),
            Ok(None)
        );
    }

    #[test]
    fn tools_come_from_all_pages_and_doubtful_ones_are_left_out() {
        let mut tools = Tools::default();
        let first = r#"{"tools":[{"name":"a","v":[1]},{"name":"b","name":"c"},{"name":"sp ace"},{},{"name":"d"}],"nextCursor":"2"}"#;
        assert_eq!(tools.add(&raw(first)), Ok(Some("2".into())));
        let second =
            r#"{"tools":[{"name":"a","v":[1]},{"name":"d","x":1},{"name":"e","k":{"x":1,"x":2}}]}"#;
        assert_eq!(tools.add(&raw(second)), Ok(None));
        let (found, left_out) = tools.finish();
        assert_eq!(found, [("a".to_owned(), r#"{"name":"a","v":[1]}"#.to_owned())]);
        let names: Vec<_> = left_out.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["", "sp ace", "", "", "d"]);
    }

    #[test]
    fn a_listing_that_would_not_end_ends() {
        let mut tools = Tools::default();
        let page = raw(r#"{"tools":[],"nextCursor":"same"}"#);
        assert!(tools.add(&page).is_ok());
        assert_eq!(tools.add(&page), Err(BadPage::Loop));
        let many = format!(r#"{{"tools":[{}0]}}"#, "0,".repeat(MAX_ITEMS));
        assert_eq!(Tools::default().add(&raw(&many)), Err(BadPage::TooMany));
    }
}
