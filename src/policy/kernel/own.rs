//! Our own files and addresses: no call may name them, whatever it wants with them.
//!
//! This sees names in text. Whoever has a shell can build a name that no text shows (`cat ~/.local/*/*/*`), and then
//! evidence is what remains: see the levels A and B in SECURITY.md. The names of our files are refused wherever they
//! stand; `store.key`, `head.key` and `heads.jsonl` are words of other people's programs too, so they count as a whole
//! argument, behind a slash, and in what is run.

use crate::config::lexical;
use crate::policy::facts::Protected;
use regex::bytes::{Regex, RegexBuilder};
use std::path::Path;

/// What may stand before a path: its start, no letter, `/proc/1/root`, the letters of an option (`-C/path`).
const BEFORE: &str = r"(?:^|[^\w./-]|/proc/[^/\s]+/(?:root|cwd)|/private|(?:^|\s)-{1,2}[\w-]*)";
/// What may stand behind it: no further letter of a name.
const AFTER: &str = r"(?:$|[^\w.-]|\.(?:$|\W))";
const SHARED_NAMES: &str = r"(?:store\.key|head\.key|heads\.jsonl)(?:$|[^\w])";

/// The names, compiled.
#[derive(Debug)]
pub(crate) struct Own {
    anywhere: Regex,
    where_code_runs: Regex,
}

impl Own {
    /// Compiles the names of this installation.
    pub(crate) fn build(protected: &Protected) -> Result<Self, regex::Error> {
        let mut names = vec![
            r"(?:^|\W|_)countersign\.(?:toml(?:$|\W)|db)".to_owned(),
            format!(r"(?:^\s*|/){SHARED_NAMES}"),
        ];
        for path in [&protected.home, &protected.config].into_iter().chain(&protected.extra) {
            names.extend(patterns(path));
        }
        let compile = |source: &str| {
            RegexBuilder::new(source)
                .case_insensitive(true)
                .unicode(false)
                .size_limit(1 << 24)
                .build()
        };
        Ok(Self {
            anywhere: compile(&names.join("|"))?,
            where_code_runs: compile(&format!(r"(?:^|[^\w.]){SHARED_NAMES}"))?,
        })
    }

    /// Whether this reading of a text names something of ours.
    pub(crate) fn named_in(&self, reading: &str, runs_code: bool) -> bool {
        self.anywhere.is_match(reading.as_bytes())
            || (runs_code && self.where_code_runs.is_match(reading.as_bytes()))
    }
}

fn patterns(path: &Path) -> Vec<String> {
    let text = path.to_string_lossy().replace('\\', "/").to_lowercase();
    if !text.contains('/') {
        return address(&text).into_iter().collect();
    }
    let whole = lexical::resolved(&text);
    let whole = whole.trim_end_matches('/');
    if whole.is_empty() || whole == "." || whole == ".." {
        return Vec::new();
    }
    let mut all = vec![format!("{BEFORE}{}{AFTER}", regex::escape(whole))];
    // The end of the path is enough where it bears our name: `state/countersign` from the directory above.
    let mut ends = whole.rsplit('/');
    if let (Some(last), Some(above)) = (ends.next(), ends.next())
        && last.contains("countersign")
        && !above.is_empty()
    {
        all.push(format!(r"(?:^|[^\w.-]){}{AFTER}", regex::escape(&format!("{above}/{last}"))));
    }
    all
}

/// A text that is no path: an address that we listen on, in the spellings of this machine.
fn address(text: &str) -> Option<String> {
    let (host, port) = text.rsplit_once(':').unwrap_or((text, ""));
    let local =
        host.starts_with("127.") || ["localhost", "[::1]", "0.0.0.0", "[::]"].contains(&host);
    if local && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) {
        // As resolvers and readers of URLs take them: parts left out, hexadecimal, octal, one number, mapped to IPv6.
        let spelled = r"(?:(?:127|0x7f|0177)(?:\.(?:0x)?[\da-f]+){1,3}|localhost\.?(?:localdomain\.?)?|ip6-(?:localhost|loopback)|\[[0:]*:(?:1|ffff:[\w:.]+)?\]|0(?:\.0){0,3}|0x7f0*1|2130706433|017700000001)";
        return Some(format!(r"(?:^|[^\w.]){spelled}:0*{port}(?:$|\D)"));
    }
    (!text.is_empty()).then(|| format!(r"(?:^|[^\w.]){}(?:$|\W)", regex::escape(text)))
}
