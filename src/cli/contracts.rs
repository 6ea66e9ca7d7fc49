//! `contracts`: writes what we offer as files, from the one registry in code: `tools/*.json` and
//! `mcp-manifest.json`.

use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::mcp::tools::{Offered, OwnTool, TOOLS, definition};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// `contracts`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign contracts            writes tools/*.json and mcp-manifest.json below the current folder
  countersign contracts --check    changes nothing; exit code 5 when a file is not what the code says")]
pub(crate) struct Args {
    /// Compares instead of writing.
    #[arg(long)]
    check: bool,
    /// The folder of the repository.
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

const SCHEMA: &str = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
const README: &str = "# Contracts of our tools

One file a tool that this server offers over MCP, and nothing else: name, title, description, annotations,
input and output schema as `tools/list` gives them, `refusals` (every code it may answer in
`_meta[\"countersign/refusal\"].code`, and when) and `examples` (arguments, and the refusal they meet or `null`).

They are generated: `countersign contracts` writes them, `countersign contracts --check` compares them, and a
test runs every example against the program and fails on a file without a tool.
";

fn contract(tool: &OwnTool) -> Result<Value> {
    let mut contract = definition(tool, tool.name);
    contract["toolset"] = json!(tool.toolset.as_str());
    contract["offered_to"] = json!(match tool.offered {
        Offered::Agents => "agents",
        Offered::Everyone => "agents and approvers",
    });
    contract["refusals"] =
        tool.all_refusals().map(|(code, when)| json!({ "code": code, "when": when })).collect();
    let mut examples = Vec::new();
    for example in tool.examples {
        let arguments: Value = serde_json::from_str(example.arguments)
            .with_context(|| format!("an example of `{}` is not JSON", tool.name))?;
        examples.push(json!({ "arguments": arguments, "refusal": example.refusal }));
    }
    contract["examples"] = examples.into();
    Ok(contract)
}

fn manifest() -> Value {
    let tools: Vec<Value> = TOOLS
        .iter()
        .map(|tool| {
            json!({
                "name": tool.name,
                "title": tool.title,
                "contract": format!("tools/{}.json", tool.name),
                "readOnlyHint": tool.read_only,
            })
        })
        .collect();
    let variable = |name: &str, description: &str, secret: bool| json!({ "name": name, "description": description, "isRequired": false, "isSecret": secret });
    json!({
        "$schema": SCHEMA,
        "name": "io.github.countersign/countersign",
        "title": "countersign",
        "description": "Nothing writes without a yes: holds MCP writes for a person, runs them once, on record.",
        "version": env!("CARGO_PKG_VERSION"),
        "packages": [{
            "registryType": "cargo",
            "identifier": "countersign",
            "version": env!("CARGO_PKG_VERSION"),
            "transport": { "type": "stdio" },
            "packageArguments": [{ "type": "positional", "value": "serve" }],
            "environmentVariables": [
                variable("COUNTERSIGN_HOME", "Folder of configuration, database, keys and signed heads.", false),
                variable("COUNTERSIGN_TOKEN", "API token; makes this an approver's session.", true),
                variable("IR_APPROVAL_TTL_SECONDS", "How long a yes lives, 1 to 86400 seconds.", false),
                variable("AUTH_ENABLED", "Whether reading needs a token too.", false),
                variable("APPROVAL_STORE", "`sqlite` or `in_memory`.", false),
            ],
        }],
        "_meta": {
            "io.modelcontextprotocol.registry/publisher-provided": {
                "protocolVersions": ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"],
                "tools": tools,
            },
        },
    })
}

fn pretty(value: &Value) -> Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Every file as the code says it, by its path below the repository.
fn files() -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::from([
        ("mcp-manifest.json".to_owned(), pretty(&manifest())?),
        ("tools/README.md".to_owned(), README.to_owned()),
    ]);
    for tool in TOOLS {
        files.insert(format!("tools/{}.json", tool.name), pretty(&contract(tool)?)?);
    }
    Ok(files)
}

/// Files in `tools/` that no tool stands behind.
fn orphans(dir: &Path, files: &BTreeMap<String, String>) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir.join("tools")) else { return Vec::new() };
    let named = entries.flatten().map(|e| format!("tools/{}", e.file_name().to_string_lossy()));
    let mut orphans: Vec<String> = named.filter(|name| !files.contains_key(name)).collect();
    orphans.sort();
    orphans
}

pub(crate) fn run(args: &Args) -> Result<Code> {
    let files = files()?;
    let mut faults = Vec::new();
    for (name, text) in &files {
        let path = args.dir.join(name);
        if args.check {
            let found = std::fs::read_to_string(&path).unwrap_or_default();
            if found != *text {
                faults.push(format!("`{name}` is not what the code says"));
            }
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make `{}`", folder.display()))?;
        }
        std::fs::write(&path, text)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    faults.extend(
        orphans(&args.dir, &files).iter().map(|name| format!("`{name}` has no tool behind it")),
    );
    if faults.is_empty() {
        output::line(format!("{} files are what the code says", files.len()))?;
        return Ok(Code::Ok);
    }
    Err(Stop::new(Code::CheckFailed, faults.join("; "))
        .help("run `countersign contracts`, and remove files that have no tool")
        .into())
}
