//! Each finding beside a policy that is fine.

use crate::config::{Config, parse};
use crate::domain::policy::{ModuleStatus, OnError, Scope, StoredModule, StoredPolicy};
use crate::domain::principal::{Principal, Role};
use crate::domain::time::Millis;
use crate::policy::lint::{Level, Source, lint, lint_module};
use std::path::Path;

fn codes(text: &str, stored: &StoredPolicy) -> Vec<(&'static str, String)> {
    let config = config(text);
    lint(&config, stored).into_iter().map(|lint| (lint.code, lint.at)).collect()
}

fn config(text: &str) -> Config {
    parse(text, Path::new("t.toml")).expect(text)
}

fn of(rules: &str) -> Vec<&'static str> {
    let text = format!("[upstream.files]\ncommand = \"x\"\n{rules}");
    codes(&text, &StoredPolicy::default()).into_iter().map(|(code, _)| code).collect()
}

fn rule(members: &str) -> String {
    format!("[[rule]]\n{}\n", members.replace("; ", "\n"))
}

#[test]
fn what_reaches_nothing() {
    for (members, code) in [
        ("tool = \"fils__write\"; effect = \"deny\"", Some("rule.no_server")),
        ("tool = \"fil__*\"; effect = \"deny\"", Some("rule.no_server")),
        ("tool = \"files\"; effect = \"deny\"", Some("rule.no_server")),
        ("tool = \"files__write\"; effect = \"deny\"", None),
        ("tool = \"fi*\"; effect = \"deny\"", None),
        ("tool = \"*__write\"; effect = \"deny\"", None),
        ("tool = \"ir:*\"; effect = \"deny\"", None),
        ("tool = \"ir:deploy\"; effect = \"deny\"", None),
        (
            "tool = \"files__w\"; effect = \"allow\"; when = { p = \"~/drafts/**\" }",
            Some("rule.never"),
        ),
        (
            "tool = \"files__w\"; effect = \"allow\"; when = { p = \"/a/../b/*\" }",
            Some("rule.never"),
        ),
        ("tool = \"files__w\"; effect = \"allow\"; when = { p = \"https://a.test/*\" }", None),
        ("tool = \"files__w\"; effect = \"allow\"; when = { p = \"/a/**\" }", None),
        ("tool = \"files__w\"; effect = \"deny\"; when = { p = \"~/drafts/**\" }", None),
        (
            "tool = \"files__w\"; effect = \"allow\"; pattern = \"ls|pwd\"; when = { c = \"cat\" }",
            Some("rule.never"),
        ),
        (
            "tool = \"files__w\"; effect = \"allow\"; pattern = \"ls|pwd\"; when = { c = \"ls\" }",
            None,
        ),
        ("tool = \"files__w\"; effect = \"allow\"; allow_tier = 1", Some("allow.idle")),
        ("tool = \"files__w\"; effect = \"allow\"; allow_tier = 2", None),
    ] {
        assert_eq!(of(&rule(members)), code.into_iter().collect::<Vec<_>>(), "{members}");
    }
    let text = rule("tool = \"any__thing\"; effect = \"deny\"");
    assert!(codes(&text, &StoredPolicy::default()).is_empty(), "no server is known");
    let deny = |more: &str| {
        let text = format!(
            "stance = \"deny\"\n[upstream.files]\ncommand = \"x\"\n{more}\n{}",
            rule("tool = \"files__w\"; effect = \"allow\"; allow_tier = 1")
        );
        codes(&text, &StoredPolicy::default()).len()
    };
    assert_eq!((deny(""), deny("environment = \"dev\"")), (1, 0));
}

#[test]
fn what_reaches_too_much() {
    for (members, code) in [
        ("tool = \"files__w\"; effect = \"allow\"; allow_tier = 3", Some("allow.tier3")),
        ("tool = \"*\"; effect = \"allow\"", Some("allow.everything")),
        ("tool = \"files__*\"; effect = \"allow\"", None),
        ("tool = \"files__w\"; pattern = \".*\"; effect = \"allow\"", Some("allow.any_text")),
        ("tool = \"files__w\"; pattern = \"[^;]+\"; effect = \"allow\"", Some("allow.any_text")),
        (
            "tool = \"files__w\"; pattern = \"(ls|bash)( .*)?\"; effect = \"allow\"",
            Some("allow.executor"),
        ),
        ("tool = \"files__w\"; pattern = \"ls( [a-z]+)*\"; effect = \"allow\"", None),
        ("pattern = \".*\"; effect = \"deny\"", None),
    ] {
        assert_eq!(of(&rule(members)), code.into_iter().collect::<Vec<_>>(), "{members}");
    }
}

