//! Which arguments a kept answer speaks of.
//!
//! Its conditions are those of a rule and read by the same reader: for a yes strictly and in a closed world, so that an
//! argument that nobody named asks; for a no loosely, so that no other spelling gets around it. It is no rule: policy
//! never sees it.

use crate::config::{Rule, RuleFault};
use crate::domain::digest::Digest;
use crate::domain::json::{Canonical, Node};
use crate::domain::policy::RuleSpec;
use crate::domain::remembered::{Pattern, Remembered};
use crate::domain::ruling::Verdict;
use crate::domain::visible;
use serde_json::{Map, Value};

/// The most conditions of one pattern.
const CONDITIONS_MAX: usize = 64;

/// The longest pattern, in bytes of JSON.
const BYTES_MAX: usize = 16 * 1024;

/// Characters of an argument that are told of.
const SHOWN: usize = 80;

/// Whether a kept answer speaks of these arguments, whose digest this is.
#[must_use]
pub fn speaks_of(kept: &Remembered, given: Option<&Node<'_>>, digest: Digest) -> bool {
    match &kept.wish.pattern {
        Pattern::Same => kept.arguments.same(&digest),
        // A no that cannot be read any more is not taken for none.
        Pattern::When(when) => KeptPattern::compile(when, kept.allows)
            .map_or(!kept.allows, |pattern| pattern.0.matches(given)),
    }
}

/// Conditions, compiled.
#[derive(Debug, Clone)]
pub struct KeptPattern(Rule);

impl KeptPattern {
    /// Compiles the conditions of an answer that says yes, or no.
    ///
    /// # Errors
    /// What is wrong with them, in words.
    pub fn compile(when: &Map<String, Value>, allows: bool) -> Result<Self, String> {
        if when.is_empty() {
            return Err("a pattern names at least one argument".to_owned());
        }
        let bytes = serde_json::to_vec(when).map_or(usize::MAX, |text| text.len());
        if when.len() > CONDITIONS_MAX || bytes > BYTES_MAX {
            return Err(format!(
                "a pattern has at most {CONDITIONS_MAX} conditions and {BYTES_MAX} bytes"
            ));
        }
        let spec = RuleSpec {
            // The tool is compared by its server's identity and its definition, which no glob could say.
            tool: Some("*".to_owned()),
            pattern: None,
            when: Some(when.clone()),
            effect: if allows { Verdict::Allow } else { Verdict::Deny },
            score: None,
            name: None,
            reason: None,
            allow_tier: None,
            tier: None,
            matches: Vec::new(),
            not_match: Vec::new(),
        };
        let told = |faults: Vec<RuleFault>| {
            let of = |fault: &RuleFault| {
                let at = fault.at.strip_prefix("when.").unwrap_or(&fault.at);
                format!("`{at}`: {}", fault.message)
            };
            faults.iter().map(of).collect::<Vec<_>>().join("; ")
        };
        Rule::compile(&spec, "kept").map(Self).map_err(told)
    }

    /// Why these arguments do not meet conditions of a yes (`allows`) or a no, in words without a stop; `None` when they
    /// meet all of them. What it says of an argument is told as the argument is written.
    #[must_use]
    pub fn misfit(
        when: &Map<String, Value>,
        allows: bool,
        arguments: Option<&Canonical>,
    ) -> Option<String> {
        let whole = match Self::compile(when, allows) {
            Ok(pattern) => pattern,
            Err(why) => return Some(why),
        };
        if whole.fits(arguments) {
            return None;
        }
        let node = arguments.and_then(|arguments| arguments.node().ok());
        let Some(Node::Object(members)) = node else {
            return Some("the call has no arguments that could be read".to_owned());
        };
        let has = |name: &str| members.iter().any(|(member, _)| *member == name);
        let bare = members.iter().find(|(name, _)| !when.keys().any(|key| head(key) == *name));
        if let Some((name, _)) = bare.filter(|_| allows) {
            return Some(format!("`{name}` has no condition, and a yes names every argument"));
        }
        if let Some(name) = when.keys().map(|key| head(key)).find(|name| !has(name)) {
            return Some(format!("`{name}` is no argument of the call"));
        }
        // One argument after the other, each with the conditions that speak of it.
        members
            .into_iter()
            .find_map(|(name, value)| {
                let own: Map<String, Value> = when
                    .iter()
                    .filter(|(key, _)| head(key) == name)
                    .map(|(key, condition)| (key.clone(), condition.clone()))
                    .collect();
                let pattern = Self::compile(&own, allows).ok()?;
                let told = differs(&name, &value, &own);
                let alone = Node::Object(vec![(name, value)]);
                (!pattern.0.matches(Some(&alone))).then_some(told)
            })
            .or_else(|| Some("the call does not meet it".to_owned()))
    }

