//! One dialect's tokens, looked over for what a parser may miss: words that change something where a statement can
//! begin, calls of functions with side effects, targets and locks.

use sqlparser::tokenizer::Token;

use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::sql::functions;

/// A token as far as it matters here; words in upper case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Bit {
    Word(String),
    Quoted(String),
    Value,
    Open,
    Close,
    Semicolon,
    Dot,
    Comma,
    Other,
}

/// The tokens of one dialect without white space and comments.
#[derive(Debug)]
pub struct View {
    bits: Vec<Bit>,
}

/// Words that begin a statement that changes something, and what it does.
const CHANGING: &[(&str, Effect)] = &[
    ("ALTER", Effect::Destructive),
    ("ANALYZE", Effect::Write),
    ("ATTACH", Effect::Write),
    ("BACKUP", Effect::Write),
    ("BULK", Effect::Write),
    ("CALL", Effect::Executes),
    ("CHECKPOINT", Effect::Write),
    ("CLUSTER", Effect::Write),
    ("COMMENT", Effect::Write),
    ("COPY", Effect::Executes),
    ("CREATE", Effect::Write),
    ("DBCC", Effect::Executes),
    ("DECLARE", Effect::Executes),
    ("DELETE", Effect::Destructive),
    ("DENY", Effect::Write),
    ("DETACH", Effect::Destructive),
    ("DISCARD", Effect::Destructive),
    ("DO", Effect::Executes),
    ("DROP", Effect::Destructive),
    ("EXEC", Effect::Executes),
    ("EXECUTE", Effect::Executes),
    ("EXPORT", Effect::Write),
    ("FLUSH", Effect::Destructive),
    ("GRANT", Effect::Write),
    ("HANDLER", Effect::Write),
    ("IMPORT", Effect::Write),
    ("INSERT", Effect::Write),
    ("INSTALL", Effect::Executes),
    ("KILL", Effect::Destructive),
    ("LISTEN", Effect::Write),
    ("LOAD", Effect::Write),
    ("LOCK", Effect::Write),
    ("MERGE", Effect::Write),
    ("MSCK", Effect::Write),
    ("NOTIFY", Effect::SendsOut),
    ("OPTIMIZE", Effect::Write),
    ("PREPARE", Effect::Executes),
    ("PURGE", Effect::Destructive),
    ("PUT", Effect::Write),
    ("REASSIGN", Effect::Write),
    ("RECONFIGURE", Effect::Write),
    ("REFRESH", Effect::Write),
    ("REINDEX", Effect::Write),
    ("REMOVE", Effect::Destructive),
    ("RENAME", Effect::Write),
    ("REPAIR", Effect::Write),
    ("REPLACE", Effect::Write),
    ("RESET", Effect::Write),
    ("RESTORE", Effect::Write),
    ("REVOKE", Effect::Destructive),
    ("SECURITY", Effect::Write),
    ("SET", Effect::Write),
    ("SHUTDOWN", Effect::Destructive),
    ("SYSTEM", Effect::Executes),
    ("TRUNCATE", Effect::Destructive),
    ("UNDROP", Effect::Write),
    ("UNINSTALL", Effect::Destructive),
    ("UNLOAD", Effect::Write),
    ("UNLOCK", Effect::Write),
    ("UPDATE", Effect::Write),
    ("UPSERT", Effect::Write),
    ("VACUUM", Effect::Destructive),
    ("WAITFOR", Effect::Executes),
];

/// Words that begin a statement even without a semicolon before them, in servers that need none.
const UNSEPARATED: &[&str] = &[
    "ALTER",
    "BACKUP",
    "BULK",
    "CREATE",
    "DBCC",
    "DELETE",
    "DENY",
    "DROP",
    "EXEC",
    "EXECUTE",
    "GRANT",
    "INSERT",
    "KILL",
    "MERGE",
    "RECONFIGURE",
    "RESTORE",
    "REVOKE",
    "SHUTDOWN",
    "TRUNCATE",
    "UPDATE",
    "WAITFOR",
];

