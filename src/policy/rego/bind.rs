//! `x := e` written as `x = e`, for the register machine alone.
//!
//! That machine goes on after `x := e` where `e` is undefined, and everything else that reads Rego stops there: a rule
//! with a `not` behind it would hold where it must not. After `x = e` it stops. The two mean the same as long as `x` has no
//! meaning further out, so the gate refuses a variable that hides another.

use crate::policy::rego::fault::Fault;
use regorus::unstable::{AssignOp, Expr, Literal, Module, Query, Ref, Rule, RuleAssign, RuleHead};
use std::collections::BTreeSet;

/// The reference at the head of a rule, whatever its kind.
macro_rules! head_of {
    ($refr:ident) => {
        RuleHead::Compr { refr: $refr, .. }
            | RuleHead::Set { refr: $refr, .. }
            | RuleHead::Func { refr: $refr, .. }
    };
}

/// The text for the machine: as long, and everything at its place.
///
/// # Errors
/// A variable hides another.
pub(crate) fn rewritten(name: &str, text: &str, module: &Module) -> Result<String, Fault> {
    let mut look = Look { name, text, places: Vec::new(), scopes: Vec::new() };
    let mut outer: BTreeSet<String> = BTreeSet::new();
    for import in &module.imports {
        if let Some(alias) = &import.r#as {
            outer.insert(alias.text().to_owned());
        } else if let Expr::RefDot { field, .. } = import.refr.as_ref() {
            outer.insert(field.0.text().to_owned());
        }
    }
    for rule in &module.policy {
        let (Rule::Default { refr, .. } | Rule::Spec { head: head_of!(refr), .. }) = rule.as_ref();
        let mut base = refr;
        while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = base.as_ref() {
            base = refr;
        }
        vars(base, &mut outer, &mut Vec::new());
    }
    look.scopes.push(outer);
    for rule in &module.policy {
        look.rule(rule)?;
    }
    let mut bytes = text.as_bytes().to_vec();
    for at in look.places {
        if let Some([colon, equals]) = bytes.get_mut(at..at + 2) {
            (*colon, *equals) = (b'=', b' ');
        }
    }
    String::from_utf8(bytes).map_err(|_| Fault::whole(name, "it cannot be compiled"))
}

struct Look<'a> {
    name: &'a str,
    text: &'a str,
    /// Where each `:=` stands, in bytes.
    places: Vec<usize>,
    /// The variables that can be seen, from the outside in.
    scopes: Vec<BTreeSet<String>>,
}

