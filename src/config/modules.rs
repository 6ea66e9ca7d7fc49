//! Modules in files: `policies/NAME.rego` beside the configuration file, part of what it says.
//!
//! A comment before the `package` line, `# countersign: status=active scope=global on_error=deny`, says how a module
//! judges. What it says wrongly is refused with the line: an `on_error=deny` that nobody reads is an allow. The Rego
//! itself is not looked at here.

use crate::config::error::ConfigError;
use crate::config::safety;
use crate::domain::policy::{ModuleStatus, OnError, Scope, StoredModule};
use crate::domain::principal::{Principal, Role};
use crate::domain::time::Millis;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder, beside the configuration file.
pub const FOLDER: &str = "policies";
/// More files than this are refused.
const FILES_MAX: usize = 50;
/// A file larger than this is refused, in bytes.
const FILE_MAX: u64 = 256 * 1024;
/// What begins a line that says how a module judges.
const MARK: &str = "countersign:";

/// The files of modules beside this configuration file, by name. What cannot be listed has none; reading it says why.
#[must_use]
pub fn files(config: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(config)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| is_module(path)).collect();
    files.sort();
    files
}

fn folder(config: &Path) -> PathBuf {
    config.with_file_name(FOLDER)
}

fn is_module(path: &Path) -> bool {
    // What begins with a dot is an editor's.
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && path.extension().is_some_and(|ending| ending == "rego")
}

/// The name of a module's file as people know it.
pub(crate) fn shown(name: &str) -> String {
    format!("{FOLDER}/{name}.rego")
}

/// The texts of the modules beside this configuration file, by name.
pub(crate) fn read(config: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let folder = folder(config);
    if !safety::folder(&folder)? {
        return Ok(BTreeMap::new());
    }
    // Listing it must work before nothing found in it may count as nothing there.
    std::fs::read_dir(&folder)
        .map_err(|e| ConfigError::Unreadable { file: folder.clone(), source: e.into() })?;
    let files = files(config);
    if files.len() > FILES_MAX {
        let what = format!("more than {FILES_MAX} files of modules");
        return Err(ConfigError::meaning(&folder, "`policies`", what));
    }
    let mut texts = BTreeMap::new();
    for file in files {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).filter(|stem| is_name(stem));
        let Some(name) = stem else {
            return Err(ConfigError::meaning(
                &file,
                "its name",
                "a module is named by a small letter and up to 39 of `a-z 0-9 _`",
            ));
        };
        // A file that goes between listing and reading is not there.
        if let Some(text) = safety::read(&file, FILE_MAX)? {
            texts.insert(name.to_owned(), text);
        }
    }
    Ok(texts)
}

fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// What these texts say of themselves.
pub(crate) fn parse(
    texts: &BTreeMap<String, String>,
    config: &Path,
) -> Result<Vec<StoredModule>, ConfigError> {
    let folder = folder(config);
    texts
        .iter()
        .map(|(name, text)| {
            let header = Header::read(text, &folder.join(format!("{name}.rego")))?;
            Ok(StoredModule {
                name: name.clone(),
                text: text.clone(),
                description: shown(name),
                status: header.status.unwrap_or(ModuleStatus::Active),
                scope: header.scope.unwrap_or_default(),
                scope_id: header.scope_id,
                on_error: header.on_error.unwrap_or_default(),
                changed_by: Principal::new(Role::Admin, "configuration"),
                at: Millis::default(),
                revision: 1,
            })
        })
        .collect()
}

#[derive(Debug, Default)]
struct Header {
    status: Option<ModuleStatus>,
    scope: Option<Scope>,
    scope_id: Option<String>,
    on_error: Option<OnError>,
}

impl Header {
    fn read(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let mut header = Self::default();
        let (mut before_package, mut last) = (true, 1);
        for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()))
        {
            let comment = line.strip_prefix('#').map(str::trim_start);
            before_package &= line.is_empty() || comment.is_some();
            let Some(words) = comment.and_then(|comment| comment.strip_prefix(MARK)) else {
                continue;
            };
            if !before_package {
                return Err(at(file, number, "this must stand before `package`"));
            }
            for word in words.split_whitespace() {
                header.take(word).map_err(|why| at(file, number, &why))?;
            }
            last = number;
        }
        let global = header.scope.unwrap_or_default() == Scope::Global;
        match (global, header.scope_id.is_some()) {
            (true, true) => Err(at(file, last, "`scope_id` goes with another scope than `global`")),
            (false, false) => Err(at(file, last, "this scope needs `scope_id=...`")),
            _ => Ok(header),
        }
    }

    fn take(&mut self, word: &str) -> Result<(), String> {
        fn put<T>(place: &mut Option<T>, value: Option<T>, known: &str) -> Result<(), String> {
            let value = value.ok_or_else(|| format!("it must be {known}"))?;
            place.replace(value).map_or(Ok(()), |_| Err("it is said twice".to_owned()))
        }
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let put = match key {
            "status" => {
                put(&mut self.status, ModuleStatus::parse(value), "`active`, `inactive` or `draft`")
            }
            "scope" => put(
                &mut self.scope,
                Scope::parse(value),
                "`global`, `session`, `project` or `user`",
            ),
            "scope_id" => put(
                &mut self.scope_id,
                Some(value.to_owned()).filter(|id| !id.is_empty()),
                "a name",
            ),
            "on_error" => put(&mut self.on_error, OnError::parse(value), "`allow` or `deny`"),
            _ => Err("unknown key; known: `status`, `scope`, `scope_id`, `on_error`".to_owned()),
        };
        put.map_err(|why| format!("`{}`: {why}", crate::domain::visible::inline(key).text))
    }
}

