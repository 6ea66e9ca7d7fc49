//! One policy, compiled: immutable, shared by all calls, swapped whole.

use crate::config::{ActionMap, Config, Stance, Subject};
use crate::domain::call::{CallParts, Method};
use crate::domain::json::Node;
use crate::domain::policy::{ModuleStatus, StoredModule, StoredPolicy, digest_in_force};
use crate::domain::ruling::{
    Action, Effect, Given, Layer, PolicyRef, Reason, Ruling, Tier, Verdict,
};
use crate::policy::facts::{Facts, Needs, Protected};
use crate::policy::finding::{Finding, reasons, strictest};
use crate::policy::kernel::{Judged, Kernel};
use crate::policy::leans::Leans;
use crate::policy::rego::{Checked, Modules, Said, ScopeOf, Servers, Shown};
use crate::policy::rules::{Ruled, Rules};
use crate::policy::stance;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

/// Said of every ruling while modules do not judge.
pub const SWITCHED_OFF: &str = "modules are switched off (policy.enforcement)";

/// The code of what is said while something newer than this policy does not compile.
const UNUSABLE: &str = "policy.unusable";

fn told(why: &str) -> String {
    format!("the policy was changed and what it is now cannot be used, so this needs a yes: {why}")
}

/// Why a policy could not be compiled. The one in force stays.
#[derive(Debug, thiserror::Error)]
#[error("the policy does not compile: {0}")]
pub struct BuildError(String);

/// One policy, ready to judge.
#[derive(Debug)]
pub struct Snapshot {
    kernel: Kernel,
    pub(in crate::policy) rules: Rules,
    pub(in crate::policy) modules: Modules,
    actions: HashMap<String, BTreeMap<String, ActionMap>>,
    stance: Stance,
    ask_from: Tier,
    /// What modules are configured with.
    config: serde_json::Value,
    /// Whether modules judge at all.
    enforced: bool,
    /// Whether spending is bounded: without budgets there is nothing to look up.
    pub(in crate::policy) budgets: bool,
    policy: PolicyRef,
    /// Why what should judge instead does not compile; then this one allows reads alone.
    unusable: OnceLock<String>,
}

impl Snapshot {
    /// Compiles a policy. `version` is the number that the store has for its digest
    /// ([`digest_in_force`](crate::domain::policy::digest_in_force)).
    ///
    /// # Errors
    /// [`BuildError`] when the patterns together are too large to compile, or a protected path cannot be matched.
    pub fn build(
        config: &Config,
        stored: &StoredPolicy,
        protected: Protected,
        version: u64,
    ) -> Result<Self, BuildError> {
        let modules: Vec<&StoredModule> = config.modules.iter().chain(&stored.modules).collect();
        let governance = &config.governance;
        let servers = Servers::new(&config.upstreams, governance.project.as_deref());
        let modules = Modules::build(&modules, &governance.config, servers, governance.enforcement);
        Ok(Self {
            kernel: Kernel::build(&protected).map_err(BuildError)?,
            rules: Rules::build(&config.rules, &stored.rules).map_err(BuildError)?,
            modules: modules.map_err(BuildError)?,
            actions: config
                .upstreams
                .iter()
                .map(|(name, up)| (name.clone(), up.actions.clone()))
                .collect(),
            stance: config.stance,
            ask_from: config.require_approval_tier,
            config: config.governance.config.clone(),
            enforced: config.governance.enforcement,
            budgets: !config.budgets.is_empty(),
            policy: PolicyRef {
                version,
                digest: digest_in_force(&config.digest(), stored.version),
            },
            unusable: OnceLock::new(),
        })
    }

    /// From now on whatever is no read needs a yes: what was put in this policy's place does not compile, and it may have
    /// been made stricter there. Only another snapshot ends that.
    pub fn is_outdated(&self, why: &str) {
        // Once is enough; the first reason stays.
        let _ = self.unusable.set(why.to_owned());
    }

    /// The same under another number: it can be compiled while the store is asked for it.
    #[must_use]
    pub fn numbered(mut self, version: u64) -> Self {
        self.policy.version = version;
        self
    }

