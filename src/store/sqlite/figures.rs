//! Counts over journal and questions, each along an index or over a bounded number of rows.
//!
//! All of it only reads: what is due and not yet expired is left out here and expired by whoever looks at it.

use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::store::figures::{Answering, Figures, OfTool, Span, Waiting};
use crate::store::sqlite::{Result, SqliteStore, chain, query, reckon};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// Servers told of.
const SERVERS: usize = 50;
/// Spans given: the hours of a month and some more.
const SPANS: i64 = 800;
/// Rows of the journal looked at for tools, which no index counts.
const WINDOW: u64 = 50_000;
/// Answers looked at.
const ANSWERS: usize = 2_000;

#[async_trait]
impl Figures for SqliteStore {
    async fn waiting(&self, tenant: &Tenant) -> Result<Waiting> {
        let (tenant, clock) = (tenant.clone(), self.clock.clone());
        self.read(move |conn| waiting(conn, &tenant, reckon(conn, &clock)?)).await
    }

    async fn decided_over_time(
        &self,
        tenant: &Tenant,
        since: Millis,
        span: i64,
    ) -> Result<Vec<Span>> {
        let (tenant, clock) = (tenant.clone(), self.clock.clone());
        self.read(move |conn| {
            let spans = Spans::up_to(reckon(conn, &clock)?, since, span);
            over_time(conn, &tenant, spans)
        })
        .await
    }

    async fn decided_by_tool(
        &self,
        tenant: &Tenant,
        since: Millis,
        limit: usize,
    ) -> Result<Vec<OfTool>> {
        let tenant = tenant.clone();
        self.read(move |conn| by_tool(conn, &tenant, since, limit)).await
    }

    async fn answering(&self, tenant: &Tenant, since: Millis) -> Result<Answering> {
        let tenant = tenant.clone();
        self.read(move |conn| answering(conn, &tenant, since)).await
    }

    async fn kept_answers_used(&self, tenant: &Tenant, since: Millis) -> Result<u64> {
        let tenant = tenant.clone();
        self.read(move |conn| used(conn, &tenant, since)).await
    }
}

/// The terms of the partial index are said in its own words, or it is not used.
pub(crate) const WAITING: &str =
    "SELECT tier, upstream, count(*), count(abandoned_at), min(asked_at), min(answer_by)
     FROM approvals INDEXED BY approvals_live
     WHERE tenant = ?1 AND state IN ('pending', 'approved') AND state = 'pending' AND answer_by > ?2
     GROUP BY tier, upstream";

fn waiting(conn: &Connection, tenant: &Tenant, now: Millis) -> Result<Waiting> {
    let (mut all, mut servers) = (Waiting::default(), BTreeMap::<String, u64>::new());
    let mut statement = conn.prepare_cached(WAITING)?;
    let mut found = statement.query(params![tenant.as_str(), now.0])?;
    while let Some(row) = found.next()? {
        let (tier, server): (usize, String) = (row.get(0)?, row.get(1)?);
        let (count, abandoned): (u64, u64) = (row.get(2)?, row.get(3)?);
        let (oldest, deadline) = (Millis(row.get(4)?), Millis(row.get(5)?));
        if let Some(of_tier) = all.by_tier.get_mut(tier) {
            *of_tier += count;
        }
        all.abandoned += abandoned;
        *servers.entry(server).or_default() += count;
        all.oldest = Some(all.oldest.map_or(oldest, |other| other.min(oldest)));
        all.next_deadline = Some(all.next_deadline.map_or(deadline, |other| other.min(deadline)));
    }
    all.by_server = servers.into_iter().collect();
    all.by_server.sort_by(|(a, most), (b, other)| other.cmp(most).then_with(|| a.cmp(b)));
    all.by_server.truncate(SERVERS);
    Ok(all)
}

/// Spans of equal length, one after another.
#[derive(Debug, Clone, Copy)]
struct Spans {
    from: Millis,
    length: i64,
    count: i64,
}

