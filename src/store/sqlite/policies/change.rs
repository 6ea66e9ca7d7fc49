//! What a change does to what stands, worked out in whole before anything is written.
//!
//! A diff and an inverse come to the same: rules that go, rules that come, modules before and after. From that the next
//! inverse follows, so whatever is applied can be taken back exactly, and a taking back, too.

use crate::domain::id::RuleId;
use crate::domain::json::Canonical;
use crate::domain::policy::{
    Inverse, ModuleChange, ModuleStatus, OnError, PolicyDiff, Scope, StoredModule,
};
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::policies::stand::{
    ModuleRow, RuleRow, Standing, put, put_module, take, take_module,
};
use crate::store::sqlite::rows;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    pub(crate) by: &'a str,
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
    /// What a diff does. The error is what it names that is not there.
    pub(crate) fn of_diff(
        stands: &Standing,
        shown: &ShownDiff,
        stamp: Stamp<'_>,
    ) -> Result<Self, String> {
        let mut change = Self::default();
        for id in &shown.diff.remove {
            change.gone.push(leaving(stands, &change.gone, *id)?);
        }
        for spec in &shown.specs {
            change.new.push(RuleRow {
                id: RuleId::new(),
                spec: spec.clone(),
                added_by: stamp.by.to_owned(),
                at: stamp.at.0,
                version: stamp.version,
            });
        }
        for wanted in &shown.diff.modules {
            let known = change.modules.iter_mut().find(|touched| touched.name == wanted.name);
            match known {
                // A second change of one module goes on from the first; what is restored is what stood before both.
                Some(touched) => touched.is = changed(touched.is.as_ref(), wanted, stamp)?,
                None => {
                    let was = stands.modules.iter().find(|m| m.name == wanted.name).cloned();
                    let is = changed(was.as_ref(), wanted, stamp)?;
                    change.modules.push(Touched { name: wanted.name.clone(), was, is });
                }
            }
        }
        Ok(change)
    }

    /// What taking a version back does: rows come back as they were. The error is what does not stand as that version
    /// left it.
    pub(crate) fn of_inverse(stands: &Standing, inverse: KeptInverse) -> Result<Self, String> {
        let mut change = Self::default();
        for id in inverse.remove {
            change.gone.push(leaving(stands, &change.gone, id)?);
        }
        for rule in inverse.restore {
            if stands.rules.iter().any(|stands| stands.id == rule.id) {
                return Err(rule.id.to_string());
            }
            change.new.push(rule);
        }
        for (name, is) in inverse.modules {
            let was = stands.modules.iter().find(|module| module.name == name).cloned();
            change.modules.push(Touched { name, was, is });
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

/// The rule that goes; one that goes already is not there any more.
fn leaving(stands: &Standing, gone: &[RuleRow], id: RuleId) -> Result<RuleRow, String> {
    let found = stands.rules.iter().find(|rule| rule.id == id);
    found.filter(|_| gone.iter().all(|rule| rule.id != id)).cloned().ok_or_else(|| id.to_string())
}

/// A module after a change; `None` when it goes. What is not written stays as it stands.
fn changed(
    was: Option<&ModuleRow>,
    wanted: &ModuleChange,
    stamp: Stamp<'_>,
) -> Result<Option<ModuleRow>, String> {
    let missing = |member: &str| format!("modules.{}.{member}", wanted.name);
    if wanted.remove {
        return was.map(|_| None).ok_or_else(|| wanted.name.clone());
    }
    let text = wanted.text.clone().or_else(|| was.map(|was| was.text.clone()));
    let text = text.ok_or_else(|| wanted.name.clone())?;
    let word = |wanted: Option<&'static str>, was: Option<&String>, default: &'static str| {
        wanted.map(str::to_owned).or_else(|| was.cloned()).unwrap_or_else(|| default.to_owned())
    };
    let (scope, scope_id) = match (wanted.scope, was) {
        (Some(Scope::Global), _) => (Scope::Global.as_str().to_owned(), wanted.scope_id.clone()),
        (Some(scope), was) => {
            let same = was.filter(|was| was.scope == scope.as_str());
            let kept = same.and_then(|was| was.scope_id.clone());
            (scope.as_str().to_owned(), wanted.scope_id.clone().or(kept))
        }
        (None, Some(was)) => {
            (was.scope.clone(), wanted.scope_id.clone().or_else(|| was.scope_id.clone()))
        }
        (None, None) => (Scope::default().as_str().to_owned(), wanted.scope_id.clone()),
    };
    if scope_id.is_none() && scope != Scope::Global.as_str() {
        return Err(missing("scope_id"));
    }
    if scope_id.is_some() && scope == Scope::Global.as_str() {
        return Err(missing("scope"));
    }
    Ok(Some(ModuleRow {
        name: wanted.name.clone(),
        text,
        description: wanted
            .description
            .clone()
            .or_else(|| was.map(|was| was.description.clone()))
            .unwrap_or_default(),
        status: word(
            wanted.status.map(ModuleStatus::as_str),
            was.map(|was| &was.status),
            ModuleStatus::default().as_str(),
        ),
        scope,
        scope_id,
        on_error: word(
            wanted.on_error.map(OnError::as_str),
            was.map(|was| &was.on_error),
            OnError::default().as_str(),
        ),
        changed_by: stamp.by.to_owned(),
        at: stamp.at.0,
        revision: was.map_or(1, |was| was.revision.saturating_add(1)),
    }))
}
