//! What modules are told of a call: flat, small, and out of what the gateway knows rather than what the call claims.
//!
//! Arguments are never copied in whole: their digest and size are, and the few short fields that policies speak of. What a
//! call says of itself may only make the answer stricter, so its data class counts beside that of its server.

use crate::config::{ActionMap, Cost, Upstream, cost_of};
use crate::domain::call::{CallParts, Method};
use crate::domain::json::{Canonical, Node};
use crate::domain::money::Usd;
use crate::policy::facts::Facts;
use crate::policy::kernel::Judged;
use crate::policy::rego::scope::user_of;
use regorus::Value;
use std::collections::BTreeMap;

/// No text is longer, in bytes; of a longer one both ends are kept.
const TEXT_MAX: usize = 4 * 1024;
/// A call that names more files than this is too large for modules.
const PATHS_MAX: usize = 16;
/// Classes of data that a server's own word is kept for, whatever a call says.
const REGULATED: &[&str] = &["phi", "pii", "pci", "restricted"];
/// Arguments that name files, where the configuration does not say which does.
const PATHS: &[&str] = &[
    "path",
    "file_path",
    "filepath",
    "filename",
    "file_name",
    "file",
    "paths",
    "files",
    "source",
    "destination",
];
const URLS: &[&str] = &["url", "uri"];

/// What the configuration knows of servers, as far as modules are told.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    known: BTreeMap<String, Server>,
    project: Option<String>,
}

#[derive(Debug)]
struct Server {
    classification: Option<String>,
    costs: BTreeMap<String, Cost>,
}

impl Servers {
    pub(crate) fn new(upstreams: &BTreeMap<String, Upstream>, project: Option<&str>) -> Self {
        let known = upstreams
            .iter()
            .map(|(name, up)| {
                let server =
                    Server { classification: up.classification.clone(), costs: up.costs.clone() };
                (name.clone(), server)
            })
            .collect();
        Self { known, project: project.map(str::to_owned) }
    }

    pub(crate) fn project(&self) -> Option<&str> {
        self.project.as_deref()
    }
}

/// The inputs of one call: as many as it names files, since policies speak of one.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub each: Vec<Value>,
    /// The fields that were cut.
    pub cut: Vec<&'static str>,
    /// It names more files than modules are asked about.
    pub too_many: bool,
}

