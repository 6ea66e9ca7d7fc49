//! Recommended network policies.

use crate::domain::id::{NetworkPolicyId, RunId};
use crate::domain::principal::Principal;
use crate::domain::time::Millis;
use crate::network::{Kind, Protocol, Recommendation};
use crate::store::networks::{
    KeptPolicy, MOST_OF_ONE, NetworkFilter, Networks, NewNetworkPolicies, NotKept,
};
use crate::store::sqlite::chain::Tx;
use crate::store::sqlite::{Result, SqliteStore, rows};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::result::Result as Either;
use uuid::Uuid;

#[async_trait]
impl Networks for SqliteStore {
    async fn save_network_policies(
        &self,
        new: NewNetworkPolicies,
    ) -> Result<Either<usize, NotKept>> {
        self.write_if_awaited(move |tx| save(tx, &new)).await
    }

    async fn network_policies(&self, filter: NetworkFilter) -> Result<Vec<KeptPolicy>> {
        self.read(move |conn| list(conn, &filter)).await
    }
}

fn save(tx: &mut Tx<'_>, new: &NewNetworkPolicies) -> Result<Either<usize, NotKept>> {
    let (tenant, principal) = (new.tenant.as_str(), new.principal.to_string());
    if let Some(run) = new.run {
        let own = "SELECT 1 FROM runs WHERE id = ?1 AND tenant = ?2 AND principal = ?3";
        let found = tx
            .conn
            .prepare_cached(own)?
            .query_row(params![run.0.as_bytes(), tenant, principal], |_| Ok(()))
            .optional()?;
        if found.is_none() {
            return Ok(Err(NotKept::NoSuchRun));
        }
    }
    // Some may take the place of older ones, so this is stricter than it must be.
    let kept: i64 = tx
        .conn
        .prepare_cached(
            "SELECT count(*) FROM network_policies WHERE tenant = ?1 AND principal = ?2",
        )?
        .query_row(params![tenant, principal], |row| row.get(0))?;
    let kept = usize::try_from(kept).unwrap_or(usize::MAX);
    if kept.saturating_add(new.recommendations.len()) > MOST_OF_ONE {
        return Ok(Err(NotKept::TooMany));
    }
    let now = tx.now();
    for one in &new.recommendations {
        tx.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO network_policies (id, tenant, principal, run, kind, source_service,
                     target_service, port, protocol, namespace, recommendation, policy_name, policy_yaml, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                NetworkPolicyId::new().0.as_bytes(),
                tenant,
                principal,
                new.run.map(|run| run.0.into_bytes()),
                one.kind.as_str(),
                one.source_service.as_deref().unwrap_or_default(),
                one.target_service.as_deref().unwrap_or_default(),
                one.port,
                one.protocol.map_or("", Protocol::as_str),
                one.namespace,
                one.recommendation,
                one.policy_name,
                one.policy_yaml,
                now.0,
            ])?;
    }
    tx.append(&new.row)?;
    Ok(Ok(new.recommendations.len()))
}

fn list(conn: &Connection, filter: &NetworkFilter) -> Result<Vec<KeptPolicy>> {
    // A name alone is what stands behind the first `/`; an address has none and is whole.
    let sql = "SELECT id, principal, run, at, kind, source_service, target_service, port, protocol, namespace,
                      recommendation, policy_name, policy_yaml
               FROM network_policies
               WHERE tenant = ?1 AND (?2 IS NULL OR principal = ?2) AND (?3 IS NULL OR run = ?3)
                 AND (?4 IS NULL OR ?4 IN (source_service, target_service,
                      substr(source_service, instr(source_service, '/') + 1),
                      substr(target_service, instr(target_service, '/') + 1)))
               ORDER BY at DESC, id LIMIT ?5";
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_and_then(
        params![
            filter.tenant.as_str(),
            filter.principal.as_ref().map(Principal::to_string),
            filter.run.map(|run| run.0.into_bytes()),
            filter.service,
            i64::try_from(filter.limit).unwrap_or(i64::MAX),
        ],
        kept,
    )?;
    found.collect()
}

fn kept(row: &Row<'_>) -> Result<KeptPolicy> {
    let damaged = || rows::damaged("a recommended network policy");
    let some = |text: String| (!text.is_empty()).then_some(text);
    let id = |bytes: [u8; 16]| Uuid::from_bytes(bytes);
    let principal: String = row.get(1)?;
    let run: Option<[u8; 16]> = row.get(2)?;
    let kind: String = row.get(4)?;
    let protocol = some(row.get(8)?);
    Ok(KeptPolicy {
        id: NetworkPolicyId(id(row.get(0)?)),
        principal: Principal::parse(&principal).ok_or_else(damaged)?,
        run: run.map(|run| RunId(id(run))),
        at: Millis(row.get(3)?),
        recommendation: Recommendation {
            kind: Kind::parse(&kind).ok_or_else(damaged)?,
            source_service: some(row.get(5)?),
            target_service: some(row.get(6)?),
            port: row.get(7)?,
            protocol: protocol
                .map(|text| Protocol::parse(&text).ok_or_else(damaged))
                .transpose()?,
            namespace: row.get(9)?,
            recommendation: row.get(10)?,
            policy_name: row.get(11)?,
            policy_yaml: row.get(12)?,
        },
    })
}
