//! Paths inside text, compared by their letters alone: no disk is asked, so no answer depends on when it was asked.
//!
//! The same file can be written in many ways: `/a/../b`, `//b`, `%2fb`, `file:///b`, `\b`, `~/b`. A refusal must see
//! them all, so it looks at every reading of a text ([`readings`]); an allow must trust only what has one reading, so
//! it takes paths that are plain ([`plain_path`]). Links, mounts and what a shell would make of `$(...)` are out of
//! reach here.

use std::borrow::Cow;

/// Every way a text may be read as a path: as written, percent escapes decoded once and twice, backslashes as slashes
/// and as nothing (a shell's escape), quotes removed, home written out, each with `.`, `..` and doubled slashes
/// resolved, in lower case. `home` is the user's home directory, lower case, without a slash at its end.
pub(crate) fn readings(text: &str, home: Option<&str>) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    let mut add = |reading: String| {
        if !found.contains(&reading) {
            found.push(reading);
        }
    };
    let mut decoded: Cow<'_, str> = Cow::Borrowed(&lower);
    for _ in 0..3 {
        for spelled in spellings(&decoded) {
            let whole = written_out(&spelled, home);
            add(resolved(&whole));
        }
        match percent_decoded(&decoded) {
            Some(next) => decoded = Cow::Owned(next.to_lowercase()),
            None => break,
        }
    }
    found
}

/// Whether a text could have another reading than itself; most do not, and need no second look.
pub(crate) fn is_tricky(text: &str) -> bool {
    let bytes = text.as_bytes();
    !text.is_ascii()
        || bytes.iter().any(|b| b"%\\~$'\"`^".contains(b))
        || bytes.windows(2).any(|pair| matches!(pair, b"//" | b"./"))
        || text.ends_with("/.")
        || text.ends_with("/..")
}

fn spellings(text: &str) -> Vec<Cow<'_, str>> {
    let mut all = vec![Cow::Borrowed(text)];
    all.extend(without_host(text).map(Cow::Owned));
    if text.contains('\\') {
        all.push(Cow::Owned(text.replace('\\', "/")));
    }
    if text.contains(['\\', '\'', '"', '`', '^']) {
        all.push(Cow::Owned(text.replace(['\\', '\'', '"', '`', '^'], "")));
    }
    all
}

/// File URLs without the machine that they may name before the path: `file://localhost/a` is `file:///a`.
fn without_host(text: &str) -> Option<String> {
    let mut parts = text.split("file://");
    let mut out = parts.next()?.to_owned();
    let mut any = false;
    for part in parts {
        let host = part.find('/').unwrap_or(0);
        let named = part.get(..host).unwrap_or_default();
        let plain = named.chars().all(|c| c.is_alphanumeric() || ".-_[]:@".contains(c));
        let path = if plain { part.get(host..).unwrap_or(part) } else { part };
        any |= path.len() != part.len();
        out.push_str("file://");
        out.push_str(path);
    }
    any.then_some(out)
}

/// `~` and the usual names of the home directory replaced by it.
fn written_out<'t>(text: &'t str, home: Option<&str>) -> Cow<'t, str> {
    let Some(home) = home.filter(|_| text.contains(['~', '$', '%'])) else {
        return Cow::Borrowed(text);
    };
    let mut out = text.to_owned();
    for name in ["${home}", "$home", "$env:userprofile", "%userprofile%"] {
        if out.contains(name) {
            out = out.replace(name, home);
        }
    }
    if out.contains('~') {
        let mut whole = String::with_capacity(out.len());
        let mut before = ' ';
        let mut rest = out.chars().peekable();
        while let Some(c) = rest.next() {
            let starts = !before.is_alphanumeric() && before != '/' && before != '.';
            let ends = rest.peek().is_none_or(|next| !next.is_alphanumeric());
            if c == '~' && starts && ends {
                whole.push_str(home)
            } else {
                whole.push(c)
            }
            before = c;
        }
        out = whole;
    }
    Cow::Owned(out)
}

/// Resolves `//`, `/./` and `/x/../` wherever they stand in the text. A `..` with nothing before it leads to the root:
/// where a relative path begins is not known here, and for a refusal the worst place counts.
pub(crate) fn resolved(text: &str) -> String {
    if !text.contains("//")
        && !text.contains("./")
        && !text.ends_with("/.")
        && !text.ends_with("/..")
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('/').peekable();
    if let Some(first) = pieces.next() {
        let relative = first.strip_suffix("..").filter(|before| !before.ends_with(is_name));
        out.push_str(relative.filter(|_| pieces.peek().is_some()).unwrap_or(first));
    }
    while let Some(piece) = pieces.next() {
        // `..` at the end of a path, but inside a text: `cat a/..; ls`.
        let name_end = piece.find(|c: char| c != '.').unwrap_or(piece.len());
        let (dots, after) = piece.split_at_checked(name_end).unwrap_or((piece, ""));
        let ends_here = !after.starts_with(is_name);
        match dots {
            "" if piece.is_empty() && pieces.peek().is_some() => {}
            "." if ends_here => out.push_str(after),
            ".." if ends_here => {
                climb(&mut out);
                out.push_str(after);
            }
            _ => {
                out.push('/');
                out.push_str(piece);
            }
        }
    }
    out
}

/// Whether this goes on with the name of a file.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || ".-_+@~".contains(c)
}