/// Words after which a name is expected, so that the next is one whatever it spells.
const BEFORE_A_NAME: &[&str] = &[
    "ALL", "AND", "AS", "BETWEEN", "BY", "CASE", "DISTINCT", "ELSE", "FROM", "HAVING", "IN", "IS",
    "JOIN", "LIKE", "LIMIT", "NOT", "OFFSET", "ON", "OR", "SELECT", "THEN", "USING", "WHEN",
    "WHERE", "WITH",
];

/// Words a read may begin with.
const READING: &[&str] =
    &["DESC", "DESCRIBE", "EXPLAIN", "FROM", "SELECT", "SHOW", "TABLE", "VALUES", "WITH"];

impl View {
    /// Keeps what matters of a dialect's tokens.
    pub fn new(tokens: &[Token]) -> Self {
        let bits = tokens.iter().filter_map(|token| match token {
            Token::Whitespace(_) | Token::EOF => None,
            Token::Word(word) if word.quote_style.is_some() => {
                Some(Bit::Quoted(word.value.to_uppercase()))
            }
            Token::Word(word) => Some(Bit::Word(word.value.to_uppercase())),
            Token::LParen => Some(Bit::Open),
            Token::RParen => Some(Bit::Close),
            Token::SemiColon => Some(Bit::Semicolon),
            Token::Period => Some(Bit::Dot),
            Token::Comma => Some(Bit::Comma),
            Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::Mul => Some(Bit::Value),
            _ => Some(Bit::Other),
        });
        Self { bits: bits.collect() }
    }

    /// What in these tokens is no read whatever a parser says.
    pub fn objection(&self) -> Option<Finding> {
        self.objections().next()
    }

    /// The worst of all that is no read.
    pub fn worst(&self) -> Option<Finding> {
        self.objections().reduce(Finding::or_stricter)
    }

