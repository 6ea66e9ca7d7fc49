//! A policy server elsewhere, asked after our own layers: it may deny, ask or warn, and lifts nothing.
//!
//! It speaks OPA's data API: `POST URL {"input": ...}` answers `{"result": {"allow": ..., "deny_reasons": ...}}`, or
//! `{"result": true}`. Whatever is not such an answer in time is a failure, told as one, and what then holds is what the
//! configuration says. Redirects are not followed and no proxy is used: the input goes to the address that was written.
//! One that did not answer a call in time is left alone for a second, so that not every call waits in vain.

use crate::config::Remote;
use crate::domain::policy::OnError;
use crate::domain::ruling::{Layer, Reason, Ruling, Verdict};
use crate::policy::Shown;
use serde_json::{Value, json};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// An answer larger than this is none, in bytes.
const ANSWER_MAX: usize = 64 * 1024;
/// Reasons and warnings taken of one answer, and characters of each.
const TOLD_MAX: usize = 32;
const TEXT_MAX: usize = 300;
/// Inputs of one call that it is asked about, and how many of them at a time.
const ASKED_MAX: usize = 64;
const AT_ONCE: usize = 16;
/// It could not be shown the whole call, which whoever calls can bring about: that lets nothing pass.
const LIMIT: &str = "limit";

/// A server that could not be reached by a call, or did not answer it in time, is not asked again for so long.
const REST: Duration = Duration::from_secs(1);

/// The server that is left alone, until when, and how it failed. One for the process, as the client is.
static RESTING: Mutex<Option<(String, Instant, &'static str)>> = Mutex::new(None);

/// What the server says of one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::gate) struct Opinion {
    /// Why it denies; empty when it does not.
    pub(in crate::gate) deny_reasons: Vec<String>,
    /// Why it wants a person asked.
    pub(in crate::gate) ask_reasons: Vec<String>,
    /// What it tells without asking for anything.
    pub(in crate::gate) warnings: Vec<String>,
    /// Why there is no opinion: `timeout`, `connect`, `status`, `too_large`, `undefined`, or `limit`: it could not be shown
    /// the whole call.
    pub(in crate::gate) error: Option<&'static str>,
}

impl Opinion {
    fn failed(error: &'static str) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// What it comes to.
    #[must_use]
    pub(in crate::gate) fn verdict(&self, on_error: OnError) -> Verdict {
        match (self.error, on_error) {
            (Some(_), OnError::Deny) => Verdict::Deny,
            _ if !self.deny_reasons.is_empty() => Verdict::Deny,
            (Some(LIMIT), OnError::Allow) => Verdict::Ask,
            _ if !self.ask_reasons.is_empty() => Verdict::Ask,
            _ => Verdict::Allow,
        }
    }

    /// Puts it into a ruling, which it can only make stricter.
    fn tighten(self, ruling: &mut Ruling, on_error: OnError) {
        ruling.verdict = ruling.verdict.max(self.verdict(on_error));
        let reason = |rule: &str, message: String, verdict| Reason {
            layer: Layer::Remote,
            rule: format!("remote.{rule}"),
            message,
            verdict,
        };
        let mut reasons = Vec::new();
        if let Some(error) = self.error {
            let what = match error {
                LIMIT => {
                    "the policy server was not shown all of a call that is too large or cannot be read"
                }
                _ => "the policy server gave no decision",
            };
            let (verdict, then) = match on_error {
                OnError::Deny => (Some(Verdict::Deny), "so the call is denied"),
                OnError::Allow if error == LIMIT => (Some(Verdict::Ask), "so a person is asked"),
                OnError::Allow => (None, "so it has no say"),
            };
            reasons.push(reason("error", format!("{what} (`{error}`), {then}"), verdict));
        }
        for why in self.deny_reasons {
            let message = format!("the policy server denies this: {why}");
            reasons.push(reason(&why, message, Some(Verdict::Deny)));
        }
        for why in self.ask_reasons {
            let message = format!("the policy server wants a yes: {why}");
            reasons.push(reason(&why, message, Some(Verdict::Ask)));
        }
        // Many inputs of one call say the same.
        for reason in reasons {
            if !ruling.reasons.contains(&reason) {
                ruling.reasons.push(reason);
            }
        }
        ruling.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
        for warning in self.warnings.into_iter().map(|text| format!("remote: {text}")) {
            if !ruling.warnings.contains(&warning) {
                ruling.warnings.push(warning);
            }
        }
    }
}

/// Asks the server about every input of a call; its ruling can only become stricter.
///
/// Only a call that waited for nothing lets the server rest. What fails at once, as a wrong answer does, is asked about
/// again: it costs no time, and says nothing of the next input.
pub(in crate::gate) async fn tighten(remote: &Remote, shown: &Shown, ruling: &mut Ruling) {
    let asked = shown.inputs.get(..ASKED_MAX).unwrap_or(&shown.inputs);
    for some in asked.chunks(AT_ONCE) {
        let asked = some.iter().map(|input| ask(remote, input));
        for opinion in futures_util::future::join_all(asked).await {
            if let Some(error @ ("timeout" | "connect")) = opinion.error {
                rest(remote, error);
            }
            opinion.tighten(ruling, remote.on_error);
        }
    }
    if !shown.whole || asked.len() < shown.inputs.len() {
        Opinion::failed(LIMIT).tighten(ruling, remote.on_error);
    }
    // What another server says has no text that could be compared, so no answer leans on it.
    if ruling.reasons.iter().any(|r| r.layer == Layer::Remote && r.verdict.is_some()) {
        ruling.leans = None;
    }
}

/// Leaves the server alone from now on. What rests already rests no longer for it.
fn rest(remote: &Remote, error: &'static str) {
    if resting(remote).is_none() {
        let mut resting = RESTING.lock().unwrap_or_else(PoisonError::into_inner);
        *resting = Some((remote.url.clone(), Instant::now() + REST, error));
    }
}

/// How the server failed that is left alone now.
fn resting(remote: &Remote) -> Option<&'static str> {
    let resting = RESTING.lock().unwrap_or_else(PoisonError::into_inner);
    let (url, until, error) = resting.as_ref()?;
    (*url == remote.url && Instant::now() < *until).then_some(*error)
}

