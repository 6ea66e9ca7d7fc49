//! Whom people elsewhere are told through: added, switched, removed, tried. Addresses go in here and never come out.

use crate::config::receiver;
use crate::domain::notice::{DeliveryStatus, NoticeKind, TargetType};
use crate::http::House;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::notices::{Delivery, DeliveryFilter, NewTarget, TARGETS_MAX, Target};
use axum::http::StatusCode;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// How long the outcome of a test is waited for: an attempt takes 10 seconds at most, and is begun within 2.
const WAIT: Duration = Duration::from_secs(15);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(200);

/// A target as it is wished for.
pub(in crate::http) struct Wish {
    /// Its name.
    pub(in crate::http) name: String,
    /// How it is reached.
    pub(in crate::http) kind: TargetType,
    /// Where.
    pub(in crate::http) address: Zeroizing<String>,
    /// What it is told; `None` for everything.
    pub(in crate::http) events: Option<BTreeSet<NoticeKind>>,
}

/// Adds one.
///
/// # Errors
/// [`Refused`]; nothing was added then.
pub(in crate::http) async fn add(house: &House, who: &Who, wish: Wish) -> Result<Target, Refused> {
    let by = who.decides()?.principal().clone();
    let Wish { name, kind, address, events } = wish;
    if !receiver::target_name(&name) {
        return Err(Refused::wrong(
            "`name` must be 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit",
        ));
    }
    let notify = house.policy.in_force().await?.config.notify.clone();
    let shown = receiver::shown(&notify, kind, &address)
        .map_err(|why| Refused::wrong(why.to_string()).help("nothing was added"))?;
    if house.store.targets(&house.tenant).await?.len() >= TARGETS_MAX {
        let what = format!("there are {TARGETS_MAX} targets already");
        return Err(Refused::new(StatusCode::CONFLICT, "too_many", what).help("remove one first"));
    }
    let events = events.unwrap_or_else(|| NoticeKind::EVENTS.into());
    let tenant = house.tenant.clone();
    let target = NewTarget { tenant, name, kind, address, shown, events };
    let added = house.store.add_target(target, &by).await?;
    house.sign_head().await;
    added.ok_or_else(|| Refused::new(StatusCode::CONFLICT, "name_taken", "this name is taken"))
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
    let (target, seq) = put.ok_or_else(nobody)?;
    let until = Instant::now() + WAIT;
    loop {
        let filter = DeliveryFilter {
            target: Some(target),
            seq: Some(seq),
            ..DeliveryFilter::of(&house.tenant, 1)
        };
        let found = house.store.deliveries(filter).await?.into_iter().next();
        let found = found.ok_or_else(|| {
            let what = "so much waits for this target that no test was put";
            Refused::new(StatusCode::CONFLICT, "too_many", what)
        })?;
        if found.status != DeliveryStatus::Pending || Instant::now() >= until {
            return Ok(found);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The target of this name.
///
/// # Errors
/// When there is none.
pub(in crate::http) async fn named(house: &House, name: &str) -> Result<Target, Refused> {
    let targets = house.store.targets(&house.tenant).await?;
    targets.into_iter().find(|target| target.name == name).ok_or_else(nobody)
}

fn nobody() -> Refused {
    Refused::not_there("target")
}
