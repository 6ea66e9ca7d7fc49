//! What judges: does it compile, is all of it switched on, and does an edit wait for a person.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::cli::doctor::one_line;
use crate::config::Remote;
use crate::domain::policy::OnError;
use crate::domain::visible;
use crate::gate::{Standing, answers, compiles, whereto};
use std::time::Duration;

/// As many of the keys that an edit loosens are named.
const NAMED: usize = 12;

/// Looks.
pub(crate) async fn look(app: &App, checks: &mut Checks) {
    match app.configured.look().await {
        Ok(look) => match &look.standing {
            Standing::Waits(changes) => {
                let named = changes.iter().take(NAMED);
                let named: Vec<String> = named.map(|c| visible::inline(&c.key).text).collect();
                let more = match changes.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let what = format!(
                    "an edit of the configuration is not in force, since it loosens `{}`{more}",
                    named.join("`, `")
                );
                checks.warn(
                    "policy",
                    what,
                    "`countersign policy accept` shows it and lets it count",
                );
            }
            Standing::Gone => checks.error(
                "policy",
                "the configuration is gone or empty; what was accepted before is in force",
                "put the file back; `countersign policy accept` goes on without it",
            ),
            Standing::Wrong(error) => checks.error(
                "policy",
                one_line(error.clone()),
                "mend the file; nothing starts until it is right",
            ),
            Standing::First => checks.note(
                "policy",
                "no configuration was accepted yet: the first server that starts takes this one",
            ),
            Standing::Same | Standing::Counts => {}
        },
        Err(error) => {
            checks.error("policy", one_line(error), "nothing starts until this is mended")
        }
    }
    if !app.config.governance.enforcement {
        let by = match app.configured.overrides().enforcement {
            Some(_) => "`POLICY_ENFORCEMENT_ENABLED` in the environment",
            None => "`policy.enforcement` in the configuration",
        };
        checks.warn(
            "policy",
            match app.config.governance.remote {
                Some(_) => format!("modules and the policy server are switched off by {by}"),
                None => format!("modules are switched off by {by}"),
            },
            "kernel, rules and stance still judge; take it away to switch modules on",
        );
    }
    if let Some(remote) = &app.config.governance.remote {
        elsewhere(remote, checks).await;
    }
    match app.store.stored_policy(&app.tenant).await {
        Ok(stored) => match compiles(&app.config, &stored) {
            Ok(()) => checks.ok(
                "policy",
                format!(
                    "compiles: {} rules, {} modules",
                    app.config.rules.len() + stored.rules.len(),
                    app.config.modules.len() + stored.modules.len()
                ),
            ),
            Err(error) => checks.error(
                "policy",
                one_line(error),
                "nothing starts with it; what is served asks before everything but reads (`policy.unusable`)",
            ),
        },
        Err(error) => checks.error("policy", one_line(error), "see the store"),
    }
}

/// The policy server that every call is told to: does it answer, and who can read along.
async fn elsewhere(remote: &Remote, checks: &mut Checks) {
    let (place, open) = whereto(remote);
    let place = visible::inline(&place).text;
    if open {
        checks.warn(
            "policy",
            format!("what calls say goes to another machine in the clear: {place}"),
            "write `https://` in `policy.remote.url`, or let the server listen on this machine",
        );
    }
    match (answers(remote, Duration::from_secs(1)).await, remote.on_error) {
        (Ok(()), _) => checks.ok("policy", format!("the policy server answers: {place}")),
        (Err(error), OnError::Allow) => checks.warn(
            "policy",
            format!("the policy server does not answer (`{error}`) and has no say: {place}"),
            "start it; `on_error = \"deny\"` lets nothing through while it does not answer",
        ),
        (Err(error), OnError::Deny) => checks.error(
            "policy",
            format!("the policy server does not answer (`{error}`), so calls are denied: {place}"),
            "start it, or change `policy.remote`",
        ),
    }
}
