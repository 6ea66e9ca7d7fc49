//! Which builtins a module may call, and what one call may take.
//!
//! The engine counts steps, and a builtin is one step whatever it does: it can double a text, and thirty in a row fill the
//! memory. So each builtin that a module calls is replaced by one that first pays for what it is given and may make,
//! out of one budget an evaluation, and then for what it made. Over the budget the module fails, and nothing it goes on to
//! say counts. What looks at the clock, at chance, at the network or at this program is not here at all, and neither is
//! what the engine gets wrong or cannot bound.

use crate::policy::rego::weight::{digits, exponent_in, format_fault, weight};
use regorus::rvm::Instruction;
use regorus::rvm::Program;
use regorus::rvm::instructions::BuiltinCallParams;
use regorus::rvm::program::BuiltinInfo;
use regorus::unstable::{BUILTINS, BuiltinFcn, Expr, Ref, Span};
use regorus::{Engine, LimitError, Source, Value};
use std::cell::Cell;
use std::sync::{Arc, OnceLock};

/// What one evaluation may take: bytes and values, looked at and made.
const BUDGET: u64 = 4 << 20;
/// What one call may make, in the same.
const MADE_MAX: u64 = 1 << 20;
/// Digits of a number, in bits.
const BITS_MAX: u64 = 4_096;
/// The name of our own multiplication among the builtins of a program; no module can write it.
const MULTIPLY: &str = "countersign.multiply";

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(BUDGET) };
    static OVER: Cell<bool> = const { Cell::new(false) };
}

/// Whether the budget held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spent {
    Within,
    Over,
}

/// Starts the budget of an evaluation on this thread.
pub(crate) fn refill() {
    LEFT.set(BUDGET);
    OVER.set(false);
}

/// Whether the budget of this evaluation held.
pub(crate) fn spent() -> Spent {
    if OVER.get() { Spent::Over } else { Spent::Within }
}

/// How the cost of a call grows with what it is given.
#[derive(Debug, Clone, Copy)]
enum Cost {
    /// Not at all.
    Free,
    /// With its size.
    Size,
    /// With its size, many times over: what is escaped, encoded, or taken apart.
    Expand,
    /// With the product of the sizes of its arguments.
    Product,
    /// With text and pattern.
    Regex,
    /// Texts joined.
    Concat,
    /// A text for each place where another stood.
    Replace,
    /// A format.
    Format,
    /// Numbers multiplied.
    Multiply,
    /// A number, or JSON, read out of a text.
    Read,
}

macro_rules! allowed {
    ($($name:literal: $cost:ident),* $(,)?) => {
        /// The builtins that a module may call.
        pub(crate) const ALLOWED: &[&str] = &[$($name),*];

        fn cost(name: &str) -> Option<Cost> {
            match name {
                $($name => Some(Cost::$cost),)*
                _ => None,
            }
        }

        fn guard(name: &str) -> Option<Guard> {
            match name {
                $($name => {
                    fn call(span: &Span, given: &[Ref<Expr>], args: &[Value], strict: bool) -> anyhow::Result<Value> {
                        static REAL: OnceLock<Option<BuiltinFcn>> = OnceLock::new();
                        let real = REAL.get_or_init(|| BUILTINS.get($name).copied());
                        paid(Cost::$cost, args, || match real {
                            Some(real) => (real.0)(span, given, args, strict),
                            None => Err(anyhow::anyhow!("no such builtin")),
                        })
                    }
                    Some(call)
                })*
                _ => None,
            }
        }
    };
}

type Guard = fn(&Span, &[Ref<Expr>], &[Value], bool) -> anyhow::Result<Value>;

