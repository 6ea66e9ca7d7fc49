//! Questions a page at a time.

use crate::domain::approval::Approval;
use crate::domain::id::ApprovalId;
use crate::store::questions::{Page, PageFilter, Questions};
use crate::store::sqlite::{Result, SqliteStore, rows, votes};
use async_trait::async_trait;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

#[async_trait]
impl Questions for SqliteStore {
    async fn questions(&self, filter: PageFilter) -> Result<Page> {
        self.expire_due().await?;
        self.read(move |conn| page(conn, &filter)).await
    }
}

fn page(conn: &Connection, filter: &PageFilter) -> Result<Page> {
    let text = |text: &str| Value::Text(text.to_owned());
    let (tenant, principal) = (filter.tenant.as_str(), filter.principal.as_ref());
    let (mut wanted, mut values) = ("tenant = ?".to_owned(), vec![text(tenant)]);
    if !filter.states.is_empty() {
        let marks = vec!["?"; filter.states.len()].join(", ");
        wanted.push_str(&format!(" AND state IN ({marks})"));
        values.extend(filter.states.iter().map(|state| text(state.as_str())));
        if !filter.states.iter().any(|state| state.is_terminal()) {
            // Not said in the words of the partial index, it is not used.
            wanted.push_str(" AND state IN ('pending', 'approved')");
        }
    }
    if let Some(principal) = principal {
        wanted.push_str(" AND principal = ?");
        values.push(text(&principal.to_string()));
    }
    if let Some(ApprovalId(id)) = filter.before {
        // What it may not see moves nobody's page.
        let own = if principal.is_some() { " AND principal = ?" } else { "" };
        wanted.push_str(&format!(
            " AND (asked_at, id) < (SELECT asked_at, id FROM approvals WHERE id = ? AND tenant = ?{own})"
        ));
        values.extend([Value::Blob(id.as_bytes().to_vec()), text(tenant)]);
        values.extend(principal.map(|principal| text(&principal.to_string())));
    }
    values.push(Value::Integer(i64::try_from(filter.limit).unwrap_or(i64::MAX).saturating_add(1)));
    let sql = format!(
        "SELECT {} FROM approvals WHERE {wanted} ORDER BY asked_at DESC, id DESC LIMIT ?",
        votes::columns("approvals")
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let (mut page, mut bytes) = (Page::default(), 0_usize);
    while let Some(row) = found.next()? {
        let approval: Approval = rows::approval(row)?;
        bytes = bytes.saturating_add(approval.arguments.as_ref().map_or(0, |text| text.len()));
        if page.rows.len() >= filter.limit || bytes > filter.bytes && !page.rows.is_empty() {
            page.more = true;
            break;
        }
        page.rows.push(approval);
    }
    Ok(page)
}
