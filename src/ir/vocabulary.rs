//! The words that plans may use: actions, providers, and which fit each other. Everything else is refused.

use crate::config::{Environment, Plans, Provider, StepTool};
use crate::domain::ruling::{Effect, Tier};
use crate::ir::report::Reason;
use crate::ir::tier::words as marks;
use crate::policy::effect::words;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// The actions that need no word in the configuration.
const ACTIONS: &[&str] = &[
    "course.create",
    "course.deploy_staging",
    "course.enhance_examples",
    "course.enhance_summaries",
    "course.generate_flashcards",
    "course.generate_landing",
    "course.generate_lessons",
    "course.generate_outline",
    "course.generate_quiz",
    "course.workflow_transition",
    "deploy.api",
    "deploy.database",
    "deploy.website",
    "dns.create_zone",
    "dns.delete_zone",
    "dns.update_records",
    "infra.destroy",
    "infra.provision",
    "infra.scale",
    "odoo.create_record",
    "odoo.delete_record",
    "odoo.install_module",
    "odoo.uninstall_module",
    "odoo.update_module",
    "odoo.update_record",
    "webgen.generate_site",
    "webgen.update_content",
    "webgenesis.apply_seo",
    "webgenesis.bind_theme",
    "webgenesis.build_sections",
    "webgenesis.deploy.trigger",
    "webgenesis.preview",
    "webgenesis.site.create",
    "webgenesis.site.update",
];

/// The only built-in action that reads.
const READ: &str = "odoo.read";

/// Another name, and the action that it means.
const ALIASES: &[(&str, &str)] = &[("odoo.update", "odoo.update_record")];

/// The providers that need no word in the configuration, with the family of actions that each takes. `odoo` is one
/// whose version is not told.
const PROVIDERS: &[(&str, &str)] = &[
    ("course_factory.v1", "course"),
    ("deploy.docker", "deploy"),
    ("deploy.kubernetes", "deploy"),
    ("deploy.provider_v1", "deploy"),
    ("dns.cloudflare", "dns"),
    ("dns.hetzner", "dns"),
    ("dns.route53", "dns"),
    ("infra.ansible", "infra"),
    ("infra.terraform", "infra"),
    ("odoo", "odoo"),
    ("odoo.v16", "odoo"),
    ("odoo.v17", "odoo"),
    ("webgen.v1", "webgen"),
    ("webgenesis.v1", "webgenesis"),
];

/// What is known of an action.
#[derive(Debug, Clone)]
pub struct KnownAction {
    /// Its canonical name.
    pub name: String,
    /// The family that its provider must be of.
    pub family: String,
    /// It only reads.
    pub reads: bool,
    /// Tiers that it has wherever and with whatever parameters, and why.
    pub(crate) floors: Vec<(Tier, Reason)>,
    /// The name that rules know it by: `ir:` and its own.
    pub(crate) judged_as: String,
}

impl KnownAction {
    /// The least tier, wherever and with whatever parameters.
    #[must_use]
    pub fn least(&self) -> Tier {
        self.floors.iter().map(|(tier, _)| *tier).max().unwrap_or(Tier::READ)
    }

    fn new(name: &str, reads: bool) -> Self {
        Self {
            name: name.to_owned(),
            family: family(name).to_owned(),
            reads,
            floors: Vec::new(),
            judged_as: format!("ir:{name}"),
        }
    }

    fn floor(
        &mut self,
        tier: Tier,
        rule: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Self {
        self.floors.push((tier, Reason { rule: Cow::Borrowed(rule), message: message.into() }));
        self
    }
}

/// What is known of a provider.
#[derive(Debug, Clone)]
pub struct KnownProvider {
    /// Its canonical name.
    pub name: String,
    /// The family of actions that it takes.
    pub family: String,
    /// What kind of world it writes to; unknown is production.
    pub environment: Environment,
    /// The server that its steps are sent to; `None` cannot be run by us.
    pub upstream: Option<String>,
    /// Which tool does which action, by the action's canonical name.
    pub tools: BTreeMap<String, StepTool>,
}

/// Every action and provider that a plan may name.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    actions: HashMap<String, KnownAction>,
    providers: HashMap<String, KnownProvider>,
}

