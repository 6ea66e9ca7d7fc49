//! What a call takes out of which budgets, and what an agent is told when it does not fit.
//!
//! Here it is only put together. Whether it fits is decided by the store, in the transaction that lets the call go.

use crate::config::{Budget, BudgetScope, Config, CostUnknown, cost_of};
use crate::domain::call::{Call, CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::id::CorrelationId;
use crate::domain::json::Node;
use crate::domain::money::{OverBudget, Purse, Reservation, Usd};
use crate::domain::ruling::{Ruling, Verdict};
use crate::gate::judge::Judged;
use crate::gate::{Gate, Refusal};
use std::collections::BTreeMap;

/// Why a call that nobody can price is refused, on record.
pub(in crate::gate) const UNPRICED: &str = "cost_unknown";

/// The budgets as they hold for this call: all of them, each under the key that its scope names.
pub(in crate::gate) fn purses(budgets: &BTreeMap<String, Budget>, parts: &CallParts) -> Vec<Purse> {
    let purse = |(name, budget): (&String, &Budget)| Purse {
        budget: name.clone(),
        key: match budget.scope {
            BudgetScope::Tenant => String::new(),
            BudgetScope::Agent => parts.principal.to_string(),
            BudgetScope::Session => parts.session.to_string(),
            BudgetScope::Upstream => parts.upstream.name.clone(),
        },
        limit: budget.limit,
        window_ms: i64::try_from(budget.window.as_millis()).unwrap_or(i64::MAX),
    };
    budgets.iter().map(purse).collect()
}

/// What a call takes out of which. Only tools cost anything, and only where a budget is declared.
pub(in crate::gate) fn spends(
    config: &Config,
    parts: &CallParts,
    arguments: Option<&Node<'_>>,
) -> Result<Vec<Reservation>, CostUnknown> {
    // A tool that nobody lists is refused as that.
    let is_tool = parts.method == Method::ToolsCall && parts.definition != Digest::ZERO;
    if config.budgets.is_empty() || !is_tool {
        return Ok(Vec::new());
    }
    let costs = config.upstreams.get(&parts.upstream.name).map(|upstream| &upstream.costs);
    let Some(cost) = costs.and_then(|costs| cost_of(costs, &parts.tool, arguments)) else {
        return Ok(Vec::new());
    };
    let cost = cost?;
    if cost == Usd(0) {
        return Ok(Vec::new());
    }
    let purses = purses(&config.budgets, parts).into_iter();
    Ok(purses.map(|purse| Reservation { purse, cost }).collect())
}

impl Gate {
    /// What was judged, with what it takes out of which budgets. One that does not say what it costs, where a budget
    /// holds, is refused on record: what cannot be shown to fit does not fit. What is denied costs nothing.
    pub(in crate::gate) async fn priced(
        &self,
        judged: Result<Judged, Refusal>,
        correlation: CorrelationId,
    ) -> Result<(Call, Ruling, Vec<Reservation>), Refusal> {
        let Judged { call, ruling, spends } = judged?;
        match spends {
            Ok(spends) => Ok((call, ruling, spends)),
            Err(_) if ruling.verdict == Verdict::Deny => Ok((call, ruling, Vec::new())),
            Err(unknown) => {
                let written = self.journal.refused(&call, &ruling, correlation, UNPRICED).await;
                Err(written.map_or_else(
                    |error| Refusal::store(&error),
                    |()| Refusal::unpriced(&call, &unknown),
                ))
            }
        }
    }
}

impl Refusal {
    /// Nobody can say what the call costs.
    fn unpriced(call: &Call, unknown: &CostUnknown) -> Self {
        Self::of_call(
            UNPRICED,
            format!(
                "NOT EXECUTED. There is a budget, and nobody can tell whether `{}` fits into it: {unknown}. Nothing was \
                 changed.",
                call.name()
            ),
        )
    }

    /// A budget has not enough left.
    pub(in crate::gate) fn over_budget(over: &OverBudget) -> Self {
        let OverBudget { budget, limit, window_ms, left, cost, fits_at } = over;
        let when = match fits_at {
            Some(at) => {
                format!("It fits from {} on, if nothing more is spent until then", at.rfc3339())
            }
            None if cost > limit => {
                "It costs more than the whole budget, so it will never fit".to_owned()
            }
            None => "Nobody can say yet when it will fit".to_owned(),
        };
        Self::of_call(
            "budget_exceeded",
            format!(
                "NOT EXECUTED. The budget `{budget}` is {limit} in {}; {left} is left, and this call costs {cost}. \
                 Nothing was sent, nothing was changed, and a yes to it is not used up. {when}. Do not split the call or \
                 look for a cheaper way to the same effect; tell the user, who can change the budget.",
                span(*window_ms)
            ),
        )
    }

    fn of_call(code: &'static str, text: String) -> Self {
        Self { code, text, protocol: false, leaves: false, approval: None, of: None }
    }
}

/// A window as the configuration writes it.
fn span(millis: i64) -> String {
    let seconds = millis / 1_000;
    match seconds {
        _ if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        _ if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        _ if seconds % 60 == 0 => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}
