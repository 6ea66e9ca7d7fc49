//! Every key in both directions: what opens is told, the way back and what is neither is not.

use crate::config::loosening::loosens;
use crate::config::{Config, Source};
use std::path::Path;

/// Reads a file; what stands behind a line `### NAME` is the text of a module.
fn read(text: &str) -> Config {
    let mut parts = text.split("### ");
    let configuration = parts.next().unwrap_or_default();
    let modules: serde_json::Map<_, _> = parts
        .map(|part| {
            let (name, text) = part.split_once('\n').unwrap();
            (name.to_owned(), text.into())
        })
        .collect();
    let whole = serde_json::json!({ "configuration": configuration, "modules": modules });
    let source = Source::of_text(&whole.to_string());
    source.parse(Path::new("countersign.toml")).unwrap_or_else(|e| panic!("{text}\n{e}"))
}

fn keys(old: &str, new: &str) -> Vec<String> {
    loosens(&read(old), &read(new)).into_iter().map(|change| change.key).collect()
}

const UP: &str = "[upstream.x]\ncommand = \"x\"\n";
const ALLOW: &str = "[[rule]]\ntool = \"x__*\"\neffect = \"allow\"\n";
const ASK: &str = "[[rule]]\ntool = \"x__*\"\neffect = \"ask\"\n";
const DENY: &str = "[[rule]]\ntool = \"x__*\"\neffect = \"deny\"\n";
const REMOTE: &str = "[policy.remote]\nurl = \"http://a/\"\n";
const BUDGET: &str = "[budget.b]\nlimit_usd = 5\n";
const PROVIDER: &str = "[ir.provider.p]\n";
const TWO: &str = "[[quorum]]\nrequired = 2\n";
const NAMED: &str =
    "[[quorum]]\ntool = \"b__*\"\napprovers = [\"ann\", \"ben\", \"eva\"]\nrequired = 2\n";
const SOON: &str = "escalate_before = \"1h\"\n";
const DEPUTY: &str = "[person.ann]\ndeputy = \"dora\"\n";
const MANAGER: &str = "[person.ann]\nmanager = \"max\"\n";

