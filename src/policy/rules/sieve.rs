//! From the arguments of a call to those rules of one tool whose conditions it may meet.
//!
//! A tool may have thousands of rules that differ in a path. Each is filed under one argument and the text that it must
//! be or begin with; a call looks its own argument up. What is found here is never too little: an argument that might be
//! read otherwise, or is of another kind, finds every ask and deny that speaks of it.

use crate::config::{Key, Rule, Subject};
use crate::domain::json::Node;
use std::collections::{BTreeMap, HashMap, HashSet};

/// So few rules are tried one by one.
const FEW: usize = 12;

/// The rules of one tool pattern.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    /// Those that are always tried.
    rest: Vec<usize>,
    /// By argument, those of allows apart.
    drawers: BTreeMap<(String, bool), Drawer>,
}

/// Rules filed under one argument, all allows or none.
#[derive(Debug)]
struct Drawer {
    strict: bool,
    all: Vec<usize>,
    whole: HashMap<String, Vec<usize>>,
    begin: HashMap<String, Vec<usize>>,
    lengths: Vec<usize>,
}

impl Sieve {
    /// Files rules.
    pub(crate) fn build(rules: &[(usize, &Rule)]) -> Self {
        let mut sieve = Self::default();
        for (index, rule) in rules {
            match rule.key().filter(|_| rules.len() > FEW) {
                Some(key) => sieve.drawer(key).file(*index, key),
                None => sieve.rest.push(*index),
            }
        }
        sieve
    }

    fn drawer(&mut self, key: Key<'_>) -> &mut Drawer {
        self.drawers.entry((key.name.to_owned(), key.strict)).or_insert_with(|| Drawer {
            strict: key.strict,
            all: Vec::new(),
            whole: HashMap::new(),
            begin: HashMap::new(),
            lengths: Vec::new(),
        })
    }

    /// Adds the rules whose conditions the call may meet; one may come twice.
    pub(crate) fn find(&self, subject: &Subject<'_>, found: &mut Vec<usize>) {
        found.extend(&self.rest);
        for ((name, _), drawer) in &self.drawers {
            match subject.arguments() {
                Some(Node::Object(_)) | None => {
                    let value = subject.arguments().and_then(|node| node.get(name));
                    if let Some(value) = value {
                        drawer.find(
                            value,
                            subject,
                            &mut Found { rules: found, seen: HashSet::new() },
                        );
                    }
                }
                // No names to go by: an allow is never met, and the others might be.
                Some(_) if drawer.strict => {}
                Some(_) => found.extend(&drawer.all),
            }
        }
    }
}

/// What was found in one drawer. A list of a hundred thousand items may lead to the same rules each time.
struct Found<'f> {
    rules: &'f mut Vec<usize>,
    seen: HashSet<usize>,
}

impl Found<'_> {
    fn take(&mut self, rules: &[usize]) {
        // The place of the list in memory names it.
        if self.seen.insert(rules.as_ptr() as usize) {
            self.rules.extend(rules);
        }
    }
}

impl Drawer {
    fn file(&mut self, index: usize, key: Key<'_>) {
        self.all.push(index);
        let folded = if key.strict { key.text.to_owned() } else { key.text.to_ascii_lowercase() };
        if !key.whole {
            if let Err(place) = self.lengths.binary_search(&folded.len()) {
                self.lengths.insert(place, folded.len());
            }
            self.begin.entry(folded).or_default().push(index);
            return;
        }
        // Another reading is in lower case, whatever its letters.
        let lower = key.text.to_lowercase();
        if !key.strict && lower != folded {
            self.whole.entry(lower).or_default().push(index);
        }
        self.whole.entry(folded).or_default().push(index);
    }

    fn find(&self, value: &Node<'_>, subject: &Subject<'_>, found: &mut Found<'_>) {
        match (value, self.strict) {
            (Node::String(text), true) => self.look_up(text, found),
            // Every item must meet it, so the first one must.
            (Node::Array(items), true) => {
                if let Some(first) = items.first() {
                    self.find(first, subject, found);
                }
            }
            (_, true) => {}
            (Node::String(text), false) => match subject.readings(text) {
                None => found.take(&self.all),
                Some(readings) => {
                    self.look_up(&text.to_ascii_lowercase(), found);
                    readings.iter().for_each(|reading| self.look_up(reading, found));
                }
            },
            (Node::Array(items), false) => {
                if items.iter().all(|item| matches!(item, Node::String(_))) {
                    items.iter().for_each(|item| self.find(item, subject, found));
                } else {
                    found.take(&self.all);
                }
            }
            (_, false) => found.take(&self.all),
        }
    }

    fn look_up(&self, text: &str, found: &mut Found<'_>) {
        self.whole.get(text).into_iter().for_each(|rules| found.take(rules));
        for length in &self.lengths {
            let Some(begin) = text.get(..*length) else { continue };
            self.begin.get(begin).into_iter().for_each(|rules| found.take(rules));
        }
    }
}
