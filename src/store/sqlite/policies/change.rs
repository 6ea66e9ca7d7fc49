//! What a change does to what stands, worked out in whole before anything is written.
//!
//! What would stand is made by `policy::diff` and by nothing else: what is written here are the rows of that, so what
//! was compiled and tried is what stands. Only the texts of rules are carried as they were written, byte for byte. From
//! the rows the next inverse follows, so whatever is applied can be taken back exactly, and a taking back, too.

use crate::domain::id::RuleId;
use crate::domain::json::Canonical;
use crate::domain::policy::{Inverse, PolicyDiff, StoredModule, StoredPolicy};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::ruling::Layer;
use crate::domain::time::Millis;
use crate::policy::diff::{Applied, Applying, apply, take_back};
use crate::store::StoreError;
use crate::store::sqlite::policies::stand::{
    ModuleRow, RuleRow, Standing, put, put_module, take, take_module,
};
use crate::store::sqlite::rows;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A diff in the bytes that were shown, and what they say. Made of the text alone.
#[derive(Debug)]
pub(crate) struct ShownDiff {
    pub(crate) text: Canonical,
    pub(crate) diff: PolicyDiff,
    /// Each rule to add, in its bytes.
    specs: Vec<String>,
}

impl ShownDiff {
    /// Reads a canonical text; `None` when it is no diff.
    pub(crate) fn read(text: Canonical) -> Option<Self> {
        let diff: PolicyDiff = serde_json::from_str(text.as_str()).ok()?;
        let node = text.node().ok()?;
        let added = node.get("add").and_then(|add| add.array()).unwrap_or_default();
        let specs = added
            .iter()
            .map(|spec| Canonical::of(spec).map(|spec| spec.as_str().to_owned()))
            .collect::<Result<Vec<_>, _>>()
            .ok()?;
        (specs.len() == diff.add.len()).then_some(Self { text, diff, specs })
    }
}

/// Whose change it is, when, and as which version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp<'a> {
    pub(crate) by: &'a Principal,
    pub(crate) at: Millis,
    pub(crate) version: u64,
}

/// What takes a version back, as it is kept: rows as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptInverse {
    pub(crate) remove: Vec<RuleId>,
    pub(crate) restore: Vec<RuleRow>,
    pub(crate) modules: Vec<(String, Option<ModuleRow>)>,
}

impl KeptInverse {
    /// As the domain has it.
    pub(crate) fn told(self) -> Result<Inverse, StoreError> {
        let module = |(name, row): (String, Option<ModuleRow>)| {
            let row = row.map(ModuleRow::told).transpose()?;
            Ok::<(String, Option<StoredModule>), StoreError>((name, row))
        };
        Ok(Inverse {
            remove: self.remove,
            restore: self.restore.into_iter().map(RuleRow::told).collect::<Result<_, _>>()?,
            modules: self.modules.into_iter().map(module).collect::<Result<_, _>>()?,
        })
    }

    /// Rules that its version brought or took away.
    pub(crate) fn rules(&self) -> BTreeSet<RuleId> {
        self.remove.iter().copied().chain(self.restore.iter().map(|rule| rule.id)).collect()
    }

