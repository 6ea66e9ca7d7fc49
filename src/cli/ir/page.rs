//! What a check found, for people: the answer first, then what is wrong or grave, and why.

use crate::domain::visible;
use crate::ir::audit::Audit;
use crate::ir::{Severity, Status, StepReport, Validation, show_hash};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

/// So many steps, nodes and the like are listed.
const LISTED: usize = 50;

/// A validation.
pub(super) fn validation(found: &Validation) -> String {
    let mut out = String::new();
    let (style, says) = match found.status {
        Status::Pass => (green(), "it may run; nobody needs to say yes"),
        Status::Escalate => (yellow(), "it needs a yes"),
        Status::Reject => (red(), "it is refused"),
    };
    let word = found.status.as_str();
    let steps = counted(found.step_count, "step");
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{style}{word}{style:#}  {says}: {steps}, tier {}", found.tier);
    if let Some(hash) = &found.ir_hash {
        let _ = writeln!(out, "hash  {}", show_hash(hash));
    }
    for violation in &found.violations {
        let (style, word) = match violation.severity {
            Severity::Error => (red(), "error  "),
            Severity::Warning => (yellow(), "warning"),
        };
        let at = if violation.path.is_empty() {
            String::new()
        } else {
            format!(" at {}", line(&violation.path, 120))
        };
        let _ = writeln!(out, "\n{style}{word}{style:#}  {}{at}", violation.code);
        let _ = writeln!(out, "         {}", violation.message);
        if violation.code == "FOREIGN_TENANT"
            && let Some(tenant) = &found.tenant_id
        {
            let _ = writeln!(out, "         the plan says `{}`: see `--tenant`", line(tenant, 64));
        }
    }
    if found.status != Status::Reject {
        self::steps(&mut out, &found.steps);
    }
    out.trim_end().to_owned()
}

/// All steps of a short plan; of a long one those that need a yes.
fn steps(out: &mut String, steps: &[StepReport]) {
    let short = steps.len() <= LISTED;
    let chosen: Vec<&StepReport> =
        steps.iter().filter(|step| short || step.requires_approval).take(LISTED).collect();
    for step in &chosen {
        let style = match step.tier.get() {
            _ if !step.requires_approval => Style::new(),
            3 => red(),
            _ => yellow(),
        };
        let _ = writeln!(
            out,
            "\n{style}tier {}{style:#}  {}  {} by {}",
            step.tier,
            line(&step.id, 60),
            line(&step.action, 70),
            line(&step.provider, 70)
        );
        for reason in &step.reasons {
            let _ = writeln!(out, "        {}: {}", line(&reason.rule, 60), reason.message);
        }
    }
    if chosen.len() < steps.len() {
        let more = visible::grouped(steps.len() - chosen.len());
        let _ = writeln!(out, "\n{more} more steps; `--json` tells of all");
    }
}

/// An audit.
pub(super) fn audit(found: &Audit) -> String {
    let mut out = String::new();
    let (nodes, steps) = (counted(found.dag_node_count, "node"), counted(found.step_count, "step"));
    if found.success {
        let style = green();
        let _ = write!(out, "{style}OK{style:#}  {nodes}: exactly the {steps} of the plan");
    } else {
        let style = red();
        let _ = writeln!(
            out,
            "{style}FAILED{style:#}  {nodes} for {steps}: this graph is not the plan; do not execute it"
        );
    }
    list(&mut out, "steps that no node executes", found.missing_ir_steps.iter());
    list(&mut out, "nodes of no step", found.extra_dag_nodes.iter());
    list(&mut out, "doubled nodes", found.duplicate_dag_nodes.iter());
    list(&mut out, "nodes of a step under another name", found.colliding_dag_nodes.iter());
    let wrong: Vec<String> = found
        .hash_mismatches
        .iter()
        .map(|wrong| {
            format!("{}: {} instead of {}", wrong.step_id, wrong.actual_hash, wrong.expected_hash)
        })
        .collect();
    list(&mut out, "nodes with another hash", wrong.iter());
    let malformed: Vec<String> = found
        .malformed_dag_nodes
        .iter()
        .map(|bad| match bad.node_index {
            Some(index) => format!("node {}: {}: {}", index + 1, bad.code, bad.message),
            None => format!("{}: {}", bad.code, bad.message),
        })
        .collect();
    list(&mut out, "what cannot be read", malformed.iter());
    out.trim_end().to_owned()
}

fn list<'t>(out: &mut String, title: &str, items: impl ExactSizeIterator<Item = &'t String>) {
    let count = items.len();
    if count == 0 {
        return;
    }
    let _ = writeln!(out, "\n{title}:");
    for item in items.take(LISTED) {
        let _ = writeln!(out, "  {}", line(item, 220));
    }
    if count > LISTED {
        let _ = writeln!(out, "  {} more; `--json` tells of all", visible::grouped(count - LISTED));
    }
}

/// A text from outside, in one line.
fn line(text: &str, most: usize) -> String {
    visible::shorten(&visible::inline(text), most)
}

fn counted(count: usize, what: &str) -> String {
    format!("{} {what}{}", visible::grouped(count), if count == 1 { "" } else { "s" })
}

fn green() -> Style {
    AnsiColor::Green.on_default()
}

fn yellow() -> Style {
    AnsiColor::Yellow.on_default()
}

fn red() -> Style {
    AnsiColor::Red.on_default().bold()
}
