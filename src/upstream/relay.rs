//! What a server says of its own accord, and who hears it.
//!
//! A server may ask the person (elicitation) or for directories (roots) only where the configuration says
//! so; it never gets to use the client's model. What is not listed is answered "no such method", which is
//! also what our `initialize` told it.

use async_trait::async_trait;
use serde_json::value::RawValue;

/// Which list a server says has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// Its tools.
    Tools,
    /// Its prompts.
    Prompts,
    /// Its resources.
    Resources,
}

impl ListKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tools, Self::Prompts, Self::Resources];

    pub(crate) fn of(method: &str) -> Option<Self> {
        match method {
            "notifications/tools/list_changed" => Some(Self::Tools),
            "notifications/prompts/list_changed" => Some(Self::Prompts),
            "notifications/resources/list_changed" => Some(Self::Resources),
            _ => None,
        }
    }
}

/// Hears what servers say. The notifications are called from the reader, in the order of the wire: they must
/// not block, and whatever they keep they must bound.
#[async_trait]
pub trait Relay: Send + Sync {
    /// A request that the configuration allows. Its future is dropped when the server withdraws the request or
    /// ends. An error is a JSON-RPC code and message.
    async fn request(
        &self,
        server: &str,
        method: &str,
        params: Option<&RawValue>,
    ) -> Result<Box<RawValue>, (i64, String)>;

    /// A list is not what it was; also called, for all three, when a server was started again.
    fn list_changed(&self, server: &str, what: ListKind);

    /// Any other notification.
    fn notification(&self, server: &str, method: &str, params: Option<&RawValue>);
}

/// Whether requests of this method may reach the relay.
pub(crate) fn allows(allow_requests: &[String], method: &str) -> bool {
    let family = match method {
        "elicitation/create" => "elicitation",
        "roots/list" => "roots",
        _ => return false,
    };
    allow_requests.iter().any(|entry| entry == family || entry == method)
}

/// The line that answers a server's request.
pub(crate) fn answer_line(id: &str, answer: Result<&RawValue, (i64, &str)>) -> Vec<u8> {
    let mut line = format!(r#"{{"jsonrpc":"2.0","id":{id},"#).into_bytes();
    match answer {
        Ok(result) => {
            line.extend_from_slice(b"\"result\":");
            // Only white space between values can be a raw line break in JSON.
            line.extend(
                result.get().bytes().map(|b| if matches!(b, b'\n' | b'\r') { b' ' } else { b }),
            );
        }
        Err((code, message)) => {
            line.extend_from_slice(format!(r#""error":{{"code":{code},"message":"#).as_bytes());
            crate::domain::json::Node::String(message.into()).write(&mut line);
            line.push(b'}');
        }
    }
    line.extend_from_slice(b"}\n");
    line
}

#[cfg(test)]
mod tests {
    use crate::upstream::relay::{allows, answer_line};
    use serde_json::value::RawValue;

    #[test]
    fn only_what_is_listed_is_relayed_and_never_the_model() {
        let all =
            ["elicitation", "roots/list", "sampling", "sampling/createMessage"].map(str::to_owned);
        assert!(allows(&all, "elicitation/create") && allows(&all, "roots/list"));
        assert!(!allows(&all, "sampling/createMessage") && !allows(&[], "roots/list"));
    }

    #[test]
    fn an_answer_is_one_line() {
        let result = RawValue::from_string("{\n\"a\":\r\n1}".into()).expect("JSON");
        assert_eq!(
            answer_line("\"x\"", Ok(&result)),
            b"{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":{ \"a\":  1}}\n"
        );
        let error = answer_line("3", Err((-1, "no\n\"way\"")));
        assert_eq!(error, b"{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-1,\"message\":\"no\\n\\\"way\\\"\"}}\n");
    }
}
