//! The gate that a module passes before it may judge: a plain look at its text, then at its syntax tree, then the
//! compiler. Nothing of it is run; the trial does that, in a process of its own.

use crate::policy::rego::compile::{self, Compiled, How};
use crate::policy::rego::fault::Fault;
use crate::policy::rego::{scan, shape, stack};
use regorus::Value;

/// Everything that the static gate finds wrong with a module that is to have this name, in the order of the text.
#[must_use]
pub fn examine(name: &str, text: &str) -> Vec<Fault> {
    let mut faults = named(name);
    if faults.is_empty() {
        faults = scan::scanned(name, text);
    }
    if !faults.is_empty() {
        return faults;
    }
    let looked = stack::with_room(|| {
        let data = Value::new_object();
        match compile::engine(name, text, &data) {
            Ok(mut engine) => {
                let modules = engine.get_modules();
                modules.iter().flat_map(|module| shape::faults(name, module)).collect()
            }
            Err(fault) => vec![fault],
        }
    });
    looked.unwrap_or_else(|| vec![Fault::whole(name, "it makes the parser fail: simplify it")])
}

fn named(name: &str) -> Vec<Fault> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let fine = (1..=40).contains(&name.len())
        && name.bytes().all(plain)
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if fine {
        return Vec::new();
    }
    vec![Fault::whole(
        "module",
        "the name of a module is 1 to 40 of `a-z 0-9 _` and begins with a letter",
    )]
}

/// Compiles a module that passes the static gate.
pub(crate) fn admitted(name: &str, text: &str, data: &Value) -> Result<Compiled, Fault> {
    if let Some(fault) = examine(name, text).into_iter().next() {
        return Err(fault);
    }
    let compiled = compile::compile(name, text, data)?;
    if let How::Interpreter { why, .. } = &compiled.how {
        let mut engine = compile::engine(name, text, data)?;
        if engine.get_modules().iter().any(|module| shape::multiplies(module)) {
            let message = format!(
                "it must run on the interpreter ({why}), which cannot bound how large a product grows: write one of the \
                 factors as a number"
            );
            return Err(Fault::whole(name, message));
        }
    }
    Ok(compiled)
}
