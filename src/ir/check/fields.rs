//! The fields of a plan and of its steps: which there are, of what type, and how long. Every other one is refused.

use crate::domain::json::Node;
use crate::domain::ruling::Tier;
use crate::ir::check::faults::{At, Faults};
use crate::ir::codes;
use crate::ir::tier::signals::{has_control, is_whole, shown};

/// What a text field takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// Longest, in characters.
    most: usize,
    /// May hold line breaks and tabs, be empty and begin with white space: it is for people only.
    prose: bool,
}

const fn name(most: usize) -> Kind {
    Kind { most, prose: false }
}

const fn prose(most: usize) -> Kind {
    Kind { most, prose: true }
}

/// The fields of a plan as written.
#[derive(Debug, Default)]
pub(crate) struct PlanFields<'n> {
    pub tenant_id: Option<&'n str>,
    pub request_id: Option<&'n str>,
    pub idempotency_key: Option<&'n str>,
    pub steps: Option<&'n [Node<'n>]>,
}

/// The fields of a step as written.
#[derive(Debug, Default)]
pub(crate) struct StepFields<'n> {
    pub action: Option<&'n str>,
    pub provider: Option<&'n str>,
    pub resource: Option<&'n str>,
    pub params: Option<&'n Node<'n>>,
    pub idempotency_key: Option<&'n str>,
    pub constraints: Option<&'n Node<'n>>,
    pub risk_tier: Option<Tier>,
    pub requires_approval: bool,
    pub step_id: Option<&'n str>,
    pub description: Option<&'n str>,
    pub depends_on: Option<&'n [Node<'n>]>,
}

/// Reads the fields of a plan.
pub(crate) fn plan<'n>(
    members: &'n [(std::borrow::Cow<'n, str>, Node<'n>)],
    faults: &mut Faults,
) -> PlanFields<'n> {
    let mut found = PlanFields::default();
    for (key, value) in members {
        let at = At::Field(key);
        match key.as_ref() {
            "tenant_id" => found.tenant_id = required(value, name(100), at, faults),
            "request_id" => found.request_id = text(value, name(200), at, faults),
            "idempotency_key" => found.idempotency_key = idempotency_key(value, at, faults),
            "created_at" => {
                text(value, name(64), at, faults);
            }
            "intent_summary" => {
                text(value, prose(2_000), at, faults);
            }
            "labels" => labels(value, faults),
            "steps" => match value {
                Node::Array(items) => found.steps = Some(items),
                _ => wrong_type(value, "an array of steps", at, faults),
            },
            _ => unknown(key, at, faults),
        }
    }
    for required in ["tenant_id", "steps"] {
        if !members.iter().any(|(key, _)| key == required) {
            missing(required, At::Field(required), faults);
        }
    }
    found
}

/// Reads the fields of a step.
pub(crate) fn step<'n>(
    members: &'n [(std::borrow::Cow<'n, str>, Node<'n>)],
    index: usize,
    faults: &mut Faults,
) -> StepFields<'n> {
    let mut found = StepFields::default();
    let (mut action, mut provider) = (false, false);
    for (key, value) in members {
        let at = At::StepField(index, key);
        match key.as_ref() {
            "action" => {
                action = true;
                found.action = word(value, codes::INVALID_ACTION, at, faults);
            }
            "provider" => {
                provider = true;
                found.provider = word(value, codes::INVALID_PROVIDER, at, faults);
            }
            "resource" => found.resource = text(value, name(500), at, faults),
            "params" => found.params = object(value, at, faults),
            "idempotency_key" => found.idempotency_key = idempotency_key(value, at, faults),
            "constraints" => {
                found.constraints = object(value, at, faults);
                if let Some(constraints) = found.constraints {
                    values(constraints, at, faults);
                }
            }
            "budget_cents" => budget(value, at, faults),
            "risk_tier" => found.risk_tier = claimed_tier(value, at, faults),
            "requires_approval" => match value {
                Node::Null => {}
                Node::Bool(claimed) => found.requires_approval = *claimed,
                _ => {
                    // Whatever was meant, it was no `false`.
                    found.requires_approval = true;
                    faults.error(at, codes::INVALID_CLAIM, "write `true` or `false`");
                }
            },
            "step_id" => found.step_id = text(value, name(200), at, faults),
            "description" => found.description = text(value, prose(1_000), at, faults),
            "depends_on" => match value {
                Node::Null => {}
                Node::Array(items) => found.depends_on = Some(items),
                _ => wrong_type(value, "an array of step ids", at, faults),
            },
            _ => unknown(key, at, faults),
        }
    }
    for (there, field) in [(action, "action"), (provider, "provider")] {
        if !there {
            missing(field, At::StepField(index, field), faults);
        }
    }
    found
}

/// Looks through a tree for what would not read alike everywhere, with the place of each.
pub(crate) fn values(node: &Node<'_>, at: At<'_>, faults: &mut Faults) {
    fn within(node: &Node<'_>, at: At<'_>, path: &mut String, faults: &mut Faults) {
        let length = path.len();
        match node {
            Node::Number(digits) if !is_whole(digits) => {
                let message = format!(
                    "`{}` would not be written alike by every program: write a whole number, or a text",
                    shown(digits)
                );
                faults.error_at(at, path, codes::FLOAT, message);
            }
            Node::String(text) if has_control(text) => {
                faults.error_at(at, path, codes::CONTROL_CHARACTER, CONTROL);
            }
            Node::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    path.push_str(&format!("/{place}"));
                    within(item, at, path, faults);
                    path.truncate(length);
                }
            }
            Node::Object(members) => {
                for (key, value) in members {
                    path.push('/');
                    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    if has_control(key) {
                        faults.error_at(at, path, codes::CONTROL_CHARACTER, CONTROL);
                    }
                    within(value, at, path, faults);
                    path.truncate(length);
                }
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
        }
    }
    within(node, at, &mut String::new(), faults);
}

