//! From bytes to a change: one strict reader, then every member looked at, and every fault told.
//!
//! The gateway's own reader sees the text first: two members of one name, or a nesting without end, must not reach a
//! library that would make something of them. It never looks at what stands; that is `check`'s.

use crate::config::Rule;
use crate::domain::id::RuleId;
use crate::domain::json::{Limits, Node, parse_bytes};
use crate::domain::policy::{ModuleChange, PolicyDiff, RuleSpec};
use crate::domain::ruling::{Tier, Verdict};
use crate::policy::diff::fault::{Fault, TOLD_MAX};
use crate::policy::diff::meaning::meaning;
use crate::policy::diff::members::{MODULE, RULE, pointer, words};
use crate::policy::diff::{modules, names};
use serde_json::{Map, Value};
use std::collections::HashMap;

const LIMITS: Limits = Limits { depth: 32, keys: 200_000, values: 400_000 };
const META_MAX: usize = 16 << 10;
const REASON_MAX: usize = 4_096;
/// Conditions, and examples of either kind, that one rule may have.
const PARTS_MAX: usize = 64;

/// Who made a change: agents may do less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// An agent.
    Agent,
    /// Someone who sees and proposes.
    Operator,
    /// Someone who decides.
    Admin,
}

/// What an author may put into one change.
struct Allowance {
    bytes: usize,
    items: usize,
    /// Bytes of one pattern or one condition.
    pattern: usize,
    /// Bytes of all rules once compiled, as estimated.
    cost: usize,
}

impl Author {
    fn allowance(self) -> Allowance {
        match self {
            Self::Agent => Allowance { bytes: 1 << 20, items: 200, pattern: 512, cost: 16 << 20 },
            Self::Operator | Self::Admin => {
                Allowance { bytes: 16 << 20, items: 2_000, pattern: 4_096, cost: 64 << 20 }
            }
        }
    }
}

/// A change that was read, with its rules as they would judge.
#[derive(Debug, Clone)]
pub struct Read {
    /// The change.
    pub diff: PolicyDiff,
    /// The rules that it adds, compiled, in its order.
    pub rules: Vec<Rule>,
    /// Whether a model made it: it then only adds rules that ask or deny.
    pub of_a_model: bool,
}

/// Reads a change strictly.
///
/// # Errors
/// Everything that is wrong with it, up to a hundred faults.
pub fn read(text: &[u8], from: Author) -> Result<Read, Vec<Fault>> {
    let allowance = from.allowance();
    if text.len() > allowance.bytes {
        let message = format!("the change has {} bytes of at most {}", text.len(), allowance.bytes);
        return Err(vec![Fault::new("too_large", "", message, "split it into several changes")]);
    }
    let node = parse_bytes(text, &LIMITS).map_err(|e| {
        let help =
            "write one JSON object without doubled names, such as `{\"add\":[],\"remove\":[]}`";
        vec![Fault::new("json", "", e.to_string(), help)]
    })?;
    let mut reader = Reader { from, allowance, faults: Vec::new() };
    let read = reader.change(&node);
    match read {
        Some(read) if reader.faults.is_empty() => Ok(read),
        _ => {
            reader.faults.truncate(TOLD_MAX);
            Err(reader.faults)
        }
    }
}

pub(crate) struct Reader {
    from: Author,
    allowance: Allowance,
    faults: Vec<Fault>,
}

impl Reader {
    /// How many faults there are so far.
    pub(crate) fn count(&self) -> usize {
        self.faults.len()
    }

    /// Tells one more fault.
    pub(crate) fn fault(
        &mut self,
        code: &'static str,
        at: &str,
        message: impl AsRef<str>,
        help: &str,
    ) {
        if self.faults.len() < TOLD_MAX {
            self.faults.push(Fault::new(code, at, message, help));
        }
    }

