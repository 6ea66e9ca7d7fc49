//! Logins to the console: opened with a proof, counting only while that proof would still be taken, at the console where they
//! were opened. Whoever listens at its address later is shown both halves by the browser, so they must be worth nothing then.

use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::principal::{Principal, Proof, Role, Tenant};
use crate::domain::time::{DAY, MINUTE, Millis};
use crate::store::StoreError;
use crate::store::doors::{Login, NewLogin};
use crate::store::sqlite::chain::{Tx, body};
use crate::store::sqlite::doors::links;
use crate::store::sqlite::{people, rows};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

/// How often at most it is written that a login was used.
pub(crate) const TOUCH: i64 = MINUTE;
/// How many of one principal are open at once at most.
pub(crate) const OPEN_MOST: i64 = 20;
/// How long logins and links are kept after their end.
pub(crate) const KEPT: i64 = DAY;

/// The user of this token, if he may log in to this world: agents may not.
pub(crate) fn holder(
    conn: &Connection,
    tenant: &Tenant,
    token: Digest,
) -> Result<Option<Principal>, StoreError> {
    let user = people::by_token(conn, token)?;
    Ok(user
        .filter(|user| user.tenant == *tenant && user.role != Role::Agent)
        .map(|user| Principal::new(user.role, user.name)))
}

/// Opens one for the user of a token.
pub(crate) fn open_by_token(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    token: Digest,
    login: &NewLogin,
) -> Result<Option<Login>, StoreError> {
    let Some(principal) = holder(tx.conn, tenant, token)? else { return Ok(None) };
    open(tx, tenant, principal, Proof::ApiToken, Some(token), login).map(Some)
}

/// Opens one: whoever calls has seen the proof.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    principal: Principal,
    proof: Proof,
    token: Option<Digest>,
    login: &NewLogin,
) -> Result<Login, StoreError> {
    let now = tx.now_to_decide()?;
    let until = now.plus(login.life);
    tx.conn.prepare_cached("DELETE FROM logins WHERE until < ?1")?.execute([now.plus(-KEPT).0])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO logins (cookie, key, tenant, lease, principal, token, opened_at, seen_at, until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
        )?
        .execute(params![
            login.cookie.0,
            login.key.0,
            tenant.as_str(),
            login.lease,
            principal.to_string(),
            token.map(|token| token.0),
            now.0,
            until.0,
        ])?;
    let oldest = "cookie IN (SELECT cookie FROM logins WHERE tenant = ?1 AND principal = ?2
                             ORDER BY opened_at DESC, rowid DESC LIMIT -1 OFFSET ?3)";
    let whose = params![tenant.as_str(), principal.to_string(), OPEN_MOST];
    end(tx, oldest, whose, &json!({ "why": "too_many" }))?;
    let mut row = row(EntryType::ConsoleOpened, tenant, &principal);
    row.body = body(&json!({ "proof": proof.as_str(), "until": until.rfc3339() }));
    tx.append(&row)?;
    let (cookie, key, tenant) = (login.cookie, login.key, tenant.clone());
    Ok(Login { cookie, key, tenant, principal, token, until })
}

/// One that counts at `now` at the console of this lease, and when it was last written that it was used.
pub(crate) fn find(
    conn: &Connection,
    tenant: &Tenant,
    cookie: Digest,
    lease: &str,
    now: Millis,
    idle: i64,
) -> Result<Option<(Login, Millis)>, StoreError> {
    let found = conn
        .prepare_cached(
            "SELECT * FROM logins WHERE cookie = ?1 AND tenant = ?2 AND lease = ?5 AND until > ?3
                 AND seen_at > ?4",
        )?
        .query_row(params![cookie.0, tenant.as_str(), now.0, now.plus(-idle).0, lease], |row| {
            Ok(login(row))
        })
        .optional()?
        .transpose()?;
    let Some((login, seen)) = found else { return Ok(None) };
    if let Some(token) = login.token
        && holder(conn, tenant, token)?.as_ref() != Some(&login.principal)
    {
        return Ok(None);
    }
    Ok(Some((login, seen)))
}

