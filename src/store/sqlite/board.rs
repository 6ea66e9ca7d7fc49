//! The board of agents: rows for those that registered, and a look at each open session for the others.
//!
//! A look costs one short walk back along the index of that session's journal rows; `intents`, `sessions` and
//! `agents` hold only what is there now, so they stay small however old the store gets.

use crate::domain::agent::{AgentAction, AgentKind, AgentName, AgentStatus, BoardAgent, Score};
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::{AgentId, SessionId};
use crate::domain::principal::{Principal, Tenant, is_stopped_by};
use crate::domain::time::Millis;
use crate::store::StoreError;
use crate::store::agents::{
    AgentNews, Agents, MOST_OF_ONE, MOST_SHOWN, NotRegistered, Registrant, STALE_AFTER,
};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::{Result, SqliteStore, paused, reckon, rows};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::result::Result as Either;
use uuid::Uuid;

/// How far back along its rows a session is looked at.
const LOOK_BACK: usize = 200;

/// Silent agents taken off the board in one sweep; what is left waits for the next and is not listed meanwhile.
const AT_ONCE: usize = 500;

/// Agents that registered and were heard of lately.
pub(crate) const LISTED: &str =
    "SELECT * FROM agents WHERE tenant = ?1 AND seen_at > ?2 ORDER BY seen_at DESC LIMIT ?3";

/// How many of them one principal has.
pub(crate) const OWNED: &str =
    "SELECT count(*) FROM agents WHERE tenant = ?1 AND principal = ?2 AND seen_at > ?3";

/// Those that were silent for too long.
pub(crate) const STALE: &str = "SELECT * FROM agents WHERE seen_at <= ?1 ORDER BY seen_at LIMIT ?2";

/// What a session did last.
pub(crate) const STEPS: &str =
    "SELECT ts, type, principal, tool, verdict, meta ->> '$.upstream' AS upstream
    FROM journal WHERE session = ?1 ORDER BY seq DESC LIMIT ?2";

/// Whether a session waits for a person: for an answer, or for the token that one was given with.
pub(crate) const WAITS: &str = "SELECT 1 FROM waiters w JOIN approvals a ON a.id = w.approval
    WHERE w.session = ?1 AND ((a.state = 'pending' AND a.answer_by > ?2)
        OR (a.state = 'approved' AND a.token = 'minted' AND a.run_by > ?2)) LIMIT 1";

#[async_trait]
impl Agents for SqliteStore {
    async fn register_agent(
        &self,
        by: &Registrant,
        name: Option<AgentName>,
    ) -> Result<Either<BoardAgent, NotRegistered>> {
        let by = by.clone();
        self.write(move |tx| register(tx, &by, name)).await
    }

    async fn update_agent(
        &self,
        by: &Registrant,
        id: AgentId,
        news: AgentNews,
    ) -> Result<Option<BoardAgent>> {
        let by = by.clone();
        self.write(move |tx| update(tx, &by, id, &news)).await
    }

    async fn unregister_agent(&self, by: &Registrant, id: AgentId) -> Result<Option<BoardAgent>> {
        let by = by.clone();
        self.write(move |tx| unregister(tx, &by, id)).await
    }

    async fn board(&self, tenant: &Tenant) -> Result<Vec<BoardAgent>> {
        let (tenant, clock) = (tenant.clone(), self.clock.clone());
        self.read(move |conn| board(conn, &tenant, reckon(conn, &clock)?)).await
    }
}

