//! What makes a server the server that it is.
//!
//! A yes is given for a call to *this* server. Its name is not enough: the same name with another program,
//! directory, credential or declared environment is another server, and everything that was said about the
//! first one (approvals, pins, remembered answers) must not carry over.

use crate::domain::call::UpstreamId;
use crate::domain::digest::StoreKey;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How one server is started and treated.
#[derive(Clone)]
pub struct Spec {
    /// The configured name.
    pub name: String,
    /// Program and arguments; never goes through a shell.
    pub argv: Vec<String>,
    /// Where it runs; `None` for where we run.
    pub cwd: Option<PathBuf>,
    /// Exactly the environment it gets. Of two equal names the last counts.
    pub env: Vec<(String, String)>,
    /// `production`, `dev`, `test`: what the configuration says it is.
    pub environment: String,
    /// How long a call may take.
    pub timeout: Duration,
    /// Which requests of the server are passed on: `elicitation`, `roots`, or their methods in full.
    pub allow_requests: Vec<String>,
}

impl Spec {
    /// The identity: a keyed digest of argv, resolved working directory, environment and declared
    /// environment. Keyed, since values of the environment are often secrets that could be guessed.
    #[must_use]
    pub fn identity(&self, key: &StoreKey) -> UpstreamId {
        let env: BTreeMap<&str, &str> =
            self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let cwd = resolved(self.cwd.as_deref());
        let counts = [self.argv.len(), env.len()].map(|n| (n as u64).to_be_bytes());
        let mut parts: Vec<&[u8]> = counts.iter().map(<[u8; 8]>::as_slice).collect();
        parts.extend(self.argv.iter().map(|arg| arg.as_bytes()));
        for (name, value) in &env {
            parts.extend([name.as_bytes(), value.as_bytes()]);
        }
        parts.extend([cwd.as_os_str().as_encoded_bytes(), self.environment.as_bytes()]);
        UpstreamId { name: self.name.clone(), digest: key.mac("upstream", &parts) }
    }

    /// The program, for people. Arguments may hold secrets and are not shown.
    pub(crate) fn program(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }
}

/// Arguments and values of the environment may be secrets: only their number and names are printed.
impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spec")
            .field("name", &self.name)
            .field("program", &self.program())
            .field("arguments", &self.argv.len().saturating_sub(1))
            .field("cwd", &self.cwd)
            .field("env", &self.env.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("environment", &self.environment)
            .field("timeout", &self.timeout)
            .field("allow_requests", &self.allow_requests)
            .finish()
    }
}

/// The directory with links resolved, as the child will find it; as written where that does not work.
fn resolved(cwd: Option<&Path>) -> PathBuf {
    let path = cwd.unwrap_or(Path::new("."));
    std::fs::canonicalize(path)
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.into())
}

#[cfg(test)]
mod tests {
    use crate::domain::digest::StoreKey;
    use crate::upstream::identity::Spec;
    use std::time::Duration;

    fn spec() -> Spec {
        Spec {
            name: "files".into(),
            argv: vec!["server".into(), "--root".into()],
            cwd: None,
            env: vec![("A".into(), "1".into()), ("B".into(), "2".into())],
            environment: "production".into(),
            timeout: Duration::from_secs(1),
            allow_requests: Vec::new(),
        }
    }

    #[test]
    fn every_part_changes_the_identity() {
        let key = StoreKey::new([7; 32]);
        let base = spec().identity(&key);
        let other = std::env::temp_dir();
        let changes: [fn(&mut Spec); 6] = [
            |s| s.argv.push(String::new()),
            |s| s.argv = vec!["server--root".into()],
            |s| s.env = vec![("A".into(), "1".into()), ("B".into(), "3".into())],
            |s| s.env = vec![("A".into(), "1".into())],
            |s| s.environment = "dev".into(),
            |s| {
                s.argv.truncate(1);
                s.env.insert(0, ("--root".into(), String::new()));
            },
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut spec = spec();
            change(&mut spec);
            assert_ne!(spec.identity(&key).digest, base.digest, "change {at}");
        }
        let moved = Spec { cwd: Some(other), ..spec() };
        assert_ne!(moved.identity(&key).digest, base.digest);
        assert_ne!(spec().identity(&StoreKey::new([8; 32])).digest, base.digest);
    }

    #[test]
    fn order_of_the_environment_and_the_way_a_directory_is_written_do_not() {
        let key = StoreKey::new([7; 32]);
        let mut turned = spec();
        turned.env.reverse();
        assert_eq!(turned.identity(&key), spec().identity(&key));
        let here = Spec { cwd: Some("./.".into()), timeout: Duration::ZERO, ..spec() };
        assert_eq!(here.identity(&key), spec().identity(&key));
    }

    #[test]
    fn debug_shows_no_value() {
        let mut spec = spec();
        spec.env.push(("TOKEN".into(), "hunter2".into()));
        spec.argv.push("--key=hunter2".into());
        let shown = format!("{spec:?}");
        assert!(shown.contains("TOKEN") && !shown.contains("hunter2"), "{shown}");
    }
}