/// It was used.
pub(crate) fn touch(tx: &mut Tx<'_>, cookie: Digest) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE logins SET seen_at = ?2 WHERE cookie = ?1 AND seen_at < ?2")?
        .execute(params![cookie.0, tx.now().0])?;
    Ok(())
}

/// Ends one.
pub(crate) fn close(tx: &mut Tx<'_>, tenant: &Tenant, cookie: Digest) -> Result<(), StoreError> {
    let which = "cookie = ?1 AND tenant = ?2";
    end(tx, which, params![cookie.0, tenant.as_str()], &json!({ "why": "logged_out" })).map(drop)
}

/// Ends those of a console that has ended.
pub(crate) fn close_of(tx: &mut Tx<'_>, lease: &str) -> Result<(), StoreError> {
    end(tx, "lease = ?1", [lease], &json!({ "why": "console_ended" })).map(drop)
}

/// Ends all of a world.
pub(crate) fn close_all(
    tx: &mut Tx<'_>,
    tenant: &Tenant,
    by: &Principal,
) -> Result<usize, StoreError> {
    links::void(tx, tenant, None)?;
    let why = json!({ "why": "all_logged_out", "by": by.to_string() });
    end(tx, "tenant = ?1", [tenant.as_str()], &why)
}

/// Ends those under the name of a user who was revoked, also those that a person of this name opened at a terminal.
pub(crate) fn close_named(tx: &mut Tx<'_>, tenant: &Tenant, name: &str) -> Result<(), StoreError> {
    let names = [Role::Agent, Role::Operator, Role::Admin]
        .map(|role| Principal::new(role, name).to_string());
    links::void(tx, tenant, Some(&names))?;
    let [a, b, c] = names;
    let whose = params![tenant.as_str(), a, b, c];
    let why = json!({ "why": "user_revoked" });
    end(tx, "tenant = ?1 AND principal IN (?2, ?3, ?4)", whose, &why).map(drop)
}

/// Ends those that `which` picks: a row of the journal each. How many they were.
fn end(
    tx: &mut Tx<'_>,
    which: &str,
    values: impl rusqlite::Params,
    why: &Value,
) -> Result<usize, StoreError> {
    let ended: Vec<(Tenant, Principal)> = {
        let sql = format!("DELETE FROM logins WHERE {which} RETURNING tenant, principal");
        let mut statement = tx.conn.prepare_cached(&sql)?;
        let whose = |row: &rusqlite::Row<'_>| {
            let principal = rows::word(row, "principal", Principal::parse)?;
            Ok((rows::word(row, "tenant", Tenant::new)?, principal))
        };
        let found = statement.query_map(values, |row| Ok(whose(row)))?;
        found.map(|row| row?).collect::<Result<_, StoreError>>()?
    };
    for (tenant, principal) in &ended {
        let mut row = row(EntryType::ConsoleClosed, tenant, principal);
        row.body = body(why);
        tx.append(&row)?;
    }
    if !ended.is_empty() {
        tx.stir();
    }
    Ok(ended.len())
}

fn row(kind: EntryType, tenant: &Tenant, principal: &Principal) -> Draft {
    Draft { principal: Some(principal.clone()), ..Draft::new(kind, tenant) }
}

fn login(row: &rusqlite::Row<'_>) -> Result<(Login, Millis), StoreError> {
    let login = Login {
        cookie: rows::digest(row, "cookie")?,
        key: rows::digest(row, "key")?,
        tenant: rows::word(row, "tenant", Tenant::new)?,
        principal: rows::word(row, "principal", Principal::parse)?,
        token: rows::column::<Option<[u8; 32]>>(row, "token")?.map(Digest),
        until: rows::time(row, "until")?,
    };
    Ok((login, rows::time(row, "seen_at")?))
}
