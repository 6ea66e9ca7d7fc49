//! Lists of questions. Only a bounded number of rows is looked at in one reading, so that no search keeps other readers
//! waiting.

use crate::domain::approval::State;
use crate::domain::id::ApprovalId;
use crate::domain::outcome::OutcomeKind;
use crate::domain::principal::{Principal, Tenant};
use crate::store::StoreError;
use crate::store::briefs::{Brief, BriefFilter, BriefPage, Briefs};
use crate::store::sqlite::{SqliteStore, rows};
use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

/// Briefs looked at for one page.
const WINDOW: i64 = 5_000;

/// Columns of a list.
const COLUMNS: &str = "id, kind, principal, upstream, tool, tier, state, asked_at, answer_by, abandoned_at, \
     decided_at, decided_by, outcome, escalated, \
     EXISTS (SELECT 1 FROM remembered WHERE remembered.approval = approvals.id) AS kept";

#[async_trait]
impl Briefs for SqliteStore {
    async fn waiting_briefs(
        &self,
        tenant: &Tenant,
        limit: usize,
    ) -> Result<Vec<Brief>, StoreError> {
        self.expire_due().await?;
        let tenant = tenant.clone();
        self.read(move |conn| waiting(conn, &tenant, limit)).await
    }

    async fn briefs(&self, filter: BriefFilter) -> Result<BriefPage, StoreError> {
        self.expire_due().await?;
        self.read(move |conn| page(conn, &filter)).await
    }
}

fn waiting(conn: &Connection, tenant: &Tenant, limit: usize) -> Result<Vec<Brief>, StoreError> {
    // The second condition is that of the partial index, which is used only where it is said in its words.
    let sql = format!(
        "SELECT {COLUMNS} FROM approvals
         WHERE tenant = ?1 AND state = 'pending' AND state IN ('pending', 'approved')
         ORDER BY asked_at, id LIMIT ?2"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params![tenant.as_str(), limit], |row| Ok(brief(row)))?;
    found.map(|row| row?).collect()
}

fn page(conn: &Connection, filter: &BriefFilter) -> Result<BriefPage, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM approvals
         WHERE tenant = ?1 AND asked_at >= ?2 AND (asked_at, id) < (?3, ?4)
         ORDER BY asked_at DESC, id DESC LIMIT ?5"
    );
    let since = filter.since.map_or(i64::MIN, |since| since.0);
    let (at, id) = match filter.before {
        Some((at, ApprovalId(id))) => (at.0, id.as_bytes().to_vec()),
        None => (i64::MAX, Vec::new()),
    };
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params![filter.tenant.as_str(), since, at, id, WINDOW + 1])?;
    let tool = filter.tool.as_deref().map(str::to_lowercase);
    let mut out = BriefPage::default();
    let (mut looked, mut last) = (0, None);
    while let Some(row) = found.next()? {
        let brief = brief(row)?;
        let place = (brief.asked_at, brief.id);
        let fits = fits(&brief, filter, tool.as_deref());
        // Only what is there makes another page.
        if looked >= WINDOW || (fits && out.rows.len() >= filter.limit) {
            out.next = last;
            break;
        }
        if fits {
            out.rows.push(brief);
        }
        looked += 1;
        last = Some(place);
    }
    Ok(out)
}

fn fits(brief: &Brief, filter: &BriefFilter, tool: Option<&str>) -> bool {
    let decider = brief.decided_by.as_ref().map(|by| by.name.as_str());
    (filter.states.is_empty() || filter.states.contains(&brief.state))
        && filter.upstream.as_ref().is_none_or(|upstream| *upstream == brief.upstream)
        && tool.is_none_or(|tool| brief.tool.to_lowercase().contains(tool))
        && filter.tier.is_none_or(|tier| tier == brief.tier)
        && filter.decided_by.as_deref().is_none_or(|by| decider == Some(by))
}

fn brief(row: &Row<'_>) -> Result<Brief, StoreError> {
    Ok(Brief {
        id: ApprovalId(rows::id(row, "id")?),
        kind: rows::column(row, "kind")?,
        principal: rows::word(row, "principal", Principal::parse)?,
        upstream: rows::column(row, "upstream")?,
        tool: rows::column(row, "tool")?,
        tier: rows::column(row, "tier")?,
        state: rows::word(row, "state", State::parse)?,
        asked_at: rows::time(row, "asked_at")?,
        answer_by: rows::time(row, "answer_by")?,
        urgent: rows::column(row, "escalated")?,
        abandoned: rows::maybe_time(row, "abandoned_at")?.is_some(),
        decided_at: rows::maybe_time(row, "decided_at")?,
        decided_by: rows::maybe_word(row, "decided_by", Principal::parse)?,
        outcome: rows::maybe_word(row, "outcome", OutcomeKind::parse)?,
        kept: rows::column(row, "kept")?,
    })
}
