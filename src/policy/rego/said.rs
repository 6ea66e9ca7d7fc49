//! What modules answered, as findings: the strictest of several answers, and what a failure comes to. No answer is ever made
//! milder here; a failure lets a call pass only where the module's own `on_error` says so, and is on record.

use crate::domain::policy::OnError;
use crate::domain::ruling::{Evaluated, Layer, Verdict};
use crate::policy::finding::Finding;
use crate::policy::rego::Entry;
use crate::policy::rego::answer::{Answer, Failure};
use std::borrow::Cow;

/// What the modules make of a call.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub findings: Vec<Finding>,
    pub warnings: Vec<String>,
    pub evaluated: Vec<Evaluated>,
}

/// The answers to all inputs as one: the strictest verdict, and every reason once. A deny stands whatever else failed.
pub(crate) fn merged(
    came: Vec<Result<Answer, Failure>>,
    too_many: Option<Failure>,
) -> Result<Answer, Failure> {
    let mut all = Answer { allow: true, ..Answer::default() };
    let mut failed = too_many;
    for one in came {
        match one {
            Ok(answer) => {
                all.allow &= answer.allow;
                all.cut |= answer.cut;
                all.deny_reasons.extend(answer.deny_reasons);
                all.ask_reasons.extend(answer.ask_reasons);
                all.warnings.extend(answer.warnings);
            }
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    for texts in [&mut all.deny_reasons, &mut all.ask_reasons, &mut all.warnings] {
        texts.sort_unstable();
        texts.dedup();
    }
    match failed {
        Some(failure) if all.verdict() != Verdict::Deny => Err(failure),
        _ => Ok(all),
    }
}

impl Said {
    pub(crate) fn take(&mut self, entry: &Entry, came: Result<Answer, Failure>) {
        let name = &entry.stored.name;
        let (verdict, error) = match came {
            Ok(answer) => {
                self.answer(name, &answer);
                (answer.verdict(), None)
            }
            Err(failure) => {
                let what = format!("module `{name}` {}", failure.words());
                let verdict = match entry.stored.on_error {
                    OnError::Allow => {
                        self.warnings
                            .push(format!("{name}: {what}, and its `on_error` lets the call pass"));
                        Verdict::Allow
                    }
                    OnError::Deny => {
                        self.find(
                            Verdict::Deny,
                            format!("{name}.error"),
                            format!("{what}, and its `on_error` denies"),
                        );
                        Verdict::Deny
                    }
                };
                (verdict, Some(failure.as_str().to_owned()))
            }
        };
        let package = entry.package.clone();
        self.evaluated.push(Evaluated { module: name.clone(), package, verdict, error });
    }

    fn answer(&mut self, name: &str, answer: &Answer) {
        for (verdict, texts) in
            [(Verdict::Deny, &answer.deny_reasons), (Verdict::Ask, &answer.ask_reasons)]
        {
            for text in texts {
                let word = if verdict == Verdict::Deny { "denies" } else { "asks" };
                let message = format!("module `{name}` {word}: {text}");
                self.find(verdict, format!("{name}.{}", code(text, verdict)), message);
            }
        }
        if !answer.allow && answer.deny_reasons.is_empty() {
            let message = format!("module `{name}` denies this and gives no reason");
            self.find(Verdict::Deny, format!("{name}.denied"), message);
        }
        self.warnings.extend(answer.warnings.iter().map(|warning| {
            if warning.starts_with(name) { warning.clone() } else { format!("{name}: {warning}") }
        }));
        if answer.cut {
            self.warnings.push(format!("{name}: it gave more, or longer, reasons than are kept"));
        }
    }

    fn find(&mut self, verdict: Verdict, rule: String, message: String) {
        let rule = Cow::Owned(rule);
        self.findings.push(Finding { verdict: Some(verdict), layer: Layer::Rego, rule, message });
    }
}

/// A reason that is a code is the rule's name; a sentence is only its message.
fn code(text: &str, verdict: Verdict) -> &str {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    match text.len() {
        1..=64 if text.bytes().all(plain) => text,
        _ if verdict == Verdict::Deny => "denied",
        _ => "asked",
    }
}
