//! The gate that a module passes before it may judge.

use crate::policy::rego::compile::{Compiled, compile};
use crate::policy::rego::fault::Fault;
use regorus::Value;

/// Largest text of a module, in bytes.
const TEXT_MAX: usize = 256 * 1024;

/// What a plain look at the text finds, before any parser sees it.
pub(crate) fn scanned(name: &str, text: &str) -> Vec<Fault> {
    if text.len() > TEXT_MAX {
        let message = format!(
            "it is {} bytes long, and a module has at most {TEXT_MAX}: split it",
            text.len()
        );
        return vec![Fault::whole(name, message)];
    }
    Vec::new()
}

/// Everything that the static gate finds wrong.
#[must_use]
pub fn examine(name: &str, text: &str) -> Vec<Fault> {
    scanned(name, text)
}

/// Compiles a module that passes the static gate.
pub(crate) fn admitted(name: &str, text: &str, data: &Value) -> Result<Compiled, Fault> {
    if let Some(fault) = examine(name, text).into_iter().next() {
        return Err(fault);
    }
    compile(name, text, data)
}
