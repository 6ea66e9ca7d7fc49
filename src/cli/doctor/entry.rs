//! Servers in the configuration files of clients, whatever the client calls the place.

use crate::cli::doctor::jsonc;
use serde_json::Value;

/// One server that a client starts or reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The client's name for it.
    pub(crate) name: String,
    /// Program and arguments; empty for a server that is reached over the network.
    pub(crate) argv: Vec<String>,
    /// Names of the environment values that the client sets.
    pub(crate) env: Vec<String>,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON with comments.
    Json,
    /// TOML.
    Toml,
}

/// Every server under these keys of the text, at the top and, for Claude Code, in each of its projects.
///
/// # Errors
/// Why the text cannot be read.
pub(crate) fn entries(text: &str, format: Format, key: &str) -> Result<Vec<Entry>, String> {
    let tree: Value = match format {
        Format::Json if text.trim().is_empty() => Value::Null,
        Format::Json => serde_json::from_str(&jsonc::plain(text)).map_err(|e| e.to_string())?,
        Format::Toml => toml::from_str(text).map_err(|e| e.message().to_owned())?,
    };
    let mut out = Vec::new();
    collect(&tree, key, &mut out);
    for project in
        tree.get("projects").and_then(Value::as_object).into_iter().flat_map(|p| p.values())
    {
        collect(project, key, &mut out);
    }
    Ok(out)
}

fn collect(tree: &Value, key: &str, out: &mut Vec<Entry>) {
    let Some(servers) = tree.get(key).and_then(Value::as_object) else { return };
    for (name, server) in servers {
        let off = |key: &str, value: bool| server.get(key).and_then(Value::as_bool) == Some(value);
        if off("disabled", true) || off("enabled", false) {
            continue;
        }
        let env = server.get("env").or_else(|| server.get("environment"));
        let env = env.and_then(Value::as_object).map(|env| env.keys().cloned().collect());
        out.push(Entry { name: name.clone(), argv: argv(server), env: env.unwrap_or_default() });
    }
}

/// `command` and `args`; opencode writes one list, older Zed an object with `path`.
fn argv(server: &Value) -> Vec<String> {
    let texts = |list: Option<&Value>| -> Vec<String> {
        let items = list.and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (command, args) = match server.get("command") {
        Some(Value::String(command)) => (command, texts(server.get("args"))),
        Some(Value::Array(_)) => return texts(server.get("command")),
        Some(object @ Value::Object(_)) => match object.get("path") {
            Some(Value::String(path)) => (path, texts(object.get("args"))),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    std::iter::once(command.clone()).chain(args).collect()
}

#[cfg(test)]
mod tests {
    use crate::cli::doctor::entry::{Format, entries};

    fn argv(text: &str, format: Format, key: &str) -> Vec<Vec<String>> {
        entries(text, format, key).unwrap().into_iter().map(|e| e.argv).collect()
    }

    #[test]
    fn every_way_of_writing_a_command_is_read() {
        let want = vec![vec!["npx".to_owned(), "x".to_owned()]];
        let usual = r#"{"mcpServers": {"a": {"command": "npx", "args": ["x"]}}} // c"#;
        assert_eq!(argv(usual, Format::Json, "mcpServers"), want);
        assert_eq!(argv(r#"{"mcp": {"a": {"command": ["npx", "x"]}}}"#, Format::Json, "mcp"), want);
        let zed = r#"{"context_servers": {"a": {"command": {"path": "npx", "args": ["x"]}}}}"#;
        assert_eq!(argv(zed, Format::Json, "context_servers"), want);
        let codex = "[mcp_servers.a]\ncommand = \"npx\"\nargs = [\"x\"]\n";
        assert_eq!(argv(codex, Format::Toml, "mcp_servers"), want);
        let project =
            r#"{"projects": {"/p": {"mcpServers": {"a": {"command": "npx", "args": ["x"]}}}}}"#;
        assert_eq!(argv(project, Format::Json, "mcpServers"), want);
    }

    #[test]
    fn what_is_switched_off_or_empty_is_not_there() {
        let off = r#"{"mcp": {"a": {"command": ["x"], "enabled": false}, "b": {"command": ["x"], "disabled": true}}}"#;
        assert!(argv(off, Format::Json, "mcp").is_empty());
        assert!(argv("", Format::Json, "mcp").is_empty());
        assert!(entries("{", Format::Json, "mcp").is_err());
    }
}
