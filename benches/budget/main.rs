//! Measures the budget of the design, direct and through us in one run, and says what is reached.
//!
//! ```text
//! cargo bench --bench budget                      the table
//! cargo bench --bench budget -- --save            and `benches/RESULTS.md`
//! cargo bench --bench budget -- calls judging     only these parts
//! COUNTERSIGN_LONG=1 cargo bench --bench budget   the journal with 5,000,000 rows instead of 200,000
//! ```
//!
//! A virtual machine is fast one second and slow the next, so nothing is compared across runs: what is compared
//! takes turns, a round each, and the median of the rounds counts. On a machine that others use, `nice -n -20` before
//! the program of the benchmark (as root) keeps them out of the processor, though not off the disk. The run fails when reads are not written to
//! the disk before they are sent: a speed without that would be another program's.

mod approvals;
mod calls;
mod echo;
mod growth;
mod judging;
mod machine;
mod modules;
mod physical;
mod plans;
mod replay;
mod report;
mod session;
mod starting;
mod swap;

use crate::report::{Report, say};
use std::path::Path;
use std::process::ExitCode;

/// A part of the measurement: its name and what does it.
type Part = (&'static str, fn(&Path, &mut Report));

const PARTS: [Part; 9] = [
    ("calls", calls::measure),
    ("judging", judging::measure),
    ("modules", modules::measure),
    ("plans", plans::measure),
    ("replay", replay::measure),
    ("swap", swap::measure),
    ("approvals", approvals::measure),
    ("starting", starting::measure),
    ("growth", growth::measure),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == echo::MODE) {
        echo::run();
        return ExitCode::SUCCESS;
    }
    // Test runners list and run everything that is built; a benchmark is no test.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let chosen = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !PARTS.iter().any(|(name, _)| chosen(name));
    let folder = tempfile::Builder::new()
        .prefix("budget-")
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .expect("a folder on the disk that is measured");
    let load = machine::load();
    let mut report = Report::default();
    for (name, measure) in PARTS {
        if all || chosen(name) {
            say(&format!("{name}:"));
            let folder = folder.path().join(name);
            std::fs::create_dir(&folder).expect("a folder");
            measure(&folder, &mut report);
        }
    }
    let machine = machine::describe(folder.path(), &load);
    say(&format!("\n{machine}\n{}", report.table()));
    if chosen("--save") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/RESULTS.md");
        report::save(&path, &machine, &report).expect("the results are written");
    }
    for failure in &report.failures {
        say(&format!("FAILED: {failure}"));
    }
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
