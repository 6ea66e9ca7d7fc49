//! A rule of the file as a rule of the store would be written: the same members, in the same kinds of values.

use crate::config::raw;
use crate::domain::policy::RuleSpec;
use crate::domain::ruling::Tier;
use serde_json::{Map, Number, Value};

/// The rule; an error says what JSON has no word for.
pub(crate) fn spec(rule: raw::Rule) -> Result<RuleSpec, String> {
    let tier = |member: &str, tier: Option<u8>| {
        tier.map(Tier::try_from).transpose().map_err(|e| format!("`{member}`: {e}"))
    };
    let examples =
        |list: &str, tables: Vec<toml::Table>| -> Result<Vec<Map<String, Value>>, String> {
            let read = |(index, table)| {
                members(table).map_err(|e| format!("`{list}` example {}: {e}", index + 1))
            };
            tables.into_iter().enumerate().map(read).collect()
        };
    Ok(RuleSpec {
        tool: rule.tool,
        pattern: rule.pattern,
        when: rule.when.map(members).transpose().map_err(|e| format!("`when`: {e}"))?,
        effect: rule.effect,
        score: rule.score,
        name: rule.name,
        reason: rule.reason,
        allow_tier: tier("allow_tier", rule.allow_tier)?,
        tier: tier("tier", rule.tier)?,
        matches: examples("match", rule.matches)?,
        not_match: examples("not_match", rule.not_match)?,
    })
}

fn members(table: toml::Table) -> Result<Map<String, Value>, String> {
    table.into_iter().map(|(name, value)| Ok((name, json(value)?))).collect()
}

fn json(value: toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::Number(number.into()),
        toml::Value::Float(number) => Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| format!("`{number}` is not a number in JSON"))?,
        toml::Value::Boolean(value) => Value::Bool(value),
        toml::Value::Array(items) => {
            Value::Array(items.into_iter().map(json).collect::<Result<_, String>>()?)
        }
        toml::Value::Table(table) => Value::Object(members(table)?),
        toml::Value::Datetime(time) => {
            return Err(format!("`{time}` is nothing that JSON can say"));
        }
    })
}
