//! What the syntax tree of a module tells before it is ever run: its package, its rules, what they call, and whether any
//! of them comes back to itself. The engine finds none of that, and a function that calls itself ends the process.

use crate::policy::rego::compile::package_of;
use crate::policy::rego::fault::Fault;
use crate::policy::rego::paths::{base_of, first_of, leading_path, path_of};
use crate::policy::rego::weight::format_fault;
use crate::policy::rego::{builtins, chains};
use regorus::unstable::{
    ArithOp, Expr, Literal, Module, Query, Ref, Rule, RuleAssign, RuleHead, Span,
};
use std::collections::{BTreeMap, BTreeSet};

/// Rules of one module.
const RULES_MAX: usize = 2_000;

/// What is wrong with the shape of a parsed module.
pub(crate) fn faults(name: &str, module: &Module) -> Vec<Fault> {
    let mut look = Look::new(name);
    look.package(module);
    if module.policy.len() > RULES_MAX {
        look.faults
            .push(Fault::whole(name, format!("it has more than {RULES_MAX} rules: split it")));
        return look.faults;
    }
    look.names(module);
    for import in &module.imports {
        let path = path_of(&import.refr);
        let known = path.as_ref().is_some_and(|path| {
            matches!(
                path.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
                ["rego", "v1"]
                    | ["future", "keywords", ..]
                    | ["input", ..]
                    | ["data", "config", ..]
            )
        });
        if !known {
            look.fault(
                &import.span,
                "a module stands alone: only `input`, `data.config` and `rego.v1` can be imported",
            );
        }
    }
    for rule in &module.policy {
        look.rule(rule);
    }
    look.recursion();
    look.faults.sort_by_key(|fault| (fault.line, fault.column));
    look.faults
}

/// Whether it multiplies what is not written out: the interpreter cannot bound that.
pub(crate) fn multiplies(module: &Module) -> bool {
    let mut look = Look::new("");
    look.names(module);
    for rule in &module.policy {
        look.rule(rule);
    }
    look.multiplies
}

/// Its tests, complete rules that begin with `test_`, and where they stand.
pub(crate) fn tests_of(module: &Module) -> Vec<(String, (u32, u32))> {
    let mut look = Look::new("");
    look.names(module);
    let tests = look.kinds.iter().filter(|(name, kinds)| {
        name.starts_with("test_") && kinds.iter().all(|(kind, _)| *kind == Kind::Complete)
    });
    tests.filter_map(|(name, kinds)| Some((name.clone(), kinds.first()?.1))).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Complete,
    Partial,
    Function,
    Default,
}

/// How a rule is written once, and where.
type Written = (Kind, (u32, u32));

struct Look<'a> {
    module: &'a str,
    own: Vec<String>,
    kinds: BTreeMap<String, Vec<Written>>,
    edges: BTreeMap<String, BTreeSet<String>>,
    at: String,
    multiplies: bool,
    faults: Vec<Fault>,
}

impl<'a> Look<'a> {
    fn new(module: &'a str) -> Self {
        let own = std::iter::once("data".to_owned())
            .chain(package_of(module).split('.').map(str::to_owned))
            .collect();
        let (kinds, edges) = (BTreeMap::new(), BTreeMap::new());
        Self { module, own, kinds, edges, at: String::new(), multiplies: false, faults: Vec::new() }
    }

    fn fault(&mut self, span: &Span, message: impl Into<String>) {
        self.faults.push(Fault::at(self.module, span.line, span.col, message));
    }

    fn package(&mut self, module: &Module) {
        let package = path_of(&module.package.refr).unwrap_or_default().join(".");
        let wanted = package_of(self.module);
        if package != wanted {
            let help = match package.strip_prefix("cmbagent.") {
                Some(_) => "; questions under `cmbagent` find it all the same",
                None => "",
            };
            let message = format!(
                "the package of module `{}` must be `{wanted}`: write `package {wanted}`{help}",
                self.module
            );
            self.fault(&module.package.span, message);
        }
    }

