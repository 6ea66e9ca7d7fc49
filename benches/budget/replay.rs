//! Judging the journal once more: how many recorded calls a second, read from the disk, parsed and judged.

use crate::report::{Report, Unit, median, range};
use countersign::config;
use countersign::domain::call::{Call, CallParts, Method, UpstreamId};
use countersign::domain::digest::Digest;
use countersign::domain::entry::EntryType;
use countersign::domain::id::{CorrelationId, SessionId};
use countersign::domain::json::{Canonical, Limits};
use countersign::domain::policy::StoredPolicy;
use countersign::domain::principal::{Principal, Role, Tenant};
use countersign::domain::ruling::{
    Action, Effect, Layer, PolicyRef, Reason, Ruling, Tier, Verdict,
};
use countersign::gate::replay;
use countersign::journal::{Journal, Passed};
use countersign::policy::{Protected, Snapshot};
use countersign::store::sqlite;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

const CALLS: usize = 20_000;
const RULES: usize = 100;

fn ruling() -> Ruling {
    Ruling {
        verdict: Verdict::Allow,
        tier: Tier::WRITE,
        effect: Effect::Write,
        action: Action::FileWrite,
        reasons: vec![Reason {
            layer: Layer::Kernel,
            rule: "tier".to_owned(),
            message: "tier 2: it writes to production".to_owned(),
            verdict: None,
        }],
        warnings: Vec::new(),
        policy: PolicyRef { version: 1, digest: "d".to_owned() },
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: Some(7),
    }
}

pub(crate) fn measure(folder: &Path, report: &mut Report) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let home = folder.join("home");
        crate::session::make_home(&home, "");
        let store = sqlite::open(&home).expect("a store");
        let journal = Journal::new(store.clone());
        let (tenant, session) = (Tenant::default(), SessionId::new());
        for chunk in 0..CALLS / 500 {
            let rows = (0..500).map(|at| {
                let text = format!(
                    r#"{{"path":"/srv/data/{}/{at}.md","content":"some lines of text that somebody wrote"}}"#,
                    chunk % 40
                );
                let parts = CallParts {
                    tenant: tenant.clone(),
                    principal: Principal::new(Role::Agent, "someone/bench"),
                    session,
                    upstream: UpstreamId { name: "files".to_owned(), digest: Digest::ZERO },
                    method: Method::ToolsCall,
                    tool: "write_file".to_owned(),
                    definition: Digest::ZERO,
                    arguments: Canonical::read(text.as_bytes(), &Limits::ARGUMENTS).ok(),
                };
                let call = Call::seal(parts, store.key());
                let story = CorrelationId::new();
                journal.row(EntryType::CallPermitted, &call, &ruling(), story, &Passed::default())
            });
            store.append(rows.collect()).await.expect("rows");
        }
        let mut rules = String::new();
        for rule in 0..RULES {
            writeln!(
                rules,
                "[[rule]]\ntool = \"files__write_*\"\nwhen = {{ path = \"/srv/data/{rule}/**\" }}\neffect = \"deny\""
            )
            .expect("text");
        }
        let config = config::parse(&rules, Path::new("bench.toml")).expect("rules");
        let candidate =
            Snapshot::build(&config, &StoredPolicy::default(), Protected::default(), 0)
                .expect("a policy");
        let mut rates = Vec::new();
        for _ in 0..5 {
            let began = Instant::now();
            let told =
                replay(store.as_ref(), &tenant, (None, None), &candidate, &mut |_, _| {})
                    .await
                    .expect("a replay");
            assert_eq!((told.calls, told.judged), (CALLS as u64, CALLS as u64));
            assert_eq!(told.changed, CALLS as u64, "every path falls under a rule");
            rates.push(CALLS as f64 / began.elapsed().as_secs_f64());
        }
        let what = format!("recorded calls judged again under {RULES} rules");
        report.at_least(&what, median(&rates), Unit::PerSecond, 20_000.0, &range(&rates));
    });
}
