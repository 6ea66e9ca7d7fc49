//! Adds and ends users, for whoever proved that he may.

use crate::approval::users::{self, Given, NewUser};
use crate::domain::principal::Role;
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use axum::http::StatusCode;

/// Adds one.
///
/// # Errors
/// [`Refused`]; nobody was added then.
pub(in crate::http) async fn add(
    house: &House,
    who: &Who,
    name: &str,
    role: Role,
    signs: bool,
) -> Result<Given, Refused> {
    let by = who.decides()?;
    if !users::is_name(name) {
        return Err(Refused::wrong(format!("`name` must be {}", users::NAMES)));
    }
    let new = NewUser { name: name.to_owned(), role, tenant: house.tenant.clone(), signs };
    let Some(given) = users::add(house.store.as_ref(), new, by.principal()).await? else {
        let what = format!("the name `{name}` is taken");
        return Err(Refused::new(StatusCode::CONFLICT, "name_taken", what)
            .help("take another one, or revoke that user first"));
    };
    house.sign_head().await;
    Ok(given)
}

/// Ends one.
///
/// # Errors
/// [`Refused`], also for users of other worlds.
pub(in crate::http) async fn revoke(house: &House, who: &Who, name: &str) -> Result<(), Refused> {
    let by = who.decides()?;
    if !users::revoke(house.store.as_ref(), &house.tenant, name, by.principal()).await? {
        return Err(Refused::not_there("user"));
    }
    house.sign_head().await;
    Ok(())
}
