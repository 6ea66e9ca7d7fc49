//! The text of a module looked over, with the place of everything that is wrong or odd: whether the gate lets it in, how
//! fast it will be, and what its author hardly meant. Nothing is stored and nothing is judged.

use crate::gate::trial::admit;
use crate::policy::lint::{Level, Lint, lint_module};
use crate::policy::module::{self, Fault, compile_once};
use serde::Serialize;
use serde_json::{Value, json};

/// One thing that was found.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// How bad it is.
    pub level: Level,
    /// A stable word for its kind.
    pub code: &'static str,
    /// The file; `store` for what stands there.
    pub file: String,
    /// From 1; 0 when it is about the whole.
    pub line: u32,
    /// From 1; 0 when it is about the whole.
    pub column: u32,
    /// The rule, module or table.
    pub at: String,
    /// What is wrong, and why.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Found {
    /// What a lint says, of this file.
    #[must_use]
    pub fn of(lint: Lint, file: String) -> Self {
        let Lint { code, level, at, line, column, message, help, .. } = lint;
        Self { level, code, file, line, column, at, message, help }
    }

    /// `FILE:LINE:COLUMN`, as far as there is a place.
    #[must_use]
    pub fn place(&self) -> String {
        let numbers = [self.line, self.column].into_iter().filter(|number| *number > 0);
        numbers.fold(self.file.clone(), |place, number| format!("{place}:{number}"))
    }
}

/// A text that stands nowhere: what is odd about it, then whether it is let in.
pub async fn look_over(name: &str, file: &str, text: &str, config: &Value) -> Vec<Found> {
    let (owned, source) = (name.to_owned(), text.to_owned());
    let lints = tokio::task::spawn_blocking(move || lint_module(&owned, &source)).await;
    let lints = lints.unwrap_or_default().into_iter();
    let mut found: Vec<Found> = lints.map(|one| Found::of(one, file.to_owned())).collect();
    found.extend(admission(name, file, text, config, Level::Error).await);
    found
}

/// Whether the gate lets it in, and how fast it will be. Each is tried alone, so that one that ends its trial hides no
/// other. A refusal is of this level.
pub async fn admission(
    name: &str,
    file: &str,
    text: &str,
    config: &Value,
    level: Level,
) -> Vec<Found> {
    let found = |level, code, (line, column), message, help: &str| {
        let (file, at) = (file.to_owned(), format!("module `{name}`"));
        Found { level, code, file, line, column, at, message, help: help.to_owned() }
    };
    let refused = |faults: Vec<Fault>| {
        let help = "mend it: it is not let in as it is";
        let place = |fault: &Fault| (fault.line, fault.column);
        let each = faults.into_iter();
        each.map(|f| found(level, "module.refused", place(&f), f.message, help)).collect()
    };
    let whole = module::ModuleText { name: name.to_owned(), text: text.to_owned() };
    let config = if config.is_null() { json!({}) } else { config.clone() };
    if let Err(faults) = admit(vec![whole.clone()], &config).await {
        return refused(faults);
    }
    // It passed its trial elsewhere; compiling it here still takes a while.
    let compiling =
        tokio::task::spawn_blocking(move || compile_once(&whole.name, &whole.text, &config));
    match compiling.await {
        Ok(Ok(tried)) => {
            let told = tried.slow().map(|why| {
                let what = format!("it judges several times slower than others: {why}");
                found(Level::Warning, "module.slow", (0, 0), what, "write that part in another way")
            });
            told.into_iter().collect()
        }
        Ok(Err(faults)) => refused(faults),
        Err(_) => {
            let what = "it could not be compiled: compiling it failed".to_owned();
            vec![found(level, "module.refused", (0, 0), what, "make it simpler")]
        }
    }
}
