//! Judging one call, without pipes and disk.

use crate::echo;
use crate::report::{Report, Unit, median, range};
use countersign::config::{self, Config, Environment};
use countersign::domain::call::{Call, CallParts, Method, UpstreamId};
use countersign::domain::digest::{Digest, StoreKey};
use countersign::domain::id::{RuleId, SessionId};
use countersign::domain::json::{Canonical, Limits, parse};
use countersign::domain::pin::PinState;
use countersign::domain::policy::{StoredModule, StoredPolicy, StoredRule};
use countersign::domain::principal::{Principal, Role, Tenant};
use countersign::domain::ruling::{Given, Ruling, Verdict};
use countersign::domain::time::Millis;
use countersign::policy::{DefinitionFacts, Facts, Protected, Snapshot};
use std::path::Path;
use std::time::Instant;

/// A call of a tool of the cheapest server, under a policy with so many rules.
pub(crate) struct Case {
    snapshot: Snapshot,
    tool: &'static str,
    arguments: String,
}

impl Case {
    pub(crate) fn new(tool: &'static str, arguments: &str, rules: usize) -> Self {
        Self::with_modules(tool, arguments, rules, Vec::new())
    }

    /// The same with modules beside the rules.
    pub(crate) fn with_modules(
        tool: &'static str,
        arguments: &str,
        rules: usize,
        modules: Vec<StoredModule>,
    ) -> Self {
        let config = config::parse(&table(rules), Path::new("bench.toml")).expect("a policy");
        let stored = StoredPolicy { modules, ..StoredPolicy::default() };
        Self::under(&config, &stored, tool, arguments)
    }

    /// Under rules of the store, of every kind that there is.
    fn mixed(tool: &'static str, arguments: &str, rules: usize) -> Self {
        let rules = (0..rules).map(stored).collect();
        let stored = StoredPolicy { version: 1, rules, modules: Vec::new() };
        Self::under(&Config::default(), &stored, tool, arguments)
    }

    fn under(config: &Config, stored: &StoredPolicy, tool: &'static str, arguments: &str) -> Self {
        let protected = Protected {
            home: "/home/someone/.local/state/countersign".into(),
            config: "/home/someone/.local/state/countersign/countersign.toml".into(),
            extra: Vec::new(),
            user_home: Some("/home/someone".into()),
        };
        let snapshot = Snapshot::build(config, stored, protected, 1).expect("a policy");
        Self { snapshot, tool, arguments: arguments.to_owned() }
    }

    pub(crate) fn call(&self, key: &StoreKey, arguments: &str) -> Call {
        let tree = parse(arguments, &Limits::ARGUMENTS).expect("arguments");
        let parts = CallParts {
            tenant: Tenant::default(),
            principal: Principal::new(Role::Agent, "someone/bench"),
            session: SessionId::new(),
            upstream: UpstreamId { name: "echo".into(), digest: Digest([7; 32]) },
            method: Method::ToolsCall,
            tool: self.tool.to_owned(),
            definition: countersign::upstream::definition_digest(echo::definition(self.tool)),
            arguments: Some(Canonical::of(&tree).expect("arguments")),
        };
        Call::seal(parts, key)
    }

    /// Judges a call so many times; microseconds for one.
    pub(crate) fn timed(&self, call: &Call, times: usize) -> f64 {
        self.with_facts(call, |facts| {
            let begun = Instant::now();
            for _ in 0..times {
                std::hint::black_box(self.snapshot.judge(std::hint::black_box(facts)));
            }
            begun.elapsed().as_secs_f64() * 1e6 / times as f64
        })
    }

