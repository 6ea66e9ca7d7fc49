//! What modules are told of a call: flat, small, and out of what the gateway knows rather than what the call claims.
//!
//! Arguments are never copied in whole: their digest and size are, and the few short fields that policies speak of. What a
//! call says of itself may only make the answer stricter: which of two classes of data is the graver one is the modules' to
//! say, so where its word differs from that of its server they are asked about both. What they are not shown, because
//! there is too much of it or because it cannot be read, is told beside: nobody can be let pass by what he left out of sight.

use crate::config::{ActionMap, Cost, Upstream, cost_of};
use crate::domain::call::{CallParts, Method};
use crate::domain::json::{Canonical, Node};
use crate::domain::money::Usd;
use crate::policy::facts::Facts;
use crate::policy::kernel::Judged;
use crate::policy::rego::answer::Failure;
use crate::policy::rego::scope::user_of;
use crate::policy::rego::told::{self, PATHS, PRIORITIES, Told, URLS};
use regorus::Value;
use std::collections::BTreeMap;

/// No text is longer, in bytes; of a longer one both ends are kept.
const TEXT_MAX: usize = 4 * 1024;
/// A call that names more files than this is too large for modules.
const PATHS_MAX: usize = 256;
/// So many inputs of one call are shown to modules.
const INPUTS_MAX: usize = 4 * PATHS_MAX;

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

/// The inputs of one call: one for each file that it names, each class that its data may be of, and so on, since policies
/// speak of one.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub each: Vec<Value>,
    /// The fields that were cut.
    pub cut: Vec<&'static str>,
    /// The fields that the configuration points to and that are no text.
    pub unreadable: Vec<&'static str>,
    /// It names more than modules are asked about.
    pub too_many: bool,
}

impl Inputs {
    /// Why no module can have seen the whole call; `None` when all was shown.
    pub(crate) fn failure(&self) -> Option<Failure> {
        if self.too_many || !self.cut.is_empty() {
            Some(Failure::TooLarge)
        } else if !self.unreadable.is_empty() {
            Some(Failure::Unreadable)
        } else {
            None
        }
    }
}

struct Fields {
    members: Members,
    resource: Members,
    cut: Vec<&'static str>,
}

type Members = Vec<(&'static str, Value)>;

/// One of several things that a call may be about: what an input then holds, and holds under `resource`.
#[derive(Default)]
struct Way {
    members: Members,
    resource: Members,
}

impl Way {
    fn and(&self, other: &Self) -> Self {
        let both = |one: &Members, other: &Members| one.iter().chain(other).cloned().collect();
        Self {
            members: both(&self.members, &other.members),
            resource: both(&self.resource, &other.resource),
        }
    }
}

impl Fields {
    fn text(&mut self, name: &'static str, text: &str) {
        let value = self.short(name, text);
        self.members.push((name, value));
    }

    /// A way for each text.
    fn ways(&mut self, name: &'static str, texts: &[&str]) -> Vec<Way> {
        let way =
            |text: &&str| Way { members: vec![(name, self.short(name, text))], ..Way::default() };
        texts.iter().map(way).collect()
    }

    /// A way for each text, under `resource`.
    fn of_resource(&mut self, name: &'static str, texts: &[&str]) -> Vec<Way> {
        let way =
            |text: &&str| Way { resource: vec![(name, self.short(name, text))], ..Way::default() };
        texts.iter().map(way).collect()
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
    let mut told = Told::new(facts.arguments, mapped);
    let mut models = f.ways("model", &told.each("model", |map| &map.model, &["model"]));
    models.iter_mut().for_each(|way| way.resource.clone_from(&way.members));
    let priorities = told.each("task_priority", |map| &map.priority, PRIORITIES);
    let regions = told.each("region", |map| &map.region, &["region"]);
    let classes = told.classes(server.and_then(|server| server.classification.as_deref()));
    if let Some(dollars) = server.and_then(|server| cost(server, &parts.tool, facts.arguments)) {
        f.members.push(("estimated_cost_usd", Value::from(dollars)));
    }
    let urls = match parts.method {
        Method::ResourcesRead => vec![parts.tool.as_str()],
        _ => told.each("url", |map| &map.url, URLS),
    };
    let mut of_urls = f.of_resource("url", &urls);
    for (way, url) in of_urls.iter_mut().zip(&urls) {
        way.resource.extend(host(url).map(|host| ("host", f.short("host", &host))));
    }
    if let Some(size) = facts.arguments.and_then(|a| a.get("size")).and_then(whole) {
        f.resource.push(("size", Value::from(size)));
    }
    let named = told.paths();
    let too_many = named.len() > PATHS_MAX || urls.len() > PATHS_MAX;
    let of_paths = named.iter().take(PATHS_MAX).flat_map(|path| told::readings_of_path(path));
    let of_files = urls.iter().take(PATHS_MAX).flat_map(|url| told::readings_of_url(url));
    let paths: Vec<String> = of_paths.chain(of_files).collect();
    let axes = [
        models,
        f.ways("task_priority", &priorities),
        f.of_resource("region", &regions),
        of_classes(&mut f, &classes),
        of_urls,
        f.of_resource("path", &paths.iter().map(String::as_str).collect::<Vec<_>>()),
    ];
    split(f, &axes, told.unreadable, too_many)
}

/// Whether modules are shown one of these values of the arguments, or what stands in or around it.
pub(crate) fn shows_any(
    parts: &CallParts,
    mapped: Option<&ActionMap>,
    servers: &Servers,
    pointers: &[String],
) -> bool {
    const USUAL: &[&str] = &["model", "region", "data_classification", "size"];
    let usual =
        PATHS.iter().chain(URLS).chain(PRIORITIES).chain(USUAL).map(|name| format!("/{name}"));
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

/// A way for each class, where none is one, too.
fn of_classes(f: &mut Fields, classes: &[Option<&str>]) -> Vec<Way> {
    let mut way = |class: &Option<&str>| match class {
        Some(class) => {
            let class = f.short("data_classification", class);
            Way { members: vec![("data_classification", class)], ..Way::default() }
        }
        None => Way::default(),
    };
    classes.iter().map(&mut way).collect()
}

/// One input for each combination of ways.
fn split(
    f: Fields,
    axes: &[Vec<Way>],
    unreadable: Vec<&'static str>,
    mut too_many: bool,
) -> Inputs {
    let Fields { members, resource, mut cut } = f;
    let mut all = vec![Way { members, resource }];
    for ways in axes.iter().filter(|ways| !ways.is_empty()) {
        too_many |= all.len().saturating_mul(ways.len()) > INPUTS_MAX;
        let combined = all.iter().flat_map(|one| ways.iter().map(|way| one.and(way)));
        all = combined.take(INPUTS_MAX).collect();
    }
    let whole = |mut way: Way| {
        way.members.push(("resource", object(way.resource)));
        object(way.members)
    };
    cut.sort_unstable();
    cut.dedup();
    Inputs { each: all.into_iter().map(whole).collect(), cut, unreadable, too_many }
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

fn whole(node: &Node<'_>) -> Option<u64> {
    if let Node::Number(digits) = node { digits.parse().ok() } else { None }
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
