//! What modules answered, as findings: the strictest of several answers, and what a failure comes to. No answer is ever made
//! milder here; a failure lets a call pass only where the module's own `on_error` says so, and is on record. A failure that
//! whoever calls can bring about, by a call that is too large or takes too long to judge, lets nothing pass.

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

/// What one module makes of all inputs of a call.
#[derive(Debug)]
pub(crate) struct Came {
    /// The strictest verdict, and every reason once.
    pub answer: Answer,
    /// The gravest failure beside it; none beside a deny, which stands whatever else failed.
    pub failure: Option<Failure>,
}

/// The answers to all inputs as one; `unseen` is why the inputs are not the whole call.
pub(crate) fn merged(came: Vec<Result<Answer, Failure>>, unseen: Option<Failure>) -> Came {
    let mut answer = Answer { allow: true, ..Answer::default() };
    let mut failure = unseen;
    for one in came {
        match one {
            Ok(one) => {
                answer.allow &= one.allow;
                answer.cut |= one.cut;
                answer.deny_reasons.extend(one.deny_reasons);
                answer.ask_reasons.extend(one.ask_reasons);
                answer.warnings.extend(one.warnings);
            }
            // What lets nothing pass counts before what may.
            Err(one) => {
                failure = failure.filter(|f| f.of_the_call() || !one.of_the_call()).or(Some(one))
            }
        }
    }
    for texts in [&mut answer.deny_reasons, &mut answer.ask_reasons, &mut answer.warnings] {
        texts.sort_unstable();
        texts.dedup();
    }
    let denied = answer.verdict() == Verdict::Deny;
    Came { answer, failure: failure.filter(|_| !denied) }
}

impl Said {
    pub(crate) fn take(&mut self, entry: &Entry, came: &Came) {
        self.answer(&entry.stored.name, &came.answer);
        let failed = came.failure.map(|failure| self.failed(entry, failure));
        self.evaluated.push(Evaluated {
            module: entry.stored.name.clone(),
            package: entry.package.clone(),
            verdict: failed.unwrap_or(Verdict::Allow).max(came.answer.verdict()),
            error: came.failure.map(|failure| failure.as_str().to_owned()),
        });
    }

    /// What a failure comes to.
    fn failed(&mut self, entry: &Entry, failure: Failure) -> Verdict {
        let name = &entry.stored.name;
        let what = format!("module `{name}` {}", failure.words());
        let (verdict, word, then) = match entry.stored.on_error {
            OnError::Deny => (Verdict::Deny, "error", "and its `on_error` denies"),
            // It is said once, of the input.
            OnError::Allow if failure == Failure::Unreadable => return Verdict::Ask,
            OnError::Allow if failure.of_the_call() => {
                (Verdict::Ask, failure.as_str(), "so a person is asked, whatever its `on_error`")
            }
            OnError::Allow => {
                self.warnings
                    .push(format!("{name}: {what}, and its `on_error` lets the call pass"));
                return Verdict::Allow;
            }
        };
        self.find(verdict, format!("{name}.{word}"), format!("{what}, {then}"));
        verdict
    }

    /// Fields that the configuration points to and that are no text.
    pub(crate) fn unreadable(&mut self, fields: &[&str]) {
        if fields.is_empty() {
            return;
        }
        let message = format!(
            "the configuration says where `{}` stands in the arguments, and what stands there is no text, so modules do \
             not see it and a person is asked",
            fields.join("`, `")
        );
        self.find(Verdict::Ask, "input.unreadable".to_owned(), message);
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
