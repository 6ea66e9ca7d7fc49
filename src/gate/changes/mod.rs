//! How policy changes: a diff is read strictly, tried, proposed as a question, applied by whoever may decide, taken back.
//!
//! Nothing here decides. A suggestion is a question like any other; applying it is one verb of the store, which wants an
//! admin's proof or a yes that one gave. What is shown, hashed and applied is one text: the canonical diff with everything
//! filled in that it only named.

mod apply;
mod not_taken;
mod question;
mod read;
mod removed;
mod rows;
mod tried;
mod undo;
mod view;

pub use apply::{Hand, not_applied};
pub use not_taken::NotTaken;
pub use removed::removed;
pub use rows::{ModuleRow, RuleRow};
pub use tried::{NotTried, TRIED_DAYS, Tried, WholeView};
pub use view::{
    ListView, SuggestionView, VersionView, applied_view, status, status_named, version_view, view,
};

use crate::approval::Desk;
use crate::config::Config;
use crate::domain::id::{RuleId, SessionId};
use crate::domain::policy::{PolicyDiff, PolicyVersion, StoredPolicy, digest_in_force};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::ruling::{PolicyRef, Tier};
use crate::domain::time::DAY;
use crate::gate::OfHome;
use crate::policy::diff::{Summary, summary, take_back, tier};
use crate::policy::{Protected, Snapshot, learn};
use crate::store::policies::{NewSuggestion, NotProposed, Suggestion, rollback_diff};
use crate::store::{Store, StoreError};
use std::sync::Arc;
use uuid::Uuid;

/// Milliseconds in which a change of policy can be decided: people who decide about rules meet less often than those who
/// answer calls.
pub const ANSWER_WITHIN: i64 = 30 * DAY;
/// The word that says that somebody means to apply a change.
pub const CONFIRM: &str = "APPLY";
/// Versions, newest first, among which the one in force is looked for.
const VERSIONS: u32 = 10_000;

/// Where changes of policy are made: one world, its store, and the configuration in force there.
#[derive(Debug)]
pub struct Office<'a> {
    desk: &'a Desk,
    tenant: &'a Tenant,
    config: &'a Config,
    stored: StoredPolicy,
}

/// Who proposes.
#[derive(Debug, Clone, Copy)]
pub struct Proposer<'a> {
    /// Who.
    pub principal: &'a Principal,
    /// From which session.
    pub session: SessionId,
    /// In whose words; goes with the diff.
    pub comment: Option<&'a str>,
}

/// A change with what it would make, before anybody is asked.
#[derive(Debug)]
pub struct Draft {
    /// The change, everything filled in.
    pub diff: PolicyDiff,
    /// The version of the store that it is made against.
    pub base: u64,
    /// The version that it takes back.
    pub rolls_back: Option<u64>,
    /// What would stand.
    pub candidate: StoredPolicy,
    /// What it does, the gravest first.
    pub summary: Summary,
    /// What a person should know beside it.
    pub warnings: Vec<String>,
    /// How grave it is.
    pub tier: Tier,
    /// Whether two admins must say yes.
    pub four_eyes: bool,
}

