//! What the arguments of a call say of what it is about: where the configuration points, else under the usual names.
//!
//! Whoever makes a call chooses which names stand in it. So a place that the configuration points to is the only one that
//! counts, and what cannot be read there is told, never passed over; and where names are only usual, each that is there
//! counts, since nobody here knows which of them the server takes.

use crate::config::{ActionMap, lexical};
use crate::domain::json::Node;
use std::collections::BTreeSet;

/// Arguments that name files, where the configuration does not say which does.
pub(crate) const PATHS: &[&str] = &[
    "path",
    "file_path",
    "filepath",
    "filename",
    "file_name",
    "file",
    "paths",
    "files",
    "source",
    "destination",
];
/// Arguments that name addresses.
pub(crate) const URLS: &[&str] = &["url", "uri"];
/// Arguments that say how much a task matters.
pub(crate) const PRIORITIES: &[&str] = &["task_priority", "priority"];

/// Where the configuration says that something stands.
type Pointer = fn(&ActionMap) -> &Option<String>;

/// What the arguments say.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    arguments: Option<&'a Node<'a>>,
    mapped: Option<&'a ActionMap>,
    /// What the configuration points to and is there, but is no text.
    pub unreadable: Vec<&'static str>,
}

impl<'a> Told<'a> {
    pub(crate) fn new(arguments: Option<&'a Node<'a>>, mapped: Option<&'a ActionMap>) -> Self {
        Self { arguments, mapped, unreadable: Vec::new() }
    }

    /// What stands where the configuration points; `None` where it does not point.
    fn pointed(&self, pointer: Pointer) -> Option<Option<&'a Node<'a>>> {
        let pointer = pointer(self.mapped?).as_deref()?;
        Some(self.arguments.and_then(|a| a.pointer(pointer)).filter(|node| !node.is_null()))
    }

    /// Every text that may be meant, each once.
    pub(crate) fn each(
        &mut self,
        field: &'static str,
        pointer: Pointer,
        usual: &[&str],
    ) -> Vec<&'a str> {
        let mut found = Vec::new();
        match self.pointed(pointer) {
            Some(None) => {}
            Some(Some(node)) => match node.as_str() {
                Some(text) => found.push(text),
                None => self.unreadable.push(field),
            },
            None => {
                for node in usual.iter().filter_map(|name| self.arguments?.get(name)) {
                    found.extend(node.as_str());
                    found.extend(node.array().unwrap_or_default().iter().filter_map(Node::as_str));
                }
            }
        }
        once(found)
    }

    /// Every file that the call names, each once.
    pub(crate) fn paths(&mut self) -> Vec<&'a str> {
        let mut found = Vec::new();
        match self.pointed(|map| &map.path) {
            Some(None) => {}
            Some(Some(node)) => {
                if !texts(node, &mut found) {
                    self.unreadable.push("path");
                }
            }
            None => {
                for node in PATHS.iter().filter_map(|name| self.arguments?.get(name)) {
                    texts(node, &mut found);
                }
            }
        }
        once(found)
    }

    /// Every class that the data may be of: the word of the server, else none, and beside it what the call says. A call's
    /// word stands alone only where the configuration points to it and the server has none.
    pub(crate) fn classes(&mut self, server: Option<&'a str>) -> Vec<Option<&'a str>> {
        let node = self.pointed(|map| &map.classification).flatten();
        let pointed = node.and_then(Node::as_str);
        if node.is_some() && pointed.is_none() {
            self.unreadable.push("data_classification");
        }
        let claimed =
            pointed.or_else(|| self.arguments.and_then(|a| a.get("data_classification")?.as_str()));
        let trusted = server.or(pointed);
        let mut classes = vec![trusted];
        if claimed.is_some() && claimed != trusted {
            classes.push(claimed);
        }
        classes
    }
}

/// Every way in which a server may open what a call names so: as written, and resolved.
pub(crate) fn readings_of_path(path: &str) -> Vec<String> {
    let mut found = vec![path.to_owned(), lexical::opened(path)];
    found.extend(readings_of_url(path));
    some_once(found)
}

/// The same of an address; none unless it names a file of this machine.
pub(crate) fn readings_of_url(url: &str) -> Vec<String> {
    let Some((written, decoded)) = lexical::in_file_url(url) else { return Vec::new() };
    let resolved = [lexical::opened(&written), lexical::opened(&decoded)];
    some_once([written, decoded].into_iter().chain(resolved).collect())
}

fn some_once(mut found: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    found.retain(|text| !text.is_empty() && seen.insert(text.clone()));
    found
}

fn once(mut found: Vec<&str>) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    found.retain(|text| seen.insert(*text));
    found
}

/// Takes the texts of a text or a list; tells whether there was nothing else in it.
fn texts<'a>(node: &'a Node<'a>, found: &mut Vec<&'a str>) -> bool {
    if let Some(text) = node.as_str() {
        found.push(text);
        return true;
    }
    let Some(items) = node.array() else { return false };
    let mut all = true;
    for item in items {
        match item.as_str().or_else(|| item.get("path")?.as_str()) {
            Some(text) => found.push(text),
            None => all = false,
        }
    }
    all
}
