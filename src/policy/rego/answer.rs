//! What a module's `decision` comes to. Whatever is not exactly `{allow, deny_reasons, warnings, ask_reasons}` is a
//! failure and never a yes: a typo in a rule must not read as "nothing to object".

use crate::domain::ruling::Verdict;
use regorus::Value;

/// So many texts of one kind are kept.
const TEXTS_MAX: usize = 32;
/// So many bytes of one text are kept.
const TEXT_MAX: usize = 512;

/// Why a module gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// `decision`, or what it must hold, is not defined.
    Undefined,
    /// Something in `decision` is of another type than it must be.
    Type,
    /// It would take more instructions, memory or input than it may.
    Limit,
    /// The call names more, or longer texts, than modules are shown.
    TooLarge,
    /// Something stands in the call where the configuration points to a text, and is none.
    Unreadable,
    /// It took too long.
    Deadline,
    /// The engine panicked.
    Panic,
    /// The engine refused.
    Engine,
}

impl Failure {
    /// Whether whoever makes a call can bring it about by what he writes into it. Such a failure lets no call pass.
    pub(crate) fn of_the_call(self) -> bool {
        match self {
            Self::Undefined | Self::Type | Self::Engine => false,
            Self::Limit | Self::TooLarge | Self::Unreadable | Self::Deadline | Self::Panic => true,
        }
    }

    /// Its word in rulings.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Type => "type",
            Self::Limit => "limit",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::Deadline => "deadline",
            Self::Panic => "panic",
            Self::Engine => "engine",
        }
    }

    /// What it means, for people: it stands after "module `x` ".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Undefined => "left its decision, or a member of it, undefined",
            Self::Type => "gave a decision of a wrong shape",
            Self::Limit => "would take more steps or memory than a module may",
            Self::TooLarge => {
                "was not shown all that the call names, which is too much or too long"
            }
            Self::Unreadable => "was not shown what stands where a text should",
            Self::Deadline => "took too long",
            Self::Panic => "made the engine fail",
            Self::Engine => "was refused by the engine",
        }
    }
}

/// What a module answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// What it says outright.
    pub allow: bool,
    /// Why not, sorted.
    pub deny_reasons: Vec<String>,
    /// Why a person must say yes first, sorted.
    pub ask_reasons: Vec<String>,
    /// What a person should know, sorted.
    pub warnings: Vec<String>,
    /// Whether texts were cut or left out.
    pub cut: bool,
}

impl Answer {
    /// The strictest that it asks for.
    pub(crate) fn verdict(&self) -> Verdict {
        if !self.allow || !self.deny_reasons.is_empty() {
            Verdict::Deny
        } else if self.ask_reasons.is_empty() {
            Verdict::Allow
        } else {
            Verdict::Ask
        }
    }

    /// Reads a `decision`.
    pub(crate) fn read(decision: &Value) -> Result<Self, Failure> {
        let members = match decision {
            Value::Undefined => return Err(Failure::Undefined),
            Value::Object(members) => members,
            _ => return Err(Failure::Type),
        };
        let (mut answer, mut allow, mut denies) = (Self::default(), None, false);
        for (key, value) in members.iter() {
            let Value::String(key) = key else { return Err(Failure::Type) };
            match key.as_ref() {
                "allow" => allow = Some(truth(value)?),
                "deny_reasons" => {
                    answer.deny_reasons = texts(value, &mut answer.cut)?;
                    denies = true;
                }
                "ask_reasons" => answer.ask_reasons = texts(value, &mut answer.cut)?,
                "warnings" => answer.warnings = texts(value, &mut answer.cut)?,
                _ => return Err(Failure::Type),
            }
        }
        answer.allow = allow.filter(|_| denies).ok_or(Failure::Undefined)?;
        Ok(answer)
    }
}

fn truth(value: &Value) -> Result<bool, Failure> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        other => Err(wrong(other)),
    }
}

