//! Asks one module about one input, within limits: steps, time, bytes made by builtins, and a panic that stays here.
//!
//! The step limit is exact and the same everywhere; the clock is only looked at between steps. What one step may take is
//! bounded by [`builtins`](crate::policy::rego::builtins).

use crate::policy::rego::answer::{Answer, Failure};
use crate::policy::rego::builtins::{self, Spent};
use crate::policy::rego::compile::{Compiled, How};
use regorus::rvm::RegoVM;
use regorus::rvm::vm::VmError;
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{LimitError, Value};
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// Steps of the machine.
const INSTRUCTIONS_MAX: usize = 25_000;
/// Machines kept ready for one module: more than this many calls are rarely judged at once.
const IDLE_MAX: usize = 4;
/// How long one evaluation may take. Far more than any needs: it is steps and bytes that bound it. A busy machine must not
/// be what makes a module fail, since a failure asks a person at least.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);

/// A limit that is looked at every so many steps.
pub(crate) fn timer(limit: Duration) -> ExecutionTimerConfig {
    const EVERY: u32 = 64;
    ExecutionTimerConfig {
        limit,
        check_interval: NonZeroU32::new(EVERY).unwrap_or(NonZeroU32::MIN),
    }
}

/// The decision of a module, unread.
pub(crate) fn decision(module: &Compiled, input: Value) -> Result<Value, Failure> {
    builtins::refill();
    // A machine that panics is dropped with all it holds; nothing else is touched meanwhile.
    let came = catch_unwind(AssertUnwindSafe(|| match &module.how {
        How::Machine { program, data, idle } => {
            let kept = idle.lock().ok().and_then(|mut idle| idle.pop());
            let mut machine = match kept {
                Some(machine) => machine,
                None => {
                    let mut machine = RegoVM::new();
                    machine.set_max_instructions(INSTRUCTIONS_MAX);
                    machine.set_execution_timer_config(Some(timer(module.patience)));
                    machine.load_program(program.clone());
                    machine.set_data(data.clone()).map_err(|e| machine_failed(&e))?;
                    machine
                }
            };
            machine.set_input(input);
            let value = machine.execute_entry_point_by_index(0).map_err(|e| machine_failed(&e))?;
            machine.set_input(Value::Null);
            if let Ok(mut idle) = idle.lock()
                && idle.len() < IDLE_MAX
            {
                idle.push(machine);
            }
            Ok(value)
        }
        How::Interpreter { engine, .. } => {
            let mut engine = engine.clone();
            engine.set_execution_timer_config(timer(module.patience));
            engine.set_input(input);
            engine.eval_rule(module.entry.clone()).map_err(|e| interpreter_failed(&e))
        }
    }))
    .unwrap_or(Err(Failure::Panic));
    match builtins::spent() {
        // A module must not take what was refused to it for undefined and go on to say yes.
        Spent::Over if !came.as_ref().is_err_and(|failure| failure.of_the_call()) => {
            Err(Failure::Limit)
        }
        _ => came,
    }
}

/// What a module answers, or why it gave no answer.
pub(crate) fn ask(module: &Compiled, input: Value) -> Result<Answer, Failure> {
    let came = match decision(module, input.clone()) {
        // The clock runs on while others use the processor; what takes too long by itself does so again.
        Err(Failure::Deadline) => decision(module, input),
        came => came,
    };
    Answer::read(&came?)
}

fn machine_failed(error: &VmError) -> Failure {
    match error {
        VmError::InstructionLimitExceeded { .. }
        | VmError::MemoryLimitExceeded { .. }
        | VmError::MemoryBudgetExceeded { .. }
        | VmError::RegexSizeLimitExceeded { .. } => Failure::Limit,
        VmError::TimeLimitExceeded { .. } => Failure::Deadline,
        _ => Failure::Engine,
    }
}

fn interpreter_failed(error: &anyhow::Error) -> Failure {
    match error.downcast_ref::<LimitError>() {
        Some(LimitError::TimeLimitExceeded { .. }) => Failure::Deadline,
        Some(_) => Failure::Limit,
        None if error.to_string().contains("exceeded time limit") => Failure::Deadline,
        None => Failure::Engine,
    }
}
