//! What stands: the stance in words, rules and modules in tables, and a module with its text and its switch.

use crate::card::suggestion::seen;
use crate::domain::policy::ModuleStatus;
use crate::domain::ruling::{Tier, Verdict};
use crate::domain::visible;
use crate::gate::changes::{ModuleRow, RuleRow};
use crate::http::House;
use crate::http::act::policy::{self as act, Stands, Switched};
use crate::http::console::page::{Frame, show};
use crate::http::console::policy::{TAB, on_to};
use crate::http::fields::Posted;
use crate::http::refused::Refused;
use crate::http::who::Who;
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Characters of one text in a table.
const CELL: usize = 160;

pub(in crate::http::console::policy) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/policy", get(page))
        .route("/policy/modules/{name}", get(module))
        .route("/ui/policy/modules/{name}", post(switch))
}

struct RuleView {
    name: String,
    tool: String,
    conditions: String,
    effect: &'static str,
    score: String,
    reach: String,
    source: &'static str,
    version: String,
    by: String,
}

struct ModuleView {
    name: String,
    package: String,
    description: String,
    status: &'static str,
    scope: String,
    on_error: &'static str,
    source: &'static str,
    revision: String,
    by: String,
    /// What it may be switched to.
    turns: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "policy.html")]
struct Page {
    frame: Frame,
    notice: String,
    cases: Vec<(u8, &'static str, &'static str)>,
    enforcement: bool,
    four_eyes: bool,
    version: u64,
    policy_version: String,
    digest: String,
    waits: Vec<(String, String)>,
    problem: Option<String>,
    rules: Vec<RuleView>,
    modules: Vec<ModuleView>,
}

async fn page(State(house): State<Arc<House>>, who: Who) -> Result<Response, Refused> {
    who.operates()?;
    let stands = act::stands(&house).await?;
    let frame = Frame::of(&house, &who, TAB, "Policy").await?;
    let notice = stands.notice();
    let Stands { list, .. } = &stands;
    Ok(show(&Page {
        notice,
        cases: stands
            .when_nothing_matches
            .iter()
            .map(|case| (case.tier.get(), case.call, said(case.verdict)))
            .collect(),
        enforcement: stands.enforcement,
        four_eyes: stands.four_eyes,
        version: list.version,
        policy_version: list.policy_version.map(|n| n.to_string()).unwrap_or_default(),
        digest: stands.digest.clone(),
        waits: stands
            .configuration_waits
            .iter()
            .map(|change| (seen(&change.key, CELL), seen(&change.message, CELL)))
            .collect(),
        problem: stands.problem.as_deref().map(|problem| seen(problem, 400)),
        rules: list.rules.iter().map(rule).collect(),
        modules: list.modules.iter().map(of_module).collect(),
        frame,
    }))
}

fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "runs without a question",
        Verdict::Ask => "waits for a yes",
        Verdict::Deny => "is denied",
    }
}

fn rule(rule: &RuleRow) -> RuleView {
    let text = |text: &Option<String>| text.as_deref().map_or_else(String::new, |t| seen(t, CELL));
    let pattern = rule.pattern.as_deref().map(|pattern| format!("/{}/", seen(pattern, CELL)));
    let when = rule.when.as_ref().map(|when| seen(&Value::Object(when.clone()).to_string(), CELL));
    RuleView {
        name: rule.name.as_deref().map_or_else(
            || rule.id.map(|id| id.short()).unwrap_or_default(),
            |name| seen(name, CELL),
        ),
        tool: text(&rule.tool),
        conditions: [pattern, when].into_iter().flatten().collect::<Vec<_>>().join(" "),
        effect: rule.effect.as_str(),
        score: rule.score.map(|score| score.to_string()).unwrap_or_default(),
        reach: match (rule.effect, rule.allow_tier, rule.tier) {
            (Verdict::Allow, reach, _) => format!("up to {}", reach.unwrap_or(Tier::WRITE)),
            (_, _, Some(tier)) => format!("from {tier}"),
            _ => String::new(),
        },
        source: rule.source,
        version: rule.version.map(|version| version.to_string()).unwrap_or_default(),
        by: text(&rule.added_by),
    }
}

fn of_module(row: &ModuleRow) -> ModuleView {
    ModuleView {
        name: row.name.clone(),
        package: row.package.as_deref().map(|package| seen(package, CELL)).unwrap_or_default(),
        description: seen(&row.description, CELL),
        status: row.status,
        scope: match &row.scope_id {
            Some(id) => format!("{} {}", row.scope.as_str(), seen(id, 60)),
            None => row.scope.as_str().to_owned(),
        },
        on_error: row.on_error.as_str(),
        source: row.source,
        revision: row.revision.map(|revision| revision.to_string()).unwrap_or_default(),
        by: row.changed_by.as_deref().map(|by| seen(by, CELL)).unwrap_or_default(),
        turns: match (row.source, row.status) {
            ("configuration", _) => &[],
            (_, "active") => &["inactive"],
            _ => &["active"],
        },
    }
}

#[derive(Template)]
#[template(path = "policy_module.html")]
struct ModulePage {
    frame: Frame,
    module: ModuleView,
    digest: String,
    text: String,
}

async fn module(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
) -> Result<Response, Refused> {
    who.operates()?;
    let (row, text) = act::module(&house, &name).await?;
    let lines: Vec<String> = visible::block(&text).into_iter().map(|line| line.text).collect();
    Ok(show(&ModulePage {
        frame: Frame::of(&house, &who, TAB, format!("Module {}", row.name)).await?,
        module: of_module(&row),
        digest: row.digest.to_string(),
        text: lines.join("\n"),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    status: String,
    /// The version that the page showed.
    version: Option<u64>,
}

/// Makes the suggestion and leads to it: what it would do is shown there, and there it is applied.
async fn switch(
    State(house): State<Arc<House>>,
    who: Who,
    Path(name): Path<String>,
    Posted(posted): Posted<Switch>,
) -> Result<Response, Refused> {
    let wrong = || Refused::wrong("`status` is `active`, `inactive` or `draft`");
    let status = ModuleStatus::parse(&posted.status).ok_or_else(wrong)?;
    let to = (name.as_str(), status);
    match act::switch(&house, &who, to, posted.version, false, None).await? {
        Switched::Already(_) => Ok(on_to(TAB)),
        Switched::Suggested(of) | Switched::Now(of, _) => {
            Ok(on_to(&format!("/policy/suggestions/{}", of.approval.id)))
        }
    }
}