/// The key, the stricter file, the looser file. From the stricter to the looser exactly this key is told; back, nothing.
#[test]
fn what_opens_is_told_and_the_way_back_is_not() {
    let up = |more: &str| format!("{UP}{more}\n");
    let cases: Vec<(&str, String, String)> = [
        ("require_approval_tier", "require_approval_tier = 1", "require_approval_tier = 3"),
        ("stance", "stance = \"deny\"", ""),
        ("auth.enabled", "auth.enabled = true", ""),
        ("approvals.yes_life", "", "approvals.yes_life = \"2h\""),
        ("approvals.mcp_max_tier", "", "approvals.mcp_max_tier = 0"),
        ("approvals.mcp_max_tier", "approvals.mcp_max_tier = 1", "approvals.mcp_max_tier = 2"),
        ("approvals.on_ask", "approvals.on_ask = \"deny\"", "approvals.on_ask = \"pending\""),
        ("retention.bodies", "", "retention.bodies = \"1d\""),
        ("retention.reads", "", "retention.reads = \"1d\""),
        ("retention.size", "", "retention.size = \"1MB\""),
        ("policy.enforcement", "", "policy.enforcement = false"),
        ("policy.four_eyes", "policy.four_eyes = true", ""),
        ("policy.project", "policy.project = \"a\"", ""),
        ("policy.window", "", "policy.window = \"5s\""),
        ("policy.mask", "policy.mask = [\"/a\", \"/b\"]", "policy.mask = [\"/b\"]"),
        (
            "policy.remote.timeout",
            "policy.remote = {url = \"http://a\", timeout = \"2s\"}",
            "policy.remote = {url = \"http://a\"}",
        ),
        (
            "policy.remote.on_error",
            "policy.remote = {url = \"http://a\", on_error = \"deny\"}",
            "policy.remote = {url = \"http://a\"}",
        ),
        ("client.a.answers_up_to", "", "[client.a]\nanswers_up_to = 0"),
        ("client.a.answers_up_to", "client.a.answers_up_to = 0", "client.a.answers_up_to = 2"),
        (
            "client.a.users",
            "client.a.answers_up_to = 0",
            "client.a = { answers_up_to = 0, users = [\"u\"] }",
        ),
        ("rule", "", ALLOW),
        ("rule", DENY, ""),
        ("rule", ASK, ""),
        ("budget.b", BUDGET, ""),
        ("budget.b.limit_usd", BUDGET, "[budget.b]\nlimit_usd = 5.01"),
        ("budget.b.window", BUDGET, "[budget.b]\nlimit_usd = 5\nwindow = \"1h\""),
        ("budget.b.scope", BUDGET, "[budget.b]\nlimit_usd = 5\nscope = \"session\""),
        ("ir.provider.\"p\"", "", PROVIDER),
        ("ir.provider.\"p\".environment", PROVIDER, "[ir.provider.p]\nenvironment = \"dev\""),
        ("ir.provider.\"p\".upstream", PROVIDER, "[ir.provider.p]\nupstream = \"x\""),
        (
            "ir.provider.\"p\".tool.\"p.a\"",
            "[ir.provider.p]\nupstream = \"x\"",
            "[ir.provider.p]\nupstream = \"x\"\ntool = { \"p.a\" = { tool = \"t\" } }",
        ),
        ("directive.D4.tier", "", "directive.D4 = { tier = 2 }"),
        ("directive.D3.approval", "", "directive.D3 = { approval = false }"),
        ("directive.D1.tier", "directive.D1 = { tier = 1 }", ""),
        ("policies/m.rego", "### m\npackage m\n", ""),
        (
            "policies/m.rego",
            "### m\npackage m\n",
            "### m\n# countersign: status=inactive\npackage m\n",
        ),
        (
            "policies/m.rego",
            "### m\npackage m\n",
            "### m\n# countersign: scope=user scope_id=a\npackage m\n",
        ),
        (
            "policies/m.rego",
            "### m\n# countersign: on_error=deny\npackage m\n",
            "### m\npackage m\n",
        ),
    ]
    .map(|(key, strict, loose)| (key, strict.to_owned(), loose.to_owned()))
    .into_iter()
    .chain([
        ("upstream.x.environment", up(""), up("environment = \"dev\"")),
        ("upstream.x.resources", up(""), up("resources = \"read\"")),
        ("upstream.x.allow_requests", up(""), up("allow_requests = [\"roots/list\"]")),
        ("upstream.x.cost.t", up("cost = { t = 2 }"), up("cost = { t = 1 }")),
        ("upstream.x.cost.t", up("cost = { t = 2 }"), up("")),
        ("upstream.x.cost.t", up("cost = { \"*\" = 2 }"), up("cost = { \"*\" = 2, t = 1 }")),
        ("upstream.x.environment", String::new(), up("environment = \"test\"")),
        ("upstream.x.resources", String::new(), up("resources = \"read\"")),
        ("upstream.x.cost.t", up("cost = { t = 2 }"), String::new()),
        ("quorum", TWO.to_owned(), String::new()),
        ("quorum", NAMED.to_owned(), String::new()),
        ("quorum", NAMED.to_owned(), NAMED.replace("= 2", "= 1")),
        ("quorum", NAMED.to_owned(), format!("{NAMED}tier = 3\n")),
        ("quorum", NAMED.replace("\"ann\", ", ""), NAMED.to_owned()),
        ("quorum", NAMED.to_owned(), format!("{NAMED}{DEPUTY}")),
        ("quorum", format!("{NAMED}{MANAGER}"), format!("{NAMED}{SOON}{MANAGER}")),
        (
            "quorum",
            format!("{NAMED}{SOON}{MANAGER}"),
            format!("{NAMED}{}{MANAGER}", SOON.replace("1h", "2h")),
        ),
        ("quorum", format!("{NAMED}{SOON}"), format!("{NAMED}{SOON}{MANAGER}")),
        ("rule", format!("stance = \"deny\"\n{DENY}"), format!("stance = \"deny\"\n{DENY}{ASK}")),
    ])
    .collect();
    for (key, strict, loose) in cases {
        assert_eq!(keys(&strict, &loose), [key], "to\n{loose}\nfrom\n{strict}");
        // An ask rule does not go unseen under whatever stance.
        let back = keys(&loose, &strict);
        assert!(back.is_empty() || loose.contains(ASK), "{key} back: {back:?}");
    }
}