fn register(
    tx: &mut Tx<'_>,
    by: &Registrant,
    name: Option<AgentName>,
) -> Result<Either<BoardAgent, NotRegistered>> {
    let now = tx.now();
    let owned: usize = tx.conn.prepare_cached(OWNED)?.query_row(
        params![by.tenant.as_str(), by.principal.to_string(), now.plus(-STALE_AFTER).0],
        |row| row.get(0),
    )?;
    if owned >= MOST_OF_ONE {
        return Ok(Err(NotRegistered::TooMany));
    }
    let id = new_id()?;
    let name = name.map_or_else(|| default_name(id), |name| name.as_str().to_owned());
    tx.conn
        .prepare_cached(
            "INSERT INTO agents (id, tenant, principal, name, status, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            id.0.as_bytes(),
            by.tenant.as_str(),
            by.principal.to_string(),
            name,
            AgentStatus::Idle.as_str(),
            now.0
        ])?;
    let agent = owned_by(tx, by, id)?.ok_or_else(|| rows::damaged("an agent just written"))?;
    tx.append(&told(EntryType::AgentRegistered, by, &agent))?;
    Ok(Ok(agent))
}

/// Wholly random, unlike other ids: the default name is its beginning, which elsewhere is the clock and would give
/// all agents of one minute the same name.
fn new_id() -> Result<AgentId> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| StoreError::Unusable(format!("no random numbers: {e}")))?;
    Ok(AgentId(uuid::Builder::from_random_bytes(bytes).into_uuid()))
}

fn default_name(id: AgentId) -> String {
    let digits: String = id.0.simple().to_string().chars().take(8).collect();
    format!("Agent_{digits}")
}

fn update(
    tx: &mut Tx<'_>,
    by: &Registrant,
    id: AgentId,
    news: &AgentNews,
) -> Result<Option<BoardAgent>> {
    if owned_by(tx, by, id)?.is_none() {
        return Ok(None);
    }
    tx.conn
        .prepare_cached(
            "UPDATE agents SET status = ?2, action = coalesce(?3, action), score = coalesce(?4, score),
                 action_at = iif(?3 IS NULL, action_at, ?5), seen_at = ?5
             WHERE id = ?1",
        )?
        .execute(params![
            id.0.as_bytes(),
            news.status.as_str(),
            news.action.as_ref().map(|action| action.as_str()),
            news.score.map(Score::get),
            tx.now().0,
        ])?;
    let agent = owned_by(tx, by, id)?.ok_or_else(|| rows::damaged("an agent just written"))?;
    tx.append(&told(EntryType::AgentUpdated, by, &agent))?;
    Ok(Some(agent))
}

fn unregister(tx: &mut Tx<'_>, by: &Registrant, id: AgentId) -> Result<Option<BoardAgent>> {
    let Some(agent) = owned_by(tx, by, id)? else { return Ok(None) };
    remove(tx, agent.id)?;
    tx.append(&told(EntryType::AgentUnregistered, by, &agent))?;
    Ok(Some(agent))
}

fn remove(tx: &Tx<'_>, id: Uuid) -> Result<()> {
    tx.conn.prepare_cached("DELETE FROM agents WHERE id = ?1")?.execute([id.as_bytes()])?;
    Ok(())
}

/// The one place that says whose an agent is. Another's, another world's and a silent one are not there.
fn owned_by(tx: &Tx<'_>, by: &Registrant, id: AgentId) -> Result<Option<BoardAgent>> {
    let everybody = paused::paused(tx.conn, &by.tenant)?;
    let found = tx
        .conn
        .prepare_cached(
            "SELECT * FROM agents WHERE id = ?1 AND tenant = ?2 AND principal = ?3 AND seen_at > ?4",
        )?
        .query_row(
            params![
                id.0.as_bytes(),
                by.tenant.as_str(),
                by.principal.to_string(),
                tx.now().plus(-STALE_AFTER).0
            ],
            |row| Ok(registered(row, &everybody)),
        )
        .optional()?;
    found.transpose()
}