    fn change(&mut self, node: &Node<'_>) -> Option<Read> {
        let Some(members) = node.object() else {
            let help = "write `{\"add\":[],\"remove\":[],\"meta\":{}}`";
            self.fault("type", "", format!("a change is an object, not {}", node.kind()), help);
            return None;
        };
        for (name, _) in members {
            if !["add", "remove", "modules", "meta"].contains(&name.as_ref()) {
                let help = "a change has `add`, `remove`, `modules` and `meta`";
                self.fault(
                    "unknown_member",
                    &pointer("", name),
                    "no change has such a member",
                    help,
                );
            }
        }
        let (add, remove) = (self.list(node, "add"), self.list(node, "remove"));
        let modules = self.list(node, "modules");
        let count = add.len() + remove.len() + modules.len();
        if count > self.allowance.items {
            let message = format!("{count} items of at most {}", self.allowance.items);
            self.fault("too_many", "", message, "split it into several changes");
            return None;
        }
        if count == 0 {
            let help = "name a rule to add, an id to remove or a module to change";
            self.fault("empty", "", "the change changes nothing", help);
        }
        let meta = self.meta(node.get("meta"));
        let of_a_model = meta.contains_key("model_version")
            || meta.get("origin").and_then(Value::as_str) == Some("model");
        let mut rules = Vec::new();
        let add: Vec<RuleSpec> =
            add.iter().enumerate().filter_map(|(i, node)| self.rule(i, node, &mut rules)).collect();
        self.doubled(&add, add.len() == rules.len());
        let remove = self.ids(remove);
        if of_a_model && !remove.is_empty() {
            let help = "propose the removal without `model_version` and `origin`, as your own";
            self.fault("model", "/remove", "what a model makes may only add asks and denies", help);
        }
        let modules = self.modules(modules, of_a_model);
        for (index, spec) in add.iter().enumerate() {
            self.reach(index, spec, of_a_model);
        }
        let cost = rules.iter().map(Rule::cost).fold(0, usize::saturating_add);
        if cost > self.allowance.cost {
            let message = "its rules would take too much memory once compiled";
            self.fault("too_large", "/add", message, "write simpler patterns, or fewer");
        }
        Some(Read { diff: PolicyDiff { add, remove, modules, meta }, rules, of_a_model })
    }

    fn meta(&mut self, node: Option<&Node<'_>>) -> Map<String, Value> {
        let Some(node) = node else { return Map::new() };
        let mut json = Vec::new();
        node.write(&mut json);
        if json.len() > META_MAX {
            let message = format!("`meta` has {} bytes of at most {META_MAX}", json.len());
            self.fault("too_large", "/meta", message, "tell less");
            return Map::new();
        }
        self.exact(node, "/meta");
        serde_json::from_slice(&json).unwrap_or_else(|e| {
            self.fault("type", "/meta", words(&e), "write an object");
            Map::new()
        })
    }

    fn rule(&mut self, index: usize, node: &Node<'_>, rules: &mut Vec<Rule>) -> Option<RuleSpec> {
        let at = format!("/add/{index}");
        let before = self.faults.len();
        let spec: Option<RuleSpec> = self.item(node, &at, &RULE);
        for name in ["when", "match", "not_match"] {
            if let Some(value) = node.get(name) {
                self.exact(value, &format!("{at}/{name}"));
            }
        }
        let spec = spec?;
        self.sizes(&spec, &at);
        if self.from == Author::Agent {
            for (member, wrong) in names::faults(&spec) {
                self.fault("name", &format!("{at}/{member}"), wrong, "write it without");
            }
        }
        match Rule::compile(&spec, &format!("rule {}", index + 1)) {
            Err(wrong) => {
                for fault in wrong {
                    let help = "mend the rule, or leave it out";
                    self.fault("rule", &format!("{at}{}", fault.pointer), &fault.message, help);
                }
            }
            Ok(rule) if self.faults.len() == before => {
                if let Some(broken) = rule.broken_example() {
                    let help = "mend the rule or the example: they must agree";
                    self.fault(
                        "example",
                        &format!("{at}{}", broken.pointer),
                        &broken.message,
                        help,
                    );
                }
                rules.push(rule);
            }
            Ok(_) => {}
        }
        Some(spec)
    }

