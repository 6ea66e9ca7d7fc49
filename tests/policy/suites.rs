//! `policy test` and `policy check` through the real binary: what passes, what fails, what is refused, and where.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Home, Output, text_of};

const MODULE: &str = "\
package countersign.mine

default allow := true

allow := false if count(deny_reasons) > 0

deny_reasons contains \"too_dear\" if input.estimated_cost_usd > 5

deny_reasons contains \"never_seen\" if {
	input.action == \"never\"
	input.tool == \"x\"
}

decision := {\"allow\": allow, \"deny_reasons\": deny_reasons, \"warnings\": set()}
";

const SUITE: &str = "\
policy: countersign.mine
tests:
  - name: dear
    action: llm_call
    resource: {}
    context: { estimated_cost: 6 }
    expected: { decision: deny, deny_reasons: [too_dear] }
  - name: cheap
    action: llm_call
    resource: {}
    context: { estimated_cost: 5 }
    expected: { decision: allow }
";

const TESTS: &str = "\
package mine_test

import data.countersign.mine

test_dear if {
	not mine.allow with input as {\"estimated_cost_usd\": 6}
}

test_cheap if {
	mine.allow with input as {\"estimated_cost_usd\": 5}
}
";

struct Files {
    home: Home,
    folder: PathBuf,
}

impl Files {
    fn new(module: &str, suite: &str, tests: &str) -> Self {
        let home = Home::new();
        let folder = home.work().join("policies");
        fs::create_dir_all(folder.join("tests")).expect("folders");
        let files = Self { home, folder };
        for (name, text) in
            [("mine.rego", module), ("tests/mine.yaml", suite), ("tests/mine_test.rego", tests)]
        {
            if !text.is_empty() {
                fs::write(files.folder.join(name), text).expect("a file");
            }
        }
        files
    }

    fn test(&self, options: &[&str]) -> Output {
        let folder = text_of(&self.folder);
        self.home.cli(&[&["policy", "test", &folder], options].concat())
    }

    fn report(&self, code: i32) -> Value {
        self.test(&["--json", "--coverage"]).exits(code).json()
    }
}

fn repository() -> String {
    text_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"))
}

#[test]
fn suites_and_rules_pass_and_are_counted() {
    let files = Files::new(MODULE, SUITE, TESTS);
    let report = files.report(0);
    assert_eq!(
        (&report["ok"], &report["passed"], &report["failed"]),
        (&json!(true), &json!(4), &json!(0))
    );
    assert_eq!(report["suites"][0]["policy"], "countersign.mine");
    assert_eq!(report["suites"][0]["total_tests"], 2);
    // The head of the rule that never fired, and its line behind the one that did not hold.
    let covered = &report["coverage"][0];
    assert_eq!(covered["not_covered"], json!([9, 11]), "{covered}");
    let told = files.test(&["--coverage"]).exits(0).stdout;
    assert!(told.contains("4 passed, 0 failed") && told.contains("not run: 9, 11"), "{told}");
    // Files are tested without a home: nothing was made there.
    assert_eq!(fs::read_dir(files.home.path()).expect("a home").count(), 0);
}

#[test]
fn what_fails_says_what_was_wanted_and_what_came() {
    for (from, to, wanted, came) in [
        ("decision: allow", "decision: deny", "expected: deny", "actual:   allow"),
        ("[too_dear]", "[other]", "deny_reasons [other]", "deny_reasons [too_dear]"),
        (
            "[too_dear]",
            "[too_dear, other]",
            "deny_reasons [other, too_dear]",
            "deny_reasons [too_dear]",
        ),
        ("[too_dear]", "[]", "expected: deny, deny_reasons []", "deny_reasons [too_dear]"),
    ] {
        let files = Files::new(MODULE, &SUITE.replacen(from, to, 1), TESTS);
        let told = files.test(&[]).exits(5).stdout;
        for part in ["FAILED", "tests/mine.yaml:", wanted, came, "3 passed, 1 failed"] {
            assert!(told.contains(part), "{to}: no `{part}` in {told}");
        }
    }
    let files = Files::new(MODULE, SUITE, &TESTS.replacen("not mine.allow", "mine.allow", 1));
    let told = files.test(&[]).exits(5).stdout;
    for part in
        ["FAILED  test_dear", "mine_test.rego:5", "actual:   undefined", "line 6 does not hold"]
    {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
}

#[test]
fn a_module_that_fails_fails_its_tests_although_its_error_would_let_the_call_pass() {
    let undefined = MODULE.replacen("\"allow\": allow, ", "\"allow\": input.nothing, ", 1);
    let files = Files::new(
        &undefined,
        &SUITE.replacen("decision: deny, deny_reasons: [too_dear]", "decision: allow", 1),
        "",
    );
    let told = files.test(&[]).exits(5).stdout;
    assert!(told.contains("the module failed: undefined"), "{told}");
}

#[test]
fn what_cannot_be_tested_is_refused_with_its_place() {
    for (module, suite, tests, place) in [
        (MODULE, SUITE.replacen("context:", "contxt:", 1), TESTS.to_owned(), "tests/mine.yaml:6"),
        (
            MODULE,
            SUITE.replacen("deny_reasons:", "deny_reason:", 1),
            TESTS.to_owned(),
            "tests/mine.yaml:7",
        ),
        (
            MODULE,
            SUITE.replacen("countersign.mine", "countersign.other", 1),
            TESTS.to_owned(),
            "no module has the package",
        ),
        (
            MODULE,
            SUITE.to_owned(),
            TESTS.replacen("test_cheap if {", "test_cheap if", 1),
            "mine_test.rego:11",
        ),
        (MODULE, SUITE.to_owned(), TESTS.replace("test_", "tset_"), "no rule whose name begins"),
        (
            "package countersign.mine\n\ndecision := {\n",
            SUITE.to_owned(),
            TESTS.to_owned(),
            "mine.rego:",
        ),
    ] {
        let files = Files::new(module, &suite, &tests);
        let output = files.test(&[]).exits(5);
        assert!(output.stdout.contains(place), "no `{place}` in {output:#?}");
        assert_eq!(files.report(5)["ok"], false);
    }
    let home = Home::new();
    home.cli(&["policy", "test", "not-there.yaml"]).exits(1);
    home.cli(&["policy", "test", "notes.txt"]).exits(2);
    let told = home.cli(&["policy", "test"]).exits(5);
    assert!(told.stderr.contains("there are no tests"), "{told:?}");
}

#[test]
fn our_own_templates_pass_and_every_line_of_them_is_tested() {
    let home = Home::new();
    for args in [
        vec!["policy", "test", "--templates", "--coverage", "--json"],
        vec!["policy", "test", &repository(), "--coverage", "--json"],
    ] {
        let report = home.cli(&args).exits(0).json();
        assert_eq!(report["ok"], true, "{report:#}");
        assert!(report["passed"].as_u64().is_some_and(|passed| passed > 90), "{report:#}");
        let coverage = report["coverage"].as_array().expect("coverage");
        assert_eq!(coverage.len(), 6);
        for file in coverage {
            let name = file["file"].as_str().expect("a name");
            let missed = file["not_covered"].as_array().expect("lines").len();
            // The default has one rule that is empty on purpose.
            assert_eq!(missed, usize::from(name.contains("default")), "{file}");
        }
    }
}

#[test]
fn the_modules_in_force_are_tested_by_what_lies_beside_the_configuration() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.write_config("[policy.config.rate_limiting]\nmax_calls = 3\n");
    let folder = home.path().join("policies");
    fs::create_dir_all(folder.join("tests")).expect("folders");
    fs::write(folder.join("mine.rego"), MODULE).expect("a file");
    fs::write(folder.join("tests/mine.yaml"), SUITE).expect("a file");
    for path in [folder.clone(), folder.join("tests")] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("a mode");
    }
    fs::set_permissions(folder.join("mine.rego"), fs::Permissions::from_mode(0o600))
        .expect("a mode");
    let report = home.cli(&["policy", "test", "--json"]).exits(0).json();
    assert_eq!(report["passed"], 2, "{report:#}");
    fs::write(folder.join("mine.rego"), MODULE.replacen("> 5", "> 4", 1)).expect("a file");
    home.cli(&["policy", "test"]).exits(5);
}

#[test]
fn check_says_what_is_wrong_and_where() {
    let home = Home::new();
    let file = |name: &str, text: &str| {
        let path = home.work().join(name);
        fs::write(&path, text).expect("a file");
        text_of(&path)
    };
    let found = |path: &str, code: i32| {
        let report = home.cli(&["policy", "check", path, "--json"]).exits(code).json();
        assert_eq!(report["ok"], code == 0);
        report["found"].clone()
    };
    assert_eq!(found(&file("mine.rego", MODULE), 0), json!([]));
    assert_eq!(found(&repository(), 0), json!([]));
    let broken = found(&file("broken.rego", "package countersign.broken\n\nallow if {\n"), 5);
    assert_eq!(
        (&broken[0]["level"], broken[0]["line"].as_u64().is_some_and(|line| line >= 3)),
        (&json!("error"), true),
        "{broken}"
    );
    let network = MODULE.replace("mine", "network").replacen(
        "input.action == \"never\"",
        "http.send({\"url\": \"http://x\"})",
        1,
    );
    let network = found(&file("network.rego", &network), 5);
    assert_eq!(network[0]["line"], 10, "{network}");
    assert!(network.to_string().contains("http.send"), "{network}");
    let recursion =
        format!("{}\nf(x) := g(x)\n\ng(x) := f(x)\n", MODULE.replace("mine", "recursion"));
    assert!(!found(&file("recursion.rego", &recursion), 5).as_array().expect("a list").is_empty());

    // In force: what nobody fills, and rules that let the gravest calls run, are warnings.
    home.write_config(
        "[[rule]]\nname = \"all\"\ntool = \"x__*\"\neffect = \"allow\"\nallow_tier = 3\n",
    );
    let folder = home.path().join("policies");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("mine.rego"), MODULE).expect("a file");
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a mode");
    fs::set_permissions(folder.join("mine.rego"), fs::Permissions::from_mode(0o600))
        .expect("a mode");
    let told = home.cli(&["policy", "check"]).exits(0).stdout;
    for part in [
        "warning[allow.tier3] ",
        "countersign.toml: rule `all`: it lets calls of tier 3 run",
        "mine.rego:7:37: module `mine`: it asks for `input.estimated_cost_usd`",
        "help: write `[upstream.X.cost]`",
        "1 modules, 1 rules, 0 errors, 2 warnings",
    ] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
    home.cli(&["policy", "check", "--strict"]).exits(5);
    // A draft need not be whole, what judges must be.
    let half = "package countersign.half\n\nallow if {\n";
    let draft = format!("# countersign: status=draft\n{half}");
    let put = |text: &str| {
        fs::write(folder.join("half.rego"), text).expect("a file");
        fs::set_permissions(folder.join("half.rego"), fs::Permissions::from_mode(0o600))
            .expect("a mode");
    };
    put(&draft);
    let report = home.cli(&["policy", "check", "--json"]).exits(0).json();
    let refused = |report: &Value| {
        let found = report["found"].as_array().expect("a list").clone();
        found.into_iter().find(|one| one["code"] == "module.refused").expect("it is told")
    };
    assert_eq!(refused(&report)["level"], "warning", "{report:#}");
    put(half);
    let report = home.cli(&["policy", "check", "--json"]).exits(5).json();
    assert_eq!(refused(&report)["level"], "error", "{report:#}");
}

#[test]
fn check_names_what_a_file_reads_and_nobody_fills() {
    let home = Home::new();
    let path = home.work().join("mine.rego");
    let check = |text: &str, options: &[&str], code: i32| {
        fs::write(&path, text).expect("a file");
        let path = text_of(&path);
        let args = [&["policy", "check", &path, "--json"], options].concat();
        home.cli(&args).exits(code).json()["found"].clone()
    };
    let typo = MODULE.replacen("input.action", "input[\"acton\"]", 1);
    let found = check(&typo, &[], 0);
    assert_eq!(
        found,
        json!([{
            "level": "warning", "code": "module.no_input", "file": text_of(&path), "line": 10, "column": 2,
            "at": "module `mine`", "message": "it asks for `input.acton`, which is never there",
            "help": "`policies/README.md` lists what there is",
        }])
    );
    check(&typo, &["--strict"], 5);
    assert_eq!(check(MODULE, &["--strict"], 0), json!([]));
}

/// What stands in `policies/README.md` between fences of this language, in order.
fn blocks(language: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(&repository()).join("README.md")).expect("a file");
    let opened =
        text.split(&format!("```{language}\n")).skip(1).map(str::to_owned).collect::<Vec<_>>();
    opened.iter().map(|rest| rest.split("```").next().expect("a part").to_owned()).collect()
}

#[test]
fn the_examples_of_the_readme_run_and_its_table_is_whole() {
    let (rego, yaml) = (blocks("rego"), blocks("yaml"));
    let [module, tests] = rego.as_slice() else { panic!("{} blocks of Rego", rego.len()) };
    let files = Files::new(module, &yaml[0], tests);
    assert_eq!(files.report(0)["passed"], 3);
    let folder = text_of(&files.folder);
    let checked = files.home.cli(&["policy", "check", &folder, "--json"]).exits(0).json();
    assert_eq!(checked["found"], json!([]));
    let text = fs::read_to_string(Path::new(&repository()).join("README.md")).expect("a file");
    for field in countersign::policy::module::FIELDS.iter().filter(|field| field.name != "resource")
    {
        assert!(text.contains(&format!("`{}`", field.name)), "`{}` is not told", field.name);
    }
}