impl Spans {
    /// Up to now. Where there would be too many, the oldest are left out.
    fn up_to(now: Millis, since: Millis, length: i64) -> Self {
        let length = length.max(1);
        let count = now.since(since).max(0) / length + 1;
        let left_out = (count - SPANS).max(0);
        let from = since.plus(left_out.saturating_mul(length));
        Self { from, length, count: count.min(SPANS) }
    }
}

/// The first place from a time on; none when nothing is that new.
fn first(conn: &Connection, since: Millis) -> Result<Option<u64>> {
    let mut statement = conn.prepare_cached(query::FIRST_SINCE)?;
    Ok(statement.query_row([since.0], |row| row.get(0)).optional()?)
}

/// Calls that were let go, by span: each principal's are next to each other in the index, which is read alone.
pub(crate) const PERMITTED: &str = "WITH RECURSIVE who (name) AS (
         SELECT min(principal) FROM journal WHERE type = 'call.permitted' AND tool <> '' AND tenant = ?1
         UNION ALL
         SELECT (SELECT min(principal) FROM journal
             WHERE type = 'call.permitted' AND tool <> '' AND tenant = ?1 AND principal > who.name)
         FROM who WHERE who.name IS NOT NULL)
     SELECT (j.ts - ?2) / ?3 AS span, count(*)
     FROM who CROSS JOIN journal j INDEXED BY journal_recent
     WHERE who.name IS NOT NULL AND j.type = 'call.permitted' AND j.tool <> '' AND j.tenant = ?1
         AND j.principal = who.name AND j.ts >= ?2
     GROUP BY span";
/// Those among them that somebody was asked about.
pub(crate) const PERMITTED_ASKED: &str =
    "SELECT (ts - ?2) / ?3 AS span, count(*) FROM journal INDEXED BY journal_verdict
     WHERE verdict = 'ask' AND verdict <> 'allow' AND seq >= ?4 AND ts >= ?2 AND tenant = ?1
         AND type = 'call.permitted' AND tool <> ''
     GROUP BY span";
/// Rows of one type. A yes that others must join is none yet.
pub(crate) const OF_TYPE: &str = "SELECT (ts - ?2) / ?3 AS span, count(*) FROM journal INDEXED BY journal_type
     WHERE type = ?5 AND type NOT IN ('call.permitted', 'call.outcome') AND seq >= ?4 AND ts >= ?2 AND tenant = ?1
         AND meta ->> '$.outcome' IS NOT 'vote'
     GROUP BY span";

fn over_time(conn: &Connection, tenant: &Tenant, spans: Spans) -> Result<Vec<Span>> {
    let mut out: Vec<Span> = (0..spans.count)
        .map(|at| Span { from: spans.from.plus(at * spans.length), ..Span::default() })
        .collect();
    let Some(first) = first(conn, spans.from)? else { return Ok(out) };
    let (world, from, length) = (tenant.as_str(), spans.from.0, spans.length);
    let mut count = |sql: &str, kind: Option<&str>, put: fn(&mut Span, u64)| -> Result<()> {
        let mut statement = conn.prepare_cached(sql)?;
        let mut found = match (kind, sql == PERMITTED) {
            (Some(kind), _) => statement.query(params![world, from, length, first, kind])?,
            (None, true) => statement.query(params![world, from, length])?,
            (None, false) => statement.query(params![world, from, length, first])?,
        };
        while let Some(row) = found.next()? {
            if let Some(span) = out.get_mut(row.get::<_, usize>(0)?) {
                put(span, row.get(1)?);
            }
        }
        Ok(())
    };
    count(PERMITTED, None, |span, n| span.allowed = n)?;
    count(PERMITTED_ASKED, None, |span, n| span.allowed = span.allowed.saturating_sub(n))?;
    count(OF_TYPE, Some("call.refused"), |span, n| span.refused = n)?;
    count(OF_TYPE, Some("approval.approved"), |span, n| span.approved = n)?;
    count(OF_TYPE, Some("approval.denied"), |span, n| span.denied = n)?;
    count(OF_TYPE, Some("approval.expired"), |span, n| span.expired = n)?;
    Ok(out)
}

