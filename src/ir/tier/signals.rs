//! What the parameters of a step give away, in one pass over them.

use crate::domain::json::Node;
use crate::domain::ruling::Effect;
use crate::domain::visible;
use crate::ir::tier::words;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::sql::tokens::changes;
use crate::policy::effect::words::name::{self, Reading};
use crate::policy::effect::{executor, selector, shell, sql};

/// A text without white space up to this length is a name of something and is read word by word.
const NAME_MAX: usize = 64;

/// What `DROP` and `TRUNCATE` are said of.
const SQL_OBJECTS: &[&str] = &[
    "COLUMN", "DATABASE", "FUNCTION", "INDEX", "ROLE", "SCHEMA", "SEQUENCE", "TABLE", "TRIGGER",
    "USER", "VIEW",
];

/// What was found, the first of each kind.
#[derive(Debug, Default)]
pub(crate) struct Signals<'n> {
    /// A word that takes something away, and where it stands.
    pub destroys: Option<(String, &'n str)>,
    /// Where production is named.
    pub production: Option<&'n str>,
    /// A model of the books or of payments.
    pub money: Option<&'n str>,
    /// The worst that a statement, a command line or a choice among doings does.
    pub found: Option<Finding>,
    /// It says itself that it is bulk.
    pub bulk: bool,
    /// A control character or a number that is no whole one is somewhere.
    pub faulty: bool,
}

/// Looks through what a step carries.
#[derive(Debug)]
pub(crate) struct Scan<'n> {
    /// Its parameters name models of Odoo.
    pub odoo: bool,
    /// It only reads, as far as its action says.
    pub reads: bool,
    /// What was found.
    pub signals: Signals<'n>,
}

impl<'n> Scan<'n> {
    /// Looks through a value that stands under `key`.
    pub(crate) fn value(&mut self, key: &'n str, node: &'n Node<'_>) {
        match node {
            Node::String(text) => self.text(key, text),
            Node::Number(digits) => self.signals.faulty |= !is_whole(digits),
            Node::Array(items) => items.iter().for_each(|item| self.value(key, item)),
            Node::Object(members) => {
                for (key, value) in members {
                    self.key(key, value);
                    self.value(key, value);
                }
            }
            Node::Null | Node::Bool(_) => {}
        }
    }

    /// A name of something: the step's resource, a short text.
    pub(crate) fn name(&mut self, key: &'n str, text: &'n str) {
        let signals = &mut self.signals;
        words::each(text, |word| {
            if signals.destroys.is_none() && words::destroys(word) {
                signals.destroys = Some((word.to_ascii_lowercase(), key));
            }
            if signals.production.is_none() && words::names_production(word) {
                signals.production = Some(key);
            }
        });
        if self.odoo && self.signals.money.is_none() {
            self.signals.money = words::money(text);
        }
    }

    fn key(&mut self, key: &'n str, value: &'n Node<'_>) {
        self.signals.faulty |= has_control(key);
        match value {
            // A switch that is off does nothing.
            Node::Bool(false) => return,
            Node::String(text) => self.called(key, text),
            Node::Array(items) if executor::holds_command(key) => {
                if let Some((Node::String(program), rest)) = items.split_first() {
                    self.find(shell::judge_words(program, rest));
                }
            }
            _ => {}
        }
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        let none = matches!(value, Node::Null | Node::Number("0"));
        self.signals.bulk |= !none && (is("bulk") || is("batch"));
        self.name(key, key);
    }

    /// A text whose key says what it is.
    fn called(&mut self, key: &str, text: &str) {
        if executor::holds_sql(key) {
            self.find(sql::judge(text));
        }
        if executor::holds_command(key) {
            self.find(shell::judge(text));
        }
        if selector::is_selector(key) {
            let tokens = crate::policy::effect::words::tokens(text);
            let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
            let (Reading::Does(effect, _) | Reading::MayDo(effect, _)) = name::read(&tokens) else {
                return;
            };
            // That it runs or writes something is what the action says already.
            if self.reads || matches!(effect, Effect::Destructive | Effect::Pays) {
                let message = format!("its `{}` chooses a doing that counts more", shown(key));
                self.find(Finding::new(effect, "ir.selector", message));
            }
        }
    }

    fn text(&mut self, key: &'n str, text: &'n str) {
        // One look at every byte says both whether it holds a control character and whether it holds white space.
        let kinds = text.bytes().fold(0, |kinds, byte| kinds | kind(byte));
        self.signals.faulty |= kinds & CONTROL != 0;
        if text.len() <= NAME_MAX && kinds & SPACE == 0 {
            self.name(key, text);
        } else {
            self.prose(text);
        }
    }

    /// A longer text: prose, or SQL.
    fn prose(&mut self, text: &str) {
        let (mut worst, mut pair, mut before) = (Effect::Read, false, false);
        let (mut deletes, mut delete) = (false, false);
        let mut upper = [0_u8; 16];
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            let Some(upper) = upper.get_mut(..word.len()).filter(|_| word.len() > 1) else {
                before &= word.len() < 2;
                continue;
            };
            upper.copy_from_slice(word.as_bytes());
            upper.make_ascii_uppercase();
            let word = std::str::from_utf8(upper).unwrap_or_default();
            pair |= before && SQL_OBJECTS.contains(&word);
            before = matches!(word, "DROP" | "TRUNCATE");
            deletes |= delete && word == "FROM";
            delete = word == "DELETE";
            worst = worst.max(changes(word).unwrap_or(Effect::Read));
        }
        if pair {
            let message = "a text in it says to drop or truncate something of a database";
            self.find(Finding::new(Effect::Destructive, "ir.sql", message));
        } else if text.len() > sql::LONGEST && (deletes || self.reads && worst > Effect::Read) {
            // Nobody reads so much as SQL, and what nobody read is not shown to be harmless.
            let message =
                "a text in it is too long to be read as SQL and has words that change a database";
            self.find(Finding::new(worst, "ir.sql", message));
        } else if worst >= Effect::Destructive || (self.reads && worst > Effect::Read) {
            self.signals.found = sql::change(text)
                .into_iter()
                .chain(self.signals.found.take())
                .reduce(Finding::or_stricter);
        }
    }

    fn find(&mut self, found: Finding) {
        let known = self.signals.found.take();
        self.signals.found = Some(match known {
            Some(known) => known.or_stricter(found),
            None => found,
        });
    }
}

/// A number that every reader reads alike: no fraction, no exponent, no `-0`.
pub(crate) fn is_whole(digits: &str) -> bool {
    digits != "-0" && !digits.bytes().any(|b| matches!(b, b'.' | b'e' | b'E'))
}

const CONTROL: u8 = 1;
const SPACE: u8 = 2;

/// What a byte of a text is, if it is anything special.
fn kind(byte: u8) -> u8 {
    let space = matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    if space { SPACE } else { u8::from(byte < 0x20) * CONTROL }
}

/// True when a text holds a control character that is no line break and no tab.
pub(crate) fn has_control(text: &str) -> bool {
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t'))
}

/// A text of an agent for a message.
pub(crate) fn shown(text: &str) -> String {
    visible::shorten(&visible::inline(text), 40)
}
