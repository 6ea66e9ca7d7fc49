//! The names under which a client sees the tools of a server.
//!
//! Clients and model APIs take few characters and short names, servers write what they like. The name shown
//! is made from server and tool alone wherever that is possible, so it does not change when other tools come
//! and go; only names that would be equal, or are too long, carry a hash.

use crate::domain::digest::Digest;
use std::collections::HashMap;

/// The longest name shown.
pub const LONGEST: usize = 40;
/// The longest name a server may use itself.
pub const LONGEST_OWN: usize = 128;
/// What stands between server and tool.
pub const BETWEEN: &str = "__";
/// `_` and eight hex digits.
const SUFFIX: usize = 9;

/// Why a tool is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Empty.
    #[error("its name is empty")]
    Empty,
    /// Longer than [`LONGEST_OWN`].
    #[error("its name is longer than {LONGEST_OWN} characters")]
    TooLong,
    /// Holds something outside `A-Z a-z 0-9 _ . / -`.
    #[error("its name holds a character other than `A-Z a-z 0-9 _ . / -`")]
    Characters,
    /// The name shown would be that of another tool, even with a hash.
    #[error("its name cannot be told from that of another tool")]
    Taken,
}

/// Whether a server's own name of a tool is one that we show at all.
///
/// # Errors
/// Why not.
pub fn acceptable(own: &str) -> Result<(), Refused> {
    if own.is_empty() {
        return Err(Refused::Empty);
    }
    if own.len() > LONGEST_OWN {
        return Err(Refused::TooLong);
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_./-".contains(&b);
    if own.bytes().all(plain) { Ok(()) } else { Err(Refused::Characters) }
}

/// The names shown for the tools of one server, in the order given. Whether a name needs a hash depends on
/// the whole list, so give all of them at once; the order does not matter.
#[must_use]
pub fn expose(server: &str, own: &[&str]) -> Vec<Result<String, Refused>> {
    let first: Vec<Result<Shown, Refused>> =
        own.iter().map(|name| acceptable(name).map(|()| Shown::of(server, name))).collect();
    let mut holders: HashMap<&str, usize> = HashMap::new();
    for shown in first.iter().flatten() {
        *holders.entry(&shown.name).or_default() += 1;
    }
    // A name that was not changed to fit keeps it: it is the one that a person would write.
    let second: Vec<Result<String, Refused>> = first
        .iter()
        .zip(own)
        .map(|(shown, own)| {
            let shown = shown.as_ref().map_err(|why| *why)?;
            let alone = holders.get(shown.name.as_str()) == Some(&1);
            Ok(if shown.exact || alone { shown.name.clone() } else { hashed(server, own) })
        })
        .collect();
    let mut taken: HashMap<&str, usize> = HashMap::new();
    for name in second.iter().flatten() {
        *taken.entry(name).or_default() += 1;
    }
    let exact = |at: usize| matches!(first.get(at), Some(Ok(shown)) if shown.exact);
    second
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let name = name.as_ref().map_err(|why| *why)?;
            let alone = taken.get(name.as_str()) == Some(&1);
            if alone || exact(at) { Ok(name.clone()) } else { Err(Refused::Taken) }
        })
        .collect()
}

/// A name before it is compared with the others.
struct Shown {
    name: String,
    /// Nothing was replaced or cut: no other tool of this server has it exactly too.
    exact: bool,
}

impl Shown {
    fn of(server: &str, own: &str) -> Self {
        let full = joined(server, own);
        if full.len() > LONGEST {
            return Self { name: hashed(server, own), exact: false };
        }
        let name = plain(&full);
        Self { exact: name == full, name }
    }
}

fn joined(server: &str, own: &str) -> String {
    [server, BETWEEN, own].concat()
}

/// One `_` for each byte that may not be shown: the length stays that of the text in bytes.
fn plain(text: &str) -> String {
    let shown =
        |b: u8| if b.is_ascii_alphanumeric() || b"_-".contains(&b) { char::from(b) } else { '_' };
    text.bytes().map(shown).collect()
}

fn hashed(server: &str, own: &str) -> String {
    let digest = Digest::sha256(&[server.as_bytes(), &[0], own.as_bytes()]).to_string();
    let mut name: String = plain(&joined(server, own)).chars().take(LONGEST - SUFFIX).collect();
    name.push('_');
    name.extend(digest.chars().take(SUFFIX - 1));
    name
}

#[cfg(test)]
mod tests {
    use crate::upstream::names::{LONGEST, Refused, acceptable, expose};

    fn names(server: &str, own: &[&str]) -> Vec<String> {
        expose(server, own).into_iter().map(|name| name.expect("a name")).collect()
    }

    #[test]
    fn a_plain_name_is_server_and_tool() {
        assert_eq!(
            names("files", &["write_file", "read-it"]),
            ["files__write_file", "files__read-it"]
        );
        assert_eq!(names("files", &["a.b/c"]), ["files__a_b_c"]);
    }

    #[test]
    fn names_are_cut_to_forty_with_a_hash() {
        let long = "list_all_the_repositories_of_an_organisation";
        let longer = "list_all_the_repositories_of_an_organisation_sorted";
        let shown = names("github", &[long, longer]);
        assert!(shown.iter().all(|name| name.len() == LONGEST));
        assert_ne!(shown.first(), shown.last());
        assert_eq!(shown, names("github", &[long, longer]), "the same every time");
    }

    #[test]
    fn exactly_forty_is_not_cut() {
        let own = "x".repeat(LONGEST - 3);
        assert_eq!(names("s", &[&own]), [format!("s__{own}")]);
    }

    #[test]
    fn of_equal_names_the_exact_one_keeps_it_in_any_order() {
        let one = names("s", &["a_b", "a.b", "a/b"]);
        let mut other = names("s", &["a/b", "a.b", "a_b"]);
        other.reverse();
        assert_eq!(one, other);
        assert_eq!(one.first().map(String::as_str), Some("s__a_b"));
        assert!(one.iter().skip(1).all(|name| name.starts_with("s__a_") && name.len() > 8));
    }

    #[test]
    fn a_tool_that_takes_the_hashed_name_of_another_wins_over_it_only() {
        let hashed = names("s", &["a_b", "a.b"]).pop().expect("two");
        let own = hashed.strip_prefix("s__").expect("ours");
        let shown = expose("s", &["a_b", "a.b", own]);
        assert_eq!(shown.get(1), Some(&Err(Refused::Taken)));
        assert_eq!(shown.get(2), Some(&Ok(hashed.clone())));
    }

    #[test]
    fn what_is_not_acceptable_is_left_out_with_a_reason() {
        assert_eq!(acceptable(""), Err(Refused::Empty));
        assert_eq!(acceptable(&"x".repeat(129)), Err(Refused::TooLong));
        assert_eq!(acceptable(&"x".repeat(128)), Ok(()));
        for bad in ["a b", "a\u{202e}b", "é", "a\n", "a\"b"] {
            assert_eq!(acceptable(bad), Err(Refused::Characters), "{bad:?}");
        }
    }
}