/// No index knows the server of a row, so the newest rows are read one after another.
pub(crate) const BY_TOOL: &str = "SELECT meta ->> '$.upstream' AS server, tool,
         count(*) FILTER (WHERE type = 'call.permitted' AND verdict IS NOT 'ask'),
         count(*) FILTER (WHERE type = 'call.refused'),
         count(*) FILTER (WHERE type = 'approval.asked')
     FROM journal NOT INDEXED
     WHERE seq >= ?2 AND tenant = ?1 AND type IN ('call.permitted', 'call.refused', 'approval.asked') AND tool <> ''
     GROUP BY server, tool HAVING server IS NOT NULL ORDER BY count(*) DESC, server, tool LIMIT ?3";

fn by_tool(conn: &Connection, tenant: &Tenant, since: Millis, limit: usize) -> Result<Vec<OfTool>> {
    let Some(first) = first(conn, since)? else { return Ok(Vec::new()) };
    let first = first.max(chain::head(conn)?.seq.saturating_sub(WINDOW - 1));
    let mut statement = conn.prepare_cached(BY_TOOL)?;
    let found = statement.query_map(params![tenant.as_str(), first, limit], |row| {
        Ok(OfTool {
            upstream: row.get(0)?,
            tool: row.get(1)?,
            allowed: row.get(2)?,
            refused: row.get(3)?,
            asked: row.get(4)?,
        })
    })?;
    Ok(found.collect::<std::result::Result<_, _>>()?)
}

/// Uses of kept answers.
pub(crate) const USED: &str = "SELECT count(*) FROM journal INDEXED BY journal_type
     WHERE type = 'remembered.used' AND type NOT IN ('call.permitted', 'call.outcome') AND seq >= ?2 AND ts >= ?3
         AND tenant = ?1";

fn used(conn: &Connection, tenant: &Tenant, since: Millis) -> Result<u64> {
    let Some(first) = first(conn, since)? else { return Ok(0) };
    let mut statement = conn.prepare_cached(USED)?;
    Ok(statement.query_row(params![tenant.as_str(), first, since.0], |row| row.get(0))?)
}

/// The newest answers of one type. `seq` comes first, so that those of two types can be told apart in age.
/// Who confirms a change of policy that he made himself answers nobody's question.
pub(crate) const ANSWERED: &str = "SELECT j.seq, a.decided_at - a.asked_at
     FROM journal j INDEXED BY journal_type JOIN approvals a ON a.id = j.approval
     WHERE j.type = ?3 AND j.type NOT IN ('call.permitted', 'call.outcome') AND j.seq >= ?2 AND j.tenant = ?1
         AND a.decided_at IS NOT NULL AND NOT (a.kind = 'policy' AND a.decided_by IS a.principal)
         AND j.meta ->> '$.outcome' IS NOT 'vote'
     ORDER BY j.seq DESC LIMIT ?4";

fn answering(conn: &Connection, tenant: &Tenant, since: Millis) -> Result<Answering> {
    let Some(first) = first(conn, since)? else { return Ok(Answering::default()) };
    let mut newest: Vec<(u64, i64)> = Vec::new();
    for kind in ["approval.approved", "approval.denied"] {
        let mut statement = conn.prepare_cached(ANSWERED)?;
        let found = statement.query_map(params![tenant.as_str(), first, kind, ANSWERS], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        for row in found {
            newest.push(row?);
        }
    }
    newest.sort_unstable_by_key(|(seq, _)| std::cmp::Reverse(*seq));
    newest.truncate(ANSWERS);
    let mut waits: Vec<i64> = newest.into_iter().map(|(_, wait)| wait.max(0)).collect();
    waits.sort_unstable();
    Ok(Answering { waits })
}
