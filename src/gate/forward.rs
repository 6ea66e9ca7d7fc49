//! The one place that sends, and what is recorded of how it ended.

use crate::domain::call::Method;
use crate::domain::digest::Digest;
use crate::domain::id::ApprovalId;
use crate::domain::json::{Limits, Node, parse};
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::gate::{Gate, Member, Refusal, Reply, Told};
use crate::journal::Permit;
use crate::upstream::{Answer, Lost, ProgressSink, Sent};
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Answers above this are not kept for other waiters.
const KEPT_MAX: usize = 16 * 1024 * 1024;

/// Marks a kept error object, so that it is handed on as what it was. A result object begins with `{`.
const ERROR_MARK: char = '!';

impl Gate {
    /// Sends what the permit permits and records the outcome.
    pub(in crate::gate) async fn forward(
        &self,
        permit: Permit,
        member: &Member,
        progress: Option<ProgressSink>,
        cancel: &CancellationToken,
    ) -> Reply {
        self.send(permit, member, progress, cancel).await.1
    }

    /// The same, and says how it ended. The outcome of what somebody said yes to is on record before its answer goes
    /// out; that of an allowed call is recorded while the answer travels.
    pub(in crate::gate) async fn send(
        &self,
        permit: Permit,
        member: &Member,
        progress: Option<ProgressSink>,
        cancel: &CancellationToken,
    ) -> (OutcomeKind, Reply) {
        let Sent { receipt, answer, took } = member.server.send(permit, progress, cancel).await;
        let failed = if receipt.settles_first() { is_tool_error } else { is_plain_error };
        let mut outcome = outcome_of(&answer, receipt.call().parts().method, failed);
        outcome.took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let name = receipt.call().name();
        let of = receipt.approval();
        let kind = outcome.kind;
        if receipt.settles_first() {
            let kept = kept_answer(&answer);
            if let Err(error) = self.journal.settle(&receipt, outcome, kept).await {
                tracing::error!("the outcome of `{name}` is not on record: {error}");
            }
        } else {
            let journal = self.journal.clone();
            self.recording.spawn(async move {
                if let Err(error) = journal.settle(&receipt, outcome, None).await {
                    tracing::error!("an outcome is not on record: {error}");
                }
            });
        }
        let reply = match answer {
            Ok(Answer::Result(raw)) => Reply::Result(Told { text: text_of(raw), of, ours: false }),
            Ok(Answer::Error(raw)) => Reply::Error(Told { text: text_of(raw), of, ours: false }),
            Err(Lost::NotSent(why)) => {
                Refusal { of, ..Refusal::upstream_down(&member.server.id().name, &why) }.into()
            }
            Err(lost) => Refusal { of, ..Refusal::unknown_outcome(&name, lost.code()) }.into(),
        };
        (kind, reply)
    }

    /// The member, once its server takes calls; asked for before anything is used up.
    pub(in crate::gate) async fn ready(&self, name: &str) -> Result<Arc<Member>, Refusal> {
        let member = self.fleet.get(name).ok_or_else(|| Refusal::unknown(name))?;
        match member.server.ready(self.fleet.patience()).await {
            Ok(_) => Ok(member),
            Err(why) => Err(Refusal::upstream_down(name, &why.to_string())),
        }
    }
}

/// What was kept for a later waiter, as the reply it was.
pub(in crate::gate) fn kept_reply(text: String, id: ApprovalId) -> Reply {
    let of = Some(id);
    match text.strip_prefix(ERROR_MARK) {
        Some(error) => Reply::Error(Told { text: error.into(), of, ours: false }),
        None => Reply::Result(Told { text: text.into(), of, ours: false }),
    }
}

fn kept_answer(answer: &Result<Answer, Lost>) -> Option<Vec<u8>> {
    let kept = match answer {
        Ok(Answer::Result(raw)) => raw.get().as_bytes().to_vec(),
        Ok(Answer::Error(raw)) => format!("{ERROR_MARK}{}", raw.get()).into_bytes(),
        Err(_) => return None,
    };
    (kept.len() <= KEPT_MAX).then_some(kept)
}

fn text_of(raw: Box<RawValue>) -> Box<str> {
    raw.into()
}