/// Asks the server about one input; one that is left alone has failed already. Whoever only asks, as agents may with any
/// input they like, never lets it rest.
pub(in crate::gate) async fn ask(remote: &Remote, input: &Value) -> Opinion {
    if let Some(error) = resting(remote) {
        return Opinion::failed(error);
    }
    ask_now(remote, input).await
}

async fn ask_now(remote: &Remote, input: &Value) -> Opinion {
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

/// Whether the server answers anything at all within this time.
///
/// # Errors
/// Why not: `timeout`, `connect` or `status`.
pub async fn answers(remote: &Remote, within: Duration) -> Result<(), &'static str> {
    let remote = Remote { timeout: within, ..remote.clone() };
    match ask_now(&remote, &json!({ "schema": 1 })).await.error {
        Some(error @ ("timeout" | "connect" | "status")) => Err(error),
        _ => Ok(()),
    }
}

/// Where judged inputs go, without what may be secret in the address, and whether others can read them on their way.
#[must_use]
pub fn whereto(remote: &Remote) -> (String, bool) {
    let Ok(mut url) = reqwest::Url::parse(&remote.url) else {
        return ("an address that cannot be read".to_owned(), false);
    };
    // Of an address without a host none of this can be set; it has none of it, either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let open = url.scheme() == "http" && !here;
    (url.to_string(), open)
}

/// Makes sure that TLS has its cryptography before a client is built: one provider for the process.
pub fn ready_tls() {
    // Somebody was first: the same one stands.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// One client for the process: it keeps its connection.
fn client() -> Option<&'static reqwest::Client> {
    static CLIENT: OnceLock<Option<reqwest::Client>> = OnceLock::new();
    CLIENT
        .get_or_init(|| {
            ready_tls();
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
    fn what_it_was_not_shown_lets_nothing_pass() {
        let unseen = || Opinion::failed(LIMIT);
        assert_eq!(unseen().verdict(OnError::Allow), Verdict::Ask);
        assert_eq!(unseen().verdict(OnError::Deny), Verdict::Deny);
        let denied = Opinion { error: Some(LIMIT), ..denied() };
        assert_eq!(denied.verdict(OnError::Allow), Verdict::Deny);
        assert_eq!(Opinion::failed("timeout").verdict(OnError::Allow), Verdict::Allow);
    }

    #[test]
    fn where_inputs_go_is_told_without_secrets() {
        for (url, told, open) in [
            ("http://ann:pw@h.test:8181/v1/data/x?token=t#f", "http://h.test:8181/v1/data/x", true),
            ("https://h.test/x", "https://h.test/x", false),
            ("http://127.0.0.1:8181/x", "http://127.0.0.1:8181/x", false),
            ("http://[::1]:8181/x", "http://[::1]:8181/x", false),
            ("http://localhost/x", "http://localhost/x", false),
            ("http://localhost.h.test/x", "http://localhost.h.test/x", true),
            ("http://127.0.0.1.h.test/x", "http://127.0.0.1.h.test/x", true),
            ("http://0.0.0.0/x", "http://0.0.0.0/x", true),
            ("http://", "an address that cannot be read", false),
        ] {
            let timeout = Duration::from_secs(1);
            let remote = Remote { url: url.to_owned(), timeout, on_error: OnError::Allow };
            assert_eq!(whereto(&remote), (told.to_owned(), open), "{url}");
        }
    }

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
