//! Runs: made once for their keys, begun once on a whole yes.

use super::*;
use crate::domain::approval::Subject;
use crate::domain::call::OWN;
use crate::domain::id::RunId;
use crate::domain::run::{Run, RunState, RunStep};
use crate::store::NotConsumed;
use crate::store::runs::{
    BeginRun, Created, EndRun, NewRun, NotBegun, NotCreated, RunKeys, Runs as _, StepUse,
};
use rusqlite::Connection;

pub(super) const CANARY: &str = "canary-5f1e";

/// How many steps the runs of these tests have.
pub(super) const STEPS: u32 = 3;

/// What a run is made of: whose, with which keys, of which plan.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) keys: RunKeys,
}

impl Plan {
    pub(super) fn new(keys: &[&str]) -> Self {
        Self {
            keys: RunKeys {
                tenant: tenant(),
                principal: agent(),
                keys: keys.iter().map(|key| (*key).to_owned()).collect(),
                ir_hash: Digest([4; 32]),
                directive: "D3".to_owned(),
            },
        }
    }

    pub(super) fn step(&self, store: &dyn Store, session: SessionId, step: u32) -> Call {
        let arguments = format!(r#"{{"step":{step},"prompt":"{CANARY}"}}"#);
        self.sealed(store, session, "files", &arguments)
    }

    fn sealed(&self, store: &dyn Store, session: SessionId, server: &str, arguments: &str) -> Call {
        let parts = CallParts {
            tenant: self.keys.tenant.clone(),
            principal: self.keys.principal.clone(),
            session,
            upstream: UpstreamId { name: server.to_owned(), digest: Digest([1; 32]) },
            method: Method::ToolsCall,
            tool: "write_file".to_owned(),
            definition: Digest([2; 32]),
            arguments: Some(Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap()),
        };
        Call::seal(parts, store.key())
    }

    /// The call that the question about the run is; the same whenever it is sealed again.
    pub(super) fn whole(&self, store: &dyn Store, id: RunId, session: SessionId) -> Call {
        self.sealed(store, session, OWN, &format!(r#"{{"run":"{id}","prompt":"{CANARY}"}}"#))
    }

    pub(super) fn fresh(&self, store: &dyn Store, required: Option<u32>) -> NewRun {
        let (id, session) = (RunId::new(), SessionId::new());
        let call = self.whole(store, id, session);
        let step = |step| RunStep {
            step,
            call_digest: self.step(store, session, step).digest(),
            tier: Tier::WRITE,
            intent: None,
            outcome: None,
            again: None,
        };
        let manifest = call.parts().arguments.clone();
        let run = Run {
            id,
            tenant: self.keys.tenant.clone(),
            principal: self.keys.principal.clone(),
            correlation: CorrelationId::new(),
            directive: self.keys.directive.clone(),
            label: "Code Write".to_owned(),
            tier: Tier::WRITE,
            ir_hash: self.keys.ir_hash,
            ir: manifest.clone(),
            manifest,
            manifest_digest: Digest([6; 32]),
            approval: None,
            state: RunState::Created,
            cause: None,
            session: None,
            created_at: Default::default(),
            started_at: None,
            ended_at: None,
            tokens: 0,
            steps: (0..STEPS).map(step).collect(),
        };
        let question = required.map(|required| Question {
            subject: Subject::Run(id),
            needs: Needs::default().at_least(required),
            ..question(&call)
        });
        let row = |kind| Draft::new(kind, &self.keys.tenant);
        let checked = row(EntryType::IrValidatedEscalate);
        let (row, refused) = (row(EntryType::RunCreated), row(EntryType::RunRefused));
        NewRun { run, keys: self.keys.clone(), question, checked, row, refused }
    }

    pub(super) async fn try_make(
        &self,
        store: &dyn Store,
        required: Option<u32>,
    ) -> Result<Created, NotCreated> {
        store.create_run(self.fresh(store, required)).await.unwrap()
    }

    /// A run that needs one yes.
    pub(super) async fn asked(&self, store: &dyn Store) -> Run {
        self.try_make(store, Some(1)).await.unwrap().run
    }

    /// A run that needs nobody.
    pub(super) async fn free(&self, store: &dyn Store) -> Run {
        self.try_make(store, None).await.unwrap().run
    }

    pub(super) async fn approved(&self, store: &dyn Store) -> Run {
        let run = self.asked(store).await;
        decide(store, &run, "bob", yes()).await;
        run
    }

    /// What begins it, with the use of its yes if it has one to use.
    pub(super) fn beginning(&self, store: &dyn Store, run: &Run, session: SessionId) -> BeginRun {
        let call = self.whole(store, run.id, session);
        BeginRun {
            tenant: self.keys.tenant.clone(),
            id: run.id,
            principal: self.keys.principal.clone(),
            session,
            yes: run.approval.map(|id| request(&call, id)),
            row: row_of(EntryType::RunStarted, session),
        }
    }

    pub(super) async fn begun(&self, store: &dyn Store, run: &Run) -> SessionId {
        let session = SessionId::new();
        store.begin_run(self.beginning(store, run, session)).await.unwrap().unwrap();
        session
    }

    pub(super) fn letting_go(
        &self,
        store: &dyn Store,
        run: RunId,
        session: SessionId,
        step: u32,
    ) -> StepUse {
        let call = self.step(store, session, step);
        let row = row_of(EntryType::CallPermitted, session);
        StepUse { run, step, call, tier: Tier::WRITE, row }
    }
}

fn row_of(kind: EntryType, session: SessionId) -> Draft {
    Draft { session: Some(session), principal: Some(agent()), ..Draft::new(kind, &tenant()) }
}

pub(super) fn ending(run: &Run, session: SessionId, state: RunState) -> EndRun {
    EndRun {
        tenant: run.tenant.clone(),
        id: run.id,
        principal: run.principal.clone(),
        session,
        state,
        cause: None,
        row: row_of(EntryType::RunCompleted, session),
    }
}

pub(super) async fn decide(store: &dyn Store, run: &Run, who: &str, answer: Answer) {
    let id = run.approval.unwrap();
    store.decide(says(who, id, answer)).await.unwrap().unwrap();
}

pub(super) async fn again(store: &dyn Store, run: &Run) -> Run {
    store.run(&run.tenant, run.id).await.unwrap().unwrap()
}

/// How many rows a table has.
pub(super) async fn rows_of(store: &SqliteStore, table: &'static str) -> u32 {
    let count = move |conn: &Connection| {
        Ok(conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
    };
    store.read(count).await.unwrap()
}

#[tokio::test]
async fn only_a_whole_yes_mints_grants() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let two = Plan::new(&["two"]).try_make(store, Some(2)).await.unwrap().run;
        decide(store, &two, "bob", yes()).await;
        assert_eq!(rows_of(store, "grants").await, 0, "one voice of two minted");
        let begun = store.begin_run(Plan::new(&["two"]).beginning(store, &two, SessionId::new()));
        let not = begun.await.unwrap().unwrap_err();
        assert_eq!(not, NotBegun::NoYes(NotConsumed::State(State::Pending)));
        decide(store, &two, "carl", yes()).await;
        assert_eq!(rows_of(store, "grants").await, STEPS);

        let denied = Plan::new(&["denied"]).asked(store).await;
        decide(store, &denied, "bob", no()).await;
        Plan::new(&["free"]).free(store).await;
        brought_to(&bench, State::Approved, "{}").await;
        assert_eq!(rows_of(store, "grants").await, STEPS, "something else minted");
    }
}

#[tokio::test]
async fn of_a_hundred_that_begin_a_run_one_does() {
    let bench = Bench::file();
    let stores: Vec<_> = (0..8).map(|_| bench.again()).collect();
    let plan = Plan::new(&["k"]);
    let run = plan.approved(&*bench.store).await;
    let mut tasks = Vec::new();
    for at in 0..100 {
        let (store, plan, run) = (Arc::clone(&stores[at % 8]), plan.clone(), run.clone());
        tasks.push(tokio::spawn(async move {
            store.begin_run(plan.beginning(&*store, &run, SessionId::new())).await.unwrap()
        }));
    }
    let mut begun = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => begun += 1,
            Err(no) => assert_eq!(no, NotBegun::State(RunState::Running)),
        }
    }
    assert_eq!(begun, 1);
    let used = kinds(&*bench.store).await.into_iter().filter(|kind| kind == "approval.consumed");
    assert_eq!(used.count(), 1);
    assert_chain(&*bench.store).await;
}

