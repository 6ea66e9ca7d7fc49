//! What executing a run would send now, and what policy says of each call. Nothing is recorded, nothing sent.

use crate::domain::id::RunId;
use crate::domain::principal::Principal;
use crate::domain::ruling::{Tier, Verdict};
use crate::gate::Gate;
use crate::run::NotRun;
use crate::run::manifest::{Unresolved, resolve_step};
use serde::Serialize;

/// One call of a run as it would be sent now.
#[derive(Debug, Serialize)]
pub struct DryStep {
    /// Its place in the plan, from 0.
    pub step: usize,
    /// What the plan calls it.
    pub action: String,
    /// Which server.
    pub server: String,
    /// Which tool of it.
    pub tool: String,
    /// The arguments, as text.
    pub arguments: String,
    /// What policy says of it now; `None` when it is no call any more.
    pub verdict: Option<Verdict>,
    /// How grave it is now.
    pub tier: Option<Tier>,
    /// Whether it is the very call that the run was made with.
    pub unchanged: bool,
    /// What stands in its way, if anything does.
    pub problem: Option<String>,
}

/// Plays a run without sending.
///
/// # Errors
/// [`NotRun`] when there is nothing to play.
pub async fn dry_run(
    gate: &Gate,
    id: RunId,
    principal: &Principal,
) -> Result<Vec<DryStep>, NotRun> {
    let run = gate.desk().store().run(gate.tenant(), id).await?;
    let run = run.filter(|run| run.principal == *principal).ok_or(NotRun::NotFound)?;
    if run.state.is_terminal() {
        return Err(NotRun::Ended(run.state));
    }
    let ir = run.ir.as_ref().ok_or(NotRun::Forgotten)?;
    let in_force = gate.in_force().await?;
    let checked = in_force.check_read(ir, gate.tenant());
    let Some(plan) = checked.plan else {
        let why = checked.validation.violations.first().map_or("", |v| v.message.as_str());
        return Ok(vec![DryStep {
            step: 0,
            action: String::new(),
            server: String::new(),
            tool: String::new(),
            arguments: String::new(),
            verdict: Some(Verdict::Deny),
            tier: Some(checked.validation.tier),
            unchanged: false,
            problem: Some(format!("the plan is refused now: {why}")),
        }]);
    };
    let mut steps = Vec::with_capacity(plan.steps().len());
    for index in plan.order() {
        let Some(step) = plan.steps().get(*index) else { continue };
        let action = step.action.clone();
        let known = run.steps.iter().find(|s| s.step as usize == *index);
        let dry = match resolve_step(gate, &in_force.vocabulary, principal, step).await {
            Ok(r) => DryStep {
                step: *index,
                action,
                server: r.target.upstream,
                tool: r.target.tool,
                arguments: r.target.arguments.as_str().to_owned(),
                verdict: Some(r.ruling.verdict),
                tier: Some(r.ruling.tier.max(step.tier)),
                unchanged: known.is_some_and(|s| s.call_digest.same(&r.call.digest())),
                problem: None,
            },
            Err(unresolved) => DryStep {
                step: *index,
                action,
                server: String::new(),
                tool: String::new(),
                arguments: String::new(),
                verdict: None,
                tier: None,
                unchanged: false,
                problem: Some(match unresolved {
                    Unresolved::NotMapped { why, .. } => why,
                    Unresolved::Refused { refusal, .. } => refusal.text,
                }),
            },
        };
        steps.push(dry);
    }
    Ok(steps)
}
