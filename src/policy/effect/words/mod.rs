//! What a tool's name and description say that it does: the only sense of effect for a tool that takes plain data.

pub mod lexicon;
pub mod name;
pub mod sentence;
pub mod tables;

use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::words::name::Reading;
use crate::policy::effect::words::sentence::Said;

/// Splits a name into lower-case words at punctuation and at camel humps (`getHTTPLog` is get, http, log).
pub fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let hump = c.is_uppercase()
            && (before.is_lowercase()
                || (before.is_uppercase() && chars.peek().is_some_and(|n| n.is_lowercase())));
        if (!c.is_alphanumeric() || hump) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Judges a tool by its words: its name first, and its description where the name says nothing or says less.
pub fn judge(name: &str, description: &str) -> Finding {
    let tokens = tokens(name);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let said = sentence::read(description);
    match (name::read(&tokens), said) {
        (Reading::Does(effect, _), Said::Does(said, verb)) if said > effect => {
            does("words.description", said, &format!("its description says '{verb}'"))
        }
        (Reading::Does(effect, verb), _) => {
            does("words.verb", effect, &format!("its name says '{verb}'"))
        }
        (Reading::MayDo(..), Said::Looks(verb)) => Finding::read(
            "words.read_description",
            format!("its description says it only looks ('{verb}')"),
        ),
        (Reading::MayDo(..), Said::Does(effect, verb)) => {
            does("words.description", effect, &format!("its description says '{verb}'"))
        }
        (Reading::MayDo(effect, verb), _) => {
            does("words.verb", effect, &format!("its name says '{verb}'"))
        }
        (Reading::Looks { .. }, Said::Does(effect, verb)) => {
            does("words.description", effect, &format!("its description says '{verb}'"))
        }
        (Reading::Looks { sure: false, .. }, Said::MayDo(effect, verb)) => {
            does("words.description", effect, &format!("its description says '{verb}'"))
        }
        (Reading::Looks { verb, .. }, _) => {
            Finding::read("words.read_verb", format!("its name says it only looks ('{verb}')"))
        }
        (Reading::Nothing, Said::Looks(verb)) => Finding::read(
            "words.read_description",
            format!("its description says it only looks ('{verb}')"),
        ),
        (Reading::Nothing, Said::Does(effect, verb) | Said::MayDo(effect, verb)) => {
            does("words.description", effect, &format!("its description says '{verb}'"))
        }
        (Reading::Nothing, Said::Nothing)
            if tokens.last().is_some_and(|word| lexicon::is_looked_at(word)) =>
        {
            Finding::read(
                "words.read_noun",
                "its name is that of something only looked at".to_owned(),
            )
        }
        (Reading::Nothing, Said::Nothing) => Finding {
            effect: Effect::Write,
            rule: "words.unknown_verb",
            message: "nothing in its name or description shows that it only looks".to_owned(),
        },
    }
}

fn does(rule: &'static str, effect: Effect, why: &str) -> Finding {
    let what = match effect {
        Effect::Read => "it only looks",
        Effect::Write => "it changes something",
        Effect::SendsOut => "it reaches somebody else",
        Effect::Destructive => "something may be gone afterwards",
        Effect::Executes => "it runs something",
        Effect::Pays => "it may move money",
    };
    Finding { effect, rule, message: format!("{what}: {why}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_at_punctuation_and_humps() {
        assert_eq!(tokens("getHTTPLog.for-user_id"), ["get", "http", "log", "for", "user", "id"]);
        assert_eq!(tokens("  "), Vec::<String>::new());
    }

    #[test]
    fn a_description_makes_stricter_and_fills_silence() {
        assert_eq!(judge("get_page", "Fetches a page and saves it to disk").effect, Effect::Write);
        assert_eq!(judge("weather", "Returns the weather of a city").effect, Effect::Read);
        assert_eq!(judge("weather", "").effect, Effect::Write);
        assert_eq!(judge("cluster_info", "").effect, Effect::Read);
        assert_eq!(judge("delete_page", "Returns the page").effect, Effect::Destructive);
    }
}
