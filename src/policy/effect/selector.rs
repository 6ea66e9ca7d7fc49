//! Tools that are many tools: an argument such as `method` or `action` says which, so its value is read like a name.
//! Also the switches (`apply: true`) and targets (`output_path`) that make a look into more.

use crate::domain::json::Node;
use crate::domain::ruling::Effect;
use crate::policy::effect::finding::Finding;
use crate::policy::effect::schema;
use crate::policy::effect::words;
use crate::policy::effect::words::name::{self, Reading};

/// Arguments that choose among a tool's doings.
const SELECTORS: &[&str] = &[
    "action",
    "action_type",
    "command",
    "http_method",
    "httpmethod",
    "method",
    "mode",
    "op",
    "operation",
    "operation_type",
    "request_method",
    "requestmethod",
    "subcommand",
    "sub_command",
    "tool",
    "tool_name",
    "verb",
];

/// Methods by which HTTP looks; the rest of its methods read well enough as verbs.
const SAFE_METHODS: &[&str] = &["get", "head", "options"];

/// Verbs of a name that only say that a request is made; the method says what it does.
const REQUESTS: &[&str] = &[
    "api", "call", "curl", "fetch", "http", "invoke", "make", "request", "requests", "rest", "send",
];

/// Arguments that say where a request goes.
const TARGETS: &[&str] = &["endpoint", "path", "uri", "url"];

/// Arguments that a request carries away.
const BODIES: &[&str] =
    &["body", "data", "form", "form_data", "json", "payload", "requestbody", "request_body"];

/// First words of a switch that does more when it is on.
const SWITCHES: &[&str] = &[
    "apply",
    "approve",
    "autofix",
    "commit",
    "create",
    "delete",
    "deploy",
    "destroy",
    "erase",
    "execute",
    "fix",
    "install",
    "kill",
    "mark",
    "notify",
    "overwrite",
    "persist",
    "publish",
    "purge",
    "replace",
    "save",
    "send",
    "store",
    "submit",
    "terminate",
    "update",
    "upload",
    "wipe",
    "write",
];

/// Decides by the arguments that select a doing; `None` when the tool has none and its words alone must decide.
pub fn judge(
    tool: &str,
    schema: Option<&Node<'_>>,
    arguments: &Node<'_>,
    said: &Finding,
) -> Option<Finding> {
    if let Some(found) = http(tool, arguments, said) {
        return Some(found);
    }
    let given = arguments.object().unwrap_or_default().iter().filter_map(|(key, value)| {
        is_selector(key).then(|| value.as_str().map(|value| (key.as_ref(), value)))?
    });
    let chosen =
        given.map(|(key, value)| chosen(schema, key, value, said)).reduce(Finding::or_stricter);
    chosen.or_else(|| unchosen(schema, said))
}

/// True for an argument that chooses among doings.
pub fn is_selector(key: &str) -> bool {
    SELECTORS.iter().any(|known| key.eq_ignore_ascii_case(known))
}

/// What one chosen value does. A name that does more than look is never loosened by it; a description that lists all that
/// the tool can do is, when the schema lists the same choices.
fn chosen(schema: Option<&Node<'_>>, key: &str, value: &str, said: &Finding) -> Finding {
    let tokens = words::tokens(value);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let safe = matches!(tokens.as_slice(), [only] if SAFE_METHODS.contains(only));
    let listed = || {
        schema::property(schema, key)
            .and_then(schema::allowed)
            .is_some_and(|values| values.contains(&value))
    };
    let neutral =
        said.rule == "words.unknown_verb" || (said.rule == "words.description" && listed());
    match name::read(&tokens) {
        Reading::Does(effect, verb) | Reading::MayDo(effect, verb) if !safe => {
            let found = Finding::new(effect, "selector.verb", format!("its '{key}' says '{verb}'"));
            if said.is_read() || neutral { found } else { found.or_stricter(said.clone()) }
        }
        Reading::Looks { .. } if neutral || said.is_read() => {
            Finding::read("selector.read", format!("its '{key}' says it only looks"))
        }
        _ if safe && (neutral || said.is_read()) => {
            Finding::read("selector.read", format!("its '{key}' says it only looks"))
        }
        _ => said.clone(),
    }
}

/// A tool that declares a selector and is given none does what its schema's default says, or the worst of what it offers.
fn unchosen(schema: Option<&Node<'_>>, said: &Finding) -> Option<Finding> {
    let members = schema?.get("properties")?.object()?;
    let (key, property) = members.iter().find(|(key, _)| is_selector(key))?;
    if let Some(default) = property.get("default").and_then(Node::as_str) {
        return Some(chosen(schema, key, default, said));
    }
    let offered = schema::allowed(property)?;
    offered.into_iter().map(|value| chosen(schema, key, value, said)).reduce(Finding::or_stricter)
}

