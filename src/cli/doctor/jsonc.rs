//! JSON as people write it into settings: comments and trailing commas are taken out, the rest is read as it is.

/// The text without comments and without commas before a closing bracket.
pub(crate) fn plain(text: &str) -> String {
    without_commas(&without_comments(text))
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    let (mut in_text, mut escaped) = (false, false);
    while let Some(c) = chars.next() {
        if in_text {
            out.push(c);
            in_text = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match (c, chars.peek()) {
            ('"', _) => {
                in_text = true;
                out.push(c);
            }
            ('/', Some('/')) => {
                for skipped in chars.by_ref() {
                    if skipped == '\n' {
                        out.push('\n');
                        break;
                    }
                }
            }
            ('/', Some('*')) => {
                chars.next();
                let mut before = ' ';
                for skipped in chars.by_ref() {
                    if before == '*' && skipped == '/' {
                        break;
                    }
                    before = skipped;
                }
                out.push(' ');
            }
            _ => out.push(c),
        }
    }
    out
}

fn without_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_text, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        if in_text {
            in_text = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_text = true;
        } else if c == ',' {
            let next = text.get(at + 1..).unwrap_or_default().trim_start().chars().next();
            if matches!(next, Some('}' | ']')) {
                continue;
            }
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::cli::doctor::jsonc::plain;

    #[test]
    fn comments_and_trailing_commas_go_and_texts_stay() {
        let text = "{ // a \"b\"\n \"u\": \"http://x/*y*/,}\", /* c \n */ \"l\": [1, 2,\n], \"q\": \"\\\"//\", }";
        let value: serde_json::Value = serde_json::from_str(&plain(text)).unwrap();
        assert_eq!(value, serde_json::json!({"u": "http://x/*y*/,}", "l": [1, 2], "q": "\"//"}));
    }

    #[test]
    fn an_open_comment_or_text_ends_with_the_file() {
        assert_eq!(plain("{} /* x"), "{}  ");
        assert_eq!(plain("{} // x"), "{} ");
        assert_eq!(plain("\"x"), "\"x");
    }
}
