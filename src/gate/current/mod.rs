//! The policy in force: one immutable snapshot, swapped whole when the configuration or what stands in the store changes.
//!
//! What does not load or compile never takes effect, and neither does a file that is gone or still being written: a part
//! of a file may load well and lack the rules that deny. The last good snapshot stays, the log says so, and
//! [`CurrentPolicy::status`] does. A yes is judged again under the snapshot of the moment it is used, so a change made
//! while a question waits counts.

mod accepted;
mod home;
mod listening;
mod stamp;
#[cfg(test)]
mod tests;

pub use accepted::{Committed, Configured, Look, LookError, Standing};
pub use home::OfHome;

use crate::config::loosening::Change;
use crate::config::{Config, ConfigError};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::SessionId;
use crate::domain::json::Canonical;
use crate::domain::policy::{StoredPolicy, digest_in_force};
use crate::domain::principal::Tenant;
use crate::gate::current::stamp::Stamp;
use crate::ir::{Checked, StepJudge, Vocabulary, check, check_text};
use crate::policy::{BuildError, Needs, Protected, Snapshot};
use crate::store::StoreError;
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::time::Duration;

/// A file that changed is taken once it has stayed the same this long: editors empty it first, and write it in parts.
const SETTLED: Duration = Duration::from_millis(50);
/// Looks at a file that keeps changing before it is read as it is.
const LOOKS: usize = 40;
/// Readings of what changes while it is read; then what was in force stays for this call.
const ROUNDS: usize = 4;

/// Why there is no policy to judge by.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The store, which keeps and numbers policies, failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The configuration is wrong.
    #[error("the configuration is invalid")]
    Config(#[from] ConfigError),
    /// It does not compile.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Two modules have one name.
    #[error(
        "the module `{0}` stands both in the store and in a file beside the configuration; rename the file or take one away"
    )]
    TwoModules(String),
}

impl From<LookError> for PolicyError {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Store(error) => Self::Store(error),
            LookError::Config(error) => Self::Config(error),
        }
    }
}

/// One configuration and what was compiled of it.
#[derive(Debug)]
pub struct InForce {
    /// What is accepted, with the environment's word in it.
    pub config: Config,
    /// What calls are judged by.
    pub snapshot: Arc<Snapshot>,
    /// The words that plans may use.
    pub vocabulary: Vocabulary,
    /// Where consoles of this home listened when it was compiled.
    listening: Vec<String>,
}

impl InForce {
    /// What must be looked up before a call is judged. A policy server elsewhere may read anything that modules may.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let governance = &self.config.governance;
        let all = Needs { clock: true, recent_calls: true, budget: true };
        match governance.remote.as_ref().filter(|_| governance.enforcement) {
            Some(_) => all,
            None => self.snapshot.needs(),
        }
    }

    fn new(config: Config, snapshot: Snapshot, listening: Vec<String>) -> Self {
        let vocabulary = Vocabulary::of(&config.plans);
        Self { config, snapshot: Arc::new(snapshot), vocabulary, listening }
    }

    /// Checks the text of a plan under the words, rules and tiers in force.
    #[must_use]
    pub fn check(&self, ir: &[u8], tenant: &Tenant) -> Checked {
        let judge: &dyn StepJudge = &*self.snapshot;
        check_text(ir, &self.vocabulary, Some(judge), tenant, self.config.require_approval_tier)
    }

    /// The same for a plan that the strict reader has read.
    #[must_use]
    pub fn check_read(&self, ir: &Canonical, tenant: &Tenant) -> Checked {
        let judge: &dyn StepJudge = &*self.snapshot;
        check(ir, &self.vocabulary, Some(judge), tenant, self.config.require_approval_tier)
    }
}

/// What was looked at when the policy was last built, or found to be of no use.
#[derive(Debug)]
struct Seen {
    stamp: Stamp,
    /// Never newer than what was read.
    generation: u64,
}

/// What is newer than the policy in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Why something newer is not in force.
    pub problem: Option<String>,
    /// What an edit of the configuration loosens that waits for a person.
    pub waiting: Vec<Change>,
}

/// The policy in force.
#[derive(Debug)]
pub struct CurrentPolicy {
    configured: Configured,
    protected: Protected,
    session: Option<SessionId>,
    in_force: ArcSwap<InForce>,
    seen: ArcSwap<Seen>,
    status: ArcSwap<Status>,
    /// Held while it is read anew: no call is judged by what is about to be replaced, and no older reading comes last.
    reading: tokio::sync::Mutex<()>,
}

