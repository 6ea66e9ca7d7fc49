//! Stops agents and lets them go on, for whoever proved that he may.

use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::http::StatusCode;

/// Characters of an agent's name, of which there is none longer.
const NAME_MAX: usize = 200;

/// The agent's name; `agent:` before it, as journals write it, is dropped. `None` is everybody.
///
/// # Errors
/// When it is no name.
pub(in crate::http) fn name(text: Option<&str>) -> Result<Option<String>, Refused> {
    let name = text.map(|text| text.strip_prefix("agent:").unwrap_or(text).to_owned());
    match name {
        Some(name) if name.is_empty() || name.chars().count() > NAME_MAX => {
            let what = "`agent` must be the name of an agent; left out, it is every agent";
            Err(Refused::wrong(what))
        }
        name => Ok(name),
    }
}

/// Stops one agent, or all of them. What runs already is not called back.
///
/// # Errors
/// [`Refused`]; nothing was stopped then.
pub(in crate::http) async fn pause(
    house: &House,
    who: &Who,
    agent: Option<&str>,
) -> Result<(), Refused> {
    let by = who.decides()?;
    house.store.pause(&house.tenant, agent, by.principal()).await?;
    house.sign_head().await;
    Ok(())
}

/// Lets one agent, or all of them, go on.
///
/// # Errors
/// [`Refused`], also when it was not paused.
pub(in crate::http) async fn unpause(
    house: &House,
    who: &Who,
    agent: Option<&str>,
) -> Result<(), Refused> {
    let by = who.decides()?;
    if !house.store.unpause(&house.tenant, agent, by.principal()).await? {
        let what = "that was not paused";
        return Err(Refused::new(StatusCode::CONFLICT, "not_paused", what));
    }
    house.sign_head().await;
    Ok(())
}
