//! What somebody wants kept of his answer, read from outside words: the same words on every face.
//!
//! Nothing that is not understood is taken for the narrower of two readings: it is refused, and nothing is decided.
//! Whether such an answer may be kept at all is for the store to say, in the transaction that decides.

use crate::config;
use crate::domain::remembered::{Keep, Pattern, Scope, Wish};
use crate::domain::time::{DAY, SECOND};
use crate::policy::KeptPattern;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The words of `remember`.
pub const REMEMBER: [&str; 4] = ["once", "session", "forever", "pattern"];

/// What a face calls the members, so that a refusal names what was typed there.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// How long.
    pub remember: &'static str,
    /// Whose calls.
    pub scope: &'static str,
    /// The conditions.
    pub pattern: &'static str,
    /// When it ends by itself.
    pub ends_in: &'static str,
    /// After how many uses.
    pub uses: &'static str,
}

impl Names {
    /// Those of a tool's arguments.
    pub const TOOL: Self = Self {
        remember: "remember",
        scope: "scope",
        pattern: "pattern",
        ends_in: "ends_in",
        uses: "uses",
    };
    /// Those of a body over HTTP.
    pub const BODY: Self = Self { ends_in: "ends_in_seconds", ..Self::TOOL };
    /// Those of a form on a page.
    pub const FORM: Self = Self { ends_in: "ends", ..Self::TOOL };
    /// Those of options on a command line.
    pub const OPTIONS: Self = Self {
        remember: "--remember",
        scope: "--scope",
        pattern: "--where",
        ends_in: "--for",
        uses: "--uses",
    };
}

/// The members beside an answer that speak of keeping it, as a face was given them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WishWords {
    /// `once`, `session`, `forever` or `pattern`; nothing is `once`.
    pub remember: Option<String>,
    /// `agent` or `server`; nothing is `agent`.
    pub scope: Option<String>,
    /// Each argument and its condition.
    pub pattern: Option<Map<String, Value>>,
    /// When it ends by itself.
    pub ends_in: Option<EndsIn>,
    /// After how many uses.
    pub uses: Option<u64>,
}

/// A span of time, as people or machines write it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum EndsIn {
    /// Whole seconds.
    Seconds(u64),
    /// A whole number and its unit, `7d` for instance.
    Text(String),
}

/// One of the members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// Whose calls.
    Scope,
    /// The conditions.
    Pattern,
    /// When it ends by itself.
    EndsIn,
    /// After how many uses.
    Uses,
}

/// Why these words are no wish. Nothing was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WishError {
    /// Not one of the words.
    Remember,
    /// Not one of the words.
    Scope,
    /// A further member beside `once`.
    Once(Member),
    /// A session is one agent's.
    SessionOfServer,
    /// No conditions.
    NoPattern,
    /// Conditions beside this word, which keeps the answer for the same arguments.
    PatternBeside(&'static str),
    /// The pattern does not compile.
    Pattern(String),
    /// No duration.
    EndsIn(String),
    /// Too long.
    TooLong,
    /// No number of uses.
    Uses,
    /// Whoever is refused could use a no up.
    UsesOfNo,
}

impl WishError {
    /// It in words, with the names that this face gives the members.
    #[must_use]
    pub fn said(&self, names: &Names) -> String {
        let Names { remember, scope, pattern, ends_in, uses } = names;
        match self {
            Self::Remember => {
                format!("`{remember}` must be `once`, `session`, `forever` or `pattern`")
            }
            Self::Scope => format!("`{scope}` must be `agent` or `server`"),
            Self::Once(member) => {
                let member = match member {
                    Member::Scope => scope,
                    Member::Pattern => pattern,
                    Member::EndsIn => ends_in,
                    Member::Uses => uses,
                };
                format!(
                    "an answer that counts once takes no `{member}`: say with `{remember}` how long it is kept"
                )
            }
            Self::SessionOfServer => format!(
                "an answer for one session is one agent's, so its `{scope}` cannot be `server`"
            ),
            Self::NoPattern => format!(
                "`{remember}` is `pattern`, so `{pattern}` must say which arguments: each with its condition"
            ),
            Self::PatternBeside(word) => format!(
                "`{word}` keeps the answer for the same arguments, so it takes no `{pattern}`: with conditions \
                 `{remember}` is `pattern`, which always ends"
            ),
            Self::Pattern(why) => format!("the pattern cannot be read: {why}"),
            Self::EndsIn(why) => format!("`{ends_in}`: {why}"),
            Self::TooLong => format!("`{ends_in}` is at most {} days", Wish::LONGEST / DAY),
            Self::UsesOfNo => {
                format!(
                    "a no is not used up, so it takes no `{uses}`: `{ends_in}` says when it ends"
                )
            }
            Self::Uses => format!("`{uses}` is a whole number from 1 to {}", u32::MAX),
        }
    }
}