    /// Version and digest of this policy.
    #[must_use]
    pub fn policy(&self) -> &PolicyRef {
        &self.policy
    }

    /// What must be looked up before a call is judged.
    #[must_use]
    pub fn needs(&self) -> Needs {
        self.modules.needs()
    }

    /// What modules would be asked with about a call that was judged: one input for each file that it names. Empty where
    /// modules are not asked: of listings, and of what is denied already.
    #[must_use]
    pub fn inputs(&self, facts: &Facts<'_>, ruling: &Ruling) -> Shown {
        let parts = facts.call.parts();
        let asked =
            matches!(parts.method, Method::ToolsCall | Method::PromptsGet | Method::ResourcesRead);
        if !asked || ruling.verdict == Verdict::Deny {
            return Shown { inputs: Vec::new(), whole: true };
        }
        let mapped =
            self.actions.get(&parts.upstream.name).and_then(|tools| tools.get(&parts.tool));
        let judged = Judged {
            effect: ruling.effect,
            action: ruling.action,
            tier: ruling.tier,
            findings: Vec::new(),
        };
        self.modules.inputs(facts, &judged, mapped.filter(|_| parts.method == Method::ToolsCall))
    }

    /// Asks modules about an input that did not come with a call: every active one in scope, or, with a `package`
    /// (`countersign.NAME`, or `cmbagent.NAME` as it was once called), that one alone. The input is
    /// [flat](crate::policy::flat_input). Rules and kernel are not asked.
    #[must_use]
    pub fn check(&self, input: &serde_json::Value, package: Option<&str>, of: &ScopeOf) -> Checked {
        self.modules.check(input, package, of)
    }

    /// Every module that stands: its name, its package and whether it judges.
    #[must_use]
    pub fn packages(&self) -> Vec<(String, String, ModuleStatus)> {
        self.modules.packages()
    }

    /// Judges a call. It always answers: a check that panics is a deny with the reason `kernel.panic`.
    #[must_use]
    pub fn judge(&self, facts: &Facts<'_>) -> Ruling {
        self.or_denied(|| self.ask_layers(facts))
    }

