//! What an agent may call things: a person reads its names in the middle of our sentences.
//!
//! A name or pattern that ends our quotes, or hides how far it reaches, is refused before anybody is shown it. It is a check
//! of writing alone; what a rule means is checked elsewhere.

use crate::domain::policy::RuleSpec;

/// What is wrong with how an agent wrote a rule: the member, and why.
pub(crate) fn faults(spec: &RuleSpec) -> Vec<(&'static str, &'static str)> {
    let mut faults = Vec::new();
    for (member, text) in [("name", &spec.name), ("tool", &spec.tool)] {
        let Some(text) = text else { continue };
        if text.contains('`') {
            faults.push((member, "it has a backtick, which ends the quotes that it is shown in"));
        }
        if text.chars().any(|c| c.is_control() || c == '\u{feff}' || is_unseen(c)) {
            faults.push((member, "it has a character that nobody sees"));
        }
        if text.trim() != text {
            faults.push((member, "it begins or ends with a space"));
        }
    }
    if spec.tool.as_deref().is_some_and(hides_everything) {
        faults.push((
            "tool",
            "an alternative in its braces is empty or nothing but wildcards: write that plainly",
        ));
    }
    faults
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// Whether braces have an alternative that is empty or made of `*` alone, at any depth. A brace or comma behind a `\\`, or
/// in a class, is taken for one all the same: it is for a person to write what is so unusual.
fn hides_everything(tool: &str) -> bool {
    let mut depth = 0_usize;
    // Whether the alternative in hand has said anything yet.
    let mut said: Vec<bool> = Vec::new();
    for c in tool.chars() {
        match c {
            '{' => {
                depth += 1;
                said.push(false);
            }
            ',' if depth > 0 => {
                if said.last() == Some(&false) {
                    return true;
                }
                if let Some(last) = said.last_mut() {
                    *last = false;
                }
            }
            '}' if depth > 0 => {
                depth -= 1;
                if said.pop() == Some(false) {
                    return true;
                }
                if let Some(last) = said.last_mut() {
                    *last = true;
                }
            }
            '*' => {}
            _ => {
                if let Some(last) = said.last_mut() {
                    *last = true;
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(name: Option<&str>, tool: &str) -> Vec<&'static str> {
        let spec = serde_json::json!({ "name": name, "tool": tool, "effect": "deny" });
        faults(&serde_json::from_value(spec).unwrap())
            .into_iter()
            .map(|(member, _)| member)
            .collect()
    }

    #[test]
    fn an_agent_ends_no_quotes_and_hides_no_wildcard() {
        for tool in [
            "a__{b,}",
            "a__{,b}",
            "{}",
            "a__{b,*}",
            "a__{b,**}",
            "x{a,{b,*}}",
            "a__b ",
            " a__b",
            "a__`b",
            "a\u{7}b",
            "a\u{202e}b",
            "a__\\{b,}",
        ] {
            assert_eq!(wrong(None, tool), ["tool"], "{tool:?}");
        }
        for tool in ["a__b", "a__*", "a__{b,c}", "a__{b*,c}", "a__{{b,c},d}", "a,b", "*"] {
            assert!(wrong(Some("fine name"), tool).is_empty(), "{tool:?}");
        }
        for name in ["a`, up to tier 1", " a", "a ", "a\nb", "a\u{200b}"] {
            assert_eq!(wrong(Some(name), "a__b"), ["name"], "{name:?}");
        }
    }
}
