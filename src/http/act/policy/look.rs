//! What stands, in words and rows, and what is suggested: for operators and admins.

use crate::config::loosening::Change;
use crate::config::{Config, Stance};
use crate::domain::approval::State;
use crate::domain::id::ApprovalId;
use crate::domain::policy::PolicyVersion;
use crate::domain::ruling::{Tier, Verdict};
use crate::gate::changes::{ListView, ModuleRow};
use crate::http::House;
use crate::http::act::policy::open;
use crate::http::refused::Refused;
use crate::policy::templates::template;
use crate::policy::unspoken;
use crate::store::policies::{Suggestion, SuggestionFilter};
use serde::Serialize;

/// Everything that judges, and what holds where nothing matches.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Stands {
    /// Rules, modules, and the versions.
    #[serde(skip)]
    pub(in crate::http) list: ListView,
    /// SHA-256 over everything that judges.
    pub(in crate::http) digest: String,
    /// Whether modules judge.
    pub(in crate::http) enforcement: bool,
    /// Whether two admins must say yes to a change.
    pub(in crate::http) four_eyes: bool,
    /// `ask` or `deny`.
    pub(in crate::http) stance: &'static str,
    /// The tier from which on a person is asked.
    pub(in crate::http) require_approval_tier: Tier,
    /// What is said of a call that no rule and no module speaks of, by its tier.
    pub(in crate::http) when_nothing_matches: [Unspoken; 4],
    /// What an edit of the configuration loosens that waits for a person.
    pub(in crate::http) configuration_waits: Vec<Change>,
    /// Why something newer is not in force.
    pub(in crate::http) problem: Option<String>,
}

/// What is said of a call of one tier that nothing speaks of.
#[derive(Debug, Clone, Copy, Serialize)]
pub(in crate::http) struct Unspoken {
    /// The tier.
    pub(in crate::http) tier: Tier,
    /// Such a call, in words.
    pub(in crate::http) call: &'static str,
    /// What holds.
    pub(in crate::http) verdict: Verdict,
}

/// What stands.
pub(in crate::http) async fn stands(house: &House) -> Result<Stands, Refused> {
    let in_force = house.policy.in_force().await?;
    let policy = in_force.snapshot.policy();
    let status = house.policy.status();
    let config = &in_force.config;
    let office = open(house, config).await?;
    Ok(Stands {
        list: office.listing(true, true, Some(policy.version)),
        digest: policy.digest.clone(),
        enforcement: config.governance.enforcement,
        four_eyes: config.governance.four_eyes,
        stance: if config.stance == Stance::Deny { "deny" } else { "ask" },
        require_approval_tier: config.require_approval_tier,
        when_nothing_matches: of_nothing(config),
        configuration_waits: status.waiting.clone(),
        problem: status.problem.clone(),
    })
}

fn of_nothing(config: &Config) -> [Unspoken; 4] {
    unspoken(config.stance, config.require_approval_tier).map(|(tier, verdict)| {
        let call = match tier.get() {
            0 => "a read",
            1 => "a write to a server that is declared `dev` or `test`",
            2 => "any other write",
            _ => "a grave call: destructive, bulk, payments, code",
        };
        Unspoken { tier, call, verdict }
    })
}

impl Stands {
    /// What holds where nothing matches, in one sentence that says no more than is so.
    pub(in crate::http) fn notice(&self) -> String {
        let allowed: Vec<u8> = self
            .when_nothing_matches
            .iter()
            .filter(|one| one.verdict == Verdict::Allow)
            .map(|one| one.tier.get())
            .collect();
        match allowed.as_slice() {
            [] => "Default Policy: NOTHING RUNS that no rule allows".to_owned(),
            [0] => "Default Policy: ALLOW ALL READS (tier 0) that no rule or module speaks of; \
                    of everything else nothing runs without a rule or a yes"
                .to_owned(),
            [.., last] if usize::from(*last) + 1 == self.when_nothing_matches.len() => {
                "Default Policy: ALLOW ALL".to_owned()
            }
            [.., last] => format!(
                "Default Policy: ALLOW ALL of tier 0 to {last} that no rule or module speaks of; \
                 what is graver does not run without a rule or a yes"
            ),
        }
    }
}

/// A module with its text: of the configuration, of the store, or a template that stands nowhere yet.
pub(in crate::http) async fn module(
    house: &House,
    name: &str,
) -> Result<(ModuleRow, String), Refused> {
    let in_force = house.policy.in_force().await?;
    let config = &in_force.config;
    let office = open(house, config).await?;
    let rows = office.listing(false, true, None).modules;
    let row = rows.into_iter().find(|row| row.name == name);
    let standing = config.modules.iter().chain(&office.stored().modules);
    let text = standing
        .into_iter()
        .find(|module| module.name == name)
        .map(|module| module.text.clone())
        .or_else(|| template(name).map(|template| template.text.to_owned()));
    row.zip(text).ok_or_else(|| Refused::not_there("module"))
}

/// One suggestion of this world.
pub(in crate::http) async fn suggestion(
    house: &House,
    id: ApprovalId,
) -> Result<Suggestion, Refused> {
    let found = house.store.suggestion(&house.tenant, id).await?;
    found.ok_or_else(|| Refused::not_there("suggestion"))
}

/// Suggestions, newest first; without states, all.
pub(in crate::http) async fn suggestions(
    house: &House,
    states: Vec<State>,
    limit: u32,
) -> Result<Vec<Suggestion>, Refused> {
    let filter = SuggestionFilter { tenant: house.tenant.clone(), principal: None, states, limit };
    Ok(house.store.suggestions(filter).await?)
}

/// Versions, newest first.
pub(in crate::http) async fn versions(
    house: &House,
    limit: u32,
) -> Result<Vec<PolicyVersion>, Refused> {
    Ok(house.store.policy_versions(&house.tenant, limit).await?)
}
