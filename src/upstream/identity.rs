//! What makes a server the server that it is.
//!
//! A yes is given for a call to *this* server. Its name is not enough: the same name with another program,
//! directory, credential or declared environment is another server, and everything that was said about the
//! first one (approvals, pins, remembered answers) must not carry over.

use crate::config::Site;
use crate::domain::call::UpstreamId;
use crate::domain::digest::{Digest, StoreKey};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A program that is the server.
#[derive(Clone)]
pub struct Program {
    /// Program and arguments; never goes through a shell.
    pub argv: Vec<String>,
    /// Where it runs; `None` for where we run.
    pub cwd: Option<PathBuf>,
    /// Exactly the environment it gets. Of two equal names the last counts.
    pub env: Vec<(String, String)>,
}

/// How a server is reached.
#[derive(Debug, Clone)]
pub enum Place {
    /// It is a program, started by us.
    Program(Program),
    /// It is at an address.
    Http(Site),
}

/// How one server is reached and treated.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The configured name.
    pub name: String,
    /// How it is reached.
    pub place: Place,
    /// `production`, `dev`, `test`: what the configuration says it is.
    pub environment: String,
    /// How long a call may take.
    pub timeout: Duration,
    /// Which requests of the server are passed on: `elicitation`, `roots`, or their methods in full.
    pub allow_requests: Vec<String>,
}

impl Spec {
    /// The identity: a keyed digest of what it is and its declared environment. Keyed, since values of the environment
    /// and of headers are often secrets that could be guessed. No program has the identity of an address.
    #[must_use]
    pub fn identity(&self, key: &StoreKey) -> UpstreamId {
        let digest = match &self.place {
            Place::Program(program) => program.digest(&self.environment, key),
            Place::Http(site) => digest(site, &self.environment, key),
        };
        UpstreamId { name: self.name.clone(), digest }
    }
}

impl Program {
    /// Over argv, resolved working directory, environment and declared environment.
    fn digest(&self, environment: &str, key: &StoreKey) -> Digest {
        let env: BTreeMap<&str, &str> =
            self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let cwd = resolved(self.cwd.as_deref());
        let counts = [self.argv.len(), env.len()].map(|n| (n as u64).to_be_bytes());
        let mut parts: Vec<&[u8]> = counts.iter().map(<[u8; 8]>::as_slice).collect();
        parts.extend(self.argv.iter().map(|arg| arg.as_bytes()));
        for (name, value) in &env {
            parts.extend([name.as_bytes(), value.as_bytes()]);
        }
        parts.extend([cwd.as_os_str().as_encoded_bytes(), environment.as_bytes()]);
        key.mac("upstream", &parts)
    }

    /// The program, for people. Arguments may hold secrets and are not shown.
    pub(crate) fn name(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }
}

/// Over the address, as whom we come to it (the file of the token, not the token: one that is renewed is the same
/// principal's), the headers, what vouches for it, and the declared environment.
fn digest(site: &Site, environment: &str, key: &StoreKey) -> Digest {
    let file = |path: &Option<PathBuf>| {
        let path = path.as_deref();
        path.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.into()))
    };
    let (token, ca) = (file(&site.token_file), file(&site.ca_file));
    let has = [u8::from(token.is_some()), u8::from(ca.is_some())];
    let bytes = |path: &Option<PathBuf>| {
        path.as_ref().map_or(Vec::new(), |path| path.as_os_str().as_encoded_bytes().to_vec())
    };
    let (token, ca) = (bytes(&token), bytes(&ca));
    let mut parts: Vec<&[u8]> =
        vec![site.url.as_bytes(), &has, &token, &ca, environment.as_bytes()];
    for (name, value) in &site.headers {
        parts.extend([name.as_bytes(), value.as_bytes()]);
    }
    key.mac("upstream.http", &parts)
}