impl Default for Vocabulary {
    /// The built-in words alone.
    fn default() -> Self {
        Self::of(&Plans::default())
    }
}

impl Vocabulary {
    /// The built-in words and those of the configuration.
    #[must_use]
    pub fn of(plans: &Plans) -> Self {
        let mut actions: HashMap<String, KnownAction> =
            ACTIONS.iter().map(|name| ((*name).to_owned(), built_in(name))).collect();
        actions.insert(READ.to_owned(), KnownAction::new(READ, true));
        for (name, tier) in &plans.actions {
            let name = canonical(name);
            let known = actions.entry(name.to_owned()).or_insert_with(|| own(name, *tier));
            let message = format!("the configuration says that `{name}` is at least tier {tier}");
            if *tier > Tier::READ {
                known.floor(*tier, "ir.configured", message);
            }
        }
        for (alias, name) in ALIASES {
            if let Some(known) = actions.get(*name).cloned() {
                actions.insert((*alias).to_owned(), known);
            }
        }
        let mut providers: HashMap<String, KnownProvider> = HashMap::new();
        for (name, family) in PROVIDERS {
            providers.insert((*name).to_owned(), provider(name, Some(family), None));
        }
        for (name, configured) in &plans.providers {
            // Which actions a built-in provider takes is not the configuration's to say.
            let built_in = PROVIDERS.iter().find(|(known, _)| known == name);
            let family = built_in.map(|(_, family)| *family).or(configured.family.as_deref());
            providers.insert(name.clone(), provider(name, family, Some(configured)));
        }
        Self { actions, providers }
    }

    /// The action of this name, or that this is another name of.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&KnownAction> {
        self.actions.get(name)
    }

    /// The provider of this name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&KnownProvider> {
        self.providers.get(name)
    }
}

fn canonical(name: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name)
}