    fn with_facts<T>(&self, call: &Call, then: impl FnOnce(&Facts<'_>) -> T) -> T {
        let definition = echo::definition(self.tool);
        let definition = parse(definition, &Limits::LINE).expect("a definition");
        let arguments = call.parts().arguments.as_ref().expect("arguments").node().expect("a tree");
        then(&Facts {
            call,
            arguments: Some(&arguments),
            definition: Some(DefinitionFacts {
                tool: &definition,
                state: PinState::Accepted,
                effect: None,
            }),
            environment: Environment::Production,
            listed_resource: false,
            resources_read: false,
            given: &Given::default(),
        })
    }

    /// The call with its ruling.
    pub(crate) fn judged(&self, key: &StoreKey) -> (Call, Ruling) {
        let call = self.call(key, &self.arguments);
        let ruling = self.with_facts(&call, |facts| self.snapshot.judge(facts));
        (call, ruling)
    }
}

/// Rules as a large installation has them: most are of other tools, by name or by glob, some are of this one.
fn table(rules: usize) -> String {
    let mut text = String::new();
    for at in 0..rules {
        let rule = match at % 50 {
            0 => format!(
                "tool = \"echo__get_*\"\neffect = \"ask\"\nwhen = {{ path = \"secret/{at}/**\" }}"
            ),
            1..=4 => format!("tool = \"s{at}__get_*\"\neffect = \"allow\""),
            5..=9 => format!("tool = \"*__drop_{at}\"\neffect = \"deny\""),
            _ => format!(
                "tool = \"s{}__tool_{at}\"\neffect = \"allow\"\nwhen = {{ path = \"/srv/{at}/**\", text = \"*\" }}",
                at % 20
            ),
        };
        text.push_str(&format!("[[rule]]\n{rule}\n"));
    }
    text
}

/// One rule of the store. A tenth each are patterns of words and of other texts, and rules of this very tool that differ in
/// a path; the others are of other tools, by name, by how they begin, by how they end.
fn stored(at: usize) -> StoredRule {
    let spec = match at % 10 {
        0 => format!(r#"{{"pattern":"\\bword{at}\\ x\\b","effect":"deny","score":0.5}}"#),
        1 => format!(r#"{{"pattern":"(curl|wget).*host{at}\\.test","effect":"deny"}}"#),
        2 => format!(
            r#"{{"tool":"echo__get_note","effect":"ask","when":{{"path":"secret/{at}/**"}}}}"#
        ),
        3 => {
            format!(r#"{{"tool":"echo__get_note","effect":"ask","when":{{"path":"secret-{at}"}}}}"#)
        }
        4 => format!(r#"{{"tool":"s{at}__get_*","effect":"allow"}}"#),
        5 => format!(r#"{{"tool":"*__drop_{at}","effect":"deny"}}"#),
        _ => format!(
            r#"{{"tool":"s{}__tool_{at}","effect":"allow","when":{{"path":"/srv/{at}/**","text":"*"}}}}"#,
            at % 20
        ),
    };
    StoredRule {
        id: RuleId::new(),
        spec: serde_json::from_str(&spec).expect("a rule"),
        added_by: Principal::new(Role::Admin, "someone"),
        at: Millis(0),
        version: 1,
    }
}

pub(crate) fn measure(_folder: &Path, report: &mut Report) {
    const TIMES: usize = 2_000;
    let key = StoreKey::new([3; 32]);
    let arguments = r#"{"path":"notes/2026/october.md","line":12}"#;
    let (few, many) =
        (Case::new("get_note", arguments, 3), Case::new("get_note", arguments, 1_000));
    let call = few.call(&key, arguments);
    let verdict = few.judged(&key).1.verdict;
    assert_eq!(verdict, Verdict::Allow, "the read of this benchmark is an allowed one");
    let (mut with_few, mut with_many) = (Vec::new(), Vec::new());
    for round in 0..16 {
        let (a, b) = (few.timed(&call, TIMES), many.timed(&call, TIMES));
        if round > 0 {
            with_few.push(a);
            with_many.push(b);
        }
    }
    let what = "judge one call: kernel and 3 rules";
    report.at_most(what, median(&with_few), Unit::Micros, 5.0, &range(&with_few));
    let what = "judge one call: kernel and 1,000 rules, no Rego yet";
    report.at_most(what, median(&with_many), Unit::Micros, 60.0, &range(&with_many));
    mixed(&key, arguments, report);
}

/// What rules of every kind cost, however many there are, and how long making them ready takes.
fn mixed(key: &StoreKey, arguments: &str, report: &mut Report) {
    for (rules, times, limit) in [(10, 2_000, 5.0), (1_000, 2_000, 5.0), (10_000, 2_000, 10.0)] {
        let begun = Instant::now();
        let case = Case::mixed("get_note", arguments, rules);
        let built = begun.elapsed().as_secs_f64() * 1e3;
        let call = case.call(key, arguments);
        let mut took: Vec<f64> = (0..16).map(|_| case.timed(&call, times)).collect();
        took.remove(0);
        let what = format!("judge one call: kernel and {rules} rules of every kind");
        report.at_most(&what, median(&took), Unit::Micros, limit, &range(&took));
        report.told(&format!("make {rules} such rules ready"), built, Unit::Millis, "");
    }
}
