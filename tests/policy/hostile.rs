//! Modules that would end, fill, hang or fool the engine: each is refused by name and place, or ends within its limits,
//! and beside each stands a twin that is admitted.

use crate::support::{COUNTERSIGN, Home, Recorder, Session};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Processor time of a trial ends at 4 s, and the caller's patience at 5; a busy machine may take longer to say so.
const PROMPT: Duration = Duration::from_secs(60);

/// What a trial said, and whether it said anything.
struct Tried {
    report: Option<Value>,
    took: Duration,
}

impl Tried {
    fn faults(&self) -> Vec<String> {
        let faults = self.report.as_ref().map(|report| report["faults"].as_array().cloned());
        let text = |fault: &Value| {
            format!(
                "{}:{}: {}",
                fault["line"],
                fault["column"],
                fault["message"].as_str().unwrap_or_default()
            )
        };
        faults.flatten().unwrap_or_default().iter().map(text).collect()
    }

    /// Refused with these words, or ended before it could answer; never admitted, and never late.
    #[track_caller]
    fn refused(&self, what: &str, words: &str) {
        assert!(self.took < PROMPT, "{what} took {:?}", self.took);
        let faults = self.faults();
        match &self.report {
            Some(report) => assert!(
                faults.iter().any(|fault| fault.contains(words)),
                "{what} should be refused with {words:?}: {report}"
            ),
            None => assert_eq!(
                words, "",
                "{what} should have been refused with {words:?} and ended instead"
            ),
        }
    }

    #[track_caller]
    fn admitted(&self, what: &str) {
        assert_eq!(self.faults(), Vec::<String>::new(), "{what} should be admitted");
        assert!(self.report.is_some(), "{what} should be admitted and ended instead");
    }
}

fn trial(text: &str, inputs: &[Value]) -> Tried {
    let request = json!({"modules": [{"name": "m", "text": text}], "config": {}, "inputs": inputs});
    let begun = Instant::now();
    let mut child = Command::new(COUNTERSIGN)
        .arg("policy-trial")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("stdin").write_all(request.to_string().as_bytes()).ok();
    let output = child.wait_with_output().expect("it ends");
    let report = serde_json::from_slice(&output.stdout).ok().filter(|_| output.status.success());
    Tried { report, took: begun.elapsed() }
}

/// A whole module whose one deny reason has this body, among these rules.
fn module(rules: &str, body: &str) -> String {
    format!(
        "package countersign.m\n\ndefault allow := true\n\nallow := false if count(deny_reasons) > 0\n\n{rules}\n\n\
         deny_reasons contains \"no\" if {{\n\t{body}\n}}\n\n\
         decision := {{\"allow\": allow, \"deny_reasons\": deny_reasons, \"warnings\": set()}}\n"
    )
}

