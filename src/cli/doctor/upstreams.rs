//! The configured servers and rules: can they be started, and what do they let pass.

use crate::app::env;
use crate::cli::doctor::check::Checks;
use crate::config::{Config, Program, Reach, Site};
use crate::domain::ruling::{Tier, Verdict};
use crate::upstream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Looks at servers and rules.
pub(crate) fn look(config: &Config, checks: &mut Checks) {
    if config.upstreams.is_empty() {
        checks.note("servers", "none is configured; `countersign wrap -- CMD` needs none");
    }
    for (name, upstream) in &config.upstreams {
        match &upstream.reach {
            Reach::Program(program) => start(name, program, checks),
            Reach::Http(site) => call(name, site, checks),
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

fn start(name: &str, program: &Program, checks: &mut Checks) {
    match found(program) {
        Some(path) => checks.ok("servers", format!("`{name}` starts `{}`", path.display())),
        None => checks.error(
            "servers",
            format!("`{name}`: the program `{}` is not found", program.command),
            "install it, or write its whole path into the configuration",
        ),
    }
    if let Some(folder) = program.cwd.as_ref().filter(|folder| !folder.is_dir()) {
        checks.error(
            "servers",
            format!("`{name}`: its folder `{}` is not there", folder.display()),
            "make it",
        );
    }
}

/// Nothing is sent: whether it answers, the first client sees.
fn call(name: &str, site: &Site, checks: &mut Checks) {
    match upstream::usable(site) {
        Ok(()) => checks.ok("servers", format!("`{name}` is at `{}`", site.shown())),
        Err(why) => checks.error(
            "servers",
            format!("`{name}`: {why}"),
            "write it, for this user alone (mode 0600)",
        ),
    }
}

/// Where the program is, as it will be looked up when it is started.
fn found(program: &Program) -> Option<PathBuf> {
    let command = Path::new(&program.command);
    if program.command.contains('/') {
        let path = match &program.cwd {
            Some(folder) => folder.join(command),
            None => command.to_owned(),
        };
        return executable(&path).then_some(path);
    }
    let folders = match program.env.get("PATH") {
        Some(own) => std::env::split_paths(own).collect(),
        None => env::search_path(),
    };
    folders.into_iter().map(|folder| folder.join(command)).find(|path| executable(path))
}

fn executable(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
