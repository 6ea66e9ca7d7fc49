//! A policy server elsewhere, asked after our own layers: it may deny, ask or warn, and lifts nothing.
//!
//! It speaks OPA's data API: `POST URL {"input": ...}` answers `{"result": {"allow": ..., "deny_reasons": ...}}`, or
//! `{"result": true}`. Whatever is not such an answer in time is a failure, told as one, and what then holds is what the
//! configuration says. Redirects are not followed and no proxy is used: the input goes to the address that was written.

use crate::config::Remote;
use crate::domain::policy::OnError;
use crate::domain::ruling::{Layer, Reason, Ruling, Verdict};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// An answer larger than this is none, in bytes.
const ANSWER_MAX: usize = 64 * 1024;
/// Reasons and warnings taken of one answer, and characters of each.
const TOLD_MAX: usize = 32;
const TEXT_MAX: usize = 300;

/// What the server says of one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opinion {
    /// Why it denies; empty when it does not.
    pub deny_reasons: Vec<String>,
    /// Why it wants a person asked.
    pub ask_reasons: Vec<String>,
    /// What it tells without asking for anything.
    pub warnings: Vec<String>,
    /// Why there is no opinion: `timeout`, `connect`, `status`, `too_large` or `undefined`.
    pub error: Option<&'static str>,
}

impl Opinion {
    fn failed(error: &'static str) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// What it comes to.
    #[must_use]
    pub fn verdict(&self, on_error: OnError) -> Verdict {
        match (self.error, on_error) {
            (Some(_), OnError::Deny) => Verdict::Deny,
            _ if !self.deny_reasons.is_empty() => Verdict::Deny,
            _ if !self.ask_reasons.is_empty() => Verdict::Ask,
            _ => Verdict::Allow,
        }
    }

    /// Puts it into a ruling, which it can only make stricter.
    pub fn tighten(self, ruling: &mut Ruling, on_error: OnError) {
        ruling.verdict = ruling.verdict.max(self.verdict(on_error));
        let reason = |rule: &str, message: String, verdict| Reason {
            layer: Layer::Remote,
            rule: format!("remote.{rule}"),
            message,
            verdict,
        };
        let mut reasons = Vec::new();
        if let Some(error) = self.error {
            let (verdict, then) = match on_error {
                OnError::Deny => (Some(Verdict::Deny), "so the call is denied"),
                OnError::Allow => (None, "so it has no say"),
            };
            let message = format!("the policy server gave no decision (`{error}`), {then}");
            reasons.push(reason("error", message, verdict));
        }
        for why in self.deny_reasons {
            let message = format!("the policy server denies this: {why}");
            reasons.push(reason(&why, message, Some(Verdict::Deny)));
        }
        for why in self.ask_reasons {
            let message = format!("the policy server wants a yes: {why}");
            reasons.push(reason(&why, message, Some(Verdict::Ask)));
        }
        ruling.reasons.extend(reasons);
        ruling.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
        ruling.warnings.extend(self.warnings.into_iter().map(|text| format!("remote: {text}")));
    }
}

/// Asks the server about every input of a call; its ruling can only become stricter.
pub(in crate::gate) async fn tighten(remote: &Remote, inputs: &[Value], ruling: &mut Ruling) {
    let asked = inputs.iter().map(|input| ask(remote, input));
    for opinion in futures_util::future::join_all(asked).await {
        opinion.tighten(ruling, remote.on_error);
    }
}

/// Asks the server about one input.
pub async fn ask(remote: &Remote, input: &Value) -> Opinion {
    let asked = tokio::time::timeout(remote.timeout, answer(&remote.url, input)).await;
    match asked {
        Ok(Ok(answer)) => read(&answer),
        Ok(Err(error)) => Opinion::failed(error),
        Err(_) => Opinion::failed("timeout"),
    }
}

async fn answer(url: &str, input: &Value) -> Result<Vec<u8>, &'static str> {
    let client = client().ok_or("connect")?;
    let sent = client.post(url).json(&json!({ "input": input })).send().await;
    let mut response = sent.map_err(|_| "connect")?;
    if !response.status().is_success() {
        return Err("status");
    }
    let mut answer = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|_| "connect")? {
        if answer.len() + part.len() > ANSWER_MAX {
            return Err("too_large");
        }
        answer.extend_from_slice(&part);
    }
    Ok(answer)
}