#[test]
fn what_another_rule_says_already() {
    let pair = |one: &str, other: &str| of(&format!("{}{}", rule(one), rule(other)));
    for (one, other, code) in [
        (
            "tool = \"files__w\"; effect = \"deny\"",
            "tool = \"files__w\"; effect = \"deny\"; reason = \"x\"",
            Some("rule.duplicate"),
        ),
        (
            "tool = \"files__*\"; effect = \"deny\"",
            "tool = \"files__w\"; effect = \"allow\"",
            Some("rule.shadowed"),
        ),
        (
            "tool = \"files__w\"; effect = \"allow\"",
            "tool = \"files__*\"; effect = \"deny\"",
            Some("rule.shadowed"),
        ),
        (
            "tool = \"files__*\"; effect = \"ask\"",
            "tool = \"files__w*\"; effect = \"ask\"; when = { a = 1 }",
            Some("rule.shadowed"),
        ),
        (
            "tool = \"files__*\"; effect = \"ask\"",
            "pattern = \"x y\"; tool = \"files__w\"; effect = \"ask\"",
            Some("rule.shadowed"),
        ),
        ("tool = \"files__*\"; effect = \"ask\"", "tool = \"files__w\"; effect = \"deny\"", None),
        (
            "tool = \"files__*\"; effect = \"ask\"",
            "tool = \"files__w\"; effect = \"ask\"; tier = 3",
            None,
        ),
        (
            "tool = \"files__*\"; effect = \"ask\"; when = { a = 1 }",
            "tool = \"files__w\"; effect = \"ask\"",
            None,
        ),
        ("tool = \"files__w*\"; effect = \"deny\"", "tool = \"files__*\"; effect = \"ask\"", None),
        (
            "tool = \"files__*\"; effect = \"allow\"",
            "tool = \"files__w\"; effect = \"allow\"; allow_tier = 3",
            None,
        ),
    ] {
        let found: Vec<_> =
            pair(one, other).into_iter().filter(|code| code.starts_with("rule.")).collect();
        assert_eq!(found, code.into_iter().collect::<Vec<_>>(), "{one} and {other}");
    }
}

fn module(name: &str, status: ModuleStatus, text: &str) -> StoredModule {
    StoredModule {
        name: name.to_owned(),
        text: text.to_owned(),
        description: String::new(),
        status,
        scope: Scope::Global,
        scope_id: None,
        on_error: OnError::Allow,
        changed_by: Principal::new(Role::Admin, "ada"),
        at: Millis(0),
        revision: 1,
    }
}

#[test]
fn modules_that_nobody_tells_what_they_ask() {
    let with = |text: &str, modules: Vec<StoredModule>| {
        let stored = StoredPolicy { modules, ..StoredPolicy::default() };
        codes(text, &stored)
            .into_iter()
            .map(|(code, at)| format!("{code} {at}"))
            .collect::<Vec<_>>()
    };
    let asks = "package x\ndeny if input.budget_remaining_usd < 1 # input.nothing\nallow if input.action == \"exec\"";
    let one = |status| vec![module("m", status, asks)];
    assert_eq!(with("", one(ModuleStatus::Active)), ["module.no_input module `m`"]);
    assert!(with("", one(ModuleStatus::Inactive)).is_empty());
    assert!(with("[budget.day]\nlimit_usd = 5.0\n", one(ModuleStatus::Active)).is_empty());
    let typo = vec![module("m", ModuleStatus::Active, "allow if input.acton == \"exec\"")];
    assert_eq!(with("", typo).len(), 1);
    let table = "[policy.config.m]\nlimit = 1\n";
    assert_eq!(with(table, Vec::new()), ["module.inactive `[policy.config.m]`"]);
    let quiet = |status| vec![module("m", status, "x := data.config.m.limit")];
    assert_eq!(with(table, quiet(ModuleStatus::Draft)).len(), 1);
    assert!(with(table, quiet(ModuleStatus::Active)).is_empty());
}

#[test]
fn each_says_where_it_stands() {
    let text = "package x\n\nallow if input[\"acton\"] == \"exec\"";
    let stored = StoredPolicy {
        modules: vec![module("m", ModuleStatus::Active, text)],
        ..Default::default()
    };
    let config = config(&rule("name = \"all\"; tool = \"*\"; effect = \"allow\""));
    let found = lint(&config, &stored);
    let places: Vec<_> =
        found.iter().map(|l| (l.at.as_str(), l.source, l.level, l.line, l.column)).collect();
    let warning = Level::Warning;
    assert_eq!(
        places,
        [
            ("rule `all`", Source::Configuration, warning, 0, 0),
            ("module `m`", Source::Module, warning, 3, 10),
        ]
    );
    assert_eq!(lint_module("m", text), found[1..]);
    assert_eq!(lint_module("m", "allow if input.budget_remaining_usd > 1"), [], "no configuration");
}