/// A name up to its first dot.
fn family(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn built_in(name: &str) -> KnownAction {
    let mut action = KnownAction::new(name, false);
    let mut destroys = false;
    marks::each(name, |word| destroys |= marks::destroys(word));
    if destroys {
        action.floor(Tier::GRAVE, "ir.destructive_action", "its action takes something away");
    }
    match action.family.as_str() {
        "dns" => {
            action.floor(Tier::WRITE, "ir.dns", "it changes what names on the internet lead to");
        }
        "infra" => {
            action.floor(Tier::WRITE, "ir.infra", "it changes machines and what they cost");
        }
        _ if name == "odoo.install_module" => {
            action.floor(Tier::WRITE, "ir.install", "it brings new code into the system");
        }
        _ => {}
    }
    action
}

/// An action of the configuration. Tier 0 there means a read, unless its own words say that it is more.
fn own(name: &str, tier: Tier) -> KnownAction {
    let said = words::judge(name, "");
    let silent = said.rule == "words.unknown_verb";
    let mut action = KnownAction::new(name, tier == Tier::READ && (silent || said.is_read()));
    match said.effect {
        Effect::Destructive => {
            action.floor(Tier::GRAVE, "ir.destructive_action", "its action takes something away");
        }
        Effect::Pays => {
            action.floor(Tier::GRAVE, "ir.pays", "its action moves money");
        }
        Effect::Executes => {
            action.floor(Tier::GRAVE, "ir.executes", "its action runs what it is given");
        }
        Effect::SendsOut => {
            let message = "its action tells somebody outside, which cannot be taken back";
            action.floor(Tier::WRITE, "ir.sends_out", message);
        }
        Effect::Read | Effect::Write => {}
    }
    if action.family == "dns" && !action.reads {
        action.floor(Tier::WRITE, "ir.dns", "it changes what names on the internet lead to");
    }
    action
}

fn provider(name: &str, of: Option<&str>, configured: Option<&Provider>) -> KnownProvider {
    let tools = configured.into_iter().flat_map(|provider| &provider.tools);
    KnownProvider {
        name: name.to_owned(),
        family: of.unwrap_or_else(|| family(name)).to_owned(),
        environment: configured.map(|provider| provider.environment).unwrap_or_default(),
        upstream: configured.and_then(|provider| provider.upstream.clone()),
        tools: tools.map(|(action, tool)| (canonical(action).to_owned(), tool.clone())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plans(actions: &[(&str, Tier)], providers: &[(&str, Provider)]) -> Vocabulary {
        let actions = actions.iter().map(|(name, tier)| ((*name).to_owned(), *tier)).collect();
        let providers =
            providers.iter().map(|(name, known)| ((*name).to_owned(), known.clone())).collect();
        Vocabulary::of(&Plans { actions, providers })
    }

    #[test]
    fn every_built_in_action_has_a_provider_and_only_one_reads() {
        let known = Vocabulary::default();
        assert_eq!((ACTIONS.len(), PROVIDERS.len()), (34, 14));
        assert_eq!(known.actions.len(), 36);
        for name in known.actions.keys() {
            let action = known.action(name).unwrap();
            assert!(PROVIDERS.iter().any(|(_, family)| *family == action.family), "{name}");
            assert_eq!(action.reads, name == "odoo.read", "{name}");
            assert_eq!(action.judged_as, format!("ir:{}", action.name));
        }
        assert_eq!(known.action("odoo.update").unwrap().name, "odoo.update_record");
        let grave =
            ["dns.delete_zone", "infra.destroy", "odoo.delete_record", "odoo.uninstall_module"];
        for name in ACTIONS {
            let least = known.action(name).unwrap().least();
            assert_eq!(least == Tier::GRAVE, grave.contains(name), "{name}");
        }
        assert!(known.provider("odoo").is_some_and(|odoo| {
            odoo.family == "odoo" && odoo.environment == Environment::Production
        }));
    }

    #[test]
    fn own_actions_are_what_their_words_say_and_at_least_what_is_configured() {
        let known = plans(
            &[
                ("crm.lookup", Tier::READ),
                ("crm.frobnicate", Tier::READ),
                ("crm.update_contact", Tier::READ),
                ("crm.list_contacts", Tier::DEV_WRITE),
                ("crm.purge_contacts", Tier::READ),
                ("billing.refund", Tier::READ),
                ("crm.notify_owner", Tier::READ),
                ("dns.rename_zone", Tier::READ),
            ],
            &[],
        );
        let says = |name: &str| known.action(name).map(|a| (a.reads, a.least().get())).unwrap();
        assert_eq!(says("crm.lookup"), (true, 0));
        assert_eq!(says("crm.frobnicate"), (true, 0));
        assert_eq!(says("crm.update_contact"), (false, 0));
        assert_eq!(says("crm.list_contacts"), (false, 1));
        assert_eq!(says("crm.purge_contacts"), (false, 3));
        assert_eq!(says("billing.refund"), (false, 3));
        assert_eq!(says("crm.notify_owner"), (false, 2));
        assert_eq!(says("dns.rename_zone"), (false, 2));
    }

    #[test]
    fn built_in_words_can_be_raised_and_placed_but_never_lowered() {
        let tool = StepTool { tool: "put".into(), resource: None, idempotency_key: None };
        let dev = Provider {
            family: Some("odoo".into()),
            environment: Environment::Dev,
            upstream: Some("shop".into()),
            tools: [("odoo.update".to_owned(), tool.clone())].into(),
        };
        let known = plans(
            &[
                ("odoo.update", Tier::GRAVE),
                ("infra.destroy", Tier::READ),
                ("odoo.read", Tier::DEV_WRITE),
            ],
            &[("odoo.v17", dev.clone()), ("dns.hetzner", dev.clone()), ("own.one", dev)],
        );
        assert_eq!(known.action("odoo.update_record").unwrap().least(), Tier::GRAVE);
        assert_eq!(known.action("odoo.update").unwrap().least(), Tier::GRAVE);
        assert_eq!(known.action("infra.destroy").unwrap().least(), Tier::GRAVE);
        assert!(known.action("odoo.read").unwrap().reads);
        assert_eq!(known.action("odoo.read").unwrap().least(), Tier::DEV_WRITE);
        assert_eq!(known.provider("dns.hetzner").unwrap().family, "dns");
        assert_eq!(known.provider("own.one").unwrap().family, "odoo");
        let tools = |provider| &known.provider(provider).unwrap().tools;
        assert_eq!(tools("odoo.v17").get("odoo.update_record"), Some(&tool));
        assert_eq!(tools("odoo.v16").get("odoo.update_record"), None);
        assert_eq!(tools("odoo.v17").get("odoo.read"), None);
    }
}