    /// What the rules say of a step of a plan: `name` is `ir:` and its action, which no tool of a server can be called.
    /// There is no stance here, and the tier is the caller's: he knows what steps do.
    #[must_use]
    pub fn judge_step(&self, name: &str, params: &Node<'_>, tier: Tier) -> Vec<Reason> {
        let outdated = self.unusable.get().filter(|_| tier >= Tier::WRITE).map(|why| Reason {
            layer: Layer::Kernel,
            rule: UNUSABLE.to_owned(),
            message: told(why),
            verdict: Some(Verdict::Ask),
        });
        if self.rules.is_empty() {
            return outdated.into_iter().collect();
        }
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let ruled = self.rules.judge(name, &Subject::new(Some(params)), tier);
            let unreached = ruled.warnings.into_iter().map(|message| Reason {
                layer: Layer::Rules,
                rule: "rules.allow_tier".to_owned(),
                message,
                verdict: None,
            });
            outdated.into_iter().chain(reasons(ruled.findings)).chain(unreached).collect()
        }));
        judged.unwrap_or_else(|_| vec![panicked("step")])
    }

    /// What the checks say, or a deny when one of them panics.
    fn or_denied(&self, checks: impl FnOnce() -> Ruling) -> Ruling {
        // Nothing here is left half-changed by a panic: what is kept by definition is put there finished.
        catch_unwind(AssertUnwindSafe(checks)).unwrap_or_else(|_| Ruling {
            verdict: Verdict::Deny,
            tier: Tier::GRAVE,
            effect: Effect::Executes,
            action: Action::Exec,
            reasons: vec![panicked("call")],
            warnings: Vec::new(),
            policy: self.policy.clone(),
            modules: Vec::new(),
            given: None,
            leans: None,
            took_us: None,
        })
    }

    fn ask_layers(&self, facts: &Facts<'_>) -> Ruling {
        let mapped = self.mapped(facts.call.parts());
        let judged = self.kernel.judge(facts, mapped);
        self.above(facts, judged, mapped, Subject::new(facts.arguments))
    }

    /// What the configuration says of the tool of a call.
    pub(in crate::policy) fn mapped(&self, parts: &CallParts) -> Option<&ActionMap> {
        let tools = self.actions.get(&parts.upstream.name)?;
        tools.get(&parts.tool).filter(|_| parts.method == Method::ToolsCall)
    }

    /// Asks every layer above the kernel.
    pub(in crate::policy) fn above<'a>(
        &self,
        facts: &Facts<'a>,
        mut judged: Judged,
        mapped: Option<&ActionMap>,
        subject: Subject<'a>,
    ) -> Ruling {
        let parts = facts.call.parts();
        let mut findings = std::mem::take(&mut judged.findings);
        let floor = strictest(&findings);
        let mut said = Said::default();
        let Ruled { findings: ruled, mut warnings, tier, matched } = match parts.method {
            Method::ToolsCall | Method::PromptsGet | Method::ResourcesRead => {
                // What the kernel denies, no module is asked about.
                if floor != Some(Verdict::Deny) {
                    said = self.modules.judge(facts, &judged, mapped);
                }
                let uri = (parts.method == Method::ResourcesRead).then_some(parts.tool.as_str());
                self.rules.judge(&rule_name(parts), &subject.with_uri(uri), judged.tier)
            }
            Method::ToolsList
            | Method::ResourcesList
            | Method::ResourceTemplatesList
            | Method::PromptsList
            | Method::Complete => Ruled::nothing(judged.tier),
        };
        // The stance speaks where rules were silent; its words are kept where they decide.
        let last = ruled
            .is_empty()
            .then(|| stance::judge(self.stance, self.ask_from, judged.effect, tier));
        findings.extend(ruled);
        findings.extend(said.findings);
        if let Some(why) = self.unusable.get()
            && judged.effect != Effect::Read
        {
            findings.push(Finding::ask(UNUSABLE, told(why)));
        }
        warnings.extend(said.warnings);
        if !self.enforced {
            warnings.push(SWITCHED_OFF.to_owned());
        }
        findings.extend(last.filter(|finding| finding.verdict >= floor));
        // Without any finding nothing was shown to be harmless.
        let verdict = strictest(&findings).unwrap_or(Verdict::Ask);
        // Of what does not judge as it should, nothing is known that could be leaned on.
        let leans = (verdict == Verdict::Ask && self.unusable.get().is_none()).then(|| Leans {
            facts,
            tier,
            effect: judged.effect,
            action: judged.action,
            stance: self.stance,
            ask_from: self.ask_from,
            findings: &findings,
            rules: &matched,
            modules: said.evaluated.iter().filter_map(|e| self.modules.stored(&e.module)).collect(),
            config: &self.config,
        });
        let leans = leans.map(Leans::digest);
        Ruling {
            verdict,
            tier,
            effect: judged.effect,
            action: judged.action,
            reasons: reasons(findings),
            warnings,
            policy: self.policy.clone(),
            modules: said.evaluated,
            given: (*facts.given != Given::default()).then(|| facts.given.clone()),
            leans,
            took_us: None,
        }
    }
}

/// What rules know a call by: `server__tool`.
pub(in crate::policy) fn rule_name(parts: &CallParts) -> String {
    let mut name = String::with_capacity(parts.upstream.name.len() + parts.tool.len() + 2);
    name.extend([parts.upstream.name.as_str(), "__", parts.tool.as_str()]);
    name
}

fn panicked(what: &str) -> Reason {
    Reason {
        layer: Layer::Kernel,
        rule: "kernel.panic".to_owned(),
        message: format!("a check failed while it judged this {what}, so the {what} is refused"),
        verdict: Some(Verdict::Deny),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_panics_denies() {
        let policy =
            Snapshot::build(&Config::default(), &StoredPolicy::default(), Protected::default(), 1)
                .unwrap();
        let ruling = policy.or_denied(|| std::panic::resume_unwind(Box::new("planted")));
        assert_eq!((ruling.verdict, ruling.tier), (Verdict::Deny, Tier::GRAVE));
        assert_eq!(ruling.reasons[0].rule, "kernel.panic");
    }
}