allowed! {
    "abs": Size, "array.concat": Size, "array.reverse": Size, "array.slice": Size,
    "base64.decode": Size, "base64.encode": Expand, "base64.is_valid": Size,
    "base64url.decode": Size, "base64url.encode": Expand, "base64url.encode_no_pad": Expand,
    "bits.and": Size, "bits.negate": Size, "bits.or": Size, "bits.xor": Size,
    "ceil": Size, "concat": Concat, "contains": Size, "count": Free, "endswith": Free, "floor": Size,
    "format_int": Expand, "glob.match": Regex, "glob.quote_meta": Expand,
    "hex.decode": Size, "hex.encode": Expand, "indexof": Product, "indexof_n": Product,
    "intersection": Size, "__builtin_sets.intersection": Size, "union": Size, "__builtin_sets.union": Size,
    "is_array": Free, "is_boolean": Free, "is_null": Free, "is_number": Free, "is_object": Free,
    "is_set": Free, "is_string": Free, "json.filter": Product, "json.is_valid": Read, "json.marshal": Expand,
    "json.remove": Product, "json.unmarshal": Read, "lower": Expand, "max": Size, "min": Size,
    "net.cidr_contains": Size, "net.cidr_is_valid": Size, "object.filter": Product, "object.get": Size,
    "object.keys": Size, "object.remove": Product, "object.subset": Product, "object.union": Size,
    "object.union_n": Size, "product": Multiply, "regex.find_all_string_submatch_n": Regex,
    "regex.find_n": Regex, "regex.is_valid": Regex, "regex.match": Regex, "regex.replace": Replace,
    "regex.split": Regex, "replace": Replace, "round": Size,
    "semver.compare": Size, "semver.is_valid": Size, "sort": Size, "split": Expand, "sprintf": Format,
    "startswith": Free, "strings.any_prefix_match": Product, "strings.any_suffix_match": Product,
    "strings.replace_n": Replace, "strings.reverse": Size, "substring": Size, "sum": Size,
    "time.add_date": Size, "time.clock": Size, "time.date": Size, "time.diff": Size, "time.format": Size,
    "time.parse_duration_ns": Size, "time.parse_ns": Size, "time.parse_rfc3339_ns": Size, "time.weekday": Size,
    "to_number": Read, "trim": Product, "trim_left": Product, "trim_prefix": Size, "trim_right": Product,
    "trim_space": Size, "trim_suffix": Size, "type_name": Free, "units.parse": Read, "units.parse_bytes": Read,
    "upper": Expand, "urlquery.decode": Size, "urlquery.decode_object": Expand, "urlquery.encode": Expand,
    "urlquery.encode_object": Expand,
}

/// Runs a builtin that can pay.
fn paid(
    cost: Cost,
    args: &[Value],
    real: impl FnOnce() -> anyhow::Result<Value>,
) -> anyhow::Result<Value> {
    if matches!(cost, Cost::Free) {
        return real();
    }
    let left = LEFT.get();
    let sizes: u64 = args.iter().map(|arg| weight(arg, left)).sum();
    let makes = estimate(cost, args, sizes);
    if makes.is_none_or(|makes| makes > MADE_MAX) {
        return over(sizes);
    }
    pay(sizes)?;
    if matches!(cost, Cost::Product | Cost::Regex) {
        pay(makes.unwrap_or(MADE_MAX))?;
    }
    let made = real()?;
    pay(weight(&made, MADE_MAX))?;
    Ok(made)
}

/// About how much a call makes, or how much work it is; `None` is too much to say.
fn estimate(cost: Cost, args: &[Value], sizes: u64) -> Option<u64> {
    let size = |at: usize| args.get(at).map_or(0, |arg| weight(arg, MADE_MAX));
    Some(match cost {
        Cost::Free => 0,
        Cost::Size => sizes,
        Cost::Expand => sizes * 8,
        Cost::Product => size(0).saturating_mul(sizes - size(0).min(sizes)) / 64 + sizes,
        Cost::Regex => {
            let (pattern, all) = (size(0).min(size(1)), sizes);
            pattern.saturating_mul(all) / 16 + all
        }
        Cost::Concat => {
            let Value::String(between) = args.first()? else { return Some(sizes) };
            let pieces = match args.get(1)? {
                Value::Array(items) => items.len(),
                Value::Set(items) => items.len(),
                _ => 0,
            };
            (between.len() as u64).saturating_mul(pieces as u64) + size(1)
        }
        // In the worst case something is found before and behind every byte.
        Cost::Replace => {
            let texts: Vec<u64> = (0..args.len()).map(size).collect();
            let longest = texts.iter().max()?;
            let others = sizes - longest.min(&sizes);
            (longest + 1).saturating_mul(others + 1)
        }
        Cost::Format => {
            let Value::String(format) = args.first()? else { return Some(sizes) };
            if format_fault(format).is_some() {
                return None;
            }
            sizes * 6 + 1_000 * format.matches('%').count() as u64
        }
        Cost::Multiply => {
            let bits: u64 = match args.first()? {
                Value::Array(items) => items.iter().map(digits).sum(),
                Value::Set(items) => items.iter().map(digits).sum(),
                _ => 0,
            };
            if bits > 16 * BITS_MAX {
                return None;
            }
            bits
        }
        Cost::Read => {
            let Value::String(text) = args.first()? else { return Some(sizes) };
            if exponent_in(text) {
                return None;
            }
            sizes * 8
        }
    })
}

fn pay(units: u64) -> anyhow::Result<()> {
    match LEFT.get().checked_sub(units) {
        Some(left) => {
            LEFT.set(left);
            Ok(())
        }
        None => over(units).map(|_| ()),
    }
}

/// An error that the engine hands on whatever the module makes of failures.
fn over(units: u64) -> anyhow::Result<Value> {
    OVER.set(true);
    Err(LimitError::MemoryLimitExceeded { usage: units, limit: BUDGET }.into())
}

