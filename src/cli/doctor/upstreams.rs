//! The configured servers and rules: can they be started, and what do they let pass.

use crate::app::env;
use crate::cli::doctor::check::Checks;
use crate::config::{Config, Upstream};
use crate::domain::ruling::{Tier, Verdict};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Looks at servers and rules.
pub(crate) fn look(config: &Config, checks: &mut Checks) {
    if config.upstreams.is_empty() {
        checks.note("servers", "none is configured; `countersign wrap -- CMD` needs none");
    }
    for (name, upstream) in &config.upstreams {
        match program(upstream) {
            Some(path) => checks.ok("servers", format!("`{name}` starts `{}`", path.display())),
            None => checks.error(
                "servers",
                format!("`{name}`: the program `{}` is not found", upstream.command),
                "install it, or write its whole path into the configuration",
            ),
        }
        if let Some(folder) = upstream.cwd.as_ref().filter(|folder| !folder.is_dir()) {
            checks.error(
                "servers",
                format!("`{name}`: its folder `{}` is not there", folder.display()),
                "make it",
            );
        }
    }
    for rule in &config.rules {
        if rule.effect == Verdict::Allow && rule.allow_tier >= Tier::GRAVE {
            checks.warn(
                "rules",
                format!(
                    "`{}` lets calls of tier 3 on `{}` run without a yes",
                    rule.name, rule.tool
                ),
                "take `allow_tier = 3` out, unless that is meant",
            );
        }
    }
}

/// Where the program is, as it will be looked up when it is started.
fn program(upstream: &Upstream) -> Option<PathBuf> {
    let command = Path::new(&upstream.command);
    if upstream.command.contains('/') {
        let path = match &upstream.cwd {
            Some(folder) => folder.join(command),
            None => command.to_owned(),
        };
        return executable(&path).then_some(path);
    }
    let folders = match upstream.env.get("PATH") {
        Some(own) => std::env::split_paths(own).collect(),
        None => env::search_path(),
    };
    folders.into_iter().map(|folder| folder.join(command)).find(|path| executable(path))
}

fn executable(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
