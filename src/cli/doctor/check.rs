//! What was looked at and how it is.

use serde::Serialize;
use std::fmt::Write as _;

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// As it should be.
    Ok,
    /// Good to know.
    Note,
    /// Works, but not as anybody would want.
    Warning,
    /// Does not work, or does not hold.
    Error,
}

#[derive(Debug, Clone, Serialize)]
struct Check {
    area: &'static str,
    level: Level,
    what: String,
    help: Option<String>,
}

/// All that was looked at, in order.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, area: &'static str, level: Level, what: String, help: Option<String>) {
        self.0.push(Check { area, level, what, help });
    }

    pub(crate) fn ok(&mut self, area: &'static str, what: impl Into<String>) {
        self.add(area, Level::Ok, what.into(), None);
    }

    pub(crate) fn note(&mut self, area: &'static str, what: impl Into<String>) {
        self.add(area, Level::Note, what.into(), None);
    }

    pub(crate) fn warn(
        &mut self,
        area: &'static str,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(area, Level::Warning, what.into(), Some(help.into()));
    }

    pub(crate) fn error(
        &mut self,
        area: &'static str,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(area, Level::Error, what.into(), Some(help.into()));
    }

    pub(crate) fn has(&self, level: Level) -> bool {
        self.0.iter().any(|check| check.level == level)
    }

    /// One line a check, what to do below it, and the count at the end.
    pub(crate) fn to_text(&self) -> String {
        let mut out = String::new();
        for check in &self.0 {
            let (word, style) = match check.level {
                Level::Ok => ("ok", anstyle::AnsiColor::Green.on_default()),
                Level::Note => ("note", anstyle::Style::new()),
                Level::Warning => ("warning", anstyle::AnsiColor::Yellow.on_default()),
                Level::Error => ("error", anstyle::AnsiColor::Red.on_default().bold()),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{style}{word:<8}{style:#} {:<14} {}", check.area, check.what);
            if let Some(help) = &check.help {
                let _ = writeln!(out, "{:24}{help}", "");
            }
        }
        let count = |level| self.0.iter().filter(|check| check.level == level).count();
        let counted =
            |count: usize, word| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let _ = write!(
            out,
            "{}, {}",
            counted(count(Level::Error), "error"),
            counted(count(Level::Warning), "warning")
        );
        out
    }
}