struct Fields {
    members: Vec<(&'static str, Value)>,
    resource: Vec<(&'static str, Value)>,
    cut: Vec<&'static str>,
}

impl Fields {
    fn text(&mut self, name: &'static str, text: &str) {
        let value = self.short(name, text);
        self.members.push((name, value));
    }

    fn of_resource(&mut self, name: &'static str, text: &str) {
        let value = self.short(name, text);
        self.resource.push((name, value));
    }

    fn short(&mut self, name: &'static str, text: &str) -> Value {
        if text.len() <= TEXT_MAX {
            return Value::from(text);
        }
        self.cut.push(name);
        let head = text.floor_char_boundary(TEXT_MAX / 2);
        let tail = text.ceil_char_boundary(text.len() - TEXT_MAX / 2);
        let (head, tail) = (text.get(..head), text.get(tail..));
        Value::from(format!("{}\u{2026}{}", head.unwrap_or_default(), tail.unwrap_or_default()))
    }
}

/// Builds what modules are asked with.
pub(crate) fn inputs(
    facts: &Facts<'_>,
    judged: &Judged,
    mapped: Option<&ActionMap>,
    servers: &Servers,
) -> Inputs {
    let parts = facts.call.parts();
    let server = servers.known.get(&parts.upstream.name);
    let mut f = Fields { members: Vec::with_capacity(32), resource: Vec::new(), cut: Vec::new() };
    f.members.push(("schema", Value::from(1_u64)));
    f.text("action", judged.action.as_str());
    f.text("tool", &parts.tool);
    f.text("server", &parts.upstream.name);
    f.text("agent", &parts.principal.name);
    f.text("user", user_of(&parts.principal.name));
    f.text("session_id", &parts.session.to_string());
    f.text("environment", facts.environment.as_str());
    f.text("effect", judged.effect.as_str());
    f.members.push(("tier", Value::from(u64::from(judged.tier.get()))));
    f.text("args_digest", &facts.call.digest().to_string());
    let bytes = parts.arguments.as_ref().map_or(0, |a: &Canonical| a.as_bytes().len());
    f.members.push(("args_bytes", Value::from(bytes as u64)));
    if let Some(project) = servers.project() {
        f.text("project", project);
    }
    given(&mut f, facts);
    let told = Told { arguments: facts.arguments, mapped };
    let model = told.at(|map| &map.model, &["model"]);
    if let Some(model) = model {
        f.text("model", model);
        f.of_resource("model", model);
    }
    if let Some(priority) = told.at(|map| &map.priority, &["task_priority", "priority"]) {
        f.text("task_priority", priority);
    }
    if let Some(region) = told.at(|map| &map.region, &["region"]) {
        f.of_resource("region", region);
    }
    let claimed = told.at(|map| &map.classification, &["data_classification"]);
    if let Some(class) = class(server.and_then(|s| s.classification.as_deref()), claimed) {
        f.text("data_classification", class);
    }
    if let Some(dollars) = server.and_then(|server| cost(server, &parts.tool, facts.arguments)) {
        f.members.push(("estimated_cost_usd", Value::from(dollars)));
    }
    let url = match parts.method {
        Method::ResourcesRead => Some(parts.tool.as_str()),
        _ => told.at(|map| &map.url, URLS),
    };
    if let Some(url) = url {
        f.of_resource("url", url);
        if let Some(host) = host(url) {
            f.of_resource("host", &host);
        }
    }
    if let Some(size) = facts.arguments.and_then(|a| a.get("size")).and_then(whole) {
        f.resource.push(("size", Value::from(size)));
    }
    let mut paths = told.paths();
    if let Some(path) = url.and_then(|url| url.strip_prefix("file://")) {
        paths.push(path);
    }
    let too_many = paths.len() > PATHS_MAX;
    paths.truncate(PATHS_MAX);
    split(f, &paths, too_many)
}

/// Whether modules are shown one of these values of the arguments, or what stands in or around it.
pub(crate) fn shows_any(
    parts: &CallParts,
    mapped: Option<&ActionMap>,
    servers: &Servers,
    pointers: &[String],
) -> bool {
    const USUAL: &[&str] =
        &["model", "task_priority", "priority", "region", "data_classification", "size"];
    let usual = PATHS.iter().chain(URLS).chain(USUAL).map(|name| format!("/{name}"));
    let maps = mapped.into_iter().flat_map(|map| {
        [&map.path, &map.url, &map.model, &map.priority, &map.region, &map.classification]
            .into_iter()
            .flatten()
            .cloned()
    });
    let server = servers.known.get(&parts.upstream.name);
    let cost = server.and_then(|s| s.costs.get(&parts.tool).or_else(|| s.costs.get("*")));
    let cost = cost.and_then(|cost| match cost {
        Cost::Told(pointer) => Some(pointer.clone()),
        Cost::Fixed(_) => None,
    });
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    usual.chain(maps).chain(cost).any(|shown| {
        pointers.iter().any(|unknown| within(unknown, &shown) || within(&shown, unknown))
    })
}

/// What was looked up around the call.
fn given(f: &mut Fields, facts: &Facts<'_>) {
    let given = facts.given;
    if let Some(now) = given.now {
        f.members.push(("now_ns", Value::from(now.0.saturating_mul(1_000_000))));
    }
    if let Some(calls) = given.recent_calls {
        let mut counts = Value::new_object();
        if let Ok(counts) = counts.as_object_mut() {
            let agent = Value::from(facts.call.parts().principal.name.as_str());
            counts.insert(agent, Value::from(calls));
        }
        f.members.push(("recent_calls", counts));
    }
    if let Some(window) = given.window_seconds {
        f.members.push(("timewindow_seconds", Value::from(window)));
    }
    if let Some(left) = given.budget_micros {
        f.members.push(("budget_remaining_usd", Value::from(Usd(left).dollars())));
    }
    if let Some((id, approver)) = &given.approval {
        let approval = object([
            ("id", Value::from(id.to_string())),
            ("approver", Value::from(approver.as_str())),
        ]);
        f.members.push(("approval", approval));
    }
    if let Some((run, step)) = &given.run {
        f.text("run_id", &run.to_string());
        f.members.push(("step_id", Value::from(u64::from(*step))));
    }
}

/// One input for each path, or one without any.
fn split(mut f: Fields, paths: &[&str], too_many: bool) -> Inputs {
    let of_paths: Vec<Value> = paths.iter().map(|path| f.short("path", path)).collect();
    let with = |path: Option<Value>| {
        let resource = path.map(|path| ("path", path));
        let mut members = f.members.clone();
        members.push(("resource", object(f.resource.iter().cloned().chain(resource))));
        object(members)
    };
    let each = match of_paths.is_empty() {
        true => vec![with(None)],
        false => of_paths.into_iter().map(|path| with(Some(path))).collect(),
    };
    f.cut.dedup();
    Inputs { each, cut: f.cut, too_many }
}

fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut object = Value::new_object();
    if let Ok(inside) = object.as_object_mut() {
        for (name, value) in members {
            inside.insert(Value::from(name), value);
        }
    }
    object
}

/// What the arguments say, where the configuration says to look, else under the usual names.
struct Told<'a> {
    arguments: Option<&'a Node<'a>>,
    mapped: Option<&'a ActionMap>,
}

