//! `policy suggest`: learns proposals from history and writes them as a change that somebody may propose.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::domain::approval::{Approval, State, Subject};
use crate::domain::entry::Entry;
use crate::domain::id::ApprovalId;
use crate::domain::policy::PolicyDiff;
use crate::domain::ruling::Verdict;
use crate::domain::violation::Label;
use crate::domain::visible;
use crate::policy::learn::{
    Asked, Learned, MODEL_VERSION, Sample, patterns, raises, telemetry, terms,
};
use crate::store::ApprovalFilter;
use crate::store::decisions::{Decided, DecisionFilter};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::path::PathBuf;

/// Questions of the past that are looked at.
const QUESTIONS: usize = 100_000;
/// Labelled calls, at least: fewer teach nothing.
const LEAST: usize = 10;
/// Answered questions, at least, for patterns that save some.
const LEAST_ASKED: usize = 5;
/// Characters of a rule in the list.
const SHOWN: usize = 70;

/// Options of `policy suggest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Learns from answered questions, from labels (`countersign audit label`), and from a
CSV of telemetry. A fifth of the history is held back, and the numbers say how each
proposal did there. Denials and higher tiers, or with --allow patterns that would
have saved questions: never beyond tier 2, never for what can run anything. Nothing
is proposed or applied by this command; it writes a file.

Examples:
  countersign policy suggest
  countersign policy suggest --csv telemetry.csv --out diff.json
  countersign policy suggest --allow --out allow.json
  countersign policy propose diff.json
  countersign policy suggest --csv telemetry.csv --out - | countersign policy propose -")]
pub(crate) struct Args {
    /// Learn from this file too.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the change here; `-` writes it to stdout, and nothing else.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// At most so many proposals of a kind.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    top: u16,
    /// Patterns that would have saved questions, instead of denials and tiers.
    #[arg(long)]
    allow: bool,
    /// One JSON object: {"diff": {...}, "proposals": [...], "history": {...}}.
    #[arg(long)]
    json: bool,
}

/// Learns and writes.
///
/// # Errors
/// When a file cannot be read or written, or there is too little to learn from.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    Caller::of(app, "policy suggest").await?.may_read(app)?;
    let filter = ApprovalFilter {
        tenant: app.tenant.clone(),
        states: Vec::new(),
        principal: None,
        limit: QUESTIONS,
    };
    let mut asked = app.store.approvals(filter).await?;
    // Oldest first, as it happened.
    asked.reverse();
    asked.retain(|approval| approval.subject == Subject::Call);
    let mut history = labelled(app).await?;
    for approval in &asked {
        match sample(approval, &history.of_questions) {
            Some(sample) => history.samples.push(sample),
            None => history.unknown += 1,
        }
    }
    if let Some(path) = &args.csv {
        let text =
            std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let read =
            telemetry(&text).with_context(|| format!("`{}` is no telemetry", path.display()))?;
        history.unknown += read.unknown;
        history.samples.extend(read.samples);
    }
    let History { samples, unknown, .. } = history;
    let top = usize::from(args.top);
    let (proposals, features) = if args.allow {
        let answered: Vec<Asked> = asked.iter().filter_map(answered).collect();
        if answered.len() < LEAST_ASKED {
            return Err(too_little(answered.len(), "answered questions", LEAST_ASKED)
                .help(
                    "patterns are learned from questions that people answered; answer more of them",
                )
                .into());
        }
        (patterns(&answered, top), answered.len())
    } else {
        if samples.len() < LEAST {
            return Err(too_little(samples.len(), "calls that something is known of", LEAST)
                .help(
                    "label calls with `countersign audit label`, or name a telemetry with `--csv`",
                )
                .into());
        }
        let (mut all, features) = terms(&samples, top);
        all.extend(raises(&samples, top));
        (all, features)
    };
    let now = app.store.now().await?.rfc3339();
    let diff = diff(&proposals, features, &now, args.allow);
    let to_stdout = args.out.as_ref().is_some_and(|path| path.as_os_str() == "-");
    if let Some(path) = args.out.as_ref().filter(|_| !to_stdout) {
        let text = serde_json::to_string_pretty(&diff)?;
        std::fs::write(path, text + "\n")
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    if to_stdout {
        output::json(&diff)?;
    } else if args.json {
        output::json(&json!({
            "diff": diff,
            "proposals": proposals,
            "history": { "labelled": samples.len(), "unknown": unknown, "features": features },
        }))?;
    } else {
        let learned_from = if args.allow {
            format!("{features} answered questions")
        } else {
            format!("{} labelled calls, {unknown} that say nothing", samples.len())
        };
        tell(&proposals, &learned_from)?;
        if let Some(path) = &args.out {
            output::note(format!(
                "written to `{}`; propose it with `countersign policy propose`",
                path.display()
            ));
        }
    }
    Ok(Code::Ok)
}

fn too_little(found: usize, what: &str, least: usize) -> Stop {
    let what = format!("{what}: {found}; fewer than {least} teach nothing");
    Stop::new(Code::Failure, what)
}

