//! What holds for every template: keys are those of the one table, each once on a page, and no form sends its fields where
//! they would stand in the address bar.

use crate::card::keys::words;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Whether the frame links to the tab with the key that pauses, and not the page itself.
const OWN_PAUSE: &str = "agents.html";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/http/console/pages")
}

fn templates() -> BTreeMap<String, String> {
    let all = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let html = all.filter(|path| path.extension().is_some_and(|kind| kind == "html"));
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    html.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// How often each key may stand on a page at once: of branches only one is there, what is repeated counts twice.
type Counts = BTreeMap<String, usize>;

fn most(one: &mut Counts, other: &Counts) {
    for (key, count) in other {
        let most = one.entry(key.clone()).or_default();
        *most = (*most).max(*count);
    }
}

fn add(one: &mut Counts, other: &Counts, times: usize) {
    for (key, count) in other {
        *one.entry(key.clone()).or_default() += count * times;
    }
}

/// Counts up to the tag that ends what was begun, which is given back with its first word.
fn count(all: &BTreeMap<String, String>, text: &mut &str) -> (Counts, String) {
    let mut out = Counts::new();
    loop {
        let (plain, rest) = text.split_once("{%").unwrap_or((text, ""));
        for key in keys(plain) {
            *out.entry(key).or_default() += 1;
        }
        let Some((tag, rest)) = rest.split_once("%}") else {
            *text = "";
            return (out, String::new());
        };
        *text = rest;
        let mut parts = tag.split_whitespace();
        let word = parts.next().unwrap_or_default().to_owned();
        match word.as_str() {
            "if" | "match" => {
                let (mut branches, mut end) = count(all, text);
                while matches!(end.as_str(), "elif" | "else" | "when") {
                    let (branch, next) = count(all, text);
                    most(&mut branches, &branch);
                    end = next;
                }
                add(&mut out, &branches, 1);
            }
            "for" => {
                // Rows of a list act only where they are the current one; with `loop.first`, and of the parts of a card that
                // are arguments, there is one.
                let begins = *text;
                let (mut inner, _) = count(all, text);
                let body = &begins[..begins.len() - text.len()];
                let once = ["data-rowbox", "loop.first %} data-key=", "part.name == \"arguments\""]
                    .iter()
                    .any(|sign| body.contains(sign));
                let repeated = if once { 1 } else { 2 };
                inner.remove("{{ loop.index }}");
                add(&mut out, &inner, repeated);
            }
            "include" => {
                let name = tag.split('"').nth(1).unwrap();
                add(&mut out, &count(all, &mut all[name].as_str()).0, 1);
            }
            "elif" | "else" | "when" | "endif" | "endmatch" | "endfor" => return (out, word),
            _ => {}
        }
    }
}

fn keys(text: &str) -> impl Iterator<Item = String> {
    text.split("data-key=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
}

#[test]
fn a_key_is_once_on_a_page_and_means_what_the_table_says() {
    let (all, words) = (templates(), words().collect::<BTreeMap<_, _>>());
    let mut met = 0;
    for (name, text) in &all {
        for rest in text.split("data-key=\"").skip(1) {
            let (key, rest) = rest.split_once('"').unwrap();
            // The reasons for a no, which the same file of keys lists.
            if key == "{{ loop.index }}" {
                continue;
            }
            let word = words.get(key).unwrap_or_else(|| panic!("{name}: no table has `{key}`"));
            let label = rest.strip_prefix(" data-key-label=\"");
            let says = label.is_none_or(|label| label.starts_with(word));
            assert!(says, "{name}: `{key}` is `{word}` and not {label:.40?}");
            met += 1;
        }
        if !text.contains("extends") {
            continue;
        }
        let (mut on_page, end) = count(&all, &mut text.as_str());
        assert_eq!(end, "", "{name} has tags that do not end");
        if name != OWN_PAUSE {
            add(&mut on_page, &count(&all, &mut all["frame.html"].as_str()).0, 1);
            // The link of one tab in the loop over all.
            on_page.entry("p".to_owned()).and_modify(|count| *count -= 1);
        }
        for (part, within) in [("board.html", "agents.html"), ("verification.html", "journal.html")]
        {
            if name == within {
                add(&mut on_page, &count(&all, &mut all[part].as_str()).0, 1);
            }
        }
        for (key, count) in on_page {
            assert_eq!(count, 1, "{name}: `{key}` stands there {count} times");
        }
    }
    assert!(met > 30, "{met}");
}

#[test]
fn no_form_puts_its_fields_into_the_address() {
    let mut met = 0;
    for (name, text) in templates() {
        for form in text.split("<form").skip(1) {
            let tag = form.split_once('>').unwrap().0;
            // Filters are made to stand there; marks of rows are sent by a button of their own.
            let reads = tag.contains("method=\"get\"") || tag.contains("id=\"marked\"");
            assert!(reads || tag.contains("method=\"post\""), "{name}: <form{tag}>");
            assert!(!(reads && tag.contains("hx-post")), "{name}: <form{tag}>");
            met += 1;
        }
    }
    assert!(met > 10, "{met}");
}