#[test]
fn what_looks_at_the_world_or_cannot_be_bounded_is_refused_by_name() {
    for (body, name) in [
        (r#"http.send({"method": "get", "url": "http://x.test"}).status_code == 200"#, "http.send"),
        ("time.now_ns() > 0", "time.now_ns"),
        (r#"rand.intn("k", 10) > 20"#, "rand.intn"),
        (r#"uuid.rfc4122("k") == "x""#, "uuid.rfc4122"),
        ("opa.runtime().version == 1", "opa.runtime"),
        ("count(numbers.range(1, 200000000)) == 0", "numbers.range"),
        ("bits.lsh(1, 4000000000) == 0", "bits.lsh"),
        (r#"count(graph.reachable_paths({"a": ["b"]}, ["a"])) == 99"#, "graph.reachable_paths"),
        (r#"strings.count("abc", "") == 0"#, "strings.count"),
        ("some p, v\n\twalk(input, [p, v])\n\tv == 9", "walk"),
        (r#"io.jwt.decode(input.token)[0].alg == "none""#, "io.jwt.decode"),
        (r#"crypto.sha256(input.tool) == "x""#, "crypto.sha256"),
        (r#"count(net.cidr_expand("10.0.0.0/8")) == 1"#, "net.cidr_expand"),
        (r#"print("x")"#, "print"),
        ("input.frobnicate_it(1)", "input.frobnicate_it"),
    ] {
        trial(&module("", body), &[]).refused(name, &format!("`{name}`"));
    }
    let twin = r#"startswith(lower(input.tool), "nothing")"#;
    trial(&module("", twin), &[]).admitted("a plain builtin");
}

#[test]
fn a_rule_that_comes_back_to_itself_is_refused() {
    for (what, rules, body) in [
        ("a function", "f(x) := f(x + 1)", "f(1) == 2"),
        ("two functions", "f(x) := g(x + 1)\n\ng(x) := f(x + 1)", "f(1) == 2"),
        ("an alias", "f(x) := g(x + 1)\n\ng := f", "f(1) == 2"),
        ("a path", "f(x) := data.countersign.m.f(x + 1)", "f(1) == 2"),
        ("a bracket path", "f(x) := data[\"countersign\"].m[\"f\"](x + 1)", "f(1) == 2"),
        ("two rules", "p if q\n\nq if p", "p"),
        ("a dead function", "f(x) := f(x)", "input.nothing"),
        ("the decision", "", "decision.allow"),
    ] {
        trial(&module(rules, body), &[]).refused(what, "comes back to itself");
    }
    for (what, rules, body) in [
        ("a name made at run time", "x := data.countersign[input.tool]", "x == 1"),
        ("all of data", "", "count(data) == 0"),
        ("another module", "", "data.countersign.other.allow"),
        ("an import of another", "import data.countersign.other", "other.allow"),
    ] {
        let text = match rules.strip_prefix("import ") {
            Some(import) => {
                module("", body).replacen("\n\n", &format!("\n\nimport {import}\n\n"), 1)
            }
            None => module(rules, body),
        };
        trial(&text, &[]).refused(what, "`data");
    }
    trial(&module("f(x) := g(x + 1)\n\ng(x) := x", "f(1) == 99"), &[]).admitted("two functions");
    let chain: Vec<String> = (0..150).map(|i| format!("f{i}(x) := f{}(x)", i + 1)).collect();
    let rules = format!("{}\n\nf150(x) := x", chain.join("\n\n"));
    trial(&module(&rules, "f0(1) == 99"), &[]).refused("a long chain", "one on the other");
    let rules = format!("{}\n\nf150(x) := x", chain[100..].join("\n\n"));
    trial(&module(&rules, "f100(1) == 99"), &[]).admitted("a shorter chain");
}

#[test]
fn nesting_and_long_chains_are_refused_before_they_are_parsed() {
    for (what, text, words) in [
        ("brackets", format!("x := {}1{}", "[".repeat(18), "]".repeat(18)), "brackets are open"),
        ("braces", format!("x := {}1{}", "{".repeat(14), "}".repeat(14)), "brackets are open"),
        (
            "objects",
            format!("x := {}1{}", "{\"a\":".repeat(14), "}".repeat(14)),
            "brackets are open",
        ),
        (
            "parentheses",
            format!("x := {}1{}", "(".repeat(400), ")".repeat(400)),
            "brackets are open",
        ),
        ("a sum", format!("x := 1{}", " +\n\t1".repeat(40_000)), "operators in one expression"),
        ("a reference", format!("x := input{}", ".a".repeat(200)), "reference of more than"),
        ("a large number", "x := 1e999999999".to_owned(), "exponent"),
        ("a zero byte", "x := 1\0 y".to_owned(), "control character"),
        ("a long text", format!("# {}", "x".repeat(300_000)), "split it"),
    ] {
        let tried = trial(&module(&text, "x == 2"), &[]);
        tried.refused(what, words);
        let fault = &tried.report.as_ref().expect("a report")["faults"][0];
        assert!(what == "a long text" || fault["line"].as_u64() > Some(5), "{what}: {fault}");
    }
    for twin in ["x := [[[[1]]]]", "x := `[[[[[[[[[[[[[[[`", "x := \"{{{{{{{{{{{\" # [[[[[[[[[["] {
        trial(&module(twin, "x == 2"), &[]).admitted(twin);
    }
}

#[test]
fn growth_without_end_ends() {
    let doubled = |first: &str, next: &dyn Fn(usize) -> String| {
        let steps = (1..=40).map(next).collect::<Vec<_>>().join("\n\n");
        format!("s0 := {first}\n\n{steps}")
    };
    let concat = |i: usize| format!("s{i} := concat(\"\", [s{0}, s{0}])", i - 1);
    let square = |i: usize| format!("s{i} := s{0} * s{0}", i - 1);
    let format_ = |i: usize| format!("s{i} := sprintf(\"%s%s\", [s{0}, s{0}])", i - 1);
    let replaced = |i: usize| format!("s{i} := replace(s{0}, \"a\", \"aa\")", i - 1);
    let pairs = |i: usize| format!("s{i} := [s{0}, s{0}]", i - 1);
    let joined = |i: usize| format!("s{i} := array.concat(s{0}, s{0})", i - 1);
    let limit = "more steps or memory";
    let ten = |name: &str| format!("some {name} in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]");
    let all = ["a", "b", "c", "d", "e", "f"].map(ten).join("; ");
    let loops = format!("count({{[a, b, c, d, e, f] | {all}}}) == 1");
    for (what, rules, body, words) in [
        ("texts", doubled("\"aaaaaaaa\"", &concat), "s40 == \"x\"", limit),
        ("numbers", doubled("999999999999", &square), "s40 == 1", limit),
        ("formats", doubled("\"aaaaaaaa\"", &format_), "s40 == \"x\"", limit),
        ("replacements", doubled("\"aaaaaaaa\"", &replaced), "s40 == \"x\"", limit),
        ("arrays", doubled("[1, 2, 3]", &joined), "count(s40) == 1", limit),
        ("a tree written out", doubled("[1]", &pairs), "json.marshal(s40) == \"x\"", limit),
        ("a tree formatted", doubled("[1]", &pairs), "sprintf(\"%v\", [s40]) == \"x\"", limit),
        (
            "a width",
            String::new(),
            "sprintf(\"%1000000000d\", [1]) == \"\"",
            "more than two digits",
        ),
        (
            "a hidden width",
            String::new(),
            "sprintf(concat(\"\", [\"%\", \"1000000000\", \"d\"]), [1]) == \"\"",
            limit,
        ),
        (
            "a number in a text",
            String::new(),
            "to_number(concat(\"\", [\"1e\", \"999999999\"])) == 1",
            limit,
        ),
        ("loops", String::new(), loops.as_str(), limit),
        (
            "a large pattern",
            String::new(),
            "regex.match(`(\\w{100}){100}(\\w{100}){100}`, \"x\")",
            limit,
        ),
    ] {
        trial(&module(&rules, body), &[]).refused(what, words);
    }
    // The engine has no limit for this one: the end of the trial is the answer.
    let rules =
        format!("{}\n\n{}", doubled("[1]", &pairs), doubled("[1]", &pairs).replace('s', "t"));
    trial(&module(&rules, "s40 == t40"), &[]).refused("trees compared", "");
    // Within bounds the same is admitted.
    for (what, rules, body) in [
        ("a text", "s := concat(\"\", [\"a\", \"b\"])", "s == \"x\""),
        ("a number", "s := 999999999999 * 999999999999", "s == 1"),
        ("a tree", "s := [[1, 1], [1, 1]]", "json.marshal(s) == \"x\""),
        ("a pattern", "", "regex.match(`^(a+)+$`, input.tool)"),
        ("a loop", "", "count({[a, b] | some a in [1, 2, 3]; some b in [1, 2, 3]}) == 1"),
    ] {
        trial(&module(rules, body), &[]).admitted(what);
    }
}

#[test]
fn a_wrong_shape_is_refused() {
    let base = module("", "input.x == 1");
    for (what, text, words) in [
        (
            "another package",
            base.replace("countersign.m", "countersign.other"),
            "must be `countersign.m`",
        ),
        (
            "an older package",
            base.replace("countersign.m", "cmbagent.m"),
            "must be `countersign.m`",
        ),
        ("no decision", base.replace("decision :=", "verdict :="), "no rule `decision`"),
        (
            "a default beside a set",
            module("default deny_reasons := []", "input.x == 1"),
            "`deny_reasons` is written in two ways",
        ),
        ("a wrong type", base.replace("\"allow\": allow", "\"allow\": \"yes\""), "wrong shape"),
        (
            "an undefined member",
            base.replace("\"allow\": allow", "\"allow\": input.allowed"),
            "undefined",
        ),
        ("a member misspelt", base.replace("\"deny_reasons\":", "\"deny_reason\":"), "wrong shape"),
        ("an unsafe variable", module("", "y > 1"), "y"),
        ("no Rego at all", "this is not Rego".to_owned(), ""),
        (
            "`with` in a rule",
            module("p if input.x == 2", "p with input as {}"),
            "`with` is for tests",
        ),
        (
            "a default function",
            module("default f(x) := 1", "f(1) == 2"),
            "a default is a plain value",
        ),
        (
            "a test that fails",
            module("test_it if 1 == 2", "input.x == 1"),
            "its own test `test_it` fails",
        ),
        (
            "a test without end",
            module("test_it if count(numbers.range(1, 1000000000)) == 2", "input.x == 1"),
            "",
        ),
    ] {
        trial(&text, &[]).refused(what, words);
    }
    let test = "test_it if decision.allow with input as {\"x\": 2}";
    let tried = trial(&module(test, "input.x == 1"), &[json!({"x": 1}), json!({"x": 2})]);
    tried.admitted("a module with its test");
    let report = tried.report.expect("a report");
    assert_eq!(report["tests"], 1);
    assert_eq!(report["outcomes"][0][0]["verdict"], "deny", "{report}");
    assert_eq!(report["outcomes"][0][1]["verdict"], "allow", "{report}");
}

/// The machine goes on after an assignment of nothing, and the rest of the world stops there.
#[test]
fn an_assignment_of_nothing_ends_its_rule() {
    for (rules, body) in [
        ("", "y := input.q\n\tnot y == 1"),
        ("", "y := lower(input.q)\n\tnot startswith(y, \"x\")"),
        ("", "y # := no\n\t:= input.q\n\tnot y == 1"),
        ("p if {\n\ty := input.q\n\tnot y == 1\n}", "p"),
        ("f(x) if not x == 1", "f(input.q)"),
        ("p := count([x | x := input.q; not x == 1])", "p == 1"),
        ("", "every x in [1] {\n\t\ty := input.q\n\t\tnot y == x\n\t}"),
        ("", "[a, b] := input.q\n\tnot a == b"),
        ("", "{\"a\": v} := input.q\n\tnot v == 2"),
    ] {
        let tried = trial(&module(rules, body), &[json!({}), json!({"q": "z"})]);
        tried.admitted(body);
        let report = tried.report.expect("a report");
        assert_eq!(report["outcomes"][0][0]["verdict"], "allow", "{body}: {report}");
        if !body.starts_with(['[', '{']) {
            assert_eq!(report["outcomes"][0][1]["verdict"], "deny", "{body}: {report}");
        }
    }
}

#[test]
fn deep_and_large_inputs_are_answered() {
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!({ "a": deep });
    }
    let inputs = [deep, json!({"tool": "x".repeat(300_000)}), json!(null), json!([])];
    let tried = trial(&module("", "input.x == 1"), &inputs);
    tried.admitted("a plain module");
    let report = tried.report.expect("a report");
    let verdicts: Vec<&Value> = (0..4).map(|at| &report["outcomes"][0][at]["verdict"]).collect();
    assert_eq!(verdicts, [&json!("allow"), &json!(null), &json!("allow"), &json!("allow")]);
    assert_eq!(report["outcomes"][0][1]["error"], "limit");
}

#[test]
fn decisions_are_served_while_a_trial_runs_wild() {
    let home = Home::new();
    let notes = Recorder::new(&home, "notes");
    home.write_config(&notes.toml("notes", "production"));
    let mut session = Session::serve(&home, &["--toolsets", "approvals,policy"]);
    session.tools_with("notes__read_note");
    let pairs = |name: char| {
        let first = format!("{name}0 := [1]");
        let rest = (1..=40).map(|i| format!("{name}{i} := [{name}{0}, {name}{0}]", i - 1));
        std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n\n")
    };
    let wild = module(&format!("{}\n\n{}", pairs('s'), pairs('t')), "s40 == t40");
    let tried = |text: &str| json!({ "policy_content": text, "test_inputs": [{ "action": "exec", "resource": {} }] });
    let call = |session: &mut Session| {
        let begun = Instant::now();
        let result = session.call("notes__read_note", json!({"id": "a"}));
        assert_ne!(result["isError"], true, "{result}");
        begun.elapsed()
    };
    let mut quiet: Vec<Duration> = (0..20).map(|_| call(&mut session)).collect();
    // The same process has it tried, and must go on meanwhile.
    let id = session.start_call("test_policy", tried(&wild));
    let mut busy = Vec::new();
    let told = loop {
        busy.push(call(&mut session));
        if let Some(told) = session.response_within(id, Duration::from_millis(1)) {
            break told;
        }
    };
    assert_eq!(told["result"]["structuredContent"]["policy_valid"], false, "{told}");
    let harmless = session.call("test_policy", tried(&module("", "input.x == 1")));
    assert_eq!(harmless["structuredContent"]["policy_valid"], true, "the twin: {harmless}");
    assert!(busy.len() >= 5, "answered while it ran: {busy:?}");
    // The one processor that it takes is not all there is; whoever waited for it waited a thousand times as long.
    let middle = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (quiet, busy) = (middle(&mut quiet), middle(&mut busy));
    assert!(busy < quiet * 30, "{busy:?} beside a trial, {quiet:?} without");
}
