//! What would spare people questions, in words: on a terminal and on a page alike.
//!
//! Names and arguments in it come from agents and servers: they are made safe to show, and a command is told only where what
//! stands in it is what would be typed.

use crate::card::count::count;
use crate::domain::policy::PolicyDiff;
use crate::domain::remembered::Wish;
use crate::domain::visible;
use crate::policy::relief::{Backtest, Suggestion, What};
use serde_json::{Map, Value};

/// Characters of one text in a line, and of a pattern in one.
const TEXT: usize = 80;
const LINE: usize = 400;

/// Days for which an answer with a pattern is suggested to be kept.
const DAYS: u8 = 30;

fn shown(text: &str) -> String {
    visible::shorten(&visible::inline(text), TEXT)
}

/// `server__tool`, safe to show.
pub(crate) fn tool(of: &Suggestion) -> String {
    shown(&format!("{}__{}", of.server, of.tool))
}

/// What is suggested, in a sentence.
pub(crate) fn headline(of: &Suggestion) -> String {
    let tool = tool(of);
    match &of.what {
        What::ReviewTool { only_reads: true, .. } => format!("look whether `{tool}` only reads"),
        What::ReviewTool { .. } => format!("review the definition of `{tool}`"),
        What::KeepAnswer { agent, pattern: None, .. } => {
            format!("keep the answer to `{}` for this very call of `{tool}`", shown(agent))
        }
        What::KeepAnswer { agent, .. } => {
            format!("keep an answer with a pattern for `{}` and `{tool}`", shown(agent))
        }
        What::AllowRule { agents, .. } => {
            format!("let such calls of `{tool}` go by a rule, for {agents} agents and any other")
        }
    }
}

/// The conditions of what is suggested, where it has some.
pub(crate) fn conditions(of: &Suggestion) -> Option<String> {
    let when = match &of.what {
        What::ReviewTool { .. } => None,
        What::KeepAnswer { pattern, .. } => pattern.as_ref(),
        What::AllowRule { rule, .. } => rule.when.as_ref(),
    };
    when.map(|when| visible::shorten(&visible::inline(&text(when)), LINE))
}

fn text(when: &Map<String, Value>) -> String {
    Value::Object(when.clone()).to_string()
}

/// How it would have done, in a sentence.
pub(crate) fn tested(of: &Backtest) -> String {
    let mut told = format!(
        "would have answered {}: {} approved, {} denied, {} not answered",
        count(of.answered, "question", "questions"),
        of.approved,
        of.denied,
        of.open
    );
    if of.left_denied > 0 {
        told.push_str(&format!(
            "; {} about this tool would still have been asked",
            count(of.left_denied, "denied question", "denied questions")
        ));
    }
    told
}

/// The change of policy that is suggested, where it is one.
pub(crate) fn diff(of: &Suggestion) -> Option<PolicyDiff> {
    let What::AllowRule { rule, .. } = &of.what else { return None };
    Some(PolicyDiff { add: vec![(**rule).clone()], ..PolicyDiff::default() })
}