/// Arguments and values of the environment may be secrets: only their number and names are printed.
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("program", &self.name())
            .field("arguments", &self.argv.len().saturating_sub(1))
            .field("cwd", &self.cwd)
            .field("env", &self.env.iter().map(|(name, _)| name).collect::<Vec<_>>())
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
    use crate::config::Site;
    use crate::domain::digest::{Digest, StoreKey};
    use crate::upstream::identity::{Place, Program, Spec};
    use std::time::Duration;

    fn program() -> Program {
        Program {
            argv: vec!["server".into(), "--root".into()],
            cwd: None,
            env: vec![("A".into(), "1".into()), ("B".into(), "2".into())],
        }
    }

    fn of(place: Place) -> Spec {
        Spec {
            name: "files".into(),
            place,
            environment: "production".into(),
            timeout: Duration::from_secs(1),
            allow_requests: Vec::new(),
        }
    }

    fn identity(program: Program) -> Digest {
        of(Place::Program(program)).identity(&StoreKey::new([7; 32])).digest
    }

    #[test]
    fn every_part_changes_the_identity() {
        let changes: [fn(&mut Program); 6] = [
            |s| s.argv.push(String::new()),
            |s| s.argv = vec!["server--root".into()],
            |s| s.env = vec![("A".into(), "1".into()), ("B".into(), "3".into())],
            |s| s.env = vec![("A".into(), "1".into())],
            |s| s.cwd = Some(std::env::temp_dir()),
            |s| {
                s.argv.truncate(1);
                s.env.insert(0, ("--root".into(), String::new()));
            },
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut program = program();
            change(&mut program);
            assert_ne!(identity(program), identity(self::program()), "change {at}");
        }
        let place = || Place::Program(program());
        let dev = Spec { environment: "dev".into(), ..of(place()) };
        assert_ne!(dev.identity(&StoreKey::new([7; 32])).digest, identity(program()));
        assert_ne!(of(place()).identity(&StoreKey::new([8; 32])).digest, identity(program()));
    }

    #[test]
    fn order_of_the_environment_and_the_way_a_directory_is_written_do_not() {
        let mut turned = program();
        turned.env.reverse();
        assert_eq!(identity(turned), identity(program()));
        let here = Program { cwd: Some("./.".into()), ..program() };
        assert_eq!(identity(here), identity(program()));
    }

    fn site() -> Site {
        Site {
            url: "https://h.test/mcp".into(),
            token_file: None,
            headers: [("x-team".to_owned(), "a".to_owned())].into(),
            ca_file: None,
        }
    }

    #[test]
    fn every_part_of_an_address_changes_the_identity_and_no_program_has_it() {
        let of = |site: Site| of(Place::Http(site)).identity(&StoreKey::new([7; 32])).digest;
        let changes: [fn(&mut Site); 6] = [
            |s| s.url.push('2'),
            |s| s.token_file = Some("/t".into()),
            |s| s.ca_file = Some("/t".into()),
            |s| s.headers = [("x-team".to_owned(), "b".to_owned())].into(),
            |s| s.headers = [("x-tea".to_owned(), "ma".to_owned())].into(),
            |s| s.headers.clear(),
        ];
        let mut seen = vec![of(site())];
        for (at, change) in changes.iter().enumerate() {
            let mut site = site();
            change(&mut site);
            let digest = of(site);
            assert!(!seen.contains(&digest), "change {at}");
            seen.push(digest);
        }
        assert_eq!(of(site()), seen[0]);
    }

    #[test]
    fn debug_shows_no_value() {
        let mut program = program();
        program.env.push(("TOKEN".into(), "hunter2".into()));
        program.argv.push("--key=hunter2".into());
        let mut site = site();
        site.url.push_str("?key=hunter2");
        site.headers.insert("x-key".into(), "hunter2".into());
        for (place, shows) in [(Place::Program(program), "TOKEN"), (Place::Http(site), "x-key")] {
            let shown = format!("{:?}", of(place));
            assert!(shown.contains(shows) && !shown.contains("hunter2"), "{shown}");
        }
    }
}