impl CurrentPolicy {
    /// Builds the first snapshot, of what is accepted; where nothing is, of the file, which is accepted by that.
    ///
    /// # Errors
    /// [`PolicyError`]; nothing can be served without a policy.
    pub async fn open(
        configured: Configured,
        protected: Protected,
        session: Option<SessionId>,
    ) -> Result<Self, PolicyError> {
        let mut round = 0;
        let (seen, in_force) = loop {
            round += 1;
            let stamp = Stamp::take(configured.file());
            let generation = configured.store().policy_generation().await?;
            let look = configured.look().await?;
            let stable = stamp.holds(configured.file());
            if !stable && round < ROUNDS {
                continue;
            }
            // What does not compile is not accepted either.
            let config = look.to_start_with()?;
            let stored = configured.store().stored_policy(configured.tenant()).await?;
            let listening = listening::live(configured.store()).await?;
            let in_force = build(&configured, &protected, config, &stored, listening).await?;
            let lost = stable && configured.commit(&look).await? == Committed::Lost;
            if !lost || round >= ROUNDS {
                break (Seen { stamp, generation }, in_force);
            }
        };
        let new = Self {
            configured,
            protected,
            session,
            in_force: ArcSwap::from_pointee(in_force),
            seen: ArcSwap::from_pointee(seen),
            status: ArcSwap::default(),
            reading: tokio::sync::Mutex::default(),
        };
        let in_force = new.in_force.load_full();
        new.journal_switch(true, in_force.config.governance.enforcement).await?;
        Ok(new)
    }

    /// What is in force, after a look whether anything changed; and at which version the pins stood at that look, since
    /// every call asks for both.
    ///
    /// # Errors
    /// Those of the store; the call in hand must then be refused.
    pub async fn get(&self) -> Result<(Arc<InForce>, u64), StoreError> {
        self.look().await
    }

    /// The snapshot together with the configuration it was compiled of, after the same look.
    ///
    /// # Errors
    /// Those of the store; whatever was to be done must then be refused.
    pub async fn in_force(&self) -> Result<Arc<InForce>, StoreError> {
        Ok(self.look().await?.0)
    }

    async fn look(&self) -> Result<(Arc<InForce>, u64), StoreError> {
        let mut generations = self.configured.store().generations().await?;
        if !self.has_seen(generations.policy) {
            self.read_anew().await?;
            // That took its time; what was pinned meanwhile is looked at too.
            generations = self.configured.store().generations().await?;
        }
        Ok((self.in_force.load_full(), generations.pins))
    }

    /// How it stands: what is newer and not in force.
    #[must_use]
    pub fn status(&self) -> Arc<Status> {
        self.status.load_full()
    }

    /// What is in force, without a look whether anything changed.
    #[must_use]
    pub fn as_it_is(&self) -> Arc<InForce> {
        self.in_force.load_full()
    }

    fn has_seen(&self, generation: u64) -> bool {
        let seen = self.seen.load();
        seen.generation == generation && seen.stamp.holds(self.configured.file())
    }

    /// Reads file and store until what was read is what is there.
    async fn read_anew(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.reading.lock().await;
        let file = self.configured.file();
        for round in 1..=ROUNDS {
            let seen = self.seen.load_full();
            let unchanged = seen.stamp.holds(file);
            let stamp = if unchanged { seen.stamp.clone() } else { self.settled().await };
            let generation = self.configured.store().policy_generation().await?;
            if stamp == seen.stamp && generation == seen.generation {
                break;
            }
            let look = self.configured.look().await;
            let stable = stamp.holds(file);
            if !stable && round < ROUNDS {
                continue;
            }
            let look = match look {
                // A file that is still being written is not looked at; what the store says counts at once all the same.
                _ if !stable => None,
                Ok(look) => Some(look),
                Err(LookError::Store(error)) => return Err(error),
                Err(LookError::Config(error)) => {
                    tracing::error!("the configuration is not used: {error}");
                    None
                }
            };
            if !self.take(look).await? && round < ROUNDS {
                continue;
            }
            let stamp = if stable { stamp } else { seen.stamp.clone() };
            // Only now: after a store that failed the next call looks again.
            self.seen.store(Arc::new(Seen { stamp, generation }));
        }
        Ok(())
    }

    /// The file once it stays as it is.
    async fn settled(&self) -> Stamp {
        let file = self.configured.file();
        let mut now = Stamp::take(file);
        for _ in 0..LOOKS {
            tokio::time::sleep(SETTLED).await;
            let before = std::mem::replace(&mut now, Stamp::take(file));
            if before == now {
                break;
            }
        }
        now
    }

