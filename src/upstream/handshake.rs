//! The first exchange with a server: which protocol, and what each side offers.
//!
//! Servers are spoken to in the protocol with a handshake (2025-11-25 and older). The newer one has none and
//! wants its own members in every request's `_meta`; a permit's line does not carry them, so a server that
//! speaks nothing else is refused by name instead of being half understood.

use crate::upstream::answer::Answer;
use crate::upstream::raw::{is_object, member, member_text};
use crate::upstream::relay::allows;
use serde_json::value::RawValue;

/// What is offered.
const OFFERED: &str = "2025-11-25";
/// The first protocol without a handshake.
const MODERN: &str = "2026-07-28";

/// What came of the handshake. All but the version is JSON as received.
#[derive(Debug, Clone)]
pub struct Handshake {
    /// The protocol version that the server chose.
    pub protocol: String,
    /// What it can do; `{}` when it did not say.
    pub capabilities: Box<RawValue>,
    /// Its own name and version.
    pub server_info: Option<Box<RawValue>>,
    /// What it tells the model: a JSON string.
    pub instructions: Option<Box<RawValue>>,
}

impl Handshake {
    /// Whether it says that it can do this: `tools`, `prompts`, `resources`, `completions`, `logging`.
    #[must_use]
    pub fn offers(&self, capability: &str) -> bool {
        member(self.capabilities.get(), capability).is_some_and(is_object)
    }
}

/// Why there is no handshake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It speaks only a protocol that we don't speak to servers.
    Modern(String),
    /// Anything else.
    Other(String),
}

/// The `initialize` line. It offers what may be relayed, and never the client's model.
pub(crate) fn initialize(id: u64, allow_requests: &[String]) -> Vec<u8> {
    let mut offers = Vec::new();
    if allows(allow_requests, "elicitation/create") {
        offers.push(r#""elicitation":{}"#);
    }
    if allows(allow_requests, "roots/list") {
        offers.push(r#""roots":{}"#);
    }
    let (offers, version) = (offers.join(","), env!("CARGO_PKG_VERSION"));
    format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"initialize\",\"params\":{{\"protocolVersion\":\"{OFFERED}\",\"capabilities\":{{{offers}}},\"clientInfo\":{{\"name\":\"countersign\",\"version\":\"{version}\"}}}}}}\n"
    )
    .into_bytes()
}

/// The line that ends the handshake.
pub(crate) fn initialized() -> Vec<u8> {
    b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n".to_vec()
}

/// Reads the answer to `initialize`.
pub(crate) fn read(answer: &Answer) -> Result<Handshake, Refused> {
    let result = match answer {
        Answer::Result(result) => result,
        Answer::Error(error) => return Err(refusal(error)),
    };
    let owned = |key| member(result.get(), key).map(ToOwned::to_owned);
    let protocol = member_text(result.get(), "protocolVersion")
        .filter(|version| is_date(version))
        .ok_or_else(|| {
            Refused::Other("its answer to `initialize` names no protocol version".into())
        })?;
    if protocol.as_str() >= MODERN {
        return Err(Refused::Modern(format!("it chose protocol {protocol}")));
    }
    let empty = || RawValue::from_string("{}".to_owned()).ok();
    let capabilities = owned("capabilities")
        .filter(|value| is_object(value))
        .or_else(empty)
        .ok_or_else(|| Refused::Other("its capabilities cannot be read".into()))?;
    Ok(Handshake {
        protocol,
        capabilities,
        server_info: owned("serverInfo").filter(|value| is_object(value)),
        instructions: owned("instructions").filter(|value| value.get().starts_with('"')),
    })
}

fn refusal(error: &RawValue) -> Refused {
    let code = member(error.get(), "code").map_or("", RawValue::get);
    let message = member_text(error.get(), "message").unwrap_or_default();
    let message = crate::domain::visible::shorten(&crate::domain::visible::inline(&message), 200);
    let said = format!("it refused `initialize`: {message} ({code})");
    match code {
        "-32601" | "-32022" => Refused::Modern(said),
        _ => Refused::Other(said),
    }
}

fn is_date(text: &str) -> bool {
    let shape =
        |(at, b): (usize, u8)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    text.len() == MODERN.len() && text.bytes().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use crate::upstream::answer::Answer;
    use crate::upstream::handshake::{Refused, initialize, read};
    use serde_json::value::RawValue;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("JSON")
    }

    #[test]
    fn only_what_may_be_relayed_is_offered() {
        let line = |allow: &[&str]| {
            let allow: Vec<String> = allow.iter().map(|s| (*s).to_owned()).collect();
            String::from_utf8(initialize(1, &allow)).expect("text")
        };
        assert!(line(&[]).contains(r#""capabilities":{},"#));
        let all = line(&["elicitation", "roots", "sampling"]);
        assert!(all.contains(r#""capabilities":{"elicitation":{},"roots":{}},"#));
        assert!(all.ends_with("}\n") && serde_json::from_str::<Box<RawValue>>(&all).is_ok());
    }

    #[test]
    fn any_version_with_a_handshake_is_taken() {
        for version in ["2024-11-05", "2025-06-18", "2025-11-25"] {
            let text = format!(
                r#"{{"protocolVersion":"{version}","capabilities":{{"tools":{{ }}}},"instructions":"a\n"}}"#
            );
            let read = read(&Answer::Result(raw(&text))).expect("a handshake");
            assert_eq!(read.protocol, version);
            assert!(read.offers("tools") && !read.offers("prompts"));
            assert_eq!(read.instructions.as_deref().map(RawValue::get), Some(r#""a\n""#));
        }
    }

    #[test]
    fn a_server_of_the_newer_protocol_is_refused_by_name() {
        let modern = Answer::Result(raw(r#"{"protocolVersion":"2026-07-28"}"#));
        assert!(matches!(read(&modern), Err(Refused::Modern(_))));
        for code in [-32601, -32022] {
            let error = Answer::Error(raw(&format!(r#"{{"code":{code},"message":"no\u001b"}}"#)));
            assert!(matches!(read(&error), Err(Refused::Modern(why)) if why.contains("no\\u{1b}")));
        }
        let other = Answer::Error(raw(r#"{"code":-32603,"message":"x"}"#));
        assert!(matches!(read(&other), Err(Refused::Other(_))));
        assert!(matches!(read(&Answer::Result(raw("{}"))), Err(Refused::Other(_))));
    }
}
