//! What stood at an earlier version. Earlier states are not kept: they are made from what stands by taking back, whole row
//! by whole row, what came later.

use crate::domain::approval::State;
use crate::domain::policy::{Inverse, PolicyVersion, StoredPolicy, StoredRule};
use crate::domain::principal::{Principal, Role};
use crate::domain::ruling::{Tier, Verdict};
use crate::gate::changes::{Draft, NotTaken, Office, Proposer};
use crate::policy::diff::{Fault, take_back};
use crate::store::StoreError;
use crate::store::policies::{MOST_OPEN, Suggestion, SuggestionFilter};

impl Office<'_> {
    /// A suggestion of this principal that takes this version back and is not ended.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open_rollback(
        &self,
        by: &Principal,
        version: u64,
    ) -> Result<Option<Suggestion>, StoreError> {
        let open = self.open_of(by).await?;
        let base = self.stored.version;
        Ok(open.into_iter().find(|s| s.rolls_back == Some(version) && s.base == base))
    }

    /// The suggestion of this principal that takes a version back, and whether it is new: one that is open already is not
    /// made twice.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was asked.
    pub async fn suggest_rollback(
        &self,
        by: Proposer<'_>,
        version: u64,
    ) -> Result<(Suggestion, bool), NotTaken> {
        if let Some(open) = self.open_rollback(by.principal, version).await? {
            return Ok((open, false));
        }
        let draft = self.draft_rollback(by, version).await?;
        Ok((self.propose(by, draft).await?, true))
    }

    /// Puts the question about a change, unless this very one is open already; and whether it is new.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing was asked.
    pub async fn propose_once(
        &self,
        by: Proposer<'_>,
        draft: Draft,
    ) -> Result<(Suggestion, bool), NotTaken> {
        let same = |open: &Suggestion| {
            let asked = &open.approval;
            asked.state == State::Pending
                && (open.base, open.rolls_back, &open.diff)
                    == (draft.base, draft.rolls_back, &draft.diff)
                && asked.ruling.tier == draft.tier
                && (asked.quorum.required > 1 || !draft.four_eyes)
        };
        if let Some(open) = self.open_of(by.principal).await?.into_iter().find(same) {
            return Ok((open, false));
        }
        Ok((self.propose(by, draft).await?, true))
    }

    /// The suggestions of this principal that are not ended.
    pub(in crate::gate::changes) async fn open_of(
        &self,
        by: &Principal,
    ) -> Result<Vec<Suggestion>, StoreError> {
        let filter = SuggestionFilter {
            tenant: self.tenant.clone(),
            principal: Some(by.clone()),
            states: vec![State::Pending, State::Approved],
            limit: u32::try_from(MOST_OPEN).unwrap_or(u32::MAX),
        };
        self.store().suggestions(filter).await
    }

    /// What stood right after each of these versions; `Err` names one that there is not. Before the first there was nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn stood_at(
        &self,
        numbers: [u64; 2],
    ) -> Result<Result<[StoredPolicy; 2], u64>, StoreError> {
        let versions = self.store().policy_versions(self.tenant, u32::MAX).await?;
        let there = |number: &u64| *number == 0 || versions.iter().any(|v| v.version == *number);
        if let Some(missing) = numbers.into_iter().find(|number| !there(number)) {
            return Ok(Err(missing));
        }
        Ok(Ok(numbers.map(|number| state_at(&self.stored, &versions, number))))
    }
}

/// What stood right after `version`, by taking back from `now` whatever came later. `versions` are all later ones, in
/// any order; those that changed nothing do not matter.
#[must_use]
pub(in crate::gate::changes) fn state_at(
    now: &StoredPolicy,
    versions: &[PolicyVersion],
    version: u64,
) -> StoredPolicy {
    let mut later: Vec<&PolicyVersion> =
        versions.iter().filter(|v| v.version > version && v.version <= now.version).collect();
    later.sort_by_key(|v| std::cmp::Reverse(v.version));
    let mut state = now.clone();
    for inverse in later.iter().filter_map(|v| v.inverse.as_ref()) {
        state = take_back(&state, inverse, version);
    }
    state.version = version;
    state
}

