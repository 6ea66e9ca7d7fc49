//! Checking plans and holding graphs against them, without pipes and disk.

use crate::report::{Report, Unit, median, range};
use countersign::config::{Environment, Plans, Provider};
use countersign::domain::json::{Canonical, Limits};
use countersign::domain::principal::Tenant;
use countersign::domain::ruling::Tier;
use countersign::ir::audit::{Node, audit};
use countersign::ir::{Checked, Status, Vocabulary, check, check_text, show_hash};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// A plan of so many steps as a planner writes them: records, sites, names.
fn plan(steps: usize) -> String {
    let mut text = String::from(
        r#"{"tenant_id":"default","request_id":"req_bench","intent_summary":"a plan","steps":["#,
    );
    for at in 0..steps {
        let comma = if at == 0 { "" } else { "," };
        let step = match at % 4 {
            0 => format!(
                r#""action":"odoo.update_record","provider":"odoo.v17","resource":"res.partner/{at}","params":{{"model":"res.partner","id":{at},"values":{{"name":"Customer number {at}","city":"Berlin","active":true}}}}"#
            ),
            1 => format!(
                r#""action":"deploy.website","provider":"deploy.docker","resource":"product-page-{at}","params":{{"image":"registry.example/site:{at}","replicas":2}},"constraints":{{"environment":"dev"}}"#
            ),
            2 => format!(
                r#""action":"dns.update_records","provider":"dns.hetzner","resource":"example-{at}.org","params":{{"records":[{{"type":"A","name":"www","value":"192.0.2.1","ttl":300}}]}}"#
            ),
            _ => format!(
                r#""action":"webgen.update_content","provider":"webgen.v1","resource":"pages/{at}","params":{{"title":"Our delivery and olive oil page","blocks":[{{"kind":"text","body":"Plain words about number {at}."}}]}},"budget_cents":150"#
            ),
        };
        let _ = write!(text, r#"{comma}{{{step},"idempotency_key":"key-{at}","step_id":"s{at}"}}"#);
    }
    text.push_str("]}");
    text
}

/// A plan, ready to be checked again and again.
struct Case {
    text: String,
    canonical: Canonical,
    vocabulary: Vocabulary,
    tenant: Tenant,
    steps: usize,
}

impl Case {
    fn new(steps: usize) -> Self {
        let dev = Provider { environment: Environment::Dev, ..Provider::default() };
        let providers = [("odoo.v17".to_owned(), dev.clone()), ("deploy.docker".to_owned(), dev)];
        let plans = Plans { providers: providers.into(), ..Plans::default() };
        let text = plan(steps);
        let limits = Limits { keys: 1_000_000, ..Limits::ARGUMENTS };
        let canonical = Canonical::read(text.as_bytes(), &limits).expect("a plan");
        let case = Self {
            text,
            canonical,
            vocabulary: Vocabulary::of(&plans),
            tenant: Tenant::default(),
            steps,
        };
        assert_eq!(case.check().validation.status, Status::Escalate);
        case
    }

    fn check(&self) -> Checked {
        check(&self.canonical, &self.vocabulary, None, &self.tenant, Tier::WRITE)
    }

    fn check_text(&self) -> Checked {
        check_text(self.text.as_bytes(), &self.vocabulary, None, &self.tenant, Tier::WRITE)
    }

    /// Microseconds of one, over about 10,000 steps.
    fn timed<T>(&self, what: impl Fn(&Self) -> T) -> f64 {
        let times = (10_000 / self.steps).max(1);
        let begun = Instant::now();
        for _ in 0..times {
            std::hint::black_box(what(std::hint::black_box(self)));
        }
        begun.elapsed().as_secs_f64() * 1e6 / times as f64
    }
}

pub(crate) fn measure(_folder: &Path, report: &mut Report) {
    let cases = [Case::new(10), Case::new(1_000), Case::new(10_000)];
    let [ten, thousand, many] = &cases;
    let plan = many.check().plan.expect("a plan that is not refused");
    let nodes: Vec<Node> = plan
        .steps()
        .iter()
        .map(|step| Node { ir_step_id: step.id.clone(), ir_step_hash: show_hash(&step.hash) })
        .collect();
    assert!(audit(&plan, &nodes).success);
    let mut took: [Vec<f64>; 6] = Default::default();
    for round in 0..16 {
        let begun = Instant::now();
        std::hint::black_box(audit(&plan, std::hint::black_box(&nodes)));
        let audited = begun.elapsed().as_secs_f64() * 1e6;
        let of_ten = ten.timed(Case::check);
        let of_thousand = thousand.timed(Case::check);
        let of_many = many.timed(Case::check);
        let growth = (of_many / 10_000.0) / (of_thousand / 1_000.0);
        let all = [
            of_ten,
            of_many,
            audited,
            growth,
            ten.timed(Case::check_text),
            many.timed(Case::check_text),
        ];
        if round > 0 {
            took.iter_mut().zip(all).for_each(|(took, one)| took.push(one));
        }
    }
    let [of_ten, of_many, audited, growth, ten_text, many_text] = &took;
    let note = |took: &[f64], text: &[f64]| {
        format!("reading included; from text {:.1} us; {}", median(text), range(took))
    };
    let what = "validate a 10-step IR";
    report.at_most(what, median(of_ten), Unit::Micros, 25.0, &note(of_ten, ten_text));
    let what = "validate 10,000 steps";
    let millis = median(of_many) / 1_000.0;
    report.at_most(what, millis, Unit::Millis, 25.0, &note(of_many, many_text));
    let what = "diff audit of 10,000 nodes";
    report.at_most(what, median(audited) / 1_000.0, Unit::Millis, 25.0, &range(audited));
    let what = "one step of 10,000 over one of 1,000";
    report.at_most(what, median(growth), Unit::Times, 1.5, &range(growth));
}