    /// Whether these arguments meet all of it. What cannot be read meets none.
    #[must_use]
    pub fn fits(&self, arguments: Option<&Canonical>) -> bool {
        match arguments.map(Canonical::node).transpose() {
            Ok(node) => self.0.matches(node.as_ref()),
            Err(_) => false,
        }
    }
}

/// The argument that a condition speaks of: `options` of `options.mode`.
fn head(name: &str) -> &str {
    name.split_once('.').map_or(name, |(head, _)| head)
}

/// That an argument does not meet its conditions.
fn differs(name: &str, value: &Node<'_>, conditions: &Map<String, Value>) -> String {
    let mut text = Vec::new();
    value.write(&mut text);
    let is = visible::shorten(&visible::inline(&String::from_utf8_lossy(&text)), SHOWN);
    let all: Vec<String> = conditions
        .iter()
        .map(|(key, condition)| match condition {
            Value::String(text) if key == name => format!("`{text}`"),
            condition if key == name => format!("`{condition}`"),
            condition => format!("`{key}={condition}`"),
        })
        .collect();
    let narrow = |condition: &Value| {
        condition.as_str().is_some_and(|text| text.contains('*') && !text.contains("**"))
    };
    let of_folders =
        value.as_str().is_some_and(|text| text.contains('/')) && conditions.values().any(narrow);
    let hint = if of_folders { " (`*` stays within one folder, `**` does not)" } else { "" };
    format!("`{name}` is {is}, which {} does not meet{hint}", all.join(" and "))
}

#[cfg(test)]
mod tests {
    use crate::domain::json::{Canonical, Limits};
    use crate::policy::KeptPattern;
    use serde_json::{Value, json};

    fn fits(when: &Value, allows: bool, arguments: &str) -> bool {
        let pattern = KeptPattern::compile(when.as_object().unwrap(), allows).unwrap();
        let arguments = Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap();
        pattern.fits(Some(&arguments))
    }

    #[test]
    fn a_yes_is_strict_and_closed_and_a_no_is_loose() {
        let when = json!({ "path": "/srv/*" });
        assert!(fits(&when, true, r#"{"path":"/srv/a"}"#));
        for other in [
            r#"{"path":"/srv/a","mode":"w"}"#,
            r#"{"path":"/srv/../etc/a"}"#,
            r#"{"path":["/srv/a","/etc/b"]}"#,
            r#"{"path":7}"#,
            "{}",
        ] {
            assert!(!fits(&when, true, other), "{other}");
        }
        for same in [
            r#"{"path":"/srv/a","mode":"w"}"#,
            r#"{"path":"/srv//a"}"#,
            r#"{"path":["/srv/a","/etc/b"]}"#,
        ] {
            assert!(fits(&when, false, same), "{same}");
        }
        assert!(!fits(&when, false, r#"{"path":"/etc/b"}"#));
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let wrong =
            |when: Value| KeptPattern::compile(when.as_object().unwrap(), true).unwrap_err();
        assert!(wrong(json!({})).contains("at least one"));
        assert!(wrong(json!({ "a": null })).contains("`a`: "));
        assert!(wrong(json!({ "a": { "regex": "(" } })).contains("`a`: "));
        let many: serde_json::Map<String, Value> =
            (0..65).map(|n| (format!("a{n}"), json!("*"))).collect();
        assert!(wrong(Value::Object(many)).contains("at most 64"));
    }
}