    fn objections(&self) -> impl Iterator<Item = Finding> + '_ {
        (0..self.bits.len()).filter_map(|at| {
            self.changing(at).or_else(|| self.target_or_lock(at)).or_else(|| self.call(at))
        })
    }

    /// True for one statement that begins like a read and has none of the changing words anywhere outside quotes.
    pub fn plainly_reads(&self) -> bool {
        let body: &[Bit] = match self.bits.split_last() {
            Some((Bit::Semicolon, rest)) => rest,
            _ => &self.bits,
        };
        let first = body.iter().find(|bit| **bit != Bit::Open);
        let begins = matches!(first, Some(Bit::Word(word)) if READING.contains(&word.as_str()));
        begins
            && body.iter().all(|bit| match bit {
                Bit::Semicolon => false,
                Bit::Word(word) => changes(word).is_none(),
                _ => true,
            })
    }

    /// True for a pragma that describes something named without quotes, which no parser here reads: `PRAGMA table_info(t)`.
    pub fn describes(&self) -> bool {
        let bits = match self.bits.as_slice() {
            [rest @ .., Bit::Semicolon] => rest,
            bits => bits,
        };
        match bits {
            [
                Bit::Word(pragma),
                Bit::Word(name),
                Bit::Open,
                Bit::Word(_) | Bit::Quoted(_) | Bit::Value,
                Bit::Close,
            ] => pragma == "PRAGMA" && functions::pragma_reads(name, true),
            _ => false,
        }
    }

    fn at(&self, at: usize) -> Option<&Bit> {
        self.bits.get(at)
    }

    fn before(&self, at: usize) -> Option<&Bit> {
        self.bits.get(at.checked_sub(1)?)
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        matches!(self.at(at), Some(Bit::Word(word)) if words.contains(&word.as_str()))
    }

    /// A changing word where a statement begins: first, after `;`, inside `(` or behind `)`, or with no separator at all.
    fn changing(&self, at: usize) -> Option<Finding> {
        let Some(Bit::Word(word)) = self.at(at) else { return None };
        let effect = changes(word)?;
        let next_is_name = matches!(self.at(at + 1), Some(Bit::Word(_) | Bit::Quoted(_)));
        let begins = match self.before(at) {
            None | Some(Bit::Semicolon) => true,
            Some(Bit::Open | Bit::Close) => {
                next_is_name
                    && ["DELETE", "INSERT", "MERGE", "REPLACE", "UPDATE"].contains(&word.as_str())
            }
            _ => false,
        };
        let unseparated = UNSEPARATED.contains(&word.as_str())
            && self.at(at + 1) != Some(&Bit::Dot)
            && match self.before(at) {
                Some(Bit::Word(before)) => !BEFORE_A_NAME.contains(&before.as_str()),
                Some(Bit::Quoted(_) | Bit::Value | Bit::Close) => true,
                _ => false,
            };
        (begins || unseparated).then(|| {
            let word = word.to_lowercase();
            Finding::new(
                effect,
                rule(effect),
                format!("this SQL says '{word}' where a statement begins"),
            )
        })
    }

    /// A table or file that a query writes to, rows it locks, a sequence it moves on.
    fn target_or_lock(&self, at: usize) -> Option<Finding> {
        let as_alias = matches!(self.before(at), Some(Bit::Word(word)) if word == "AS")
            && (matches!(self.at(at + 1), None | Some(Bit::Comma | Bit::Close))
                || self.is_word(at + 1, &["FROM"]));
        if self.is_word(at, &["INTO", "OUTFILE", "DUMPFILE"])
            && !as_alias
            && self.before(at) != Some(&Bit::Dot)
        {
            return Some(Finding::new(
                Effect::Write,
                "sql.into",
                "this SQL puts its result somewhere",
            ));
        }
        let locks = (self.is_word(at, &["FOR"])
            && self.is_word(at + 1, &["UPDATE", "SHARE", "NO", "KEY"]))
            || (self.is_word(at, &["LOCK"]) && self.is_word(at + 1, &["IN"]));
        if locks {
            return Some(Finding::new(Effect::Write, "sql.lock", "this SQL locks what it reads"));
        }
        let moves_on = (self.is_word(at, &["NEXT"]) && self.is_word(at + 1, &["VALUE"]))
            || (self.is_word(at, &["NEXTVAL"]) && self.before(at) == Some(&Bit::Dot));
        moves_on
            .then(|| Finding::new(Effect::Write, "sql.sequence", "this SQL moves a sequence on"))
    }

    /// A call of a function that does more than compute.
    fn call(&self, at: usize) -> Option<Finding> {
        let (Some(Bit::Word(name) | Bit::Quoted(name)), Some(Bit::Open)) =
            (self.at(at), self.at(at + 1))
        else {
            return None;
        };
        let owner = match (self.before(at), at.checked_sub(2).and_then(|owner| self.at(owner))) {
            (Some(Bit::Dot), Some(Bit::Word(owner) | Bit::Quoted(owner))) => owner.to_lowercase(),
            _ => String::new(),
        };
        let name = name.to_lowercase();
        let effect = functions::effect(&owner, &name)?;
        Some(Finding::new(
            effect,
            "sql.function",
            format!("this SQL calls '{name}', which does more than compute"),
        ))
    }
}

/// What a statement does that begins with this word, in upper case.
pub fn changes(word: &str) -> Option<Effect> {
    CHANGING
        .binary_search_by(|(known, _)| known.cmp(&word))
        .ok()
        .and_then(|at| CHANGING.get(at))
        .map(|&(_, effect)| effect)
}

fn rule(effect: Effect) -> &'static str {
    match effect {
        Effect::Destructive => "sql.destructive",
        Effect::Executes => "sql.executes",
        _ => "sql.write",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(CHANGING.is_sorted_by_key(|(word, _)| *word));
        assert_eq!(changes("DROP"), Some(Effect::Destructive));
        assert_eq!(changes("SELECT"), None);
    }
}