    /// Modules that its version touched.
    pub(crate) fn modules(&self) -> BTreeSet<&str> {
        self.modules.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether its version changed nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A change, worked out.
#[derive(Debug, Default)]
pub(crate) struct Change {
    gone: Vec<RuleRow>,
    new: Vec<RuleRow>,
    modules: Vec<Touched>,
}

/// A module before and after.
#[derive(Debug)]
struct Touched {
    name: String,
    was: Option<ModuleRow>,
    is: Option<ModuleRow>,
}

impl Change {
    /// What a diff does. The inner error is what it names that is not there, in words that are safe to show.
    pub(crate) fn of_diff(
        stands: &Standing,
        shown: &ShownDiff,
        stamp: Stamp<'_>,
    ) -> Result<Result<Self, String>, StoreError> {
        let stood = stands.clone().told()?;
        let applying = Applying {
            by: stamp.by,
            at: stamp.at,
            version: stamp.version,
            new_id: &mut RuleId::new,
            // What is proposed has its templates written out: a person saw the text.
            template: &|_| None,
        };
        let Applied { policy, inverse } = match apply(&stood, &shown.diff, applying) {
            Ok(applied) => applied,
            Err(faults) => {
                let first = faults.first().map(ToString::to_string);
                return Ok(Err(first.unwrap_or_default()));
            }
        };
        // In the order of the diff, both.
        let texts: HashMap<RuleId, &String> =
            inverse.remove.iter().copied().zip(&shown.specs).collect();
        let row = |id: RuleId| {
            let rule = policy.rules.iter().find(|rule| rule.id == id)?;
            Some(RuleRow {
                id,
                spec: (*texts.get(&id)?).clone(),
                added_by: rule.added_by.to_string(),
                at: rule.at.0,
                version: rule.version,
            })
        };
        Self::from_to(stands, &policy, row).map(Ok)
    }

    /// What taking a version back does: rows come back as they were. The inner error is what does not stand as that
    /// version left it.
    pub(crate) fn of_inverse(
        stands: &Standing,
        inverse: &KeptInverse,
    ) -> Result<Result<Self, String>, StoreError> {
        let there: HashSet<RuleId> = stands.rules.iter().map(|rule| rule.id).collect();
        let gone = inverse.remove.iter().find(|id| !there.contains(id));
        let back = inverse.restore.iter().map(|rule| &rule.id).find(|id| there.contains(id));
        if let Some(id) = gone.or(back) {
            return Ok(Err(id.to_string()));
        }
        let stood = stands.clone().told()?;
        let policy = take_back(&stood, &inverse.clone().told()?, stands.version);
        let row = |id: RuleId| inverse.restore.iter().find(|rule| rule.id == id).cloned();
        Self::from_to(stands, &policy, row).map(Ok)
    }

    /// The rows that differ between what stands and what is to stand. `row` is a rule that comes, as it is to be
    /// written: it must say what was made.
    fn from_to(
        stands: &Standing,
        wanted: &StoredPolicy,
        row: impl Fn(RuleId) -> Option<RuleRow>,
    ) -> Result<Self, StoreError> {
        let there: HashSet<RuleId> = stands.rules.iter().map(|rule| rule.id).collect();
        let stays: HashSet<RuleId> = wanted.rules.iter().map(|rule| rule.id).collect();
        let gone = stands.rules.iter().filter(|rule| !stays.contains(&rule.id)).cloned();
        let mut change = Self { gone: gone.collect(), ..Self::default() };
        for rule in wanted.rules.iter().filter(|rule| !there.contains(&rule.id)) {
            let row = row(rule.id).ok_or_else(|| rows::damaged("a rule to be put"))?;
            if row.clone().told()? != *rule {
                return Err(StoreError::Unusable("a rule is not what was proposed".into()));
            }
            change.new.push(row);
        }
        let is: HashMap<&str, ModuleRow> =
            wanted.modules.iter().map(|module| (module.name.as_str(), module.into())).collect();
        let was: HashMap<&str, &ModuleRow> =
            stands.modules.iter().map(|module| (module.name.as_str(), module)).collect();
        let names: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
        for name in names {
            let (was, is) = (was.get(name).copied(), is.get(name));
            if was != is {
                let (was, is) = (was.cloned(), is.cloned());
                change.modules.push(Touched { name: name.to_owned(), was, is });
            }
        }
        Ok(change)
    }

    /// What takes it back.
    pub(crate) fn inverse(&self) -> KeptInverse {
        KeptInverse {
            remove: self.new.iter().map(|rule| rule.id).collect(),
            restore: self.gone.clone(),
            modules: self.modules.iter().map(|m| (m.name.clone(), m.was.clone())).collect(),
        }
    }

    /// Each rule and module that it touches, by the name that rulings call it.
    pub(crate) fn touches(&self) -> Result<BTreeSet<(&'static str, String)>, StoreError> {
        let rule = |row: &RuleRow| {
            let rule = row.clone().told()?;
            let name = rule.spec.name.unwrap_or_else(|| format!("rule {}", rule.id.short()));
            Ok((Layer::Rules.as_str(), name))
        };
        let rules = self.gone.iter().chain(&self.new).map(rule);
        let modules = self.modules.iter().map(|m| Ok((Layer::Rego.as_str(), m.name.clone())));
        rules.chain(modules).collect()
    }

    /// Rules added, rules removed, modules touched.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        (self.new.len(), self.gone.len(), self.modules.len())
    }

    /// Writes it. What it takes away must stand exactly so, or the whole verb fails.
    pub(crate) fn write(&self, conn: &Connection, tenant: &Tenant) -> Result<(), StoreError> {
        for rule in &self.gone {
            one(take(conn, tenant, rule)?)?;
        }
        for rule in &self.new {
            put(conn, tenant, rule)?;
        }
        for module in &self.modules {
            if let Some(was) = &module.was {
                one(take_module(conn, tenant, was)?)?;
            }
            if let Some(is) = &module.is {
                put_module(conn, tenant, is)?;
            }
        }
        Ok(())
    }
}

fn one(count: usize) -> Result<(), StoreError> {
    if count == 1 { Ok(()) } else { Err(rows::damaged("what stands")) }
}
