//! The arguments of one command, with the questions that every program's rules ask of them. Options are met as the
//! common parsers meet them: clustered letters, and long names cut short.

use crate::policy::effect::shell::Verdict;
use crate::policy::effect::shell::syntax::Word;

/// The arguments of a command.
#[derive(Debug, Clone, Copy)]
pub struct Args<'w> {
    /// The program's name, for what is said to a person.
    pub program: &'w str,
    /// The words after it.
    pub words: &'w [Word],
}

impl Args<'_> {
    /// All words as text, when all are known before the line runs.
    pub fn literals(&self) -> Result<Vec<String>, String> {
        self.words.iter().map(|word| word.literal().ok_or_else(|| self.open())).collect()
    }

    /// Refuses words that may turn out to be options.
    pub fn no_hidden_options(&self) -> Verdict {
        if self.words.iter().any(Word::may_hide_option) { Err(self.open()) } else { Ok(()) }
    }

    /// The words as far as their text is known; one that is partly open is its known beginning.
    pub fn known(&self) -> Vec<String> {
        self.words.iter().map(|word| word.literal().unwrap_or_else(|| "?".to_owned())).collect()
    }

    /// The words before `--` that are options.
    pub fn options(&self) -> Vec<String> {
        self.known()
            .into_iter()
            .take_while(|word| word != "--")
            .filter(|word| word.len() > 1 && word.starts_with('-'))
            .collect()
    }

    /// The words that are no options. Values of options are among them.
    pub fn operands(&self) -> Vec<String> {
        let mut ended = false;
        let words = self.known().into_iter().filter(|word| {
            let end = !ended && word == "--";
            let option = !ended && word.len() > 1 && word.starts_with('-');
            ended |= end;
            !end && !option
        });
        words.collect()
    }

    /// Refuses the options by letter (also inside a cluster) and by long name (also cut short, as GNU allows).
    pub fn refuse(&self, letters: &str, names: &[&str]) -> Verdict {
        let refused = self.options().into_iter().find(|option| match option.strip_prefix("--") {
            Some(long) => {
                let long = long.split('=').next().unwrap_or_default();
                names.iter().any(|name| name.starts_with(long))
            }
            None => {
                option.chars().any(|c| letters.contains(c))
                    || names.contains(&option.trim_start_matches('-'))
            }
        });
        match refused {
            Some(option) => Err(format!("'{option}' makes '{}' do more than look", self.program)),
            None => Ok(()),
        }
    }

    /// True when one of the words is exactly this.
    pub fn has(&self, known: &[&str]) -> bool {
        self.words.iter().filter_map(Word::literal).any(|word| known.contains(&word.as_str()))
    }

    /// The refusal for a word known only when the line runs.
    pub fn open(&self) -> String {
        format!("an argument of '{}' is known only when it runs", self.program)
    }

    /// The refusal for a use of the program that is not known to only look.
    pub fn unknown<T>(&self) -> Result<T, String> {
        Err(format!("this use of '{}' is not known to only look", self.program))
    }
}
