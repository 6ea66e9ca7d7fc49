//! A change is suggested: a diff as written, a module switched, a version taken back; and texts tried before that.

use crate::config::Config;
use crate::domain::approval::State;
use crate::domain::id::SessionId;
use crate::domain::policy::{ModuleStatus, PolicyVersion};
use crate::gate::changes::{Hand, ModuleRow, Office, Proposer};
use crate::gate::tested::{self, TEXT_MAX, TestInput, Tested};
use crate::gate::{Found, look_over};
use crate::http::House;
use crate::http::act::policy::{not_done, too_long};
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::policy::module::name_of;
use crate::store::policies::{NotApplied, Suggestion};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// Where this house makes changes; `config` is what is in force.
pub(in crate::http) async fn open<'a>(
    house: &'a House,
    config: &'a Config,
) -> Result<Office<'a>, Refused> {
    Ok(Office::open(&house.desk, &house.tenant, config).await?)
}

/// Whoever asks as one who proposes.
fn proposer<'a>(who: &'a Who, comment: Option<&'a str>) -> Proposer<'a> {
    Proposer { principal: who.principal(), session: SessionId::new(), comment }
}

/// Makes a suggestion of a diff as it was written. The same one, open already, is not made twice.
///
/// # Errors
/// [`Refused`]; nobody is asked then.
pub(in crate::http) async fn suggest(
    house: &House,
    who: &Who,
    diff: &[u8],
    comment: Option<&str>,
) -> Result<Suggestion, Refused> {
    who.operates()?;
    let in_force = house.policy.in_force().await?;
    let office = open(house, &in_force.config).await?;
    let by = proposer(who, comment);
    let draft = office.draft(by, diff).await?;
    Ok(office.propose_once(by, draft).await?.0)
}

/// Makes a suggestion that takes a version back.
///
/// # Errors
/// [`Refused`]; nobody is asked then.
pub(in crate::http) async fn roll_back(
    house: &House,
    who: &Who,
    version: u64,
    comment: Option<&str>,
) -> Result<Suggestion, Refused> {
    who.operates()?;
    let in_force = house.policy.in_force().await?;
    let office = open(house, &in_force.config).await?;
    Ok(office.suggest_rollback(proposer(who, comment), version).await?.0)
}

/// What came of switching a module.
#[derive(Debug)]
pub(in crate::http) enum Switched {
    /// It was so already.
    Already(Box<ModuleRow>),
    /// It is so now.
    Now(Box<Suggestion>, Box<PolicyVersion>),
    /// It is suggested, and somebody decides.
    Suggested(Box<Suggestion>),
}

/// Switches a module: an admin's own word applies it where `at_once`, everybody else's is a suggestion. `base` is the
/// version that whoever asks looked at.
///
/// # Errors
/// [`Refused`]; nothing changed then.
pub(in crate::http) async fn switch(
    house: &House,
    who: &Who,
    (name, status): (&str, ModuleStatus),
    base: Option<u64>,
    at_once: bool,
    comment: Option<&str>,
) -> Result<Switched, Refused> {
    who.operates()?;
    let in_force = house.policy.in_force().await?;
    let office = open(house, &in_force.config).await?;
    let rows = office.listing(false, true, None).modules;
    let row = rows.into_iter().find(|row| row.name == name);
    let row = row.ok_or_else(|| Refused::not_there("module"))?;
    if let Some(base) = base.filter(|base| *base != office.stored().version) {
        return Err(not_done(&NotApplied::StaleBase(office.stored().version))
            .help(format!("you looked at version {base}: look again")));
    }
    if row.source == "configuration" {
        let what = "it stands in a file beside the configuration and is changed there";
        return Err(Refused::new(StatusCode::CONFLICT, "of_configuration", what));
    }
    if row.source == "store" && row.status == status.as_str() {
        return Ok(Switched::Already(Box::new(row)));
    }
    let change = json!({ "name": name, "status": status });
    let diff = json!({ "add": [], "remove": [], "modules": [change], "meta": {} }).to_string();
    let by = proposer(who, comment);
    let draft = office.draft(by, diff.as_bytes()).await?;
    let (suggested, new) = office.propose_once(by, draft).await?;
    let Some(approver) = who.decides().ok().filter(|_| at_once) else {
        return Ok(Switched::Suggested(Box::new(suggested)));
    };
    match office.apply(&suggested, Hand::Admin(approver), comment).await? {
        Ok(version) => {
            house.sign_head().await;
            Ok(Switched::Now(Box::new(suggested), Box::new(version)))
        }
        Err(NotApplied::State(State::Pending)) if suggested.approval.quorum.required > 1 => {
            house.sign_head().await;
            Ok(Switched::Suggested(Box::new(suggested)))
        }
        Err(why) => {
            if new {
                // It was put only to be answered here.
                let reason = Some("it was not applied".to_owned());
                let id = suggested.approval.id;
                let ended = house.store.cancel(&house.tenant, id, who.principal(), reason).await?;
                drop(ended);
            }
            Err(not_done(&why))
        }
    }
}

/// Looks a text over that stands nowhere; nothing is stored.
///
/// # Errors
/// When it is longer than any module.
pub(in crate::http) async fn check(
    house: &House,
    who: &Who,
    text: &str,
) -> Result<Vec<Found>, Refused> {
    who.operates()?;
    if text.len() > TEXT_MAX {
        return Err(too_long());
    }
    let in_force = house.policy.in_force().await?;
    let name = name_of(text).unwrap_or("unnamed");
    let config = &in_force.config.governance.config;
    Ok(look_over(name, &format!("{name}.rego"), text, config).await)
}

/// Judges inputs by a text that stands nowhere.
///
/// # Errors
/// [`Refused`]; a text that cannot judge is no error but an answer.
pub(in crate::http) async fn test(
    who: &Who,
    text: String,
    inputs: Vec<TestInput>,
    config: Map<String, Value>,
) -> Result<Tested, Refused> {
    who.operates()?;
    Ok(tested::test(text, inputs, config).await?)
}
