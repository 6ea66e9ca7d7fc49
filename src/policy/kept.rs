//! Which arguments a kept answer speaks of.
//!
//! Its conditions are those of a rule and read by the same reader: for a yes strictly and in a closed world, so that an
//! argument that nobody named asks; for a no loosely, so that no other spelling gets around it. It is no rule: policy
//! never sees it.

use crate::config::{Rule, RuleFault};
use crate::domain::digest::Digest;
use crate::domain::json::Canonical;
use crate::domain::policy::RuleSpec;
use crate::domain::remembered::{Pattern, Remembered};
use crate::domain::ruling::Verdict;
use serde_json::{Map, Value};

/// The most conditions of one pattern.
const CONDITIONS_MAX: usize = 64;

/// The longest pattern, in bytes of JSON.
const BYTES_MAX: usize = 16 * 1024;

/// Whether a kept answer speaks of these arguments, whose digest this is.
#[must_use]
pub fn speaks_of(kept: &Remembered, given: Option<&Canonical>, digest: Digest) -> bool {
    match &kept.wish.pattern {
        Pattern::Same => kept.arguments.same(&digest),
        Pattern::When(when) => {
            KeptPattern::compile(when, kept.allows).is_ok_and(|pattern| pattern.fits(given))
        }
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

    /// Whether these arguments meet all of it. What cannot be read meets none.
    #[must_use]
    pub fn fits(&self, arguments: Option<&Canonical>) -> bool {
        match arguments.map(Canonical::node).transpose() {
            Ok(node) => self.0.matches(node.as_ref()),
            Err(_) => false,
        }
    }
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