fn outcome_of(answer: &Result<Answer, Lost>, method: Method, failed: fn(&str) -> bool) -> Outcome {
    let of = |kind, cause: Option<&str>, text: &str| Outcome {
        kind,
        cause: cause.map(str::to_owned),
        size: text.len() as u64,
        digest: (!text.is_empty()).then(|| Digest::sha256(&[text.as_bytes()])),
        took_ms: 0,
        tokens: told_tokens(text),
    };
    match answer {
        Ok(Answer::Result(raw)) if method == Method::ToolsCall && failed(raw.get()) => {
            of(OutcomeKind::Failed, Some("tool_error"), raw.get())
        }
        Ok(Answer::Result(raw)) => of(OutcomeKind::Ran, None, raw.get()),
        Ok(Answer::Error(raw)) => of(OutcomeKind::Failed, Some("protocol_error"), raw.get()),
        Err(lost @ Lost::NotSent(_)) => of(OutcomeKind::Failed, Some(lost.code()), ""),
        Err(lost) => of(OutcomeKind::Unknown, Some(lost.code()), ""),
    }
}

/// The tokens that a result tells of: `usage.total_tokens`, or input and output added, in `structuredContent` or
/// `_meta`. Most results hold no such word, so most are not parsed.
fn told_tokens(result: &str) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Usage {
        total_tokens: Option<u64>,
        input_tokens: Option<u64>,
        output_tokens: Option<u64>,
    }
    #[derive(serde::Deserialize)]
    struct Part {
        usage: Option<Usage>,
    }
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Telling {
        structured_content: Option<Part>,
        #[serde(rename = "_meta")]
        meta: Option<Part>,
    }
    memchr::memmem::find(result.as_bytes(), b"_tokens\"")?;
    let telling = serde_json::from_str::<Telling>(result).ok()?;
    let usage = |part: Option<Part>| part.and_then(|part| part.usage);
    let usage = usage(telling.structured_content).or_else(|| usage(telling.meta))?;
    let added = || usage.input_tokens?.checked_add(usage.output_tokens?);
    usage.total_tokens.or_else(added)
}

/// Whether a tool's result is an error, where more follows from it than a line in the journal: a run goes on, or a
/// person is told that what he allowed worked. Only `isError: false`, or none, in a result that the strict reader
/// takes is a success.
pub(crate) fn is_tool_error(result: &str) -> bool {
    match parse(result, &Limits::LINE) {
        Ok(Node::Object(members)) => members
            .iter()
            .find(|(name, _)| name == "isError")
            .is_some_and(|(_, flag)| !matches!(flag, Node::Bool(false))),
        Ok(_) | Err(_) => true,
    }
}

/// The same for a call that needed nobody. Most results hold no such word and nothing that could hide it, so most are
/// not parsed.
fn is_plain_error(result: &str) -> bool {
    let holds = |word: &[u8]| memchr::memmem::find(result.as_bytes(), word).is_some();
    (holds(b"isError") || holds(b"\\u00")) && is_tool_error(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_clearly_did_not_fail_is_a_success() {
        for good in [
            r#"{"content":[]}"#,
            r#"{"content":[],"isError":false}"#,
            r#"{"content":[{"type":"text","text":"\"isError\":true, \u00e9"}]}"#,
            r#"{"structuredContent":{"isError":true},"content":[]}"#,
        ] {
            assert!(!is_tool_error(good) && !is_plain_error(good), "{good}");
        }
        for bad in [
            r#"{"isError":true}"#,
            r#"{"isError":1}"#,
            r#"{"isError":"false"}"#,
            r#"{"isError":null}"#,
            r#"{"isError":false,"isError":true}"#,
            r#"{"isError":true,"isError":false}"#,
            r#"{"is\u0045rror":true}"#,
            r#"{"\u0069sError":true}"#,
        ] {
            assert!(is_tool_error(bad) && is_plain_error(bad), "{bad}");
        }
        // Of a call that needed nobody only a line is written, so it is not parsed for more than the flag.
        let twice = r#"{"content":[],"content":[]}"#;
        assert!(is_tool_error(twice) && !is_plain_error(twice));
    }
}
