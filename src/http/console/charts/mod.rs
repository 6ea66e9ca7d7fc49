//! Charts as SVG, drawn here: no script, and no style of their own, since pages take none from inside. Classes and the style
//! sheet say how they look. What a chart shows stands beside it as a table, too.

mod bars;

pub(in crate::http::console) use bars::{Bars, Column};

/// Text for XML; ours alone comes here, and it is escaped all the same.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