/// Changes of which neither direction is known to be the stricter.
#[test]
fn what_may_open_either_way_is_told_both_ways() {
    let up = |more: &str| format!("{UP}{more}\n");
    let rule = |more: &str| format!("{DENY}{more}\n");
    let cases: Vec<(&str, String, String)> = vec![
        ("upstream.x.environment", up("environment = \"dev\""), up("environment = \"test\"")),
        (
            "upstream.x.classification",
            up("classification = \"phi\""),
            up("classification = \"pii\""),
        ),
        // Where a module finds none, it may be at its strictest.
        ("upstream.x.classification", up(""), up("classification = \"pii\"")),
        ("upstream.x.classification", String::new(), up("classification = \"pii\"")),
        ("upstream.x.cost.t", up("cost = { t = 2 }"), up("cost = { t = { pointer = \"/usd\" } }")),
        ("upstream.x.action.t", up(""), up("action = { t = { action = \"file_read\" } }")),
        ("upstream.x.action.t", String::new(), up("action = { t = { action = \"file_read\" } }")),
        (
            "upstream.x.action.t",
            up("action = { t = { action = \"file_read\" } }"),
            up("action = { t = { action = \"file_read\", path = \"/p\" } }"),
        ),
        ("rule", rule("tier = 2"), rule("tier = 3")),
        ("rule", rule(""), rule("tier = 3")),
        ("rule", rule("when = { a = 1 }"), rule("when = { a = 2 }")),
        ("rule", rule("pattern = \"a\""), rule("pattern = \"b\"")),
        ("rule", ALLOW.to_owned(), ALLOW.replace("x__*", "y__*")),
        ("rule", ALLOW.to_owned(), format!("{ALLOW}allow_tier = 3")),
        ("policy.project", "policy.project = \"a\"".into(), "policy.project = \"b\"".into()),
        ("policy.config", String::new(), "[policy.config.m]\nmax = 1".into()),
        ("policy.remote", String::new(), REMOTE.into()),
        ("policy.remote.url", REMOTE.into(), REMOTE.replace("//a", "//b")),
        (
            "budget.b.scope",
            format!("{BUDGET}scope = \"agent\""),
            format!("{BUDGET}scope = \"upstream\""),
        ),
        ("quorum", NAMED.into(), NAMED.replace("ann", "max")),
        ("quorum", format!("{NAMED}{DEPUTY}"), format!("{NAMED}{}", DEPUTY.replace("dora", "eva"))),
        ("quorum", NAMED.into(), NAMED.replace("b__", "c__")),
        // More people, but not those who are named.
        ("quorum", NAMED.into(), format!("{NAMED}{}", TWO.replace('2', "3"))),
        ("quorum", NAMED.into(), format!("{}{NAMED}", NAMED.replace("ann", "max"))),
        (
            "quorum",
            format!("{}tool = \"c__*\"\n{NAMED}", TWO.replace('2', "3")),
            format!("{}{NAMED}", TWO.replace('2', "3")),
        ),
        ("ir.action.\"a.b\"", String::new(), "[ir.action.\"a.b\"]\ntier = 1".into()),
        ("ir.provider.\"p\".family", PROVIDER.into(), format!("{PROVIDER}family = \"q\"")),
        (
            "ir.provider.\"p\".upstream",
            format!("{PROVIDER}upstream = \"x\""),
            format!("{PROVIDER}upstream = \"y\""),
        ),
        ("policies/m.rego", "### m\npackage m\n".into(), "### m\npackage m\nx := 1\n".into()),
        (
            "policies/m.rego",
            "### m\n# countersign: scope=user scope_id=a\npackage m\n".into(),
            "### m\n# countersign: scope=user scope_id=b\npackage m\n".into(),
        ),
    ];
    for (key, one, other) in cases {
        for (old, new) in [(&one, &other), (&other, &one)] {
            assert!(keys(old, new).contains(&key.to_owned()), "to\n{new}\nfrom\n{old}");
        }
    }
    // A class that goes takes what it asked with it; one that asks less than all others opens a way around them.
    let graver = "directive = { D1 = { tier = 1 }, D2 = { tier = 1 }";
    let (one, other) = (format!("{graver} }}"), format!("{graver}, D9 = {{ tier = 0 }} }}"));
    assert_eq!(
        (keys(&one, &other), keys(&other, &one)),
        (vec!["directive.D9".to_owned()], vec!["directive.D9".to_owned()])
    );
    let tier = |tier: u8| format!("[ir.action.\"a.b\"]\ntier = {tier}\n");
    assert_eq!(keys(&tier(2), &tier(1)), ["ir.action.\"a.b\""]);
    assert!(keys(&tier(1), &tier(2)).is_empty());
}