/// Why whoever proposes may not propose to take a version back; empty when he may. What an agent may not write, it may not
/// bring back either.
pub(in crate::gate::changes) fn beyond(by: Role, inverse: &Inverse) -> Vec<Fault> {
    if by != Role::Agent {
        return Vec::new();
    }
    let person = "a person may propose it";
    let far = |rule: &&StoredRule| {
        rule.spec.effect == Verdict::Allow && rule.spec.allow_tier.is_some_and(|t| t > Tier::WRITE)
    };
    let mut faults: Vec<Fault> = inverse
        .restore
        .iter()
        .filter(far)
        .map(|rule| {
            let message = format!("it brings back `{}`, an allow beyond tier 2", rule.id);
            Fault::new("reach", "", message, person)
        })
        .take(1)
        .collect();
    if !inverse.modules.is_empty() {
        let message = "it changes modules, and an agent proposes no change of those";
        faults.push(Fault::new("reach", "", message, person));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::RuleId;
    use crate::domain::policy::VersionKind;
    use crate::domain::principal::Principal;
    use crate::domain::time::Millis;

    fn rule(version: u64, pattern: &str) -> StoredRule {
        let spec = serde_json::json!({ "pattern": pattern, "effect": "deny" });
        StoredRule {
            id: RuleId::new(),
            spec: serde_json::from_value(spec).unwrap(),
            added_by: Principal::new(Role::Admin, "a"),
            at: Millis(1),
            version,
        }
    }

    fn version(number: u64, inverse: Inverse) -> PolicyVersion {
        PolicyVersion {
            version: number,
            kind: VersionKind::Applied,
            digest: String::new(),
            at: Millis(1),
            by: None,
            self_confirmed: false,
            comment: None,
            parent: None,
            rolls_back: None,
            diff: None,
            inverse: Some(inverse),
        }
    }

    #[test]
    fn an_agent_brings_back_nothing_that_it_could_not_write() {
        let allow = |tier: Option<u8>| {
            let mut rule = rule(1, "a");
            let spec = serde_json::json!({ "tool": "x__y", "effect": "allow", "allow_tier": tier });
            rule.spec = serde_json::from_value(spec).unwrap();
            rule
        };
        let restores = |rule| Inverse { restore: vec![rule], ..Inverse::default() };
        let module = Inverse { modules: vec![("m".to_owned(), None)], ..Inverse::default() };
        for (inverse, far) in [
            (restores(allow(Some(3))), true),
            (module, true),
            (restores(allow(Some(2))), false),
            (restores(allow(None)), false),
            (restores(rule(1, "a")), false),
        ] {
            assert_eq!(beyond(Role::Agent, &inverse).is_empty(), !far, "{inverse:?}");
            assert!(
                beyond(Role::Operator, &inverse).is_empty()
                    && beyond(Role::Admin, &inverse).is_empty()
            );
        }
    }

    #[test]
    fn what_stood_earlier_comes_back_whole() {
        let (a, b, c) = (rule(1, "a"), rule(2, "b"), rule(4, "c"));
        // 1 added a; 2 added b; 4 removed a and added c. 3 changed nothing.
        let versions = [
            version(1, Inverse { remove: vec![a.id], ..Inverse::default() }),
            version(2, Inverse { remove: vec![b.id], ..Inverse::default() }),
            version(
                4,
                Inverse { remove: vec![c.id], restore: vec![a.clone()], ..Inverse::default() },
            ),
        ];
        let now =
            StoredPolicy { version: 4, rules: vec![b.clone(), c.clone()], modules: Vec::new() };
        assert_eq!(state_at(&now, &versions, 4).rules, [b.clone(), c]);
        assert_eq!(state_at(&now, &versions, 2).rules, [a.clone(), b]);
        assert_eq!(state_at(&now, &versions, 1).rules, [a]);
        assert!(state_at(&now, &versions, 0).rules.is_empty());
    }
}
