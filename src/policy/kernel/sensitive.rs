//! Files through which a write becomes a program, or a read becomes a leak.
//!
//! A call that names one and is not a proven read is tier 3 whatever the environment: an agent that may write a shell
//! start-up file, a git hook or the configuration of its own client has all that the next start of these has. A proven
//! read that names a key or credential is tier 2, so it asks by default and a rule can free it. Reading the rest stays
//! a read: looking at `.bashrc` harms nobody. Directories count as their files do. Not every such file of the
//! world is here; what is missing is still a write.

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::sync::LazyLock;

/// A kind of sensitive file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// What it is, for a person.
    pub what: &'static str,
    /// Reading it gives something away.
    pub secret: bool,
    names: &'static str,
}

const KINDS: [Kind; 8] = [
    Kind {
        what: "keys or configuration of ssh",
        secret: true,
        names: r"\.ssh|etc/ssh|id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys",
    },
    Kind {
        what: "a store of credentials",
        secret: true,
        names: r"\.(?:npmrc|netrc|_netrc|pypirc|pgpass|my\.cnf|git-credentials|vault-token|gnupg|password-store|aws|azure)|\.config/(?:gcloud|op|gh/hosts\.yml)|\.kube/config|\.docker/config\.json|\.cargo/credentials(?:\.toml)?|\.gem/credentials|etc/(?:g?shadow|sudoers(?:\.d)?)|library/keychains",
    },
    Kind {
        what: "the configuration of an MCP client",
        secret: false,
        names: r"\.mcp\.json|\.claude\.json|\.claude/settings[\w.-]*\.json|claude_desktop_config\.json|mcp_config\.json|\.cursor/(?:mcp|permissions|cli|hooks)\.json|\.codex/config\.toml|\.gemini/settings\.json|\.vscode/(?:mcp|settings|tasks|launch)\.json|code/user/(?:mcp|settings|tasks)\.json|\.?zed/(?:settings|tasks|keymap)\.json|opencode\.jsonc?|goose/config\.ya?ml",
    },
    Kind {
        what: "the hooks or commands of an agent",
        secret: false,
        names: r"\.(?:claude|cursor|codex|gemini|opencode|goose)/(?:hooks|agents|commands|plugins?|skills|rules|extensions)",
    },
    Kind {
        what: "a shell start-up file",
        secret: false,
        names: r"\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|xprofile|xsessionrc|xinitrc|pam_environment|envrc)|fish/(?:config\.fish|conf\.d|functions)|etc/(?:profile(?:\.d)?|bash\.bashrc|zsh(?:rc|env)?|environment|ld\.so\.preload)|profile\.ps1",
    },
    Kind {
        what: "hooks or configuration of git",
        secret: false,
        names: r"\.git/(?:hooks|config|info/attributes)|\.(?:gitconfig|githooks|husky)|\.config/git|core\.hookspath",
    },
    Kind {
        what: "a table of timed jobs",
        secret: false,
        names: r"etc/(?:ana)?cron(?:tab|\.\w+)?|spool/(?:cron|at)",
    },
    Kind {
        what: "programs that the system starts by itself",
        secret: false,
        names: r"\.config/(?:systemd|autostart)|\.local/share/systemd|etc/(?:systemd|init\.d|rc\.local|xdg/autostart|pam\.d)|systemd/(?:user|system)|library/launch(?:agents|daemons)|start menu/programs/startup",
    },
];

/// A dotfile whose name is a word of programs too (`user.profile`, `.login {`) counts only as a path.
const AS_PATH_ONLY: &str = r"(?:^|/)\.(?:profile|login|logout)\s*$";

/// One table for all policies, compiled when the first call is judged: starting up need not wait for it.
static SENSITIVE: LazyLock<Result<Sensitive, regex::Error>> = LazyLock::new(Sensitive::build);

/// The kind of file that this reading of a text names; one whose reading leaks comes first.
pub(crate) fn named_in(reading: &str) -> Option<Kind> {
    match &*SENSITIVE {
        Ok(sensitive) => sensitive.named_in(reading),
        Err(_) => Some(UNCHECKED),
    }
}

/// What every text names when the table does not compile.
const UNCHECKED: Kind =
    Kind { what: "something that could not be checked", secret: true, names: "" };

/// The kinds, compiled: one pass says whether there is any, the set says which.
struct Sensitive {
    any: Regex,
    which: RegexSet,
}

impl Sensitive {
    fn build() -> Result<Self, regex::Error> {
        let mut sources: Vec<String> = KINDS
            .iter()
            .map(|kind| format!(r"(?:^|[^\w.-])(?:{})(?:$|[^\w-])", kind.names))
            .collect();
        if let Some(shells) = sources.get_mut(4) {
            shells.push('|');
            shells.push_str(AS_PATH_ONLY);
        }
        Ok(Self {
            any: RegexBuilder::new(&sources.join("|"))
                .case_insensitive(true)
                .unicode(false)
                .build()?,
            which: RegexSetBuilder::new(&sources).case_insensitive(true).unicode(false).build()?,
        })
    }

    fn named_in(&self, reading: &str) -> Option<Kind> {
        if !self.any.is_match(reading.as_bytes()) {
            return None;
        }
        self.which
            .matches(reading.as_bytes())
            .iter()
            .next()
            .and_then(|index| KINDS.get(index))
            .copied()
    }
}