    fn sizes(&mut self, spec: &RuleSpec, at: &str) {
        let max = self.allowance.pattern;
        let shorter = "write a shorter one, or several rules";
        if spec.pattern.as_ref().is_some_and(|pattern| pattern.len() > max) {
            self.fault("too_large", &format!("{at}/pattern"), format!("over {max} bytes"), shorter);
        }
        for (name, value) in spec.when.iter().flatten() {
            let text = value.as_str().or_else(|| value.get("regex")?.as_str()).unwrap_or_default();
            if name.len().max(text.len()) > max {
                let at = pointer(&format!("{at}/when"), name);
                self.fault("too_large", &at, format!("over {max} bytes"), shorter);
            }
        }
        let parts = [
            ("when", spec.when.as_ref().map_or(0, Map::len)),
            ("match", spec.matches.len()),
            ("not_match", spec.not_match.len()),
        ];
        for (name, count) in parts {
            if count > PARTS_MAX {
                let message = format!("{count} of at most {PARTS_MAX}");
                self.fault("too_many", &format!("{at}/{name}"), message, "write fewer");
            }
        }
        if spec.reason.as_ref().is_some_and(|reason| reason.len() > REASON_MAX) {
            let message = format!("over {REASON_MAX} bytes");
            self.fault("too_large", &format!("{at}/reason"), message, "say it in a sentence");
        }
    }

    /// How far a rule may reach, given who made it.
    fn reach(&mut self, index: usize, spec: &RuleSpec, of_a_model: bool) {
        if spec.effect != Verdict::Allow {
            return;
        }
        if of_a_model {
            let help = "leave it out; a person may propose it as his own";
            let at = format!("/add/{index}/effect");
            self.fault("model", &at, "what a model makes may only add asks and denies", help);
        }
        if self.from == Author::Agent && spec.allow_tier.is_some_and(|tier| tier > Tier::WRITE) {
            let help = "leave `allow_tier` out";
            let at = format!("/add/{index}/allow_tier");
            self.fault("reach", &at, "an agent proposes no allow beyond tier 2", help);
        }
    }

    fn doubled(&mut self, add: &[RuleSpec], whole: bool) {
        let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
        for (index, spec) in add.iter().enumerate().filter(|_| whole) {
            if let Some(first) = seen.get(&meaning(spec)).copied() {
                let message = format!("it does what `/add/{first}` does");
                self.fault("duplicate", &format!("/add/{index}"), message, "leave one of them out");
            } else {
                seen.insert(meaning(spec), index);
            }
        }
    }

    fn ids(&mut self, remove: &[Node<'_>]) -> Vec<RuleId> {
        let mut ids: Vec<RuleId> = Vec::new();
        let mut places: HashMap<RuleId, usize> = HashMap::new();
        for (index, node) in remove.iter().enumerate() {
            let at = format!("/remove/{index}");
            match node.as_str().and_then(RuleId::parse) {
                None => self.fault(
                    "id",
                    &at,
                    "this is not the id of a rule",
                    "list the rules for their ids",
                ),
                Some(id) => match places.get(&id) {
                    Some(first) => {
                        let message = format!("it is `/remove/{first}` once more");
                        self.fault("duplicate", &at, message, "name it once");
                    }
                    None => {
                        places.insert(id, index);
                        ids.push(id);
                    }
                },
            }
        }
        ids
    }

    fn modules(&mut self, nodes: &[Node<'_>], of_a_model: bool) -> Vec<ModuleChange> {
        if nodes.is_empty() {
            return Vec::new();
        }
        if of_a_model {
            let help = "leave `modules` out";
            self.fault(
                "model",
                "/modules",
                "what a model makes may only add asks and denies",
                help,
            );
        }
        if self.from == Author::Agent {
            let help = "leave `modules` out; an operator may propose it";
            self.fault("reach", "/modules", "an agent proposes no change of modules", help);
            return Vec::new();
        }
        let mut changes: Vec<ModuleChange> = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            let at = format!("/modules/{index}");
            let Some(change) = self.item::<ModuleChange>(node, &at, &MODULE) else {
                continue;
            };
            self.faults.extend(modules::faults(&change, &at));
            if changes.iter().any(|other| other.name == change.name) {
                let help = "change it once";
                self.fault("duplicate", &at, "this module is changed above, too", help);
            }
            changes.push(change);
        }
        changes
    }
}
