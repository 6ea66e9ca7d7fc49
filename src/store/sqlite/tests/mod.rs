//! Tests of the engine: what every store must do runs on a file and on memory alike, the rest says why it does not.

mod answers;
mod board;
mod bounds;
mod briefs;
mod decisions;
mod doors;
mod events;
mod faults;
mod figures;
mod fixtures;
mod journal;
mod keeping;
mod making;
mod memories;
mod memories_end;
mod networks;
mod plans;
mod policies;
mod policies_accepted;
mod policies_agree;
mod policies_back;
mod policies_proposed;
mod policies_refused;
mod questions;
mod quorum;
mod races;
mod run_ends;
mod runs;
mod safety;
mod signed;
mod spending;
mod step_questions;
mod steps;
mod time;
mod validations;
mod verbs;

use crate::domain::approval::{Answer, Approval, Decider, State};
use crate::domain::call::{Call, CallParts, Method, UpstreamId};
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, Entry, EntryType, chain_hash};
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::domain::principal::{Principal, Proof, Role, Tenant};
use crate::domain::quorum::Needs;
use crate::domain::ruling::{Action, Effect, PolicyRef, Ruling, Tier, Verdict};
use crate::domain::time::{DAY, HOUR};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::clock::WallClock;
use crate::store::{
    ConsumeRequest, Decision, EntryFilter, NotDecided, Question, Settlement, Store,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

/// 2026-11-01, about.
const START: i64 = 1_793_500_000_000;

/// A clock that a test moves.
#[derive(Clone)]
struct Wall(Arc<AtomicI64>);

impl Wall {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    fn clock(&self) -> WallClock {
        let now = Arc::clone(&self.0);
        WallClock::of(Arc::new(move || now.load(Ordering::SeqCst)))
    }
}

/// A store with its clock; the directory lives as long.
struct Bench {
    store: Arc<SqliteStore>,
    wall: Wall,
    home: TempDir,
}

impl Bench {
    fn file() -> Self {
        let (wall, home) = (Wall::new(), tempfile::tempdir().unwrap());
        let store = Arc::new(open(home.path(), &wall));
        Self { store, wall, home }
    }

    fn memory() -> Self {
        let (wall, home) = (Wall::new(), tempfile::tempdir().unwrap());
        let store = Arc::new(SqliteStore::memory(wall.clock()).unwrap());
        Self { store, wall, home }
    }

    /// Another process's store on the same file.
    fn again(&self) -> Arc<SqliteStore> {
        Arc::new(open(self.home.path(), &self.wall))
    }

    fn both() -> [Self; 2] {
        [Self::file(), Self::memory()]
    }
}

fn open(home: &Path, wall: &Wall) -> SqliteStore {
    SqliteStore::open(&home.join("home"), wall.clock()).unwrap()
}

fn tenant() -> Tenant {
    Tenant::default()
}

fn agent() -> Principal {
    Principal::new(Role::Agent, "ann/claude")
}

fn admin(name: &str) -> Principal {
    Principal::new(Role::Admin, name)
}

fn by(name: &str) -> Decider {
    Decider { principal: admin(name), proof: Proof::Terminal }
}

fn ruling(tier: u8) -> Ruling {
    Ruling {
        verdict: Verdict::Ask,
        tier: Tier::try_from(tier).unwrap(),
        effect: Effect::Write,
        action: Action::FileWrite,
        reasons: Vec::new(),
        warnings: Vec::new(),
        policy: PolicyRef { version: 1, digest: "d".to_owned() },
        modules: Vec::new(),
        given: None,
        leans: None,
        took_us: None,
    }
}

fn call_of(store: &dyn Store, tenant: &Tenant, principal: &Principal, arguments: &str) -> Call {
    let parts = CallParts {
        tenant: tenant.clone(),
        principal: principal.clone(),
        session: SessionId::new(),
        upstream: UpstreamId { name: "files".to_owned(), digest: Digest([1; 32]) },
        method: Method::ToolsCall,
        tool: "write_file".to_owned(),
        definition: Digest([2; 32]),
        arguments: Some(Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap()),
    };
    Call::seal(parts, store.key())
}

fn call(store: &dyn Store, arguments: &str) -> Call {
    call_of(store, &tenant(), &agent(), arguments)
}

fn question(call: &Call) -> Question {
    let mut row = Draft::new(EntryType::ApprovalAsked, &call.parts().tenant);
    row.principal = Some(call.parts().principal.clone());
    Question {
        subject: crate::domain::approval::Subject::Call,
        also: Vec::new(),
        call: call.clone(),
        ruling: ruling(2),
        answer_within: DAY,
        yes_life: HOUR,
        needs: Needs::default(),
        correlation: CorrelationId::new(),
        row,
    }
}

fn decision(id: ApprovalId, answer: Answer) -> Decision {
    Decision {
        tenant: tenant(),
        id,
        answer,
        by: by("bob"),
        shown: None,
        max_tier: Tier::GRAVE,
        token: None,
        wish: None,
        state: None,
    }
}

/// Somebody's answer by his API token.
fn says(name: &str, id: ApprovalId, answer: Answer) -> Decision {
    let by = Decider { principal: admin(name), proof: Proof::ApiToken };
    Decision { by, ..decision(id, answer) }
}

fn yes() -> Answer {
    Answer::Approve { reason: None, token: None }
}

fn no() -> Answer {
    Answer::Deny { reason: Some("not today".to_owned()) }
}

fn request(call: &Call, id: ApprovalId) -> ConsumeRequest {
    let mut row = Draft::new(EntryType::CallPermitted, &call.parts().tenant);
    row.session = Some(call.parts().session);
    row.principal = Some(call.parts().principal.clone());
    row.upstream = Some("files".to_owned());
    row.tool = Some("write_file".to_owned());
    row.tier = Some(2);
    ConsumeRequest { call: call.clone(), id, tier: Tier::WRITE, row }
}

fn ran(intent: u64, approval: Option<ApprovalId>) -> Settlement {
    Settlement {
        intent,
        approval,
        outcome: Outcome {
            kind: OutcomeKind::Ran,
            cause: None,
            size: 2,
            digest: None,
            took_ms: 3,
            tokens: None,
        },
        now: approval.is_some(),
        answer: approval.map(|_| b"{}".to_vec()),
        row: Draft::new(EntryType::CallOutcome, &tenant()),
    }
}

fn permitted(session: SessionId) -> Draft {
    let mut row = Draft::new(EntryType::CallPermitted, &tenant());
    row.session = Some(session);
    row.principal = Some(agent());
    row.upstream = Some("files".to_owned());
    row.tool = Some("read_file".to_owned());
    row.tier = Some(0);
    row.body = b"{\"a\":1}".to_vec();
    row
}

/// Puts a question and brings it to a state by the verbs alone.
async fn brought_to(bench: &Bench, state: State, arguments: &str) -> (Call, ApprovalId) {
    let store = &*bench.store;
    let call = call(store, arguments);
    let id = store.ask(question(&call)).await.unwrap().approval.id;
    match state {
        State::Pending => {}
        State::Denied => drop(store.decide(decision(id, no())).await.unwrap().unwrap()),
        State::Cancelled => {
            drop(store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap());
        }
        State::Approved | State::Consumed | State::Expired => {
            store.decide(decision(id, yes())).await.unwrap().unwrap();
        }
    }
    if state == State::Consumed {
        store.consume(request(&call, id)).await.unwrap().unwrap();
    }
    if state == State::Expired {
        bench.wall.pass(HOUR);
        store.sweep().await.unwrap();
    }
    assert_eq!(row(store, id).await.state, state);
    (call, id)
}

async fn row(store: &dyn Store, id: ApprovalId) -> Approval {
    store.approval(&tenant(), id).await.unwrap().unwrap()
}

async fn all(store: &dyn Store) -> Vec<Entry> {
    store.entries(EntryFilter { limit: 100_000, ..EntryFilter::default() }).await.unwrap()
}

async fn kinds(store: &dyn Store) -> Vec<String> {
    all(store).await.into_iter().map(|entry| entry.kind).collect()
}

/// The outcome of the newest row.
async fn newest_outcome(store: &dyn Store) -> String {
    let newest = all(store).await.pop().unwrap();
    let meta: serde_json::Value = serde_json::from_str(&newest.meta.unwrap()).unwrap();
    format!("{} {}", newest.kind, meta["outcome"].as_str().unwrap_or_default())
}

/// The chain as anybody can check it, with what is stored and the format's description alone.
async fn assert_chain(store: &dyn Store) {
    let mut prev = Digest::ZERO;
    let mut ts = i64::MIN;
    for (at, entry) in (1_u64..).zip(all(store).await) {
        assert_eq!((entry.seq, entry.prev), (at, prev));
        if let Some(meta) = &entry.meta {
            assert_eq!(entry.meta_digest, Digest::sha256(&[meta.as_bytes()]));
            let meta: serde_json::Value = serde_json::from_str(meta).unwrap();
            assert_eq!(meta["seq"], at);
            let digest = match (&entry.salt, &entry.body) {
                (Some(salt), Some(body)) => Some(Digest::sha256(&[salt, body])),
                _ => None,
            };
            if let Some(digest) = digest {
                assert_eq!(meta["body_digest"], digest.to_string());
            }
        }
        assert_eq!(entry.hash, chain_hash(&prev, &entry.meta_digest));
        assert!(entry.ts.0 >= ts);
        (prev, ts) = (entry.hash, entry.ts.0);
    }
    assert_eq!(store.head().await.unwrap().hash, prev);
}

fn refusal<T: std::fmt::Debug>(decided: Result<T, NotDecided>) -> NotDecided {
    decided.unwrap_err()
}

/// Two different people.
fn two() -> Needs {
    Needs::default().at_least(2)
}
