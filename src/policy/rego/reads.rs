//! What the text of a module reads: every `input.a.b` and `data.a.b` that is written out, and where.
//!
//! A plain look at the text, which works on one that does not parse. What is reached by other means, as
//! `object.get(input, ...)` or an alias, is not seen, so nothing may be refused for what is missing here.

/// A reference that begins at `input` or `data`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    /// `input` or `data`, then each step that is written as a name or a text in brackets.
    pub steps: Vec<String>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// Every reference of a text, in order.
pub(crate) fn reads(text: &str) -> Vec<Read> {
    let (mut found, mut rest, mut before) = (Vec::new(), text, ' ');
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match first {
            '#' => taken = rest.find('\n').unwrap_or(rest.len()),
            '"' | '`' => taken = literal(rest).map_or(taken, |(_, end)| end),
            _ if first.is_alphabetic() || first == '_' => {
                let word = word(rest);
                taken = word.len();
                if matches!(word, "input" | "data") && before != '.' {
                    let (steps, end) = follow(rest, taken);
                    let (line, column) = place(text, text.len() - rest.len());
                    found.push(Read { steps, line, column });
                    taken = end;
                }
            }
            _ if first.is_ascii_digit() => taken = word(rest).len().max(1),
            _ => {}
        }
        if !first.is_whitespace() {
            before = first;
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    found
}

/// The steps of a reference whose first word ends here, and where they end.
fn follow(text: &str, mut at: usize) -> (Vec<String>, usize) {
    let mut steps = vec![text.get(..at).unwrap_or_default().to_owned()];
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix('.') {
            let name = word(after);
            if name.is_empty() {
                return (steps, at);
            }
            steps.push(name.to_owned());
            at += 1 + name.len();
        } else if let Some(after) = rest.strip_prefix('[') {
            let inside = after.trim_start();
            let Some((name, end)) = literal(inside) else { return (steps, at) };
            let Some(closed) = inside.get(end..).and_then(|r| r.trim_start().strip_prefix(']'))
            else {
                return (steps, at);
            };
            steps.push(name.to_owned());
            at += rest.len() - closed.len();
        } else {
            return (steps, at);
        }
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// What a text in quotes says at the start, escapes left as written, and where it ends.
fn literal(text: &str) -> Option<(&str, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '`'))?;
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if letter == quote => return Some((text.get(1..at)?, at + 1)),
            '\n' if quote == '"' => return None,
            _ => {}
        }
    }
    None
}

fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        reads(text).into_iter().map(|read| read.steps.join(" ")).collect()
    }

    #[test]
    fn references_are_found_however_they_are_written() {
        for (text, wanted) in [
            ("x if input.a.b == 1", "input a b"),
            ("x if input[\"a\"]", "input a"),
            ("x if input[ `a` ].b[\"c d\"]", "input a b c d"),
            ("x if input.a[\"b\"][0].c", "input a b"),
            ("x if input.a[input.b]", "input a|input b"),
            ("x if input.a[i]", "input a"),
            ("x := [input.a, input]", "input a|input"),
            ("import data.countersign.y", "data countersign y"),
            ("x if my_input.a; inputs.b; a.input.c", ""),
            ("# input.a\nx := \"input.b \\\" input.c\" # input.d", ""),
            ("x := `input.a\n\" input.b`\ny := input.c", "input c"),
            ("x := \"#\"; y := input.a", "input a"),
            ("x := \"unfinished\ny := input.a", "input a"),
            ("x := 1input.a", ""),
            ("x := input.", "input"),
        ] {
            assert_eq!(found(text).join("|"), wanted, "{text}");
        }
        let read = reads("a\n\n  \u{e9} input.x").remove(0);
        assert_eq!((read.line, read.column), (3, 5));
    }
}
