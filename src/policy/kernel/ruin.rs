//! What no environment may ever do through a gateway.
//!
//! Few and plain: the ruin of a machine, and the ways to answer one's own question. It is no list of all that is
//! dangerous (everything that runs is tier 3 and asks); it is what a tired person must not be able to say yes to. It
//! looks only at what is run, since a text *about* `rm -rf /` harms nobody.

use regex::bytes::{Regex, RegexBuilder};
use std::sync::LazyLock;

const DISKS: &str = r"/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|r?disk|mapper/|dm-|md|loop)";

/// One list for all policies, compiled when the first call is judged: starting up need not wait for it.
static RUIN: LazyLock<Result<Ruin, regex::Error>> = LazyLock::new(Ruin::build);

/// What is ruinous in this reading of a text, as the rest of a sentence.
pub(crate) fn found_in(reading: &str, runs_code: bool) -> Option<&'static str> {
    match &*RUIN {
        Ok(ruin) => ruin.found_in(reading, runs_code),
        Err(_) => Some("cannot be checked for ruin"),
    }
}

/// The list, compiled.
struct Ruin {
    any: Regex,
    table: Vec<(Regex, &'static str)>,
    remove: Regex,
    recursive: Regex,
    roots: Regex,
    environ_path: Regex,
}

impl Ruin {
    fn build() -> Result<Self, regex::Error> {
        let compile =
            |source: &str| RegexBuilder::new(source).case_insensitive(true).unicode(false).build();
        let table = [
            (r":\s*\(\)\s*\{\s*:\s*\|\s*:\s*&|\b\w+\s*\(\)\s*\{\s*\w+\s*\|\s*\w+\s*&\s*\}\s*;".to_owned(), "is a fork bomb"),
            (r"\bmkfs(?:\.\w+)?\s|\bmke2fs\s".to_owned(), "makes a new file system over what is there"),
            (
                format!(r"\bdd\b[^;|\n]*\bof=['{}]?{DISKS}|>\s*{DISKS}|\b(?:wipefs|blkdiscard|shred|sgdisk|sfdisk)\b[^;|\n]*{DISKS}", '"'),
                "writes over a disk",
            ),
            (
                r"\bcountersign(?:\.exe)?\s+(?:--?[\w-]+(?:=\S+|\s+\S+)?\s+)*(?:approve|deny|cancel|token|user|pause|unpause|remembered|notify|tools\s+accept|policy\s+\w+|audit\s+prune|run\s+approve)\b".to_owned(),
                "would decide for the person, or change who and what decides",
            ),
            (r"\b(?:kill|pkill|killall)\b[^;\n]*\bcountersign\b".to_owned(), "ends this gateway"),
            (r"/proc/[^/\s]+/(?:task/[^/\s]+/)?(?:environ|mem)\b".to_owned(), "reads the secrets of other programs"),
        ];
        let any = table.iter().map(|(source, _)| source.as_str()).collect::<Vec<_>>().join("|");
        let table = table.iter().map(|(source, what)| Ok((compile(source)?, *what)));
        Ok(Self {
            any: compile(&any)?,
            table: table.collect::<Result<_, regex::Error>>()?,
            remove: compile(r"\brm\s[^;&|\n]*")?,
            recursive: compile(r"\s-\w*r|\s--recursive\b")?,
            roots: compile(
                r#"\s['"]?(?:/|~|\$\{?home\}?|/(?:bin|boot|dev|etc|home|lib(?:64)?|proc|root|sbin|sys|usr|var|users|system|library))/?\.?\*?['"]?(?:$|[\s)])"#,
            )?,
            environ_path: compile(
                r"^\s*(?:file:/*)?/?proc/[^/\s]+/(?:task/[^/\s]+/)?(?:environ|mem)\s*$",
            )?,
        })
    }

    fn found_in(&self, reading: &str, runs_code: bool) -> Option<&'static str> {
        if !runs_code {
            return self
                .environ_path
                .is_match(reading.as_bytes())
                .then_some("names the secrets of other programs");
        }
        if self.any.is_match(reading.as_bytes()) {
            return self
                .table
                .iter()
                .find(|(regex, _)| regex.is_match(reading.as_bytes()))
                .map(|(_, what)| *what);
        }
        self.remove
            .find_iter(reading.as_bytes())
            .any(|part| {
                self.recursive.is_match(part.as_bytes()) && self.roots.is_match(part.as_bytes())
            })
            .then_some("removes everything")
    }
}
