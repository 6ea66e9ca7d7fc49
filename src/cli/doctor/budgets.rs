//! What budgets have left. It only looks: whether a call fits is decided where it is let go.

use crate::app::App;
use crate::cli::doctor::check::Checks;
use crate::cli::doctor::{one_line, settings};
use crate::config::{Budget, BudgetScope};
use crate::domain::money::Usd;
use crate::domain::visible;

/// Keys of one budget that are shown, those with the least left.
const SHOWN: usize = 5;

/// One line a budget and key.
pub(crate) async fn look(app: &App, checks: &mut Checks) {
    for (name, budget) in &app.config.budgets {
        if let Err(error) = one(app, name, budget, checks).await {
            checks.error("budgets", one_line(error), "see the store");
        }
    }
}

async fn one(app: &App, name: &str, budget: &Budget, checks: &mut Checks) -> anyhow::Result<()> {
    let window = i64::try_from(budget.window.as_millis()).unwrap_or(i64::MAX);
    let mut found = app.store.spending(&app.tenant, name, window, SHOWN + 1).await?;
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    // Keys of another scope that the budget had before count for nothing.
    found.retain(|spent| spent.key.is_empty() == (budget.scope == BudgetScope::Tenant));
    let limit = format!("{} in {}", budget.limit, settings::span(budget.window));
    if found.is_empty() {
        checks.ok("budgets", format!("`{name}`: all of {limit} is left"));
    }
    for spent in found {
        let left = Usd(budget.limit.0.saturating_sub(spent.spent.0));
        let whose = match spent.key.as_str() {
            "" => String::new(),
            key => {
                let key = visible::shorten(&visible::inline(key), 80);
                format!(" for the {} `{key}`", budget.scope.as_str())
            }
        };
        let what = format!("`{name}`: {left} of {limit} is left{whose}");
        if left > Usd(0) {
            checks.ok("budgets", what);
        } else {
            checks.warn(
                "budgets",
                what,
                "its calls are refused until spending falls out of the window",
            );
        }
    }
    if more {
        checks.note("budgets", format!("`{name}`: and others that spent less"));
    }
    Ok(())
}
