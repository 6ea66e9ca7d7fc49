//! What stands: the rows of rules and modules as they are kept, and what they tell.
//!
//! A row is carried as it is written, its texts unread: what is taken away and brought back must come back byte for
//! byte. A row that cannot be read is damage, never one rule fewer.

use crate::domain::id::RuleId;
use crate::domain::policy::{
    ModuleStatus, OnError, RuleSpec, Scope, StoredModule, StoredPolicy, StoredRule,
};
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::sqlite::rows;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

/// A row of `policy_rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleRow {
    pub(crate) id: RuleId,
    pub(crate) spec: String,
    pub(crate) added_by: String,
    pub(crate) at: i64,
    pub(crate) version: u64,
}

/// A row of `policy_modules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ModuleRow {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) description: String,
    pub(crate) status: String,
    pub(crate) scope: String,
    pub(crate) scope_id: Option<String>,
    pub(crate) on_error: String,
    pub(crate) changed_by: String,
    pub(crate) at: i64,
    pub(crate) revision: u64,
}

/// Everything that stands in one world, at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) version: u64,
    pub(crate) rules: Vec<RuleRow>,
    pub(crate) modules: Vec<ModuleRow>,
}

impl Standing {
    /// As the domain has it.
    pub(crate) fn told(self) -> Result<StoredPolicy, StoreError> {
        Ok(StoredPolicy {
            version: self.version,
            rules: self.rules.into_iter().map(RuleRow::told).collect::<Result<_, _>>()?,
            modules: self.modules.into_iter().map(ModuleRow::told).collect::<Result<_, _>>()?,
        })
    }
}

impl RuleRow {
    /// As the domain has it.
    pub(crate) fn told(self) -> Result<StoredRule, StoreError> {
        let spec: RuleSpec =
            serde_json::from_str(&self.spec).map_err(|_| rows::damaged("a rule"))?;
        Ok(StoredRule {
            id: self.id,
            spec,
            added_by: word("added_by", &self.added_by, Principal::parse)?,
            at: Millis(self.at),
            version: self.version,
        })
    }
}

impl ModuleRow {
    /// As the domain has it.
    pub(crate) fn told(self) -> Result<StoredModule, StoreError> {
        Ok(StoredModule {
            status: word("status", &self.status, ModuleStatus::parse)?,
            scope: word("scope", &self.scope, Scope::parse)?,
            on_error: word("on_error", &self.on_error, OnError::parse)?,
            changed_by: word("changed_by", &self.changed_by, Principal::parse)?,
            name: self.name,
            text: self.text,
            description: self.description,
            scope_id: self.scope_id,
            at: Millis(self.at),
            revision: self.revision,
        })
    }
}

impl From<&StoredModule> for ModuleRow {
    /// As it is written: every member has one text.
    fn from(module: &StoredModule) -> Self {
        Self {
            name: module.name.clone(),
            text: module.text.clone(),
            description: module.description.clone(),
            status: module.status.as_str().to_owned(),
            scope: module.scope.as_str().to_owned(),
            scope_id: module.scope_id.clone(),
            on_error: module.on_error.as_str().to_owned(),
            changed_by: module.changed_by.to_string(),
            at: module.at.0,
            revision: module.revision,
        }
    }
}

fn word<T>(what: &str, text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| rows::damaged(what))
}

/// The version that changed this world last; 0 before the first.
pub(crate) fn version(conn: &Connection, tenant: &Tenant) -> Result<u64, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT coalesce(max(version), 0) FROM policies WHERE tenant = ?1 AND kind <> 'loaded'",
        )?
        .query_row([tenant.as_str()], |row| row.get(0))?)
}

fn read_rules(conn: &Connection, tenant: &Tenant) -> Result<Vec<RuleRow>, StoreError> {
    // Ids of one version sort by birth, so this is the order of its diff.
    let mut statement =
        conn.prepare_cached("SELECT * FROM policy_rules WHERE tenant = ?1 ORDER BY version, id")?;
    let found = statement.query_map([tenant.as_str()], |row| Ok(rule(row)))?;
    found.map(|row| row?).collect()
}

fn read_modules(conn: &Connection, tenant: &Tenant) -> Result<Vec<ModuleRow>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT * FROM policy_modules WHERE tenant = ?1 ORDER BY name")?;
    let found = statement.query_map([tenant.as_str()], |row| Ok(module(row)))?;
    found.map(|row| row?).collect()
}

/// Everything that stands in this world. Call inside one transaction.
pub(crate) fn read(conn: &Connection, tenant: &Tenant) -> Result<Standing, StoreError> {
    Ok(Standing {
        version: version(conn, tenant)?,
        rules: read_rules(conn, tenant)?,
        modules: read_modules(conn, tenant)?,
    })
}

fn rule(row: &Row<'_>) -> Result<RuleRow, StoreError> {
    Ok(RuleRow {
        id: RuleId(rows::id(row, "id")?),
        spec: rows::column(row, "spec")?,
        added_by: rows::column(row, "added_by")?,
        at: rows::column(row, "at")?,
        version: rows::column(row, "version")?,
    })
}

fn module(row: &Row<'_>) -> Result<ModuleRow, StoreError> {
    Ok(ModuleRow {
        name: rows::column(row, "name")?,
        text: rows::column(row, "text")?,
        description: rows::column(row, "description")?,
        status: rows::column(row, "status")?,
        scope: rows::column(row, "scope")?,
        scope_id: rows::column(row, "scope_id")?,
        on_error: rows::column(row, "on_error")?,
        changed_by: rows::column(row, "changed_by")?,
        at: rows::column(row, "at")?,
        revision: rows::column(row, "revision")?,
    })
}

/// Takes a rule away; how many rows that met.
pub(crate) fn take(
    conn: &Connection,
    tenant: &Tenant,
    rule: &RuleRow,
) -> Result<usize, StoreError> {
    Ok(conn
        .prepare_cached("DELETE FROM policy_rules WHERE id = ?1 AND tenant = ?2 AND spec = ?3")?
        .execute(params![rule.id.0.as_bytes(), tenant.as_str(), rule.spec])?)
}

/// Puts a rule.
pub(crate) fn put(conn: &Connection, tenant: &Tenant, rule: &RuleRow) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO policy_rules (id, tenant, spec, added_by, at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        rule.id.0.as_bytes(),
        tenant.as_str(),
        rule.spec,
        rule.added_by,
        rule.at,
        rule.version
    ])?;
    Ok(())
}

/// Takes a module away; how many rows that met.
pub(crate) fn take_module(
    conn: &Connection,
    tenant: &Tenant,
    module: &ModuleRow,
) -> Result<usize, StoreError> {
    Ok(conn
        .prepare_cached("DELETE FROM policy_modules WHERE tenant = ?1 AND name = ?2 AND text = ?3")?
        .execute(params![tenant.as_str(), module.name, module.text])?)
}

/// Puts a module.
pub(crate) fn put_module(
    conn: &Connection,
    tenant: &Tenant,
    module: &ModuleRow,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO policy_modules (tenant, name, text, description, status, scope, scope_id, on_error, changed_by,
             at, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        tenant.as_str(),
        module.name,
        module.text,
        module.description,
        module.status,
        module.scope,
        module.scope_id,
        module.on_error,
        module.changed_by,
        module.at,
        module.revision
    ])?;
    Ok(())
}
