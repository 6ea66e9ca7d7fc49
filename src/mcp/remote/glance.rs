//! What a message is about, before it is taken: read by the strict reader, and held against the headers.
//!
//! Programs on the way choose by the headers what they let pass, so in the modern era a header that says something else
//! than the body is refused. What counts is the body alone.

use crate::domain::json::Node;
use crate::mcp::answer::error_line;
use crate::mcp::request::{self, MODERN, NotAMessage};
use axum::http::HeaderMap;

/// The header that names a legacy session.
pub(in crate::mcp::remote) const SESSION: &str = "mcp-session-id";
/// The header that says the version of the protocol.
pub(in crate::mcp::remote) const VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";

/// A header says something else than the body.
pub(in crate::mcp::remote) const HEADER_MISMATCH: i64 = -32020;

/// One message, as much as is needed to know whose it is.
#[derive(Debug)]
pub(in crate::mcp::remote) struct Glance {
    /// Its id as JSON text; `None` for notifications.
    pub(in crate::mcp::remote) id: Option<String>,
    /// Its method; `None` for answers.
    pub(in crate::mcp::remote) method: Option<String>,
    /// The version that `_meta` says, where it says one at all.
    pub(in crate::mcp::remote) version: Option<String>,
    /// The client's name, by `_meta` or by `initialize`.
    pub(in crate::mcp::remote) client: Option<String>,
    /// Whether `_meta` says what the client can do.
    says_capabilities: bool,
    /// What `Mcp-Name` must repeat, and whether it must.
    name: Option<String>,
    wanted: bool,
}

impl Glance {
    /// Reads a body.
    pub(in crate::mcp::remote) fn at(body: &[u8]) -> Result<Self, NotAMessage> {
        let tree = request::read(body)?;
        let message = request::envelope(&tree)?;
        let text = |node: Option<&Node<'_>>| node.and_then(Node::as_str).map(str::to_owned);
        let params = message.params;
        let meta = params.and_then(|params| params.get("_meta"));
        let of_meta = |key| meta.and_then(|meta| meta.get(key));
        let client = match message.method {
            Some("initialize") => params.and_then(|params| params.get("clientInfo")),
            _ => of_meta(request::CLIENT),
        };
        let (name, wanted) = match message.method {
            Some("tools/call" | "prompts/get") => (Some("name"), true),
            Some("resources/read") => (Some("uri"), true),
            // Not every client says it of these.
            Some("tasks/get" | "tasks/update" | "tasks/cancel") => (Some("taskId"), false),
            _ => (None, false),
        };
        Ok(Self {
            // What is no text is some version still, and not one that we know.
            version: of_meta(request::VERSION).map(|v| v.as_str().unwrap_or_default().to_owned()),
            client: text(client.and_then(|client| client.get("name"))),
            says_capabilities: of_meta(request::CAPABILITIES)
                .is_some_and(|said| said.object().is_some()),
            name: text(name.and_then(|key| params.and_then(|params| params.get(key)))),
            wanted,
            method: message.method.map(str::to_owned),
            id: message.id,
        })
    }

    /// Whether it is of the era without sessions, by what it or its header says.
    pub(in crate::mcp::remote) fn is_modern(&self, headers: &HeaderMap) -> bool {
        self.version.is_some()
            || self.method.as_deref() == Some("server/discover")
            || one(headers, VERSION).is_ok_and(|version| version == Some(MODERN))
    }

