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
use crate::domain::violation::Violation;
use crate::gate::judge::Judged;
use crate::gate::{Gate, Refusal};
use std::collections::BTreeMap;

/// Why a call that nobody can price is refused, on record.
pub(in crate::gate) const UNPRICED: &str = "cost_unknown";

/// Nobody can say what a call costs, where budgets hold for it.
#[derive(Debug)]
pub(in crate::gate) struct Unpriced {
    why: CostUnknown,
    /// Their names.
    budgets: Vec<String>,
}

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
) -> Result<Vec<Reservation>, Unpriced> {
    // A tool that nobody lists is refused as that.
    let is_tool = parts.method == Method::ToolsCall && parts.definition != Digest::ZERO;
    if config.budgets.is_empty() || !is_tool {
        return Ok(Vec::new());
    }
    let costs = config.upstreams.get(&parts.upstream.name).map(|upstream| &upstream.costs);
    let Some(cost) = costs.and_then(|costs| cost_of(costs, &parts.tool, arguments)) else {
        return Ok(Vec::new());
    };
    let all = || config.budgets.keys().cloned().collect();
    let cost = cost.map_err(|why| Unpriced { why, budgets: all() })?;
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
            Err(Unpriced { why, budgets }) => {
                let objections = budgets.iter().map(|name| Violation::of_budget(name)).collect();
                let journal = &self.journal;
                let written =
                    journal.objected(&call, &ruling, correlation, UNPRICED, objections).await;
                Err(written.map_or_else(
                    |error| Refusal::store(&error),
                    |()| Refusal::unpriced(&call, &why),
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

/// A window as the configuration writes it; a day is `24h`.
fn span(millis: i64) -> String {
    let seconds = millis / 1_000;
    let unit = [(2 * 86_400, 86_400, "d"), (3_600, 3_600, "h"), (120, 60, "m")]
        .into_iter()
        .find(|(least, size, _)| seconds >= *least && seconds % size == 0);
    unit.map_or_else(
        || format!("{seconds}s"),
        |(_, size, name)| format!("{}{name}", seconds / size),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::call::UpstreamId;
    use crate::domain::id::SessionId;
    use crate::domain::json::{Limits, parse};
    use crate::domain::principal::{Principal, Role, Tenant};

    const COSTS: &str = "[upstream.x]\ncommand = \"x\"\n[upstream.x.cost]\npay = { pointer = \"/usd\" }\n\"*\" = 1\n";

    fn parts(method: Method, tool: &str) -> CallParts {
        CallParts {
            tenant: Tenant::default(),
            principal: Principal::new(Role::Agent, "ann/claude"),
            session: SessionId::new(),
            upstream: UpstreamId { name: "x".to_owned(), digest: Digest::ZERO },
            method,
            tool: tool.to_owned(),
            definition: Digest([1; 32]),
            arguments: None,
        }
    }

    #[test]
    fn a_call_takes_out_of_every_budget_under_the_key_of_its_scope() {
        let budgets = "[budget.a]\nlimit_usd = 1\n[budget.b]\nlimit_usd = 2\nscope = \"agent\"\nwindow = \"1h\"\n\
                       [budget.c]\nlimit_usd = 3\nscope = \"session\"\n[budget.d]\nlimit_usd = 4\nscope = \"upstream\"\n";
        let config = crate::config::parse(&format!("{COSTS}{budgets}"), "x".as_ref()).unwrap();
        let call = parts(Method::ToolsCall, "look");
        let session = call.session.to_string();
        let taken = spends(&config, &call, None).unwrap();
        let told: Vec<_> = taken
            .iter()
            .map(|r| {
                (
                    r.purse.budget.as_str(),
                    r.purse.key.as_str(),
                    r.purse.limit.0 / 1_000_000,
                    r.purse.window_ms,
                )
            })
            .collect();
        let (hour, day) = (3_600_000, 86_400_000);
        assert_eq!(
            told,
            [
                ("a", "", 1, day),
                ("b", "agent:ann/claude", 2, hour),
                ("c", session.as_str(), 3, day),
                ("d", "x", 4, day)
            ]
        );
        assert!(taken.iter().all(|r| r.cost == Usd(1_000_000)));
        let said = parse(r#"{"usd":0}"#, &Limits::ARGUMENTS).unwrap();
        let pay = parts(Method::ToolsCall, "pay");
        assert!(spends(&config, &pay, Some(&said)).unwrap().is_empty());
        assert!(spends(&config, &pay, None).is_err());
        // Nobody lists it, it is no tool, or its server is not configured: it is not sent, or costs nothing.
        let unlisted = CallParts { definition: Digest::ZERO, ..pay.clone() };
        let mut other = pay.clone();
        other.upstream.name = "y".to_owned();
        for free in [unlisted, parts(Method::ResourcesRead, "pay"), other] {
            assert!(spends(&config, &free, None).unwrap().is_empty());
        }
        let unlimited = crate::config::parse(COSTS, "x".as_ref()).unwrap();
        assert!(spends(&unlimited, &pay, None).unwrap().is_empty());
    }

    #[test]
    fn windows_are_told_as_they_are_written() {
        for (seconds, told) in [
            (1, "1s"),
            (60, "60s"),
            (120, "2m"),
            (3_600, "1h"),
            (86_400, "24h"),
            (172_800, "2d"),
            (3_661, "3661s"),
        ] {
            assert_eq!(span(seconds * 1_000), told);
        }
    }
}