    fn names(&mut self, module: &Module) {
        for rule in &module.policy {
            let (refr, kind) = match rule.as_ref() {
                Rule::Default { refr, args, .. } if args.is_empty() => (refr, Kind::Default),
                Rule::Default { refr, .. } => (refr, Kind::Function),
                Rule::Spec { head: RuleHead::Func { refr, .. }, .. } => (refr, Kind::Function),
                Rule::Spec { head: RuleHead::Set { refr, .. }, .. } => (refr, Kind::Partial),
                Rule::Spec { head: RuleHead::Compr { refr, .. }, .. } => match refr.as_ref() {
                    Expr::Var { .. } => (refr, Kind::Complete),
                    _ => (refr, Kind::Partial),
                },
            };
            let span = rule.span();
            if let Some(name) = first_of(refr) {
                self.kinds.entry(name).or_default().push((kind, (span.line, span.col)));
            }
        }
        if !self.module.is_empty() {
            self.kinds_agree();
        }
    }

    fn kinds_agree(&mut self) {
        for (name, kinds) in &self.kinds {
            let has = |kind: Kind| kinds.iter().find(|(k, _)| *k == kind).map(|(_, at)| *at);
            let whole = has(Kind::Default).or(has(Kind::Complete));
            let (partial, function) = (has(Kind::Partial), has(Kind::Function));
            let clash = partial.filter(|_| whole.or(function).is_some()).or(whole.and(function));
            if let Some((line, column)) = clash {
                let message = format!(
                    "`{name}` is written in two ways that cannot both hold: a set or object that rules add to has no \
                     default and is never given as a whole (it is empty by itself)"
                );
                self.faults.push(Fault::at(self.module, line, column, message));
            }
        }
        let decision = self.kinds.get("decision");
        if !decision.is_some_and(|kinds| kinds.iter().any(|(kind, _)| *kind == Kind::Complete)) {
            let message = "it has no rule `decision`: write `decision := {\"allow\": allow, \"deny_reasons\": deny_reasons, \
                           \"warnings\": warnings}`";
            self.faults.push(Fault::whole(self.module, message));
        }
    }

    fn in_test(&self) -> bool {
        self.at.starts_with("test_")
    }