/// Multiplies: small numbers as ever, and no number grows beyond what is of any use.
fn multiply(_: &Span, _: &[Ref<Expr>], args: &[Value], _: bool) -> anyhow::Result<Value> {
    match args {
        [left @ Value::Number(x), right @ Value::Number(y)] => {
            if digits(left) + digits(right) > BITS_MAX {
                return over(BITS_MAX);
            }
            Ok(Value::from(x.mul(y)?))
        }
        _ => over(0),
    }
}

/// The program with every builtin replaced by its guard, and multiplication by ours.
///
/// # Errors
/// It calls a builtin that modules may not call.
pub(crate) fn guarded(program: &Program) -> Result<Arc<Program>, String> {
    let mut program = program.clone();
    let mut resolved = Vec::with_capacity(program.builtin_info_table.len() + 1);
    for info in &program.builtin_info_table {
        let guard = guard(&info.name).ok_or_else(|| refusal(&info.name))?;
        resolved.push((guard, u8::try_from(info.num_args).unwrap_or(u8::MAX)));
    }
    let index = program.add_builtin_info(BuiltinInfo { name: MULTIPLY.to_owned(), num_args: 2 });
    resolved.push((multiply as Guard, 2));
    program.resolved_builtins = resolved;
    for at in 0..program.instructions.len() {
        if let Some(Instruction::Mul { dest, left, right }) = program.instructions.get(at).copied()
        {
            let params = BuiltinCallParams {
                dest,
                builtin_index: index,
                num_args: 2,
                args: [left, right, 0, 0, 0, 0, 0, 0],
            };
            let params_index = program.add_builtin_call_params(params);
            if let Some(slot) = program.instructions.get_mut(at) {
                *slot = Instruction::BuiltinCall { params_index };
            }
        }
    }
    Ok(Arc::new(program))
}

/// The same for the interpreter: it looks for extensions before it looks for builtins.
///
/// # Errors
/// The engine takes none.
pub(crate) fn guard_engine(engine: &mut Engine) -> anyhow::Result<()> {
    let source = Source::from_contents("builtin".to_owned(), "x".to_owned())?;
    let span = Span { source, line: 1, col: 1, start: 0, end: 1 };
    let given = Ref::new(Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 });
    for name in ALLOWED {
        let (Some(cost), Some(real)) = (cost(name), BUILTINS.get(name).copied()) else { continue };
        let (span, given) = (span.clone(), vec![given.clone(); usize::from(real.1)]);
        // An extension's error ends the evaluation; a builtin's is an undefined value.
        let call = move |args: Vec<Value>| match paid(cost, &args, || {
            (real.0)(&span, &given, &args, false)
        }) {
            Err(error) if error.downcast_ref::<LimitError>().is_none() => Ok(Value::Undefined),
            came => came,
        };
        engine.add_extension((*name).to_owned(), real.1, Box::new(call))?;
    }
    Ok(())
}

/// Whether a module may call it.
pub(crate) fn allowed(name: &str) -> bool {
    ALLOWED.contains(&name)
}

/// Why not, and what to do instead.
pub(crate) fn refusal(name: &str) -> String {
    let instead = match name {
        "http.send" => {
            "a module must give the same answer for the same input: let the host look it up and put it under `[policy.config]`"
        }
        "time.now_ns" => {
            "the time is in `input.now_ns`, so that a decision can be judged again as it was"
        }
        "rand.intn" | "uuid.rfc4122" | "uuid.parse" => {
            "a module must give the same answer for the same input"
        }
        "opa.runtime" | "trace" | "print" => {
            "a module sees its input and `data.config` and nothing else"
        }
        "numbers.range" | "numbers.range_step" | "bits.lsh" | "bits.rsh" | "net.cidr_expand" => {
            "one call of it can fill the memory: compare with bounds instead"
        }
        "strings.count" => "it fails on an empty text: use `count(indexof_n(text, part))`",
        "walk" | "graph.reachable" | "graph.reachable_paths" => {
            "its cost has no bound: name the fields that matter"
        }
        _ if name.starts_with("io.jwt") || name.starts_with("crypto.") => {
            "tokens and hashes are checked before policy is asked"
        }
        _ => "it is not among those that are bounded and give the same answer every time",
    };
    format!("the builtin `{name}` is not allowed in a module: {instead}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowed_builtin_exists_and_has_a_guard() {
        for name in ALLOWED {
            assert!(BUILTINS.contains_key(name), "{name}");
            assert!(guard(name).is_some(), "{name}");
        }
        for name in ["http.send", "time.now_ns", "rand.intn", "walk", "numbers.range", "bits.lsh"] {
            assert!(!allowed(name) && refusal(name).contains(name), "{name}");
        }
    }
}
