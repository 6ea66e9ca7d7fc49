//! Judging one call with modules: none, the six kinds that the field has, and many.

use crate::judging::Case;
use crate::report::{Report, Unit, median, range};
use countersign::domain::digest::StoreKey;
use countersign::domain::policy::{ModuleStatus, OnError, Scope, StoredModule};
use countersign::domain::principal::{Principal, Role};
use countersign::domain::time::Millis;
use std::path::Path;

/// A policy over two fields with three rules and a warning: about what one of the field has.
fn module(at: usize) -> StoredModule {
    let name = format!("bench_{at}");
    let text = format!(
        "package countersign.{name}\n\ndefault allow := true\n\nallow := false if count(deny_reasons) > 0\n\n\
         deny_reasons contains \"sensitive\" if {{\n\tinput.action == \"file_read\"\n\tsensitive(input.resource.path)\n}}\n\n\
         deny_reasons contains \"budget\" if {{\n\tinput.action == \"llm_call\"\n\tinput.budget_remaining_usd < input.estimated_cost_usd\n}}\n\n\
         sensitive(path) if endswith(path, \".pem{at}\")\n\nsensitive(path) if contains(path, \".env{at}\")\n\n\
         warnings contains \"no path\" if {{\n\tinput.action == \"file_read\"\n\tnot input.resource.path\n}}\n\n\
         decision := {{\"allow\": allow, \"deny_reasons\": deny_reasons, \"warnings\": warnings}}\n"
    );
    StoredModule {
        name,
        text,
        description: String::new(),
        status: ModuleStatus::Active,
        scope: Scope::Global,
        scope_id: None,
        on_error: OnError::Deny,
        changed_by: Principal::new(Role::Admin, "bench"),
        at: Millis(0),
        revision: 1,
    }
}

pub(crate) fn measure(_folder: &Path, report: &mut Report) {
    const TIMES: usize = 500;
    let key = StoreKey::new([3; 32]);
    let arguments = r#"{"path":"notes/2026/october.md","line":12}"#;
    let case = |rules: usize, modules: usize| {
        Case::with_modules("get_note", arguments, rules, (0..modules).map(module).collect())
    };
    let cases = [
        ("judge one call: 1,000 rules and no module", case(1_000, 0), 60.0),
        ("judge one call: 1,000 rules and 6 modules", case(1_000, 6), 60.0),
        ("judge one call: 1,000 rules and 50 modules", case(1_000, 50), 400.0),
    ];
    let call = cases[0].1.call(&key, arguments);
    // As commands judge: on a thread whose stack is known to be deep.
    let timed = countersign::policy::on_deep_stack(|| {
        let mut timed = vec![Vec::new(); cases.len()];
        for round in 0..16 {
            for (times, (_, case, _)) in timed.iter_mut().zip(&cases) {
                let once = case.timed(&call, TIMES);
                if round > 0 {
                    times.push(once);
                }
            }
        }
        timed
    });
    for (times, (what, _, most)) in timed.expect("a thread").iter().zip(&cases) {
        report.at_most(what, median(times), Unit::Micros, *most, &range(times));
    }
}
