//! The configuration as it lies on the disk: the text of the file and those of the modules beside it, as one text.
//!
//! One text, since they count together: a person accepts all of it or nothing, it has one digest, and the store keeps it
//! whole. Without modules it is the text of the file, byte for byte. With modules it is a JSON object of file names and
//! texts; no TOML begins with a brace, so the two cannot be taken for each other.

use crate::config::error::ConfigError;
use crate::config::{Config, modules, parse, safety};
use crate::domain::digest::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// A configuration file larger than this is refused, in bytes.
const FILE_MAX: u64 = 4 * 1024 * 1024;

/// What lies on the disk. Whether it is right shows when it is [parsed](Source::parse).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The text of the file; empty when there is none.
    configuration: String,
    /// The texts of the modules, by name.
    modules: BTreeMap<String, String>,
}

impl Source {
    /// Reads the file and the modules beside it.
    ///
    /// # Errors
    /// [`ConfigError::Unsafe`] and [`ConfigError::Unreadable`]; a folder of modules with too many, too large or wrongly
    /// named ones.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let configuration = safety::read(file, FILE_MAX)?.unwrap_or_default();
        Ok(Self { configuration, modules: modules::read(file)? })
    }

    /// The source that this text stands for; the opposite of [`text`](Self::text).
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let whole = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten();
        whole.unwrap_or_else(|| Self { configuration: text.to_owned(), modules: BTreeMap::new() })
    }

    /// All of it as one text.
    #[must_use]
    pub fn text(&self) -> String {
        if self.modules.is_empty() {
            return self.configuration.clone();
        }
        // Two maps of texts always become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of [`text`](Self::text).
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::sha256(&[self.text().as_bytes()])
    }

    /// Whether the file is gone or empty, modules apart.
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.configuration.is_empty()
    }

    /// Whether it says `four_eyes`, or nobody can tell. Of a text that other versions of this program understand, this much
    /// can still be read.
    #[must_use]
    pub fn may_want_four_eyes(&self) -> bool {
        match self.configuration.parse::<toml::Table>() {
            Err(_) => true,
            Ok(table) => match table.get("policy").map(|policy| policy.get("four_eyes")) {
                None | Some(None) => false,
                Some(Some(said)) => said.as_bool() != Some(false),
            },
        }
    }

    /// What a person knows as files: the name beside the configuration, and the text.
    #[must_use]
    pub fn files(&self, file: &Path) -> BTreeMap<String, String> {
        let own = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let modules = self.modules.iter();
        std::iter::once((own, self.configuration.clone()))
            .chain(modules.map(|(name, text)| (modules::shown(name), text.clone())))
            .collect()
    }

    /// What it means.
    ///
    /// # Errors
    /// Those of [`parse`], and what is wrong with the header of a module.
    pub fn parse(&self, file: &Path) -> Result<Config, ConfigError> {
        let modules = modules::parse(&self.modules, file)?;
        let config = parse(&self.configuration, file)?;
        Ok(Config { modules, digest: self.digest(), ..config })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Source;
    use std::path::Path;

    #[test]
    fn a_source_and_its_text_stand_for_each_other() {
        let file = Path::new("/x/countersign.toml");
        let plain = Source::of_text("stance = \"deny\"\n");
        assert_eq!(plain.text(), "stance = \"deny\"\n");
        assert_eq!(plain.digest(), plain.parse(file).unwrap().digest());
        let mut more = plain.clone();
        more.modules.insert("no_mail".to_owned(), "package a\n# \"} {\n".to_owned());
        assert_eq!(Source::of_text(&more.text()), more);
        assert_ne!(more.digest(), plain.digest());
        assert_eq!(more.parse(file).unwrap().digest(), more.digest());
        // A file that looks like the form for modules is no TOML, so it means nothing at all.
        let posing = Source { configuration: more.text(), modules: [].into() };
        assert!(posing.parse(file).is_err());
    }
}