    fn rule(&mut self, rule: &Rule) {
        match rule {
            Rule::Default { refr, args, value, .. } => {
                self.at = first_of(refr).unwrap_or_default();
                let built = matches!(
                    value.as_ref(),
                    Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. }
                );
                if !args.is_empty() || built {
                    let help = "a default is a plain value, and functions have none: the engine would take another one";
                    self.fault(rule.span(), help);
                }
                args.iter().chain([value]).for_each(|expr| self.expr(expr));
            }
            Rule::Spec { head, bodies, .. } => {
                match head {
                    RuleHead::Compr { refr, assign, .. } => {
                        self.at = first_of(refr).unwrap_or_default();
                        self.head(refr);
                        self.assign(assign.as_ref());
                    }
                    RuleHead::Set { refr, key, .. } => {
                        self.at = first_of(refr).unwrap_or_default();
                        self.head(refr);
                        key.iter().for_each(|key| self.expr(key));
                    }
                    RuleHead::Func { refr, args, assign, .. } => {
                        self.at = first_of(refr).unwrap_or_default();
                        for arg in args {
                            match arg.as_ref() {
                                // The machine would call it with nothing, and nobody else would.
                                Expr::Var { span, .. } if span.text() == "_" => {
                                    self.fault(span, "an argument without a name: give it one");
                                }
                                _ => self.expr(arg),
                            }
                        }
                        self.assign(assign.as_ref());
                    }
                }
                for body in bodies {
                    self.assign(body.assign.as_ref());
                    self.query(&body.query);
                }
            }
        }
    }

    /// The keys of a head such as `p[key]`; its name is not a reference.
    fn head(&mut self, refr: &Ref<Expr>) {
        match refr.as_ref() {
            Expr::RefBrack { refr, index, .. } => {
                self.head(refr);
                self.expr(index);
            }
            Expr::RefDot { refr, .. } => self.head(refr),
            _ => {}
        }
    }

    fn assign(&mut self, assign: Option<&RuleAssign>) {
        if let Some(assign) = assign {
            self.expr(&assign.value);
        }
    }

    fn query(&mut self, query: &Query) {
        for stmt in &query.stmts {
            match &stmt.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { key, value, collection, .. } => {
                    key.iter().chain([value, collection]).for_each(|expr| self.expr(expr));
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.expr(expr),
                Literal::Every { domain, query, .. } => {
                    self.expr(domain);
                    self.query(query);
                }
            }
            for with in &stmt.with_mods {
                if !self.in_test() {
                    self.fault(&with.span, "`with` is for tests: write what holds as a rule of its own, or begin this rule's name with `test_`");
                }
                self.expr(&with.r#as);
            }
        }
    }

    fn expr(&mut self, expr: &Ref<Expr>) {
        match expr.as_ref() {
            Expr::Var { span, .. } => match span.text() {
                "data" => self.fault(
                    span,
                    "`data` as a whole holds every rule: name `data.config` and what is in it",
                ),
                name => self.refer(&name.to_owned()),
            },
            Expr::RefDot { refr, .. } => {
                if !self.fixed(expr) {
                    self.expr(refr);
                }
            }
            Expr::RefBrack { refr, index, .. } => {
                if !self.fixed(expr) {
                    self.expr(refr);
                }
                self.expr(index);
            }
            Expr::Call { span, fcn, params, .. } => {
                self.call(span, fcn, params);
                params.iter().for_each(|param| self.expr(param));
            }
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                items.iter().for_each(|item| self.expr(item));
            }
            Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
                self.expr(key);
                self.expr(value);
            }),
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.expr(term);
                self.query(query);
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                self.expr(key);
                self.expr(value);
                self.query(query);
            }
            Expr::UnaryExpr { expr, .. } => self.expr(expr),
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                let written = |side: &Ref<Expr>| matches!(side.as_ref(), Expr::Number { .. });
                self.multiplies |= *op == ArithOp::Mul && !written(lhs) && !written(rhs);
                self.expr(lhs);
                self.expr(rhs);
            }
            Expr::BinExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::AssignExpr { lhs, rhs, .. } => {
                self.expr(lhs);
                self.expr(rhs);
            }
            Expr::Membership { key, value, collection, .. } => {
                key.iter().chain([value, collection]).for_each(|expr| self.expr(expr));
            }
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => {}
        }
    }

    /// A reference into `data` by names alone: our configuration, or a rule of our own. Anything else is refused.
    fn fixed(&mut self, expr: &Ref<Expr>) -> bool {
        let base = base_of(expr);
        let Expr::Var { span, .. } = base else { return false };
        if span.text() != "data" {
            return false;
        }
        let path = leading_path(expr);
        if path.get(1).is_some_and(|second| second == "config") {
            return true;
        }
        match path.strip_prefix(self.own.as_slice()).and_then(|rest| rest.first()) {
            Some(rule) => self.refer(&rule.clone()),
            None => self.fault(
                span,
                "a module stands alone: of `data` it sees `data.config` and its own rules, by name",
            ),
        }
        true
    }

    fn refer(&mut self, name: &String) {
        if self.kinds.contains_key(name) {
            self.edges.entry(self.at.clone()).or_default().insert(name.clone());
        }
    }

    fn call(&mut self, span: &Span, fcn: &Ref<Expr>, params: &[Ref<Expr>]) {
        let Some(path) = path_of(fcn) else {
            self.fault(span, "what is called here has no fixed name");
            return;
        };
        if let Some([rule]) = path.strip_prefix(self.own.as_slice()) {
            self.refer(rule);
            return;
        }
        let name = path.join(".");
        if self.kinds.contains_key(&name) {
            self.refer(&name);
            return;
        }
        let harmless = !matches!(name.as_str(), "http.send" | "opa.runtime" | "print" | "trace");
        let taken = builtins::allowed(&name) || (self.in_test() && harmless);
        if !taken {
            self.fault(span, builtins::refusal(&name));
        }
        if let (
            "sprintf",
            Some(Expr::String { value, span, .. } | Expr::RawString { value, span, .. }),
        ) = (name.as_str(), params.first().map(Ref::as_ref))
            && let Ok(format) = value.as_string()
            && let Some(why) = format_fault(format)
        {
            self.fault(span, format!("this format is not taken: {why}"));
        }
    }

    /// Rules that come back to themselves, and rules that stand on too many others.
    fn recursion(&mut self) {
        let names: Vec<&String> = self.kinds.keys().collect();
        let Some((name, message)) = chains::fault(&names, &self.edges) else { return };
        let at =
            self.kinds.get(&name).and_then(|kinds| kinds.first()).map_or((0, 0), |(_, at)| *at);
        self.faults.push(Fault::at(self.module, at.0, at.1, message));
    }
}
