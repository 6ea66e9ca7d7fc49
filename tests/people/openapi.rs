//! The document against the rules of such documents.

use super::stage::{People, get};
use super::support::{Console, Home};
use std::path::Path;
use std::process::Command;

#[test]
fn the_document_is_one_of_openapi() {
    let home = Home::new();
    let people = People::of(&home);
    let console = Console::start(&home);
    let text = get(&console, &people.agent, "/api/v1/openapi.json").is(200).body;
    let file = home.work().join("openapi.json");
    std::fs::write(&file, &text).expect("the file can be written");
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-tools/venv/bin/python");
    let said = Command::new(&python)
        .args(["-m", "openapi_spec_validator", "--schema", "3.1", "--errors", "all"])
        .arg(&file)
        .output()
        .unwrap_or_else(|fault| panic!("`tests/run` installs what this needs: {fault}"));
    assert!(said.status.success(), "{said:#?}");
    // The twin: what is no document is found out.
    let broken = text.replacen("\"paths\"", "\"path\"", 1).replacen(
        "\"operationId\":\"",
        "\"operationId\":1,\"x\":\"",
        1,
    );
    std::fs::write(&file, broken).expect("the file can be written");
    let said = Command::new(&python)
        .args(["-m", "openapi_spec_validator", "--schema", "3.1"])
        .arg(&file)
        .output()
        .expect("it ran a moment ago");
    assert!(!said.status.success(), "{said:#?}");
}
