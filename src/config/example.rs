//! Examples that a rule carries: it must agree with them, or the file does not load.
//!
//! A rule is the kind of program that is read far more often than it is tried. Its author writes down what it should
//! and should not match, and the reader of the next year finds that this is still true.

use crate::config::error::ConfigError;
use crate::config::rule::Rule;
use crate::domain::json::{Limits, parse};
use std::path::Path;

/// Holds a rule against its examples.
pub(crate) fn check(
    rule: &Rule,
    matches: &[toml::Table],
    not_match: &[toml::Table],
    file: &Path,
) -> Result<(), ConfigError> {
    for (list, examples, wanted) in [("match", matches, true), ("not_match", not_match, false)] {
        for (index, table) in examples.iter().enumerate() {
            let wrong = |message: String| {
                let at = format!("{}, `{list}` example {}", rule.name, index + 1);
                ConfigError::meaning(file, at, message)
            };
            let mut json = String::new();
            write_members(table, &mut json).map_err(&wrong)?;
            // The reader of real calls reads the examples too, so a rule is tried on what it will meet.
            let arguments = parse(&json, &Limits::ARGUMENTS).map_err(|e| wrong(e.to_string()))?;
            if rule.matches(Some(&arguments)) != wanted {
                let numbered = rule.name.starts_with("rule ");
                return Err(ConfigError::Example {
                    file: file.to_owned(),
                    rule: if numbered {
                        rule.name.clone()
                    } else {
                        format!("rule `{}`", rule.name)
                    },
                    list,
                    index: index + 1,
                    example: json,
                });
            }
        }
    }
    Ok(())
}

fn write_members(table: &toml::Table, out: &mut String) -> Result<(), String> {
    out.push('{');
    for (index, (key, value)) in table.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(key, out)?;
        out.push(':');
        write(value, out)?;
    }
    out.push('}');
    Ok(())
}

fn write(value: &toml::Value, out: &mut String) -> Result<(), String> {
    match value {
        toml::Value::String(text) => write_text(text, out)?,
        toml::Value::Integer(number) => out.push_str(&number.to_string()),
        toml::Value::Float(number) if number.is_finite() => out.push_str(&number.to_string()),
        toml::Value::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        toml::Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        toml::Value::Table(table) => write_members(table, out)?,
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            return Err(format!("`{value}` is nothing that JSON can say"));
        }
    }
    Ok(())
}

fn write_text(text: &str, out: &mut String) -> Result<(), String> {
    out.push_str(&serde_json::to_string(text).map_err(|e| e.to_string())?);
    Ok(())
}
