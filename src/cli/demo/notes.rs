//! The bundled server that the demo stands in front of: a few notes in memory, over MCP on stdio.
//!
//! Each executed call is appended to the file that it is given before it is answered, so the demo can count
//! what really reached the server.

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ServerHandler, ServiceExt as _};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Clone)]
struct Notes {
    log: PathBuf,
    notes: Arc<Mutex<BTreeMap<String, String>>>,
}

fn tool(name: &'static str, description: &'static str, properties: Value) -> Tool {
    let required: Vec<String> =
        properties.as_object().map(|p| p.keys().cloned().collect()).unwrap_or_default();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    let schema: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
    Tool::new(name, description, Arc::new(schema))
}

impl Notes {
    fn record(&self, call: &CallToolRequestParams) -> std::io::Result<()> {
        let line = format!("{}\n", json!([call.name, call.arguments]));
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        log.write_all(line.as_bytes())
    }
}

impl ServerHandler for Notes {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("notes", env!("CARGO_PKG_VERSION")))
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let id = json!({ "type": "string", "description": "the note's name" });
        let text = json!({ "type": "string", "description": "its new text" });
        Ok(ListToolsResult::with_all_items(vec![
            tool("read_note", "Read a note", json!({ "id": id })),
            tool(
                "write_note",
                "Write a note, replacing what it said",
                json!({ "id": id, "text": text }),
            ),
        ]))
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let failed = |why: std::io::Error| ErrorData::internal_error(why.to_string(), None);
        self.record(&call).map_err(failed)?;
        let member = |name: &str| {
            let arguments = call.arguments.as_ref()?;
            Some(arguments.get(name)?.as_str()?.to_owned())
        };
        let id = member("id").unwrap_or_default();
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match (call.name.as_ref(), member("text")) {
            ("write_note", Some(text)) => {
                notes.insert(id.clone(), text);
                format!("wrote `{id}`")
            }
            ("read_note", _) => {
                notes.get(&id).cloned().unwrap_or_else(|| format!("there is no note `{id}`"))
            }
            _ => return Err(ErrorData::invalid_params("no such tool", None)),
        };
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

/// Serves notes on stdin and stdout until the client leaves.
///
/// # Errors
/// When the session cannot start.
pub(super) async fn serve(log: PathBuf) -> anyhow::Result<()> {
    let first = ("welcome".to_owned(), "Nothing writes without a yes.".to_owned());
    let notes = Arc::new(Mutex::new(BTreeMap::from([first])));
    let running = Notes { log, notes }.serve(rmcp::transport::io::stdio_pipes()).await?;
    running.waiting().await?;
    Ok(())
}
