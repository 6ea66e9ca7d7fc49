//! Our own files and the platform: who else could touch them, and whether proof at a terminal can be checked.

use crate::app::Globals;
use crate::cli::ancestry::{self, Ancestry};
use crate::cli::doctor::check::Checks;
use crate::store::lease;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Files that hold a secret or decide something.
const OURS: [&str; 5] =
    ["countersign.db", "store.key", "head.key", "heads.jsonl", "countersign.toml"];

/// The home and what lies in it.
pub(crate) fn home(globals: &Globals, checks: &mut Checks) {
    let home = &globals.home;
    if !home.exists() {
        return checks.note(
            "home",
            format!("`{}` is not there yet; the first command makes it", home.display()),
        );
    }
    let mut good = mode(home, 0o077, "chmod 700", checks);
    for name in OURS {
        let path = home.join(name);
        // The configuration holds no secret of ours; that others read it is the user's affair.
        let others = if name == "countersign.toml" { 0o022 } else { 0o077 };
        good &= !path.exists()
            || mode(
                &path,
                others,
                if others == 0o022 { "chmod go-w" } else { "chmod 600" },
                checks,
            );
    }
    let keys = ["store.key", "head.key", "head.pub"].map(|name| home.join(name).exists());
    if home.join("countersign.db").exists() && keys.contains(&false) {
        good = false;
        checks.warn(
            "keys",
            "the database is there, but one of `store.key`, `head.key`, `head.pub` is not",
            "put it back from a backup; without it neither digests nor signed heads can be checked",
        );
    }
    if good {
        checks.ok("home", format!("`{}` and the files in it are yours alone", home.display()));
    }
}

fn mode(path: &Path, others: u32, remedy: &str, checks: &mut Checks) -> bool {
    let Ok(found) = std::fs::symlink_metadata(path) else {
        checks.error("home", format!("cannot look at `{}`", path.display()), "check who owns it");
        return false;
    };
    if found.uid() != rustix::process::geteuid().as_raw() {
        checks.error(
            "home",
            format!("`{}` belongs to another user", path.display()),
            "make it yours",
        );
        return false;
    }
    if found.mode() & others != 0 {
        let what = format!(
            "`{}` has mode {:o}: others can touch it",
            path.display(),
            found.mode() & 0o777
        );
        checks.error("home", what, format!("run `{remedy} '{}'`", path.display()));
        return false;
    }
    true
}

/// The configuration file, which is right by now.
pub(crate) fn config(globals: &Globals, checks: &mut Checks) {
    let path = globals.config.display();
    if globals.config.exists() {
        checks.ok("configuration", format!("`{path}` is valid"));
    } else {
        checks.note("configuration", format!("`{path}` is not there, so the defaults hold"));
    }
}

/// Live servers, and whether we stand below one.
pub(crate) fn processes(globals: &Globals, checks: &mut Checks) {
    let holders = match lease::holders(&globals.home) {
        Ok(holders) => holders,
        Err(error) => {
            return checks.warn(
                "proof",
                format!("nothing can be decided at a terminal: {error}"),
                "end what is served, and remove that lease",
            );
        }
    };
    checks.note(
        "sessions",
        match holders.len() {
            0 => "nothing is served now".to_owned(),
            1 => "1 session is served now".to_owned(),
            n => format!("{n} sessions are served now"),
        },
    );
    if !ancestry::is_known() {
        return checks.warn(
            "proof",
            "this platform does not show the parents of a process, so an agent's own terminal looks like a person's",
            "decide with an API token that the agent cannot read",
        );
    }
    match ancestry::look(&holders) {
        Ancestry::Agent { pid } => checks.note(
            "proof",
            format!("this terminal runs below process {pid}, which runs a gateway: nothing can be decided here"),
        ),
        Ancestry::Broken { pid } => checks.note(
            "proof",
            format!("the parent of process {pid}, above this terminal, cannot be seen: nothing can be decided here"),
        ),
        Ancestry::Clear | Ancestry::Unknown => {
            checks.ok("proof", "parents of processes can be seen, so an agent's own terminal is told apart");
        }
    }
}