#[tokio::test]
async fn a_run_begins_on_its_own_unused_yes_alone() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k"]);
        let other = Plan::new(&["other"]).approved(store).await;
        let run = plan.approved(store).await;
        let session = SessionId::new();
        let good = || plan.beginning(store, &run, session);
        let mut eves = good();
        eves.principal = Principal::new(Role::Agent, "eve/claude");
        let mut elsewhere = good();
        elsewhere.tenant = Tenant::new("other").unwrap();
        let mut anothers = good();
        anothers.yes.as_mut().unwrap().id = other.approval.unwrap();
        let mut changed = good();
        changed.yes.as_mut().unwrap().call = plan.whole(store, other.id, session);
        let mut graver = good();
        graver.yes.as_mut().unwrap().tier = Tier::GRAVE;
        let no_yes = NotBegun::NoYes;
        for (begin, expected) in [
            (eves, NotBegun::NotThere),
            (elsewhere, NotBegun::NotThere),
            (anothers, no_yes(NotConsumed::NotThere)),
            (BeginRun { yes: None, ..good() }, no_yes(NotConsumed::NotThere)),
            (changed, no_yes(NotConsumed::CallDiffers)),
            (graver, no_yes(NotConsumed::TierRose)),
        ] {
            assert_eq!(store.begin_run(begin).await.unwrap().unwrap_err(), expected);
            assert_eq!(again(store, &run).await.state, RunState::Created);
        }
        store.pause(&tenant(), None, &admin("bob")).await.unwrap();
        let paused = store.begin_run(good()).await.unwrap().unwrap_err();
        assert_eq!(paused, no_yes(NotConsumed::Paused));
        assert_eq!(newest_outcome(store).await, "approval.refused paused");
        store.unpause(&tenant(), None, &admin("bob")).await.unwrap();
        let begun = store.begin_run(good()).await.unwrap().unwrap();
        assert_eq!((begun.state, begun.session), (RunState::Running, Some(session)));
        assert_eq!(row(store, run.approval.unwrap()).await.state, State::Consumed);
        let twice = store.begin_run(good()).await.unwrap().unwrap_err();
        assert_eq!(twice, NotBegun::State(RunState::Running));
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn no_run_begins_on_a_yes_that_ended_or_sleeps() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let code = |state| NotBegun::NoYes(NotConsumed::State(state));
        let refused = async |plan: &Plan, run: &Run| {
            store
                .begin_run(plan.beginning(store, run, SessionId::new()))
                .await
                .unwrap()
                .unwrap_err()
        };
        let [pending, denied, cancelled, asleep, late] =
            ["p", "d", "c", "t", "l"].map(|key| Plan::new(&[key]));
        let run = pending.asked(store).await;
        assert_eq!(refused(&pending, &run).await, code(State::Pending));
        let run = denied.asked(store).await;
        decide(store, &run, "bob", no()).await;
        assert_eq!(refused(&denied, &run).await, code(State::Denied));
        let run = cancelled.approved(store).await;
        let id = run.approval.unwrap();
        store.cancel(&tenant(), id, &agent(), None).await.unwrap().unwrap();
        assert_eq!(refused(&cancelled, &run).await, code(State::Cancelled));
        let run = asleep.asked(store).await;
        let token = Digest([8; 32]);
        decide(store, &run, "bob", Answer::Approve { reason: None, token: Some(token) }).await;
        assert_eq!(refused(&asleep, &run).await, NotBegun::NoYes(NotConsumed::NeedsToken));
        store.redeem(&tenant(), run.approval.unwrap(), token, &agent()).await.unwrap().unwrap();
        asleep.begun(store, &run).await;
        let run = late.approved(store).await;
        bench.wall.pass(HOUR);
        assert_eq!(refused(&late, &run).await, code(State::Expired));
    }
}