    /// Puts in force what was found, together with what stands in the store. What does not compile is neither accepted nor
    /// in force; then, as without a look, the configuration stays and what stands in the store still counts. `false` when
    /// another process accepted something else meanwhile.
    async fn take(&self, look: Option<Look>) -> Result<bool, StoreError> {
        let stored = self.configured.store().stored_policy(self.configured.tenant()).await?;
        let mut status = Status::default();
        let mut next = None;
        if let Some(look) = look {
            status = Status { problem: look.problem(), waiting: look.waiting().to_vec() };
            match self.compiled(look.in_force(), &stored).await {
                Ok(compiled) => {
                    if self.configured.commit(&look).await? == Committed::Lost {
                        return Ok(false);
                    }
                    next = Some(compiled);
                }
                Err(PolicyError::Store(error)) => return Err(error),
                Err(error) => status.problem = Some(error.to_string()),
            }
        }
        if next.is_none() {
            let same = Ok(self.in_force.load().config.clone());
            match self.compiled(same, &stored).await {
                Ok(compiled) => next = Some(compiled),
                Err(PolicyError::Store(error)) => return Err(error),
                Err(error) => {
                    // What stands in the store is newer and cannot judge; it may deny what this one allows.
                    let why = error.to_string();
                    self.in_force.load().snapshot.is_outdated(&why);
                    status.problem = Some(why);
                }
            }
        }
        if let Some(problem) = &status.problem {
            tracing::error!("not everything that was changed is in force: {problem}");
        }
        self.status.store(Arc::new(status));
        let before = self.in_force.load_full();
        if let Some(next) = next.filter(|next| !Arc::ptr_eq(next, &before)) {
            let (was, now) = (&before.config.governance, &next.config.governance);
            self.journal_switch(was.enforcement, now.enforcement).await?;
            self.in_force.store(next);
            tracing::info!("the policy changed and is in force");
        }
        Ok(true)
    }

    /// This configuration compiled; what is in force when that is the same.
    async fn compiled(
        &self,
        config: Result<Config, ConfigError>,
        stored: &StoredPolicy,
    ) -> Result<Arc<InForce>, PolicyError> {
        let (config, before) = (config?, self.in_force.load_full());
        let listening = listening::live(self.configured.store()).await?;
        // A change elsewhere, of another world or another file, is none of this policy.
        let digest = digest_in_force(&config.digest(), stored.version);
        if before.snapshot.policy().digest == digest && before.listening == listening {
            return Ok(before);
        }
        build(&self.configured, &self.protected, config, stored, listening).await.map(Arc::new)
    }

    /// Writes down that modules are switched off or on in this process, and by what.
    async fn journal_switch(&self, before: bool, now: bool) -> Result<(), StoreError> {
        if before == now {
            return Ok(());
        }
        let by_environment = self.configured.overrides().enforcement.is_some();
        let mut row = Draft::new(EntryType::PolicyEnforcement, self.configured.tenant());
        row.session = self.session;
        let body = serde_json::json!({
            "enforcement": if now { "on" } else { "off" },
            "why": if by_environment { "env" } else { "configuration" },
            "pid": std::process::id(),
        });
        row.body = body.to_string().into_bytes();
        self.configured.store().append(vec![row]).await?;
        if !now {
            tracing::warn!("modules are switched off (policy.enforcement)");
        }
        Ok(())
    }
}

/// Compiles a configuration with what stands in the store, and gives it its number.
async fn build(
    configured: &Configured,
    protected: &Protected,
    config: Config,
    stored: &StoredPolicy,
    listening: Vec<String>,
) -> Result<InForce, PolicyError> {
    let protected = listening::closed(protected, &config, &listening);
    let digest = digest_in_force(&config.digest(), stored.version);
    // The store's thread looks up the number, or commits a new one, while this one compiles.
    let (version, compiled) = tokio::join!(
        biased;
        configured.store().policy_version(configured.tenant(), &digest),
        async { compile(&config, stored, &protected) }
    );
    Ok(InForce::new(config, compiled?.numbered(version?), listening))
}

fn compile(
    config: &Config,
    stored: &StoredPolicy,
    protected: &Protected,
) -> Result<Snapshot, PolicyError> {
    let there = |name: &str| stored.modules.iter().any(|module| module.name == name);
    if let Some(module) = config.modules.iter().find(|module| there(&module.name)) {
        return Err(PolicyError::TwoModules(module.name.clone()));
    }
    Ok(Snapshot::build(config, stored, protected.clone(), 0)?)
}

/// Whether a configuration can be in force together with what stands in the store.
///
/// # Errors
/// Why it does not compile.
pub fn compiles(config: &Config, stored: &StoredPolicy) -> Result<(), PolicyError> {
    compile(config, stored, &Protected::default()).map(|_| ())
}
