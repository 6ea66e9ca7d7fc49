//! Stops agents and lets them go on, for whoever proved that he decides.
//!
//! As at the terminal, both want an admin: a pause holds up everybody's work, and its end loosens.

use crate::domain::agent::BoardAgent;
use crate::domain::principal::agent_named;
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::lease;
use axum::http::StatusCode;

/// Stops one agent by the name of its principal, or all. What runs already is not called back.
///
/// # Errors
/// [`Refused`]; nothing was stopped then.
pub(in crate::http) async fn pause(
    house: &House,
    who: &Who,
    agent: Option<&str>,
) -> Result<(), Refused> {
    let by = who.decides()?;
    house.store.pause(&house.tenant, named(agent)?.as_deref(), by.principal()).await?;
    house.sign_head().await;
    Ok(())
}

/// Lets one agent, or all, go on. Who was stopped by name stays so when all are let go.
///
/// # Errors
/// [`Refused`], also when it was not paused.
pub(in crate::http) async fn unpause(
    house: &House,
    who: &Who,
    agent: Option<&str>,
) -> Result<(), Refused> {
    let by = who.decides()?;
    if !house.store.unpause(&house.tenant, stands(agent).as_deref(), by.principal()).await? {
        let what = "it is not paused";
        return Err(Refused::new(StatusCode::CONFLICT, "not_paused", what)
            .help("whoever is paused by name goes on by name, and all by all"));
    }
    house.sign_head().await;
    Ok(())
}

/// Everybody on the board who is still there, whoever was heard of last first.
///
/// # Errors
/// Those of the store.
pub(in crate::http) async fn board(house: &House) -> Result<Vec<BoardAgent>, Refused> {
    let mut found = house.store.board(&house.tenant).await?;
    if house.store.is_durable() {
        found.retain(|agent| lease::is_here(&house.home, agent));
    }
    Ok(found)
}

/// Whom a pause names.
fn named(agent: Option<&str>) -> Result<Option<String>, Refused> {
    let Some(text) = agent else { return Ok(None) };
    agent_named(text).map(Some).ok_or_else(|| {
        Refused::wrong("it names no agent")
            .help("an agent is `USER/CLIENT`; `USER/*` is every client of one user; left out, it is everybody")
    })
}

/// The same of a pause that stands: one of what names no agent ends by those very words.
fn stands(agent: Option<&str>) -> Option<String> {
    agent.map(|text| agent_named(text).unwrap_or_else(|| text.to_owned()))
}