impl<'a> Office<'a> {
    /// Looks at what stands.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(
        desk: &'a Desk,
        tenant: &'a Tenant,
        config: &'a Config,
    ) -> Result<Self, StoreError> {
        let stored = desk.store().stored_policy(tenant).await?;
        Ok(Self { desk, tenant, config, stored })
    }

    /// What would stand if this proposal were applied now. What it does to the engine was tried when it was proposed.
    ///
    /// # Errors
    /// [`NotTaken`]: it fits no longer onto what stands.
    pub async fn outcome(&self, of: &Suggestion) -> Result<StoredPolicy, NotTaken> {
        let Some(version) = of.rolls_back else {
            let candidate = read::candidate(&self.stored, &of.diff, &of.approval.principal)?;
            return Ok(self.told_apart(candidate));
        };
        let found = self.store().policy_version_of(self.tenant, version).await?;
        let inverse = found.and_then(|found| found.inverse).ok_or(NotTaken::NoVersion(version))?;
        Ok(take_back(&self.stored, &inverse, self.stored.version.saturating_add(1)))
    }

    /// The same candidate with ids and names of the rules that it adds by their order. Those that applying it will give
    /// them are not known yet, and reasons that name others would lead nowhere.
    #[must_use]
    pub fn told_apart(&self, mut candidate: StoredPolicy) -> StoredPolicy {
        let added = candidate.rules.iter_mut().filter(|rule| rule.version > self.stored.version);
        for (rule, number) in added.zip(1_u128..) {
            rule.id = RuleId(Uuid::from_u128(number));
            rule.spec.name.get_or_insert_with(|| format!("added rule {number}"));
        }
        candidate
    }

    /// What stands.
    #[must_use]
    pub fn stored(&self) -> &StoredPolicy {
        &self.stored
    }

    /// What stands, as it is listed: rules, modules, or both. `policy_version` is that of the policy in force.
    #[must_use]
    pub fn listing(&self, rules: bool, modules: bool, policy_version: Option<u64>) -> ListView {
        let (config, stored) = (self.config, &self.stored);
        ListView {
            version: stored.version,
            policy_version,
            rules: if rules { rows::rules(config, stored) } else { Vec::new() },
            modules: if modules { rows::modules(config, stored) } else { Vec::new() },
        }
    }

    /// Tries the modules of a list and marks those that should judge and cannot. Where a gateway runs there are none: it
    /// does not begin with one.
    pub fn mark_broken(&self, list: &mut ListView) {
        rows::mark_broken(&mut list.modules, self.config, &self.stored);
    }

    /// The number of the policy that would judge here now; `None` where none did yet. Nothing is written by looking.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn policy_version(&self) -> Result<Option<u64>, StoreError> {
        let digest = digest_in_force(&self.config.digest(), self.stored.version);
        let versions = self.store().policy_versions(self.tenant, VERSIONS).await?;
        Ok(versions.into_iter().find(|known| known.digest == digest).map(|known| known.version))
    }

    fn store(&self) -> &Arc<dyn Store> {
        self.desk.store()
    }

    /// Reads and tries a diff.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was stored.
    pub async fn draft(&self, by: Proposer<'_>, diff: &[u8]) -> Result<Draft, NotTaken> {
        let of_home = self.of_home().await?;
        let stance = of_home.stance(self.config);
        let work = (diff.to_vec(), by.principal.clone(), self.stored.clone());
        let comment = by.comment.map(str::to_owned);
        // Thousands of patterns are compiled for it: nobody else's calls wait for that.
        let (diff, candidate, of_a_model) = aside(move || {
            let (bytes, by, stored) = work;
            let read::Taken { mut diff, of_a_model } =
                read::read(&bytes, by.role, &stored, stance)?;
            read::comment(&mut diff, comment.as_deref());
            let candidate = read::candidate(&stored, &diff, &by)?;
            Ok((diff, candidate, of_a_model))
        })
        .await?;
        let mut draft = self.tried(&of_home, diff, candidate, None).await?;
        if of_a_model {
            draft.warnings.push(made_by_a_machine(&draft.diff, by.principal.role));
        }
        Ok(draft)
    }

    /// What takes a version back, tried.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was stored.
    pub async fn draft_rollback(&self, by: Proposer<'_>, version: u64) -> Result<Draft, NotTaken> {
        let found = self.store().policy_version_of(self.tenant, version).await?;
        let found = found.ok_or(NotTaken::NoVersion(version))?;
        let Some(inverse) = &found.inverse else {
            let why = format!("version {version} changed nothing in the store");
            return Err(NotTaken::Refused(NotProposed::NotReversible(why)));
        };
        let faults = undo::beyond(by.principal.role, inverse);
        if !faults.is_empty() {
            return Err(NotTaken::Faults(faults));
        }
        let mut diff = rollback_diff(inverse);
        diff.meta.insert("rolls_back".to_owned(), version.into());
        read::comment(&mut diff, by.comment);
        let next = self.stored.version.saturating_add(1);
        let candidate = take_back(&self.stored, inverse, next);
        self.tried(&self.of_home().await?, diff, candidate, Some(version)).await
    }

    /// What the home's own configuration asks, whatever this process was started with.
    async fn of_home(&self) -> Result<OfHome, StoreError> {
        OfHome::look(self.store(), self.tenant).await
    }

    /// A candidate must compile, and whatever of it begins to judge must pass the gate for modules.
    async fn tried(
        &self,
        of_home: &OfHome,
        diff: PolicyDiff,
        candidate: StoredPolicy,
        rolls_back: Option<u64>,
    ) -> Result<Draft, NotTaken> {
        let faults = self.cannot_stand(of_home, &candidate).await?;
        if !faults.is_empty() {
            return Err(NotTaken::NotAdmitted(faults));
        }
        let summary = summary(&self.stored, &diff, of_home.stance(self.config));
        let tier = tier(&summary);
        let (base, warnings) = (self.stored.version, Vec::new());
        let four_eyes = of_home.four_eyes || self.config.governance.four_eyes;
        Ok(Draft { diff, base, rolls_back, candidate, summary, warnings, tier, four_eyes })
    }

    /// Why a candidate cannot be in force, here or under the home's own configuration; empty when it can.
    async fn cannot_stand(
        &self,
        of_home: &OfHome,
        candidate: &StoredPolicy,
    ) -> Result<Vec<String>, StoreError> {
        let other = of_home.config.as_ref().filter(|c| c.digest() != self.config.digest());
        for config in std::iter::once(self.config).chain(other) {
            // Before anything is compiled here: what a text may do to the engine, it does elsewhere.
            let faults = read::not_admitted(&self.stored, candidate, config).await;
            if !faults.is_empty() {
                return Ok(faults);
            }
            let (config, candidate) = (config.clone(), candidate.clone());
            let built = aside(move || {
                Ok(Snapshot::build(&config, &candidate, Protected::default(), 0).map(|_| ()))
            });
            match built.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Ok(vec![error.to_string()]),
                Err(NotTaken::Store(error)) => return Err(error),
                Err(other) => return Ok(vec![other.text()]),
            }
        }
        Ok(Vec::new())
    }

    /// Puts the question about a change.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was asked.
    pub async fn propose(&self, by: Proposer<'_>, draft: Draft) -> Result<Suggestion, NotTaken> {
        let policy = self.in_force().await?;
        let question = question::question(self, by, &draft, policy).await?;
        let Draft { diff, base, rolls_back, .. } = draft;
        let new = NewSuggestion { question, diff, base, rolls_back };
        self.store().propose(new).await?.map_err(NotTaken::Refused)
    }

    /// The policy that judges here now, by number.
    async fn in_force(&self) -> Result<PolicyRef, StoreError> {
        let digest = digest_in_force(&self.config.digest(), self.stored.version);
        let version = self.store().policy_version(self.tenant, &digest).await?;
        Ok(PolicyRef { version, digest })
    }
}

/// What a person should know of a change that no person wrote. What an agent says of how it came to be is not repeated.
fn made_by_a_machine(diff: &PolicyDiff, role: Role) -> String {
    let counted = diff.meta.get("model_version").and_then(|name| name.as_str());
    match counted.filter(|name| *name == learn::MODEL_VERSION && role != Role::Agent) {
        Some(name) => format!("it was counted from past calls ({name}); no person wrote it"),
        None => "a model made it, from calls that it was shown; no person wrote it".to_owned(),
    }
}

/// The version before this one that changed the store; 0 for the first.
#[must_use]
pub fn before(version: &PolicyVersion) -> u64 {
    version.parent.unwrap_or(0)
}

/// Runs what takes long beside whoever serves.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotTaken> + Send + 'static,
) -> Result<T, NotTaken> {
    let lost =
        |_| NotTaken::NotAdmitted(vec!["it could not be tried: trying it failed".to_owned()]);
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(lost(e)))
}
