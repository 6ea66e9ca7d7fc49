//! `input_required`: the modern era asks nobody while a call is open. The client is told what is needed, asks its user, and
//! makes the same call again with the answer and with the state that we gave.

use crate::domain::approval::Approval;
use crate::domain::call::Method;
use crate::domain::json::Node;
use crate::gate::CameBack;
use crate::mcp::answer::Era;
use crate::mcp::roads::elicitation::{params, said};
use serde_json::json;

/// The one thing that we ask for.
const KEY: &str = "approval";
/// Members of the params of a call that comes back.
pub(in crate::mcp) const STATE: &str = "requestState";
/// What its user said, by what was asked.
pub(in crate::mcp) const RESPONSES: &str = "inputResponses";

/// The result that asks.
pub(in crate::mcp) fn form(approval: &Approval, state: &str) -> String {
    let ask = json!({ "method": "elicitation/create", "params": params(approval) });
    json!({ "resultType": "input_required", "inputRequests": { KEY: ask }, STATE: state })
        .to_string()
}

/// What a request came back with. Only calls of tools in the modern era do, and with both or neither.
///
/// # Errors
/// A message for the client.
pub(in crate::mcp) fn came_back(
    method: &str,
    era: Era,
    params: Option<&Node<'_>>,
) -> Result<Option<CameBack>, String> {
    let member = |name| params.and_then(|params| params.get(name));
    let (state, responses) = (member(STATE), member(RESPONSES));
    if state.is_none() && responses.is_none() {
        return Ok(None);
    }
    if era == Era::Legacy || method != Method::ToolsCall.as_str() {
        return Err(format!("`{STATE}` and `{RESPONSES}` belong to `tools/call` of 2026-07-28"));
    }
    let (Some(Node::String(state)), Some(responses)) = (state, responses) else {
        return Err(format!("`{STATE}`, a string, and `{RESPONSES}` come together"));
    };
    match responses.object() {
        Some([(key, answer)]) if key == KEY => {
            Ok(Some(CameBack { state: state.as_ref().to_owned(), said: said(answer) }))
        }
        _ => Err(format!("`{RESPONSES}` must hold `{KEY}`, which was asked for, and nothing else")),
    }
}
