//! From JSON to the engine's values, with numbers that stay as small as they were written: the engine's own reader would
//! write `1e999999999` out in full.

use regorus::Value;
use serde_json::Value as Json;

/// Converts, or gives up at more than `most` bytes and values.
pub(crate) fn value(json: &Json, most: &mut usize) -> Option<Value> {
    *most = most.checked_sub(1)?;
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), _, _) => Value::from(whole),
            (_, Some(whole), _) => Value::from(whole),
            (_, _, Some(float)) if float.is_finite() => Value::from(float),
            _ => return None,
        },
        Json::String(text) => {
            *most = most.checked_sub(text.len())?;
            Value::from(text.as_str())
        }
        Json::Array(items) => {
            Value::from(items.iter().map(|item| value(item, most)).collect::<Option<Vec<_>>>()?)
        }
        Json::Object(members) => {
            let mut object = regorus::Value::new_object();
            let inside = object.as_object_mut().ok()?;
            for (name, member) in members {
                *most = most.checked_sub(name.len())?;
                inside.insert(Value::from(name.as_str()), value(member, most)?);
            }
            object
        }
    })
}