/// Tightening and neutral edits, all at once.
#[test]
fn what_opens_nothing_counts_without_a_person() {
    let old = format!(
        "[approvals]\nanswer_within = \"1h\"\nhold = \"5s\"\n{UP}args = [\"a\"]\nclassification = \"pii\"\n\
         [[rule]]\ntool = \"a__b\"\neffect = \"allow\"\nwhen = {{ a = 1, b = 2 }}\nname = \"one\"\nscore = 0.5\n\
         {DENY}{ASK}### m\npackage m\n### off\n# countersign: status=inactive\npackage off\n"
    );
    let new = format!(
        "# a word\nrequire_approval_tier = 1\nauth.enabled = true\ntoolsets = [\"ir\", \"approvals\"]\n\
         [approvals]\nanswer_within = \"48h\"\nhold = \"10s\"\non_ask = \"deny\"\n[client.codex]\nhold = \"20s\"\n\
         {UP}args = [\"b\"]\nenv = {{ A = \"1\" }}\ntimeout = \"30s\"\nclassification = \"pii\"\n\
         [upstream.new]\ncommand = \"y\"\ncost = {{ \"*\" = 1 }}\n\
         [upstream.far]\nurl = \"https://h.test\"\nca_file = \"/c\"\n\
         {ASK}{ASK}{DENY}reason = \"because\"\n[[rule]]\ntool = \"q__*\"\neffect = \"ask\"\n\
         [[rule]]\ntool = \"a__b\"\neffect = \"allow\"\nallow_tier = 2\nwhen = {{ b = 2, a = 1 }}\nname = \"two\"\n\
         [retention]\nbodies = \"60d\"\n[policy]\nfour_eyes = true\nproject = \"p\"\nwindow = \"2m\"\nmask = [\"/a\"]\n\
         {TWO}{NAMED}{DEPUTY}{BUDGET}[directive.D8]\ntier = 3\n[directive.D1]\ntier = 0\nlabel = \"Logs\"\n\
         ### m\n# countersign: on_error=deny\npackage m\n### off\npackage other\n### more\npackage more\n"
    );
    assert_eq!(keys(&old, &new), [""; 0]);
    assert!(!keys(&new, &old).is_empty());
    assert!(loosens(&Config::default(), &read("")).is_empty());
    // Without an allow, and with a stance that denies: rules that go and come are seen by what they judge.
    assert!(keys(ALLOW, "").is_empty() && keys("", ASK).is_empty() && keys("", DENY).is_empty());
    let wider = format!("{BUDGET}scope = \"session\"\n");
    assert!(keys(&wider, &wider.replace("session", "agent")).is_empty());
}

/// What belongs to one address goes to no other before a person agreed to it.
#[test]
fn an_address_is_sent_nothing_that_it_was_not_sent_before() {
    let site = |name: &str, host: &str, more: &str| {
        format!("[upstream.{name}]\nurl = \"https://{host}.test\"\n{more}\n")
    };
    let (token, headers, ca) =
        ("token_file = \"/t\"", "headers = { A = \"b\" }", "ca_file = \"/c\"");
    let all = format!("{token}\n{headers}\n{ca}");
    let (url, file) = ("upstream.x.url", "upstream.x.token_file");
    let (told, trust) = ("upstream.x.headers", "upstream.x.ca_file");
    for (old, new, expected) in [
        (site("x", "a", ""), site("x", "b", ""), vec![url]),
        (site("x", "a", token), site("x", "b", token), vec![url, file]),
        (site("x", "a", &all), site("x", "b", &all), vec![url, file, told]),
        (site("x", "a", ca), site("x", "a", ""), vec![trust]),
        (site("x", "a", ""), site("x", "a", ca), vec![trust]),
        (site("x", "a", ""), site("x", "a", token), vec![file]),
        (site("x", "a", token), site("x", "a", &token.replace("/t", "/u")), vec![file]),
        (site("x", "a", ""), site("x", "a", headers), vec![told]),
        // Under a new name, or in the place of a program.
        (site("y", "a", token), site("y", "a", token) + &site("x", "b", token), vec![file]),
        (UP.to_owned(), site("x", "a", token), vec![file]),
        (String::new(), site("x", "a", headers), vec![told]),
        (site("y", "a", ca) + token, site("x", "a", token), vec![file]),
        // Nothing more is sent to anybody.
        (site("x", "a", &all), site("x", "a", ca), Vec::new()),
        (site("y", "a", &all), site("x", "a", &all), Vec::new()),
        (site("x", "a", &all), String::new(), Vec::new()),
        (String::new(), site("x", "a", ca), Vec::new()),
        (UP.to_owned(), site("x", "a", ""), Vec::new()),
    ] {
        assert_eq!(keys(&old, &new), expected, "to\n{new}\nfrom\n{old}");
    }
}