const CONTROL: &str = "it holds a control character; only line breaks and tabs may stand here";

/// A text, or `None` where there is none or a wrong one.
fn text<'n>(node: &'n Node<'_>, kind: Kind, at: At<'_>, faults: &mut Faults) -> Option<&'n str> {
    if node.is_null() { None } else { required(node, kind, at, faults) }
}

fn required<'n>(
    node: &'n Node<'_>,
    kind: Kind,
    at: At<'_>,
    faults: &mut Faults,
) -> Option<&'n str> {
    let Node::String(text) = node else {
        wrong_type(node, "a text", at, faults);
        return None;
    };
    let text = text.as_ref();
    if text.len() > kind.most && text.chars().count() > kind.most {
        let message = format!("it is longer than {} characters", kind.most);
        faults.error(at, codes::INVALID_LENGTH, message);
        return None;
    }
    let control = if kind.prose { has_control(text) } else { text.bytes().any(|byte| byte < 0x20) };
    if control {
        faults.error(at, codes::CONTROL_CHARACTER, "it holds a control character");
        return None;
    }
    let bytes = text.as_bytes();
    let edges = [bytes.first(), bytes.last()];
    if kind.prose || edges.iter().all(|edge| edge.is_some_and(u8::is_ascii_graphic)) {
        return Some(text);
    }
    if text.trim().is_empty() {
        faults.error(at, codes::INVALID_LENGTH, "it is empty; write something or leave it out");
        return None;
    }
    if text.trim().len() != text.len() {
        faults.error(at, codes::UNTRIMMED, "it begins or ends with white space; cut that off");
        return None;
    }
    Some(text)
}

/// Without a usable key nothing could be told from its repetition.
fn idempotency_key<'n>(node: &'n Node<'_>, at: At<'_>, faults: &mut Faults) -> Option<&'n str> {
    if node.as_str().is_some_and(|text| text.trim().is_empty()) {
        faults.error(at, codes::MISSING_IDEMPOTENCY_KEY, "it is blank; write 1 to 200 characters");
        return None;
    }
    text(node, name(200), at, faults)
}

/// An action or a provider: what it is not is told with its own code.
fn word<'n>(
    node: &'n Node<'_>,
    code: &'static str,
    at: At<'_>,
    faults: &mut Faults,
) -> Option<&'n str> {
    if let Node::String(text) = node {
        return Some(text.as_ref());
    }
    faults.error(at, code, format!("write a text instead of {}", kind_of(node)));
    None
}

fn object<'n>(node: &'n Node<'n>, at: At<'_>, faults: &mut Faults) -> Option<&'n Node<'n>> {
    match node {
        Node::Object(_) => Some(node),
        Node::Null => None,
        Node::Bool(_) | Node::Number(_) | Node::String(_) | Node::Array(_) => {
            let message = format!("write an object instead of {}", kind_of(node));
            faults.error(at, codes::NOT_AN_OBJECT, message);
            None
        }
    }
}

fn labels(node: &Node<'_>, faults: &mut Faults) {
    let at = At::Field("labels");
    let Some(labels) = object(node, at, faults) else { return };
    values(labels, at, faults);
    for (key, value) in labels.object().unwrap_or_default() {
        if value.as_str().is_none() {
            let below = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
            let message = format!("a label is a text, not {}", kind_of(value));
            faults.error_at(at, &below, codes::INVALID_FIELD, message);
        }
    }
}

fn budget(node: &Node<'_>, at: At<'_>, faults: &mut Faults) {
    match node {
        Node::Null => {}
        Node::Number(digits) if !is_whole(digits) => {
            values(node, at, faults);
            faults.error(at, codes::INVALID_BUDGET, "write whole cents");
        }
        Node::Number(digits) if digits.starts_with('-') => {
            faults.error(at, codes::NEGATIVE_BUDGET, "a budget is 0 or more cents");
        }
        Node::Number(_) if node.as_i64().is_some() => {}
        _ => {
            let message = "write whole cents, at most 9223372036854775807";
            faults.error(at, codes::INVALID_BUDGET, message);
        }
    }
}

fn claimed_tier(node: &Node<'_>, at: At<'_>, faults: &mut Faults) -> Option<Tier> {
    if node.is_null() {
        return None;
    }
    let tier = node.as_u64().and_then(|tier| u8::try_from(tier).ok());
    let tier = tier.and_then(|tier| Tier::try_from(tier).ok());
    if tier.is_none() {
        faults.error(at, codes::INVALID_CLAIM, "write 0, 1, 2 or 3, or leave it out");
    }
    // Whatever was meant, it was something.
    tier.or(Some(Tier::GRAVE))
}

fn wrong_type(node: &Node<'_>, wanted: &str, at: At<'_>, faults: &mut Faults) {
    let message = format!("write {wanted} instead of {}", kind_of(node));
    faults.error(at, codes::INVALID_FIELD, message);
}

fn unknown(key: &str, at: At<'_>, faults: &mut Faults) {
    let message = format!("there is no field `{}`; leave it out", shown(key));
    faults.error(at, codes::UNKNOWN_FIELD, message);
}

fn missing(field: &str, at: At<'_>, faults: &mut Faults) {
    faults.error(at, codes::MISSING_FIELD, format!("`{field}` is required"));
}

/// The kind of a value with its article.
pub(crate) fn kind_of(node: &Node<'_>) -> &'static str {
    match node {
        Node::Null => "`null`",
        Node::Bool(_) => "a boolean",
        Node::Number(_) => "a number",
        Node::String(_) => "a text",
        Node::Array(_) => "an array",
        Node::Object(_) => "an object",
    }
}