fn at(file: &Path, line: usize, message: &str) -> ConfigError {
    let (message, column) = (message.to_owned(), 1);
    ConfigError::Text { file: file.to_owned(), line, column, message, help: None }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, load};
    use crate::domain::policy::{ModuleStatus, OnError, Scope};
    use std::fs::{Permissions, create_dir, set_permissions, write};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    fn home(files: &[(&str, &str)]) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let mode = |path: &Path, mode| set_permissions(path, Permissions::from_mode(mode)).unwrap();
        mode(home.path(), 0o700);
        create_dir(home.path().join("policies")).unwrap();
        mode(&home.path().join("policies"), 0o700);
        for (name, text) in files {
            let file = home.path().join("policies").join(name);
            write(&file, text).unwrap();
            mode(&file, 0o600);
        }
        home
    }

    fn read(home: &tempfile::TempDir) -> Result<Config, ConfigError> {
        load(&home.path().join("countersign.toml"))
    }

    #[test]
    fn a_file_is_a_module_and_says_how_it_judges() {
        let header = "# A word.\n# countersign: scope=project scope_id=web\n\n#countersign: on_error=deny\npackage b\n";
        let home =
            home(&[("a.rego", "package a\n"), ("b.rego", header), (".#b.rego", "x"), ("b.md", "")]);
        let config = read(&home).unwrap();
        let [a, b] = config.modules.as_slice() else { panic!("{:?}", config.modules) };
        assert_eq!(
            (a.name.as_str(), a.status, a.scope),
            ("a", ModuleStatus::Active, Scope::Global)
        );
        assert_eq!((a.on_error, b.on_error), (OnError::Allow, OnError::Deny));
        assert_eq!((b.scope, b.scope_id.as_deref()), (Scope::Project, Some("web")));
        assert_ne!(config.digest(), Config::default().digest());
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        let wrong = [
            ("# countersign: mode=off\npackage a", "line 1", "unknown key"),
            ("\n# countersign: on_error=never\npackage a", "line 2", "`allow` or `deny`"),
            ("package a\n# countersign: on_error=deny\n", "line 2", "before `package`"),
            ("# countersign: status=draft status=active\n", "line 1", "twice"),
            ("# countersign: scope=session\n", "line 1", "scope_id"),
            ("# countersign: scope_id=x\n", "line 1", "global"),
        ];
        for (text, line, what) in wrong {
            let told = read(&home(&[("a.rego", text)])).unwrap_err().to_string();
            assert!(
                told.contains("a.rego") && told.contains(line) && told.contains(what),
                "{told}"
            );
        }
        assert!(read(&home(&[("A.rego", "package a")])).is_err());
        assert!(read(&home(&[("a.rego", &"#".repeat(300_000))])).is_err());
        let many: Vec<String> = (0..51).map(|n| format!("m{n}.rego")).collect();
        let many: Vec<(&str, &str)> =
            many.iter().map(|name| (name.as_str(), "package a")).collect();
        assert!(read(&home(&many)).is_err() && read(&home(&many[1..])).is_ok());
    }

    #[test]
    fn what_others_could_write_is_refused() {
        let home = home(&[("a.rego", "package a\n")]);
        let (folder, file) = (home.path().join("policies"), home.path().join("policies/a.rego"));
        for path in [&folder, &file, &home.path().to_owned()] {
            let before = path.metadata().unwrap().permissions();
            set_permissions(path, Permissions::from_mode(before.mode() | 0o020)).unwrap();
            assert!(matches!(read(&home), Err(ConfigError::Unsafe { .. })), "{}", path.display());
            set_permissions(path, before).unwrap();
        }
        assert!(read(&home).is_ok());
    }
}
