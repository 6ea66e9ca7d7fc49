//! What we say of our tools is what they do: the files equal the code, and every example runs.

mod support;

use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{Home, Recorder, Session};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn contracts() -> Vec<Value> {
    let files = std::fs::read_dir(root().join("tools")).expect("tools/ is there");
    let mut paths: Vec<PathBuf> = files.map(|f| f.expect("readable").path()).collect();
    paths.sort();
    let json = |p: &PathBuf| p.extension().is_some_and(|e| e == "json");
    let read = |p: &Path| {
        serde_json::from_str(&std::fs::read_to_string(p).expect("readable")).expect("JSON")
    };
    paths.iter().filter(|p| json(p)).map(|p| read(p)).collect()
}

#[test]
fn the_files_are_what_the_code_says() {
    let home = Home::new();
    let dir = root();
    home.cli(&["contracts", "--check", "--dir", dir.to_str().expect("text")]).ok();
}

#[test]
fn a_changed_and_an_orphaned_file_are_found() {
    let home = Home::new();
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().to_str().expect("text").to_owned();
    home.cli(&["contracts", "--dir", &path]).ok();
    std::fs::write(dir.path().join("tools/left_over.json"), "{}").expect("written");
    let found = home.cli(&["contracts", "--check", "--dir", &path]).exits(5);
    assert!(found.stderr.contains("left_over"), "{found:?}");
    std::fs::remove_file(dir.path().join("tools/left_over.json")).expect("removed");
    std::fs::write(dir.path().join("tools/resume_call.json"), "{}").expect("written");
    home.cli(&["contracts", "--check", "--dir", &path]).exits(5);
}

#[test]
fn every_example_meets_what_it_says() {
    let home = Home::new();
    let recorder = Recorder::new(&home, "recorder");
    let mut session = Session::wrap(&home, &["--toolsets", "all"], &recorder);
    let contracts = contracts();
    assert!(contracts.len() > 20, "not every toolset is offered: {}", contracts.len());
    for contract in &contracts {
        let name = contract["name"].as_str().expect("a name");
        let codes: Vec<&str> = contract["refusals"]
            .as_array()
            .expect("refusals")
            .iter()
            .filter_map(|r| r["code"].as_str())
            .collect();
        for example in contract["examples"].as_array().expect("examples") {
            let result = session.call(name, example["arguments"].clone());
            let code = result["_meta"]["countersign/refusal"]["code"].as_str();
            assert_eq!(code, example["refusal"].as_str(), "{name} {example}: {result}");
            assert!(
                code.is_none_or(|code| codes.contains(&code)),
                "{name}: `{code:?}` is not among its refusals"
            );
            if code.is_none() {
                assert_eq!(result["isError"], false, "{name}: {result}");
                let schema = &contract["outputSchema"];
                jsonschema::validate(schema, &result["structuredContent"])
                    .expect("the result fits its schema");
            }
        }
    }
}
