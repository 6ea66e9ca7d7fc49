//! The layer that is always on: what nothing may allow, what a person must see first, what a call does.
//!
//! Depth (64) and number of keys (100,000) of arguments were held by the strict reader that made them; here their size,
//! their shape and their meaning are looked at. Listings, prompts and completions are reads by their nature, and so is
//! a resource that its server lists; any other resource URI was made up by the client and may carry something out.

mod kept;
mod own;
mod ruin;
mod schema;
mod sensitive;
mod tier;

use crate::config::{ActionMap, lexical};
use crate::domain::call::Method;
use crate::domain::json::Node;
use crate::domain::pin::PinState;
use crate::domain::ruling::{Action, Effect, Tier};
use crate::policy::effect::finding::Finding as Said;
use crate::policy::effect::{Definition, assess, by_words};
use crate::policy::facts::{Facts, Protected};
use crate::policy::finding::Finding;
use crate::policy::kernel::kept::Kept;
use crate::policy::kernel::own::Own;
use crate::policy::kernel::schema::Schemas;
use crate::policy::kernel::sensitive::Kind;
use crate::policy::kernel::tier::Weight;
pub(crate) use crate::policy::kernel::tier::tier_told;

/// Arguments may take this many bytes.
const ARGUMENTS_MAX: usize = 4 * 1024 * 1024;

/// The built-in checks, compiled for one installation.
#[derive(Debug)]
pub(crate) struct Kernel {
    own: Own,
    schemas: Schemas,
    /// What names and descriptions say, by definition.
    said: Kept<Said>,
    user_home: Option<String>,
}

/// What the kernel makes of a call.
#[derive(Debug)]
pub(crate) struct Judged {
    pub effect: Effect,
    pub action: Action,
    pub tier: Tier,
    pub findings: Vec<Finding>,
}

impl Kernel {
    /// Compiles the checks; an error says which could not be.
    pub(crate) fn build(protected: &Protected) -> Result<Self, String> {
        let home = protected.user_home.as_ref().map(|home| {
            lexical::resolved(&home.to_string_lossy().to_lowercase())
                .trim_end_matches('/')
                .to_owned()
        });
        Ok(Self {
            own: Own::build(protected).map_err(|e| e.to_string())?,
            schemas: Schemas::default(),
            said: Kept::default(),
            user_home: home.filter(|home| !home.is_empty()),
        })
    }

    /// Judges a call; `mapped` is what the configuration says of its policy action.
    pub(crate) fn judge(&self, facts: &Facts<'_>, mapped: Option<&ActionMap>) -> Judged {
        let mut findings = Vec::with_capacity(8);
        identity(facts, &mut findings);
        let weight = match facts.call.parts().method {
            Method::ToolsCall => self.tool(facts, mapped, &mut findings),
            Method::ResourcesRead => resource(facts, &mut findings),
            Method::ToolsList
            | Method::ResourcesList
            | Method::ResourceTemplatesList
            | Method::PromptsGet
            | Method::PromptsList
            | Method::Complete => {
                let method = facts.call.parts().method.as_str();
                findings.push(Finding::note(
                    "method.read",
                    format!("reads: `{method}` changes nothing"),
                ));
                Weight::read(Action::ExternalApiCall)
            }
        };
        let tier = self.texts(facts, &weight, &mut findings);
        Judged { effect: weight.effect, action: weight.action, tier, findings }
    }

    /// A tool call: its definition, its schema, its effect.
    fn tool(
        &self,
        facts: &Facts<'_>,
        mapped: Option<&ActionMap>,
        findings: &mut Vec<Finding>,
    ) -> Weight {
        let none = Node::Object(Vec::new());
        let arguments = facts.arguments.unwrap_or(&none);
        if !matches!(arguments, Node::Object(_)) {
            let message = format!("the arguments are of type {}, not an object", arguments.kind());
            findings.push(Finding::deny("schema.mismatch", message));
        }
        let parts = facts.call.parts();
        let tool = facts.definition.map(|definition| definition.tool);
        match &facts.definition {
            None => findings.push(Finding::ask("tool.unknown", "its server lists no such tool")),
            Some(definition) => {
                findings.extend(pin_floor(definition.state));
                findings.extend(self.schemas.check(parts.definition, definition.tool, arguments));
            }
        }
        let text = |key| tool.and_then(|tool| tool.get(key)).and_then(Node::as_str);
        let notes = tool.and_then(|tool| tool.get("annotations"));
        let hint = |key| notes.and_then(|notes| notes.get(key)).and_then(Node::as_bool);
        let definition = Definition {
            name: &parts.tool,
            title: text("title").or_else(|| notes?.get("title")?.as_str()),
            description: text("description").unwrap_or_default(),
            input_schema: tool.and_then(|tool| tool.get("inputSchema")),
            read_only_hint: hint("readOnlyHint"),
            destructive_hint: hint("destructiveHint"),
        };
        let said = self.said.get(parts.definition, || by_words(&definition));
        let assessed = assess(&definition, &said, arguments);
        let pinned = facts.definition.and_then(|definition| definition.effect);
        tier::weigh(assessed, pinned, mapped, facts.environment, findings)
    }

