//! One module, compiled: its `decision` as one program of the register machine, or, where that compiler cannot, for the
//! interpreter. It is compiled for one rule and no more, so nothing else in a module can be asked.

use crate::policy::rego::fault::Fault;
use crate::policy::rego::{bind, builtins, run};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::{Program, RegoVM};
use regorus::{Engine, Rc, Value};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The package that a module of this name must have.
#[must_use]
pub fn package_of(name: &str) -> String {
    format!("countersign.{name}")
}

/// The name that a module's own `package` line gives it, `countersign.NAME`; `None` of any other text.
#[must_use]
pub fn name_of(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with('#'))?;
    let package = line.strip_prefix("package ")?.split('#').next()?.trim();
    package.strip_prefix("countersign.").filter(|name| !name.contains(['.', '[', ' ']))
}

/// A module, ready to be asked.
pub(crate) struct Compiled {
    pub name: String,
    /// The path of its decision.
    pub entry: String,
    pub how: How,
    /// How long one evaluation may take.
    pub patience: Duration,
}

impl Compiled {
    /// The same with other patience.
    pub(crate) fn patient(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

/// What evaluates it.
pub(crate) enum How {
    /// The register machine.
    Machine {
        program: Arc<Program>,
        data: Value,
        /// Machines that are not at work; one is dropped after any failure.
        idle: Mutex<Vec<RegoVM>>,
    },
    /// The interpreter, prepared, and why the machine could not.
    Interpreter { engine: Box<Engine>, why: String },
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Parses a module with nothing else, and gives it `data`.
pub(crate) fn engine(name: &str, text: &str, data: &Value) -> Result<Engine, Fault> {
    let told = |e: anyhow::Error| Fault::told(name, &e.to_string());
    let mut engine = Engine::new();
    engine.add_policy(format!("{name}.rego"), text.to_owned()).map_err(told)?;
    engine.add_data(data.clone()).map_err(told)?;
    Ok(engine)
}

/// Compiles a module that the gate has admitted.
pub(crate) fn compile(name: &str, text: &str, data: &Value) -> Result<Compiled, Fault> {
    let mut engine = engine(name, text, data)?;
    let entry = format!("data.{}.decision", package_of(name));
    let told = |e: anyhow::Error| Fault::told(name, &e.to_string());
    engine.compile_with_entrypoint(&Rc::from(entry.as_str())).map_err(told)?;
    let mut for_machine = text.to_owned();
    for module in engine.get_modules() {
        for_machine = bind::rewritten(name, text, module)?;
    }
    let compiled = self::engine(name, &for_machine, data)?
        .compile_with_entrypoint(&Rc::from(entry.as_str()))
        .map_err(told)?;
    let how = match Compiler::compile_from_policy(&compiled, &[entry.as_str()]) {
        Ok(program) => {
            let program = builtins::guarded(&program).map_err(|why| Fault::whole(name, why))?;
            How::Machine { program, data: data.clone(), idle: Mutex::new(Vec::new()) }
        }
        Err(why) => {
            builtins::guard_engine(&mut engine).map_err(|e| Fault::told(name, &e.to_string()))?;
            How::Interpreter { engine: Box::new(engine), why: why.to_string() }
        }
    };
    Ok(Compiled { name: name.to_owned(), entry, how, patience: run::PATIENCE })
}

/// The same, for the interpreter whatever the other compiler can: to compare both.
pub(crate) fn interpreted(name: &str, text: &str, data: &Value) -> Result<Compiled, Fault> {
    let mut engine = engine(name, text, data)?;
    let entry = format!("data.{}.decision", package_of(name));
    engine
        .compile_with_entrypoint(&Rc::from(entry.as_str()))
        .map_err(|e| Fault::told(name, &e.to_string()))?;
    builtins::guard_engine(&mut engine).map_err(|e| Fault::told(name, &e.to_string()))?;
    let how = How::Interpreter { engine: Box::new(engine), why: "to compare".to_owned() };
    Ok(Compiled { name: name.to_owned(), entry, how, patience: run::PATIENCE })
}