/// What a person types to do it.
pub(crate) fn command(of: &Suggestion) -> String {
    match &of.what {
        What::ReviewTool { only_reads, accepted: true } => {
            let effect = if *only_reads { " --effect read" } else { "" };
            match quoted(&format!("{}__{}", of.server, of.tool)) {
                Some(name) => {
                    format!("if it only reads: `countersign tools accept {name}{effect}`")
                }
                None => "if it only reads: `countersign tools accept` it with `--effect read`"
                    .to_owned(),
            }
        }
        What::ReviewTool { .. } => match quoted(&of.server) {
            Some(server) => format!("`countersign tools review {server}`"),
            None => "`countersign tools review`".to_owned(),
        },
        What::KeepAnswer { pattern, waits, .. } => {
            let id = waits.map_or_else(|| "ID".to_owned(), |id| id.short());
            let how = match pattern {
                None => "--remember forever".to_owned(),
                Some(when) => {
                    let options = options(when).unwrap_or_default();
                    format!("--remember pattern{options} --for {DAYS}d")
                }
            };
            let ends = match pattern {
                None => String::new(),
                Some(_) => format!(", which ends after {DAYS} days or {} uses", Wish::USUAL_USES),
            };
            let told = format!("`countersign approve {id} {how}`{ends}");
            if waits.is_some() { told } else { format!("at its next question: {told}") }
        }
        What::AllowRule { .. } => {
            let diff = diff(of).and_then(|diff| serde_json::to_string(&diff).ok());
            match diff.and_then(|diff| quoted(&diff)) {
                Some(diff) => format!("`printf '%s' {diff} | countersign policy propose -`"),
                None => {
                    "`countersign policy suggest --allow --out - | countersign policy propose -`"
                        .to_owned()
                }
            }
        }
    }
}

/// Conditions as options of a command; nothing where one of them cannot be typed.
fn options(when: &Map<String, Value>) -> Option<String> {
    let one = |(name, condition): (&String, &Value)| {
        let condition = match condition {
            // What would be read as something else is written as JSON.
            Value::String(text) if serde_json::from_str::<Value>(text).is_err() => text.clone(),
            other => other.to_string(),
        };
        let text = (!name.is_empty() && !name.contains('=')).then(|| format!("{name}={condition}"));
        text.and_then(|text| quoted(&text)).map(|text| format!(" --where {text}"))
    };
    when.iter().map(one).collect()
}

/// A text as a shell reads it back; nothing where it has letters that may show as others.
fn quoted(text: &str) -> Option<String> {
    if text.is_empty() || !text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return None;
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./".contains(&b);
    if text.bytes().all(plain) && !text.starts_with('-') {
        return Some(text.to_owned());
    }
    // A backquote would end the place where the command is shown.
    (!text.contains('`')).then(|| format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(pattern: Value) -> Suggestion {
        Suggestion {
            what: What::KeepAnswer {
                agent: "dana".to_owned(),
                pattern: pattern.as_object().cloned(),
                waits: None,
            },
            server: "files".to_owned(),
            tool: "write_file".to_owned(),
            why: String::new(),
            backtest: Backtest { answered: 1, approved: 1, left_denied: 1, ..Backtest::default() },
        }
    }

    #[test]
    fn a_command_is_what_would_be_typed_or_not_told() {
        let said = command(&kept(json!({ "path": "/a b's/**" })));
        let wanted = r"--remember pattern --where 'path=/a b'\''s/**' --for 30d`, which ends after 30 days or 100 uses";
        assert!(
            said.starts_with("at its next question: `countersign approve ID")
                && said.ends_with(wanted),
            "{said}"
        );
        let said = command(&kept(json!({ "n": 5, "t": "5", "u": "*" })));
        assert!(
            said.contains(r#" --where 'n=5' --where 't="5"' --where 'u=*' --for 30d`,"#),
            "{said}"
        );
        for odd in ["\u{202e}x", "a`b", "é"] {
            assert!(!command(&kept(json!({ "path": odd }))).contains(odd), "{odd}");
        }
        assert!(command(&kept(Value::Null)).ends_with("--remember forever`"));
        let review = |accepted| Suggestion {
            what: What::ReviewTool { only_reads: true, accepted },
            ..kept(Value::Null)
        };
        assert_eq!(command(&review(false)), "`countersign tools review files`");
        assert!(command(&review(true)).ends_with("tools accept files__write_file --effect read`"));
    }

    #[test]
    fn the_words_say_what_was_tried() {
        let told = tested(&kept(Value::Null).backtest);
        assert_eq!(
            told,
            "would have answered 1 question: 1 approved, 0 denied, 0 not answered; \
             1 denied question about this tool would still have been asked"
        );
    }
}
