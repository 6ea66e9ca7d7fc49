//! The user's clients: which of their servers go past us.
//!
//! A gate beside an open door helps nobody: the commonest mistake is a server that stands in `countersign.toml` and still in
//! the client's own configuration. Arguments of foreign commands may hold secrets and are never shown.

use crate::app::env;
use crate::cli::doctor::check::Checks;
use crate::cli::doctor::entry::{Entry, Format, entries};
use crate::cli::doctor::same::{self, Gate};
use crate::config::{Config, Reach};
use crate::domain::visible;
use std::path::{Path, PathBuf};

/// A file larger than this is no configuration.
const LARGEST: u64 = 32 * 1024 * 1024;

struct Place {
    client: &'static str,
    path: PathBuf,
    format: Format,
    key: &'static str,
}

/// Where clients keep their servers: for the user, and for the folder we are in.
fn places() -> Vec<Place> {
    let mut out = Vec::new();
    let mut json = |client, key, paths: Vec<Option<PathBuf>>| {
        let found = paths.into_iter().flatten();
        out.extend(found.map(|path| Place { client, path, format: Format::Json, key }));
    };
    let home = |path: &str| env::user_home().map(|home| home.join(path));
    let config = |path: &str| env::user_config().map(|config| config.join(path));
    let here = |path: &str| Some(PathBuf::from(path));
    json("Claude Code", "mcpServers", vec![here(".mcp.json"), home(".claude.json")]);
    json(
        "Claude Desktop",
        "mcpServers",
        vec![
            home("Library/Application Support/Claude/claude_desktop_config.json"),
            config("Claude/claude_desktop_config.json"),
            config("claude/claude_desktop_config.json"),
        ],
    );
    json("Cursor", "mcpServers", vec![here(".cursor/mcp.json"), home(".cursor/mcp.json")]);
    json(
        "VS Code",
        "servers",
        vec![
            here(".vscode/mcp.json"),
            config("Code/User/mcp.json"),
            home("Library/Application Support/Code/User/mcp.json"),
        ],
    );
    json(
        "Gemini",
        "mcpServers",
        vec![here(".gemini/settings.json"), home(".gemini/settings.json")],
    );
    json("Zed", "context_servers", vec![here(".zed/settings.json"), config("zed/settings.json")]);
    json(
        "opencode",
        "mcp",
        vec![
            here("opencode.json"),
            here("opencode.jsonc"),
            config("opencode/opencode.json"),
            config("opencode/opencode.jsonc"),
        ],
    );
    json(
        "Windsurf",
        "mcpServers",
        vec![home(".codeium/windsurf/mcp_config.json"), home(".codeium/mcp_config.json")],
    );
    let codex = [here(".codex/config.toml"), home(".codex/config.toml")].into_iter().flatten();
    out.extend(codex.map(|path| Place {
        client: "Codex",
        path,
        format: Format::Toml,
        key: "mcp_servers",
    }));
    out
}

/// Looks through all of them.
pub(crate) fn look(config: &Config, checks: &mut Checks) {
    let (mut files, mut seen) = (0_usize, Vec::new());
    for place in places() {
        let Ok(real) = place.path.canonicalize() else { continue };
        if seen.contains(&real) {
            continue;
        }
        seen.push(real);
        files += 1;
        match read(&place.path).and_then(|text| entries(&text, place.format, place.key)) {
            Ok(found) => found.iter().for_each(|entry| judge(config, &place, entry, checks)),
            Err(why) => {
                checks.note("clients", format!("{} cannot be read: {why}", place_name(&place)))
            }
        }
    }
    if files == 0 {
        checks.note("clients", "no client's configuration was found");
    }
}

fn read(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it has {size} bytes"));
    }
    std::fs::read_to_string(path).map_err(|e| e.to_string())
}

fn place_name(place: &Place) -> String {
    format!("{} (`{}`)", place.client, place.path.display())
}

fn judge(config: &Config, place: &Place, entry: &Entry, checks: &mut Checks) {
    let name = visible::inline(&entry.name).text;
    let place_name = place_name(place);
    if entry.argv.is_empty() {
        return checks
            .note("clients", format!("{place_name} reaches `{name}` over the network, past us"));
    }
    match same::gate(&entry.argv) {
        Gate::WrapsNothing => checks.warn(
            "clients",
            format!("{place_name} starts us as `{name}` to wrap nothing"),
            "put `--` and the server's command behind `wrap`",
        ),
        Gate::Gated => {
            checks.ok("clients", format!("{place_name} reaches `{name}` through us"));
            if place.client == "Gemini" && entry.env.is_empty() {
                checks.note(
                    "clients",
                    format!("Gemini hides variables such as `*TOKEN*` and `*KEY*` from `{name}` unless its `env` lists them"),
                );
            }
        }
        Gate::Ungated => {
            let upstream = config.upstreams.iter().find(|(_, upstream)| {
                let Reach::Program(program) = &upstream.reach else { return false };
                let argv: Vec<String> = std::iter::once(program.command.clone())
                    .chain(program.args.iter().cloned())
                    .collect();
                same::same(&argv, &entry.argv)
            });
            match upstream {
                Some((ours, _)) => checks.warn(
                    "clients",
                    format!("{place_name} starts `{name}` itself: the same server as our `{ours}`, ungated"),
                    format!("take `{name}` out there; `countersign serve` offers its tools as `{ours}__*`"),
                ),
                None => checks.warn(
                    "clients",
                    format!("{place_name} starts `{name}` itself, ungated"),
                    "put `countersign wrap --` before its command",
                ),
            }
        }
    }
}
