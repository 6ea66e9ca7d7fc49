//! For tests: a permit without a database, servers written in Python, a relay that writes down what it hears.

use crate::domain::agent::{AgentName, BoardAgent};
use crate::domain::approval::{Approval, Earlier};
use crate::domain::call::{Call, CallParts, Method, UpstreamId};
use crate::domain::digest::{Digest, StoreKey};
use crate::domain::entry::{Draft, Entry, Head};
use crate::domain::id::{AgentId, ApprovalId, CorrelationId, RememberedId, RunId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::outcome::OutcomeKind;
use crate::domain::pin::Pin;
use crate::domain::policy::{PolicyVersion, StoredPolicy};
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::remembered::{Ended, Remembered};
use crate::domain::ruling::{Action, Effect, PolicyRef, Ruling, Tier, Verdict};
use crate::domain::run::Run;
use crate::domain::time::Millis;
use crate::journal::{Journal, Passed, Permit};
use crate::store::*;
use crate::upstream::live::Pace;
use crate::upstream::{ListKind, Place, Program, Relay, Server, Spec};
use async_trait::async_trait;
use serde_json::value::RawValue;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// A store that permits and can do nothing else.
#[derive(Debug)]
struct Permits(StoreKey);

type Result<T> = std::result::Result<T, StoreError>;

fn no<T>() -> Result<T> {
    Err(StoreError::Unusable("this store only permits".into()))
}

#[async_trait]
#[rustfmt::skip]
impl agents::Agents for Permits {
    async fn register_agent(&self, _by: &agents::Registrant, _name: Option<AgentName>) -> Result<std::result::Result<BoardAgent, agents::NotRegistered>> { no() }
    async fn update_agent(&self, _by: &agents::Registrant, _id: AgentId, _news: agents::AgentNews) -> Result<Option<BoardAgent>> { no() }
    async fn unregister_agent(&self, _by: &agents::Registrant, _id: AgentId) -> Result<Option<BoardAgent>> { no() }
    async fn board(&self, _tenant: &Tenant) -> Result<Vec<BoardAgent>> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl budgets::Budgets for Permits {
    async fn look_around(&self, _around: budgets::Around) -> Result<budgets::Seen> { no() }
    async fn spending(&self, _tenant: &Tenant, _budget: &str, _window_ms: i64, _limit: usize) -> Result<Vec<budgets::Spent>> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl networks::Networks for Permits {
    async fn save_network_policies(&self, _new: networks::NewNetworkPolicies) -> Result<std::result::Result<usize, networks::NotKept>> { no() }
    async fn network_policies(&self, _filter: networks::NetworkFilter) -> Result<Vec<networks::KeptPolicy>> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl plans::Plans for Permits {
    async fn save_validation(&self, _validation: Option<plans::NewValidation>, _row: Draft) -> Result<()> { no() }
    async fn validation(&self, _tenant: &Tenant, _ir_hash: Digest, _by: Option<&Principal>) -> Result<Option<plans::KeptValidation>> { no() }
    async fn asked_plan(&self, _tenant: &Tenant, _key: plans::PlanKey) -> Result<Option<Canonical>> { no() }
    async fn redeem_plan(&self, _redemption: plans::PlanRedemption) -> Result<std::result::Result<Approval, plans::NotRedeemedPlan>> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl policies::Policies for Permits {
    async fn stored_policy(&self, _tenant: &Tenant) -> Result<StoredPolicy> { no() }
    async fn policy_generation(&self) -> Result<u64> { no() }
    async fn generations(&self) -> Result<policies::Generations> { no() }
    async fn propose(&self, _suggestion: policies::NewSuggestion) -> Result<std::result::Result<policies::Suggestion, policies::NotProposed>> { no() }
    async fn suggestion(&self, _tenant: &Tenant, _id: ApprovalId) -> Result<Option<policies::Suggestion>> { no() }
    async fn suggestions(&self, _filter: policies::SuggestionFilter) -> Result<Vec<policies::Suggestion>> { no() }
    async fn apply(&self, _apply: policies::Apply) -> Result<std::result::Result<PolicyVersion, policies::NotApplied>> { no() }
    async fn policy_versions(&self, _tenant: &Tenant, _limit: u32) -> Result<Vec<PolicyVersion>> { no() }
    async fn policy_version_of(&self, _tenant: &Tenant, _version: u64) -> Result<Option<PolicyVersion>> { no() }
    async fn accepted_config(&self, _tenant: &Tenant, _path: &str) -> Result<Option<policies::AcceptedConfig>> { no() }
    async fn accept_config(&self, _tenant: &Tenant, _config: policies::AcceptedConfig, _was: Option<Digest>) -> Result<bool> { no() }
    async fn accept_config_by_two(&self, _tenant: &Tenant, _config: policies::AcceptedConfig, _was: Option<Digest>) -> Result<policies::Acceptance> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl runs::Runs for Permits {
    async fn create_run(&self, _new: runs::NewRun) -> Result<std::result::Result<runs::Created, runs::NotCreated>> { no() }
    async fn run_for(&self, _keys: runs::RunKeys) -> Result<Option<std::result::Result<Run, runs::KeyTaken>>> { no() }
    async fn run(&self, _tenant: &Tenant, _id: RunId) -> Result<Option<Run>> { no() }
    async fn run_of(&self, _tenant: &Tenant, _approval: ApprovalId) -> Result<Option<Run>> { no() }
    async fn runs(&self, _filter: runs::RunFilter) -> Result<Vec<runs::Listed>> { no() }
    async fn find_runs(&self, _tenant: &Tenant, _part: &str) -> Result<Vec<RunId>> { no() }
    async fn begin_run(&self, _begin: runs::BeginRun) -> Result<std::result::Result<Run, runs::NotBegun>> { no() }
    async fn permit_step(&self, _step: runs::StepUse) -> Result<std::result::Result<u64, NotConsumed>> { no() }
    async fn asked_again(&self, _tenant: &Tenant, _run: RunId, _step: u32, _question: ApprovalId) -> Result<()> { no() }
    async fn resolve_step(&self, _tenant: &Tenant, _run: RunId, _step: u32, _outcome: OutcomeKind) -> Result<()> { no() }
    async fn end_run(&self, _end: runs::EndRun) -> Result<Option<Run>> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl decisions::Decisions for Permits {
    async fn decisions(&self, _filter: decisions::DecisionFilter) -> Result<decisions::DecisionPage> { no() }
    async fn violations(&self, _filter: decisions::ViolationFilter) -> Result<Vec<decisions::Violated>> { no() }
    async fn label(&self, _new: decisions::NewLabel) -> Result<std::result::Result<(), decisions::NotLabelled>> { no() }
    async fn policy_digests(&self) -> Result<Vec<(u64, String)>> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl events::Events for Permits {
    async fn events_after(&self, _filter: events::EventFilter) -> Result<events::EventPage> { no() }
    async fn events_behind(&self, _filter: events::EventFilter) -> Result<usize> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl doors::Doors for Permits {
    async fn add_link(&self, _link: doors::NewLink) -> Result<()> { no() }
    async fn open_by_link(&self, _tenant: &Tenant, _code: Digest, _login: doors::NewLogin) -> Result<Option<doors::Login>> { no() }
    async fn open_by_token(&self, _tenant: &Tenant, _token: Digest, _login: doors::NewLogin) -> Result<Option<doors::Login>> { no() }
    async fn login(&self, _tenant: &Tenant, _cookie: Digest, _lease: &str, _idle: i64) -> Result<Option<doors::Login>> { no() }
    async fn login_still(&self, _tenant: &Tenant, _cookie: Digest, _lease: &str, _idle: i64) -> Result<Option<doors::Login>> { no() }
    async fn close_login(&self, _tenant: &Tenant, _cookie: Digest) -> Result<()> { no() }
    async fn close_logins(&self, _tenant: &Tenant, _by: &Principal) -> Result<usize> { no() }
    async fn signer(&self, _tenant: &Tenant, _name: &str) -> Result<Option<doors::Signer>> { no() }
    async fn take_nonce(&self, _signed: doors::Signed) -> Result<std::result::Result<(), doors::NotTaken>> { no() }
    async fn add_signer(&self, _user: User, _token: Digest, _key: Digest, _by: &Principal) -> Result<bool> { no() }
    async fn saw(&self, _tenant: &Tenant, _id: ApprovalId, _by: &Principal) -> Result<bool> { no() }
    async fn seen(&self, _tenant: &Tenant, _id: ApprovalId) -> Result<Vec<(String, Millis)>> { no() }
    async fn listens(&self, _address: &str, _lease: &str) -> Result<()> { no() }
    async fn listeners(&self) -> Result<Vec<(String, String)>> { no() }
    async fn deaf(&self, _address: &str, _lease: &str) -> Result<()> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl figures::Figures for Permits {
    async fn waiting(&self, _tenant: &Tenant) -> Result<figures::Waiting> { no() }
    async fn decided_over_time(&self, _tenant: &Tenant, _since: Millis, _span: i64) -> Result<Vec<figures::Span>> { no() }
    async fn decided_by_tool(&self, _tenant: &Tenant, _since: Millis, _limit: usize) -> Result<Vec<figures::OfTool>> { no() }
    async fn answering(&self, _tenant: &Tenant, _since: Millis) -> Result<figures::Answering> { no() }
    async fn kept_answers_used(&self, _tenant: &Tenant, _since: Millis) -> Result<u64> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl briefs::Briefs for Permits {
    async fn waiting_briefs(&self, _tenant: &Tenant, _limit: usize) -> Result<Vec<briefs::Brief>> { no() }
    async fn briefs(&self, _filter: briefs::BriefFilter) -> Result<briefs::BriefPage> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl questions::Questions for Permits {
    async fn questions(&self, _filter: questions::PageFilter) -> Result<questions::Page> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl memories::Memories for Permits {
    async fn remembered_for(&self, _call: &Call) -> Result<Vec<Remembered>> { no() }
    async fn use_remembered(&self, _request: memories::MemoryUse) -> Result<std::result::Result<u64, memories::NotUsed>> { no() }
    async fn end_remembered(&self, _tenant: &Tenant, _id: RememberedId, _by: Option<&Principal>, _why: Ended) -> Result<bool> { no() }
    async fn remembered(&self, _tenant: &Tenant, _all: bool, _limit: usize) -> Result<Vec<Remembered>> { no() }
    async fn oldest_remembered(&self, _tenant: &Tenant, _limit: usize) -> Result<Vec<Remembered>> { no() }
    async fn ended_remembered(&self, _tenant: &Tenant, _why: Ended, _since: Millis, _limit: usize) -> Result<Vec<Remembered>> { no() }
    async fn remembered_by(&self, _tenant: &Tenant, _approval: ApprovalId) -> Result<Option<Remembered>> { no() }
    async fn past_questions(&self, _filter: memories::PastFilter) -> Result<memories::Past> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl notices::Notices for Permits {
    async fn add_target(&self, _target: notices::NewTarget, _by: &Principal) -> Result<Option<notices::Target>> { no() }
    async fn targets(&self, _tenant: &Tenant) -> Result<Vec<notices::Target>> { no() }
    async fn switch_target(&self, _tenant: &Tenant, _name: &str, _enabled: bool, _by: &Principal) -> Result<Option<notices::Target>> { no() }
    async fn remove_target(&self, _tenant: &Tenant, _name: &str, _by: &Principal) -> Result<bool> { no() }
    async fn put_test(&self, _tenant: &Tenant, _name: &str, _by: &Principal) -> Result<Option<(uuid::Uuid, u64)>> { no() }
    async fn deliveries(&self, _filter: notices::DeliveryFilter) -> Result<Vec<notices::Delivery>> { no() }
    async fn claim_deliveries(&self, _tenant: &Tenant, _limit: usize, _lease: i64, _busy: Vec<uuid::Uuid>) -> Result<Vec<notices::Claimed>> { no() }
    async fn next_delivery(&self, _tenant: &Tenant) -> Result<notices::Horizon> { no() }
    async fn delivered_notice(&self, _claimed: &notices::Delivery, _attempt: notices::Attempt) -> Result<()> { no() }
}

#[async_trait]
#[rustfmt::skip]
impl Store for Permits {
    fn key(&self) -> &StoreKey { &self.0 }
    fn is_durable(&self) -> bool { false }
    fn changes(&self) -> Changes { Changes::new(watch::channel(0).1, Arc::default()) }
    async fn now(&self) -> Result<Millis> { no() }
    async fn append(&self, _rows: Vec<Draft>) -> Result<Vec<u64>> { no() }
    async fn append_news(&self, _row: Draft) -> Result<Option<u64>> { no() }
    async fn permit(&self, _row: Draft) -> Result<std::result::Result<u64, NotPermitted>> { Ok(Ok(1)) }
    async fn settle(&self, _settlement: Settlement) -> Result<()> { no() }
    async fn head(&self) -> Result<Head> { no() }
    async fn entries(&self, _filter: EntryFilter) -> Result<Vec<Entry>> { no() }
    async fn prune(&self, _retention: Retention) -> Result<Pruned> { no() }
    async fn ask(&self, _question: Question) -> Result<Asked> { no() }
    async fn approval(&self, _tenant: &Tenant, _id: ApprovalId) -> Result<Option<Approval>> { no() }
    async fn approvals(&self, _filter: ApprovalFilter) -> Result<Vec<Approval>> { no() }
    async fn find_approvals(&self, _tenant: &Tenant, _part: &str) -> Result<Vec<ApprovalId>> { no() }
    async fn earlier(&self, _approval: &Approval) -> Result<Vec<Earlier>> { no() }
    async fn decide(&self, _decision: Decision) -> Result<std::result::Result<Approval, NotDecided>> { no() }
    async fn redeem(&self, _tenant: &Tenant, _id: ApprovalId, _token: Digest, _by: &Principal) -> Result<std::result::Result<Approval, NotRedeemed>> { no() }
    async fn cancel(&self, _tenant: &Tenant, _id: ApprovalId, _by: &Principal, _reason: Option<String>) -> Result<std::result::Result<Approval, NotDecided>> { no() }
    async fn consume(&self, _request: ConsumeRequest) -> Result<std::result::Result<u64, NotConsumed>> { no() }
    async fn attach(&self, _tenant: &Tenant, _id: ApprovalId, _session: SessionId) -> Result<()> { no() }
    async fn leave(&self, _tenant: &Tenant, _id: ApprovalId, _session: SessionId) -> Result<()> { no() }
    async fn kept_answer(&self, _tenant: &Tenant, _id: ApprovalId) -> Result<Option<Vec<u8>>> { no() }
    async fn delivered(&self, _tenant: &Tenant, _id: ApprovalId) -> Result<()> { no() }
    async fn sweep(&self) -> Result<u64> { no() }
    async fn escalate(&self) -> Result<u64> { no() }
    async fn open_session(&self, _session: SessionInfo) -> Result<()> { no() }
    async fn open_sessions(&self) -> Result<Vec<SessionInfo>> { no() }
    async fn close_session(&self, _id: SessionId, _cause: &str) -> Result<Vec<OpenIntent>> { no() }
    async fn add_user(&self, _user: User, _token: Digest, _by: &Principal) -> Result<bool> { no() }
    async fn users(&self) -> Result<Vec<User>> { no() }
    async fn revoke_user(&self, _tenant: &Tenant, _name: &str, _by: &Principal) -> Result<bool> { no() }
    async fn user_by_token(&self, _token: Digest) -> Result<Option<User>> { no() }
    async fn pause(&self, _tenant: &Tenant, _agent: Option<&str>, _by: &Principal) -> Result<()> { no() }
    async fn unpause(&self, _tenant: &Tenant, _agent: Option<&str>, _by: &Principal) -> Result<bool> { no() }
    async fn paused(&self, _tenant: &Tenant) -> Result<Vec<Option<String>>> { no() }
    async fn pins(&self, _tenant: &Tenant, _identity: Digest) -> Result<Vec<Pin>> { no() }
    async fn pin(&self, _tenant: &Tenant, _identity: Digest, _tool: &str) -> Result<Option<Pin>> { no() }
    async fn all_pins(&self, _tenant: &Tenant) -> Result<Vec<Pin>> { no() }
    async fn pins_version(&self) -> Result<u64> { no() }
    async fn save_pins(&self, _tenant: &Tenant, _updates: Vec<PinUpdate>) -> Result<bool> { no() }
    async fn policy_version(&self, _tenant: &Tenant, _digest: &str) -> Result<u64> { no() }
    async fn accept_clock(&self, _tenant: &Tenant, _by: &Principal) -> Result<()> { no() }
}

/// Permits one call of a tool.
pub(crate) async fn permit(server: &Server, tool: &str, arguments: &str) -> Permit {
    let key = StoreKey::new([1; 32]);
    let call = Call::seal(
        CallParts {
            tenant: Tenant::default(),
            principal: Principal::new(Role::Agent, "a/b"),
            session: SessionId::new(),
            upstream: server.id().clone(),
            method: Method::ToolsCall,
            tool: tool.into(),
            definition: Digest::ZERO,
            arguments: Some(
                Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).expect("JSON"),
            ),
        },
        &key,
    );
    let ruling = Ruling {
        verdict: Verdict::Allow,
        tier: Tier::READ,
        effect: Effect::Read,
        action: Action::FileRead,
        reasons: Vec::new(),
        warnings: Vec::new(),
        policy: PolicyRef { version: 1, digest: String::new() },
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: None,
    };
    Journal::new(Arc::new(Permits(key)))
        .permit_allowed(call, &ruling, CorrelationId::new(), Passed::default(), Vec::new())
        .await
        .expect("a permit")
}

/// What a server was heard to say.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) all: Mutex<Vec<String>>,
}

impl Heard {
    fn note(&self, text: String) {
        self.all.lock().expect("lock").push(text);
    }

    pub(crate) fn get(&self) -> Vec<String> {
        self.all.lock().expect("lock").clone()
    }
}

#[async_trait]
impl Relay for Heard {
    async fn request(
        &self,
        server: &str,
        method: &str,
        params: Option<&RawValue>,
    ) -> std::result::Result<Box<RawValue>, (i64, String)> {
        let params = params.map(RawValue::get).unwrap_or_default();
        self.note(format!("{server} {method} {params}"));
        if params.contains("hang") {
            std::future::pending::<()>().await;
        }
        RawValue::from_string("{\n\"ok\":true}".into()).map_err(|e| (1, e.to_string()))
    }

    fn list_changed(&self, _server: &str, what: ListKind) {
        self.note(format!("{what:?}"));
    }

    fn notification(&self, _server: &str, method: &str, params: Option<&RawValue>) {
        self.note(format!("{method} {}", params.map(RawValue::get).unwrap_or_default()));
    }
}

/// What every Python server begins with: `read()` gives the next message, `say(x)` writes a line (a dict or
/// text), `raw(bytes)` writes bytes, `progress(call, n)` and `answer(call, result)` say what they say.
const PRELUDE: &str = r#"
import json, os, subprocess, sys, time
def read():
    line = sys.stdin.buffer.readline()
    return json.loads(line) if line else sys.exit(0)
def raw(data):
    os.write(1, data) if len(data) < 4096 else (sys.stdout.buffer.write(data), sys.stdout.buffer.flush())
def say(x):
    raw(((x if isinstance(x, str) else json.dumps(x)) + "\n").encode())
def answer(call, result):
    say({"jsonrpc": "2.0", "id": call["id"], "result": result})
def progress(call, n):
    say({"method": "notifications/progress", "params": {"progressToken": call["params"]["_meta"]["progressToken"], "progress": n}})
def hello():
    first = read()
    answer(first, {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "py"}})
    assert read()["method"] == "notifications/initialized"
    return first
"#;

/// How to run a Python server: `hello()` was called unless `body` begins with a comment line.
pub(crate) fn spec(body: &str) -> Spec {
    Spec {
        name: "py".into(),
        place: Place::Program(program(body)),
        environment: "test".into(),
        timeout: Duration::from_secs(20),
        allow_requests: vec!["elicitation".into()],
    }
}

/// The program of [`spec`].
pub(crate) fn program(body: &str) -> Program {
    let hello = if body.trim_start().starts_with('#') { "" } else { "hello()" };
    let path = std::env::var_os("PATH").unwrap_or_default().to_string_lossy().into_owned();
    Program {
        argv: vec!["python3".into(), "-c".into(), [PRELUDE, hello, "\n", body].concat()],
        cwd: None,
        env: vec![("PATH".into(), path)],
    }
}

/// Short pauses.
pub(crate) fn pace() -> Pace {
    Pace {
        pause: Duration::from_millis(20),
        longest_pause: Duration::from_millis(100),
        grace: Duration::from_millis(500),
        ..Pace::default()
    }
}

/// Starts it with a relay that writes down.
pub(crate) fn start(spec: Spec, pace: Pace) -> (Arc<Server>, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let id = UpstreamId { name: spec.name.clone(), digest: Digest::ZERO };
    (Server::start_at(spec, id, heard.clone(), pace), heard)
}

/// Waits until it is true, for at most five seconds.
pub(crate) async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not in time: {what}");
}

/// Whether a process lives; a zombie does not.
pub(crate) fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.trim()).join("stat"));
    stat.is_ok_and(|stat| {
        stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z'))
    })
}