    /// Looks at every text of the call, keys too, in every reading; returns the tier that holds with what they name.
    fn texts(&self, facts: &Facts<'_>, weight: &Weight, findings: &mut Vec<Finding>) -> Tier {
        let mut tier = weight.tier;
        let (mut denied, mut ruined) = (false, false);
        let mut named: Option<Kind> = None;
        let mut look = |place: &str, text: &str| {
            let mut one = |reading: &str| {
                if !denied && self.own.named_in(reading, weight.runs_code) {
                    denied = true;
                    let message = format!(
                        "{} names files or addresses of this gateway itself",
                        place_words(place)
                    );
                    findings.push(Finding::deny("protect.own", message));
                }
                if !ruined && let Some(what) = ruin::found_in(reading, weight.runs_code) {
                    ruined = true;
                    findings
                        .push(Finding::deny("deny.ruin", format!("{} {what}", place_words(place))));
                }
                if named.is_none_or(|kind| !kind.secret)
                    && let Some(kind) = sensitive::named_in(reading)
                    && (named.is_none() || kind.secret)
                {
                    named = Some(kind);
                }
            };
            one(text);
            if lexical::is_tricky(text) {
                lexical::readings(text, self.user_home.as_deref())
                    .iter()
                    .for_each(|reading| one(reading));
            }
        };
        look("", &facts.call.parts().tool);
        if let Some(arguments) = facts.arguments {
            arguments.walk_strings(&mut look);
        }
        if let Some(Kind { secret, what, .. }) = named {
            if weight.effect != Effect::Read {
                tier = Tier::GRAVE;
                let message = format!(
                    "tier 3: it names {what}, which can make this machine run or reveal anything"
                );
                findings.push(Finding::note("tier.sensitive", message));
            } else if secret {
                tier = tier.max(Tier::WRITE);
                findings.push(Finding::note(
                    "tier.secret",
                    format!("tier 2 although it only reads: it names {what}"),
                ));
            }
        }
        tier
    }
}

/// What was judged must be what is sent: the tree is the very bytes of the call, the definition is of this tool.
fn identity(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let parts = facts.call.parts();
    let sent = parts.arguments.as_ref().map(|canonical| canonical.as_bytes());
    if sent.is_some_and(|bytes| bytes.len() > ARGUMENTS_MAX) {
        findings.push(Finding::deny("size.arguments", "the arguments are larger than 4 MiB"));
    }
    let same = match (facts.arguments, sent) {
        (None, None) => true,
        (Some(node), Some(bytes)) => {
            let mut written = Vec::with_capacity(bytes.len());
            node.write(&mut written);
            written == bytes
        }
        _ => false,
    };
    if !same {
        findings.push(Finding::deny(
            "identity.arguments",
            "what would be judged is not what would be sent",
        ));
    }
    let named = facts.definition.and_then(|definition| definition.tool.get("name")?.as_str());
    if facts.definition.is_some() && named != Some(&parts.tool) {
        findings
            .push(Finding::deny("identity.definition", "the pinned definition is of another tool"));
    }
}

fn pin_floor(state: PinState) -> Option<Finding> {
    match state {
        PinState::Unreviewed | PinState::Accepted => None,
        PinState::Changed => Some(Finding::ask(
            "pin.changed",
            "its server now describes this tool differently than when it was pinned; nobody has accepted the change",
        )),
        PinState::New => Some(Finding::ask(
            "pin.new",
            "this tool appeared after its server was pinned; nobody has accepted it",
        )),
    }
}

fn resource(facts: &Facts<'_>, findings: &mut Vec<Finding>) -> Weight {
    let file =
        facts.call.parts().tool.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"));
    let action = if file { Action::FileRead } else { Action::ExternalApiCall };
    if facts.listed_resource {
        findings.push(Finding::note("resource.listed", "reads: its server lists this resource"));
    } else if facts.resources_read {
        let message = "reads: the configuration says that every resource of its server is a read";
        findings.push(Finding::note("resource.trusted", message));
    } else {
        let message = "its server does not list this resource; an address made up by the client can carry data out";
        findings.push(Finding::ask("resource.unlisted", message));
        return Weight { tier: Tier::WRITE, ..Weight::read(action) };
    }
    Weight::read(action)
}

/// The place of a text, for a person.
fn place_words(pointer: &str) -> String {
    let shown: String =
        pointer.chars().filter(|c| c.is_ascii_graphic() || c.is_alphanumeric()).take(60).collect();
    if shown.is_empty() {
        "the name or address".to_owned()
    } else {
        format!("the argument `{shown}`")
    }
}
