//! What a person types while he watches.

/// One typed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Empty.
    Nothing,
    /// Yes to this number, with the word of its card where that is wanted.
    Yes(u32, Option<String>),
    /// No to this number, with a reason.
    No(u32, Option<String>),
    /// The whole card of this number.
    Show(u32),
    /// What waits.
    List,
    /// Ends.
    Quit,
    /// None of these.
    Unknown,
}

/// Reads a line.
pub(crate) fn parse(line: &str) -> Line {
    let line = line.trim();
    let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let (number, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let number: Option<u32> = number.trim_start_matches('#').parse().ok();
    let more = Some(more.trim().to_owned()).filter(|more| !more.is_empty());
    match (verb.to_ascii_lowercase().as_str(), number) {
        ("", _) => Line::Nothing,
        ("y" | "yes" | "approve", Some(number)) => Line::Yes(number, more),
        ("n" | "no" | "deny", Some(number)) => Line::No(number, more),
        ("s" | "show", Some(number)) if more.is_none() => Line::Show(number),
        ("l" | "list", None) if rest.is_empty() => Line::List,
        ("q" | "quit" | "exit", None) if rest.is_empty() => Line::Quit,
        _ => Line::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::watch::line::{Line, parse};

    #[test]
    fn a_yes_always_names_its_number() {
        assert_eq!(parse("y 3"), Line::Yes(3, None));
        assert_eq!(parse(" yes #12  Acorn "), Line::Yes(12, Some("Acorn".to_owned())));
        assert_eq!(parse("y"), Line::Unknown);
        assert_eq!(parse("yes please"), Line::Unknown);
        assert_eq!(parse(""), Line::Nothing);
    }

    #[test]
    fn a_reason_is_the_rest_of_the_line() {
        assert_eq!(parse("n 1 use  staging"), Line::No(1, Some("use  staging".to_owned())));
        assert_eq!(parse("n 1"), Line::No(1, None));
        assert_eq!(parse("q"), Line::Quit);
        assert_eq!(parse("l 3"), Line::Unknown);
    }
}