/// A tool that makes HTTP requests looks when the method is a safe one and nothing is carried away.
fn http(tool: &str, arguments: &Node<'_>, said: &Finding) -> Option<Finding> {
    let members = arguments.object()?;
    if !TARGETS.iter().any(|target| arguments.get(target).is_some()) {
        return None;
    }
    let method = members.iter().find(|(key, _)| {
        ["method", "http_method", "httpmethod", "verb"].contains(&key.to_ascii_lowercase().as_str())
    });
    let body = members.iter().any(|(key, _)| {
        BODIES.contains(&key.to_ascii_lowercase().as_str()) && schema::given(arguments, key)
    });
    let requests = words::tokens(tool).iter().any(|word| REQUESTS.contains(&word.as_str()));
    let (_, method) = method?;
    let method = method.as_str()?.to_ascii_lowercase();
    if !SAFE_METHODS.contains(&method.as_str()) || !(requests || said.is_read()) {
        return None;
    }
    Some(if body {
        Finding::new(Effect::SendsOut, "http.body", "the request carries data away")
    } else {
        Finding::read("http.safe_method", format!("a '{method}' request only looks"))
    })
}

/// What a switch that is on, or a file to write to, makes of a call that otherwise looks.
pub fn switches(arguments: &Node<'_>) -> Option<Finding> {
    let members = arguments.object()?;
    members.iter().filter_map(|(key, value)| switched(key, value)).reduce(Finding::or_stricter)
}

fn switched(key: &str, value: &Node<'_>) -> Option<Finding> {
    let tokens = words::tokens(key);
    let first = tokens.first()?.as_str();
    let on = matches!(value, Node::Bool(true))
        || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if on && SWITCHES.contains(&first) {
        let effect = match words::lexicon::sense(first) {
            Some(words::lexicon::Sense::Verb(effect) | words::lexicon::Sense::Either(effect)) => {
                effect
            }
            None => Effect::Write,
        };
        return Some(Finding::new(effect, "selector.switch", format!("its switch '{key}' is on")));
    }
    let last = tokens.last()?.as_str();
    let target = ["save", "output", "out", "write", "download"].contains(&first)
        && ["path", "file", "filename", "filepath", "dir", "directory", "folder", "to"]
            .contains(&last);
    let filled = value.as_str().is_some_and(|text| !text.is_empty());
    (filled && (target || key == "outfile")).then(|| {
        Finding::new(
            Effect::Write,
            "selector.file_target",
            format!("it writes to the file its '{key}' names"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::{Limits, parse};

    fn judged(tool: &str, arguments: &str) -> Option<Effect> {
        let said = words::judge(tool, "");
        judge(tool, None, &parse(arguments, &Limits::ARGUMENTS).unwrap(), &said)
            .map(|found| found.effect)
    }

    #[test]
    fn the_value_decides_and_never_loosens_the_name() {
        assert_eq!(judged("manage_rules", r#"{"action":"list"}"#), Some(Effect::Read));
        assert_eq!(
            judged("manage_rules", r#"{"action":"delete_rule"}"#),
            Some(Effect::Destructive)
        );
        assert_eq!(judged("parcel_write", r#"{"method":"get"}"#), Some(Effect::Write));
        assert_eq!(
            judged("http_request", r#"{"method":"GET","url":"https://a"}"#),
            Some(Effect::Read)
        );
        assert_eq!(
            judged("http_request", r#"{"method":"POST","url":"https://a"}"#),
            Some(Effect::SendsOut)
        );
        assert_eq!(
            judged("http_request", r#"{"method":"GET","url":"https://a","body":"x"}"#),
            Some(Effect::SendsOut)
        );
        assert_eq!(judged("manage_rules", r#"{"action":"frobnicate"}"#), Some(Effect::Write));
    }

    #[test]
    fn a_switch_or_a_target_makes_a_look_into_more() {
        let on = |text: &str| {
            switches(&parse(text, &Limits::ARGUMENTS).unwrap()).map(|found| found.effect)
        };
        assert_eq!(on(r#"{"delete_after":true}"#), Some(Effect::Destructive));
        assert_eq!(on(r#"{"output_path":"/tmp/x"}"#), Some(Effect::Write));
        assert_eq!(on(r#"{"include_deleted":true,"output_format":"json","save":false}"#), None);
    }
}