/// What is known of the past.
#[derive(Default)]
struct History {
    /// What people said afterwards of calls that had been asked about.
    of_questions: HashMap<ApprovalId, Label>,
    /// What is learned from.
    samples: Vec<Sample>,
    /// Calls that say nothing.
    unknown: usize,
}

/// What people said afterwards: of questions by their ids, of other calls as what they teach.
async fn labelled(app: &App) -> Result<History> {
    let mut filter = DecisionFilter::of(&app.tenant);
    let mut history = History::default();
    loop {
        let page = app.store.decisions(filter.clone()).await?;
        for Decided { entry, label, .. } in page.rows {
            let Some(label) = label else { continue };
            match entry.filed.approval.as_deref().and_then(ApprovalId::parse) {
                Some(id) => drop(history.of_questions.insert(id, label)),
                None => match of_call(&entry, label) {
                    Some(sample) => history.samples.push(sample),
                    None => history.unknown += 1,
                },
            }
        }
        if page.to >= page.end {
            return Ok(history);
        }
        filter.after = page.to;
    }
}

fn of_call(entry: &Entry, label: Label) -> Option<Sample> {
    if label == Label::Unknown {
        return None;
    }
    let body: Value = serde_json::from_slice(entry.body.as_deref()?).ok()?;
    let meta: Value = serde_json::from_str(entry.meta.as_deref()?).ok()?;
    let (server, tool) = (meta.get("upstream")?.as_str()?, entry.filed.tool.as_deref()?);
    let mut text = String::new();
    texts(body.get("arguments")?, &mut text);
    Some(Sample { tool: format!("{server}__{tool}"), text, label })
}

/// Every text in a value.
fn texts(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => {
            out.push_str(text);
            out.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(members) => members.values().for_each(|member| texts(member, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a question of the past teaches: what was said of it afterwards counts more than the answer.
fn sample(approval: &Approval, labels: &HashMap<ApprovalId, Label>) -> Option<Sample> {
    let label = match labels.get(&approval.id) {
        Some(Label::Unknown) => return None,
        Some(label) => *label,
        None => match approval.state {
            State::Approved | State::Consumed => Label::Safe,
            State::Denied => Label::Unsafe,
            State::Pending | State::Expired | State::Cancelled => return None,
        },
    };
    let arguments = approval.arguments.as_ref()?;
    let mut text = String::new();
    arguments.node().ok()?.walk_strings(&mut |_, one| {
        text.push_str(one);
        text.push('\n');
    });
    Some(Sample { tool: format!("{}__{}", approval.upstream, approval.tool), text, label })
}

fn answered(approval: &Approval) -> Option<Asked> {
    let approved = match approval.state {
        State::Approved | State::Consumed => true,
        State::Denied => false,
        State::Pending | State::Expired | State::Cancelled => return None,
    };
    Some(Asked {
        tool: format!("{}__{}", approval.upstream, approval.tool),
        arguments: approval.arguments.clone(),
        tier: approval.ruling.tier,
        effect: approval.ruling.effect,
        approved,
    })
}

fn diff(proposals: &[Learned], features: usize, now: &str, allow: bool) -> PolicyDiff {
    let mut meta = Map::new();
    meta.insert("proposed_by".to_owned(), json!("countersign policy suggest"));
    if !allow {
        // Whatever names a model may only add denials and questions.
        meta.insert("model_version".to_owned(), json!(MODEL_VERSION));
    }
    meta.insert("generated_at".to_owned(), json!(now));
    meta.insert("total_features_analyzed".to_owned(), json!(features));
    meta.insert("suggestions_count".to_owned(), json!(proposals.len()));
    PolicyDiff {
        add: proposals.iter().map(|one| one.rule.clone()).collect(),
        meta,
        ..PolicyDiff::default()
    }
}

fn tell(proposals: &[Learned], learned_from: &str) -> Result<()> {
    output::note(learned_from);
    if proposals.is_empty() {
        output::note("nothing stands out that a rule should speak of");
        return Ok(());
    }
    let rows = proposals.iter().map(row).collect();
    output::line(output::table(
        &["effect", "rule", "support", "precision", "met of those held back", "wrongly"],
        rows,
    ))
}

fn row(one: &Learned) -> Vec<String> {
    let rule = &one.rule;
    let effect = match (rule.effect, rule.tier) {
        (Verdict::Ask, Some(tier)) => format!("ask, tier {tier}"),
        (effect, _) => effect.as_str().to_owned(),
    };
    let mut text = rule.pattern.clone().or_else(|| rule.tool.clone()).unwrap_or_default();
    if let Some(when) = &rule.when {
        text.push_str(&format!(" when {}", Value::Object(when.clone())));
    }
    let held = &one.held_back;
    let precision = one.precision.map_or_else(String::new, |p| format!("{:.0} %", p * 100.0));
    vec![
        effect,
        visible::shorten(&visible::inline(&text), SHOWN),
        one.support.to_string(),
        precision,
        format!("{} of {}", held.met, held.calls),
        held.false_positives.map_or_else(String::new, |wrong| wrong.to_string()),
    ]
}
