//! How policy changes: a diff is read strictly, tried, proposed as a question, applied by whoever may decide, taken back.
//!
//! Nothing here decides. A proposal is a question like any other; applying it is one verb of the store, which wants an
//! admin's proof or a yes that one gave. What is shown, hashed and applied is one text: the canonical diff with everything
//! filled in that it only named.

mod apply;
mod question;
mod read;
mod rows;
mod undo;
mod view;

pub use apply::{Hand, not_applied};
pub use rows::{ModuleRow, RuleRow, modules, rules};
pub use undo::{state_at, undone};
pub use view::{SuggestionView, view};

use crate::approval::Desk;
use crate::config::Config;
use crate::domain::id::SessionId;
use crate::domain::policy::{PolicyDiff, PolicyVersion, StoredPolicy, digest_in_force};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::{PolicyRef, Tier};
use crate::domain::time::DAY;
use crate::policy::{Protected, Snapshot};
use crate::store::policies::{
    MOST_OPEN, NewSuggestion, NotProposed, Suggestion, SuggestionFilter, rollback_diff,
};
use crate::store::{Store, StoreError};
use std::sync::Arc;

/// Milliseconds in which a change of policy can be decided: people who decide about rules meet less often than those who
/// answer calls.
pub const ANSWER_WITHIN: i64 = 30 * DAY;

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

/// Why a change was not proposed. Nothing was asked.
#[derive(Debug)]
pub enum NotTaken {
    /// The diff is wrong; every fault, for whoever wrote it.
    Faults(Vec<String>),
    /// It is well written, but what it would make cannot stand: a module that does not pass, a policy that does not compile.
    NotAdmitted(Vec<String>),
    /// There is no such version.
    NoVersion(u64),
    /// It is graver than what whoever proposes may decide where he would decide at once.
    TooGrave,
    /// The store does not take it.
    Refused(NotProposed),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NotTaken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl NotTaken {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Faults(_) => "invalid_diff",
            Self::NotAdmitted(_) => "not_admitted",
            Self::TooGrave => "tier_too_high",
            Self::Refused(NotProposed::StaleBase(_)) => "stale_base",
            Self::Refused(NotProposed::TooMany) => "too_many",
            Self::Refused(NotProposed::NoSuch(_)) => "no_such",
            Self::NoVersion(_) | Self::Refused(NotProposed::NotReversible(_)) => "not_reversible",
            Self::Refused(NotProposed::Paused) => "paused",
            Self::Store(error) => error.code(),
        }
    }

    /// What happened and why. Texts from outside in it are not made visible yet.
    #[must_use]
    pub fn text(&self) -> String {
        let told = |faults: &[String]| faults.join("; ");
        match self {
            Self::Faults(faults) => format!("the diff is not taken: {}", told(faults)),
            Self::NotAdmitted(faults) => {
                format!("the diff would make a policy that cannot stand: {}", told(faults))
            }
            Self::NoVersion(version) => format!("there is no version {version} of the policy here"),
            Self::TooGrave => "it is graver than what may be decided here; a person decides about it at a terminal"
                .to_owned(),
            Self::Refused(NotProposed::StaleBase(now)) => {
                format!("the policy changed meanwhile and is at version {now}; propose it again")
            }
            Self::Refused(NotProposed::TooMany) => {
                format!("{MOST_OPEN} proposals of this principal wait already; take one back first")
            }
            Self::Refused(NotProposed::NoSuch(what)) => {
                format!("it would change what is not there: {what}")
            }
            Self::Refused(NotProposed::NotReversible(why)) => {
                format!("that version cannot be taken back: {why}")
            }
            Self::Refused(NotProposed::Paused) => {
                "this agent was paused by a person, so it proposes nothing".to_owned()
            }
            Self::Store(error) => error.to_string(),
        }
    }
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
    /// What it does, one item a sentence, the gravest first.
    pub summary: Vec<String>,
    /// How grave it is.
    pub tier: Tier,
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

    /// What stands.
    #[must_use]
    pub fn stored(&self) -> &StoredPolicy {
        &self.stored
    }

    fn store(&self) -> &Arc<dyn Store> {
        self.desk.store()
    }

    /// Reads and tries a diff.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was stored.
    pub fn draft(&self, by: Proposer<'_>, diff: &[u8]) -> Result<Draft, NotTaken> {
        let mut diff = read::read(diff, by.principal.role, &self.stored)?;
        read::comment(&mut diff, by.comment);
        let candidate = read::candidate(&self.stored, &diff, by.principal)?;
        self.tried(diff, candidate, None)
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
        let mut diff = rollback_diff(inverse);
        diff.meta.insert("rolls_back".to_owned(), version.into());
        read::comment(&mut diff, by.comment);
        self.tried(diff, undone(&self.stored, inverse), Some(version))
    }

    /// A candidate must compile, and whatever of it begins to judge must pass the gate for modules.
    fn tried(
        &self,
        diff: PolicyDiff,
        candidate: StoredPolicy,
        rolls_back: Option<u64>,
    ) -> Result<Draft, NotTaken> {
        let faults = read::not_admitted(&self.stored, &candidate, self.config);
        if !faults.is_empty() {
            return Err(NotTaken::NotAdmitted(faults));
        }
        Snapshot::build(self.config, &candidate, Protected::default(), 0)
            .map_err(|error| NotTaken::NotAdmitted(vec![error.to_string()]))?;
        let summary = read::summary(&self.stored, &diff);
        let tier = read::tier(&self.stored, &diff);
        let base = self.stored.version;
        Ok(Draft { diff, base, rolls_back, candidate, summary, tier })
    }

    /// Puts the question about a change.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was asked.
    pub async fn propose(&self, by: Proposer<'_>, draft: Draft) -> Result<Suggestion, NotTaken> {
        let policy = self.in_force().await?;
        let question = question::question(self, by, &draft, policy)?;
        let Draft { diff, base, rolls_back, .. } = draft;
        let new = NewSuggestion { question, diff, base, rolls_back };
        self.store().propose(new).await?.map_err(NotTaken::Refused)
    }

    /// A proposal of this principal that takes this version back and is not ended.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open_rollback(
        &self,
        by: &Principal,
        version: u64,
    ) -> Result<Option<Suggestion>, StoreError> {
        use crate::domain::approval::State;
        let filter = SuggestionFilter {
            tenant: self.tenant.clone(),
            principal: Some(by.clone()),
            states: vec![State::Pending, State::Approved],
            limit: u32::try_from(MOST_OPEN).unwrap_or(u32::MAX),
        };
        let open = self.store().suggestions(filter).await?;
        let base = self.stored.version;
        Ok(open.into_iter().find(|s| s.rolls_back == Some(version) && s.base == base))
    }

    /// The policy that judges here now, by number.
    async fn in_force(&self) -> Result<PolicyRef, StoreError> {
        let digest = digest_in_force(&self.config.digest(), self.stored.version);
        let version = self.store().policy_version(self.tenant, &digest).await?;
        Ok(PolicyRef { version, digest })
    }
}

/// The version before this one that changed the store; 0 for the first.
#[must_use]
pub fn before(version: &PolicyVersion) -> u64 {
    version.parent.unwrap_or(0)
}
