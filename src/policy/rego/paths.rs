//! References of the syntax tree as names: `a.b["c"]` is `a`, `b`, `c`.

use regorus::unstable::{Expr, Ref};

/// The names of a reference that has nothing but names: `a.b["c"]`.
pub(crate) fn path_of(expr: &Ref<Expr>) -> Option<Vec<String>> {
    let path = leading_path(expr);
    let mut steps = 0;
    let mut at = expr;
    loop {
        match at.as_ref() {
            Expr::Var { .. } => break,
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => {
                steps += 1;
                at = refr;
            }
            _ => return None,
        }
    }
    (path.len() == steps + 1).then_some(path)
}

/// The names that a reference begins with.
pub(crate) fn leading_path(expr: &Ref<Expr>) -> Vec<String> {
    let mut steps = Vec::new();
    let mut at = expr;
    loop {
        match at.as_ref() {
            Expr::RefDot { refr, field, .. } => {
                steps.push(field.1.as_string().ok().map(|name| name.to_string()));
                at = refr;
            }
            Expr::RefBrack { refr, index, .. } => {
                steps.push(match index.as_ref() {
                    Expr::String { value, .. } | Expr::RawString { value, .. } => {
                        value.as_string().ok().map(|name| name.to_string())
                    }
                    _ => None,
                });
                at = refr;
            }
            Expr::Var { span, .. } => {
                steps.push(Some(span.text().to_owned()));
                break;
            }
            _ => {
                steps.push(None);
                break;
            }
        }
    }
    steps.into_iter().rev().map_while(|step| step).collect()
}

pub(crate) fn base_of(expr: &Ref<Expr>) -> &Expr {
    let mut at = expr;
    loop {
        match at.as_ref() {
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => at = refr,
            base => return base,
        }
    }
}

pub(crate) fn first_of(refr: &Ref<Expr>) -> Option<String> {
    leading_path(refr).into_iter().next()
}
