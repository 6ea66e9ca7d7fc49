//! Whom people elsewhere are told through: added, switched, removed, tried. Addresses go in here and never come out.

pub(in crate::http) use crate::approval::targets::Wish;
use crate::approval::targets::{self, NotAdded};
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::notices::{Delivery, Target};
use axum::http::StatusCode;

/// Adds one.
///
/// # Errors
/// [`Refused`]; nothing was added then.
pub(in crate::http) async fn add(house: &House, who: &Who, wish: Wish) -> Result<Target, Refused> {
    let by = who.decides()?.principal().clone();
    let notify = house.policy.in_force().await?.config.notify.clone();
    let added = match targets::fit(&notify, &house.tenant, wish) {
        Ok(target) => targets::add(house.store.as_ref(), target, &by).await,
        Err(why) => Err(why),
    };
    house.sign_head().await;
    added.map_err(refused)
}

fn refused(why: NotAdded) -> Refused {
    let what = why.to_string();
    match why {
        NotAdded::Name => Refused::wrong(
            "`name` must be 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit",
        ),
        NotAdded::Unfit(_) => Refused::wrong(what).help("nothing was added"),
        NotAdded::TooMany => {
            Refused::new(StatusCode::CONFLICT, "too_many", what).help("remove one first")
        }
        NotAdded::Taken => Refused::new(StatusCode::CONFLICT, "name_taken", what),
        NotAdded::Store(error) => error.into(),
    }
}

/// Switches one on or off.
///
/// # Errors
/// [`Refused`]
pub(in crate::http) async fn switch(
    house: &House,
    who: &Who,
    name: &str,
    enabled: bool,
) -> Result<Target, Refused> {
    let by = who.decides()?.principal();
    let switched = house.store.switch_target(&house.tenant, name, enabled, by).await?;
    house.sign_head().await;
    switched.ok_or_else(nobody)
}

/// Removes one, and its address.
///
/// # Errors
/// [`Refused`]
pub(in crate::http) async fn remove(house: &House, who: &Who, name: &str) -> Result<(), Refused> {
    let by = who.decides()?.principal();
    let removed = house.store.remove_target(&house.tenant, name, by).await?;
    house.sign_head().await;
    if removed { Ok(()) } else { Err(nobody()) }
}

/// Sends a test to one, and waits a little for how it ends.
///
/// # Errors
/// [`Refused`]; that it did not arrive is none.
pub(in crate::http) async fn test(
    house: &House,
    who: &Who,
    name: &str,
) -> Result<Delivery, Refused> {
    let by = who.decides()?.principal();
    let put = house.store.put_test(&house.tenant, name, by).await?;
    let put = put.ok_or_else(nobody)?;
    targets::tested(house.store.as_ref(), &house.tenant, put).await?.ok_or_else(|| {
        let what = "so much waits for this target that no test was put";
        Refused::new(StatusCode::CONFLICT, "too_many", what)
    })
}

/// The target of this name.
///
/// # Errors
/// When there is none.
pub(in crate::http) async fn named(house: &House, name: &str) -> Result<Target, Refused> {
    let found = house.store.targets(&house.tenant).await?;
    found.into_iter().find(|target| target.name == name).ok_or_else(nobody)
}

fn nobody() -> Refused {
    Refused::not_there("target")
}