    /// Holds a modern request against its headers.
    ///
    /// # Errors
    /// The line that answers it.
    pub(in crate::mcp::remote) fn agrees(&self, headers: &HeaderMap) -> Result<(), Vec<u8>> {
        let id = self.id.as_deref();
        let mismatch = |what: &str| {
            let why = format!("header mismatch: {what}");
            error_line(id, HEADER_MISMATCH, &why, None)
        };
        let said = |name| {
            one(headers, name).map_err(|()| mismatch("a header stands twice, or is no text"))
        };
        let Some(version) = &self.version else {
            let why = "say the protocol version in `_meta` of each request";
            return Err(error_line(id, -32602, why, None));
        };
        if !self.says_capabilities {
            let why = "say the client's capabilities, an object, in `_meta` of each request";
            return Err(error_line(id, -32602, why, None));
        }
        if said(VERSION)? != Some(version.as_str()) {
            return Err(mismatch("`MCP-Protocol-Version` is not what `_meta` says"));
        }
        if said(METHOD)? != self.method.as_deref() {
            return Err(mismatch("`Mcp-Method` is not the method"));
        }
        let name = said(NAME)?;
        match (&self.name, name) {
            (Some(own), Some(told)) if is_told(own, told) => Ok(()),
            // Whatever has no name where one is wanted is refused for that.
            (None, None) => Ok(()),
            (Some(_), None) if !self.wanted => Ok(()),
            _ => Err(mismatch("`Mcp-Name` is not what is asked for")),
        }
    }
}

/// The one value of a header.
///
/// # Errors
/// When it stands there twice, or is no text.
pub(in crate::mcp::remote) fn one<'h>(
    headers: &'h HeaderMap,
    name: &str,
) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

/// Whether a header tells this name: as it is, or in Base64 where a header could not carry it.
fn is_told(name: &str, told: &str) -> bool {
    match told.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        Some(coded) => coded == base64(name.as_bytes()),
        None => told == name,
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| {
            bits << 8 | usize::from(three.get(at).copied().unwrap_or_default())
        });
        for at in 0..4 {
            let letter = LETTERS.get(bits >> (18 - 6 * at) & 63).copied().unwrap_or(b'=');
            out.push(if at > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn headers(of: &[(&'static str, &str)]) -> HeaderMap {
        let mut all = HeaderMap::new();
        for (name, value) in of {
            all.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        all
    }

    const CALL: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"notes__read",
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":{}}}}"#;

    #[test]
    fn what_a_header_says_must_be_what_the_body_says() {
        let glance = Glance::at(CALL.as_bytes()).unwrap();
        let whole = [(VERSION, MODERN), (METHOD, "tools/call"), (NAME, "notes__read")];
        assert!(glance.is_modern(&HeaderMap::new()));
        assert!(glance.agrees(&headers(&whole)).is_ok());
        for at in 0..whole.len() {
            let mut without = whole.to_vec();
            without.remove(at);
            assert!(glance.agrees(&headers(&without)).is_err(), "without {:?}", whole[at]);
            let mut twice = whole.to_vec();
            twice.push(whole[at]);
            assert!(glance.agrees(&headers(&twice)).is_err(), "twice {:?}", whole[at]);
            let mut other = whole.to_vec();
            other[at].1 = "other";
            let line = glance.agrees(&headers(&other)).unwrap_err();
            assert!(String::from_utf8(line).unwrap().contains("-32020"));
        }
    }

    #[test]
    fn what_a_client_can_do_must_be_said() {
        let whole = headers(&[(VERSION, MODERN), (METHOD, "tools/call"), (NAME, "notes__read")]);
        let unsaid = CALL.replace("clientCapabilities", "other");
        for body in [unsaid, CALL.replace(":{}}", ":[]}")] {
            let line = Glance::at(body.as_bytes()).unwrap().agrees(&whole).unwrap_err();
            assert!(String::from_utf8(line).unwrap().contains("-32602"), "{body}");
        }
    }

    #[test]
    fn a_name_that_no_header_carries_is_told_in_base64() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"fo"), "Zm8=");
        assert_eq!(base64(b"foo"), "Zm9v");
        assert_eq!(base64(&[0xfb, 0xff, 0xfe, 0x00]), "+//+AA==");
        assert!(is_told("file:///\u{fc}", "=?base64?ZmlsZTovLy/DvA==?="));
        assert!(!is_told("file:///u", "=?base64?ZmlsZTovLy/DvA==?="));
        let sentinel = "=?base64?Zm9v?=";
        assert!(!is_told(sentinel, sentinel), "what looks coded is read as coded");
    }
}
