//! One call as it was read, once: what is judged, shown, stored, hashed and sent.

use crate::domain::digest::{Digest, StoreKey};
use crate::domain::id::SessionId;
use crate::domain::json::Canonical;
use crate::domain::principal::{Principal, Tenant};
use serde::{Deserialize, Serialize};

/// The methods that may reach an upstream. Whatever is not here never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// Runs a tool.
    #[serde(rename = "tools/call")]
    ToolsCall,
    /// Lists tools.
    #[serde(rename = "tools/list")]
    ToolsList,
    /// Reads a resource.
    #[serde(rename = "resources/read")]
    ResourcesRead,
    /// Lists resources.
    #[serde(rename = "resources/list")]
    ResourcesList,
    /// Lists resource templates.
    #[serde(rename = "resources/templates/list")]
    ResourceTemplatesList,
    /// Fetches a prompt.
    #[serde(rename = "prompts/get")]
    PromptsGet,
    /// Lists prompts.
    #[serde(rename = "prompts/list")]
    PromptsList,
    /// Completes an argument.
    #[serde(rename = "completion/complete")]
    Complete,
}

impl Method {
    const ALL: [Self; 8] = [
        Self::ToolsCall,
        Self::ToolsList,
        Self::ResourcesRead,
        Self::ResourcesList,
        Self::ResourceTemplatesList,
        Self::PromptsGet,
        Self::PromptsList,
        Self::Complete,
    ];

    /// Its word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToolsCall => "tools/call",
            Self::ToolsList => "tools/list",
            Self::ResourcesRead => "resources/read",
            Self::ResourcesList => "resources/list",
            Self::ResourceTemplatesList => "resources/templates/list",
            Self::PromptsGet => "prompts/get",
            Self::PromptsList => "prompts/list",
            Self::Complete => "completion/complete",
        }
    }

    /// Reads the word; `None` for every method that may not reach an upstream.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == word)
    }
}

/// The name under which questions about our own doing are put (a plan, a run). No server can be configured under it.
pub const OWN: &str = "countersign";

/// Which server: the configured name, and a keyed digest of everything that makes it that server
/// (argv, working directory, environment passed on, configured environment).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UpstreamId {
    /// The configured name.
    pub name: String,
    /// Changes with argv, working directory, environment values or configured environment.
    pub digest: Digest,
}

/// Everything that a call is made of. Turned into a [`Call`], it can no longer change.
#[derive(Debug, Clone)]
pub struct CallParts {
    /// The sealed world the call belongs to.
    pub tenant: Tenant,
    /// Who asks.
    pub principal: Principal,
    /// The process that serves the client.
    pub session: SessionId,
    /// The server to be called.
    pub upstream: UpstreamId,
    /// The method.
    pub method: Method,
    /// The upstream's own name of the tool or prompt; the URI of a resource; empty for a listing.
    pub tool: String,
    /// Digest of the definition the call was judged by; zero where there is none.
    pub definition: Digest,
    /// The arguments as written; `None` when the client sent none, which is not the same as `{}`.
    pub arguments: Option<Canonical>,
}

impl CallParts {
    /// What a question about our own doing is sealed as: a plan, a run. No server has such tools, so nothing of it is
    /// ever sent; every byte that a person sees is bound all the same.
    #[must_use]
    pub fn own(
        tenant: Tenant,
        principal: Principal,
        session: SessionId,
        tool: &str,
        arguments: Canonical,
    ) -> Self {
        Self {
            tenant,
            principal,
            session,
            upstream: UpstreamId { name: OWN.to_owned(), digest: Digest::ZERO },
            method: Method::ToolsCall,
            tool: tool.to_owned(),
            definition: Digest::ZERO,
            arguments: Some(arguments),
        }
    }
}

/// Keyed digest of arguments in their sorted form, and of nothing else of a call.
#[must_use]
pub fn arguments_digest(arguments: Option<&Canonical>, key: &StoreKey) -> Digest {
    let present: &[u8] = if arguments.is_some() { &[1] } else { &[0] };
    let sorted = arguments.map(|a| a.sorted().unwrap_or_else(|_| a.as_bytes().to_vec()));
    key.mac("arguments", &[present, sorted.as_deref().unwrap_or_default()])
}

/// One call: its parts and the digests that bind a yes to exactly these parts.
#[derive(Debug, Clone)]
pub struct Call {
    parts: CallParts,
    digest: Digest,
    match_key: Digest,
}

impl Call {
    /// Seals the parts. `digest` covers tenant, principal, upstream identity, method, tool, definition
    /// and argument bytes as written; `match_key` the same with keys sorted, so a repeated call finds its
    /// row although its keys came in another order. The session is in neither: a later session of the
    /// same principal may resume.
    #[must_use]
    pub fn seal(parts: CallParts, key: &StoreKey) -> Self {
        let digest =
            Self::mac(&parts, key, "call", parts.arguments.as_ref().map(Canonical::as_bytes));
        // Bytes of the strict reader can be read again; were they not, the written form only matches less.
        let sorted =
            parts.arguments.as_ref().map(|a| a.sorted().unwrap_or_else(|_| a.as_bytes().to_vec()));
        let match_key = Self::mac(&parts, key, "match", sorted.as_deref());
        Self { parts, digest, match_key }
    }

    fn mac(parts: &CallParts, key: &StoreKey, purpose: &str, arguments: Option<&[u8]>) -> Digest {
        let present: &[u8] = if arguments.is_some() { &[1] } else { &[0] };
        key.mac(
            purpose,
            &[
                parts.tenant.as_str().as_bytes(),
                parts.principal.to_string().as_bytes(),
                parts.upstream.name.as_bytes(),
                &parts.upstream.digest.0,
                parts.method.as_str().as_bytes(),
                parts.tool.as_bytes(),
                &parts.definition.0,
                present,
                arguments.unwrap_or_default(),
            ],
        )
    }

    /// The parts, unchangeable.
    #[must_use]
    pub fn parts(&self) -> &CallParts {
        &self.parts
    }

    /// Binds a yes: changes with any part and any byte.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Finds the row of the same call in another key order.
    #[must_use]
    pub fn match_key(&self) -> Digest {
        self.match_key
    }

    /// `server.tool`, for people.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.parts.upstream.name, self.parts.tool)
    }
}