/// Takes those off the board that were silent for too long, of every tenant, each on record.
pub(crate) fn forget_silent(tx: &mut Tx<'_>) -> Result<()> {
    let before = tx.now().plus(-STALE_AFTER);
    let silent: Vec<(Tenant, BoardAgent)> = {
        let mut statement = tx.conn.prepare_cached(STALE)?;
        let found = statement.query_map(params![before.0, AT_ONCE], |row| {
            Ok(rows::word(row, "tenant", Tenant::new).and_then(|t| Ok((t, registered(row, &[])?))))
        })?;
        found.map(|row| row?).collect::<Result<_>>()?
    };
    for (tenant, agent) in silent {
        remove(tx, agent.id)?;
        tx.append(&Draft {
            outcome: Some("silent".to_owned()),
            body: body_of(&agent),
            ..Draft::new(EntryType::AgentUnregistered, &tenant)
        })?;
    }
    Ok(())
}

fn told(kind: EntryType, by: &Registrant, agent: &BoardAgent) -> Draft {
    Draft {
        session: Some(by.session),
        principal: Some(by.principal.clone()),
        body: body_of(agent),
        ..Draft::new(kind, &by.tenant)
    }
}

fn body_of(agent: &BoardAgent) -> Vec<u8> {
    body(&json!({
        "id": agent.id,
        "name": agent.name,
        "status": agent.status,
        "action": agent.last_action,
        "score": agent.last_score,
    }))
}

fn registered(row: &Row<'_>, paused: &[Option<String>]) -> Result<BoardAgent> {
    let principal = rows::word(row, "principal", Principal::parse)?;
    Ok(BoardAgent {
        id: rows::id(row, "id")?,
        kind: AgentKind::Registered,
        name: rows::column(row, "name")?,
        status: rows::word(row, "status", AgentStatus::parse)?,
        paused: is_paused(paused, &principal),
        principal,
        last_action: rows::column(row, "action")?,
        last_action_at: rows::maybe_time(row, "action_at")?,
        last_score: rows::column(row, "score")?,
        seen_at: rows::time(row, "seen_at")?,
    })
}

fn is_paused(paused: &[Option<String>], principal: &Principal) -> bool {
    paused.iter().any(|who| is_stopped_by(&principal.name, who.as_deref()))
}

fn board(conn: &Connection, tenant: &Tenant, now: Millis) -> Result<Vec<BoardAgent>> {
    let paused = paused::paused(conn, tenant)?;
    let mut statement = conn.prepare_cached(LISTED)?;
    let found = statement
        .query_map(params![tenant.as_str(), now.plus(-STALE_AFTER).0, MOST_SHOWN], |row| {
            Ok(registered(row, &paused))
        })?;
    let mut board: Vec<BoardAgent> = found.map(|row| row?).collect::<Result<_>>()?;
    let in_the_air = in_the_air(conn)?;
    for open in open_sessions(conn, tenant)? {
        board.push(look_at(conn, open, &in_the_air, &paused, now)?);
    }
    // Who registered comes before the session that it told through, at that very moment.
    board.sort_by_key(|agent| {
        (Reverse(agent.seen_at), agent.kind == AgentKind::Session, Reverse(agent.id))
    });
    Ok(board)
}

/// Sessions with a call that has no outcome yet, listings of ours apart. Few at any time, so all are looked at.
fn in_the_air(conn: &Connection) -> Result<HashSet<Uuid>> {
    let mut statement = conn.prepare_cached(
        "SELECT i.session FROM intents i JOIN journal j ON j.seq = i.seq WHERE j.tool <> ''",
    )?;
    let found = statement.query_map([], |row| row.get::<_, Option<[u8; 16]>>(0))?;
    let ids: Vec<_> = found.collect::<Either<_, _>>()?;
    Ok(ids.into_iter().flatten().map(Uuid::from_bytes).collect())
}

/// A session that serves an agent.
struct Open {
    id: SessionId,
    principal: Principal,
    since: Millis,
}