/// The texts of a set or an array, or the keys of an object: what older modules write as `reasons["x"] if ...`.
fn texts(value: &Value, cut: &mut bool) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    match value {
        Value::Set(set) => take(set.iter(), &mut found, cut)?,
        Value::Array(items) => take(items.iter(), &mut found, cut)?,
        Value::Object(members) => take(members.keys(), &mut found, cut)?,
        other => return Err(wrong(other)),
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn take<'a>(
    values: impl Iterator<Item = &'a Value>,
    found: &mut Vec<String>,
    cut: &mut bool,
) -> Result<(), Failure> {
    for value in values {
        let Value::String(text) = value else { return Err(wrong(value)) };
        if text.as_ref() == "<undefined>" {
            return Err(Failure::Undefined);
        }
        // The first of many are kept, and that there were more is said: failing here could turn a deny into an allow.
        if found.len() == TEXTS_MAX {
            *cut = true;
            continue;
        }
        let end = text.floor_char_boundary(TEXT_MAX);
        *cut |= end < text.len();
        found.push(text.get(..end).unwrap_or_default().to_owned());
    }
    Ok(())
}

/// The engine writes an undefined value out as this text where it loses one.
fn wrong(value: &Value) -> Failure {
    match value {
        Value::Undefined => Failure::Undefined,
        Value::String(text) if text.as_ref() == "<undefined>" => Failure::Undefined,
        _ => Failure::Type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Answer, Failure> {
        Answer::read(&Value::from_json_str(json).unwrap())
    }

    #[test]
    fn only_a_whole_decision_is_an_answer() {
        let fine = read(r#"{"allow":true,"deny_reasons":[],"warnings":["w"]}"#).unwrap();
        assert_eq!((fine.verdict(), fine.warnings.len()), (Verdict::Allow, 1));
        for (json, failure) in [
            ("7", Failure::Type),
            ("{}", Failure::Undefined),
            (r#"{"allow":true}"#, Failure::Undefined),
            (r#"{"deny_reasons":[]}"#, Failure::Undefined),
            (r#"{"allow":"yes","deny_reasons":[]}"#, Failure::Type),
            (r#"{"allow":"<undefined>","deny_reasons":[]}"#, Failure::Undefined),
            (r#"{"allow":true,"deny_reasons":"<undefined>"}"#, Failure::Undefined),
            (r#"{"allow":true,"deny_reasons":["<undefined>"]}"#, Failure::Undefined),
            (r#"{"allow":true,"deny_reasons":[1]}"#, Failure::Type),
            (r#"{"allow":true,"deny_reasons":[],"ask_reason":["x"]}"#, Failure::Type),
            (r#"{"allow":true,"deny_reasons":[],"warnings":null}"#, Failure::Type),
        ] {
            assert_eq!(read(json), Err(failure), "{json}");
        }
        assert_eq!(Answer::read(&Value::Undefined), Err(Failure::Undefined));
    }

    #[test]
    fn reasons_come_as_a_set_an_array_or_keys_and_are_sorted() {
        let deny = |json: &str| {
            let answer = read(&format!(r#"{{"allow":true,"deny_reasons":{json}}}"#)).unwrap();
            assert_eq!(answer.verdict(), Verdict::Deny);
            answer.deny_reasons
        };
        assert_eq!(deny(r#"["b","a","b"]"#), ["a", "b"]);
        assert_eq!(deny(r#"{"b":true,"a":true}"#), ["a", "b"]);
        let no = read(r#"{"allow":false,"deny_reasons":[]}"#).unwrap();
        assert_eq!(no.verdict(), Verdict::Deny);
        let ask = read(r#"{"allow":true,"deny_reasons":[],"ask_reasons":["big"]}"#).unwrap();
        assert_eq!(ask.verdict(), Verdict::Ask);
    }

    #[test]
    fn too_many_or_too_long_reasons_are_cut_and_still_deny() {
        let many: Vec<String> = (0..100).map(|i| format!("{i}{}", "é".repeat(1_000))).collect();
        let json = serde_json::json!({"allow": true, "deny_reasons": many}).to_string();
        let answer = read(&json).unwrap();
        assert!(answer.cut && answer.verdict() == Verdict::Deny);
        assert_eq!(answer.deny_reasons.len(), TEXTS_MAX);
        assert!(answer.deny_reasons.iter().all(|text| text.len() <= TEXT_MAX));
    }
}