impl WishWords {
    /// The wish of an answer that says yes (`allows`), or no; `None` for an answer that counts once.
    ///
    /// # Errors
    /// [`WishError`], in words for whoever answers.
    pub fn read(self, allows: bool) -> Result<Option<Wish>, WishError> {
        let word = self.remember.as_deref().unwrap_or("once");
        if !REMEMBER.contains(&word) {
            return Err(WishError::Remember);
        }
        if word == "once" {
            return match self.beside() {
                Some(member) => Err(WishError::Once(member)),
                None => Ok(None),
            };
        }
        let keep = if word == "session" { Keep::Session } else { Keep::Forever };
        let scope = match self.scope.as_deref() {
            None => Scope::Agent,
            Some(word) => Scope::parse(word).ok_or(WishError::Scope)?,
        };
        if (keep, scope) == (Keep::Session, Scope::Server) {
            return Err(WishError::SessionOfServer);
        }
        let pattern = match self.pattern {
            None if word == "pattern" => return Err(WishError::NoPattern),
            None => Pattern::Same,
            Some(_) if word == "session" => return Err(WishError::PatternBeside("session")),
            Some(_) if word == "forever" => return Err(WishError::PatternBeside("forever")),
            Some(when) => {
                KeptPattern::compile(&when, allows).map_err(WishError::Pattern)?;
                Pattern::When(when)
            }
        };
        let of_pattern = pattern != Pattern::Same;
        let life = match self.ends_in {
            Some(ends_in) => Some(ends_in.millis()?),
            None => of_pattern.then_some(Wish::USUAL),
        };
        let uses = match self.uses {
            Some(_) if !allows => return Err(WishError::UsesOfNo),
            Some(uses) => {
                let uses = u32::try_from(uses).ok().filter(|uses| *uses > 0);
                Some(uses.ok_or(WishError::Uses)?)
            }
            None => (of_pattern && allows).then_some(Wish::USUAL_USES),
        };
        Ok(Some(Wish { keep, scope, pattern, life, uses }))
    }

    /// A member that says something and means nothing beside `once`.
    fn beside(&self) -> Option<Member> {
        let said = [
            (Member::Scope, self.scope.is_some()),
            (Member::Pattern, self.pattern.is_some()),
            (Member::EndsIn, self.ends_in.is_some()),
            (Member::Uses, self.uses.is_some()),
        ];
        said.into_iter().find_map(|(name, is)| is.then_some(name))
    }
}

impl EndsIn {
    fn millis(&self) -> Result<i64, WishError> {
        let millis = match self {
            Self::Seconds(0) => {
                return Err(WishError::EndsIn("it is at least one second".to_owned()));
            }
            Self::Seconds(seconds) => {
                i64::try_from(*seconds).ok().and_then(|s| s.checked_mul(SECOND))
            }
            Self::Text(text) => {
                let span = config::duration(text).map_err(WishError::EndsIn)?;
                i64::try_from(span.as_millis()).ok()
            }
        };
        let millis = millis.filter(|millis| *millis <= Wish::LONGEST).ok_or(WishError::TooLong)?;
        // Over HTTP it is said in seconds, and what is told must mean the same when it is sent back.
        if millis % SECOND == 0 {
            Ok(millis)
        } else {
            Err(WishError::EndsIn("it is in whole seconds".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(words: Value) -> Result<Option<Wish>, WishError> {
        serde_json::from_value::<WishWords>(words).unwrap().read(true)
    }

    #[test]
    fn words_become_a_wish() {
        assert_eq!(read(json!({})), Ok(None));
        assert_eq!(read(json!({ "remember": "once" })), Ok(None));
        assert_eq!(read(json!({ "remember": "session" })), Ok(Some(Wish::same(Keep::Session))));
        assert_eq!(read(json!({ "remember": "forever" })), Ok(Some(Wish::same(Keep::Forever))));
        let when = json!({ "path": "/srv/*" });
        let pattern = Pattern::When(when.as_object().unwrap().clone());
        let usual = Wish {
            keep: Keep::Forever,
            scope: Scope::Agent,
            pattern: pattern.clone(),
            life: Some(DAY),
            uses: Some(100),
        };
        let words = json!({ "remember": "pattern", "pattern": when });
        assert_eq!(read(words), Ok(Some(usual)));
        let said = Wish {
            keep: Keep::Forever,
            scope: Scope::Server,
            pattern,
            life: Some(7 * DAY),
            uses: Some(3),
        };
        for week in [json!("7d"), json!(604_800)] {
            let words = json!({
                "remember": "pattern", "pattern": when, "scope": "server", "ends_in": week, "uses": 3
            });
            assert_eq!(read(words), Ok(Some(said.clone())));
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let when = json!({ "path": "*" });
        for (words, why) in [
            (json!({ "remember": "always" }), WishError::Remember),
            (json!({ "remember": "Forever" }), WishError::Remember),
            (json!({ "uses": 3 }), WishError::Once(Member::Uses)),
            (json!({ "remember": "once", "scope": "agent" }), WishError::Once(Member::Scope)),
            (json!({ "remember": "forever", "scope": "all" }), WishError::Scope),
            (json!({ "remember": "session", "scope": "server" }), WishError::SessionOfServer),
            (json!({ "remember": "pattern" }), WishError::NoPattern),
            (
                json!({ "remember": "forever", "pattern": when }),
                WishError::PatternBeside("forever"),
            ),
            (
                json!({ "remember": "session", "pattern": when }),
                WishError::PatternBeside("session"),
            ),
            (
                json!({ "remember": "pattern", "pattern": when, "ends_in": "91d" }),
                WishError::TooLong,
            ),
            (
                json!({ "remember": "pattern", "pattern": when, "ends_in": u64::MAX }),
                WishError::TooLong,
            ),
            (json!({ "remember": "pattern", "pattern": when, "uses": 0 }), WishError::Uses),
            (
                json!({ "remember": "pattern", "pattern": when, "uses": 1_u64 << 32 }),
                WishError::Uses,
            ),
        ] {
            assert_eq!(read(words.clone()), Err(why), "{words}");
        }
        let wrong = read(json!({ "remember": "forever", "ends_in": "7" })).unwrap_err();
        let wrong = wrong.said(&Names::TOOL);
        assert!(wrong.contains("`7` is not a duration"), "{wrong}");
        let wrong = read(json!({ "remember": "pattern", "pattern": { "a": [1] } })).unwrap_err();
        assert!(wrong.said(&Names::TOOL).contains("`a`: "), "{wrong:?}");
    }
}