impl<'a> Told<'a> {
    fn node(&self, pointer: impl Fn(&ActionMap) -> &Option<String>) -> Option<&'a Node<'a>> {
        let pointer = self.mapped.and_then(|map| pointer(map).as_deref())?;
        self.arguments?.pointer(pointer)
    }

    fn at(
        &self,
        pointer: impl Fn(&ActionMap) -> &Option<String>,
        usual: &[&str],
    ) -> Option<&'a str> {
        let text = |node: &'a Node<'a>| node.as_str();
        self.node(pointer)
            .and_then(text)
            .or_else(|| usual.iter().find_map(|name| self.arguments?.get(name).and_then(text)))
    }

    /// Every file that the call names.
    fn paths(&self) -> Vec<&'a str> {
        let mut found = Vec::new();
        if let Some(node) = self.node(|map| &map.path) {
            texts(node, &mut found);
        }
        if found.is_empty() {
            for node in PATHS.iter().filter_map(|name| self.arguments?.get(name)) {
                texts(node, &mut found);
            }
        }
        found
    }
}

fn texts<'a>(node: &'a Node<'a>, found: &mut Vec<&'a str>) {
    if let Some(text) = node.as_str() {
        found.push(text);
    }
    for item in node.array().unwrap_or_default() {
        if let Some(text) = item.as_str().or_else(|| item.get("path")?.as_str()) {
            found.push(text);
        }
    }
}

fn whole(node: &Node<'_>) -> Option<u64> {
    if let Node::Number(digits) = node { digits.parse().ok() } else { None }
}

/// The stricter of both: the server's where it is regulated, else what the call says where that is.
fn class<'a>(server: Option<&'a str>, claimed: Option<&'a str>) -> Option<&'a str> {
    let regulated = |class: &&str| REGULATED.contains(&class.to_ascii_lowercase().as_str());
    server.filter(regulated).or(claimed.filter(regulated)).or(server).or(claimed)
}

/// What one call costs; nothing where nobody says. An amount that is said and cannot be counted is as large as any:
/// ten billion must not pass where ten are too many.
fn cost(server: &Server, tool: &str, arguments: Option<&Node<'_>>) -> Option<f64> {
    const MOST: f64 = 1e9;
    match cost_of(&server.costs, tool, arguments)? {
        Ok(amount) => Some(amount.dollars()),
        Err(unknown) => {
            let told = arguments?.pointer(&unknown.pointer)?;
            (!told.is_null()).then_some(MOST)
        }
    }
}

/// The host of an address: no user, no port, lower case.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let host = match place.strip_prefix('[') {
        Some(v6) => v6.split(']').next()?,
        None => place.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.trim_end_matches('.').to_ascii_lowercase())
}