/// One client for the process: it keeps its connection.
fn client() -> Option<&'static reqwest::Client> {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            let plain = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build();
            plain.ok()
        })
        .as_ref()
}

/// Reads an answer; what is not plainly one is a failure.
fn read(answer: &[u8]) -> Opinion {
    let undefined = Opinion::failed("undefined");
    let Ok(answer) = serde_json::from_slice::<Value>(answer) else { return undefined };
    match answer.get("result") {
        Some(Value::Bool(true)) => Opinion::default(),
        Some(Value::Bool(false)) => denied(),
        Some(Value::Object(result)) => {
            let Some(allow) = result.get("allow").and_then(Value::as_bool) else {
                return undefined;
            };
            let told = |name: &str| match result.get(name) {
                None => Some(Vec::new()),
                Some(value) => texts(value),
            };
            let (Some(deny_reasons), Some(ask_reasons), Some(warnings)) =
                (told("deny_reasons"), told("ask_reasons"), told("warnings"))
            else {
                return undefined;
            };
            let opinion = Opinion { deny_reasons, ask_reasons, warnings, error: None };
            if !allow && opinion.deny_reasons.is_empty() && opinion.ask_reasons.is_empty() {
                return Opinion { warnings: opinion.warnings, ..denied() };
            }
            opinion
        }
        _ => undefined,
    }
}

fn denied() -> Opinion {
    Opinion { deny_reasons: vec!["denied".to_owned()], ..Opinion::default() }
}

/// A list of texts, or the keys of an object, as a partial set is written on some wires.
fn texts(value: &Value) -> Option<Vec<String>> {
    let mut texts: Vec<String> = match value {
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()?
        }
        Value::Object(members) => members.keys().cloned().collect(),
        _ => return None,
    };
    texts.sort();
    texts.truncate(TOLD_MAX);
    Some(texts.into_iter().map(|text| text.chars().take(TEXT_MAX).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_answer_is_an_opinion() {
        let of = |text: &str| read(text.as_bytes());
        assert_eq!(of(r#"{"result":true}"#), Opinion::default());
        assert_eq!(of(r#"{"result":{"allow":true}}"#), Opinion::default());
        assert_eq!(of(r#"{"result":false}"#).verdict(OnError::Allow), Verdict::Deny);
        assert_eq!(of(r#"{"result":{"allow":false}}"#).deny_reasons, ["denied"]);
        let told = of(r#"{"result":{"allow":true,"deny_reasons":{"b":true,"a":true}}}"#);
        assert_eq!(told.deny_reasons, ["a", "b"]);
        assert_eq!(
            told.verdict(OnError::Allow),
            Verdict::Deny,
            "a reason denies, whatever `allow` says"
        );
        let asked = of(r#"{"result":{"allow":true,"ask_reasons":["look"]}}"#);
        assert_eq!(asked.verdict(OnError::Allow), Verdict::Ask);
        for none in [
            "{}",
            "",
            "[]",
            r#"{"result":{}}"#,
            r#"{"result":{"allow":"yes"}}"#,
            r#"{"result":{"allow":true,"deny_reasons":"x"}}"#,
            r#"{"result":null}"#,
            r#"{"result":{"allow":true,"deny_reasons":[1]}}"#,
        ] {
            assert_eq!(of(none).error, Some("undefined"), "{none}");
            assert_eq!(of(none).verdict(OnError::Deny), Verdict::Deny, "{none}");
            assert_eq!(of(none).verdict(OnError::Allow), Verdict::Allow, "{none}");
        }
    }
}
