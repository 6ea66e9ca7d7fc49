//! What Kubernetes takes as names and labels, and how any text becomes one.
//!
//! A name that had to be changed or cut ends in a hash of the original, so that two services never share one by accident.

use crate::domain::digest::Digest;

/// The longest DNS label, and the longest value of a label.
pub(crate) const LABEL_MAX: usize = 63;
/// Hex digits of the hash behind a changed name.
const HASH: usize = 8;

/// A DNS-1123 label, as namespaces are.
pub(crate) fn is_dns_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=LABEL_MAX).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A DNS-1123 subdomain, as the prefix of a label's key is.
fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

/// The value of a label. Empty is allowed.
pub(crate) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_qualified(text)
}

/// The key of a label, with or without a prefix.
pub(crate) fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_qualified(name),
        None => is_qualified(text),
    }
}

fn is_qualified(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let end = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    text.len() <= LABEL_MAX && text.bytes().all(inner) && end(bytes.first()) && end(bytes.last())
}

/// This text as a DNS label, the same when it is one already.
pub(crate) fn dns_label(text: &str) -> String {
    if is_dns_label(text) {
        return text.to_owned();
    }
    let kept = text.chars().map(|c| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9') => c,
        _ => '-',
    });
    hashed(&squeezed(kept), text)
}

/// This text as the value of a label, the same when it is one already.
pub(crate) fn label_value(text: &str) -> String {
    if !text.is_empty() && is_label_value(text) {
        return text.to_owned();
    }
    let kept = text.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' => c,
        _ => '-',
    });
    hashed(&squeezed(kept), text)
}

/// A name with the hash of something behind it, cut so that both fit.
pub(crate) fn hashed(name: &str, of: &str) -> String {
    let digest = Digest::sha256(&[of.as_bytes()]).to_string();
    let hash: String = digest.chars().take(HASH).collect();
    let room = LABEL_MAX - HASH - 1;
    let cut: String = name.chars().take(room).collect();
    match cut.trim_matches(|c: char| !c.is_ascii_alphanumeric()) {
        "" => format!("x-{hash}"),
        cut => format!("{cut}-{hash}"),
    }
}

/// Without runs of `-`: what was many odd letters needs no more than one.
fn squeezed(letters: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for letter in letters {
        if !(letter == '-' && out.ends_with('-')) {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good_names_stay_and_others_are_told_apart() {
        assert_eq!(dns_label("web-1"), "web-1");
        assert_eq!(label_value("Web_1.2"), "Web_1.2");
        for odd in ["", "-", "---", "WEB", "web-", "büro", "a: b\n- c", &"x".repeat(300), "日本語"]
        {
            let name = dns_label(odd);
            assert!(is_dns_label(&name), "{odd:?} became {name:?}");
            assert!(name.len() >= HASH, "{name:?} carries a hash");
        }
        assert_ne!(dns_label("WEB"), dns_label("web"));
        assert_ne!(dns_label("WEB"), dns_label("Web"));
        let (long, longer) = ("y".repeat(64), "y".repeat(65));
        assert_ne!(dns_label(&long), dns_label(&longer));
    }

    #[test]
    fn keys_and_values_are_what_kubernetes_takes() {
        for good in ["app", "app.kubernetes.io/name", "a_b.C-1", "x.y/z"] {
            assert!(is_label_key(good), "{good}");
        }
        for bad in ["", "/a", "a/", "a/b/c", "-a", "a b", "Ä", "A.b/c", "a\n"] {
            assert!(!is_label_key(bad), "{bad:?}");
        }
        assert!(is_label_value(""));
        assert!(!is_label_value("a: b"));
        assert!(!is_label_value(&"a".repeat(64)));
    }

    proptest! {
        #[test]
        fn any_text_becomes_valid(text in "\\PC{0,80}|[-._A-Za-z0-9\\n:]{0,80}") {
            prop_assert!(is_dns_label(&dns_label(&text)));
            let value = label_value(&text);
            prop_assert!(!value.is_empty() && is_label_value(&value));
        }
    }
}