/// Takes the last path segment off, unless there is none to take.
fn climb(out: &mut String) {
    let start = out.rfind('/').map_or(0, |slash| slash + 1);
    let last = out.get(start..).unwrap_or_default();
    let word = last.rfind(|c: char| c.is_whitespace() || "'\"=:;|&<>(){}[],".contains(c));
    match word {
        // The segment began inside this piece: what stands before it is another word.
        Some(at) => out.truncate(
            start + at + last.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8),
        ),
        None if start > 0 => out.truncate(start - 1),
        None => out.clear(),
    }
}

/// Percent escapes decoded once; `None` when there were none.
fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let mut any = false;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
        match hex.filter(|_| *byte == b'%').and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(value) => {
                out.push(value);
                at += 3;
                any = true;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    any.then(|| String::from_utf8_lossy(&out).into_owned())
}

/// What a server opens that takes this text for one path and nothing else: `.`, `..` and doubled slashes resolved, spaces
/// and all else part of names. A `..` with nothing before it leads to the root.
pub(crate) fn opened(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut rooted = path.starts_with('/');
    for piece in path.split('/') {
        match piece {
            "" | "." => {}
            ".." => rooted |= names.pop().is_none(),
            name => names.push(name),
        }
    }
    let mut out = String::with_capacity(path.len() + 1);
    if rooted {
        out.push('/');
    }
    out.push_str(&names.join("/"));
    if path.ends_with('/') && !out.ends_with('/') && !out.is_empty() {
        out.push('/');
    }
    out
}

/// The path in a `file:` URL without the machine that it may name: as written, and with its query left out and its percent
/// escapes decoded. `None` of any other text.
pub(crate) fn in_file_url(text: &str) -> Option<(String, String)> {
    let (scheme, rest) = text.trim_start().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        Some(after) => after.find('/').and_then(|at| after.get(at..)).unwrap_or(after),
        None => rest,
    };
    let plain = path.split(['?', '#']).next().unwrap_or(path);
    let decoded = percent_decoded(plain).unwrap_or_else(|| plain.to_owned());
    Some((path.to_owned(), decoded))
}

/// Whether a path has one reading only: no `.` or `..` segment, `//`, `~`, backslash, NUL or percent escape.
pub(crate) fn plain_path(path: &str) -> bool {
    !path.contains(['\\', '\0', '~', '%'])
        && !path.contains("//")
        && path.split('/').all(|segment| segment != "." && segment != "..")
}

#[cfg(test)]
mod tests {
    use crate::config::lexical::{in_file_url, opened, plain_path, readings, resolved};

    #[test]
    fn every_spelling_resolves() {
        for spelled in [
            "/home/u/.cs/x",
            "/home//u/./.cs/x",
            "/home/u/a/../.cs/x",
            "/home/u/a/b/../../.cs/x",
            "~/.cs/x",
            "$HOME/.cs/x",
            "${HOME}/.cs/x",
            "%2fhome%2Fu%2f.cs/x",
            "%252fhome/u/.cs/x",
            "\\home\\u\\.cs\\x",
            "file:///home/u/.cs/x",
            "see file://LOCALHOST/home/u/.cs/x",
            "file://127.0.0.1/home/u/.cs/x",
            "cat /srv/../home/u/.cs/x; ls",
            "/home/u/.c\\s/x",
            "/home/u/'.cs'/x",
            "cat<~/.cs/x",
            "/home/u/.cs/x/..",
            "/HOME/U/.CS/X",
        ] {
            let found = readings(spelled, Some("/home/u"));
            assert!(found.iter().any(|r| r.contains("/home/u/.cs")), "{spelled}: {found:?}");
        }
        assert_eq!(resolved("a/../../b"), "/b");
        assert_eq!(resolved("cat ../b"), "cat /b");
        assert_eq!(resolved("a..../b/./c"), "a..../b/c");
        assert_eq!(resolved("cat x/.. y/./z"), "cat  y/z");
        assert_eq!(resolved("/a/.../b"), "/a/.../b");
    }

    #[test]
    fn what_is_opened_is_one_path_whatever_its_names_hold() {
        for (written, opens) in [
            ("/srv/a.md", "/srv/a.md"),
            ("/srv/a b/../../etc//./x", "/etc/x"),
            ("/srv/a;b/..", "/srv"),
            ("/srv/x/", "/srv/x/"),
            ("/srv/x/../", "/srv/"),
            ("./a/../b", "b"),
            ("../../b", "/b"),
            ("/../..", "/"),
            (".", ""),
            ("", ""),
        ] {
            assert_eq!(opened(written), opens, "{written}");
        }
        for (url, written, decoded) in [
            ("file:///srv/a%20b?x#y", "/srv/a%20b?x#y", "/srv/a b"),
            ("FILE://localhost/srv/%2e%2E/x", "/srv/%2e%2E/x", "/srv/../x"),
            ("file:/srv/x", "/srv/x", "/srv/x"),
            ("file://x", "x", "x"),
        ] {
            let found = in_file_url(url);
            assert_eq!(found, Some((written.to_owned(), decoded.to_owned())), "{url}");
        }
        for other in ["https://a.test/x", "/srv/file:x", "files:///x", "file"] {
            assert_eq!(in_file_url(other), None, "{other}");
        }
    }

    #[test]
    fn plain_paths_have_one_reading() {
        assert!(plain_path("/srv/data/a.md") && plain_path("a/b") && plain_path("/a/..b/.c"));
        for bad in ["/a/../b", "./a", "a//b", "~/a", "a\\b", "a%2fb", "a\0", "/a/..", "."] {
            assert!(!plain_path(bad), "{bad}");
        }
    }
}