fn open_sessions(conn: &Connection, tenant: &Tenant) -> Result<Vec<Open>> {
    let mut statement = conn.prepare_cached(
        "SELECT id, principal, opened_at FROM sessions
         WHERE tenant = ?1 AND kind IN ('serve', 'wrap', 'http') AND principal LIKE 'agent:%'
         ORDER BY opened_at DESC LIMIT ?2",
    )?;
    let found = statement.query_map(params![tenant.as_str(), MOST_SHOWN], |row| {
        let id = rows::id(row, "id").map(SessionId);
        let read = |id| -> Result<Open> {
            let principal = rows::word(row, "principal", Principal::parse)?;
            Ok(Open { id, principal, since: rows::time(row, "opened_at")? })
        };
        Ok(id.and_then(read))
    })?;
    found.map(|row| row?).collect()
}

/// How a session fares, by what the store holds of it.
fn look_at(
    conn: &Connection,
    open: Open,
    in_the_air: &HashSet<Uuid>,
    paused: &[Option<String>],
    now: Millis,
) -> Result<BoardAgent> {
    let steps = steps(conn, open.id)?;
    // A session is opened before its client says who it is.
    let principal = steps.principal.unwrap_or(open.principal);
    let status = if waits(conn, open.id, now)? {
        AgentStatus::Blocked
    } else if in_the_air.contains(&open.id.0) {
        AgentStatus::Running
    } else {
        AgentStatus::Idle
    };
    let (last_action, last_action_at) = steps.action.unzip();
    Ok(BoardAgent {
        id: open.id.0,
        kind: AgentKind::Session,
        name: principal.name.clone(),
        status,
        paused: is_paused(paused, &principal),
        principal,
        seen_at: steps.seen_at.unwrap_or(open.since),
        last_action,
        last_action_at,
        last_score: steps.score.map(Score::get),
    })
}

fn waits(conn: &Connection, id: SessionId, now: Millis) -> Result<bool> {
    let found = conn
        .prepare_cached(WAITS)?
        .query_row(params![id.0.as_bytes(), now.0], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// What the newest rows of a session say of its agent.
#[derive(Default)]
struct Steps {
    principal: Option<Principal>,
    action: Option<(String, Millis)>,
    score: Option<Score>,
    seen_at: Option<Millis>,
}

fn steps(conn: &Connection, id: SessionId) -> Result<Steps> {
    let mut known = Steps::default();
    let mut statement = conn.prepare_cached(STEPS)?;
    let mut found = statement.query(params![id.0.as_bytes(), LOOK_BACK])?;
    while let Some(row) = found.next()? {
        let kind: String = rows::column(row, "type")?;
        let tool: String = rows::column::<Option<_>>(row, "tool")?.unwrap_or_default();
        // A listing names no tool and is ours: it says nothing of the agent.
        let asks = kind == "approval.asked" || kind == "approval.attached";
        let acts = !tool.is_empty() && (kind.starts_with("call.") || asks);
        if !acts && !kind.starts_with("agent.") {
            continue;
        }
        let at = rows::time(row, "ts")?;
        known.seen_at.get_or_insert(at);
        if known.principal.is_none() {
            known.principal = rows::maybe_word(row, "principal", Principal::parse)?;
        }
        if acts && known.action.is_none() {
            let upstream: Option<String> = rows::column(row, "upstream")?;
            known.action = Some((action(upstream.as_deref(), &tool), at));
        }
        if acts && known.score.is_none() {
            let verdict: Option<String> = rows::column(row, "verdict")?;
            known.score = verdict.as_deref().and_then(Score::of_verdict);
        }
        if known.principal.is_some() && known.action.is_some() && known.score.is_some() {
            break;
        }
    }
    Ok(known)
}

/// `server.tool`, and no more than an agent may say itself. Names of tools hold no colon; of a resource's URI only the
/// scheme is told: what else stands in it is for its reader, not for the board.
fn action(upstream: Option<&str>, tool: &str) -> String {
    let server = upstream.map(|name| format!("{name}.")).unwrap_or_default();
    let (name, rest) = tool.split_once(':').map_or((tool, ""), |(scheme, _)| (scheme, ":…"));
    let shown = format!("{server}{name}{rest}");
    shown.chars().take(AgentAction::LONGEST).collect()
}