impl Look<'_> {
    fn rule(&mut self, rule: &Rule) -> Result<(), Fault> {
        let Rule::Spec { head, bodies, .. } = rule else { return Ok(()) };
        let (mut seen, mut ends) = (BTreeSet::new(), Vec::new());
        match head {
            RuleHead::Compr { refr, assign, .. } => {
                if let Expr::RefBrack { index, .. } = refr.as_ref() {
                    ends.push(index);
                }
                ends.extend(value_of(assign.as_ref()));
            }
            RuleHead::Set { key, .. } => ends.extend(key),
            RuleHead::Func { args, assign, .. } => {
                args.iter().for_each(|arg| vars(arg, &mut seen, &mut Vec::new()));
                ends.extend(value_of(assign.as_ref()));
            }
        }
        self.scopes.push(seen);
        let bare = bodies.is_empty();
        for body in bodies {
            let ends: Vec<_> = ends.iter().copied().chain(value_of(body.assign.as_ref())).collect();
            self.query(&body.query, &ends)?;
        }
        if bare {
            self.nested(&ends)?;
        }
        self.scopes.pop();
        Ok(())
    }

    /// A query, and what is made of its variables.
    fn query(&mut self, query: &Query, ends: &[&Ref<Expr>]) -> Result<(), Fault> {
        let (mut own, mut inside) = (BTreeSet::new(), Vec::new());
        let mut queries = Vec::new();
        for stmt in &query.stmts {
            match &stmt.literal {
                Literal::SomeVars { vars, .. } => {
                    own.extend(vars.iter().map(|var| var.text().to_owned()));
                }
                Literal::SomeIn { key, value, collection, .. } => {
                    key.iter()
                        .chain([value, collection])
                        .for_each(|e| vars(e, &mut own, &mut inside));
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                    if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                        self.assign(lhs)?;
                    }
                    vars(expr, &mut own, &mut inside);
                }
                Literal::Every { key, value, domain, query, .. } => {
                    vars(domain, &mut own, &mut inside);
                    let each = key.iter().chain([value]).map(|var| var.text().to_owned());
                    queries.push((each.collect::<BTreeSet<_>>(), query));
                }
            }
            stmt.with_mods.iter().for_each(|with| vars(&with.r#as, &mut own, &mut inside));
        }
        self.scopes.push(own);
        self.nested(&inside)?;
        self.nested(ends)?;
        for (each, query) in queries {
            self.scopes.push(each);
            self.query(query, &[])?;
            self.scopes.pop();
        }
        self.scopes.pop();
        Ok(())
    }

    /// The comprehensions in these.
    fn nested(&mut self, exprs: &[&Ref<Expr>]) -> Result<(), Fault> {
        for expr in exprs {
            match expr.as_ref() {
                Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                    self.query(query, &[term])?;
                }
                Expr::ObjectCompr { key, value, query, .. } => self.query(query, &[key, value])?,
                _ => {
                    let mut inside = Vec::new();
                    vars(expr, &mut BTreeSet::new(), &mut inside);
                    self.nested(&inside)?;
                }
            }
        }
        Ok(())
    }

    fn assign(&mut self, target: &Ref<Expr>) -> Result<(), Fault> {
        let mut targets = BTreeSet::new();
        vars(target, &mut targets, &mut Vec::new());
        let span = target.span();
        if let Some(hidden) =
            targets.iter().find(|var| self.scopes.iter().any(|s| s.contains(*var)))
        {
            let message = format!(
                "the variable `{hidden}` hides a rule, an argument or a variable further out: give it another name"
            );
            return Err(Fault::at(self.name, span.line, span.col, message));
        }
        let from = span.end as usize;
        match operator(self.text, from) {
            Some(at) => {
                self.places.push(at);
                Ok(())
            }
            None => Err(Fault::at(
                self.name,
                span.line,
                span.col,
                "this `:=` cannot be read: put it on one line",
            )),
        }
    }
}

/// Where the next `:=` stands, with nothing but closing brackets, white space and comments before it.
fn operator(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b':' if bytes.get(at + 1) == Some(&b'=') => return Some(at),
            b'#' => at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?,
            b']' | b'}' | b')' | b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            _ => return None,
        }
    }
}

fn value_of(assign: Option<&RuleAssign>) -> Option<&Ref<Expr>> {
    assign.map(|assign| &assign.value)
}

/// The variables of an expression but for those of its comprehensions, which are put aside.
fn vars<'e>(expr: &'e Ref<Expr>, found: &mut BTreeSet<String>, inside: &mut Vec<&'e Ref<Expr>>) {
    let mut all = |exprs: &[&'e Ref<Expr>]| exprs.iter().for_each(|expr| vars(expr, found, inside));
    match expr.as_ref() {
        Expr::Var { span, .. } => {
            if !matches!(span.text(), "_" | "input" | "data") {
                found.insert(span.text().to_owned());
            }
        }
        Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => {
            inside.push(expr)
        }
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|e| all(&[e])),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| all(&[key, value])),
        // A function's name is no variable.
        Expr::Call { params, .. } => params.iter().for_each(|e| all(&[e])),
        Expr::UnaryExpr { expr, .. } => all(&[expr]),
        Expr::RefDot { refr, .. } => all(&[refr]),
        Expr::RefBrack { refr, index, .. } => all(&[refr, index]),
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => all(&[lhs, rhs]),
        Expr::Membership { key, value, collection, .. } => {
            key.iter().for_each(|e| all(&[e]));
            all(&[value, collection]);
        }
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. } => {}
    }
}
